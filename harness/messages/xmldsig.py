"""XML Signature as far as its schema goes; foreign elements and text between elements are not modelled."""

from __future__ import annotations

from typing import Annotated, ClassVar

from harness.messages.field import Choice, Message, Sequence, Wire
from harness.messages.namespaces import XMLDSIG
from harness.messages.simple import Identity, Integer, Uri

OptionalId = Annotated[str | None, Identity(), Wire("Id", attribute=True, namespace="")]
OptionalType = Annotated[str | None, Uri(), Wire("Type", attribute=True, namespace="")]
OptionalUri = Annotated[str | None, Uri(), Wire("URI", attribute=True, namespace="")]
Algorithm = Annotated[str, Uri(), Wire("Algorithm", attribute=True, namespace="")]
Foreign = Annotated[tuple[object, ...], Wire(wildcard=True, low=0, high=None)]
"""Elements of other namespaces, any number."""
OneForeign = Annotated[tuple[object, ...], Wire(wildcard=True)]
"""One element of another namespace, at a place that a content model repeats."""


class Transform(Message, frozen=True, kw_only=True):
    """A step that a referenced element goes through before it is digested."""

    name: ClassVar[str] = "Transform"
    namespace: ClassVar[str] = XMLDSIG
    mixed: ClassVar[bool] = True
    content: ClassVar[Choice] = Choice(("foreign", "xpath"), 0, None)

    algorithm: Algorithm
    foreign: OneForeign = ()
    xpath: Annotated[tuple[str, ...], Wire("XPath")] = ()


class Transforms(Message, frozen=True, kw_only=True):
    """The steps, in order."""

    name: ClassVar[str] = "Transforms"
    namespace: ClassVar[str] = XMLDSIG

    transform: Annotated[tuple[Transform, ...], Wire("Transform", 1, None)]


class DigestMethod(Message, frozen=True, kw_only=True):
    """The hash, by URI."""

    name: ClassVar[str] = "DigestMethod"
    namespace: ClassVar[str] = XMLDSIG
    mixed: ClassVar[bool] = True

    algorithm: Algorithm
    foreign: Foreign = ()


class DigestValue(Message, frozen=True, kw_only=True):
    """A digest that stands alone; within a Reference it is a plain field."""

    name: ClassVar[str] = "DigestValue"
    namespace: ClassVar[str] = XMLDSIG

    value: Annotated[bytes, Wire(text=True)]


class Reference(Message, frozen=True, kw_only=True):
    """What is signed, by the URI of its Id, and its digest."""

    name: ClassVar[str] = "Reference"
    namespace: ClassVar[str] = XMLDSIG

    id: OptionalId = None
    type: OptionalType = None
    uri: OptionalUri = None
    transforms: Annotated[Transforms | None, Wire("Transforms")] = None
    digest_method: Annotated[DigestMethod, Wire("DigestMethod")]
    digest_value: Annotated[bytes, Wire("DigestValue")]


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


class KeyName(Message, frozen=True, kw_only=True):
    """A key by name."""

    name: ClassVar[str] = "KeyName"
    namespace: ClassVar[str] = XMLDSIG

    value: Annotated[str, Wire(text=True)]


class MgmtData(Message, frozen=True, kw_only=True):
    """In-band key distribution, of no defined form."""

    name: ClassVar[str] = "MgmtData"
    namespace: ClassVar[str] = XMLDSIG

    value: Annotated[str, Wire(text=True)]


class DsaKeyValue(Message, frozen=True, kw_only=True):
    """A DSA public key."""

    name: ClassVar[str] = "DSAKeyValue"
    namespace: ClassVar[str] = XMLDSIG
    content: ClassVar[Sequence] = Sequence(
        (Sequence(("p", "q"), 0), "g", "y", "j", Sequence(("seed", "pgen_counter"), 0))
    )

    p: Annotated[bytes | None, Wire("P")] = None
    q: Annotated[bytes | None, Wire("Q")] = None
    g: Annotated[bytes | None, Wire("G", 0)] = None
    y: Annotated[bytes, Wire("Y")]
    j: Annotated[bytes | None, Wire("J", 0)] = None
    seed: Annotated[bytes | None, Wire("Seed")] = None
    pgen_counter: Annotated[bytes | None, Wire("PgenCounter")] = None


class RsaKeyValue(Message, frozen=True, kw_only=True):
    """An RSA public key."""

    name: ClassVar[str] = "RSAKeyValue"
    namespace: ClassVar[str] = XMLDSIG

    modulus: Annotated[bytes, Wire("Modulus")]
    exponent: Annotated[bytes, Wire("Exponent")]


