"""EVs with one fault each from their charge parameters to the end of energy transfer."""

from __future__ import annotations

from typing import Any

from harness.core.case import Role
from harness.core.units import Amperes, Volts, WattHours, Watts
from harness.endpoints.behaviour import Hang
from harness.endpoints.ev.ev import Ev
from harness.endpoints.mutants import careless_ev_energy as careless
from harness.endpoints.mutants.changed_energy import (
    block_of_the_other_mode,
    block_of_the_other_service,
    delivering,
    drifting,
    in_dynamic,
    plain_loop,
    profile_of,
    turned_around,
)
from harness.endpoints.mutants.mutant import Mutant, series
from harness.messages.iso20.common import (
    ChargeProgress,
    ChargingSession,
    DynamicSeReqControlMode,
    PowerDeliveryReq,
    Processing,
    ScheduledEvpptControlMode,
    ScheduleExchangeReq,
    SessionStopReq,
)
from harness.messages.iso20.dc import (
    DcCableCheckReq,
    DcChargeLoopReq,
    DcChargeParameterDiscoveryReq,
    DcPreChargeReq,
    DcWeldingDetectionReq,
    DynamicDcClReqControlMode,
)

mutant = series(Ev, Role.EV, ids="ev-", cases="ISO20-EV-")

_START, _STOP = ChargeProgress.START, ChargeProgress.STOP


def check_cable_early(_: Any, said: ScheduleExchangeReq) -> DcCableCheckReq:
    """The cable check instead of another question for the schedule."""
    return DcCableCheckReq(header=said.header)


def pre_charge_early(_: Any, said: DcCableCheckReq) -> DcPreChargeReq:
    """Pre-charge instead of another cable check."""
    volts = Volts.of(400.0)
    return DcPreChargeReq(
        header=said.header, ev_processing=Processing.ONGOING, ev_present_voltage=volts, ev_target_voltage=volts
    )


def ending_at_once(said: PowerDeliveryReq) -> SessionStopReq:
    """The end of the session instead of that of the power."""
    return SessionStopReq(header=said.header, charging_session=ChargingSession.TERMINATE)


def deliver_again(progress: ChargeProgress) -> Any:
    """Another PowerDelivery instead of what should come next."""
    return lambda _, said: PowerDeliveryReq(
        header=said.header, ev_processing=Processing.FINISHED, charge_progress=progress
    )


_PARAMETERS = (
    mutant(
        "turns-limits-around",
        "tells its minima as maxima and the other way round",
        ("CPD-001", "CPD-004"),
        lambda good: good.answering(DcChargeParameterDiscoveryReq, turned_around),
    ),
    mutant(
        "thinks-in-kilowatts",
        "tells its power in kilowatts",
        ("CPD-002",),
        lambda good: good.but(
            DcChargeParameterDiscoveryReq, energy_transfer_mode__ev_maximum_charge_power=Watts.of(40.0)
        ),
    ),
    mutant(
        "takes-the-other-block",
        "names limits for discharging where it only charges, and none where it does both",
        ("CPD-003",),
        lambda good: good.answering(DcChargeParameterDiscoveryReq, block_of_the_other_service),
    ),
)

_SCHEDULE = (
    mutant(
        "needs-of-the-other-mode",
        "tells its needs in the block of the other control mode",
        ("SCH-001", "SCH-002"),
        lambda good: good.answering(ScheduleExchangeReq, block_of_the_other_mode),
    ),
    mutant(
        "takes-any-number-of-points",
        "says that it takes more points than a schedule can have",
        ("SCH-003",),
        lambda good: good.but(ScheduleExchangeReq, maximum_supporting_points=1030),
    ),
    mutant(
        "waits-for-no-schedule",
        "checks the cable while the station works on a schedule",
        ("SCH-004",),
        lambda good: good.answering(ScheduleExchangeReq, check_cable_early, nth=2),
    ),
    mutant(
        "wants-the-impossible",
        "asks for a lowest state of charge above its target",
        ("SCH-006",),
        lambda good: good.answering(
            ScheduleExchangeReq, in_dynamic(DynamicSeReqControlMode, minimum_soc=100, target_soc=50)
        ),
    ),
    mutant(
        "tells-half-a-window",
        "names a lower bound of energy for V2X and no upper one",
        ("SCH-007",),
        lambda good: good.answering(
            ScheduleExchangeReq,
            in_dynamic(DynamicSeReqControlMode, ev_minimum_v2x_energy_request=WattHours.of(1000.0)),
        ),
    ),
    mutant(
        "ignores-go-to-pause",
        "charges though it was sent to pause",
        ("SCH-008",),
        lambda good: good.having(evcc=careless.IgnoresGoToPause),
    ),
    mutant(
        "reads-few-points",
        "breaks off at schedules shorter than it said it takes",
        ("SCH-009",),
        lambda good: good.having(evcc=careless.ReadsFewPoints),
    ),
)

