"""CurrentDemand and ChargingStatus of ISO 15118-2: what the station tells in each cycle."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, Role, case, seen
from harness.kit.older import on_iso2
from harness.messages.field import Message
from harness.messages.iso2.ac import ChargingStatusRes
from harness.messages.iso2.charging import ChargeParameterDiscoveryRes, PowerDeliveryReq
from harness.messages.iso2.codes import EvseProcessing, ResponseCode
from harness.messages.iso2.dc import CurrentDemandReq, CurrentDemandRes
from harness.messages.iso2.physical import amperes
from harness.messages.iso2.session import SessionSetupRes
from harness.messages.iso20.energy import Flow

DC, AC = (Feature.ISO2, Feature.ISO2_DC), (Feature.ISO2, Feature.ISO2_AC)
Way = tuple[Flow, type[Message]]
FLOWS: dict[str, Way] = {"dc": (Flow.DC, CurrentDemandRes), "ac": (Flow.AC, ChargingStatusRes)}
BOTH = (Feature.ISO2, Feature.ISO2_AC, Feature.ISO2_DC)
CYCLES = 6
OK = ResponseCode.OK
ROUNDING = 0.5
"""Amperes, volts."""


@case(
    "ISO2-STN-LOP-001",
    "A DC station gives no more than it says it can",
    sut=Role.STATION,
    cites=("V2G2-580", "V2G2-592"),
    needs=DC,
)
async def test_current_within_limits(bench: Bench, judge: Judge) -> None:
    """The EV asks for ten times the current that the station named as its limit, at its battery's voltage."""
    greedy = on_iso2(bench.ev).but(CurrentDemandReq, ev_target_current=amperes(3000.0))

    trace = await bench.run(greedy, until=seen(CurrentDemandRes, times=CYCLES))

    last = trace.last(ChargeParameterDiscoveryRes, evse_processing=EvseProcessing.FINISHED)
    known = last.message.evse_charge_parameter
    highest, power = float(known.evse_maximum_current_limit), float(known.evse_maximum_power_limit)
    told = trace.all(CurrentDemandRes)
    judge.every("response code OK", told, lambda one: one.message.response_code is OK, "another code")
    judge.every(
        "present current within the limits",
        told,
        lambda one: (
            _amperes(one.message) <= highest + ROUNDING
            and _amperes(one.message) * float(one.message.evse_present_voltage) <= power * 1.01 + 100.0
        ),
        "above the limits of ChargeParameterDiscoveryRes",
    )


@case(
    "ISO2-STN-LOP-002",
    "A DC station that reaches a limit says so",
    sut=Role.STATION,
    cites=("V2G2-592", "ISO 15118-2, 8.4.5.4"),
    needs=DC,
    control="ISO2-STN-LOP-001",
)
async def test_limit_is_told(bench: Bench, judge: Judge) -> None:
    """The EV asks for 3000 A; by the sixth cycle one of the three flags has to be up."""
    greedy = on_iso2(bench.ev).but(CurrentDemandReq, ev_target_current=amperes(3000.0))

    trace = await bench.run(greedy, until=seen(CurrentDemandRes, times=CYCLES))

    last = trace.last(CurrentDemandRes)
    said = last.message
    flags = (said.evse_current_limit_achieved, said.evse_power_limit_achieved, said.evse_voltage_limit_achieved)
    judge.holds("a limit achieved", any(flags), "no flag for current, power or voltage", at=last)


@pytest.mark.parametrize("way", FLOWS.values(), ids=list(FLOWS))
@case(
    "ISO2-STN-LOP-003",
    "Each cycle names the outlet and the schedule that the EV chose",
    sut=Role.STATION,
    cites=("V2G2-576", "V2G2-592"),
    needs=BOTH,
    control="ISO2-STN-PWD-001",
)
async def test_cycle_names_outlet_and_schedule(bench: Bench, judge: Judge, way: Way) -> None:
    """EVSEID is that of SessionSetupRes, SAScheduleTupleID that of PowerDeliveryReq."""
    flow, response = way
    trace = await bench.run(on_iso2(bench.ev, flow), until=seen(response, times=3))

    setup, started = trace.first(SessionSetupRes), trace.first(PowerDeliveryReq)
    told = trace.all(response)
    judge.every("EVSEID", told, lambda one: one.message.evse_id == setup.message.evse_id, "is another one")
    chosen = started.message.sa_schedule_tuple_id
    judge.every("schedule", told, lambda one: one.message.sa_schedule_tuple_id == chosen, "is another one")


