"""What a station may ask for while energy flows: another schedule, other services, a meter reading confirmed."""

from __future__ import annotations

from harness.kit import Bench, Entry, Feature, Judge, Role, Trace, case, closed, either, finished
from harness.kit.reactions import gives_up, takes_turns
from harness.kit.station_preambles import changed
from harness.messages.iso20.common import (
    ChargeProgress,
    ChargingSession,
    MeteringConfirmationReq,
    PowerDeliveryReq,
    ScheduleExchangeReq,
    ServiceDiscoveryReq,
    SessionSetupRes,
    SessionStopReq,
    SessionStopRes,
)
from harness.messages.iso20.dc import DcChargeLoopReq, DcChargeLoopRes
from harness.messages.iso20.types import EvseNotification, ResponseCode, V2gRequest

SOON = 5
"""Seconds within which the station wants the EV to begin."""
RESCHEDULE = ChargeProgress.SCHEDULE_RENEGOTIATION
RECHOOSE = ChargingSession.SERVICE_RENEGOTIATION
NO_RENEGOTIATION = ResponseCode.FAILED_NO_SERVICE_RENEGOTIATION_SUPPORTED


def told(trace: Trace, notification: EvseNotification) -> Entry:
    """The first response of the charge loop that carries a notification."""
    return trace.first(
        DcChargeLoopRes,
        where=lambda entry: (
            entry.message.evse_status is not None and entry.message.evse_status.evse_notification is notification
        ),
    )


@case(
    "ISO20-EV-RNG-001",
    "Asked to settle another schedule, the EV does, while energy goes on flowing",
    sut=Role.EV,
    needs=(Feature.ISO20_DC, Feature.SCHEDULED, Feature.SCHEDULE_RENEGOTIATION),
    control="ISO20-EV-SID-001",
)
async def test_schedule_renegotiation(bench: Bench, judge: Judge) -> None:
    """In Scheduled mode, beside the charge loop or by PowerDelivery: within 5 s the EV asks for another schedule."""
    plan = ((0.5, "schedule_renegotiation"),)
    station = bench.station.set(control_modes=("scheduled",), notification_plan=plan, notification_delay=SOON)

    trace = await bench.run(station, until=either(finished(), closed()))

    wish = told(trace, EvseNotification.SCHEDULE_RENEGOTIATION)
    after = trace.since(wish)
    begun = (*after.all(ScheduleExchangeReq), *after.all(PowerDeliveryReq, charge_progress=RESCHEDULE))
    if judge.any("a request that begins it", begun):
        first = min(begun, key=lambda entry: entry.number)
        judge.within("time to it", wish, first, SOON)
        judge.any("the charge loop goes on", trace.since(first).all(DcChargeLoopReq))
        takes_turns(judge, trace)


@case(
    "ISO20-EV-RNG-002",
    "Asked to choose services anew, the EV does, in the same session",
    sut=Role.EV,
    cites=("V2G20-1964", "V2G20-1476", "V2G20-1477"),
    needs=(Feature.ISO20_DC, Feature.SERVICE_RENEGOTIATION),
    control="ISO20-EV-SID-001",
)
async def test_service_renegotiation(bench: Bench, judge: Judge) -> None:
    """PowerDelivery Stop, SessionStop with ServiceRenegotiation, then ServiceDiscovery under the same id."""
    plan = ((0.5, "service_renegotiation"),)
    station = bench.station.set(notification_plan=plan, notification_delay=SOON)

    trace = await bench.run(station, until=either(finished(), closed()))

    wish = told(trace, EvseNotification.SERVICE_RENEGOTIATION)
    given = trace.first(SessionSetupRes).message.header.session_id
    stops = trace.since(wish).all(SessionStopReq, charging_session=RECHOOSE)
    if judge.any("SessionStop with ServiceRenegotiation", stops):
        before = trace.since(wish).until(stops[0])
        judge.any("PowerDelivery Stop", before.all(PowerDeliveryReq, charge_progress=ChargeProgress.STOP))
        later = trace.since(trace.since(stops[0]).first(SessionStopRes)).all(V2gRequest, sent_by=Role.EV)
        judge.equal("next request", later[0].message.name if later else "", ServiceDiscoveryReq.name, at=later[:1])
        judge.every("session id", later, lambda entry: entry.message.header.session_id == given, "another one")


@case(
    "ISO20-EV-RNG-003",
    "A refusal of other services ends the session",
    sut=Role.EV,
    cites=("V2G20-1955", "V2G20-735"),
    needs=(Feature.ISO20_DC, Feature.SERVICE_RENEGOTIATION),
    control="ISO20-EV-SID-001",
)
async def test_service_renegotiation_refused(bench: Bench, judge: Judge) -> None:
    """The station asks for it, and answers SessionStop with FAILED_NoServiceRenegotiationSupported."""
    station = bench.station.set(notification_plan=((0.5, "service_renegotiation"),), notification_delay=SOON)
    refusing = station.having(patient=True).answering(SessionStopRes, changed(response_code=NO_RENEGOTIATION))

    trace = await bench.run(refusing, until=closed(), limit=60.0)

    told(trace, EvseNotification.SERVICE_RENEGOTIATION)
    trace.first(SessionStopReq, charging_session=RECHOOSE)
    gives_up(judge, trace, trace.first(SessionStopRes, response_code=NO_RENEGOTIATION))


@case(
    "ISO20-EV-MTR-001",
    "Asked to confirm a meter reading, the EV confirms the one that it was told",
    sut=Role.EV,
    cites=("V2G20-1083",),
    needs=(Feature.ISO20_DC, Feature.METERING_CONFIRMATION),
    control="ISO20-EV-SID-001",
)
async def test_metering_confirmation(bench: Bench, judge: Judge) -> None:
    """MeterInfo comes with the notification; the EV confirms it beside the charge loop, which goes on."""
    plan = ((0.5, "metering_confirmation"),)

    trace = await bench.run(
        bench.station.set(notification_plan=plan, notification_delay=SOON), until=either(finished(), closed())
    )

    wish = told(trace, EvseNotification.METERING_CONFIRMATION)
    confirmed = trace.since(wish).all(MeteringConfirmationReq)
    if judge.any("MeteringConfirmation", confirmed):
        judge.within("time to it", wish, confirmed[0], SOON)
        shown = {entry.message.meter_info for entry in trace.all(DcChargeLoopRes)}
        judge.among("meter reading", confirmed[0].message.signed_metering_data.meter_info, shown, at=confirmed[0])
        judge.any("the charge loop goes on", trace.since(confirmed[0]).all(DcChargeLoopReq))
