"""PowerDelivery of ISO 15118-2: under which schedule power starts, and that it stops."""

from __future__ import annotations

from typing import Any

import pytest

from harness.kit import Bench, Feature, Judge, Role, answered, case, replace
from harness.kit.older import on_iso2
from harness.messages.iso2.charging import (
    ChargeParameterDiscoveryRes,
    ChargeProgress,
    ChargingProfile,
    PowerDeliveryReq,
    PowerDeliveryRes,
    ProfileEntry,
)
from harness.messages.iso2.codes import ResponseCode
from harness.messages.iso2.physical import watts
from harness.messages.iso20.energy import Flow

AC_DC = {Flow.AC: Feature.ISO2_AC, Flow.DC: Feature.ISO2_DC}
DONE = answered(PowerDeliveryRes)
CONTROL = "ISO2-STN-PWD-001"


def either(bench: Bench) -> Flow:
    """Direct current where the station has it."""
    return Flow.DC if bench.device.offers(Feature.ISO2_DC) else Flow.AC


def scaled(factor: float) -> Any:
    """PowerDeliveryReq with a profile that takes so much of the power it usually would."""

    def change(_: Any, usual: PowerDeliveryReq) -> PowerDeliveryReq:
        if usual.charge_progress is not ChargeProgress.START or usual.charging_profile is None:
            return usual
        first = usual.charging_profile.profile_entry[0]
        most = max(1.0, float(first.charging_profile_entry_max_power)) * factor
        entry = ProfileEntry(charging_profile_entry_start=0, charging_profile_entry_max_power=watts(round(most)))
        return replace(usual, charging_profile=ChargingProfile(profile_entry=(entry,)))

    return change


@case(
    "ISO2-STN-PWD-001",
    "Power starts under a schedule that was offered, and stops when the EV says so",
    sut=Role.STATION,
    cites=("V2G2-589", "V2G2-812"),
    needs=Feature.ISO2,
)
async def test_power_starts_and_stops(bench: Bench, judge: Judge) -> None:
    """The EV takes the first schedule, goes through some cycles of the charge loop and stops."""
    trace = await bench.run(on_iso2(bench.ev, either(bench)))

    for progress in (ChargeProgress.START, ChargeProgress.STOP):
        asked = trace.first(PowerDeliveryReq, charge_progress=progress)
        judge.coded(trace, asked, PowerDeliveryRes, ResponseCode.OK)


@case(
    "ISO2-STN-PWD-002",
    "A schedule that was not offered is refused",
    sut=Role.STATION,
    cites=("V2G2-479", "V2G2-773"),
    needs=Feature.ISO2,
    control=CONTROL,
)
async def test_unoffered_schedule(bench: Bench, judge: Judge) -> None:
    """The EV names the number 200."""
    ev = on_iso2(bench.ev, either(bench)).but(PowerDeliveryReq, sa_schedule_tuple_id=200)

    trace = await bench.run(ev, until=DONE)

    offered = trace.last(ChargeParameterDiscoveryRes).message.sa_schedules.sa_schedule_tuple
    judge.report("schedules on offer", len(offered))
    asked, invalid = trace.first(PowerDeliveryReq), ResponseCode.FAILED_TARIFF_SELECTION_INVALID
    judge.refused(trace, asked, PowerDeliveryRes, invalid)


@pytest.mark.parametrize("flow", AC_DC, ids=lambda flow: flow.name.lower())
@case(
    "ISO2-STN-PWD-003",
    "A charging profile above PMax is refused",
    sut=Role.STATION,
    cites=("V2G2-225", "V2G2-478", "V2G2-761"),
    needs=(Feature.ISO2, Feature.ISO2_AC, Feature.ISO2_DC),
    control=CONTROL,
)
async def test_profile_above_the_schedule(bench: Bench, judge: Judge, flow: Flow) -> None:
    """The EV means to take a hundred megawatts."""
    ev = on_iso2(bench.ev, flow).answering(PowerDeliveryReq, above_the_schedule)

    trace = await bench.run(ev, until=DONE)

    asked, invalid = trace.first(PowerDeliveryReq), ResponseCode.FAILED_CHARGING_PROFILE_INVALID
    judge.refused(trace, asked, PowerDeliveryRes, invalid)


@case(
    "ISO2-STN-PWD-004",
    "A profile within the schedule is taken, however little the EV wants",
    sut=Role.STATION,
    cites=("V2G2-224",),
    needs=Feature.ISO2,
    control=CONTROL,
)
async def test_profile_within_the_schedule(bench: Bench, judge: Judge) -> None:
    """The EV means to take half of what it could."""
    ev = on_iso2(bench.ev, either(bench)).answering(PowerDeliveryReq, scaled(0.5))

    trace = await bench.run(ev, until=DONE)

    judge.coded(trace, trace.first(PowerDeliveryReq), PowerDeliveryRes, ResponseCode.OK)


@case(
    "ISO2-STN-PWD-005",
    "An EV that sends no profile may charge",
    sut=Role.STATION,
    cites=("V2G2-589",),
    needs=Feature.ISO2,
    control=CONTROL,
)
async def test_no_profile(bench: Bench, judge: Judge) -> None:
    """The schema lets an EV leave its profile out."""
    trace = await bench.run(on_iso2(bench.ev, either(bench), sends_profile=False), until=DONE)

    judge.coded(trace, trace.first(PowerDeliveryReq), PowerDeliveryRes, ResponseCode.OK)


def above_the_schedule(_: Any, usual: PowerDeliveryReq) -> PowerDeliveryReq:
    """A hundred megawatts, which no schedule for cars allows."""
    entry = ProfileEntry(charging_profile_entry_start=0, charging_profile_entry_max_power=watts(100e6))
    return replace(usual, charging_profile=ChargingProfile(profile_entry=(entry,)))
