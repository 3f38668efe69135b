"""Calls, answers, ids and payloads on the OCPP link."""

from __future__ import annotations

from typing import Any

import pytest

from harness.checks.ocpp import answers_belong, calls_answered, message_ids, one_outstanding_call, payloads_fit
from harness.core.case import Role
from harness.core.verdict import Verdict
from harness.messages.ocpp_time import timestamp
from harness.trace.entry import Link, Note
from tests.checks.scene import EPOCH, Scene, check_req, holds, notices, offences

STATION, CSMS = Role.STATION, Role.CSMS
RULES = (one_outstanding_call, answers_belong, calls_answered, message_ids, payloads_fit)
NOW = {"currentTime": timestamp(EPOCH)}


def opened(subject: Role | None = None) -> Scene:
    scene = Scene(subject)
    scene.open(Link.OCPP)
    return scene


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("subject", [None, STATION, CSMS])
def test_a_conversation_in_order_breaks_no_rule(rule: Any, subject: Role | None) -> None:
    scene = opened(subject)
    for number in range(4):
        scene.heartbeat(id_=f"s{number}")
        scene.call(CSMS, "ClearCache", {}, id_=f"c{number}")
        scene.result(STATION, "ClearCache", {"status": "Accepted"}, id_=f"c{number}")
    scene.call(CSMS, "Nonsense", {}, id_="x", deliberate=True)
    scene.error(STATION, "NotImplemented", id_="x")
    scene.ev(check_req())
    assert holds(rule(scene.trace))


def test_a_second_call_must_wait_for_the_answer() -> None:
    scene = opened(STATION)
    first = scene.call(STATION, "Heartbeat", {}, id_="1")
    second = scene.call(STATION, "Heartbeat", {}, id_="2")
    (found,) = one_outstanding_call(scene.trace)
    assert (found.verdict, found.entries) == (Verdict.FAIL, (first.number, second.number))
    assert found.detail == "Heartbeat while Heartbeat was unanswered"
    assert list(one_outstanding_call(scene.trace.about(CSMS))) == []


def test_each_direction_has_a_call_of_its_own() -> None:
    scene = opened()
    scene.call(STATION, "Heartbeat", {}, id_="1")
    scene.call(CSMS, "ClearCache", {}, id_="1")
    scene.result(CSMS, "Heartbeat", NOW, id_="1")
    scene.call(STATION, "Heartbeat", {}, id_="2")
    assert holds(one_outstanding_call(scene.trace))


def test_an_answer_with_another_id_frees_nobody() -> None:
    scene = opened(STATION)
    scene.call(STATION, "Heartbeat", {}, id_="1")
    scene.result(CSMS, "Heartbeat", NOW, id_="7", deliberate=True)
    scene.call(STATION, "Heartbeat", {}, id_="2")
    assert len(offences(one_outstanding_call(scene.trace))) == 1


def test_an_error_about_something_unreadable_frees_the_caller() -> None:
    scene = opened(STATION)
    scene.call(STATION, "Heartbeat", {}, id_="1")
    scene.error(CSMS, "RpcFrameworkError", id_="-1")
    scene.call(STATION, "Heartbeat", {}, id_="2")
    assert holds(one_outstanding_call(scene.trace))


@pytest.mark.parametrize(("waited", "verdict"), [(4.0, Verdict.FAIL), (10.0, Verdict.REPORTED), (30.0, Verdict.PASS)])
def test_a_caller_may_give_up_waiting(waited: float, verdict: Verdict) -> None:
    scene = opened(STATION)
    scene.call(STATION, "Heartbeat", {}, id_="1")
    scene.call(STATION, "Heartbeat", {}, waited, id_="2")
    assert next(iter(one_outstanding_call(scene.trace))).verdict is verdict


def test_a_new_socket_begins_anew() -> None:
    scene = opened(STATION)
    scene.call(STATION, "Heartbeat", {}, id_="1")
    scene.close(Link.OCPP, state="reset")
    scene.open(Link.OCPP)
    scene.call(STATION, "Heartbeat", {}, id_="2")
    assert holds(one_outstanding_call(scene.trace))


def test_a_call_that_we_dropped_on_arrival_was_made_all_the_same() -> None:
    scene = opened(STATION)
    scene.text(STATION, b'[2,"1","Heartbeat",{}]', problem="dropped on arrival by a fault")
    second = scene.call(STATION, "Heartbeat", {}, id_="2")
    assert offences(one_outstanding_call(scene.trace)) == [(second.number - 1, second.number)]
    assert holds(payloads_fit(scene.trace))


