"""One connection's calls and answers."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.messages import ocpp
from harness.messages.ocpp import Kind
from harness.sessions.events import Ended, Expired, Received, Sent, Violation
from harness.sessions.ocpp.rpc import RpcSession

Ids = Callable[[], str]
Said = Callable[[Any], list[Any]]
AT = 1767225600.0
NOW = "2026-01-01T00:00:00Z"


def frame(*parts: Any) -> bytes:
    return json.dumps(parts).encode()


def rules(session: RpcSession) -> list[str]:
    return [event.rule for event in session.events() if isinstance(event, Violation)]


def test_one_call_at_a_time_and_answers_by_id(ids: Ids, said: Said) -> None:
    session = RpcSession(ids=ids)
    first = session.send(ocpp.Heartbeat(), AT)
    session.send(ocpp.Heartbeat(), AT)
    assert said(session) == [[2, "m1", "Heartbeat", {}]]
    assert session.waiting() == first

    session.receive(frame(3, "m1", {"currentTime": NOW}), AT + 1)

    assert [(one.call.message_id, one.answer.action, one.answer.kind) for one in session.answers()] == [
        ("m1", "Heartbeat", Kind.RESPONSE)
    ]
    assert said(session) == [[2, "m2", "Heartbeat", {}]]
    happened = [event for event in session.events() if isinstance(event, Sent | Received)]
    assert [isinstance(event, Sent) for event in happened] == [True, False, True]
    assert {event.message.action for event in happened} == {"Heartbeat"}


def test_a_call_of_the_peer_waits_for_our_answer(ids: Ids, said: Said) -> None:
    session = RpcSession(ids=ids)
    session.receive(frame(2, "x", "Heartbeat", {}), AT)
    (call,) = session.calls()
    session.send(call.answered(currentTime=NOW), AT)
    assert said(session) == [[3, "x", {"currentTime": NOW}]]
    assert rules(session) == []


@pytest.mark.parametrize(
    ("action", "payload", "code"),
    [
        ("Nonsense", {}, "NotImplemented"),
        ("Heartbeat", {"extra": 1}, "FormatViolation"),
        ("Authorize", {}, "OccurrenceConstraintViolation"),
        ("Heartbeat", {"customData": {"vendorId": "x" * 256}}, "PropertyConstraintViolation"),
        ("Authorize", {"idToken": {"idToken": 7, "type": "Central"}}, "TypeConstraintViolation"),
    ],
)
def test_a_call_that_the_schema_refuses_is_answered_here(
    ids: Ids, said: Said, action: str, payload: Any, code: str
) -> None:
    session = RpcSession(ids=ids)
    session.receive(frame(2, "x", action, payload), AT)
    ((kind, message_id, got, description, details),) = said(session)
    assert (kind, message_id, details) == (4, "x", {})
    assert got == code
    assert 0 < len(description) <= 255
    assert session.calls() == []
    assert rules(session) == ["schema"]


@pytest.mark.parametrize(
    ("data", "message_id", "code"),
    [
        (b"[2,", "-1", "RpcFrameworkError"),
        (b"{}", "-1", "RpcFrameworkError"),
        (b"\xff\xfe", "-1", "RpcFrameworkError"),
        (b'[2,"x","Heartbeat"]', "x", "RpcFrameworkError"),
        (b'[9,"x",{}]', "x", "MessageTypeNotSupported"),
        (b'[2,7,"Heartbeat",{}]', "-1", "RpcFrameworkError"),
        (b'[2,"' + b"y" * 37 + b'","Heartbeat",{}]', "-1", "RpcFrameworkError"),
    ],
)
def test_a_frame_that_is_none_gets_a_callerror(ids: Ids, said: Said, data: bytes, message_id: str, code: str) -> None:
    session = RpcSession(ids=ids)
    session.receive(data, AT)
    ((kind, got_id, got_code, _, _),) = said(session)
    assert (kind, got_id, got_code) == (4, message_id, code)
    heard = session.events()[0]
    assert isinstance(heard, Received)
    assert heard.message is None
    assert heard.problem


@pytest.mark.parametrize("data", [b'[3,"x"]', b'[4,"x","InternalError"]', b'[3,"x",[]]'])
def test_a_broken_answer_is_never_answered(ids: Ids, said: Said, data: bytes) -> None:
    session = RpcSession(ids=ids)
    session.receive(data, AT)
    assert said(session) == []
    assert rules(session) == ["frame"]


def test_an_answer_that_nobody_waits_for_is_a_violation(ids: Ids, said: Said) -> None:
    session = RpcSession(ids=ids)
    session.receive(frame(3, "x", {}), AT)
    assert rules(session) == ["stray-answer"]
    assert session.answers() == []
    assert said(session) == []


def test_an_answer_that_the_schema_refuses_fails_the_call(ids: Ids) -> None:
    session = RpcSession(ids=ids)
    call = session.send(ocpp.Heartbeat(), AT)
    session.receive(frame(3, "m1", {"currentTime": "noon"}), AT)
    assert session.answers() == []
    assert session.failed() == [call]
    assert rules(session) == ["schema"]


def test_a_callerror_is_an_answer(ids: Ids) -> None:
    session = RpcSession(ids=ids)
    session.send(ocpp.Heartbeat(), AT)
    session.receive(frame(4, "m1", "InternalError", "sorry", {}), AT)
    (answered,) = session.answers()
    assert answered.answer.kind is Kind.ERROR
    assert answered.answer.payload == {"code": "InternalError", "description": "sorry", "details": {}}


def test_an_answer_may_be_missing_and_come_late(ids: Ids, said: Said) -> None:
    session = RpcSession(ids=ids, timeout=30)
    call = session.send(ocpp.Heartbeat(), AT)
    session.send(ocpp.Heartbeat(), AT)
    assert session.deadline() == AT + 30
    session.expire(AT + 29)
    assert session.failed() == []

    session.expire(AT + 30)

    assert session.failed() == [call]
    assert [event for event in session.events() if isinstance(event, Expired)] == [
        Expired(at=AT + 30, timer="answer to Heartbeat", limit=30)
    ]
    assert [frame[1] for frame in said(session)] == ["m1", "m2"]
    session.receive(frame(3, "m1", {"currentTime": NOW}), AT + 31)
    assert rules(session) == ["late-answer"]
    waiting = session.waiting()
    assert waiting is not None
    assert waiting.message_id == "m2"


def test_a_second_call_before_our_answer_is_a_violation_and_answered_all_the_same(ids: Ids) -> None:
    session = RpcSession(ids=ids)
    session.receive(frame(2, "x", "Heartbeat", {}), AT)
    session.receive(frame(2, "y", "Heartbeat", {}), AT)
    assert [call.message_id for call in session.calls()] == ["x", "y"]
    assert rules(session) == ["one-call"]


def test_a_call_that_gets_no_answer_on_purpose_does_not_count_as_open(ids: Ids) -> None:
    session = RpcSession(ids=ids)
    session.receive(frame(2, "x", "Heartbeat", {}), AT)
    session.withdraw("x")
    session.receive(frame(2, "y", "Heartbeat", {}), AT)
    assert rules(session) == []


def test_a_message_id_used_twice_is_a_violation(ids: Ids) -> None:
    session = RpcSession(ids=ids)
    for _ in range(2):
        session.receive(frame(2, "x", "Heartbeat", {}), AT)
        session.send(session.calls()[0].answered(currentTime=NOW), AT)
    assert rules(session) == ["message-id"]


def test_old_message_ids_are_forgotten(ids: Ids) -> None:
    session = RpcSession(ids=ids)
    for number in range(5000):
        session.receive(frame(2, f"x{number}", "Heartbeat", {}), AT)
        session.withdraw(f"x{number}")
    session.receive(frame(2, "x0", "Heartbeat", {}), AT)
    assert rules(session) == []


def test_a_gate_refuses_calls(ids: Ids, said: Said) -> None:
    session = RpcSession(ids=ids, refuse=lambda call, _: ("SecurityError", f"no {call.action}"))
    session.receive(frame(2, "x", "Heartbeat", {}), AT)
    assert said(session) == [[4, "x", "SecurityError", "no Heartbeat", {}]]
    assert session.calls() == []
    assert rules(session) == ["gate"]


def test_raw_text_passes_every_rule(ids: Ids, said: Said) -> None:
    session = RpcSession(ids=ids)
    session.send(ocpp.Heartbeat(), AT)
    session.send_raw('[2,"raw","Heartbeat",{"x":null}]', AT)
    session.send_raw(b"not json", AT)
    assert [bytes(data) for data in session.outbox()] == [
        b'[2,"m1","Heartbeat",{}]',
        b'[2,"raw","Heartbeat",{"x":null}]',
        b"not json",
    ]
    sent = [event for event in session.events() if isinstance(event, Sent)]
    assert [event.deliberate for event in sent] == [False, True, True]
    assert sent[1].message.action == "Heartbeat"
    assert sent[2].problem

    session.receive(frame(4, "raw", "FormatViolation", "", {}), AT)

    heard = [event for event in session.events() if isinstance(event, Received)]
    assert heard[0].message.action == "Heartbeat"
    assert said(session) == []


def test_the_end_fails_what_waits_and_what_is_queued(ids: Ids) -> None:
    session = RpcSession(ids=ids)
    calls = [session.send(ocpp.Heartbeat(), AT), session.send(ocpp.Heartbeat(), AT)]
    session.end(AT + 5, "gone")
    assert session.failed() == calls
    assert session.deadline() is None
    assert session.events()[-1] == Ended(at=AT + 5, why="gone")


def test_a_broken_answer_is_none(ids: Ids, said: Said) -> None:
    session = RpcSession(ids=ids, timeout=30)
    call = session.send(ocpp.Heartbeat(), AT)
    session.receive(frame(3, "m1", None), AT + 1)
    assert session.failed() == []
    session.expire(AT + 30)
    assert session.failed() == [call]
    assert rules(session) == ["frame"]


def test_a_second_answer_is_told_from_a_strange_one(ids: Ids) -> None:
    session = RpcSession(ids=ids)
    session.send(ocpp.Heartbeat(), AT)
    for _ in range(2):
        session.receive(frame(3, "m1", {"currentTime": NOW}), AT)
    assert len(session.answers()) == 1
    assert rules(session) == ["second-answer"]


def test_errors_must_have_a_code_of_the_version(ids: Ids) -> None:
    session = RpcSession(ids=ids)
    session.send(ocpp.Heartbeat(), AT)
    session.receive(frame(4, "m1", "FormationViolation", "x" * 256, {}), AT)
    assert rules(session) == ["error", "error"]
    assert len(session.answers()) == 1


def test_answers_to_nonsense_of_ours_are_expected(ids: Ids) -> None:
    session = RpcSession(ids=ids)
    for nonsense in (b"[", b'[2,"raw","Heartbeat"]', b"{}"):
        session.send_raw(nonsense, AT)
    for message_id in ("-1", "raw", "-1"):
        session.receive(frame(4, message_id, "RpcFrameworkError", "", {}), AT)
    assert rules(session) == []
    session.receive(frame(4, "raw", "RpcFrameworkError", "", {}), AT)
    assert rules(session) == ["stray-answer"]


def test_a_raw_answer_closes_the_call(ids: Ids) -> None:
    session = RpcSession(ids=ids)
    session.receive(frame(2, "x", "Heartbeat", {}), AT)
    session.send_raw(frame(3, "x", {"currentTime": NOW}), AT)
    session.receive(frame(2, "y", "Heartbeat", {}), AT)
    assert rules(session) == []


def test_a_flood_of_open_calls_is_told_briefly(ids: Ids) -> None:
    session = RpcSession(ids=ids)
    for number in range(6000):
        session.receive(frame(2, f"x{number}", "Heartbeat", {}), AT)
    told = [event.what for event in session.events() if isinstance(event, Violation)]
    assert told[-1] == "Heartbeat was sent while Heartbeat, Heartbeat, Heartbeat and 4093 more had no answer"
    assert len(session.calls()) == 6000
