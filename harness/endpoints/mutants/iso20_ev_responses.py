"""EVs with one fault each in what they make of a station's responses, and of the time these take."""

from __future__ import annotations

from harness.core.case import Role
from harness.endpoints.ev.ev import Ev
from harness.endpoints.mutants.careless_evcc import TakesNoForOk
from harness.endpoints.mutants.careless_hearing import KnowsOkAlone, TakesAnyId, TakesAnyType
from harness.endpoints.mutants.mutant import Mutant, series
from harness.messages.iso20 import common, dc
from harness.messages.sap import SupportedAppProtocolRes

mutant = series(Ev, Role.EV, ids="ev-", cases="ISO20-EV-")

BEFORE_SETUP = ("supported_app_protocol", "session_setup")
IN_SESSION = (
    "authorization_setup",
    "authorization",
    "service_discovery",
    "service_detail",
    "service_selection",
    "charge_parameters",
    "schedule",
    "cable_check",
    "pre_charge",
    "power_start",
    "charge_loop",
)
"""Places from which a session goes on, as the cases name them."""
ENDING = ("power_stop", "welding_detection", "session_stop")
"""Places from which it only ends."""
_LEAD_ON = (
    SupportedAppProtocolRes,
    common.SessionSetupRes,
    common.ServiceSelectionRes,
    dc.DcChargeParameterDiscoveryRes,
    common.ScheduleExchangeRes,
    dc.DcCableCheckRes,
    dc.DcPreChargeRes,
)
"""Responses on which an EV that takes anything makes a request that goes on, wherever it is."""
_OWN = {
    "supported_app_protocol": SupportedAppProtocolRes,
    "session_setup": common.SessionSetupRes,
    "service_selection": common.ServiceSelectionRes,
    "charge_parameters": dc.DcChargeParameterDiscoveryRes,
    "schedule": common.ScheduleExchangeRes,
    "cable_check": dc.DcCableCheckRes,
    "pre_charge": dc.DcPreChargeRes,
}
_LONG = 300.0


def at(case: str, places: tuple[str, ...]) -> tuple[str, ...]:
    """The variants of a case at these places."""
    return tuple(f"{case}[{place}]" for place in places)


_CONFUSED = tuple(
    f"{place}-{kind.name}"
    for place in (*BEFORE_SETUP[:1], *IN_SESSION, *ENDING)
    for kind in _LEAD_ON
    if _OWN.get(place) is not kind
)

MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "takes-every-failure-for-ok",
        "goes on after every FAILED code",
        at("FTL-003", IN_SESSION),
        lambda good: good.having(evcc=TakesNoForOk),
    ),
    mutant(
        "never-hangs-up",
        "stays connected when its session is over",
        (
            "FTL-001",
            "FTL-002",
            "FTL-003",
            "ORD-001",
            "ORD-002",
            "SID-002",
            "MAL-001",
            "TMO-003",
            "TMO-004",
            "STP-006",
            "RNG-003",
        ),
        lambda good: good.having(linger=_LONG),
    ),
    mutant(
        "fears-warnings",
        "breaks off at every code but OK",
        ("WRN-001",),
        lambda good: good.having(evcc=KnowsOkAlone),
    ),
    mutant(
        "takes-any-type",
        "goes on with whatever response it hears, asked for or not",
        ("ORD-002", "ORD-003", *at("ORD-001", _CONFUSED)),
        lambda good: good.having(evcc=TakesAnyType),
    ),
    mutant(
        "takes-any-id",
        "looks at no session id in a response",
        tuple(f"SID-002[{place}-{zero}]" for place in IN_SESSION for zero in ("stranger", "zero")),
        lambda good: good.having(evcc=TakesAnyId),
    ),
    mutant(
        "waits-longer",
        "goes on with a response however late it is",
        ("MAL-001", "SCH-005", "CBL-003", "TMO-003", *at("TMO-004", (*BEFORE_SETUP, *IN_SESSION))),
        lambda good: good.having(patient=True),
    ),
    mutant(
        "waits-shorter",
        "gives up after a quarter of its time",
        ("CBL-002", "PRE-004", "TMO-003", "TMO-005"),
        lambda good: good.having(factor=0.25),
    ),
)
