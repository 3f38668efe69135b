"""Stations with one fault each towards the vehicle, from the order of messages to the charge loop."""

from __future__ import annotations

from harness.core.case import Role
from harness.core.units import Amperes
from harness.endpoints.mutants.careless_answers import (
    overstated,
    same_set_id,
)
from harness.endpoints.mutants.careless_secc import (
    DeliversEarly,
    HangsUp,
    KeepsTheEv,
    SkipsTheSchedule,
    TakesAnyOrder,
)
from harness.endpoints.mutants.iso20_station_opening import FRAMING, OPENING
from harness.endpoints.mutants.mutant import Mutant, series
from harness.endpoints.station.secc import CLOSE_AFTER
from harness.endpoints.station.settings import DYNAMIC
from harness.endpoints.station.station import Station
from harness.messages.iso20.common import (
    AuthorizationRes,
    PowerDeliveryRes,
    ServiceDetailRes,
    ServiceSelectionRes,
    SessionStopRes,
)
from harness.messages.iso20.dc import (
    BptScheduledDcClResControlMode,
    DcCableCheckRes,
    DcChargeLoopRes,
    DcChargeParameterDiscoveryRes,
    ScheduledDcClResControlMode,
)
from harness.messages.iso20.types import Processing, ResponseCode

OK = ResponseCode.OK
mutant = series(Station, Role.STATION, ids="station-", cases="ISO20-STN-")

_ORDER = (
    mutant(
        "takes-any-order",
        "answers every request whenever it comes",
        ("ORD-001", "ORD-002", "ORD-003", "ORD-004"),
        lambda good: good.having(secc=TakesAnyOrder),
    ),
    mutant(
        "skips-schedule",
        "checks the cable without a schedule",
        ("ORD-002",),
        lambda good: good.having(secc=SkipsTheSchedule),
    ),
    mutant(
        "delivers-early",
        "delivers power while pre-charge goes on",
        ("ORD-003",),
        lambda good: good.having(secc=DeliversEarly),
    ),
    mutant(
        "hangs-up",
        "closes the connection where it should refuse",
        ("ORD-001", "ORD-002", "ORD-003", "ORD-004", "SSU-003", "SVC-001", "SVC-002", "CPD-001", "SCH-001"),
        lambda good: good.having(secc=HangsUp),
    ),
    mutant(
        "holds-the-line",
        "never closes a connection",
        ("ORD-004", "STP-003"),
        lambda good: good.having(linger=3600.0),
    ),
    mutant(
        "drops-the-line",
        "closes the connection with its last response",
        ("ORD-004", "STP-003"),
        lambda good: good.having(linger=-CLOSE_AFTER),
    ),
    mutant(
        "fails-cable-check",
        "finds a fault in every cable",
        ("ORD-005",),
        lambda good: good.but(DcCableCheckRes, response_code=ResponseCode.FAILED),
    ),
    mutant(
        "stays-with-ongoing",
        "never ends a cable check",
        ("ORD-005",),
        lambda good: good.but(DcCableCheckRes, evse_processing=Processing.ONGOING),
    ),
    mutant(
        "waits-for-ever",
        "lets no timer end a session",
        ("TMO-001", "TMO-002"),
        lambda good: good.having(patient=True),
    ),
    mutant(
        "waits-too-long",
        "waits two minutes behind a charge-loop response, and hours elsewhere",
        ("TMO-001", "TMO-002"),
        lambda good: good.having(factor=240.0),
    ),
    mutant(
        "loses-patience",
        "drops an EV that says nothing for a moment",
        ("TMO-001",),
        lambda good: good.having(factor=0.5),
    ),
    mutant(
        "keeps-the-ev",
        "lets no EV go right after session setup",
        ("STP-001",),
        lambda good: good.having(secc=KeepsTheEv),
    ),
    mutant(
        "renegotiates-unasked",
        "agrees to a renegotiation that it does not support",
        ("STP-002",),
        lambda good: good.set(service_renegotiation=False).but(SessionStopRes, response_code=OK),
    ),
)

_CHOICES = (
    mutant(
        "authorizes-any-way",
        "takes every way of authorization for a good one",
        ("AUT-001",),
        lambda good: good.but(AuthorizationRes, response_code=OK, evse_processing=Processing.FINISHED),
    ),
    mutant(
        "details-any-service",
        "tells details of services that it does not have",
        ("SVC-001",),
        lambda good: good.but(ServiceDetailRes, response_code=OK),
    ),
    mutant(
        "sells-any-set",
        "lets parameter sets be selected that it never named",
        ("SVC-002",),
        lambda good: good.but(ServiceSelectionRes, response_code=OK),
    ),
    mutant(
        "one-control-mode",
        "offers Dynamic control mode alone",
        ("SVC-003",),
        lambda good: good.set(control_modes=(DYNAMIC,)),
    ),
    mutant(
        "one-set-id",
        "gives all parameter sets one id",
        ("SVC-003",),
        lambda good: good.answering(ServiceDetailRes, same_set_id),
    ),
    mutant(
        "bears-any-battery",
        "agrees to charge parameters that nobody can work with",
        ("CPD-001",),
        lambda good: good.but(DcChargeParameterDiscoveryRes, response_code=OK),
    ),
    mutant(
        "takes-any-schedule",
        "starts under a schedule that it never offered",
        ("SCH-001",),
        lambda good: good.but(PowerDeliveryRes, response_code=OK),
    ),
)

_CHARGE_LOOP = (
    mutant(
        "forgets-bidirectional",
        "answers a bidirectional session with the block of a plain one",
        ("CHL-001",),
        lambda good: good.but(DcChargeLoopRes, control_mode=ScheduledDcClResControlMode()),
    ),
    mutant(
        "always-bidirectional",
        "answers a charge-only session with a bidirectional block",
        ("CHL-001", "CHL-005"),
        lambda good: good.but(DcChargeLoopRes, control_mode=BptScheduledDcClResControlMode()),
    ),
    mutant(
        "no-meter",
        "sends no meter reading",
        ("CHL-002",),
        lambda good: good.but(DcChargeLoopRes, meter_info=None),
    ),
    mutant(
        "no-first-reading",
        "sends its first meter reading in the second charge loop",
        ("CHL-002",),
        lambda good: good.but(DcChargeLoopRes, meter_info=None, nth=1),
    ),
    mutant(
        "overstates-limits",
        "allows more in the charge loop than it is rated for",
        ("CHL-003",),
        lambda good: good.answering(DcChargeLoopRes, overstated),
    ),
    mutant(
        "overcharges",
        "drives 60 A whatever the EV allows",
        ("CHL-004",),
        lambda good: good.but(DcChargeLoopRes, evse_present_current=Amperes.of(60.0)),
    ),
    mutant(
        "overdischarges",
        "draws 40 A from every EV",
        ("CHL-004", "CHL-005"),
        lambda good: good.but(DcChargeLoopRes, evse_present_current=Amperes.of(-40.0)),
    ),
)

MUTANTS: tuple[Mutant, ...] = (*OPENING, *_ORDER, *_CHOICES, *_CHARGE_LOOP, *FRAMING)
