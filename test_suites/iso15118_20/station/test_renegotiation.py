"""Renegotiation: other services in the same session, another schedule beside the charge loop."""

from __future__ import annotations

from typing import Any

import pytest

from harness.kit import Bench, Feature, Judge, Role, Say, case, finished, replace
from harness.messages.iso20.common import (
    AuthorizationRes,
    ChargeProgress,
    ChargingSession,
    PowerDeliveryReq,
    PowerDeliveryRes,
    Processing,
    ResponseCode,
    ScheduleExchangeReq,
    ScheduleExchangeRes,
    ServiceDiscoveryReq,
    ServiceDiscoveryRes,
    SessionSetupRes,
    SessionStopReq,
    SessionStopRes,
)
from harness.messages.iso20.dc import DcChargeLoopReq, DcChargeLoopRes
from harness.messages.iso20.energy import EnergyService

SERVICES = (Feature.ISO20_DC, Feature.ISO20_DC_BPT, Feature.SERVICE_RENEGOTIATION)
SCHEDULES = (Feature.ISO20_DC, Feature.SCHEDULED, Feature.SCHEDULE_RENEGOTIATION)
RESCHEDULE = ChargeProgress.SCHEDULE_RENEGOTIATION
SCHEDULE_STREAM = 0x8101
CHANGES: dict[str, dict[str, Any]] = {
    "another_service": {"service": int(EnergyService.DC)},
    "another_control_mode": {"control_mode": "scheduled"},
}


def beside(wish: ScheduleExchangeReq, usual: DcChargeLoopReq) -> Say:
    """A wish for a schedule on its own stream, in the place of a cycle of the charge loop."""
    return Say(message=replace(wish, header=usual.header), payload_type=SCHEDULE_STREAM)


@pytest.mark.parametrize("change", CHANGES)
@case(
    "ISO20-STN-REN-001",
    "Services are chosen anew in the same session, without another authorization",
    sut=Role.STATION,
    cites=("V2G20-1476", "V2G20-1477", "V2G20-751"),
    needs=(*SERVICES, Feature.SCHEDULED, Feature.DYNAMIC),
)
async def test_services_are_chosen_anew(bench: Bench, judge: Judge, change: str) -> None:
    """In Dynamic control mode the EV stops, asks to renegotiate, and charges on in another way."""
    ev = bench.ev.dynamic().renegotiating_service(after=3, **CHANGES[change]).having(loops=6)

    trace = await bench.run(ev, until=finished())

    asked = trace.first(SessionStopReq, charging_session=ChargingSession.SERVICE_RENEGOTIATION)
    if judge.coded(trace, asked, SessionStopRes, ResponseCode.OK):
        again = trace.since(asked)
        reply = judge.coded(trace, again.first(ServiceDiscoveryReq), ServiceDiscoveryRes, ResponseCode.OK)
        given = trace.first(SessionSetupRes).message.header.session_id
        if reply:
            judge.equal("session id", reply.message.header.session_id, given, at=reply)
        judge.silence("further authorization", again.all(AuthorizationRes))
        judge.any("cycles of the charge loop behind it", again.all(DcChargeLoopRes, response_code=ResponseCode.OK))
    judge.ran_to_the_end(trace)


@case(
    "ISO20-STN-REN-002",
    "Whether services may be renegotiated is said once and for all",
    sut=Role.STATION,
    cites=("V2G20-1931", "V2G20-1932"),
    needs=SERVICES,
)
async def test_offer_to_renegotiate_stays(bench: Bench, judge: Judge) -> None:
    """ServiceDiscovery is asked twice in one session, the second time behind a renegotiation."""
    ev = bench.ev.renegotiating_service(after=3, service=int(EnergyService.DC)).having(loops=6)

    trace = await bench.run(ev, until=finished())

    first = trace.first(ServiceDiscoveryRes)
    judge.holds("offer", first.message.service_renegotiation_supported, "denied", at=first)
    if judge.any("another ServiceDiscovery", trace.since(first).all(ServiceDiscoveryRes)):
        other = trace.nth(ServiceDiscoveryRes, 2)
        judge.holds("offer, again", other.message.service_renegotiation_supported, "denied now", at=(first, other))


