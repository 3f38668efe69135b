"""The backend's side of one connection."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.messages import ocpp
from harness.sessions.events import Violation
from harness.sessions.ocpp.csms import CsmsSession
from harness.sessions.ocpp.registration import Registration

Ids = Callable[[], str]
Said = Callable[[Any], list[Any]]
AT = 1767225600.0
NOW = "2026-01-01T00:00:00Z"
BOOT = {"reason": "PowerUp", "chargingStation": {"model": "m", "vendorName": "v"}}


def hear(session: CsmsSession, *parts: Any) -> None:
    session.receive(json.dumps(parts).encode(), AT)


def register(session: CsmsSession, status: str) -> None:
    hear(session, 2, "b1", "BootNotification", BOOT)
    session.send(session.calls()[0].answered(currentTime=NOW, interval=5, status=status), AT)
    session.outbox()
    session.events()


@pytest.mark.parametrize("status", ["", "Pending", "Rejected"])
def test_an_unregistered_station_is_refused(ids: Ids, said: Said, status: str) -> None:
    session = CsmsSession(ids=ids)
    if status:
        register(session, status)
    hear(session, 2, "x", "Heartbeat", {})
    ((kind, message_id, code, _, _),) = said(session)
    assert (kind, message_id, code) == (4, "x", "SecurityError")
    assert session.calls() == []
    assert [one.rule for one in session.events() if isinstance(one, Violation)] == ["gate"]


def test_an_accepted_station_is_heard(ids: Ids) -> None:
    session = CsmsSession(ids=ids)
    register(session, "Accepted")
    hear(session, 2, "x", "Heartbeat", {})
    assert [call.action for call in session.calls()] == ["Heartbeat"]
    assert session.registration is Registration.ACCEPTED


def test_a_reconnect_needs_no_boot(ids: Ids) -> None:
    session = CsmsSession(ids=ids, registration=Registration.ACCEPTED)
    hear(session, 2, "x", "Heartbeat", {})
    assert len(session.calls()) == 1


def test_what_was_pulled_from_a_pending_station_is_heard(ids: Ids, said: Said) -> None:
    session = CsmsSession(ids=ids)
    register(session, "Pending")
    session.send(ocpp.TriggerMessage(requestedMessage="Heartbeat"), AT)
    assert said(session) == [[2, "m1", "TriggerMessage", {"requestedMessage": "Heartbeat"}]]
    assert session.deadline() == AT + 30
    hear(session, 3, "m1", {"status": "Accepted"})
    assert len(session.answers()) == 1
    hear(session, 2, "x", "Heartbeat", {})
    assert len(session.calls()) == 1
    session.withdraw("x")


def test_a_call_may_go_unanswered_and_raw_text_out(ids: Ids) -> None:
    session = CsmsSession(ids=ids, timeout=2)
    call = ocpp.Reset(type="OnIdle")
    session.send(call, AT)
    session.send_raw("nonsense", AT)
    session.expire(AT + 2)
    session.send(call, AT + 2)
    session.end(AT + 3, "gone")
    assert [one.action for one in session.failed()] == ["Reset", "Reset"]
    assert len(session.outbox()) == 3
