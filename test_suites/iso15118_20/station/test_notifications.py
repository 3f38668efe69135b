"""EVSEStatus: what the station asks of the EV, once somebody wants something of the station."""

from __future__ import annotations

from harness.kit import Bench, Entry, Feature, Judge, Role, asks, case, finished
from harness.messages.iso20.common import (
    ChargeProgress,
    PowerDeliveryReq,
    PowerDeliveryRes,
    ResponseCode,
    SessionStopRes,
)
from harness.messages.iso20.dc import DcChargeLoopRes
from harness.messages.iso20.types import EvseNotification
from harness.messages.ocpp import RequestStopTransaction

NEEDS = (Feature.ISO20_DC, Feature.OCPP201, Feature.REMOTE_CONTROL)
STOP = ChargeProgress.STOP
PROMPT = 10.0
"""Seconds from the backend's wish to the EV's notice of it; our own figure, as no public source gives one."""


def wishes(entry: Entry) -> EvseNotification | None:
    """What a response asks of the EV."""
    status = entry.message.evse_status
    return None if status is None else status.evse_notification


@case(
    "ISO20-STN-NTF-001",
    "A remote stop reaches the EV as the notification Terminate",
    sut=Role.STATION,
    cites=("V2G20-1414",),
    needs=NEEDS,
)
async def test_remote_stop_is_announced(bench: Bench, judge: Judge) -> None:
    """In the middle of the charge loop the backend stops the transaction; the EV would go on for two minutes."""
    csms = bench.csms.asking(asks.remote_stop, **asks.once_charging(3.0))

    trace = await bench.run(bench.ev.charging_for(120.0), csms, until=finished())

    asked = trace.first(RequestStopTransaction)
    told = trace.since(asked).all(DcChargeLoopRes, where=lambda entry: wishes(entry) is EvseNotification.TERMINATE)
    if judge.any("Terminate in the charge loop", told[:1]):
        judge.between("time until it is told", told[0].at - asked.at, 0.0, PROMPT, unit="s", at=(asked, told[0]))
        judge.report("NotificationMaxDelay", told[0].message.evse_status.notification_max_delay, "s", at=told[0])


@case(
    "ISO20-STN-NTF-002",
    "An EV that takes its time is asked again and again, and never given more time than before",
    sut=Role.STATION,
    cites=("V2G20-1414", "V2G20-1416"),
    needs=NEEDS,
)
async def test_notification_stays(bench: Bench, judge: Judge) -> None:
    """The EV goes on for three seconds after it was asked to end; it has NotificationMaxDelay to do so."""
    csms = bench.csms.asking(asks.remote_stop, **asks.once_charging(3.0))

    trace = await bench.run(bench.ev.charging_for(120.0).having(heeds_after=3.0), csms, until=finished())

    first = trace.first(DcChargeLoopRes, where=lambda entry: wishes(entry) is EvseNotification.TERMINATE)
    rest = trace.since(first).all(DcChargeLoopRes)
    judge.every("Terminate", rest, lambda entry: wishes(entry) is EvseNotification.TERMINATE, "taken back")
    told = (first, *rest)
    delays = [entry.message.evse_status.notification_max_delay for entry in told if entry.message.evse_status]
    judge.rising("time given, counted down", [-delay for delay in delays], at=told)


@case(
    "ISO20-STN-NTF-003",
    "An EV that ends on request is let go in good order",
    sut=Role.STATION,
    cites=("V2G20-1416", "V2G20-2645"),
    needs=NEEDS,
)
async def test_session_ends_on_request(bench: Bench, judge: Judge) -> None:
    """Asked to terminate, the EV stops the flow of energy and says goodbye; both are answered with OK."""
    csms = bench.csms.asking(asks.remote_stop, **asks.once_charging(3.0))

    trace = await bench.run(bench.ev.charging_for(120.0), csms, until=finished())

    asked = trace.first(RequestStopTransaction)
    stop = trace.since(asked).first(PowerDeliveryReq, charge_progress=STOP)
    judge.coded(trace, stop, PowerDeliveryRes, ResponseCode.OK)
    farewell = trace.since(stop).all(SessionStopRes)
    if judge.any("farewell", farewell):
        judge.equal("farewell", farewell[0].message.response_code, ResponseCode.OK, at=farewell[0])


@case(
    "ISO20-STN-NTF-004",
    "Nothing is asked of an EV while nobody wants anything",
    sut=Role.STATION,
    cites=("V2G20-1414",),
    needs=NEEDS,
    maturity="watch",
)
async def test_no_idle_terminate(bench: Bench, judge: Judge) -> None:
    """The EV charges for five seconds with no wish of anybody; a Terminate would end its session for no reason."""
    trace = await bench.run(bench.ev.charging_for(5.0), until=finished())

    judge.every(
        "no Terminate",
        trace.all(DcChargeLoopRes),
        lambda entry: wishes(entry) is not EvseNotification.TERMINATE,
        "told to end",
    )
