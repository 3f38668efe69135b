"""What one attempt comes to: what the judge said, and whatever kept it from saying more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from harness.core.case import Case, Kind, Role
from harness.core.errors import NotTested, UnreachableError, Unreached
from harness.core.verdict import Verdict
from harness.kit.judge import Judge
from harness.kit.workshop import Workshop
from harness.messages.ocpp import Kind as OcppKind
from harness.messages.ocpp import OcppMessage
from harness.profile.load import load_device
from harness.runner.data import data_folder
from harness.runner.execute import Runnable, execute
from harness.runner.outcome import Outcome, conclude
from harness.trace.entry import Gap, Link, Seen
from harness.trace.recorder import Recorder
from harness.trace.trace import Trace

CASE = Case(id="X-1", title="t", sut=Role.STATION, kind=Kind.SEQUENCE)
CONTROLLED = Case(id="X-2", title="t", sut=Role.STATION, kind=Kind.SEQUENCE, control="X-1")


def gaping() -> Trace:
    recorder = Recorder(Role.STATION)
    recorder.add(1.0, Link.HARNESS, None, Gap(text="two frames were lost"))
    return recorder.trace()


def outcome(
    *said: bool,
    case: Case = CASE,
    error: BaseException | None = None,
    control: Verdict | None = None,
    unstruck: Iterable[str] = (),
    traces: Iterable[Trace] = (),
) -> Outcome:
    judge = Judge()
    for one in said:
        judge.holds("it", one)
    return conclude(case, judge, traces, error, control=control, unstruck=unstruck)


def saying(payload: dict[str, Any], sender: Role = Role.STATION) -> Trace:
    recorder = Recorder(Role.STATION)
    call = OcppMessage(action="StatusNotification", kind=OcppKind.REQUEST, message_id="1", payload=payload)
    recorder.add(1.0, Link.OCPP, sender, Seen(data=b"", message=call))
    return recorder.trace()


WHOLE = {"timestamp": "2026-01-01T00:00:00Z", "connectorStatus": "Available", "evseId": 1, "connectorId": 1}


@pytest.mark.parametrize(
    ("trace", "verdict"),
    [
        (saying({"evseId": 1}), Verdict.INCONCLUSIVE),
        (saying({"evseId": 1}, Role.CSMS), Verdict.ERROR),
        (saying(WHOLE), Verdict.ERROR),
    ],
    ids=["of_the_device", "of_ours", "good"],
)
def test_what_a_device_spoilt_is_no_fault_of_ours(trace: Trace, verdict: Verdict) -> None:
    concluded = outcome(error=KeyError("connectorStatus"), traces=[trace])

    assert concluded.verdict is verdict
    assert "connectorStatus" in concluded.findings[-1].detail


@pytest.mark.parametrize(
    ("terms", "verdict"),
    [
        ({}, Verdict.INCONCLUSIVE),
        ({"error": Unreached("never came")}, Verdict.INCONCLUSIVE),
        ({"error": UnreachableError("port 1 is taken")}, Verdict.ERROR),
        ({"error": AssertionError()}, Verdict.ERROR),
        ({"error": RuntimeError("x")}, Verdict.ERROR),
        ({"unstruck": ["drop"]}, Verdict.INCONCLUSIVE),
        ({"traces": [gaping()]}, Verdict.INCONCLUSIVE),
        ({"traces": [Trace(entries=())]}, Verdict.INCONCLUSIVE),
    ],
)
def test_without_a_judgement(terms: dict[str, Any], verdict: Verdict) -> None:
    assert outcome(**terms).verdict is verdict


@pytest.mark.parametrize(
    ("terms", "passed", "failed"),
    [
        ({}, Verdict.PASS, Verdict.FAIL),
        ({"error": Unreached("never came")}, Verdict.INCONCLUSIVE, Verdict.FAIL),
        ({"error": AssertionError()}, Verdict.ERROR, Verdict.ERROR),
        ({"unstruck": ["drop"]}, Verdict.INCONCLUSIVE, Verdict.FAIL),
        ({"traces": [gaping()]}, Verdict.INCONCLUSIVE, Verdict.FAIL),
    ],
)
def test_with_a_judgement(terms: dict[str, Any], passed: Verdict, failed: Verdict) -> None:
    assert outcome(True, **terms).verdict is passed
    assert outcome(True, False, **terms).verdict is failed


def test_what_nobody_could_do_is_not_tested() -> None:
    told = outcome(True, error=NotTested("nobody could do this: Plug in."))
    assert (told.verdict, told.reason) == (Verdict.NOT_TESTED, "nobody could do this: Plug in.")
    assert [finding.detail for finding in told.findings if finding.notice] == ["nobody could do this: Plug in."]
    assert outcome(error=NotTested("x")).verdict is Verdict.NOT_TESTED


def test_a_failure_stands_although_the_rest_is_not_tested() -> None:
    told = outcome(False, error=NotTested("nobody"))
    assert (told.verdict, told.reason) == (Verdict.FAIL, "")


def test_what_was_in_the_way_is_told() -> None:
    told = outcome(True, error=Unreached("B never came"), unstruck=["drop B"], traces=[gaping()]).findings
    assert [(finding.what, finding.detail) for finding in told[1:]] == [
        ("what was awaited", "B never came"),
        ("deliberate fault", "never struck: drop B"),
        ("recording", "has a hole: two frames were lost"),
    ]


@pytest.mark.parametrize("control", [None, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.ERROR])
def test_without_its_control_everything_becomes_a_notice(control: Verdict | None) -> None:
    ended = outcome(True, False, case=CONTROLLED, control=control)
    assert ended.verdict is Verdict.INCONCLUSIVE
    assert [finding.notice for finding in ended.findings] == [True, True, False]
    assert f"ended {control or 'without a verdict'}" in ended.findings[-1].detail


def test_with_its_control_a_judgement_counts() -> None:
    assert outcome(False, case=CONTROLLED, control=Verdict.PASS).verdict is Verdict.FAIL
    assert outcome(True, case=CONTROLLED, control=Verdict.PASS).verdict is Verdict.PASS


def test_our_own_bug_stays_one_without_a_control() -> None:
    assert outcome(True, case=CONTROLLED, error=RuntimeError("x"), control=None).verdict is Verdict.ERROR


def test_an_error_tells_where_it_happened() -> None:
    with pytest.raises(ZeroDivisionError) as raised:
        1 / 0  # noqa: B018 - all that it is for
    (told,) = outcome(error=raised.value).findings
    assert told.what == "the harness failed: ZeroDivisionError"
    assert told.detail.startswith("division by zero (test_concluding.py:")


@pytest.fixture
def workshop() -> Workshop:
    return Workshop((load_device(data_folder("profiles") / "devices" / "emulated-station.toml"),))


def runnable(function: Any, **parameters: Any) -> Runnable:
    return Runnable(case=CASE, function=function, parameters=parameters)


def test_a_case_runs_without_pytest(workshop: Workshop) -> None:
    async def function(*, bench: Any, judge: Judge, least: int) -> None:
        trace = await bench.run()
        judge.holds("entries", len(trace) >= least)

    ended = execute(runnable(function, least=10), workshop.bench(Role.STATION), virtual=True)
    assert ended.verdict is Verdict.PASS
    assert len(ended.traces) == 1
    assert execute(runnable(function, least=10**6), workshop.bench(Role.STATION), virtual=True).verdict is Verdict.FAIL


def test_a_case_that_breaks_is_an_error_and_ctrl_c_is_none(workshop: Workshop) -> None:
    async def broken(*, bench: Any, judge: Judge) -> None:
        raise RuntimeError("x")

    async def stopped(*, bench: Any, judge: Judge) -> None:
        raise KeyboardInterrupt

    assert execute(runnable(broken), workshop.bench(Role.STATION), virtual=True).verdict is Verdict.ERROR
    with pytest.raises(KeyboardInterrupt):
        execute(runnable(stopped), workshop.bench(Role.STATION), virtual=True)