@pytest.mark.parametrize("id_", ["9", "-1"])
def test_a_result_that_nobody_asked_for(id_: str) -> None:
    scene = opened(CSMS)
    stray = scene.result(CSMS, "Heartbeat", NOW, id_=id_)
    assert offences(answers_belong(scene.trace)) == [(stray.number,)]
    assert list(answers_belong(scene.trace.about(STATION))) == []


def test_a_second_answer() -> None:
    scene = opened(CSMS)
    scene.heartbeat(id_="1")
    again = scene.result(CSMS, "Heartbeat", NOW, id_="1")
    (found,) = answers_belong(scene.trace)
    assert (found.entries, found.detail) == ((again.number,), "answers '1' a second time")


def test_a_call_that_was_sent_twice_may_be_answered_twice() -> None:
    scene = opened(CSMS)
    scene.call(STATION, "Heartbeat", {}, id_="1")
    scene.call(STATION, "Heartbeat", {}, id_="1", deliberate=True)
    scene.result(CSMS, "Heartbeat", NOW, id_="1")
    scene.result(CSMS, "Heartbeat", NOW, id_="1")
    assert holds(answers_belong(scene.trace))
    assert holds(calls_answered(scene.trace))


def test_ones_own_call_does_not_ask_for_ones_own_answer() -> None:
    scene = opened(CSMS)
    scene.call(CSMS, "ClearCache", {}, id_="1")
    stray = scene.result(CSMS, "Heartbeat", NOW, id_="1")
    assert offences(answers_belong(scene.trace)) == [(stray.number,)]


def test_an_answer_on_the_next_socket_is_too_late() -> None:
    scene = opened(STATION)
    scene.call(CSMS, "ClearCache", {}, id_="1")
    scene.close(Link.OCPP, state="reset")
    scene.open(Link.OCPP)
    late = scene.result(STATION, "ClearCache", {"status": "Accepted"}, id_="1")
    assert offences(answers_belong(scene.trace)) == [(late.number,)]


def test_before_the_recording_somebody_may_have_asked() -> None:
    scene = Scene(CSMS)
    scene.result(CSMS, "Heartbeat", NOW, id_="1")
    assert list(answers_belong(scene.trace)) == []
    scene.heartbeat(id_="2")
    stray = scene.result(CSMS, "Heartbeat", NOW, id_="3")
    assert offences(answers_belong(scene.trace)) == [(stray.number,)]


@pytest.mark.parametrize("id_", ["odd", "-1"])
def test_garbage_may_be_refused_by_its_id_or_by_none(id_: str) -> None:
    scene = opened(STATION)
    scene.text(CSMS, b'[2,"odd","ClearCache"]', problem="a CALL has 4 elements", deliberate=True)
    scene.error(STATION, "RpcFrameworkError", id_=id_)
    assert list(answers_belong(scene.trace)) == []
    stray = scene.error(STATION, "RpcFrameworkError", id_="even")
    assert offences(answers_belong(scene.trace)) == [(stray.number,)]


def test_a_call_that_is_never_answered() -> None:
    scene = opened(CSMS)
    scene.call(STATION, "Heartbeat", {}, id_="1")
    scene.add(Link.HARNESS, None, Note(text="still here"), 29.0)
    assert list(calls_answered(scene.trace)) == []
    scene.add(Link.HARNESS, None, Note(text="still here"), 2.0)
    (found,) = calls_answered(scene.trace)
    assert (found.verdict, found.detail) == (Verdict.FAIL, "Heartbeat was not answered within 31.0 s")
    assert list(calls_answered(scene.trace.about(STATION))) == []


def test_a_socket_that_went_away_excuses_the_answer() -> None:
    scene = opened(CSMS)
    scene.call(STATION, "Heartbeat", {}, id_="1")
    scene.close(Link.OCPP, 10.0, state="reset")
    scene.add(Link.HARNESS, None, Note(text="still here"), 60.0)
    assert list(calls_answered(scene.trace)) == []


def test_a_late_answer_is_told_and_not_failed() -> None:
    scene = opened(CSMS)
    asked = scene.call(STATION, "Heartbeat", {}, id_="1")
    late = scene.result(CSMS, "Heartbeat", NOW, 31.0, id_="1")
    assert holds(calls_answered(scene.trace))
    assert notices(calls_answered(scene.trace)) == [(asked.number, late.number)]


def test_an_answer_that_we_dropped_on_arrival_was_given() -> None:
    scene = opened(CSMS)
    scene.call(STATION, "Heartbeat", {}, id_="1")
    scene.text(CSMS, b'[3,"1",{"currentTime":"2026-01-01T00:00:00Z"}]', problem="dropped on arrival by a fault")
    scene.add(Link.HARNESS, None, Note(text="much later"), 60.0)
    assert holds(calls_answered(scene.trace))


