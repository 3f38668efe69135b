"""OCPP-J itself: what a backend does with a call that it cannot understand."""

from __future__ import annotations

from typing import Any

import pytest

from harness.kit import Bench, Feature, Judge, LinkSeen, Role, Trace, asks, case, conversation, repeat, rpc, scene, seen
from harness.messages.ocpp import (
    Action,
    BootNotification,
    GetBaseReport,
    GetVariables,
    Heartbeat,
    MeterValues,
    OcppMessage,
    SecurityEventNotification,
    StatusNotification,
)

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


GOOD = Heartbeat()
STAMP = "2026-01-01T00:00:00Z"
_STATUS: dict[str, Any] = {"timestamp": STAMP, "connectorStatus": "Available", "evseId": 1, "connectorId": 1}
WRONG: dict[str, OcppMessage] = {
    "empty_list": MeterValues(evseId=1, meterValue=[]),
    "not_a_list": MeterValues(evseId=1, meterValue={"timestamp": STAMP, "sampledValue": [{"value": 1}]}),
    "wrong_type": StatusNotification(**{**_STATUS, "evseId": "1"}),
    "null": StatusNotification(**_STATUS, customData=None),
    "unknown_value": StatusNotification(**{**_STATUS, "connectorStatus": "Tired"}),
    "too_long": SecurityEventNotification(type="x" * 51, timestamp=STAMP),
    "timestamp": StatusNotification(**{**_STATUS, "timestamp": "yesterday"}),
    "unknown_field": StatusNotification(**_STATUS, colour="red"),
}
"""Calls with one fault each in what they say."""
ASKING_BACK = GetBaseReport(requestId=1, reportBase="FullInventory")
"""What only stations are asked."""


@pytest.mark.parametrize("flaw", rpc.FRAME_FLAWS)
@case(
    "OCPP-CSMS-RPC-002",
    "A frame that is no good call is refused or dropped, and the conversation goes on",
    sut=Role.CSMS,
    cites=("Part 4, 4.1.2", "Part 4, 4.1.4", "Part 4, 4.2", "Part 4, 4.2.3", "Part 4, 4.3"),
    needs=Feature.OCPP201,
)
async def test_spoilt_frame(bench: Bench, judge: Judge, flaw: str) -> None:
    """One flaw at a time in the frame of a good call; a few seconds later comes a good one."""
    expected = rpc.expected_of(GOOD, flaw)

    trace = await _meet(bench, rpc.speaking(bench.station, expected.text))

    rpc.judge_reaction(judge, trace, expected)
    judge.some("the next call is answered", trace.all(SecurityEventNotification.response))


@pytest.mark.parametrize("fault", WRONG)
@case(
    "OCPP-CSMS-RPC-003",
    "A call whose payload breaks its schema is refused with a code that fits",
    sut=Role.CSMS,
    cites=("Part 4, 4.1.5", "Part 4, 4.1.7", "Part 4, 4.3"),
    needs=Feature.OCPP201,
)
async def test_payload_against_the_schema(bench: Bench, judge: Judge, fault: str) -> None:
    """One fault at a time in the payload of a call that the backend knows."""
    expected = rpc.odd(WRONG[fault], rpc.PAYLOAD_CODES[fault])

    trace = await _meet(bench, rpc.speaking(bench.station, expected.text))

    rpc.judge_reaction(judge, trace, expected)
    judge.some("the next call is answered", trace.all(SecurityEventNotification.response))


@pytest.mark.parametrize("what", ("unknown", "unsupported"))
@case(
    "OCPP-CSMS-RPC-004",
    "An action that does not exist and one that is for stations are told apart",
    sut=Role.CSMS,
    cites=("Part 4, 4.1.6", "Part 4, 4.3"),
    needs=Feature.OCPP201,
)
async def test_unknown_and_unsupported(bench: Bench, judge: Judge, what: str) -> None:
    """NotImplemented means that nobody knows the action, NotSupported that this side is not made for it."""
    if what == "unknown":
        expected = rpc.odd(Action("MakeCoffee")(), frozenset({"NotImplemented"}))
    else:
        expected = rpc.odd(ASKING_BACK, frozenset({"NotSupported"}))

    trace = await _meet(bench, rpc.speaking(bench.station, expected.text))

    rpc.judge_reaction(judge, trace, expected)
    judge.some("the next call is answered", trace.all(SecurityEventNotification.response))


