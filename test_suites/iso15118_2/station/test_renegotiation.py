"""Renegotiation in ISO 15118-2: other schedules while the session goes on."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, Role, answered, asks_for, case, provoked, stopping_in
from harness.kit.older import on_iso2
from harness.kit.older_matrix import Iso2State
from harness.messages.field import Message
from harness.messages.iso2.ac import ChargingStatusRes
from harness.messages.iso2.charging import (
    ChargeParameterDiscoveryRes,
    ChargeProgress,
    PowerDeliveryReq,
    PowerDeliveryRes,
)
from harness.messages.iso2.codes import EvseProcessing, ResponseCode
from harness.messages.iso2.dc import CableCheckReq, CableCheckRes, CurrentDemandRes
from harness.messages.iso2.session import SessionStopReq, SessionStopRes
from harness.messages.iso20.energy import Flow

RNG = (Feature.ISO2, Feature.ISO2_RENEGOTIATION)
Way = tuple[Flow, type[Message]]
FLOWS: dict[str, Way] = {"dc": (Flow.DC, CurrentDemandRes), "ac": (Flow.AC, ChargingStatusRes)}
OK = ResponseCode.OK


@pytest.mark.parametrize("way", FLOWS.values(), ids=list(FLOWS))
@case(
    "ISO2-STN-RNG-001",
    "An EV may ask for other schedules, and charges on under them",
    sut=Role.STATION,
    cites=("V2G2-812", "V2G2-841"),
    needs=(*RNG, Feature.ISO2_AC, Feature.ISO2_DC),
)
async def test_ev_renegotiates(bench: Bench, judge: Judge, way: Way) -> None:
    """After two cycles PowerDeliveryReq says Renegotiate; parameters are discovered anew, and power starts again."""
    flow, response = way
    trace = await bench.run(on_iso2(bench.ev, flow, renegotiate_at=2).having(loops=5))

    asked = trace.first(PowerDeliveryReq, charge_progress=ChargeProgress.RENEGOTIATE)
    judge.coded(trace, asked, PowerDeliveryRes, OK)
    after = trace.since(asked)
    told = after.all(ChargeParameterDiscoveryRes, evse_processing=EvseProcessing.FINISHED)
    if judge.any("new schedules", told):
        judge.holds("schedules", told[0].message.sa_schedules is not None, "none with Finished", at=told[0])
    started = after.all(PowerDeliveryReq, charge_progress=ChargeProgress.START)
    if judge.any("power starts again", started):
        judge.coded(after, started[0], PowerDeliveryRes, OK)
        judge.any("cycles afterwards", after.since(started[0]).all(response))


@case(
    "ISO2-STN-RNG-002",
    "With direct current the cable is checked again after a renegotiation",
    sut=Role.STATION,
    cites=("V2G2-565", "V2G2-582"),
    needs=(*RNG, Feature.ISO2_DC),
    control="ISO2-STN-CBL-001",
)
async def test_cable_is_checked_again(bench: Bench, judge: Judge) -> None:
    """The EV goes the whole way from ChargeParameterDiscovery again; the station has to know the way."""
    trace = await bench.run(on_iso2(bench.ev, renegotiate_at=2).having(loops=5))

    asked = trace.first(PowerDeliveryReq, charge_progress=ChargeProgress.RENEGOTIATE)
    after = trace.since(asked)
    checks = after.all(CableCheckReq)
    if judge.any("requests for a cable check", checks):
        judge.coded(after, checks[0], CableCheckRes, OK)
    judge.no_failures(after, sent_by=Role.STATION)


@case(
    "ISO2-STN-RNG-003",
    "An EV may stop in the middle of a renegotiation",
    sut=Role.STATION,
    cites=("V2G2-570", "V2G2-841"),
    needs=RNG,
    control="ISO2-STN-STP-001",
)
async def test_stop_while_renegotiating(bench: Bench, judge: Judge) -> None:
    """Power rests behind Renegotiate; instead of asking for parameters the EV ends its session."""
    ev = on_iso2(bench.ev, Flow.DC if bench.device.offers(Feature.ISO2_DC) else Flow.AC)
    leaving = stopping_in(ev, Iso2State.RENEGOTIATING, asks_for(SessionStopReq, "Terminate"))

    trace = await bench.run(leaving, until=answered(SessionStopRes))

    judge.coded(trace, provoked(trace, SessionStopReq), SessionStopRes, OK)
