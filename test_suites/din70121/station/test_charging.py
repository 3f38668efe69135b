"""Charging by DIN SPEC 70121 at a station: from the parameters to the end of power."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, answered, case, seen
from harness.kit.older import on_din
from harness.messages.din.charging import (
    ChargeParameterDiscoveryRes,
    PowerDeliveryReq,
    PowerDeliveryRes,
)
from harness.messages.din.codes import EvseProcessing, ResponseCode
from harness.messages.din.dc import CableCheckRes, CurrentDemandReq, CurrentDemandRes, PreChargeReq, PreChargeRes
from harness.messages.din.physical import amperes
from harness.messages.din.schedule import SAScheduleList

CONTROL = "DIN-STN-SSU-001"
OK, FINISHED = ResponseCode.OK, EvseProcessing.FINISHED
CABLE_LIMIT, PRE_CHARGE_LIMIT = 40.0, 7.0
"""Seconds that an EV waits for either."""


@case(
    "DIN-STN-CHG-001",
    "A charge by DIN SPEC 70121 goes from its beginning to its end",
    sut=Role.STATION,
    cites=("V2G-DC-401", "V2G-DC-464", "V2G-DC-665"),
    needs=Feature.DIN,
    control=CONTROL,
)
async def test_whole_charge(bench: Bench, judge: Judge) -> None:
    """A good EV charges for some cycles, stops power and says farewell; nothing is refused on the way."""
    trace = await bench.run(on_din(bench.ev))

    trace.first(ChargeParameterDiscoveryRes)
    judge.no_failures(trace, sent_by=Role.STATION)
    judge.some("cycles of the charge loop", trace.all(CurrentDemandRes))
    judge.ran_to_the_end(trace)


@case(
    "DIN-STN-CPD-001",
    "Limits and schedules of DIN SPEC 70121 come once the station is finished",
    sut=Role.STATION,
    cites=("V2G-DC-493", "V2G-DC-498"),
    needs=Feature.DIN,
    control=CONTROL,
)
async def test_schedules_come_at_last(bench: Bench, judge: Judge) -> None:
    """The EV asks again while the station works on it."""
    trace = await bench.run(on_din(bench.ev), until=answered(ChargeParameterDiscoveryRes, evse_processing=FINISHED))

    last = trace.last(ChargeParameterDiscoveryRes)
    judge.equal("processing at last", last.message.evse_processing, FINISHED, at=last)
    schedules = last.message.sa_schedules
    judge.holds("schedules", isinstance(schedules, SAScheduleList), "there have to be some", at=last)
    told = last.message.evse_charge_parameter
    low, high = float(told.evse_minimum_voltage_limit), float(told.evse_maximum_voltage_limit)
    judge.holds("voltage limits", 0 <= low <= high, f"{low:g} V to {high:g} V", at=last)


@case(
    "DIN-STN-CBL-001",
    "Cable check and pre-charge of DIN SPEC 70121 end in time",
    sut=Role.STATION,
    cites=("V2G-DC-890", "V2G-DC-499", "V2G-DC-458"),
    needs=Feature.DIN,
    control=CONTROL,
)
async def test_cable_and_pre_charge(bench: Bench, judge: Judge) -> None:
    """A patient EV: 40 s for the cable, 7 s for the voltage of its battery."""
    trace = await bench.run(on_din(bench.ev).having(patient=True), limit=150.0)

    checked = trace.first(CableCheckRes, evse_processing=FINISHED)
    begun, charged = trace.first(PreChargeReq), trace.last(PreChargeRes)
    took = checked.at - trace.first(CableCheckRes).at
    judge.equal("response code", checked.message.response_code, OK, at=checked)
    judge.between("seconds for the cable", took, 0.0, CABLE_LIMIT, unit="s", at=checked)
    judge.between("seconds for the voltage", charged.at - begun.at, 0.0, PRE_CHARGE_LIMIT, unit="s", at=charged)


@case(
    "DIN-STN-PWD-001",
    "A schedule that DIN SPEC 70121 did not offer is refused",
    sut=Role.STATION,
    cites=("V2G-DC-399", "V2G-DC-400"),
    needs=Feature.DIN,
    control=CONTROL,
)
async def test_unoffered_schedule(bench: Bench, judge: Judge) -> None:
    """The EV's profile names schedule 200; as schedules bind nobody here, who takes it is told, and no fault."""
    ev = on_din(bench.ev).but(PowerDeliveryReq, charging_profile__sa_schedule_tuple_id=200)

    trace = await bench.run(ev, until=answered(PowerDeliveryRes))

    reply = judge.answered(trace, trace.first(PowerDeliveryReq), PowerDeliveryRes)
    if reply:
        code = reply.message.response_code
        usual = {ResponseCode.FAILED_TARIFF_SELECTION_INVALID, ResponseCode.FAILED_CHARGING_PROFILE_INVALID}
        judge.among("response code", code, {OK, *usual}, at=reply)
        if code is OK:
            judge.notice("schedule", "one that was not offered is taken; V2G-DC-878 lets schedules go unread", at=reply)


@case(
    "DIN-STN-LOP-001",
    "In DIN SPEC 70121 a station gives no more current than it named",
    sut=Role.STATION,
    cites=("V2G-DC-950", "V2G-DC-464"),
    needs=Feature.DIN,
    control=CONTROL,
)
async def test_current_within_limits(bench: Bench, judge: Judge) -> None:
    """The EV asks for 3000 A."""
    greedy = on_din(bench.ev).but(CurrentDemandReq, ev_target_current=amperes(3_000.0))

    trace = await bench.run(greedy, until=seen(CurrentDemandRes, times=5))

    highest = float(trace.last(ChargeParameterDiscoveryRes).message.evse_charge_parameter.evse_maximum_current_limit)
    told = trace.all(CurrentDemandRes)
    judge.every(
        "present current within the limit",
        told,
        lambda one: float(one.message.evse_present_current) <= highest + 0.5,
        f"more than {highest:g} A",
    )
