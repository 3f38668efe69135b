"""Block F: the backend starts and stops transactions."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, asks, both, case, conversation, finished, seen
from harness.messages.iso20.common import ChargeProgress, PowerDeliveryReq
from harness.messages.iso20.dc import DcChargeLoopRes
from harness.messages.ocpp import (
    RequestStartTransaction,
    RequestStopTransaction,
    TransactionEvent,
)

NEEDS = (Feature.OCPP201, Feature.ISO20_DC, Feature.REMOTE_CONTROL)
WHOLE = both(finished(), seen(TransactionEvent, eventType="Ended"))
START_ID = 4711


@case(
    "OCPP-STN-REM-001",
    "A remote stop ends the transaction, and is told as one",
    sut=Role.STATION,
    cites=("F03.FR.02", "F03.FR.03", "F03.FR.07"),
    needs=NEEDS,
)
async def test_remote_stop(bench: Bench, judge: Judge) -> None:
    """In the middle of the charge loop the backend stops the transaction; the EV would go on for two minutes."""
    csms = bench.csms.asking(asks.remote_stop, **asks.once_charging(3.0))

    trace = await bench.run(bench.ev.charging_for(120.0), csms, until=WHOLE)

    asked = trace.first(RequestStopTransaction)
    reply = trace.answer_to(asked)
    judge.equal("answer", reply.payload.get("status"), "Accepted", at=reply)
    events = conversation.events(trace.since(asked))
    judge.any("trigger RemoteStop", [entry for entry in events if conversation.trigger(entry) == "RemoteStop"])
    reasons = {conversation.info(entry, "stoppedReason") for entry in events if entry.payload["eventType"] == "Ended"}
    judge.equal("reason of the end", reasons, {"Remote"}, at=events)
    stop = trace.since(asked).first(PowerDeliveryReq, charge_progress=ChargeProgress.STOP)
    judge.between("time until the EV stops", stop.at - asked.at, 0, 60, unit="s", at=(asked, stop))


@case(
    "OCPP-STN-REM-002",
    "A remote stop for an unknown transaction is rejected and stops nothing",
    sut=Role.STATION,
    cites=("F03.FR.08",),
    needs=NEEDS,
)
async def test_remote_stop_of_an_unknown_transaction(bench: Bench, judge: Judge) -> None:
    """The id belongs to no transaction; the one that runs must go on until the EV ends it."""
    ask = RequestStopTransaction(transactionId=asks.STRANGE_TRANSACTION)

    trace = await bench.run(bench.ev.charging_for(8.0), bench.csms.asking(ask, **asks.once_charging(3.0)), until=WHOLE)

    asked = trace.first(RequestStopTransaction)
    reply = trace.answer_to(asked)
    judge.equal("answer", reply.payload.get("status"), "Rejected", at=reply)
    events = conversation.events(trace.since(asked))
    judge.silence("trigger RemoteStop", [entry for entry in events if conversation.trigger(entry) == "RemoteStop"])
    judge.some("energy goes on", trace.since(reply).all(DcChargeLoopRes))


@case(
    "OCPP-STN-REM-003",
    "A remote start authorizes the EV, and its id comes back",
    sut=Role.STATION,
    cites=("F01.FR.19", "F01.FR.25", "F02.FR.01", "F02.FR.21"),
    needs=NEEDS,
)
async def test_remote_start(bench: Bench, judge: Judge) -> None:
    """The backend starts as soon as the station is accepted, as an app does for a driver who is about to plug in."""
    token = {"idToken": "APP-USER-1", "type": "Central"}
    ask = RequestStartTransaction(idToken=token, remoteStartId=START_ID, evseId=1)

    trace = await bench.run(bench.csms.asking(ask, delay=1.0), until=WHOLE)

    asked = trace.first(RequestStartTransaction)
    reply = trace.answer_to(asked)
    judge.equal("answer", reply.payload.get("status"), "Accepted", at=reply)
    events = conversation.events(trace.since(asked))
    started = [entry for entry in events if conversation.trigger(entry) == "RemoteStart"]
    if judge.any("trigger RemoteStart", started):
        judge.equal("remoteStartId", conversation.info(started[0], "remoteStartId"), START_ID, at=started[0])
        judge.equal("token", started[0].payload.get("idToken"), token, at=started[0])
    judge.some("energy flows", trace.since(asked).all(DcChargeLoopRes))
