"""OCPP-J itself: what a backend does with a call that it cannot understand."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, LinkSeen, Role, case, conversation, seen
from harness.messages.ocpp import Action, Heartbeat, OcppMessage, StatusNotification

BROKEN: dict[str, tuple[OcppMessage, frozenset[str]]] = {
    "unknown_action": (Action("MakeCoffee")(), conversation.UNKNOWN_ACTION),
    "missing_field": (StatusNotification(evseId=1, connectorId=1), conversation.BROKEN_PAYLOAD),
}


@pytest.mark.parametrize("what", BROKEN)
@case(
    "OCPP-CSMS-RPC-001",
    "A call that the backend cannot understand gets an error, and the conversation goes on",
    sut=Role.CSMS,
    cites=("Part 4, 4.2", "Part 4, 4.3"),
    needs=Feature.OCPP201,
)
async def test_broken_call_gets_an_error(bench: Bench, judge: Judge, what: str) -> None:
    """In place of its first status report the station says something broken; later it sends a heartbeat."""
    broken, codes = BROKEN[what]
    station = bench.station.answering(StatusNotification, lambda _heard, _usual: broken, nth=1)

    trace = await bench.run(station, plug=False, until=seen(Heartbeat.response), limit=400.0)

    asked = trace.first(Action(broken.action))
    reply = conversation.answer(trace, asked)
    if reply is not None and conversation.refused(reply):
        judge.among("error code", reply.payload["code"], sorted(codes), at=reply)
        judge.report("error code", reply.payload["code"], at=reply)
    else:
        judge.holds("answered with an error", condition=False, detail=f"got {reply and reply.payload}", at=asked)
    judge.silence("connection given up", trace.since(asked).all(LinkSeen, sent_by=Role.CSMS))
    judge.some("the next call is answered", trace.all(Heartbeat.response))
