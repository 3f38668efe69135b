"""Turns, session ids, legibility and validity on the vehicle link."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from harness.checks.schema import valid
from harness.checks.sequence import alternation, failed, pairs, readable, session_id
from harness.core.case import Role
from harness.core.verdict import Verdict
from harness.messages.iso20.codes import ResponseCode
from harness.messages.sap import AppProtocolResponseCode, SupportedAppProtocolReq, SupportedAppProtocolRes
from tests.checks.scene import (
    NOBODY,
    OTHER_SESSION,
    Scene,
    check_req,
    check_res,
    holds,
    offences,
    setup_req,
    setup_res,
    stop_req,
    stop_res,
)


@pytest.fixture(params=[None, Role.EV, Role.STATION], ids=["everybody", "ev", "station"])
def scene(request: pytest.FixtureRequest) -> Scene:
    """A session that was just opened, with either party or nobody as the subject."""
    scene = Scene(request.param)
    scene.open()
    return scene


def whole(scene: Scene) -> None:
    scene.ev(SupportedAppProtocolReq(app_protocol=()))
    scene.station(SupportedAppProtocolRes(response_code=AppProtocolResponseCode.OK_SUCCESSFUL_NEGOTIATION, schema_id=1))
    scene.ev(setup_req())
    scene.station(setup_res())
    for _ in range(3):
        scene.ev(check_req())
        scene.station(check_res())
    scene.ev(stop_req())
    scene.station(stop_res())
    scene.close(after=5.0)


def test_a_session_in_order_breaks_no_rule(scene: Scene) -> None:
    whole(scene)
    assert holds(alternation(scene.trace))
    assert holds(session_id(scene.trace))
    assert holds(readable(scene.trace))
    assert len(list(pairs(scene.trace))) == 6


def test_a_request_that_does_not_wait_is_the_evs_offence() -> None:
    scene = Scene(Role.EV)
    scene.open()
    first = scene.ev(check_req())
    second = scene.ev(check_req())
    assert offences(alternation(scene.trace)) == [(first.number, second.number)]
    assert alternation(scene.trace.about(Role.STATION)) is not None
    assert list(alternation(scene.trace.about(Role.STATION))) == []


def test_a_response_that_nobody_asked_for() -> None:
    scene = Scene(Role.STATION)
    scene.open()
    early = scene.station(check_res())
    scene.ev(check_req())
    scene.station(check_res())
    twice = scene.station(check_res())
    assert offences(alternation(scene.trace)) == [(early.number,), (twice.number,)]


def test_joined_requests_of_ours_wait_for_as_many_responses() -> None:
    scene = Scene(Role.STATION)
    scene.open()
    scene.ev(None, deliberate=True)
    scene.station(check_res())
    scene.station(stop_res())
    scene.ev(check_req())
    scene.station(check_res())
    unasked = scene.station(check_res())
    assert offences(alternation(scene.trace)) == [(unasked.number,)]


def test_a_response_of_another_kind() -> None:
    scene = Scene(Role.STATION)
    scene.open()
    ask = scene.ev(check_req())
    wrong = scene.station(stop_res())
    scene.ev(stop_req())
    scene.station(stop_res())
    (found,) = (finding for finding in alternation(scene.trace) if finding.verdict is Verdict.FAIL)
    assert found.entries == (ask.number, wrong.number)
    assert found.detail == "SessionStopRes answers DC_CableCheckReq"


def test_a_request_as_a_response_is_one_of_another_kind() -> None:
    scene = Scene(Role.STATION)
    scene.open()
    ask = scene.ev(check_req())
    wrong = scene.station(stop_req())
    assert offences(alternation(scene.trace)) == [(ask.number, wrong.number)]


def test_each_of_several_requests_may_be_answered() -> None:
    """A tester that does not wait has no right to complain of two answers."""
    scene = Scene(Role.STATION)
    scene.open()
    scene.ev(check_req())
    scene.ev(check_req(), deliberate=True)
    scene.station(check_res())
    scene.station(check_res())
    late = scene.station(check_res())
    assert offences(alternation(scene.trace)) == [(late.number,)]


def test_a_station_may_leave_out_what_it_could_not_read() -> None:
    scene = Scene(Role.STATION)
    scene.open()
    scene.ev(None, deliberate=True)
    scene.ev(check_req())
    scene.station(check_res())
    assert holds(alternation(scene.trace))


def test_a_station_may_answer_what_nobody_else_could_read() -> None:
    scene = Scene(Role.STATION)
    scene.open()
    scene.ev(None, deliberate=True)
    scene.station(check_res())
    scene.ev(check_req())
    scene.station(None)
    assert holds(alternation(scene.trace))


def test_streams_beside_the_main_one_have_turns_of_their_own() -> None:
    scene = Scene()
    scene.open()
    scene.ev(check_req())
    scene.ev(stop_req(), stream=0x8102)
    scene.station(check_res())
    scene.station(stop_res(), stream=0x8102)
    assert holds(alternation(scene.trace))
    assert len(list(pairs(scene.trace))) == 2


def test_what_lies_before_the_recording_is_not_judged() -> None:
    scene = Scene(Role.STATION)
    scene.station(check_res())
    assert list(alternation(scene.trace)) == []
    scene.gap()
    scene.station(check_res())
    bad = scene.station(check_res())
    assert offences(alternation(scene.trace)) == [(bad.number,)]


def test_turns_are_not_judged_where_they_were_meant() -> None:
    scene = Scene(Role.STATION)
    scene.open()
    scene.station(check_res(), deliberate=True)
    assert list(alternation(scene.trace)) == []


@pytest.mark.parametrize("subject", [None, Role.EV, Role.STATION])
def test_another_session_id_is_found_on_either_side(subject: Role | None) -> None:
    scene = Scene(subject)
    scene.open()
    scene.ev(setup_req())
    scene.station(setup_res())
    asked = scene.ev(check_req(OTHER_SESSION))
    answered = scene.station(check_res(OTHER_SESSION))
    expected = {None: [asked, answered], Role.EV: [asked], Role.STATION: [answered]}[subject]
    assert offences(session_id(scene.trace)) == [(entry.number,) for entry in expected]
    assert "was 0102030405060708" in next(iter(session_id(scene.trace))).detail


def test_a_new_connection_may_have_a_new_session() -> None:
    scene = Scene()
    whole(scene)
    scene.open()
    scene.ev(setup_req(OTHER_SESSION))
    scene.station(setup_res(OTHER_SESSION))
    scene.ev(check_req(OTHER_SESSION))
    scene.station(check_res(OTHER_SESSION))
    assert holds(session_id(scene.trace))


def test_a_refused_session_setup_gives_no_id() -> None:
    scene = Scene(Role.STATION)
    scene.open()
    scene.ev(setup_req())
    scene.station(setup_res())
    scene.ev(setup_req(), deliberate=True)
    scene.station(setup_res(code=ResponseCode.FAILED_SEQUENCE_ERROR))
    assert holds(session_id(scene.trace))
    wrong = scene.station(setup_res(NOBODY, ResponseCode.FAILED_SEQUENCE_ERROR))
    assert offences(session_id(scene.trace)) == [(wrong.number,)]


def test_before_an_id_is_given_none_is_asked_for() -> None:
    scene = Scene()
    scene.open()
    scene.ev(check_req(OTHER_SESSION))
    assert list(session_id(scene.trace)) == []


def test_a_session_id_of_no_bytes_at_all_is_told() -> None:
    scene = Scene(Role.STATION)
    scene.open()
    scene.ev(setup_req())
    scene.station(setup_res())
    odd = check_res()
    scene.station(replace(odd, header=replace(odd.header, session_id="text")))
    assert "is 'text'" in next(iter(session_id(scene.trace))).detail


def test_what_cannot_be_decoded_is_told_with_its_reason() -> None:
    scene = Scene(Role.STATION)
    scene.open()
    scene.ev(None, deliberate=True)
    bad = scene.station(None)
    scene.station(check_res())
    (found,) = readable(scene.trace)
    assert (found.verdict, found.entries, found.detail) == (Verdict.FAIL, (bad.number,), "bit 12: no such event")


def test_failed_codes_of_both_vocabularies() -> None:
    scene = Scene()
    assert failed(scene.station(check_res(code=ResponseCode.FAILED)))
    assert failed(scene.station(SupportedAppProtocolRes(response_code=AppProtocolResponseCode.FAILED_NO_NEGOTIATION)))
    assert not failed(scene.station(check_res()))
    assert not failed(scene.ev(check_req()))


def test_what_the_schema_forbids_is_told_field_by_field() -> None:
    scene = Scene(Role.STATION)
    scene.ev(replace(setup_req(), evcc_id=7), deliberate=True)
    scene.ev(replace(setup_req(), evcc_id=7))
    scene.station(check_res())
    assert holds(valid(scene.trace))
    bad = scene.station(replace(setup_res(), evse_id="x" * 300))
    worse = scene.station(
        replace(setup_res(), evse_id=None, response_code=None, header=replace(setup_res().header, session_id=None,
                time_stamp=None)),
    )  # fmt: skip
    first, second = (finding for finding in valid(scene.trace) if finding.verdict is Verdict.FAIL)
    assert first.entries == (bad.number,)
    assert "EVSEID" in first.detail
    assert second.entries == (worse.number,)
    assert second.detail.endswith("and 1 more")
