"""Calls and answers of one connection in OCPP 2.1 and 1.6."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.framing.ocppj_dialect import Dialect
from harness.messages import ocpp, ocpp21
from harness.messages.ocpp import Kind
from harness.sessions.events import Received, Violation
from harness.sessions.ocpp.csms import CsmsSession
from harness.sessions.ocpp.registration import Registration
from harness.sessions.ocpp.rpc import RpcSession
from harness.sessions.ocpp.station import StationSession

Ids = Callable[[], str]
Said = Callable[[Any], list[Any]]
AT = 1767225600.0
NOW = "2026-01-01T00:00:00Z"
STREAM = {"id": 1, "pending": 0, "basetime": NOW, "data": [{"t": 0.5, "v": "16.0"}]}


def frame(*parts: Any) -> bytes:
    return json.dumps(parts).encode()


def rules(session: Any) -> list[str]:
    return [event.rule for event in session.events() if isinstance(event, Violation)]


def test_what_is_sent_needs_no_answer_and_waits_for_none(ids: Ids, said: Said) -> None:
    session = RpcSession(ids=ids, dialect=Dialect.OCPP21)
    session.send(ocpp.Heartbeat(), AT)
    session.send(ocpp21.NotifyPeriodicEventStream.sent(**STREAM), AT)
    assert [one[:3] for one in said(session)] == [[2, "m1", "Heartbeat"], [6, "m2", "NotifyPeriodicEventStream"]]

    session.receive(frame(6, "x", "NotifyPeriodicEventStream", STREAM), AT)

    (news,) = session.news()
    assert (news.kind, news.version, news.payload) == (Kind.SEND, Dialect.OCPP21, STREAM)
    assert (session.calls(), said(session), rules(session)) == ([], [], [])


def test_wrong_news_are_told_and_not_answered(ids: Ids, said: Said) -> None:
    session = RpcSession(ids=ids, dialect=Dialect.OCPP21)
    session.receive(frame(6, "x", "NotifyPeriodicEventStream", {}), AT)
    session.receive(frame(6, "y", "Heartbeat", {}), AT)
    session.receive(frame(6, "z", "Heartbeat"), AT)
    assert rules(session) == ["schema", "schema", "frame"]
    assert (session.news(), said(session)) == ([], [])


def test_an_answer_that_the_schema_refuses_is_refused(ids: Ids, said: Said) -> None:
    session = RpcSession(ids=ids, dialect=Dialect.OCPP21)
    call = session.send(ocpp.Heartbeat(), AT)
    said(session)
    session.receive(frame(3, "m1", {"currentTime": "noon"}), AT)
    assert session.failed() == [call]
    ((kind, message_id, code, description, _),) = said(session)
    assert (kind, message_id, code) == (5, "m1", "FormatViolation")
    assert "noon" in description


def test_a_refusal_of_our_answer_is_heard(ids: Ids) -> None:
    session = RpcSession(ids=ids, dialect=Dialect.OCPP21)
    session.receive(frame(2, "x", "Heartbeat", {}), AT)
    session.send(session.calls()[0].answered(currentTime=NOW), AT)
    session.events()
    session.receive(frame(5, "x", "FormatViolation", "no", {}), AT)
    session.receive(frame(5, "y", "FormationViolation", "no", {}), AT)
    heard = session.events()
    first = heard[0]
    assert isinstance(first, Received)
    assert (first.message.kind, first.message.action) == (Kind.RESULT_ERROR, "Heartbeat")
    assert [one.rule for one in heard if isinstance(one, Violation)] == ["stray-answer", "error"]


@pytest.mark.parametrize(
    ("dialect", "answers"),
    [
        (Dialect.OCPP21, []),
        (Dialect.OCPP201, [[4, "x", "MessageTypeNotSupported"]]),
        (Dialect.OCPP16, []),
    ],
)
def test_unknown_types_are_ignored_or_refused(ids: Ids, said: Said, dialect: Dialect, answers: list[Any]) -> None:
    session = RpcSession(ids=ids, dialect=dialect)
    session.receive(frame(9, "x", {}), AT)
    assert [one[:3] for one in said(session)] == answers
    assert rules(session) == ["frame"]


@pytest.mark.parametrize(
    ("data", "answers"),
    [
        (b'[2,"x","Authorize",{}]', [[4, "x", "OccurenceConstraintViolation"]]),
        (b'[2,"x","Authorize"]', [[4, "x", "GenericError"]]),
        (b'[2,7,"Authorize",{}]', []),
        (b"nonsense", []),
    ],
)
def test_the_oldest_version_has_its_own_errors(ids: Ids, said: Said, data: bytes, answers: list[Any]) -> None:
    session = RpcSession(ids=ids, dialect=Dialect.OCPP16)
    session.receive(data, AT)
    assert [one[:3] for one in said(session)] == answers


def test_both_sides_take_the_version_that_was_agreed_on(ids: Ids, said: Said) -> None:
    backend = CsmsSession(ids=ids, registration=Registration.ACCEPTED, dialect=Dialect.OCPP21)
    backend.receive(frame(6, "x", "NotifyPeriodicEventStream", STREAM), AT)
    backend.send(ocpp21.AFRRSignal(timestamp=NOW, signal=1), AT)
    assert [one.action for one in backend.news()] == ["NotifyPeriodicEventStream"]
    assert said(backend) == [[2, "m1", "AFRRSignal", {"timestamp": NOW, "signal": 1}]]

    station = StationSession(ids=ids)
    station.registration = Registration.ACCEPTED
    station.connect(AT, Dialect.OCPP21)
    station.send(ocpp21.NotifyPeriodicEventStream.sent(**STREAM), AT)
    station.receive(frame(2, "y", "AFRRSignal", {"timestamp": NOW, "signal": 1}), AT)
    assert [one[0] for one in said(station)] == [6]
    assert [(one.action, one.version) for one in station.calls()] == [("AFRRSignal", Dialect.OCPP21)]
    station.end(AT)
    station.send(ocpp21.NotifyPeriodicEventStream.sent(**STREAM), AT)
    assert [one.kind for one in station.failed()] == [Kind.SEND]
