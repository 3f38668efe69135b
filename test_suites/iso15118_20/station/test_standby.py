"""Standby: granted or refused in so many words, free of energy, and left by what the EV asks for."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, case, finished
from harness.messages.iso20.common import ChargeProgress, PowerDeliveryReq, PowerDeliveryRes, Processing, ResponseCode
from harness.messages.iso20.dc import DcChargeLoopReq, DcChargeLoopRes

STANDBY, START, STOP = ChargeProgress.STANDBY, ChargeProgress.START, ChargeProgress.STOP
NEEDS = (Feature.ISO20_DC, Feature.STANDBY)
NOTHING = 10.0
"""Wh by which a reading may rise around half a minute without power; our own figure, for the ramps at both ends."""


@case(
    "ISO20-STN-SBY-001",
    "A wish for standby is granted, or refused by a warning",
    sut=Role.STATION,
    cites=("V2G20-1385",),
    needs=Feature.ISO20_DC,
)
async def test_standby_is_granted_or_not(bench: Bench, judge: Judge) -> None:
    """Out of the charge loop the EV asks to stand by; a station that has no standby does not end the session for it."""
    ev = bench.ev.standing_by(after=3, lasting=2.0).having(loops=6)

    trace = await bench.run(ev, until=finished())

    asked = trace.first(PowerDeliveryReq, charge_progress=STANDBY)
    judge.coded(trace, asked, PowerDeliveryRes, ResponseCode.OK, ResponseCode.WARNING_STANDBY_NOT_ALLOWED)
    judge.ran_to_the_end(trace)


@case(
    "ISO20-STN-SBY-002",
    "The EV stands by, says so again, and comes back to the charge loop",
    sut=Role.STATION,
    cites=("V2G20-1385", "V2G20-1386"),
    needs=NEEDS,
)
async def test_standby_and_back(bench: Bench, judge: Judge) -> None:
    """It stands by for twelve seconds, asks again twice on the way, then starts."""
    ev = bench.ev.standing_by(after=3, lasting=12.0).having(loops=8)

    trace = await bench.run(ev, until=finished())

    trace.first(PowerDeliveryReq, charge_progress=STANDBY)
    for asked in trace.all(PowerDeliveryReq, charge_progress=STANDBY):
        judge.coded(trace, asked, PowerDeliveryRes, ResponseCode.OK)
    last = trace.last(PowerDeliveryReq, charge_progress=STANDBY)
    start = trace.since(last).first(PowerDeliveryReq, charge_progress=START)
    if judge.granted(trace, start, PowerDeliveryRes):
        judge.any("cycles after standby", trace.since(start).all(DcChargeLoopRes, response_code=ResponseCode.OK))
    judge.ran_to_the_end(trace)


@case(
    "ISO20-STN-SBY-003",
    "Out of standby the EV may stop for good",
    sut=Role.STATION,
    cites=("V2G20-1386",),
    needs=NEEDS,
)
async def test_standby_and_stop(bench: Bench, judge: Judge) -> None:
    """It stands by for a few seconds, then ends the flow of energy and the session."""
    trace = await bench.run(bench.ev.standing_by(after=3, lasting=3.0, leaving_by="stop"), until=finished())

    last = trace.last(PowerDeliveryReq, charge_progress=STANDBY)
    judge.coded(trace, last, PowerDeliveryRes, ResponseCode.OK)
    stop = trace.since(last).first(PowerDeliveryReq, charge_progress=STOP)
    judge.coded(trace, stop, PowerDeliveryRes, ResponseCode.OK)
    judge.ran_to_the_end(trace)


@case(
    "ISO20-STN-SBY-004",
    "Out of standby the EV may ask for another schedule",
    sut=Role.STATION,
    cites=("V2G20-1386",),
    needs=(*NEEDS, Feature.SCHEDULED, Feature.SCHEDULE_RENEGOTIATION),
)
async def test_standby_and_another_schedule(bench: Bench, judge: Judge) -> None:
    """It stands by, finds that it leaves earlier than it said, and starts anew under another schedule."""
    ev = bench.ev.scheduled().standing_by(
        after=3, lasting=3.0, leaving_by="schedule_renegotiation", departure_time=3600
    )

    trace = await bench.run(ev.having(loops=8), until=finished())

    asked = trace.first(PowerDeliveryReq, charge_progress=ChargeProgress.SCHEDULE_RENEGOTIATION)
    judge.coded(trace, asked, PowerDeliveryRes, ResponseCode.OK)
    judge.any("cycles of the charge loop after it", trace.since(asked).all(DcChargeLoopRes))
    judge.ran_to_the_end(trace)


@case(
    "ISO20-STN-SBY-005",
    "No energy is counted in standby",
    sut=Role.STATION,
    cites=("V2G20-902", "V2G20-1385"),
    needs=(*NEEDS, Feature.METER_INFO, Feature.SCHEDULED),
)
async def test_standby_takes_no_energy(bench: Bench, judge: Judge) -> None:
    """In Scheduled control mode the EV takes 10 kW, stands by for half a minute, and looks at the meter again."""
    ev = bench.ev.scheduled().with_car(wanted_power=10_000.0).standing_by(after=5, lasting=30.0).having(loops=7)

    trace = await bench.run(ev, until=finished())

    asked = trace.first(PowerDeliveryReq, charge_progress=STANDBY)
    shown = {"where": lambda entry: entry.message.meter_info is not None}
    before, after = (
        trace.until(asked).last(DcChargeLoopRes, **shown),
        trace.since(asked).first(DcChargeLoopRes, **shown),
    )
    first, second = (float(one.message.meter_info.charged_energy_reading_wh) for one in (before, after))
    judge.between("energy in standby", second - first, 0.0, NOTHING, unit="Wh", at=(before, after))


@case(
    "ISO20-STN-SBY-006",
    "No cycle of the charge loop is served in standby",
    sut=Role.STATION,
    cites=("V2G20-459", "V2G20-1386"),
    needs=NEEDS,
    maturity="watch",
)
async def test_no_charge_loop_in_standby(bench: Bench, judge: Judge) -> None:
    """Having been granted standby, the EV goes on with the charge loop as if nothing had happened."""
    ev = bench.ev.answering(
        DcChargeLoopReq,
        lambda _, usual: PowerDeliveryReq(
            header=usual.header, ev_processing=Processing.FINISHED, charge_progress=STANDBY
        ),
        nth=3,
    )

    trace = await bench.run(ev, until=finished())

    asked = trace.first(PowerDeliveryReq, charge_progress=STANDBY)
    granted = judge.coded(trace, asked, PowerDeliveryRes, ResponseCode.OK)
    if granted:
        cycle = trace.since(granted).first(DcChargeLoopReq)
        judge.refused(trace, cycle, DcChargeLoopRes, ResponseCode.FAILED_SEQUENCE_ERROR)
