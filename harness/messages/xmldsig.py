"""XML Signature as far as its schema goes; foreign elements and text between elements are not modelled."""

from __future__ import annotations

from typing import Annotated, ClassVar

from harness.messages.field import Choice, Message, Sequence, Wire
from harness.messages.namespaces import XMLDSIG
from harness.messages.simple import Integer, Uri
from harness.messages.xmldsig_keys import (
    DsaKeyValue,
    KeyInfo,
    KeyName,
    KeyValue,
    MgmtData,
    PgpData,
    RetrievalMethod,
    RsaKeyValue,
    SpkiData,
    X509Certificate,
    X509Crl,
    X509Data,
    X509IssuerSerial,
    X509Ski,
    X509SubjectName,
)
from harness.messages.xmldsig_reference import (
    Algorithm,
    DigestMethod,
    DigestValue,
    Foreign,
    Manifest,
    OneForeign,
    OptionalId,
    Reference,
    Transform,
    Transforms,
)

__all__ = [
    "CanonicalizationMethod",
    "DigestMethod",
    "DigestValue",
    "DsaKeyValue",
    "KeyInfo",
    "KeyName",
    "KeyValue",
    "Manifest",
    "MgmtData",
    "Object",
    "PgpData",
    "Reference",
    "RetrievalMethod",
    "RsaKeyValue",
    "Signature",
    "SignatureMethod",
    "SignatureProperties",
    "SignatureProperty",
    "SignatureValue",
    "SignedInfo",
    "SpkiData",
    "Transform",
    "Transforms",
    "X509Certificate",
    "X509Crl",
    "X509Data",
    "X509IssuerSerial",
    "X509Ski",
    "X509SubjectName",
]


class CanonicalizationMethod(Message, frozen=True, kw_only=True):
    """How SignedInfo becomes bytes, by URI."""

    name: ClassVar[str] = "CanonicalizationMethod"
    namespace: ClassVar[str] = XMLDSIG
    mixed: ClassVar[bool] = True

    algorithm: Algorithm
    foreign: Foreign = ()


class SignatureMethod(Message, frozen=True, kw_only=True):
    """The signature's algorithm, by URI."""

    name: ClassVar[str] = "SignatureMethod"
    namespace: ClassVar[str] = XMLDSIG
    mixed: ClassVar[bool] = True

    algorithm: Algorithm
    hmac_output_length: Annotated[Integer | None, Wire("HMACOutputLength")] = None
    foreign: Foreign = ()


class SignedInfo(Message, frozen=True, kw_only=True):
    """What the signature value is computed over."""

    name: ClassVar[str] = "SignedInfo"
    namespace: ClassVar[str] = XMLDSIG

    id: OptionalId = None
    canonicalization_method: Annotated[CanonicalizationMethod, Wire("CanonicalizationMethod")]
    signature_method: Annotated[SignatureMethod, Wire("SignatureMethod")]
    reference: Annotated[tuple[Reference, ...], Wire("Reference", 1, None)]


class SignatureValue(Message, frozen=True, kw_only=True):
    """The signature itself."""

    name: ClassVar[str] = "SignatureValue"
    namespace: ClassVar[str] = XMLDSIG

    id: OptionalId = None
    value: Annotated[bytes, Wire(text=True)]


class Object(Message, frozen=True, kw_only=True):
    """Anything at all that travels within a signature."""

    name: ClassVar[str] = "Object"
    namespace: ClassVar[str] = XMLDSIG
    mixed: ClassVar[bool] = True
    content: ClassVar[Sequence] = Sequence(("foreign",), 0, None)

    encoding: Annotated[str | None, Uri(), Wire("Encoding", attribute=True, namespace="")] = None
    id: OptionalId = None
    mime_type: Annotated[str | None, Wire("MimeType", attribute=True, namespace="")] = None
    foreign: OneForeign = ()


class Signature(Message, frozen=True, kw_only=True):
    """A signature: what was signed, the value, and with which key to verify."""

    name: ClassVar[str] = "Signature"
    namespace: ClassVar[str] = XMLDSIG

    id: OptionalId = None
    signed_info: Annotated[SignedInfo, Wire("SignedInfo")]
    signature_value: Annotated[SignatureValue, Wire("SignatureValue")]
    key_info: Annotated[KeyInfo | None, Wire("KeyInfo")] = None
    objects: Annotated[tuple[Object, ...], Wire("Object", 0, None)] = ()


class SignatureProperty(Message, frozen=True, kw_only=True):
    """Something said about a signature."""

    name: ClassVar[str] = "SignatureProperty"
    namespace: ClassVar[str] = XMLDSIG
    mixed: ClassVar[bool] = True
    content: ClassVar[Choice] = Choice(("foreign",), 1, None)

    id: OptionalId = None
    target: Annotated[str, Uri(), Wire("Target", attribute=True, namespace="")]
    foreign: OneForeign = ()


class SignatureProperties(Message, frozen=True, kw_only=True):
    """What is said about a signature."""

    name: ClassVar[str] = "SignatureProperties"
    namespace: ClassVar[str] = XMLDSIG

    id: OptionalId = None
    signature_property: Annotated[tuple[SignatureProperty, ...], Wire("SignatureProperty", 1, None)]
