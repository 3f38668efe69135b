"""Response times, the EV's pace, and what is left unanswered, against the limits of the standard."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from harness.checks.timing import latencies, requests, responses, times_behind, times_of
from harness.core.case import Role
from harness.core.verdict import Verdict
from harness.messages.field import Message
from harness.messages.iso20.ac import AcChargeLoopReq, AcChargeLoopRes
from harness.messages.iso20.codes import ResponseCode
from harness.messages.iso20.common import CertificateInstallationReq, ChargingSession, ServiceDetailReq
from harness.messages.iso20.dc import DcChargeLoopReq, DcChargeLoopRes, DcPreChargeReq, DcPreChargeRes
from harness.messages.iso20.wpt import WptChargeLoopReq
from harness.trace.entry import Link, Note
from tests.checks.scene import (
    Scene,
    check_req,
    check_res,
    header,
    holds,
    loop_req,
    loop_res,
    notices,
    offences,
    setup_req,
    setup_res,
    stop_req,
    stop_res,
)

DETAIL = ServiceDetailReq(header=header(), service_id=2)


def opened(subject: Role | None = None) -> Scene:
    scene = Scene(subject)
    scene.open()
    return scene


@pytest.mark.parametrize(
    ("kind", "performance", "timeout"),
    [
        (DcPreChargeReq, 1.5, 2.0),
        (ServiceDetailReq, 4.5, 5.0),
        (CertificateInstallationReq, 4.5, 5.0),
        (AcChargeLoopReq, 0.25, 0.5),
        (DcChargeLoopReq, 0.25, 0.5),
        (WptChargeLoopReq, 0.25, 0.5),
        (type(None), 1.5, 2.0),
    ],
)
def test_limits_of_responses_are_those_of_the_tables(kind: type, performance: float, timeout: float) -> None:
    assert (times_of(kind).performance, times_of(kind).timeout) == (performance, timeout)


def test_limits_of_requests_are_short_in_the_loop_only() -> None:
    assert times_behind(DcPreChargeRes).timeout == 60.0
    assert times_behind(DcPreChargeRes).performance == 40.0
    assert times_behind(DcChargeLoopRes) == times_behind(AcChargeLoopRes)
    assert times_behind(DcChargeLoopRes).timeout == 0.5


@pytest.mark.parametrize(
    ("ask", "reply", "took", "verdict"),
    [
        (check_req(), check_res(), 1.5, Verdict.PASS),
        (check_req(), check_res(), 1.6, Verdict.REPORTED),
        (check_req(), check_res(), 2.0, Verdict.REPORTED),
        (check_req(), check_res(), 2.1, Verdict.FAIL),
        (loop_req(), loop_res(), 0.25, Verdict.PASS),
        (loop_req(), loop_res(), 0.3, Verdict.REPORTED),
        (loop_req(), loop_res(), 0.6, Verdict.FAIL),
        (DETAIL, check_res(), 4.4, Verdict.PASS),
        (DETAIL, check_res(), 4.9, Verdict.REPORTED),
        (DETAIL, check_res(), 5.1, Verdict.FAIL),
    ],
)
def test_a_response_is_in_time_late_or_too_late(ask: Message, reply: Message, took: float, verdict: Verdict) -> None:
    scene = opened(Role.STATION)
    asked, replied = scene.ev(ask), scene.station(reply, took)
    first = next(iter(responses(scene.trace)))
    assert first.verdict is verdict
    if verdict is not Verdict.PASS:
        assert first.entries == (asked.number, replied.number)
        assert f"{took:.3f} s" in first.detail


@pytest.mark.parametrize(
    ("reply", "ask", "took", "verdict"),
    [
        (check_res(), check_req(), 40.0, Verdict.PASS),
        (check_res(), check_req(), 41.0, Verdict.REPORTED),
        (check_res(), check_req(), 60.0, Verdict.REPORTED),
        (check_res(), check_req(), 60.5, Verdict.FAIL),
        (loop_res(), loop_req(), 0.25, Verdict.PASS),
        (loop_res(), loop_req(), 0.4, Verdict.REPORTED),
        (loop_res(), stop_req(), 0.6, Verdict.FAIL),
    ],
)
def test_a_request_is_in_time_late_or_too_late(reply: Message, ask: Message, took: float, verdict: Verdict) -> None:
    scene = opened(Role.EV)
    scene.ev(check_req())
    replied, asked = scene.station(reply), scene.ev(ask, took)
    first = next(iter(requests(scene.trace)))
    assert first.verdict is verdict
    if verdict is not Verdict.PASS:
        assert first.entries == (replied.number, asked.number)


def test_each_side_answers_for_its_own_time_only() -> None:
    scene = opened()
    scene.ev(check_req())
    late = scene.station(check_res(), 3.0)
    later = scene.ev(check_req(), 70.0)
    assert offences(responses(scene.trace)) == [(late.number - 1, late.number)]
    assert offences(requests(scene.trace)) == [(late.number, later.number)]
    assert list(responses(scene.trace.about(Role.EV))) == []
    assert list(requests(scene.trace.about(Role.STATION))) == []


def test_lateness_on_purpose_is_not_judged() -> None:
    scene = opened()
    scene.ev(check_req(), deliberate=True)
    scene.station(check_res(), 9.0, deliberate=True)
    scene.ev(check_req(), 90.0, deliberate=True)
    scene.close(after=90.0)
    assert list(responses(scene.trace)) == []
    assert list(requests(scene.trace)) == []


def test_a_request_that_is_never_answered_is_the_stations_offence() -> None:
    scene = opened(Role.STATION)
    asked = scene.ev(check_req())
    scene.close(after=2.5)
    (found,) = responses(scene.trace)
    assert (found.verdict, found.entries) == (Verdict.FAIL, (asked.number,))
    assert "not answered within 2.500 s" in found.detail
    assert list(responses(scene.trace.about(Role.EV))) == []


def test_an_answer_missing_beside_the_main_stream_is_found_behind_what_went_on() -> None:
    scene = opened(Role.STATION)
    asked = scene.ev(check_req(), stream=0x8102)
    for _ in range(30):
        scene.ev(check_req())
        scene.station(check_res())
    scene.close()
    (found,) = [one for one in responses(scene.trace) if one.verdict is Verdict.FAIL]
    assert found.entries == (asked.number,)


def test_nobody_owes_another_request_beside_the_main_stream() -> None:
    scene = opened()
    for _ in range(2):
        scene.ev(check_req(), stream=0x8101)
        scene.station(check_res(), stream=0x8101)
        for _ in range(10):
            scene.ev(check_req(), 9.0)
            scene.station(check_res())
    scene.close()
    assert {one.verdict for one in requests(scene.trace)} == {Verdict.PASS}


@pytest.mark.parametrize(
    ("how", "verdicts"), [(ChargingSession.SERVICE_RENEGOTIATION, {Verdict.FAIL}), (ChargingSession.PAUSE, set())]
)
def test_session_goes_on_where_services_are_chosen_anew(how: ChargingSession, verdicts: set[Verdict]) -> None:
    scene = opened(Role.EV)
    scene.ev(replace(stop_req(), charging_session=how))
    scene.station(stop_res())
    scene.close(after=70.0, by=Role.STATION)
    found = {one.verdict for one in requests(scene.trace)}
    assert found & {Verdict.FAIL} == verdicts


def test_a_connection_that_ends_first_excuses_the_answer() -> None:
    scene = opened(Role.STATION)
    scene.ev(check_req())
    scene.close(after=1.9, state="reset")
    assert list(responses(scene.trace)) == []


def test_the_recording_may_end_before_the_answer_is_due() -> None:
    scene = opened(Role.STATION)
    scene.ev(check_req())
    scene.add(Link.HARNESS, None, Note(text="the run ended"), 1.0)
    assert list(responses(scene.trace)) == []
    scene.add(Link.HARNESS, None, Note(text="much later"), 1.5)
    assert len(offences(responses(scene.trace))) == 1


@pytest.mark.parametrize("disturb", ["fault", "deliberate", "failed", "unplugged", "garbage"])
def test_silence_behind_something_unusual_may_be_right(disturb: str) -> None:
    scene = opened()
    scene.ev(setup_req(), deliberate=disturb == "deliberate")
    scene.station(setup_res(code=ResponseCode.FAILED if disturb == "failed" else ResponseCode.OK))
    if disturb == "fault":
        scene.fault()
    if disturb == "unplugged":
        scene.operation("unplug")
    scene.ev(None if disturb == "garbage" else check_req())
    scene.close(after=90.0)
    assert holds(responses(scene.trace))


def test_an_ev_that_falls_silent_is_too_late() -> None:
    scene = opened(Role.EV)
    scene.operation("plug")
    scene.ev(check_req())
    last = scene.station(check_res())
    scene.close(after=61.0, by=Role.STATION)
    assert offences(requests(scene.trace)) == [(last.number,)]


def test_an_ev_may_leave_in_time_or_after_the_last_word() -> None:
    scene = opened(Role.EV)
    scene.ev(check_req())
    scene.station(check_res())
    scene.close(after=30.0)
    scene.open()
    scene.ev(stop_req())
    scene.station(stop_res())
    scene.close(after=90.0)
    assert list(requests(scene.trace)) == []


def test_faults_on_the_other_link_excuse_nothing() -> None:
    scene = opened(Role.STATION)
    asked = scene.ev(check_req())
    scene.fault(Link.OCPP)
    scene.close(after=5.0)
    assert offences(responses(scene.trace)) == [(asked.number,)]


def test_a_late_loop_is_reported_once_each() -> None:
    scene = opened()
    for _ in range(3):
        scene.ev(loop_req(), 0.3)
        scene.station(loop_res(), 0.3)
    assert len(notices(responses(scene.trace))) == 3
    assert len(notices(requests(scene.trace))) == 2


def test_latencies_are_measured_by_what_was_reacted_to() -> None:
    scene = opened(Role.STATION)
    for took in (0.1, 0.4, 0.2):
        scene.ev(check_req())
        scene.station(check_res(), took)
    scene.ev(None)
    scene.station(check_res(), 9.0)
    (cable,) = latencies([scene.trace], Role.STATION)
    assert (cable.message, cable.median, cable.longest) == ("DC_CableCheckReq", 0.2, 0.4)
    assert cable.times.timeout == 2.0
    assert len(cable.seconds) == 3

    (twice,) = latencies([scene.trace, scene.trace], Role.STATION)
    assert len(twice.seconds) == 6


def test_an_ev_is_measured_by_the_request_behind_a_response() -> None:
    scene = opened(Role.EV)
    scene.ev(check_req())
    for took in (3.0, 5.0):
        scene.station(check_res(), 0.1)
        scene.ev(check_req(), took)
    (cable,) = latencies([scene.trace], Role.EV)
    assert (cable.message, cable.median, cable.longest) == ("DC_CableCheckRes", 5.0, 5.0)
    assert (cable.times.performance, cable.times.timeout) == (40.0, 60.0)


def test_nobody_but_the_subject_is_measured() -> None:
    scene = opened(Role.EV)
    scene.ev(check_req())
    scene.station(check_res(), 0.1)
    assert latencies([scene.trace], Role.STATION) == ()
    assert latencies([scene.trace], Role.CSMS) == ()


def test_a_request_without_a_name_is_judged_all_the_same() -> None:
    scene = opened(Role.STATION)
    scene.ev(None)
    scene.station(replace(check_res()), 3.0)
    (found,) = (one for one in responses(scene.trace) if one.verdict is Verdict.FAIL)
    assert found.detail.startswith("a frame that cannot be read answered after 3.000 s")
