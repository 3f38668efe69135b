"""PowerDelivery: starting under a profile that fits, and stopping."""

from __future__ import annotations

from typing import Any

import pytest

from harness.kit import Bench, Feature, Judge, Role, Watts, answered, case, replace
from harness.messages.iso20.common import (
    ChannelSelection,
    ChargeProgress,
    DynamicEvpptControlMode,
    PowerDeliveryReq,
    PowerDeliveryRes,
    Processing,
    ResponseCode,
    ScheduledEvpptControlMode,
    SessionStopRes,
)
from harness.messages.iso20.dc import DcCableCheckReq, DcChargeLoopReq, DcChargeLoopRes

START, STOP = ChargeProgress.START, ChargeProgress.STOP
INVALID = ResponseCode.FAILED_EV_POWER_PROFILE_INVALID
BEYOND = Watts.of(9_000_000.0)
EVERY_WAY = (Feature.ISO20_DC_BPT, Feature.ISO20_DC, Feature.SCHEDULED, Feature.DYNAMIC)


def power_request(heard: Any, usual: Any, *, progress: ChargeProgress) -> PowerDeliveryReq:
    """PowerDeliveryReq in the place of another request."""
    return PowerDeliveryReq(header=usual.header, ev_processing=Processing.FINISHED, charge_progress=progress)


@pytest.mark.parametrize("direction", ["both_ways", "charge_only"])
@pytest.mark.parametrize("mode", ["scheduled", "dynamic"])
@case(
    "ISO20-STN-PDL-001",
    "Power starts in each control mode, with discharging and without",
    sut=Role.STATION,
    cites=("V2G20-1262", "V2G20-1615"),
    needs=EVERY_WAY,
)
async def test_power_starts(bench: Bench, judge: Judge, mode: str, direction: str) -> None:
    """The EV starts with a profile that fits what was settled; the first cycle of the charge loop follows."""
    ev = getattr(bench.ev, mode)()

    trace = await bench.run(ev if direction == "both_ways" else ev.charge_only(), until=answered(DcChargeLoopRes))

    reply = judge.answered(trace, trace.first(PowerDeliveryReq, charge_progress=START), PowerDeliveryRes)
    if reply:
        judge.holds(
            "start", not reply.message.response_code.startswith("FAILED"), reply.message.response_code, at=reply
        )
        judge.any("cycles of the charge loop", trace.all(DcChargeLoopRes))


@case(
    "ISO20-STN-PDL-002",
    "Power stops when the EV says so",
    sut=Role.STATION,
    cites=("V2G20-1311", "V2G20-1623"),
    needs=Feature.ISO20_DC,
)
async def test_power_stops(bench: Bench, judge: Judge) -> None:
    """Out of the charge loop the EV stops; the session then goes on to its end."""
    trace = await bench.run(bench.ev, until=answered(SessionStopRes))

    judge.coded(trace, trace.first(PowerDeliveryReq, charge_progress=STOP), PowerDeliveryRes, ResponseCode.OK)


@case(
    "ISO20-STN-PDL-003",
    "A profile above the schedule is refused",
    sut=Role.STATION,
    cites=("V2G20-1058",),
    needs=(Feature.ISO20_DC, Feature.SCHEDULED),
    maturity="watch",
)
async def test_profile_above_the_schedule(bench: Bench, judge: Judge) -> None:
    """The EV selects an offered schedule and announces nine megawatts under it."""

    def beyond(_: Any, usual: PowerDeliveryReq) -> PowerDeliveryReq:
        profile = usual.ev_power_profile
        entries = profile.ev_power_profile_entries if profile else None
        if profile is None or entries is None:
            return usual
        lifted = tuple(replace(one, power=BEYOND) for one in entries.ev_power_profile_entry)
        entries = replace(entries, ev_power_profile_entry=lifted)
        return replace(usual, ev_power_profile=replace(profile, ev_power_profile_entries=entries))

    trace = await bench.run(
        bench.ev.scheduled().answering(PowerDeliveryReq, beyond, nth=1), until=answered(PowerDeliveryRes)
    )

    judge.refused(trace, trace.first(PowerDeliveryReq), PowerDeliveryRes, INVALID)


