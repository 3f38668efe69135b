"""The names of all flaws; what each of them is stands in the tables beside this file."""

from __future__ import annotations

from enum import StrEnum, auto

from harness.pki.flaws.trait import Trait
from harness.pki.objection import Severity
from harness.pki.recipe import ChainKind, Edition, Profile

CERTIFICATE_ALERTS = frozenset({42, 43, 45, 46, 48})
"""bad, unsupported, expired, unknown certificate, unknown CA: stacks differ in which they send for what."""


class Flaw(StrEnum):
    """One thing wrong with a chain; `harness.pki.flaws.trait_of` tells what, and which chains can have it."""

    # Dates.
    EXPIRED = auto()
    NOT_YET_VALID = auto()
    SUB_CA_EXPIRED = auto()
    SUB_CA_NOT_YET_VALID = auto()
    UPPER_CA_EXPIRED = auto()
    INVERTED_VALIDITY = auto()
    OUTLIVES_ISSUER = auto()
    GENERALIZED_TIME = auto()

    # Who issued what.
    UNKNOWN_ROOT = auto()
    DECOY_ROOT = auto()
    MISSING_SUB_CA = auto()
    MISSING_UPPER_CA = auto()
    SELF_SIGNED = auto()
    UNDER_ROOT = auto()
    TAMPERED_SIGNATURE = auto()
    TAMPERED_SUB_CA = auto()
    FOREIGN_SIGNATURE = auto()
    LEAF_IS_CA = auto()
    SUB_CA_NOT_CA = auto()
    SUB_CA_WITHOUT_CONSTRAINTS = auto()
    CONSTRAINTS_NOT_CRITICAL = auto()
    SUB_CA_WITHOUT_CERT_SIGN = auto()
    SUB_CA_WITHOUT_KEY_USAGE = auto()
    PATH_LENGTH = auto()
    THIRD_SUB_CA = auto()

    # What a key may be used for.
    WRONG_KEY_USAGE = auto()
    LEAF_SIGNS_CERTIFICATES = auto()
    LEAF_ENCIPHERS_DATA = auto()
    NO_KEY_USAGE = auto()
    KEY_USAGE_NOT_CRITICAL = auto()
    UNKNOWN_USES = auto()
    WRONG_EXTENDED_KEY_USAGE = auto()
    NO_EXTENDED_KEY_USAGE = auto()
    EXTENDED_KEY_USAGE_NOT_CRITICAL = auto()
    ANY_EXTENDED_KEY_USAGE = auto()
    EXTRA_EXTENDED_KEY_USAGE = auto()
    SUB_CA_EXTENDED_KEY_USAGE = auto()
    EXTENDED_KEY_USAGE_IN_CONTRACT = auto()

    # Whose name it carries.
    NO_DOMAIN = auto()
    WRONG_DOMAIN = auto()
    NO_COMMON_NAME = auto()
    EVCCID_CHECK = auto()
    EVCCID_LOWER_CASE = auto()
    EVCCID_LETTER = auto()
    EVCCID_SHORT = auto()
    EXTRA_COUNTRY = auto()
    EXTRA_UNIT = auto()
    TWO_COMMON_NAMES = auto()
    NO_ORGANISATION = auto()
    OLD_STRING = auto()
    CONTRACT_AS_VEHICLE = auto()
    PROVISIONING_AS_VEHICLE = auto()
    VEHICLE_AS_STATION = auto()
    CPS_AS_STATION = auto()

    # Keys and algorithms.
    WRONG_CURVE = auto()
    LEAF_ON_P256 = auto()
    LEAF_ON_P384 = auto()
    LEAF_ON_SECP256K1 = auto()
    LEAF_ON_BRAINPOOL = auto()
    LEAF_ON_RSA = auto()
    WEAK_RSA = auto()
    MIXED_KEYS = auto()
    WEAKER_HASH = auto()
    SHA1 = auto()
    OTHER_INNER_ALGORITHM = auto()

    # Bytes.
    FIRST_VERSION = auto()
    NEGATIVE_SERIAL = auto()
    ZERO_SERIAL = auto()
    LONG_SERIAL = auto()
    COMPRESSED_POINT = auto()
    POINT_OFF_CURVE = auto()
    EXPLICIT_PARAMETERS = auto()
    DOUBLED_EXTENSION = auto()
    PADDED_LENGTH = auto()
    TRAILING_BYTE = auto()
    CUT_SHORT = auto()
    NOTHING = auto()
    NOISE = auto()
    LARGE = auto()
    HUGE = auto()

    # Extensions.
    OTHER_ISSUER_IDENTIFIER = auto()
    OTHER_OWN_IDENTIFIER = auto()
    NO_OWN_IDENTIFIER = auto()
    NO_ISSUER_IDENTIFIER = auto()
    LONG_IDENTIFIER = auto()
    CRITICAL_IDENTIFIERS = auto()
    UNKNOWN_CRITICAL_EXTENSION = auto()
    UNKNOWN_EXTENSION = auto()
    ALTERNATIVE_NAME = auto()
    NO_POINTER = auto()
    NO_RESPONDER = auto()

    # What is sent, and in which order.
    SWAPPED = auto()
    REPEATED = auto()
    WITH_STRANGER = auto()
    WITH_ROOT = auto()
    HEAP = auto()
    MOUNTAIN = auto()

    @property
    def alerts(self) -> frozenset[int]:
        """Numbers of the alerts that a refusal may carry (RFC 8446, 6.2)."""
        return CERTIFICATE_ALERTS | _trait(self).alerts

    @property
    def description(self) -> str:
        """What is wrong, for a report."""
        return _trait(self).description

    @property
    def severity(self) -> Severity:
        """ERROR: a strict endpoint refuses the chain; NOTICE: standards, editions or stacks differ."""
        return _trait(self).severity

    @property
    def cites(self) -> tuple[str, ...]:
        """The requirements that it breaks, as far as public sources name them."""
        return _trait(self).cites

    def fits(self, kind: ChainKind, profile: Profile = Profile.STRICT_20, edition: Edition = Edition.AMD1) -> bool:
        """Whether it is a flaw in chains of a kind."""
        return _trait(self).fits(kind, profile, edition)


def _trait(flaw: Flaw) -> Trait:
    from harness.pki.flaws.table import TRAITS

    return TRAITS[flaw]