def test_our_own_answer_on_purpose_is_nobodys_merit() -> None:
    scene = opened()
    scene.call(STATION, "Heartbeat", {}, id_="1")
    scene.result(CSMS, "Heartbeat", NOW, id_="1", deliberate=True)
    assert list(calls_answered(scene.trace)) == []


def test_an_id_stands_for_one_call_for_ever() -> None:
    scene = opened(STATION)
    first, _ = scene.heartbeat(id_="1")
    scene.close(Link.OCPP)
    scene.open(Link.OCPP)
    scene.heartbeat(id_="1")
    assert holds(message_ids(scene.trace))
    other = scene.call(STATION, "Authorize", {"idToken": {"idToken": "A", "type": "Central"}}, id_="1")
    (found,) = message_ids(scene.trace)
    assert (found.entries, found.detail) == (
        (first.number, other.number),
        "Authorize has the id '1' of an earlier Heartbeat",
    )
    assert list(message_ids(scene.trace.about(CSMS))) == []


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b'[2,"1","Heartbeat"]', "elements"),
        (b"not json", "not JSON"),
        (b"\xff", "not UTF-8"),
        (b'[2,"","Heartbeat",{}]', "0 characters"),
        (b'[2,"' + b"x" * 37 + b'","Heartbeat",{}]', "37 characters"),
        (b'[2,7,"Heartbeat",{}]', "not a string"),
    ],
)
def test_what_is_no_frame_is_told(data: bytes, told: str) -> None:
    from harness.framing import ocppj

    frame = ocppj.parse(data)
    assert isinstance(frame, ocppj.Malformed)
    scene = opened(STATION)
    bad = scene.text(STATION, data, problem=frame.what)
    (found,) = payloads_fit(scene.trace)
    assert found.entries == (bad.number,)
    assert told in found.detail
    assert list(payloads_fit(scene.trace.about(CSMS))) == []


def test_a_broken_frame_without_a_reason_is_told_as_well() -> None:
    scene = opened(STATION)
    scene.text(STATION, b"?")
    assert [finding.detail for finding in payloads_fit(scene.trace)] == ["is no OCPP-J frame"]


@pytest.mark.parametrize(
    ("action", "payload", "told"),
    [
        ("BootNotification", {"reason": "PowerUp"}, "lacks 'chargingStation'"),
        ("Heartbeat", {"surplus": 1}, "surplus"),
        ("Authorize", {"idToken": {"idToken": "A", "type": "Guess"}}, "none of its"),
        ("HeartbeatRequest", {}, "suffix"),
        ("Nonsense", {}, "no action 'Nonsense'"),
        ("MeterValues", {"evseId": 1, "meterValue": []}, "items"),
        ("Heartbeat", {"customData": None}, "null"),
    ],
)
def test_a_payload_that_does_not_fit_is_told(action: str, payload: Any, told: str) -> None:
    scene = opened(STATION)
    bad = scene.call(STATION, action, payload)
    (found,) = payloads_fit(scene.trace)
    assert found.entries == (bad.number,)
    assert told in found.detail


def test_an_empty_text_may_be_a_value() -> None:
    scene = opened(STATION)
    scene.call(STATION, "Authorize", {"idToken": {"idToken": "", "type": "NoAuthorization"}})
    assert holds(payloads_fit(scene.trace))


def test_results_are_held_against_the_action_of_their_call() -> None:
    scene = opened(STATION)
    scene.call(CSMS, "ClearCache", {})
    bad = scene.result(STATION, "ClearCache", {"status": "Perhaps"})
    scene.result(STATION, "", {"whatever": 1})
    assert offences(payloads_fit(scene.trace)) == [(bad.number,)]


@pytest.mark.parametrize(
    ("code", "description", "told"),
    [("OccurenceConstraintViolation", "", "no OCPP 2.0.1 error code"), ("GenericError", "x" * 256, "256 characters")],
)
def test_errors_keep_to_the_list_of_codes_and_to_their_length(code: str, description: str, told: str) -> None:
    scene = opened(STATION)
    scene.error(STATION, "NotSupported")
    assert holds(payloads_fit(scene.trace))
    bad = scene.error(STATION, code, description=description)
    (found,) = payloads_fit(scene.trace)
    assert found.entries == (bad.number,)
    assert told in found.detail


def test_what_is_wrong_on_purpose_is_not_judged() -> None:
    scene = opened(STATION)
    scene.text(CSMS, b"?", deliberate=True)
    scene.call(STATION, "Nonsense", {}, deliberate=True)
    scene.call(STATION, "Heartbeat", {}, deliberate=True, id_="2")
    scene.result(STATION, "Nonsense", {}, deliberate=True, id_="77")
    for rule in RULES:
        assert list(rule(scene.trace)) == []
