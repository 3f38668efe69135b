"""Stations with one fault each in an ISO 15118-2 session, from the charge parameters to the end of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.endpoints.mutants.iso2_careless import ForgetsSchedules, serving
from harness.endpoints.mutants.mutant import Mutant, series
from harness.endpoints.station.station import Station
from harness.messages.iso2.ac import ChargingStatusRes
from harness.messages.iso2.charging import (
    ChargeParameterDiscoveryRes,
    ChargeProgress,
    MeteringReceiptRes,
    PowerDeliveryReq,
    PowerDeliveryRes,
)
from harness.messages.iso2.codes import EvseProcessing, IsolationLevel, ResponseCode
from harness.messages.iso2.dc import CableCheckRes, CurrentDemandRes, PreChargeRes, WeldingDetectionRes
from harness.messages.iso2.physical import amperes, volts
from harness.messages.iso2.schedule import RelativeTimeInterval, SAScheduleList
from harness.messages.iso2.session import SessionSetupRes, SessionStopRes

OK, FAILED = ResponseCode.OK, ResponseCode.FAILED
_LATEST = 4_000_000_000
mutant = series(Station, Role.STATION, ids="iso2-station-", cases="ISO2-STN-")
_Make = Callable[[Station], Station]


def _interval(**changes: Any) -> Callable[[Any, Any], Any]:
    """Schedules whose entries start, or last, otherwise."""

    def change(_: Any, said: ChargeParameterDiscoveryRes) -> ChargeParameterDiscoveryRes:
        if not isinstance(said.sa_schedules, SAScheduleList):
            return said
        tuples = []
        for each in said.sa_schedules.sa_schedule_tuple:
            *earlier, last = each.p_max_schedule.p_max_schedule_entry
            interval = last.time_interval
            if isinstance(interval, RelativeTimeInterval):
                last = replace(last, time_interval=replace(interval, **changes))
            schedule = replace(each.p_max_schedule, p_max_schedule_entry=(*earlier, last))
            tuples.append(replace(each, p_max_schedule=schedule))
        return replace(said, sa_schedules=SAScheduleList(sa_schedule_tuple=tuple(tuples)))

    return change


def _twice(_: Any, said: ChargeParameterDiscoveryRes) -> ChargeParameterDiscoveryRes:
    """Each schedule under two numbers."""
    if not isinstance(said.sa_schedules, SAScheduleList):
        return said
    first = said.sa_schedules.sa_schedule_tuple[0]
    both = (first, replace(first, sa_schedule_tuple_id=first.sa_schedule_tuple_id + 1))
    return replace(said, sa_schedules=SAScheduleList(sa_schedule_tuple=both))


def _refusing(where: Callable[[PowerDeliveryReq], bool]) -> _Make:
    """A station that refuses some requests for power."""

    def change(heard: Any, said: PowerDeliveryRes) -> PowerDeliveryRes:
        meant = isinstance(heard, PowerDeliveryReq) and where(heard)
        return replace(said, response_code=FAILED) if meant else said

    return lambda good: good.answering(PowerDeliveryRes, change)


def _backwards(_: Any, said: Any) -> Any:
    """A meter that runs backwards."""
    meter = said.meter_info
    if meter is None or meter.t_meter is None:
        return said
    return replace(said, meter_info=replace(meter, meter_reading=_LATEST - meter.t_meter))


def _both(**fields: Any) -> _Make:
    """A station that says so in either charge loop."""
    return lambda good: good.but(CurrentDemandRes, **fields).but(ChargingStatusRes, **fields)


_PARAMETERS: tuple[Mutant, ...] = (
    mutant(
        "least-above-most",
        "has a lowest voltage above its highest",
        ("CPD-001",),
        lambda good: good.but(
            ChargeParameterDiscoveryRes, evse_charge_parameter__evse_minimum_voltage_limit=volts(3_000.0)
        ),
    ),
    mutant(
        "odd-mains",
        "has mains of 23 V",
        ("CPD-002",),
        lambda good: good.but(ChargeParameterDiscoveryRes, evse_charge_parameter__evse_nominal_voltage=volts(23.0)),
    ),
    mutant(
        "never-ready",
        "works on schedules for ever",
        ("CPD-003",),
        lambda good: good.but(ChargeParameterDiscoveryRes, evse_processing=EvseProcessing.ONGOING),
    ),
    mutant(
        "begins-late",
        "offers schedules that begin after an hour",
        ("CPD-004",),
        lambda good: good.answering(ChargeParameterDiscoveryRes, _interval(start=3_600)),
    ),
    mutant(
        "open-ended",
        "does not say how long a schedule lasts",
        ("CPD-005",),
        lambda good: good.answering(ChargeParameterDiscoveryRes, _interval(duration=None)),
    ),
    mutant(
        "takes-any-parameters",
        "takes whatever parameters an EV has",
        ("CPD-006", "CPD-007", "CPD-008"),
        lambda good: good.but(ChargeParameterDiscoveryRes, response_code=OK),
    ),
    mutant(
        "two-schedules",
        "offers two schedules to every EV",
        ("CPD-009",),
        lambda good: good.answering(ChargeParameterDiscoveryRes, _twice),
    ),
)

_POWER: tuple[Mutant, ...] = (
    mutant(
        "slow-cable-check",
        "checks cables for minutes",
        ("CBL-001",),
        lambda good: good.having(cable_check_rounds=500),
    ),
    mutant(
        "unsound",
        "finds no isolation and says OK",
        ("CBL-002",),
        lambda good: good.but(CableCheckRes, dc_evse_status__evse_isolation_status=IsolationLevel.INVALID),
    ),
    mutant(
        "weak-pre-charge",
        "never reaches the battery's voltage",
        ("PRE-001",),
        lambda good: good.but(PreChargeRes, evse_present_voltage=volts(50.0)),
    ),
    mutant(
        "stops-nothing",
        "refuses to stop power",
        ("PWD-001",),
        _refusing(lambda heard: heard.charge_progress is ChargeProgress.STOP),
    ),
    mutant(
        "takes-any-profile",
        "takes whatever schedule and profile an EV names",
        ("PWD-002", "PWD-003"),
        lambda good: good.but(PowerDeliveryRes, response_code=OK),
    ),
    mutant(
        "takes-no-profile",
        "refuses profiles",
        ("PWD-004",),
        _refusing(lambda heard: heard.charging_profile is not None),
    ),
    mutant(
        "wants-profiles",
        "refuses EVs without a profile",
        ("PWD-005",),
        _refusing(lambda heard: heard.charging_profile is None),
    ),
    mutant(
        "gives-what-is-asked",
        "says that it gives 3000 A",
        ("LOP-001",),
        lambda good: good.but(CurrentDemandRes, evse_present_current=amperes(3_000.0)),
    ),
    mutant(
        "silent-limits",
        "tells of no limit reached",
        ("LOP-002",),
        lambda good: good.but(
            CurrentDemandRes,
            evse_current_limit_achieved=False,
            evse_power_limit_achieved=False,
            evse_voltage_limit_achieved=False,
        ),
    ),
    mutant("another-schedule", "names another schedule", ("LOP-003",), _both(sa_schedule_tuple_id=99)),
    mutant(
        "meter-runs-backwards",
        "has a meter that counts down",
        ("LOP-004",),
        lambda good: good.answering(CurrentDemandRes, _backwards).answering(ChargingStatusRes, _backwards),
    ),
    mutant("wants-receipts", "wants receipts of everybody", ("LOP-005",), _both(receipt_required=True)),
    mutant(
        "more-than-it-has",
        "allows more current than it said",
        ("LOP-006",),
        lambda good: good.but(ChargingStatusRes, evse_max_current=amperes(200.0)),
    ),
    mutant(
        "refuses-receipts",
        "refuses receipts that are good",
        ("RCP-001", "RCP-002"),
        lambda good: good.but(MeteringReceiptRes, response_code=FAILED),
    ),
    mutant(
        "takes-any-receipt",
        "takes a receipt for anything",
        ("RCP-003",),
        lambda good: good.but(MeteringReceiptRes, response_code=OK),
    ),
)

_ENDING: tuple[Mutant, ...] = (
    mutant(
        "welded",
        "stays under voltage",
        ("WLD-001",),
        lambda good: good.but(WeldingDetectionRes, evse_present_voltage=volts(400.0)),
    ),
    mutant(
        "no-farewell",
        "refuses to end a session",
        ("STP-001",),
        lambda good: good.but(SessionStopRes, response_code=FAILED),
    ),
    mutant(
        "never-joins",
        "calls a session new that it takes up again",
        ("PAU-001", "PAU-002", "PAU-003", "PAU-006"),
        lambda good: good.but(SessionSetupRes, response_code=ResponseCode.OK_NEW_SESSION_ESTABLISHED),
    ),
    mutant("forgets-schedules", "makes new schedules after a pause", ("PAU-003",), serving(ForgetsSchedules)),
    mutant(
        "renegotiates-never",
        "refuses to renegotiate",
        ("RNG-001", "RNG-002"),
        _refusing(lambda heard: heard.charge_progress is ChargeProgress.RENEGOTIATE),
    ),
    mutant("waits-for-ever", "waits three minutes for an EV", ("TMO-001",), lambda good: good.having(factor=3.0)),
    mutant("hasty", "waits half a minute for an EV", ("TMO-002",), lambda good: good.having(factor=0.5)),
    mutant("slow", "takes 1.8 s for an answer", ("TMO-003",), lambda good: good.having(response_delay=1.8)),
)

MUTANTS: tuple[Mutant, ...] = (*_PARAMETERS, *_POWER, *_ENDING)
