"""An EV of ISO 15118-2 from the charge parameters to the charge loop, with direct current."""

from __future__ import annotations

from typing import Any

import pytest

from harness.kit import Bench, Entry, Feature, Judge, Role, case, closed, either, replace, seen
from harness.kit.older import speaking_iso2
from harness.kit.older_places import ongoing
from harness.kit.reactions import PROMPT, departures, gives_up
from harness.kit.station_preambles import After
from harness.messages.field import Message
from harness.messages.iso2.charging import (
    ChargeParameterDiscoveryReq,
    ChargeParameterDiscoveryRes,
    ChargeProgress,
    PowerDeliveryReq,
)
from harness.messages.iso2.codes import EvseProcessing, IsolationLevel, ResponseCode
from harness.messages.iso2.dc import (
    CableCheckReq,
    CableCheckRes,
    CurrentDemandReq,
    CurrentDemandRes,
    PreChargeReq,
    PreChargeRes,
)
from harness.messages.iso2.physical import amperes, volts, watts
from harness.messages.iso2.schedule import PMaxSchedule, PMaxScheduleEntry, RelativeTimeInterval, SAScheduleList

DC = (Feature.ISO2, Feature.ISO2_DC)
CONTROL = "ISO2-EV-SSU-001"
STARTED = either(seen(PowerDeliveryReq), closed())
WATTS = 5_000.0
ROUNDING = 0.5
LIMITS: dict[str, tuple[type[Message], type[Message], float]] = {
    "charge_parameters": (ChargeParameterDiscoveryReq, ChargeParameterDiscoveryRes, 60.0),
    "cable_check": (CableCheckReq, CableCheckRes, 40.0),
}
"""Seconds that an EV asks again while a station works on it (Table 109)."""


@pytest.mark.parametrize("kind", LIMITS.values(), ids=list(LIMITS))
@case(
    "ISO2-EV-ONG-001",
    "The EV asks again while the station works on it, and no longer than it should",
    sut=Role.EV,
    cites=("V2G2-688", "V2G2-583", "ISO 15118-2, Table 109"),
    needs=DC,
    control=CONTROL,
)
async def test_ongoing_has_an_end(bench: Bench, judge: Judge, kind: tuple[type[Message], type[Message], float]) -> None:
    """The station says Ongoing for ever."""
    request, response, limit = kind
    station = speaking_iso2(bench.station).answering(response, ongoing).having(patient=True)

    trace = await bench.run(station, until=closed(), limit=limit + 60.0)

    first = trace.first(response)
    judge.any("repetitions", trace.since(first).all(request))
    left = departures(trace, first)
    if judge.any("the EV hangs up or ends the session", left):
        judge.between("seconds until it does", left[0].at - first.at, 0.0, limit + PROMPT, unit="s", at=left[0])


@case(
    "ISO2-EV-CBL-001",
    "The EV does not charge over a cable that is not sound",
    sut=Role.EV,
    cites=("V2G2-524", "V2G2-585"),
    needs=DC,
    control=CONTROL,
)
async def test_unsound_cable(bench: Bench, judge: Judge) -> None:
    """The cable check finds a fault: CableCheckRes says FAILED and EVSE_Malfunction."""
    station = speaking_iso2(bench.station, cable_fault=True).having(patient=True)

    trace = await bench.run(station, until=closed(), limit=60.0)

    gives_up(judge, trace, trace.first(CableCheckRes, response_code=ResponseCode.FAILED))


@case(
    "ISO2-EV-CBL-002",
    "The EV does not take a finished check with a fault for a sound cable",
    sut=Role.EV,
    cites=("V2G2-524",),
    needs=DC,
    control=CONTROL,
)
async def test_fault_beside_ok(bench: Bench, judge: Judge) -> None:
    """CableCheckRes says OK and Finished, and Fault for the isolation."""
    station = speaking_iso2(bench.station).having(patient=True)
    station = station.but(CableCheckRes, dc_evse_status__evse_isolation_status=IsolationLevel.FAULT)

    trace = await bench.run(station, until=closed(), limit=60.0)

    told = trace.first(CableCheckRes, evse_processing=EvseProcessing.FINISHED)
    judge.silence("pre-charge", trace.since(told).all(PreChargeReq))


@case(
    "ISO2-EV-PRE-001",
    "The EV starts no power before pre-charge has reached its voltage",
    sut=Role.EV,
    cites=("V2G2-526", "V2G2-586", "ISO 15118-2, Table 109"),
    needs=DC,
    control=CONTROL,
)
async def test_pre_charge_never_gets_there(bench: Bench, judge: Judge) -> None:
    """The station stays at 50 V; the EV gives up after 7 s."""
    station = speaking_iso2(bench.station).but(PreChargeRes, evse_present_voltage=volts(50.0)).having(patient=True)

    trace = await bench.run(station, until=closed(), limit=60.0)

    told = trace.first(PreChargeRes)
    judge.silence("starts", trace.since(told).all(PowerDeliveryReq, charge_progress=ChargeProgress.START))
    left = departures(trace, told)
    if judge.any("the EV hangs up or ends the session", left):
        judge.between("seconds until it does", left[0].at - told.at, 0.0, 7.0 + PROMPT, unit="s", at=left[0])


