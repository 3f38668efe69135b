"""Flaws by what they are about: one family for each case of the suites."""

from __future__ import annotations

from enum import StrEnum

from harness.pki.flaws.flaw import Flaw
from harness.pki.objection import Severity
from harness.pki.recipe import ChainKind


class Family(StrEnum):
    """What a flaw is about."""

    COMMON = "common"
    """The best known of all families."""
    DATES = "dates"
    PATH = "path"
    AUTHORITIES = "authorities"
    USES = "uses"
    EXTENDED_USES = "extended_uses"
    NAMES = "names"
    KEYS = "keys"
    SIGNATURES = "signatures"
    FORM = "form"
    """Certificates that can be read, and are not as they should be."""
    BYTES = "bytes"
    """What hardly anybody can read."""
    SIZE = "size"
    IDENTIFIERS = "identifiers"
    OTHERS = "others"
    """Chains for something else."""
    DISPUTED = "disputed"
    """Standards, editions or stacks differ about refusing them."""


_LISTED: dict[Family, tuple[Flaw, ...]] = {
    Family.COMMON: (
        Flaw.EXPIRED,
        Flaw.NOT_YET_VALID,
        Flaw.SUB_CA_EXPIRED,
        Flaw.UNKNOWN_ROOT,
        Flaw.DECOY_ROOT,
        Flaw.MISSING_SUB_CA,
        Flaw.SELF_SIGNED,
        Flaw.LEAF_IS_CA,
        Flaw.SUB_CA_NOT_CA,
        Flaw.SUB_CA_WITHOUT_CERT_SIGN,
        Flaw.PATH_LENGTH,
        Flaw.WRONG_KEY_USAGE,
        Flaw.WRONG_EXTENDED_KEY_USAGE,
        Flaw.TAMPERED_SIGNATURE,
        Flaw.UNKNOWN_CRITICAL_EXTENSION,
    ),
    Family.DATES: (
        Flaw.SUB_CA_NOT_YET_VALID,
        Flaw.UPPER_CA_EXPIRED,
        Flaw.INVERTED_VALIDITY,
        Flaw.OUTLIVES_ISSUER,
        Flaw.GENERALIZED_TIME,
    ),
    Family.PATH: (Flaw.MISSING_UPPER_CA, Flaw.UNDER_ROOT, Flaw.TAMPERED_SUB_CA, Flaw.FOREIGN_SIGNATURE),
    Family.AUTHORITIES: (
        Flaw.SUB_CA_WITHOUT_CONSTRAINTS,
        Flaw.CONSTRAINTS_NOT_CRITICAL,
        Flaw.SUB_CA_WITHOUT_KEY_USAGE,
        Flaw.THIRD_SUB_CA,
        Flaw.SUB_CA_EXTENDED_KEY_USAGE,
    ),
    Family.USES: (
        Flaw.LEAF_SIGNS_CERTIFICATES,
        Flaw.LEAF_ENCIPHERS_DATA,
        Flaw.NO_KEY_USAGE,
        Flaw.KEY_USAGE_NOT_CRITICAL,
        Flaw.UNKNOWN_USES,
    ),
    Family.EXTENDED_USES: (
        Flaw.NO_EXTENDED_KEY_USAGE,
        Flaw.EXTENDED_KEY_USAGE_NOT_CRITICAL,
        Flaw.ANY_EXTENDED_KEY_USAGE,
        Flaw.EXTENDED_KEY_USAGE_IN_CONTRACT,
    ),
    Family.NAMES: (
        Flaw.NO_DOMAIN,
        Flaw.WRONG_DOMAIN,
        Flaw.NO_COMMON_NAME,
        Flaw.EVCCID_LOWER_CASE,
        Flaw.EVCCID_LETTER,
        Flaw.EVCCID_SHORT,
        Flaw.EXTRA_COUNTRY,
        Flaw.EXTRA_UNIT,
        Flaw.TWO_COMMON_NAMES,
        Flaw.NO_ORGANISATION,
        Flaw.OLD_STRING,
    ),
    Family.KEYS: (
        Flaw.WRONG_CURVE,
        Flaw.LEAF_ON_P256,
        Flaw.LEAF_ON_P384,
        Flaw.LEAF_ON_SECP256K1,
        Flaw.LEAF_ON_BRAINPOOL,
        Flaw.LEAF_ON_RSA,
        Flaw.WEAK_RSA,
    ),
    Family.SIGNATURES: (Flaw.WEAKER_HASH, Flaw.SHA1, Flaw.OTHER_INNER_ALGORITHM),
    Family.FORM: (
        Flaw.FIRST_VERSION,
        Flaw.NEGATIVE_SERIAL,
        Flaw.ZERO_SERIAL,
        Flaw.LONG_SERIAL,
        Flaw.COMPRESSED_POINT,
    ),
    Family.BYTES: (
        Flaw.POINT_OFF_CURVE,
        Flaw.EXPLICIT_PARAMETERS,
        Flaw.DOUBLED_EXTENSION,
        Flaw.PADDED_LENGTH,
        Flaw.TRAILING_BYTE,
        Flaw.CUT_SHORT,
        Flaw.NOTHING,
        Flaw.NOISE,
    ),
    Family.SIZE: (Flaw.LARGE, Flaw.HUGE, Flaw.HEAP, Flaw.MOUNTAIN),
    Family.IDENTIFIERS: (Flaw.OTHER_ISSUER_IDENTIFIER, Flaw.OTHER_OWN_IDENTIFIER, Flaw.NO_POINTER),
    Family.OTHERS: (
        Flaw.CONTRACT_AS_VEHICLE,
        Flaw.PROVISIONING_AS_VEHICLE,
        Flaw.VEHICLE_AS_STATION,
        Flaw.CPS_AS_STATION,
    ),
}


def family(name: Family, kind: ChainKind) -> tuple[Flaw, ...]:
    """The flaws of a family that a chain of a kind can have under ISO 15118-20 or OCPP.

    All those that are notices make up the family of the disputed, wherever else they are listed.
    """
    disputed = name is Family.DISPUTED
    listed = tuple(Flaw) if disputed else _LISTED[name]
    return tuple(flaw for flaw in listed if flaw.fits(kind) and (flaw.severity is Severity.NOTICE) is disputed)


def family_of(flaw: Flaw, kind: ChainKind) -> Family | None:
    """The family that a flaw of such a chain belongs to; None for one that it cannot have."""
    return next((name for name in Family if flaw in family(name, kind)), None)
