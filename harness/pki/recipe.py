"""What a certificate and a chain should look like, as frozen values; no key and no byte of DER lives here."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

DAY = 86_400
"""Seconds."""


class KeyKind(StrEnum):
    """Keys that a certificate can certify; the hash of its signatures goes with the curve of the signer."""

    P521 = "secp521r1"
    P256 = "secp256r1"
    P384 = "secp384r1"
    K256 = "secp256k1"
    BRAINPOOL = "brainpoolP512r1"
    ED448 = "ed448"
    RSA2048 = "rsa2048"
    """What OCPP allows beside elliptic curves."""
    RSA1024 = "rsa1024"


class Profile(StrEnum):
    """Which algorithms the ISO 15118 hierarchies use."""

    STRICT_20 = "strict-20"
    """secp521r1 and ecdsa-with-SHA512 [V2G20-2674]."""
    ED448 = "ed448"
    """Ed448, the additional algorithm of -20 [V2G20-2319]."""
    ISO2 = "iso2"
    """secp256r1 and ecdsa-with-SHA256 [V2G2-007], what today's peers use for -20 as well."""

    @property
    def key_kind(self) -> KeyKind:
        """The key of every certificate of the profile."""
        return {"strict-20": KeyKind.P521, "ed448": KeyKind.ED448, "iso2": KeyKind.P256}[self.value]


class Edition(StrEnum):
    """Which Annex B of ISO 15118-20 a certificate follows."""

    ED2022 = "2022"
    """Key identifiers and pointers critical; every OpenSSL-based peer refuses such a chain."""
    AMD1 = "amd1"
    """Key identifiers not critical: interoperable, the default."""


class ChainKind(StrEnum):
    """What a chain is for."""

    SECC = "secc"
    VEHICLE = "vehicle"
    PROVISIONING = "provisioning"
    CONTRACT = "contract"
    CPS = "cps"
    """Of the certificate provisioning service, which signs new contract data [V2G20-1077]."""
    CSMS = "csms"
    STATION = "station"


class KeyUse(StrEnum):
    """Bits of KeyUsage, named as in RFC 5280, 4.2.1.3."""

    DIGITAL_SIGNATURE = "digital_signature"
    NON_REPUDIATION = "content_commitment"
    KEY_ENCIPHERMENT = "key_encipherment"
    DATA_ENCIPHERMENT = "data_encipherment"
    KEY_AGREEMENT = "key_agreement"
    CERT_SIGN = "key_cert_sign"
    CRL_SIGN = "crl_sign"


class ExtendedUse(StrEnum):
    """Extended key usages that the hierarchies know (RFC 5280, 4.2.1.12)."""

    SERVER = "1.3.6.1.5.5.7.3.1"
    CLIENT = "1.3.6.1.5.5.7.3.2"
    CODE_SIGNING = "1.3.6.1.5.5.7.3.3"
    OCSP = "1.3.6.1.5.5.7.3.9"
    ANY = "2.5.29.37.0"


class Subject(Struct, frozen=True, kw_only=True):
    """A distinguished name; an empty part is left out."""

    common_name: str
    organisation: str = ""
    country: str = ""
    domain: str = ""
    """Domain component; its suffix tells the role."""
    unit: str = ""
    second_name: str = ""
    """One more common name."""


class MoreExtension(Struct, frozen=True, kw_only=True):
    """An extension by its bytes."""

    oid: str
    value: bytes
    critical: bool = False


class CertificateRecipe(Struct, frozen=True, kw_only=True):
    """One certificate: everything but keys, serial number and signature."""

    key: str
    """Name of the key pair that it certifies; recipes with the same name share the pair."""
    key_kind: KeyKind
    subject: Subject
    authority: bool = False
    path_length: int | None = None
    uses: tuple[KeyUse, ...] = ()
    extended_uses: tuple[ExtendedUse, ...] = ()
    valid_from: int
    """Seconds after the moment of generation; negative for the past."""
    valid_until: int
    ocsp: str = ""
    """Address of the OCSP responder, for AuthorityInfoAccess."""
    crl: str = ""
    """Address of the issuer's revocation list, for CRLDistributionPoints."""
    critical_pointers: bool = False
    """Key identifiers and AuthorityInfoAccess marked critical, as in the 2022 edition."""
    short_identifier: bool = False
    """The 64-bit key identifier of RFC 5280, 4.2.1.2, method 2, that -20 needs for its AAD [V2G20-2492]."""
    agreement: bool = False
    """With a second key, on X448, for the agreement of a contract key's secret [V2G20-2534]."""
    unknown_extension: bool = False
    """With a critical extension that nobody knows."""
    more_extensions: tuple[MoreExtension, ...] = ()
    without: tuple[str, ...] = ()
    """Extensions that are left out, dotted."""
    criticality: tuple[tuple[str, bool], ...] = ()
    """Extensions, dotted, that are marked otherwise than usual."""
    own_identifier: bytes = b""
    """Subject key identifier other than that of the key."""
    issuer_identifier: bytes = b""
    """Authority key identifier other than that of the issuer's key."""
    signed_with: str = ""
    """Name of a key that signs in the place of the issuer's."""
    edit: str = ""
    """What becomes of the finished bytes: a name in `harness.pki.edit.EDITS`."""


class Arrangement(StrEnum):
    """What is sent, and in which order."""

    USUAL = "usual"
    SWAPPED = "swapped"
    """The CAs in the wrong order."""
    REPEATED = "repeated"
    """The issuing CA twice."""
    WITH_STRANGER = "with_stranger"
    """And a CA that has nothing to do with the leaf."""
    WITH_ROOT = "with_root"
    HEAP = "heap"
    """Twenty certificates."""
    MOUNTAIN = "mountain"
    """60 kB of certificates."""


class ChainRecipe(Struct, frozen=True, kw_only=True):
    """A chain from its root down; `issuers[0]` is the root, which is never sent."""

    kind: ChainKind
    issuers: tuple[CertificateRecipe, ...]
    leaf: CertificateRecipe
    left_out: tuple[str, ...] = ()
    """Names of keys of sub-CAs that the chain is sent without."""
    self_signed: bool = False
    """The leaf signs itself and comes alone."""
    tampered: bool = False
    """One bit of the leaf's signature is wrong."""
    arrangement: Arrangement = Arrangement.USUAL
    raw: bool = False
    """It takes the adversary engine: the leaf is none that a library would make, or no peer announces such a key."""
