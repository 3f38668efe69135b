"""ScheduleExchange with wishes that cannot be met: what the station makes of them is open, but it answers."""

from __future__ import annotations

from typing import Any

import pytest

from harness.kit import Bench, Feature, Judge, Rational, Role, WattHours, Watts, answered, case, replace, seen
from harness.messages.iso20.common import (
    EvAbsolutePriceSchedule,
    EvEnergyOffer,
    EvPowerSchedule,
    EvPowerScheduleEntry,
    EvPowerScheduleEntryList,
    EvPriceRule,
    EvPriceRuleStack,
    EvPriceRuleStackList,
    Processing,
    ScheduleExchangeReq,
    ScheduleExchangeRes,
)
from harness.messages.iso20.dc import DcChargeLoopRes
from harness.messages.ocpp import NotifyEVChargingNeeds

HOUR, DAY = 3600, 86_400
CONTRADICTIONS: dict[str, dict[str, Any]] = {
    "departure_now": {"departure_time": 0},
    "minimum_soc_above_target": {"minimum_soc": 90, "target_soc": 50},
    "least_energy_above_most": {
        "ev_minimum_energy_request": WattHours.of(30_000.0),
        "ev_maximum_energy_request": WattHours.of(10_000.0),
    },
    "one_bound_of_the_v2x_window": {"ev_maximum_v2x_energy_request": WattHours.of(5000.0)},
    "v2x_window_upside_down": {
        "ev_maximum_v2x_energy_request": WattHours.of(1000.0),
        "ev_minimum_v2x_energy_request": WattHours.of(5000.0),
    },
}


def offer(at: int) -> EvEnergyOffer:
    """Five kilowatts for an hour, at a price."""
    power = EvPowerScheduleEntry(duration=HOUR, power=Watts.of(-5000.0))
    rule = EvPriceRule(energy_fee=Rational(value=30, exponent=-2), power_range_start=Watts.of(0.0))
    stack = EvPriceRuleStack(duration=HOUR, ev_price_rule=(rule,))
    return EvEnergyOffer(
        ev_power_schedule=EvPowerSchedule(
            time_anchor=at, ev_power_schedule_entries=EvPowerScheduleEntryList(ev_power_schedule_entry=(power,))
        ),
        ev_absolute_price_schedule=EvAbsolutePriceSchedule(
            time_anchor=at,
            currency="EUR",
            price_algorithm="urn:iso:std:iso:15118:-20:PriceAlgorithm:1-Power",
            ev_price_rule_stacks=EvPriceRuleStackList(ev_price_rule_stack=(stack,)),
        ),
    )


@pytest.mark.parametrize("which", CONTRADICTIONS)
@case(
    "ISO20-STN-SCH-020",
    "Wishes that contradict themselves are answered in one way or another",
    sut=Role.STATION,
    cites=("V2G20-435", "V2G20-1640", "V2G20-2681"),
    needs=(Feature.ISO20_DC, Feature.DYNAMIC),
)
async def test_contradictory_wishes_are_answered(bench: Bench, judge: Judge, which: str) -> None:
    """The EV breaks a rule that is its own; the standard does not say what the station makes of that, so it is told."""
    block = {f"control_mode__{name}": value for name, value in CONTRADICTIONS[which].items()}

    trace = await bench.run(bench.ev.dynamic().but(ScheduleExchangeReq, **block), until=answered(ScheduleExchangeRes))

    reply = judge.answered(trace, trace.first(ScheduleExchangeReq), ScheduleExchangeRes)
    if reply:
        judge.notice(which.replace("_", " "), f"answered with {reply.message.response_code}", at=reply)


@case(
    "ISO20-STN-SCH-021",
    "An EV that has charged enough may still ask for a schedule",
    sut=Role.STATION,
    cites=("V2G20-1267",),
    needs=(Feature.ISO20_DC_BPT, Feature.DYNAMIC),
)
async def test_negative_energies_are_taken(bench: Bench, judge: Judge) -> None:
    """Its battery holds more than it needs, so that the energies asked for are below zero: it has some to give."""
    trace = await bench.run(bench.ev.dynamic().with_car(soc=90.0, target_soc=60.0), until=answered(ScheduleExchangeRes))

    asked = trace.first(ScheduleExchangeReq)
    wanted = float(asked.message.control_mode.ev_target_energy_request)
    if wanted >= 0:
        judge.inconclusive("wish", f"our EV asked for {wanted:g} Wh", at=asked)
        return
    judge.granted(trace, asked, ScheduleExchangeRes)


@case(
    "ISO20-STN-SCH-022",
    "A departure far ahead is no reason to refuse",
    sut=Role.STATION,
    cites=("V2G20-1267",),
    needs=(Feature.ISO20_DC, Feature.SCHEDULED),
)
async def test_departure_far_ahead_is_taken(bench: Bench, judge: Judge) -> None:
    """The car stays for a week."""
    trace = await bench.run(bench.ev.scheduled().with_car(departure_time=7 * DAY), until=answered(ScheduleExchangeRes))

    judge.granted(trace, trace.first(ScheduleExchangeReq), ScheduleExchangeRes)


@case(
    "ISO20-STN-SCH-023",
    "In Dynamic control mode the schedule exchange makes the station tell its backend what the EV needs",
    sut=Role.STATION,
    cites=("V2G20-2175",),
    needs=(Feature.ISO20_DC, Feature.DYNAMIC, Feature.OCPP201, Feature.ISO15118_CHARGING_NEEDS),
)
async def test_backend_hears_of_the_needs(bench: Bench, judge: Judge) -> None:
    """NotifyEVChargingNeeds must follow the EV's request before power flows."""
    trace = await bench.run(bench.ev.dynamic(), until=seen(DcChargeLoopRes))

    asked = trace.first(ScheduleExchangeReq)
    power = trace.first(DcChargeLoopRes)
    told = trace.since(asked).until(power).all(NotifyEVChargingNeeds)
    if judge.any("needs told to the backend", told):
        judge.report("time until the backend hears of it", round(told[0].at - asked.at, 3), "s", at=(asked, told[0]))


@case(
    "ISO20-STN-SCH-024",
    "An EV that offers energy for a price is heard out",
    sut=Role.STATION,
    cites=("V2G20-1267",),
    needs=(Feature.ISO20_DC_BPT, Feature.SCHEDULED),
)
async def test_energy_offer_is_taken(bench: Bench, judge: Judge) -> None:
    """The request carries an EVEnergyOffer: 5 kW for an hour; a station may make nothing of it, but goes on."""

    def offering(_: Any, usual: ScheduleExchangeReq) -> ScheduleExchangeReq:
        return replace(usual, control_mode=replace(usual.control_mode, ev_energy_offer=offer(usual.header.time_stamp)))

    ev = bench.ev.scheduled().answering(ScheduleExchangeReq, offering)
    trace = await bench.run(ev, until=answered(ScheduleExchangeRes, evse_processing=Processing.FINISHED))

    trace.first(ScheduleExchangeReq)
    for asked in trace.all(ScheduleExchangeReq):
        judge.granted(trace, asked, ScheduleExchangeRes)
