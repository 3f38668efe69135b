"""Flaws of chains on an OCPP link, by what the cases about them are called."""

from __future__ import annotations

from harness.pki.flaws import Flaw
from harness.pki.flaws.families import Family, family
from harness.pki.recipe import ChainKind

_COMMON = {
    "dates": (Flaw.EXPIRED, Flaw.NOT_YET_VALID, Flaw.SUB_CA_EXPIRED),
    "issuers": (
        Flaw.UNKNOWN_ROOT,
        Flaw.DECOY_ROOT,
        Flaw.MISSING_SUB_CA,
        Flaw.SELF_SIGNED,
        Flaw.TAMPERED_SIGNATURE,
    ),
    "authority": (Flaw.LEAF_IS_CA, Flaw.SUB_CA_NOT_CA, Flaw.SUB_CA_WITHOUT_CERT_SIGN, Flaw.PATH_LENGTH),
    "uses": (Flaw.WRONG_KEY_USAGE, Flaw.WRONG_EXTENDED_KEY_USAGE, Flaw.UNKNOWN_CRITICAL_EXTENSION),
}
_MORE = {
    "dates": (Family.DATES,),
    "issuers": (Family.PATH, Family.IDENTIFIERS),
    "authority": (Family.AUTHORITIES,),
    "uses": (Family.USES, Family.EXTENDED_USES),
    "keys": (Family.KEYS, Family.SIGNATURES),
    "form": (Family.FORM, Family.NAMES, Family.SIZE),
    "bytes": (Family.BYTES,),
    "disputed": (Family.DISPUTED,),
}
FAMILIES = tuple(_MORE)
REFUSED = tuple(name for name in _MORE if name not in {"bytes", "disputed"})
"""Families whose flaws somebody who is lax could take."""


def ocpp_flaws(name: str) -> tuple[Flaw, ...]:
    """The flaws of a family; chains of backends and of stations have the same."""
    found = (flaw for each in _MORE[name] for flaw in family(each, ChainKind.CSMS))
    return (*_COMMON.get(name, ()), *found)