@pytest.mark.parametrize("way", FLOWS.values(), ids=list(FLOWS))
@case(
    "ISO2-STN-LOP-004",
    "The meter never runs backwards",
    sut=Role.STATION,
    cites=("V2G2-902",),
    needs=BOTH,
    control="ISO2-STN-PWD-001",
)
async def test_meter_readings_rise(bench: Bench, judge: Judge, way: Way) -> None:
    """The EV charges for a quarter of a minute; one and the same meter tells what it shows."""
    flow, response = way
    trace = await bench.run(on_iso2(bench.ev, flow).charging_for(15.0))

    trace.first(response)
    told = [one for one in trace.all(response) if one.message.meter_info is not None]
    if not told:
        judge.holds("meter reading", condition=True, detail="MeterInfo is left out, as the schema lets it be")
        judge.notice("meter reading", "MeterInfo is never told")
        return
    readings = [one for one in told if one.message.meter_info.meter_reading is not None]
    judge.rising("meter reading", [float(one.message.meter_info.meter_reading) for one in readings], at=readings[-1:])
    judge.equal("meters", len({one.message.meter_info.meter_id for one in told}), 1, at=told[:1])


@pytest.mark.parametrize("way", FLOWS.values(), ids=list(FLOWS))
@case(
    "ISO2-STN-LOP-005",
    "Where no contract pays, no receipt is asked for",
    sut=Role.STATION,
    cites=("V2G2-691",),
    needs=BOTH,
    control="ISO2-STN-PWD-001",
)
async def test_no_receipt_without_a_contract(bench: Bench, judge: Judge, way: Way) -> None:
    """With external payment ReceiptRequired is there, and false; one that is left out is told."""
    flow, response = way
    trace = await bench.run(on_iso2(bench.ev, flow), until=seen(response, times=CYCLES))

    told = trace.all(response)
    judge.every("no receipt asked for", told, lambda one: not one.message.receipt_required, "ReceiptRequired is true")
    missing = [one for one in told if one.message.receipt_required is None]
    if missing:
        judge.notice("ReceiptRequired", "left out; V2G2-691 has it present, and false", at=missing[:1])


@case(
    "ISO2-STN-LOP-006",
    "An AC station tells the current for each phase in every cycle, within its limit",
    sut=Role.STATION,
    cites=("V2G2-576", "V2G2-844"),
    needs=AC,
    control="ISO2-STN-CPD-002",
)
async def test_ac_current_is_told(bench: Bench, judge: Judge) -> None:
    """EVSEMaxCurrent is how a station limits an EV while energy flows; it may fall, never rise above the first."""
    trace = await bench.run(on_iso2(bench.ev, Flow.AC), until=seen(ChargingStatusRes, times=CYCLES))

    known = trace.last(ChargeParameterDiscoveryRes, evse_processing=EvseProcessing.FINISHED)
    highest = float(known.message.evse_charge_parameter.evse_max_current)
    told = [one for one in trace.all(ChargingStatusRes) if one.message.evse_max_current is not None]
    judge.every(
        "current within the limit",
        told,
        lambda one: 0.0 <= float(one.message.evse_max_current) <= highest + ROUNDING,
        f"not within 0 A to {highest:g} A",
    )
    codes = trace.all(ChargingStatusRes)
    judge.every("response code OK", codes, lambda one: one.message.response_code is OK, "another code")


def _amperes(said: CurrentDemandRes) -> float:
    return float(said.evse_present_current)