class KeyValue(Message, frozen=True, kw_only=True):
    """A public key in the open."""

    name: ClassVar[str] = "KeyValue"
    namespace: ClassVar[str] = XMLDSIG
    mixed: ClassVar[bool] = True
    content: ClassVar[Choice] = Choice(("key", "foreign"))

    key: Annotated[DsaKeyValue | RsaKeyValue | None, Wire()] = None
    foreign: OneForeign = ()


class RetrievalMethod(Message, frozen=True, kw_only=True):
    """Where key information can be had."""

    name: ClassVar[str] = "RetrievalMethod"
    namespace: ClassVar[str] = XMLDSIG

    type: OptionalType = None
    uri: OptionalUri = None
    transforms: Annotated[Transforms | None, Wire("Transforms")] = None


class X509IssuerSerial(Message, frozen=True, kw_only=True):
    """A certificate by issuer and serial number."""

    name: ClassVar[str] = "X509IssuerSerial"
    namespace: ClassVar[str] = XMLDSIG
    local: ClassVar[bool] = True

    x509_issuer_name: Annotated[str, Wire("X509IssuerName")]
    x509_serial_number: Annotated[Integer, Wire("X509SerialNumber")]


class X509Ski(Message, frozen=True, kw_only=True):
    """A certificate by its subject key identifier."""

    name: ClassVar[str] = "X509SKI"
    namespace: ClassVar[str] = XMLDSIG
    local: ClassVar[bool] = True

    value: Annotated[bytes, Wire(text=True)]


class X509SubjectName(Message, frozen=True, kw_only=True):
    """A certificate by its subject."""

    name: ClassVar[str] = "X509SubjectName"
    namespace: ClassVar[str] = XMLDSIG
    local: ClassVar[bool] = True

    value: Annotated[str, Wire(text=True)]


class X509Certificate(Message, frozen=True, kw_only=True):
    """A certificate; DER."""

    name: ClassVar[str] = "X509Certificate"
    namespace: ClassVar[str] = XMLDSIG
    local: ClassVar[bool] = True

    value: Annotated[bytes, Wire(text=True)]


class X509Crl(Message, frozen=True, kw_only=True):
    """A certificate revocation list; DER."""

    name: ClassVar[str] = "X509CRL"
    namespace: ClassVar[str] = XMLDSIG
    local: ClassVar[bool] = True

    value: Annotated[bytes, Wire(text=True)]


class X509Data(Message, frozen=True, kw_only=True):
    """Certificates, or what identifies them, in any order."""

    name: ClassVar[str] = "X509Data"
    namespace: ClassVar[str] = XMLDSIG
    content: ClassVar[Choice] = Choice(("item", "foreign"), 1, None)

    item: Annotated[tuple[X509IssuerSerial | X509Ski | X509SubjectName | X509Certificate | X509Crl, ...], Wire()] = ()
    foreign: OneForeign = ()


class PgpData(Message, frozen=True, kw_only=True):
    """A PGP key, by id or in full."""

    name: ClassVar[str] = "PGPData"
    namespace: ClassVar[str] = XMLDSIG
    content: ClassVar[Choice] = Choice(
        (
            Sequence(("pgp_key_id", Sequence(("pgp_key_packet",), 0), "foreign")),
            Sequence(("pgp_key_packet", "foreign")),
        )
    )

    pgp_key_id: Annotated[bytes | None, Wire("PGPKeyID")] = None
    pgp_key_packet: Annotated[bytes | None, Wire("PGPKeyPacket")] = None
    foreign: Foreign = ()


class SpkiData(Message, frozen=True, kw_only=True):
    """SPKI certificates and keys."""

    name: ClassVar[str] = "SPKIData"
    namespace: ClassVar[str] = XMLDSIG
    content: ClassVar[Sequence] = Sequence(("spki_sexp", Sequence(("foreign",), 0)), 1, None)

    spki_sexp: Annotated[tuple[bytes, ...], Wire("SPKISexp")]
    foreign: OneForeign = ()


class KeyInfo(Message, frozen=True, kw_only=True):
    """With which key to verify, told in any number of ways."""

    name: ClassVar[str] = "KeyInfo"
    namespace: ClassVar[str] = XMLDSIG
    mixed: ClassVar[bool] = True
    content: ClassVar[Choice] = Choice(("item", "foreign"), 1, None)

    id: OptionalId = None
    item: Annotated[
        tuple[KeyName | KeyValue | RetrievalMethod | X509Data | PgpData | SpkiData | MgmtData, ...], Wire()
    ] = ()
    foreign: OneForeign = ()


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


class Manifest(Message, frozen=True, kw_only=True):
    """References that a signature covers by covering their list."""

    name: ClassVar[str] = "Manifest"
    namespace: ClassVar[str] = XMLDSIG

    id: OptionalId = None
    reference: Annotated[tuple[Reference, ...], Wire("Reference", 1, None)]


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
