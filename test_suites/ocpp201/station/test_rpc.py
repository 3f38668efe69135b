"""OCPP-J itself: what a station does with a call that it cannot understand."""

from __future__ import annotations

from typing import Any

import pytest

from harness.kit import Bench, Feature, Judge, LinkSeen, Role, Trace, case, conversation, repeat, rpc, seen
from harness.messages.ocpp import (
    Action,
    BootNotification,
    GetLocalListVersion,
    GetVariables,
    Heartbeat,
    OcppMessage,
    PublishFirmware,
    StatusNotification,
    TriggerMessage,
)

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


GOOD = GetVariables(getVariableData=[INTERVAL])
WRONG: dict[str, Any] = {
    "empty_list": [],
    "not_a_list": INTERVAL,
    "wrong_type": [{**INTERVAL, "component": {"name": 7}}],
    "null": [{**INTERVAL, "attributeType": None}],
    "unknown_value": [{**INTERVAL, "attributeType": "Favourite"}],
    "too_long": [{**INTERVAL, "component": {"name": "x" * 51}}],
    "unknown_field": [{**INTERVAL, "colour": "red"}],
}
"""GetVariables with one fault each in what it says."""
PUBLISHING = PublishFirmware(location="https://firmware.invalid/1", checksum="0" * 32, requestId=1)
"""What only a local controller can do."""


@pytest.mark.parametrize("flaw", rpc.FRAME_FLAWS)
@case(
    "OCPP-STN-RPC-002",
    "A frame that is no good call is refused or dropped, and the conversation goes on",
    sut=Role.STATION,
    cites=("Part 4, 4.1.2", "Part 4, 4.1.4", "Part 4, 4.2", "Part 4, 4.2.3", "Part 4, 4.3"),
    needs=Feature.OCPP201,
)
async def test_spoilt_frame(bench: Bench, judge: Judge, flaw: str) -> None:
    """One flaw at a time in the frame of a good call; a few seconds later comes the good one."""
    expected = rpc.expected_of(GOOD, flaw)

    trace = await _meet(bench, rpc.saying(bench.csms, expected.text))

    rpc.judge_reaction(judge, trace, expected)
    judge.some("the next call is answered", trace.all(GetVariables.response))


@pytest.mark.parametrize("fault", WRONG)
@case(
    "OCPP-STN-RPC-003",
    "A call whose payload breaks its schema is refused with a code that fits",
    sut=Role.STATION,
    cites=("Part 4, 4.1.5", "Part 4, 4.1.7", "Part 4, 4.3"),
    needs=Feature.OCPP201,
)
async def test_payload_against_the_schema(bench: Bench, judge: Judge, fault: str) -> None:
    """One fault at a time in the payload of a call that the station knows."""
    expected = rpc.odd(GetVariables(getVariableData=WRONG[fault]), rpc.PAYLOAD_CODES[fault])

    trace = await _meet(bench, rpc.saying(bench.csms, expected.text))

    rpc.judge_reaction(judge, trace, expected)
    judge.some("the next call is answered", trace.all(GetVariables.response))


@pytest.mark.parametrize("what", ("unknown", "unsupported"))
@case(
    "OCPP-STN-RPC-004",
    "An action that does not exist and one that the station cannot do are told apart",
    sut=Role.STATION,
    cites=("Part 4, 4.1.6", "Part 4, 4.3"),
    needs=Feature.OCPP201,
)
async def test_unknown_and_unsupported(bench: Bench, judge: Judge, what: str) -> None:
    """NotImplemented means that nobody knows the action, NotSupported that this station is not made for it."""
    if what == "unknown":
        expected = rpc.odd(Action("MakeCoffee")(), frozenset({"NotImplemented"}))
    else:
        expected = rpc.odd(PUBLISHING, frozenset({"NotSupported"}))

    trace = await _meet(bench, rpc.saying(bench.csms, expected.text))

    rpc.judge_reaction(judge, trace, expected)
    judge.some("the next call is answered", trace.all(GetVariables.response))