@pytest.mark.parametrize("mode", ["scheduled", "dynamic"])
@case(
    "ISO20-STN-PDL-004",
    "A profile of the other control mode is refused",
    sut=Role.STATION,
    cites=("V2G20-1216",),
    needs=(Feature.ISO20_DC, Feature.SCHEDULED, Feature.DYNAMIC),
    maturity="watch",
)
async def test_profile_of_the_other_mode(bench: Bench, judge: Judge, mode: str) -> None:
    """In Scheduled control mode the profile names no schedule, in Dynamic control mode it names one."""
    other = {
        "scheduled": DynamicEvpptControlMode(),
        "dynamic": ScheduledEvpptControlMode(selected_schedule_tuple_id=1),
    }
    ev = getattr(bench.ev, mode)().but(PowerDeliveryReq, nth=1, ev_power_profile__control_mode=other[mode])

    trace = await bench.run(ev, until=answered(PowerDeliveryRes))

    judge.refused(trace, trace.first(PowerDeliveryReq), PowerDeliveryRes, INVALID)


@case(
    "ISO20-STN-PDL-005",
    "An EV that is not ready yet may say so and start a moment later",
    sut=Role.STATION,
    cites=("V2G20-1262", "V2G20-1615"),
    needs=Feature.ISO20_DC,
)
async def test_ev_prepares_power_delivery(bench: Bench, judge: Judge) -> None:
    """The first start says Ongoing; where the charge loop would begin, the EV says Finished, then goes on."""
    ev = bench.ev.but(PowerDeliveryReq, nth=1, ev_processing=Processing.ONGOING).answering(
        DcChargeLoopReq, lambda heard, usual: power_request(heard, usual, progress=START), nth=1
    )

    trace = await bench.run(ev, until=answered(DcChargeLoopRes))

    asked = trace.first(PowerDeliveryReq)
    if judge.granted(trace, asked, PowerDeliveryRes):
        judge.granted(trace, trace.since(asked).first(PowerDeliveryReq), PowerDeliveryRes)


@case(
    "ISO20-STN-PDL-006",
    "An EV that wants no energy may stop as soon as its schedule is settled",
    sut=Role.STATION,
    cites=("V2G20-2122",),
    needs=Feature.ISO20_DC,
    maturity="watch",
)
async def test_stop_behind_the_schedule(bench: Bench, judge: Judge) -> None:
    """PowerDelivery with Stop stands where the cable check would begin."""
    ev = bench.ev.answering(DcCableCheckReq, lambda heard, usual: power_request(heard, usual, progress=STOP), nth=1)

    trace = await bench.run(ev, until=answered(PowerDeliveryRes))

    judge.coded(trace, trace.first(PowerDeliveryReq), PowerDeliveryRes, ResponseCode.OK)


@pytest.mark.parametrize("mode", ["scheduled", "dynamic"])
@case(
    "ISO20-STN-PDL-007",
    "A start without a power profile is answered in one way or another",
    sut=Role.STATION,
    cites=("V2G20-1262",),
    needs=(Feature.ISO20_DC, Feature.SCHEDULED, Feature.DYNAMIC),
)
async def test_start_without_a_profile(bench: Bench, judge: Judge, mode: str) -> None:
    """The schema lets the EV leave the profile out; what a station makes of that is told, and no fault."""
    ev = getattr(bench.ev, mode)().but(PowerDeliveryReq, nth=1, ev_power_profile=None)

    trace = await bench.run(ev, until=answered(PowerDeliveryRes))

    reply = judge.answered(trace, trace.first(PowerDeliveryReq), PowerDeliveryRes)
    if reply:
        judge.notice("no profile", f"answered with {reply.message.response_code}", at=reply)


@case(
    "ISO20-STN-PDL-008",
    "An EV that names a channel where there is only one is served all the same",
    sut=Role.STATION,
    cites=("V2G20-1262",),
    needs=Feature.ISO20_DC_BPT,
    maturity="watch",
)
async def test_channel_selection_with_one_channel(bench: Bench, judge: Judge) -> None:
    """The EV names Charge; on a unified channel that changes nothing."""
    ev = bench.ev.but(PowerDeliveryReq, nth=1, bpt_channel_selection=ChannelSelection.CHARGE)

    trace = await bench.run(ev, until=answered(PowerDeliveryRes))

    reply = judge.answered(trace, trace.first(PowerDeliveryReq), PowerDeliveryRes)
    if reply:
        judge.holds(
            "start", not reply.message.response_code.startswith("FAILED"), reply.message.response_code, at=reply
        )
