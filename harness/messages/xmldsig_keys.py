"""With which key to verify an XML Signature: the many ways of saying so."""

from __future__ import annotations

from typing import Annotated, ClassVar

from harness.messages.field import Choice, Message, Sequence, Wire
from harness.messages.namespaces import XMLDSIG
from harness.messages.simple import Integer
from harness.messages.xmldsig_reference import Foreign, OneForeign, OptionalId, OptionalType, OptionalUri, Transforms


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
