"""The station's conversation over all its connections."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.messages import ocpp
from harness.messages.ocpp import OcppMessage
from harness.sessions.events import Expired, Violation
from harness.sessions.ocpp.registration import Registration, registration_of
from harness.sessions.ocpp.station import StationSession

Ids = Callable[[], str]
Said = Callable[[Any], list[Any]]
AT = 1767225600.0
NOW = "2026-01-01T00:00:00Z"


def boot() -> OcppMessage:
    return ocpp.BootNotification(reason="PowerUp", chargingStation={"model": "m", "vendorName": "v"})


def event(number: int) -> OcppMessage:
    return ocpp.TransactionEvent(
        eventType="Updated",
        timestamp=NOW,
        triggerReason="MeterValuePeriodic",
        seqNo=number,
        transactionInfo={"transactionId": "T1"},
    )


def status() -> OcppMessage:
    return ocpp.StatusNotification(timestamp=NOW, connectorStatus="Available", evseId=1, connectorId=1)


def hear(session: StationSession, *parts: Any, at: float = AT) -> None:
    session.receive(json.dumps(parts).encode(), at)


def register(session: StationSession, state: str = "Accepted") -> None:
    session.connect(AT)
    session.send(boot(), AT)
    (frame,) = [json.loads(data) for data in session.outbox()]
    hear(session, 3, frame[1], {"currentTime": NOW, "interval": 300, "status": state})
    session.answers()
    session.events()


@pytest.fixture
def session(ids: Ids) -> StationSession:
    return StationSession(ids=ids, timeout=30, attempts=3, attempt_interval=5)


@pytest.mark.parametrize(
    ("payload", "state"),
    [
        ({"status": "Accepted"}, Registration.ACCEPTED),
        ({"status": "Pending"}, Registration.PENDING),
        ({"status": "Rejected"}, Registration.REJECTED),
        ({"status": "Unknown"}, Registration.REJECTED),
        ({"status": []}, Registration.REJECTED),
        (None, Registration.REJECTED),
    ],
)
def test_what_a_boot_answer_means(payload: Any, state: Registration) -> None:
    assert registration_of(payload) is state


def test_nothing_but_the_boot_is_said_before_acceptance(session: StationSession, said: Said) -> None:
    session.connect(AT)
    session.send(event(0), AT)
    session.send(status(), AT)
    session.send(boot(), AT)
    assert [frame[2] for frame in said(session)] == ["BootNotification"]
    assert [call.action for call in session.failed()] == ["StatusNotification"]
    assert session.kept == 1


def test_what_was_kept_goes_out_once_accepted(session: StationSession, said: Said) -> None:
    session.send(event(0), AT)
    register(session)
    ((_, _, action, payload),) = said(session)
    assert (action, payload["seqNo"], payload["offline"]) == ("TransactionEvent", 0, True)
    assert session.registration is Registration.ACCEPTED


def test_a_rejected_or_unknown_station_refuses_calls(session: StationSession, said: Said) -> None:
    for state in ("", "Rejected"):
        if state:
            register(session, state)
        else:
            session.connect(AT)
        hear(session, 2, f"c{state}", "TriggerMessage", {"requestedMessage": "Heartbeat"})
        ((kind, _, code, _, _),) = said(session)
        assert (kind, code) == (4, "SecurityError")
    assert session.calls() == []


def test_a_pending_station_says_what_is_pulled(session: StationSession, said: Said) -> None:
    register(session, "Pending")
    session.send(status(), AT)
    assert said(session) == []
    hear(session, 2, "c1", "TriggerMessage", {"requestedMessage": "StatusNotification"})
    assert len(session.calls()) == 1
    session.send(status(), AT)
    assert [frame[2] for frame in said(session)] == ["StatusNotification"]


def test_kept_events_go_one_by_one_in_order(session: StationSession, said: Said) -> None:
    register(session)
    for number in range(3):
        session.send(event(number), AT)
    order = []
    while frames := said(session):
        ((_, message_id, _, payload),) = frames
        order.append(payload["seqNo"])
        assert "offline" not in payload
        hear(session, 3, message_id, {})
    assert order == [0, 1, 2]
    assert session.kept == 0
    assert len(session.answers()) == 3


def test_an_outage_loses_nothing_and_marks_what_was_not_sent(session: StationSession, said: Said) -> None:
    register(session)
    session.send(event(0), AT)
    session.send(event(1), AT)
    assert [frame[3]["seqNo"] for frame in said(session)] == [0]
    session.end(AT + 1, "cut")
    assert not session.connected
    session.send(event(2), AT + 2)
    session.send(status(), AT + 2)
    assert [call.action for call in session.failed()] == ["StatusNotification"]
    assert session.deadline() is None

    session.connect(AT + 9)
    replayed = []
    while frames := said(session):
        ((_, message_id, _, payload),) = frames
        replayed.append((payload["seqNo"], payload.get("offline")))
        hear(session, 3, message_id, {}, at=AT + 9)

    assert replayed == [(0, None), (1, True), (2, True)]


def test_a_station_without_a_queue_drops_what_happens_offline(ids: Ids, said: Said) -> None:
    session = StationSession(ids=ids, offline_queue=False)
    register(session)
    session.send(event(0), AT)
    said(session)
    session.end(AT)
    session.send(event(1), AT)
    session.connect(AT)
    assert said(session) == []
    assert [call.payload["seqNo"] for call in session.failed()] == [1]


def test_an_explicit_offline_flag_is_left_alone(session: StationSession, said: Said) -> None:
    message = event(0)
    session.send(ocpp.TransactionEvent(**{**message.payload, "offline": False}), AT, deliberate=True)
    register(session)
    assert said(session)[0][3]["offline"] is False


def test_a_refused_event_is_tried_again_and_then_given_up(session: StationSession, said: Said) -> None:
    register(session)
    session.send(event(0), AT)
    session.send(event(1), AT)
    at, tries = AT, []
    while True:
        ((_, message_id, _, payload),) = said(session)
        if payload["seqNo"] == 1:
            break
        tries.append(at - AT)
        hear(session, 4, message_id, "InternalError", "", {}, at=at)
        if (due := session.deadline()) is not None and session.kept == 2:
            at = due
            session.expire(at)
    assert tries == [0, 5, 15]
    assert [call.payload["seqNo"] for call in session.failed()] == [0]
    assert [one.timer for one in session.events() if isinstance(one, Expired)] == ["attempts of TransactionEvent"]


def test_an_event_without_answer_is_tried_again(session: StationSession, said: Said) -> None:
    register(session)
    session.send(event(0), AT)
    said(session)
    session.expire(AT + 30)
    assert said(session) == []
    assert session.deadline() == AT + 35
    session.expire(AT + 35)
    assert said(session)[0][3]["seqNo"] == 0


def test_a_restart_needs_a_new_boot(session: StationSession, said: Said) -> None:
    register(session)
    session.end(AT)
    session.restart()
    session.connect(AT)
    session.send(event(0), AT)
    assert said(session) == []
    session.send(boot(), AT)
    assert [frame[2] for frame in said(session)] == ["BootNotification"]


def test_answers_and_raw_text_need_a_connection(session: StationSession, said: Said) -> None:
    call = OcppMessage(action="Reset", kind=ocpp.Kind.REQUEST, message_id="1", payload={"type": "OnIdle"})
    session.send(call.answered(status="Accepted"), AT)
    session.send_raw("{}", AT)
    session.withdraw("1")
    session.receive(b"{}", AT)
    session.expire(AT)
    session.end(AT)
    assert said(session) == []

    register(session)
    hear(session, 2, "1", "Reset", {"type": "OnIdle"})
    session.send(session.calls()[0].answered(status="Accepted"), AT)
    session.send_raw("{}", AT)
    assert session.outbox() == [b'[3,"1",{"status":"Accepted"}]', b"{}"]
    hear(session, 2, "2", "Reset", {"type": "OnIdle"})
    session.withdraw("2")
    hear(session, 2, "3", "Reset", {"type": "OnIdle"})
    assert not [one for one in session.events() if isinstance(one, Violation)]
