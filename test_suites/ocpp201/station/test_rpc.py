"""OCPP-J itself: what a station does with a call that it cannot understand."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, Role, case, conversation, seen
from harness.messages.ocpp import Action, GetVariables, OcppMessage

INTERVAL = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
BROKEN: dict[str, tuple[OcppMessage, frozenset[str]]] = {
    "unknown_action": (Action("MakeCoffee")(), conversation.UNKNOWN_ACTION),
    "missing_field": (GetVariables(), conversation.BROKEN_PAYLOAD),
}


@pytest.mark.parametrize("what", BROKEN)
@case(
    "OCPP-STN-RPC-001",
    "A call that the station cannot understand gets an error, and the conversation goes on",
    sut=Role.STATION,
    cites=("Part 4, 4.2", "Part 4, 4.3"),
    needs=Feature.OCPP201,
)
async def test_broken_call_gets_an_error(bench: Bench, judge: Judge, what: str) -> None:
    """The backend sends the broken call, then a good one; stacks differ in the code, so the exact one is reported."""
    broken, codes = BROKEN[what]
    good = GetVariables(getVariableData=[INTERVAL])

    trace = await bench.run(
        bench.csms.asking(broken, delay=2.0).asking(good, delay=6.0),
        plug=False,
        until=seen(GetVariables.response),
        limit=45.0,
    )

    asked = trace.first(Action(broken.action))
    reply = conversation.answer(trace, asked)
    if reply is not None and conversation.refused(reply):
        judge.among("error code", reply.payload["code"], sorted(codes), at=reply)
        judge.report("error code", reply.payload["code"], at=reply)
    else:
        judge.holds("answered with an error", condition=False, detail=f"got {reply and reply.payload}", at=asked)
    judge.some("the next call is answered", trace.all(GetVariables.response))
