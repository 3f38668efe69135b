"""Before, while and after energy flows: pre-charge, the end that the station asks for, welding detection."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, case, closed, either, finished, seen
from harness.messages.iso20.common import (
    ChargeProgress,
    ChargingSession,
    PowerDeliveryReq,
    Processing,
    SessionStopReq,
)
from harness.messages.iso20.dc import (
    DcChargeLoopReq,
    DcChargeLoopRes,
    DcPreChargeReq,
    DcPreChargeRes,
    DcWeldingDetectionReq,
)
from harness.messages.iso20.types import EvseNotification, EvseStatus

NEAR = 20.0
"""V between station and battery at which pre-charge may count as done."""
TERMINATE = EvseStatus(notification_max_delay=5, evse_notification=EvseNotification.TERMINATE)


@case(
    "ISO20-EV-PRE-001",
    "Pre-charge goes on until the voltages meet, and ends with one Finished",
    sut=Role.EV,
    cites=("V2G20-2005", "V2G20-2006"),
    needs=Feature.ISO20_DC,
)
async def test_pre_charge(bench: Bench, judge: Judge) -> None:
    """The request that says Finished comes last, and not before the station is near the target voltage."""
    trace = await bench.run(until=either(seen(PowerDeliveryReq), closed()))

    before = trace.until(trace.first(PowerDeliveryReq))
    last, asked = before.last(DcPreChargeReq), before.all(DcPreChargeReq)
    done = before.all(DcPreChargeReq, ev_processing=Processing.FINISHED)
    judge.equal("requests that say Finished", len(done), 1, at=done or asked)
    judge.equal("the last says", last.message.ev_processing, Processing.FINISHED, at=last)
    if judge.any("voltages before that", before.until(last).all(DcPreChargeRes)):
        reached = before.until(last).last(DcPreChargeRes)
        present, target = float(reached.message.evse_present_voltage), float(last.message.ev_target_voltage)
        judge.between("voltage before Finished", present, target - NEAR, target + NEAR, unit="V", at=reached)


@case(
    "ISO20-EV-STP-001",
    "Asked to terminate, the EV stops within the delay it was given",
    sut=Role.EV,
    cites=("V2G20-1414", "V2G20-1416", "V2G20-2645"),
    needs=Feature.ISO20_DC,
)
async def test_termination_on_request(bench: Bench, judge: Judge) -> None:
    """From the first charge loop on the station asks for the end, within 5 s."""
    station = bench.station.but(DcChargeLoopRes, evse_status=TERMINATE)

    trace = await bench.run(station, until=either(finished(), closed()))

    told = trace.first(DcChargeLoopRes)
    stops = trace.since(told).all(PowerDeliveryReq, charge_progress=ChargeProgress.STOP)
    if judge.any("PowerDelivery Stop", stops):
        stop = trace.since(told).first(PowerDeliveryReq, charge_progress=ChargeProgress.STOP)
        judge.within("time to PowerDelivery Stop", told, stop, TERMINATE.notification_max_delay)
        judge.silence("charge loops after the stop", trace.since(stop).all(DcChargeLoopReq))
        ended = trace.since(stop).all(SessionStopReq, charging_session=ChargingSession.TERMINATE)
        judge.any("SessionStop Terminate", ended)


@case(
    "ISO20-EV-WLD-001",
    "Welding detection ends with one Finished before the session does",
    sut=Role.EV,
    cites=("V2G20-1630", "V2G20-1631"),
    needs=Feature.ISO20_DC,
)
async def test_welding_detection(bench: Bench, judge: Judge) -> None:
    """An EV may leave welding detection out; one that begins it must also finish it."""
    trace = await bench.run(until=finished())

    before = trace.until(trace.first(SessionStopReq))
    last, asked = before.last(DcWeldingDetectionReq), before.all(DcWeldingDetectionReq)
    done = before.all(DcWeldingDetectionReq, ev_processing=Processing.FINISHED)
    judge.equal("requests that say Finished", len(done), 1, at=done or asked)
    judge.equal("the last says", last.message.ev_processing, Processing.FINISHED, at=last)
