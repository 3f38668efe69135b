"""Flaws of extensions that are no permission."""

from __future__ import annotations

from harness.pki.flaws.flaw import Flaw
from harness.pki.flaws.trait import AMENDED, ISO, TWENTY, Bend, Trait, leaf
from harness.pki.objection import Severity
from harness.pki.recipe import ChainKind, MoreExtension

_OWN, _ISSUERS, _NAMES = "2.5.29.14", "2.5.29.35", "2.5.29.17"
_NOBODYS = "2.25.329800735698586629295641978511506172918"
_FOREIGN = bytes.fromhex("4fedcba987654321")
_LOCALHOST = bytes.fromhex("300b82096c6f63616c686f7374")


def _told(description: str, bend: Bend, *cites: str) -> Trait:
    """What editions or stacks differ about."""
    terms = {"kinds": ISO, "profiles": TWENTY, "severity": Severity.NOTICE}
    return Trait(description=description, bend=bend, cites=cites, **terms)  # type: ignore[arg-type]


TRAITS = {
    Flaw.OTHER_ISSUER_IDENTIFIER: Trait(
        description="the leaf names another key of its issuer than the one that signed it",
        bend=leaf(issuer_identifier=_FOREIGN),
    ),
    Flaw.OTHER_OWN_IDENTIFIER: Trait(
        description="the identifier of the leaf's key is none that comes from the key",
        bend=leaf(own_identifier=_FOREIGN),
        kinds=ISO,
        profiles=TWENTY,
        cites=("V2G20-2492",),
    ),
    Flaw.NO_OWN_IDENTIFIER: _told("the leaf's key has no identifier", leaf(without=(_OWN,)), "V2G20-2492"),
    Flaw.NO_ISSUER_IDENTIFIER: _told("the leaf does not name its issuer's key", leaf(without=(_ISSUERS,))),
    Flaw.LONG_IDENTIFIER: _told(
        "the identifier of the leaf's key has 160 bits instead of 64", leaf(short_identifier=False), "V2G20-2492"
    ),
    Flaw.CRITICAL_IDENTIFIERS: Trait(
        description="key identifiers are critical, by the edition of 2022 and not by its amendment",
        bend=leaf(critical_pointers=True),
        severity=Severity.NOTICE,
        kinds=ISO,
        profiles=TWENTY,
        editions=AMENDED,
    ),
    Flaw.UNKNOWN_CRITICAL_EXTENSION: Trait(
        description="the leaf has a critical extension that nobody knows",
        bend=leaf(unknown_extension=True),
        alerts=frozenset({47}),
    ),
    Flaw.UNKNOWN_EXTENSION: _told(
        "the leaf has an extension that nobody knows, and says so",
        leaf(more_extensions=(MoreExtension(oid=_NOBODYS, value=b"\x05\x00"),)),
        "V2G20-2323",
    ),
    Flaw.ALTERNATIVE_NAME: _told(
        "the leaf has a second name in an extension that the profile does not have",
        leaf(more_extensions=(MoreExtension(oid=_NAMES, value=_LOCALHOST),)),
        "V2G20-2323",
    ),
    Flaw.NO_POINTER: Trait(
        description="the leaf tells nowhere to ask whether it was revoked",
        bend=leaf(ocsp="", crl=""),
        kinds=frozenset({ChainKind.VEHICLE, ChainKind.PROVISIONING, ChainKind.CONTRACT}),
        profiles=TWENTY,
        cites=("V2G20-2590", "V2G20-2593", "V2G20-2599"),
    ),
    Flaw.NO_RESPONDER: Trait(
        description="the leaf tells no responder that knows whether it was revoked",
        bend=leaf(ocsp="", crl=""),
        severity=Severity.NOTICE,
        kinds=frozenset({ChainKind.SECC, ChainKind.CPS}),
        profiles=TWENTY,
    ),
}