@case(
    "OCPP-CSMS-RPC-005",
    "A message id that was used for another call harms nothing",
    sut=Role.CSMS,
    cites=("Part 4, 4.1.4", "Part 4, 4.2"),
    needs=Feature.OCPP201,
)
async def test_message_id_used_twice(bench: Bench, judge: Judge) -> None:
    """Two calls, seconds apart, have one id; the backend may answer the second or refuse it."""
    texts = [rpc.odd(call, frozenset()).text for call in (GOOD, StatusNotification(**_STATUS))]

    trace = await bench.run(
        rpc.speaking(bench.station, *texts), plug=False, until=seen(Heartbeat.response, times=2), limit=400.0
    )

    for answers, text in zip(rpc.replies(trace, *texts), texts, strict=True):
        judge.equal("answers to one call", len(answers), 1, at=rpc.said(trace, text))
    judge.silence("connection given up", trace.since(rpc.said(trace, texts[0])).all(LinkSeen, sent_by=Role.CSMS))


@case(
    "OCPP-CSMS-RPC-006",
    "A message beyond any size does not keep the backend from serving the station again",
    sut=Role.CSMS,
    cites=("Part 4, 3.1", "Part 4, 3.2"),
    needs=Feature.OCPP201,
)
async def test_beyond_any_size(bench: Bench, judge: Judge) -> None:
    """More than a mebibyte in one message; the backend may answer, refuse or close, and must go on after it."""
    text = rpc.too_long("DataTransfer")

    trace = await _meet(bench, rpc.speaking(bench.station, text))

    sent = rpc.said(trace, text)
    judge.silence("answers that are no frame", [one for one in trace.since(sent) if one.problem])
    judge.some("the next call is answered", trace.since(sent).all(SecurityEventNotification.response))


@pytest.mark.parametrize("kind", rpc.STATION_FRAMING)
@case(
    "OCPP-CSMS-RPC-007",
    "Messages in many frames, pings and compression are part of a good connection",
    sut=Role.CSMS,
    cites=("Part 4, 3.1", "Part 4, 3.3", "Part 4, 5.2"),
    needs=Feature.OCPP201,
)
async def test_rare_but_good(bench: Bench, judge: Judge, kind: str) -> None:
    """The station does what RFC 6455 and RFC 7692 allow; half a minute after its boot it makes one more call."""
    station = bench.station.having(link=rpc.STATION_FRAMING[kind]).late_on(SecurityEventNotification, 35.0)

    trace = await bench.run(station, plug=False, until=seen(SecurityEventNotification.response), limit=70.0)

    booted, word = trace.first(BootNotification), rpc.first_word(trace)
    judge.some("the boot is accepted", trace.all(BootNotification.response, status="Accepted"))
    judge.silence("connection given up", trace.since(word).all(LinkSeen, sent_by=Role.CSMS))
    judge.some("calls are answered", trace.all(SecurityEventNotification.response))
    pings = rpc.controls(trace, "ping", Role.STATION)
    judge.equal("pongs", len(rpc.controls(trace, "pong", Role.CSMS)), len(pings), at=pings)
    if kind == "compressed":
        opened = trace.until(booted).all(LinkSeen)[-1]
        judge.holds("compression agreed", rpc.compressed(opened), at=opened)


@pytest.mark.parametrize("answer", rpc.ODD_ANSWERS)
@case(
    "OCPP-CSMS-RPC-008",
    "An answer that fits nothing, or none at all, does not keep the backend from serving the station",
    sut=Role.CSMS,
    cites=("Part 4, 4.1.1", "Part 4, 4.2"),
    needs=Feature.OCPP201,
)
async def test_odd_answer(bench: Bench, judge: Judge, answer: str) -> None:
    """The backend is told to read a variable and answered oddly; a minute later the station makes a call."""
    station = bench.station.answering(GetVariables.response, rpc.ODD_ANSWERS[answer], nth=1)
    station = station.late_on(SecurityEventNotification, 60.0)
    faults = [repeat(GetVariables.response)] if answer == "twice" else []
    ask = scene.asks(asks.get_variable("OCPPCommCtrlr", "HeartbeatInterval"))

    trace = await bench.play(ask, station, faults=faults, until=seen(SecurityEventNotification.response), limit=80.0)

    after = trace.since(trace.first(GetVariables))
    judge.silence("connection given up", after.all(LinkSeen, sent_by=Role.CSMS))
    judge.silence("errors in answer to an answer", rpc.errors(after, Role.CSMS))
    judge.some("the station's call is answered", after.all(SecurityEventNotification.response))


async def _meet(bench: Bench, station: rpc.Station) -> Trace:
    """Boot, say something odd, and something good three seconds later."""
    return await bench.run(station, plug=False, until=seen(SecurityEventNotification.response), limit=60.0)
