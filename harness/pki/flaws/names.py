"""Flaws of whose name a leaf carries."""

from __future__ import annotations

from harness.pki.flaws.flaw import Flaw
from harness.pki.flaws.trait import OCPP, TWENTY, Trait, edit, in_the_place_of, renamed, subject
from harness.pki.objection import Severity
from harness.pki.recipe import ChainKind

_VEHICLE = frozenset({ChainKind.VEHICLE})
_STATION = frozenset({ChainKind.SECC})
_DOMAIN_CITES = ("V2G2-925", "V2G20-3073")
_WITH_DOMAIN = frozenset({ChainKind.SECC, ChainKind.CPS, ChainKind.PROVISIONING})


def _wrong_check(evccid: str) -> str:
    """The same with another check digit."""
    return evccid[:-1] + ("0" if evccid[-1] != "0" else "1")


def _of_vehicle(description: str, **how: object) -> Trait:
    terms: dict[str, object] = {"kinds": _VEHICLE, "profiles": TWENTY, "cites": ("V2G20-2598",), **how}
    return Trait(description=description, **terms)  # type: ignore[arg-type]


TRAITS = {
    Flaw.NO_DOMAIN: Trait(
        description="the leaf has no domain component", bend=subject(domain=""), kinds=_WITH_DOMAIN, cites=_DOMAIN_CITES
    ),
    Flaw.WRONG_DOMAIN: Trait(
        description="the domain component is that of another role",
        bend=subject(domain="MO"),
        kinds=_WITH_DOMAIN,
        cites=_DOMAIN_CITES,
    ),
    Flaw.NO_COMMON_NAME: Trait(description="the leaf has no common name", bend=subject(common_name="")),
    Flaw.EVCCID_CHECK: _of_vehicle(
        "the check digit of the EVCCID is wrong", bend=renamed(_wrong_check), severity=Severity.NOTICE
    ),
    Flaw.EVCCID_LOWER_CASE: _of_vehicle("the EVCCID is written in small letters", bend=renamed(str.lower)),
    Flaw.EVCCID_LETTER: _of_vehicle(
        "the EVCCID has a letter that it may not have", bend=renamed(lambda name: f"{name[:-3]}O{name[-2:]}")
    ),
    Flaw.EVCCID_SHORT: _of_vehicle(
        "the EVCCID has one character less than the least", bend=renamed(lambda name: name[:5] + name[6:])
    ),
    Flaw.EXTRA_COUNTRY: _of_vehicle("the vehicle's name has a country", bend=subject(country="DE")),
    Flaw.EXTRA_UNIT: _of_vehicle("the vehicle's name has an organisational unit", bend=subject(unit="Cars")),
    Flaw.TWO_COMMON_NAMES: _of_vehicle(
        "the vehicle has two common names", bend=subject(second_name="HRNV1234567890ABCDE2")
    ),
    Flaw.NO_ORGANISATION: _of_vehicle("the vehicle's name has no organisation", bend=subject(organisation="")),
    Flaw.OLD_STRING: Trait(
        description="the common name is a string of a kind that is no longer used",
        bend=edit("bmp_name"),
        kinds=frozenset(ChainKind) - OCPP,
        profiles=TWENTY,
    ),
    Flaw.CONTRACT_AS_VEHICLE: _of_vehicle(
        "a contract certificate in the place of the vehicle's",
        bend=in_the_place_of(ChainKind.CONTRACT),
        cites=("V2G20-2598", "V2G20-2401"),
    ),
    Flaw.PROVISIONING_AS_VEHICLE: _of_vehicle(
        "a provisioning certificate in the place of the vehicle's", bend=in_the_place_of(ChainKind.PROVISIONING)
    ),
    Flaw.VEHICLE_AS_STATION: Trait(
        description="a vehicle's certificate in the place of a station's",
        bend=in_the_place_of(ChainKind.VEHICLE),
        kinds=_STATION,
        profiles=TWENTY,
        cites=_DOMAIN_CITES,
    ),
    Flaw.CPS_AS_STATION: Trait(
        description="a provisioning service's certificate in the place of a station's",
        bend=in_the_place_of(ChainKind.CPS),
        kinds=_STATION,
        cites=_DOMAIN_CITES,
    ),
}
