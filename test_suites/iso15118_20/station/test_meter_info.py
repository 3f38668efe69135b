"""MeterInfo: one meter, whose readings begin with the session, never fall, and fit the power on the cable."""

from __future__ import annotations

from itertools import pairwise

from harness.kit import Bench, Entry, Feature, Judge, Role, Trace, answered, case, finished
from harness.messages.iso20.common import SessionSetupRes
from harness.messages.iso20.dc import DcChargeLoopReq, DcChargeLoopRes

NEEDS = (Feature.ISO20_DC, Feature.METER_INFO)
SCHEDULED = (*NEEDS, Feature.SCHEDULED)
HOUR = 3600.0
SHARE, FLOOR = 0.1, 5.0
"""How much a reading may differ from the energy on the cable: a tenth, and 5 Wh; our own figures."""


def readings(trace: Trace) -> tuple[Entry, ...]:
    """Every response with MeterInfo."""
    return trace.all(DcChargeLoopRes, where=lambda entry: entry.message.meter_info is not None)


def charged(entry: Entry) -> float:
    """Wh that went to the EV."""
    return float(entry.message.meter_info.charged_energy_reading_wh)


def discharged(entry: Entry) -> float | None:
    """Wh that came from the EV, if the meter tells."""
    back = entry.message.meter_info.bpt_discharged_energy_reading_wh
    return None if back is None else float(back)


def watts(entry: Entry) -> float:
    """Voltage times current, as the station measures them."""
    return float(entry.message.evse_present_voltage) * float(entry.message.evse_present_current)


def on_the_cable(trace: Trace) -> float:
    """Wh by voltage, current and time between the first and the last reading."""
    first, last = readings(trace)[0], readings(trace)[-1]
    loops = [entry for entry in trace.all(DcChargeLoopRes) if first.number <= entry.number <= last.number]
    powers = [
        (one.at, float(one.message.evse_present_voltage) * float(one.message.evse_present_current)) for one in loops
    ]
    return sum((later - at) * power for (at, power), (later, _) in pairwise(powers)) / HOUR


@case(
    "ISO20-STN-MET-001",
    "All readings of a session come from one meter and never fall",
    sut=Role.STATION,
    cites=("V2G20-902", "V2G20-1082"),
    needs=NEEDS,
)
async def test_one_meter(bench: Bench, judge: Judge) -> None:
    """The EV asks in every cycle for some seconds."""
    trace = await bench.run(bench.ev.having(loops=15), until=finished())

    first = trace.first(DcChargeLoopRes)
    told = readings(trace)
    if judge.any("readings", told):
        ids = {entry.message.meter_info.meter_id for entry in told}
        judge.equal("meters", len(ids), 1, at=told[:1])
        judge.excludes("meter id", next(iter(ids)), {""}, at=first)
        judge.rising("Wh to the EV", [charged(entry) for entry in told], at=told)
        judge.rising("Wh from the EV", [discharged(entry) or 0.0 for entry in told], at=told)


@case(
    "ISO20-STN-MET-002",
    "The first cycle of the loop brings a reading, asked for or not",
    sut=Role.STATION,
    cites=("V2G20-1833",),
    needs=NEEDS,
)
async def test_first_reading_unasked(bench: Bench, judge: Judge) -> None:
    """The EV never asks for a reading."""
    trace = await bench.run(bench.ev.but(DcChargeLoopReq, meter_info_requested=False), until=answered(DcChargeLoopRes))

    first = trace.first(DcChargeLoopRes)
    judge.holds("MeterInfo in the first cycle", first.message.meter_info is not None, "none", at=first)


@case(
    "ISO20-STN-MET-003",
    "The energy shown is the power on the cable over time",
    sut=Role.STATION,
    cites=("V2G20-902",),
    needs=SCHEDULED,
)
async def test_energy_fits_the_power(bench: Bench, judge: Judge) -> None:
    """In Scheduled control mode the EV takes 10 kW for half a minute, some 80 Wh."""
    ev = bench.ev.scheduled().with_car(wanted_power=10_000.0).charging_for(30.0)

    trace = await bench.run(ev, until=finished())

    trace.first(DcChargeLoopRes)
    told = readings(trace)
    if judge.any("readings", told):
        counted, expected = charged(told[-1]) - charged(told[0]), on_the_cable(trace)
        spare = max(FLOOR, SHARE * expected)
        judge.between("energy", counted, expected - spare, expected + spare, unit="Wh", at=(told[0], told[-1]))


@case(
    "ISO20-STN-MET-004",
    "Energy from the EV does not count as energy to it",
    sut=Role.STATION,
    cites=("V2G20-902", "V2G20-1034"),
    needs=(*SCHEDULED, Feature.ISO20_DC_BPT),
)
async def test_discharging_is_counted_apart(bench: Bench, judge: Judge) -> None:
    """In Scheduled control mode the EV gives 10 kW for 20 seconds; a meter may have a register for that."""
    ev = bench.ev.scheduled().with_car(wanted_power=-10_000.0).charging_for(20.0)

    trace = await bench.run(ev, until=finished())

    trace.first(DcChargeLoopRes)
    told = readings(trace)
    if judge.any("readings", told):
        judge.between("energy to the EV", charged(told[-1]) - charged(told[0]), 0.0, 2.0, unit="Wh", at=told)
        expected, back = -on_the_cable(trace), discharged(told[-1])
        if back is None:
            judge.notice("energy from the EV", "the reading has no word of it", at=told[-1])
        else:
            spare, counted = max(FLOOR, SHARE * expected), back - (discharged(told[0]) or 0.0)
            judge.between("energy from the EV", counted, expected - spare, expected + spare, unit="Wh", at=told)


@case(
    "ISO20-STN-MET-005",
    "Each session's energy is counted from nothing",
    sut=Role.STATION,
    cites=("V2G20-902",),
    needs=SCHEDULED,
    maturity="watch",
)
async def test_energy_begins_at_zero(bench: Bench, judge: Judge) -> None:
    """One EV takes 10 kW for 20 seconds and leaves; the reading of the next one's first cycle is looked at."""
    ev = bench.ev.scheduled().with_car(wanted_power=10_000.0)

    trace = await bench.run(ev.charging_for(20.0), ev, until=finished(), gap=10.0)

    other = trace.nth(SessionSetupRes, 2)
    trace.since(other).first(DcChargeLoopRes)
    told = readings(trace.since(other))
    if judge.any("readings of the second session", told):
        judge.between("first reading", charged(told[0]), 0.0, FLOOR, unit="Wh", at=told[0])