@case(
    "ISO20-STN-REN-003",
    "A wish for another schedule is granted, or refused by a warning",
    sut=Role.STATION,
    cites=("V2G20-1623",),
    needs=(Feature.ISO20_DC, Feature.SCHEDULED),
    maturity="watch",
)
async def test_other_schedule_is_granted_or_not(bench: Bench, judge: Judge) -> None:
    """Out of the charge loop the EV asks for another schedule; one that cannot be had does not end the session."""
    ev = bench.ev.scheduled().renegotiating_schedule(after=3, departure_time=3600).having(loops=20)

    trace = await bench.run(ev, until=finished())

    asked = trace.first(PowerDeliveryReq, charge_progress=RESCHEDULE)
    refusal = ResponseCode.WARNING_SCHEDULE_RENEGOTIATION_FAILED
    judge.coded(trace, asked, PowerDeliveryRes, ResponseCode.OK, refusal)
    judge.ran_to_the_end(trace)


@case(
    "ISO20-STN-REN-004",
    "Another schedule is settled while energy flows, on a stream of its own",
    sut=Role.STATION,
    cites=("V2G20-1058", "V2G20-1623", "V2G20-1987"),
    needs=SCHEDULES,
)
async def test_schedule_is_settled_beside_the_loop(bench: Bench, judge: Judge) -> None:
    """The EV leaves earlier than it said; ScheduleExchange runs on payload type 0x8101, the charge loop goes on."""
    ev = bench.ev.scheduled().renegotiating_schedule(after=3, departure_time=3600).having(loops=20)

    trace = await bench.run(ev, until=finished())

    asked = trace.first(PowerDeliveryReq, charge_progress=RESCHEDULE)
    if judge.coded(trace, asked, PowerDeliveryRes, ResponseCode.OK):
        replies = trace.since(asked).all(ScheduleExchangeRes)
        judge.every("on its own stream", replies, lambda entry: entry.stream == SCHEDULE_STREAM, "elsewhere")
        judge.every("OK", replies, lambda entry: entry.message.response_code is ResponseCode.OK, "another code")
        done = trace.since(asked).last(ScheduleExchangeRes)
        judge.equal("processing at last", done.message.evse_processing, Processing.FINISHED, at=done)
        between = trace.since(asked).until(done).all(DcChargeLoopRes)
        judge.any("cycles of the charge loop meanwhile", between)


@case(
    "ISO20-STN-REN-005",
    "The new schedule is the one to start under",
    sut=Role.STATION,
    cites=("V2G20-1058", "V2G20-1615"),
    needs=SCHEDULES,
)
async def test_new_schedule_is_put_in_force(bench: Bench, judge: Judge) -> None:
    """Once the schedule is settled the EV starts anew with a profile under it, and goes on charging."""
    ev = bench.ev.scheduled().renegotiating_schedule(after=3, departure_time=3600).having(loops=20)

    trace = await bench.run(ev, until=finished())

    settled = trace.since(trace.first(PowerDeliveryReq, charge_progress=RESCHEDULE)).first(
        ScheduleExchangeRes, evse_processing=Processing.FINISHED
    )
    offered = [one.schedule_tuple_id for one in settled.message.control_mode.schedule_tuple]
    start = trace.since(settled).first(PowerDeliveryReq, charge_progress=ChargeProgress.START)
    chosen = start.message.ev_power_profile.control_mode.selected_schedule_tuple_id
    judge.among("tuple selected", chosen, offered, at=(settled, start))
    if judge.granted(trace, start, PowerDeliveryRes):
        judge.any("cycles under it", trace.since(start).all(DcChargeLoopRes))
    judge.ran_to_the_end(trace)


@case(
    "ISO20-STN-REN-006",
    "No schedule is settled on its own stream before the EV announced that",
    sut=Role.STATION,
    cites=("V2G20-459",),
    needs=SCHEDULES,
    maturity="watch",
)
async def test_schedule_out_of_the_blue(bench: Bench, judge: Judge) -> None:
    """ScheduleExchangeReq comes on payload type 0x8101 in the middle of the charge loop, with nothing before it."""
    look = await bench.run(bench.ev.scheduled(), until=finished())
    wish = look.first(ScheduleExchangeReq).message

    ev = bench.ev.scheduled().answering(DcChargeLoopReq, lambda _, usual: beside(wish, usual), nth=3)
    trace = await bench.run(ev, until=finished())

    cycle = trace.nth(DcChargeLoopRes, 2)
    asked = trace.since(cycle).first(ScheduleExchangeReq)
    judge.refused(trace, asked, ScheduleExchangeRes, ResponseCode.FAILED_SEQUENCE_ERROR)
