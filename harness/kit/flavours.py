"""Flavours of emulated parties as data: what devices on the road do otherwise than the letter of the standard."""

from __future__ import annotations

from typing import Any, Literal

from harness.core.case import Role

STRICT, FIELD = "strict", "field"

Part = Literal["party", "own", "iso2"]
"""Where a setting stands: `Ev` or `Station`, `Car` or `StationSettings`, or the terms of the older protocols."""

Habit = tuple[str, Any, str]
"""A setting, its value, and where (or why) devices have it so."""

_EV_ON_THE_ROAD: dict[Part, tuple[Habit, ...]] = {
    "party": (
        ("detects_welding", "unless pausing", "contactors are tested at the end of a visit, not at a pause"),
        ("sdp_retry", 1.25, "test suites of others raise 0.25 s to this, for the EVs that they met"),
        ("loop_interval", 0.4, "EVs pace the loop near its limit: 0.53 s was measured (Josev)"),
        ("response_delay", 0.03, "a codec on a small controller takes tens of milliseconds"),
        ("heeds_after", 10.0, "power is ramped down before the EV does as it is asked"),
        ("voltage_tolerance", 50.0, "EVs differ in the voltage at which they take pre-charge for done"),
    ),
    "own": (
        ("meter_info", False, "no use for a meter reading in the dashboard"),
        ("either_mode", True, "few EVs insist on a control mode"),
        ("schedule_points", 12, "the least that the standard lets an EV take"),
    ),
    "iso2": (
        ("keeps_contactors_closed", True, "vehicles of one group stay closed in a renegotiation (EVerest)"),
        ("heeds_renegotiation", False, "some EVs ignore the notification (Josev, issue 193)"),
    ),
}
_STATION_ON_THE_ROAD: dict[Part, tuple[Habit, ...]] = {
    "party": (
        ("loop_patience", 60.0, "half a second is not kept by Josev nor EVerest: both wait 60 s"),
        ("response_delay", 0.05, "encoding alone takes tens of milliseconds and more"),
        ("cable_check_rounds", 8, "an isolation monitor takes seconds"),
    ),
    "own": (
        ("parameter_set_base", 0, "libiso15118 (EVerest) counts parameter sets from 0"),
        ("ac_connectors", (3, 1), "three phases are 3 in libiso15118 (EVerest), 2 in Josev"),
        ("meter_info", False, "EVerest leaves MeterInfo out though it is asked for"),
        ("price_levels", True, "prices though nobody asked: Josev's EV breaks off without"),
        ("pricings", (0,), "no tariffs behind most stations"),
        ("service_renegotiation", False, "Josev and EVerest offer none"),
        ("value_added_services", (), "most stations have none"),
        ("authorisation_delay", 5.0, "a driver looks for the card"),
    ),
    "iso2": (("flavour", FIELD, "many a FAILED is no end: the EV may try again"),),
}
HABITS: dict[str, dict[Role, dict[Part, tuple[Habit, ...]]]] = {
    STRICT: {},
    FIELD: {Role.EV: _EV_ON_THE_ROAD, Role.STATION: _STATION_ON_THE_ROAD},
}
"""All flavours; what is not named is as in `strict`."""


def habits(flavour: str, role: Role, part: Part) -> dict[str, Any]:
    """The settings of one part of a party in a flavour."""
    there = HABITS[flavour].get(role, {}).get(part, ())
    return {name: value for name, value, _ in there}