_PREPARING = (
    mutant(
        "waits-for-no-cable-check",
        "pre-charges while the cable check goes on",
        ("CBL-001",),
        lambda good: good.answering(DcCableCheckReq, pre_charge_early, nth=2),
    ),
    mutant(
        "asks-for-lightning",
        "asks pre-charge for a voltage that its battery cannot have",
        ("PRE-003",),
        lambda good: good.but(DcPreChargeReq, ev_target_voltage=Volts.of(20_000.0)),
    ),
    mutant(
        "selects-a-schedule-of-its-own",
        "selects a schedule that was not offered",
        ("PWD-001",),
        lambda good: good.answering(PowerDeliveryReq, profile_of(control_mode__selected_schedule_tuple_id=3)),
    ),
    mutant(
        "plans-too-much",
        "announces more power than its schedule allows",
        ("PWD-002",),
        lambda good: good.answering(PowerDeliveryReq, profile_of(watts=40_000.0)),
    ),
    mutant(
        "starts-half-ready",
        "charges though it said that it is not ready yet",
        ("PWD-003",),
        lambda good: good.answering(PowerDeliveryReq, delivering(_START, ev_processing=Processing.ONGOING)),
    ),
    mutant(
        "leaves-under-power",
        "ends its session without stopping the power",
        ("PWD-004",),
        lambda good: good.answering(PowerDeliveryReq, delivering(_STOP, instead=ending_at_once)),
    ),
    mutant(
        "schedules-the-dynamic",
        "selects a schedule in Dynamic control mode",
        ("PWD-005",),
        lambda good: good.answering(
            PowerDeliveryReq, profile_of(control_mode=ScheduledEvpptControlMode(selected_schedule_tuple_id=1))
        ),
    ),
    mutant(
        "starts-twice",
        "asks for the start again when power flows",
        ("STP-007[Start]",),
        lambda good: good.answering(DcChargeLoopReq, deliver_again(_START), nth=2),
    ),
    mutant(
        "stops-twice",
        "asks for the stop again when power is off",
        ("STP-007[Stop]",),
        lambda good: good.answering(DcWeldingDetectionReq, deliver_again(_STOP), nth=1),
    ),
)

_LOOP = (
    mutant(
        "dawdles",
        "takes 0.7 s for the next request of the charge loop",
        ("LOP-001",),
        lambda good: good.having(loop_interval=0.7),
    ),
    mutant(
        "forgets-its-service",
        "speaks in the charge loop as if it could not discharge",
        ("LOP-002",),
        lambda good: good.answering(DcChargeLoopReq, plain_loop),
    ),
    mutant(
        "shows-nonsense",
        "shows a minimum state of charge above the target",
        ("LOP-003",),
        lambda good: good.but(DcChargeLoopReq, display_parameters__minimum_soc=99),
    ),
    mutant(
        "shows-no-voltage",
        "tells a voltage of zero while it charges",
        ("LOP-004",),
        lambda good: good.but(DcChargeLoopReq, ev_present_voltage=Volts.of(0.0)),
    ),
    mutant(
        "grows-in-the-loop",
        "tells more power in the charge loop than with its charge parameters",
        ("LOP-005",),
        lambda good: good.answering(
            DcChargeLoopReq,
            in_dynamic(
                DynamicDcClReqControlMode,
                ev_maximum_charge_power=Watts.of(300_000.0),
                ev_maximum_charge_current=Amperes.of(700.0),
            ),
        ),
    ),
    mutant(
        "never-leaves",
        "moves its departure away with every cycle",
        ("LOP-006",),
        lambda good: good.answering(DcChargeLoopReq, drifting()),
    ),
    mutant(
        "stops-at-any-notice",
        "takes every notification for the end",
        ("LOP-007",),
        lambda good: good.having(evcc=careless.StopsAtAnyNotice),
    ),
    mutant(
        "needs-the-meter",
        "breaks off where the meter tells nothing",
        ("LOP-008",),
        lambda good: good.having(evcc=careless.NeedsTheMeter),
    ),
    mutant(
        "terminates-instead",
        "ends its session where it should pause it",
        ("STP-002",),
        lambda good: good.but(SessionStopReq, charging_session=ChargingSession.TERMINATE),
    ),
    mutant(
        "leaves-without-a-word",
        "hangs up instead of ending its session",
        ("STP-005",),
        lambda good: good.answering(SessionStopReq, lambda _heard, _said: Hang()),
    ),
)

MUTANTS: tuple[Mutant, ...] = (*_PARAMETERS, *_SCHEDULE, *_PREPARING, *_LOOP)