@case(
    "OCPP-STN-RPC-005",
    "A message id that was used for another call harms nothing",
    sut=Role.STATION,
    cites=("Part 4, 4.1.4", "Part 4, 4.2"),
    needs=Feature.OCPP201,
)
async def test_message_id_used_twice(bench: Bench, judge: Judge) -> None:
    """Two calls, seconds apart, have one id; the station may answer the second or refuse it."""
    texts = [rpc.odd(call, frozenset()).text for call in (GetLocalListVersion(), PUBLISHING)]

    trace = await _meet(bench, rpc.saying(bench.csms, *texts))

    for answers, text in zip(rpc.replies(trace, *texts), texts, strict=True):
        judge.equal("answers to one call", len(answers), 1, at=rpc.said(trace, text))
    judge.silence("connection given up", trace.since(rpc.said(trace, texts[0])).all(LinkSeen, sent_by=Role.STATION))
    judge.some("the next call is answered", trace.all(GetVariables.response))


@pytest.mark.parametrize("answer", rpc.ODD_ANSWERS)
@case(
    "OCPP-STN-RPC-006",
    "An answer that fits nothing, or none at all, does not keep the station from going on",
    sut=Role.STATION,
    cites=("Part 4, 4.1.1", "Part 4, 4.2"),
    needs=Feature.OCPP201,
)
async def test_odd_answer(bench: Bench, judge: Judge, answer: str) -> None:
    """The first status report is answered oddly; a minute later the station is asked for a heartbeat."""
    csms = bench.csms.answering(StatusNotification.response, rpc.ODD_ANSWERS[answer], nth=1)
    csms = csms.asking(TriggerMessage(requestedMessage="Heartbeat"), delay=70.0)
    faults = [repeat(StatusNotification.response)] if answer == "twice" else []

    trace = await bench.run(csms, plug=False, faults=faults, until=seen(Heartbeat.response), limit=120.0)

    after = trace.since(trace.first(StatusNotification))
    judge.silence("connection given up", after.all(LinkSeen, sent_by=Role.STATION))
    judge.silence("errors in answer to an answer", rpc.errors(after, Role.STATION))
    judge.some("the next call is answered", after.all(TriggerMessage.response))
    judge.some("the station calls again", after.all(Heartbeat))


@pytest.mark.parametrize("kind", rpc.ODD_FRAMING)
@case(
    "OCPP-STN-RPC-007",
    "Messages in many frames, pings and a link without compression are part of a good connection",
    sut=Role.STATION,
    cites=("Part 4, 3.1", "Part 4, 3.3", "Part 4, 5.2"),
    needs=Feature.OCPP201,
)
async def test_rare_but_good(bench: Bench, judge: Judge, kind: str) -> None:
    """The backend does what RFC 6455 allows and few do; half a minute later it makes a call."""
    csms = bench.csms.having(link=rpc.ODD_FRAMING[kind]).asking(GOOD, delay=35.0)

    trace = await bench.run(csms, plug=False, until=seen(GetVariables.response), limit=70.0)

    judge.silence("connection given up", trace.since(trace.first(BootNotification)).all(LinkSeen, sent_by=Role.STATION))
    judge.some("calls are answered", trace.all(GetVariables.response))
    pings = rpc.controls(trace, "ping", Role.CSMS)
    judge.equal("pongs", len(rpc.controls(trace, "pong", Role.STATION)), len(pings), at=pings)


@case(
    "OCPP-STN-RPC-008",
    "A message beyond any size does not keep the station from coming back",
    sut=Role.STATION,
    cites=("Part 4, 3.1", "Part 4, 5.3"),
    needs=Feature.OCPP201,
)
async def test_beyond_any_size(bench: Bench, judge: Judge) -> None:
    """More than a mebibyte in one message; the station may answer, refuse or close, and must go on after it."""
    text = rpc.too_long("DataTransfer")
    csms = rpc.saying(bench.csms, text).asking(GOOD, delay=90.0)

    trace = await bench.run(csms, plug=False, until=seen(GetVariables.response), limit=150.0)

    sent = rpc.said(trace, text)
    judge.silence("answers that are no frame", [one for one in trace.since(sent) if one.problem])
    judge.some("the next call is answered", trace.since(sent).all(GetVariables.response))


async def _meet(bench: Bench, csms: rpc.Csms) -> Trace:
    """Boot, hear something odd two seconds later, and a good call ten seconds after that."""
    return await bench.run(csms.asking(GOOD, delay=12.0), plug=False, until=seen(GetVariables.response), limit=45.0)
