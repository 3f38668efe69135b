"""Block E: what a transaction tells, from its first event to its last."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, both, case, conversation, finished, seen
from harness.messages.iso20.common import ChargeProgress, PowerDeliveryReq, SessionStopReq
from harness.messages.iso20.dc import DcChargeLoopRes
from harness.messages.ocpp import TransactionEvent

NEEDS = (Feature.OCPP201, Feature.ISO20_DC)
WHOLE = both(finished(), seen(TransactionEvent, eventType="Ended"))


@case(
    "OCPP-STN-TXN-001",
    "A transaction is told from start to end, and no event is missing",
    sut=Role.STATION,
    cites=("E01.FR.07", "E01.FR.08"),
    needs=NEEDS,
)
async def test_events_are_complete(bench: Bench, judge: Judge) -> None:
    """One EV comes, charges and leaves: one Started, one Ended, sequence numbers without a gap between."""
    trace = await bench.run(until=WHOLE)

    trace.first(TransactionEvent)
    events = conversation.events(trace)
    kinds = [entry.payload["eventType"] for entry in events]
    judge.equal("transactions", len({conversation.info(entry, "transactionId") for entry in events}), 1, at=events)
    judge.equal("first event", kinds[0], "Started", at=events[0])
    judge.equal("last event", kinds[-1], "Ended", at=events[-1])
    judge.equal("events that start or end", len(kinds) - kinds.count("Updated"), 2, at=events)
    judge.contiguous("sequence numbers", [entry.payload["seqNo"] for entry in events], at=events)
    judge.rising("timestamps", [conversation.moment(entry) for entry in events], at=events)


@case(
    "OCPP-STN-TXN-002",
    "The backend is told when energy begins to flow",
    sut=Role.STATION,
    cites=("E01.FR.18", "E02.FR.13"),
    needs=NEEDS,
)
async def test_charging_state_is_told(bench: Bench, judge: Judge) -> None:
    """The state Charging comes within seconds of the first cycle of the charge loop, and changes are named."""
    trace = await bench.run(bench.ev.charging_for(5.0), until=WHOLE)

    flowing = trace.first(DcChargeLoopRes)
    stopping = trace.first(PowerDeliveryReq, charge_progress=ChargeProgress.STOP)
    events = conversation.events(trace)
    states = {entry.number: conversation.info(entry, "chargingState") for entry in events}
    told = [one for one in events if states[one.number] == "Charging" and flowing.at - 1 <= one.at <= stopping.at]
    judge.any("Charging is told while energy flows", told)
    changes = [one for one in events if conversation.trigger(one) == "ChargingStateChanged"]
    judge.every("a changed state is named", changes, lambda entry: states[entry.number], "no chargingState")
    judge.every("the start names a state", events[:1], lambda entry: states[entry.number], "no chargingState")


@case(
    "OCPP-STN-TXN-003",
    "When the EV ends the session, the backend is told that it was the EV",
    sut=Role.STATION,
    cites=("E15.FR.04", "E15.FR.05", "E06.FR.08"),
    needs=NEEDS,
)
async def test_end_by_the_ev(bench: Bench, judge: Judge) -> None:
    """SessionStop with Terminate, before the cable is pulled: trigger StopAuthorized, reason StoppedByEV."""
    trace = await bench.run(until=WHOLE)

    events = conversation.events(trace.since(trace.first(SessionStopReq)))
    stops = [entry for entry in events if conversation.trigger(entry) in {"StopAuthorized", "ChargingStateChanged"}]
    judge.any("the stop is told", stops)
    ended = [entry for entry in events if entry.payload["eventType"] == "Ended"]
    if judge.any("the transaction ends", ended):
        reason = conversation.info(ended[0], "stoppedReason")
        judge.among("reason", reason, ("StoppedByEV", "EVDisconnected"), at=ended[0])
