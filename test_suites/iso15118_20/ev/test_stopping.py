"""The end of energy transfer and of the session: asked for by the station, or of the EV's own."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, LinkSeen, Role, case, closed, either, finished
from harness.kit.reactions import PROMPT
from harness.kit.station_preambles import changed
from harness.messages.field import Message
from harness.messages.iso20.common import (
    ChargeProgress,
    ChargingSession,
    PowerDeliveryReq,
    PowerDeliveryRes,
    Processing,
    SessionStopReq,
    SessionStopRes,
)
from harness.messages.iso20.dc import DcChargeLoopReq, DcChargeLoopRes
from harness.messages.iso20.types import ChargeLoopReq, EvseNotification, EvseStatus

CITES = ("V2G20-1414", "V2G20-1416", "V2G20-2645")
SOON = 5
"""Seconds within which the station wants the EV to stop."""
AT_ONCE = 1.5
"""Seconds in which an EV that is to stop without delay has done so."""
DONE = either(finished(), closed())


def terminate(delay: int) -> EvseStatus:
    """The station asks for the end within so many seconds."""
    return EvseStatus(notification_max_delay=delay, evse_notification=EvseNotification.TERMINATE)


@case(
    "ISO20-EV-STP-002",
    "Asked to pause, the EV pauses its session within the delay it was given",
    sut=Role.EV,
    cites=("V2G20-1850", "V2G20-1195"),
    needs=(Feature.ISO20_DC, Feature.PAUSE),
    control="ISO20-EV-SID-001",
)
async def test_pause_on_request(bench: Bench, judge: Judge) -> None:
    """Half a second into the charge loop the station asks for a pause, within 5 s."""
    station = bench.station.set(notification_plan=((0.5, "pause"),), notification_delay=SOON)

    trace = await bench.run(station, until=DONE)

    told = trace.first(DcChargeLoopRes, where=lambda entry: entry.message.evse_status is not None)
    after = trace.since(told)
    if judge.any("PowerDelivery Stop", after.all(PowerDeliveryReq, charge_progress=ChargeProgress.STOP)):
        judge.within("time to it", told, after.first(PowerDeliveryReq, charge_progress=ChargeProgress.STOP), SOON)
    if judge.any("SessionStop", after.all(SessionStopReq)):
        stop = after.first(SessionStopReq)
        judge.equal("ChargingSession", stop.message.charging_session, ChargingSession.PAUSE, at=stop)


@case(
    "ISO20-EV-STP-003",
    "Asked to terminate at once, the EV stops at once",
    sut=Role.EV,
    cites=CITES,
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_termination_without_delay(bench: Bench, judge: Judge) -> None:
    """NotificationMaxDelay is zero; a request that is on its way may still come."""
    station = bench.station.having(patient=True).but(DcChargeLoopRes, evse_status=terminate(0))

    trace = await bench.run(station, until=DONE, limit=60.0)

    told = trace.first(DcChargeLoopRes)
    after = trace.since(told)
    judge.between("further charge loops", len(after.all(DcChargeLoopReq)), 0, 1, at=told)
    if judge.any("PowerDelivery Stop", after.all(PowerDeliveryReq, charge_progress=ChargeProgress.STOP)):
        judge.within("time to it", told, after.first(PowerDeliveryReq, charge_progress=ChargeProgress.STOP), AT_ONCE)
    judge.any("SessionStop Terminate", after.all(SessionStopReq, charging_session=ChargingSession.TERMINATE))


@case(
    "ISO20-EV-STP-004",
    "Asked to terminate with the start of power, the EV stops again",
    sut=Role.EV,
    cites=CITES,
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_termination_with_the_start(bench: Bench, judge: Judge) -> None:
    """PowerDeliveryRes to the start asks for the end within 5 s; the charge loop says nothing of it."""
    station = bench.station.having(patient=True).answering(
        PowerDeliveryRes, changed(evse_status=terminate(SOON)), nth=1
    )

    trace = await bench.run(station, until=DONE, limit=60.0)

    told = trace.first(PowerDeliveryRes, evse_status=terminate(SOON))
    after = trace.since(told)
    if judge.any("PowerDelivery Stop", after.all(PowerDeliveryReq, charge_progress=ChargeProgress.STOP)):
        judge.within("time to it", told, after.first(PowerDeliveryReq, charge_progress=ChargeProgress.STOP), SOON)
    judge.any("SessionStop Terminate", after.all(SessionStopReq, charging_session=ChargingSession.TERMINATE))


@case(
    "ISO20-EV-STP-005",
    "A session ends with SessionStop, and the EV says nothing more",
    sut=Role.EV,
    cites=("V2G20-2645", "V2G20-1272"),
    needs=Feature.ISO20,
)
async def test_end_of_a_session(bench: Bench, judge: Judge) -> None:
    """A whole session of the EV's own making: the last request is SessionStop, and its response is the last word."""
    trace = await bench.run(bench.station.having(linger=PROMPT), until=closed())

    last = trace.last(Message, sent_by=Role.EV)
    judge.equal("the last request", last.message.name, SessionStopReq.name, at=last)
    stops = trace.all(SessionStopReq)
    judge.equal("SessionStop, times", len(stops), 1, at=stops)


@case(
    "ISO20-EV-STP-006",
    "Behind the end of its session the EV lets the connection go",
    sut=Role.EV,
    cites=("V2G20-1633",),
    needs=Feature.ISO20,
)
async def test_connection_behind_the_end(bench: Bench, judge: Judge) -> None:
    """The station holds the connection for 5 s and more, so that the EV may close it first."""
    trace = await bench.run(bench.station.having(linger=30.0), until=closed(), limit=90.0)

    end = trace.first(SessionStopRes)
    gone = trace.since(end).all(LinkSeen, sent_by=Role.EV)
    if judge.any("the EV closes the connection", gone):
        judge.within("time until it does", end, gone[0], PROMPT)


@pytest.mark.parametrize("progress", [ChargeProgress.START, ChargeProgress.STOP], ids=str)
@case(
    "ISO20-EV-STP-007",
    "Energy transfer is started and stopped once in a session without interruption",
    sut=Role.EV,
    cites=("V2G20-1615", "V2G20-1311"),
    needs=Feature.ISO20,
)
async def test_once(bench: Bench, judge: Judge, progress: ChargeProgress) -> None:
    """Requests that say Ongoing do not count; nobody asks for a renegotiation or a pause."""
    trace = await bench.run(until=finished())

    trace.first(ChargeLoopReq)
    asked = trace.all(PowerDeliveryReq, charge_progress=progress, ev_processing=Processing.FINISHED)
    judge.equal(f"PowerDelivery {progress}, times", len(asked), 1, at=asked)
