"""Block E: how a backend takes the events of a transaction."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, both, case, conversation, finished, reset, seen
from harness.messages.ocpp import StatusNotification, TransactionEvent

NEEDS = (Feature.OCPP201, Feature.EIM)
WHOLE = both(finished(), seen(StatusNotification, connectorStatus="Available", times=2))
"""Free at boot, and free again: by then our station has the answer to its last event, or has given it up."""


@case(
    "OCPP-CSMS-TXN-001",
    "Every event of a transaction is answered, and a token in it is decided on",
    sut=Role.CSMS,
    cites=("E01.FR.12", "E02.FR.02", "J02.FR.19"),
    needs=NEEDS,
)
async def test_events_are_answered(bench: Bench, judge: Judge) -> None:
    """A whole visit of an EV; the events that carry the driver's token are answered with its status."""
    trace = await bench.run(until=WHOLE)

    trace.first(TransactionEvent)
    events = conversation.events(trace)
    replies = {entry.number: conversation.answer(trace, entry) for entry in events}
    unanswered = [entry for entry in events if replies[entry.number] is None]
    judge.silence("events without an answer", unanswered)
    with_token = [entry for entry in events if "idToken" in entry.payload]
    judge.every(
        "events with a token are answered with its status",
        [reply for entry in with_token if (reply := replies[entry.number]) is not None],
        lambda reply: reply.payload.get("idTokenInfo", {}).get("status"),
        "no idTokenInfo.status",
    )


@case(
    "OCPP-CSMS-TXN-002",
    "An event that comes a second time after a broken connection is answered like the first",
    sut=Role.CSMS,
    cites=("J02.FR.19", "E13.FR.02"),
    needs=NEEDS,
    control="OCPP-CSMS-TXN-001",
)
async def test_repeated_event_is_answered(bench: Bench, judge: Judge) -> None:
    """The connection breaks once the third event has left; the station cannot know that it arrived and repeats it."""
    cut = reset(TransactionEvent, nth=3)

    trace = await bench.run(faults=[cut], until=WHOLE)

    third = trace.nth(TransactionEvent, 3)
    again = trace.since(third).first(TransactionEvent, seqNo=third.payload["seqNo"])
    reply = conversation.answer(trace, again)
    judge.holds(
        "answered", reply is not None and not conversation.refused(reply), f"{reply and reply.payload}", at=again
    )
    later = trace.since(again).all(TransactionEvent)
    judge.every("later events are answered", later, lambda entry: conversation.answer(trace, entry), "no answer")