@case(
    "ISO2-EV-PWD-001",
    "The EV picks a schedule that was offered",
    sut=Role.EV,
    cites=("V2G2-479", "V2G2-773"),
    needs=DC,
    control=CONTROL,
)
async def test_schedule_was_offered(bench: Bench, judge: Judge) -> None:
    """The one schedule on offer has the number 77."""

    def renumbered(_: Any, usual: ChargeParameterDiscoveryRes) -> ChargeParameterDiscoveryRes:
        if not isinstance(usual.sa_schedules, SAScheduleList):
            return usual
        first = replace(usual.sa_schedules.sa_schedule_tuple[0], sa_schedule_tuple_id=77)
        return replace(usual, sa_schedules=SAScheduleList(sa_schedule_tuple=(first,)))

    station = speaking_iso2(bench.station).answering(ChargeParameterDiscoveryRes, renumbered).having(patient=True)

    trace = await bench.run(station, until=STARTED)

    asked = trace.first(PowerDeliveryReq)
    judge.equal("number of the schedule", asked.message.sa_schedule_tuple_id, 77, at=asked)


@case(
    "ISO2-EV-PWD-002",
    "The EV's charging profile stays within the schedule",
    sut=Role.EV,
    cites=("V2G2-224", "V2G2-761"),
    needs=DC,
    control=CONTROL,
)
async def test_profile_within_the_schedule(bench: Bench, judge: Judge) -> None:
    """The schedule allows 5 kW; an EV may leave its profile out."""
    station = speaking_iso2(bench.station).answering(ChargeParameterDiscoveryRes, allowing(WATTS))

    trace = await bench.run(station, until=STARTED)

    asked = trace.first(PowerDeliveryReq, charge_progress=ChargeProgress.START)
    profile = asked.message.charging_profile
    powers = [float(one.charging_profile_entry_max_power) for one in profile.profile_entry] if profile else [0.0]
    judge.between("highest power of the profile", max(powers), 0.0, WATTS + 1.0, unit="W", at=asked)


@case(
    "ISO2-EV-LOP-001",
    "In the loop the EV takes no more power than PMax of its schedule",
    sut=Role.EV,
    cites=("V2G2-580", "V2G2-761"),
    needs=DC,
    control=CONTROL,
)
async def test_target_within_the_schedule(bench: Bench, judge: Judge) -> None:
    """The station could do more than the 5 kW of its schedule."""
    station = speaking_iso2(bench.station).answering(ChargeParameterDiscoveryRes, allowing(WATTS))

    trace = await bench.run(station, until=either(seen(CurrentDemandReq, times=5), closed()))

    asked = trace.all(CurrentDemandReq)
    judge.every("power within 5 kW", asked, lambda entry: _power(entry) <= WATTS + 500.0, "more than that")


@case(
    "ISO2-EV-LOP-002",
    "In the loop the EV asks for no more current than the station named",
    sut=Role.EV,
    cites=("V2G2-580", "V2G2-592"),
    needs=DC,
    control=CONTROL,
)
async def test_target_within_the_limits(bench: Bench, judge: Judge) -> None:
    """The station gives 12 A at most."""
    station = speaking_iso2(bench.station).set(max_charge_current=12.0)

    trace = await bench.run(station, until=either(seen(CurrentDemandReq, times=5), closed()))

    asked = trace.all(CurrentDemandReq)
    judge.every("current", asked, lambda entry: _current(entry) <= 12.0 + ROUNDING, "above the station's limit")


@case(
    "ISO2-EV-LOP-003",
    "When the station's limit falls, the EV's target falls with it",
    sut=Role.EV,
    cites=("V2G2-580", "V2G2-592"),
    needs=DC,
    control=CONTROL,
)
async def test_limit_falls(bench: Bench, judge: Judge) -> None:
    """From the fourth cycle on the station gives 6 A; the EV has a second to follow."""

    def less(_: Any, usual: CurrentDemandRes) -> CurrentDemandRes:
        return replace(usual, evse_maximum_current_limit=amperes(6.0))

    station = speaking_iso2(bench.station).answering(CurrentDemandRes, After(3, less)).having(patient=True)

    trace = await bench.run(station, until=either(seen(CurrentDemandReq, times=14), closed()))

    told = trace.nth(CurrentDemandRes, 4)
    later = [entry for entry in trace.since(told).all(CurrentDemandReq) if entry.at - told.at > 1.0]
    judge.every("current within 6 A", later, lambda entry: _current(entry) <= 6.0 + ROUNDING, "more than that")


def allowing(most: float) -> Any:
    """Schedules that allow so much for a day."""

    def change(_: Any, usual: ChargeParameterDiscoveryRes) -> ChargeParameterDiscoveryRes:
        if not isinstance(usual.sa_schedules, SAScheduleList):
            return usual
        entry = PMaxScheduleEntry(time_interval=RelativeTimeInterval(start=0, duration=86_400), p_max=watts(most))
        schedule = PMaxSchedule(p_max_schedule_entry=(entry,))
        first = replace(usual.sa_schedules.sa_schedule_tuple[0], p_max_schedule=schedule)
        return replace(usual, sa_schedules=SAScheduleList(sa_schedule_tuple=(first,)))

    return change


def _current(entry: Entry) -> float:
    return float(entry.message.ev_target_current)


def _power(entry: Entry) -> float:
    return _current(entry) * float(entry.message.ev_target_voltage)
