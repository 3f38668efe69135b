"""What becomes of a case, and of a run: from a suite in a folder to the exit code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.core.errors import HarnessError, ProfileError, UserError
from harness.core.verdict import Verdict
from harness.runner.front import collect_plan
from harness.runner.options import Options
from tests.runner.conftest import Ended, Go, finish

BROKE = "the harness failed"
PASSING = '''
@declared(1)
async def test_passes(bench, judge):
    """It does."""
    trace = await bench.run(until=seen(SessionSetupRes))
    judge.some("responses", trace.all(SessionSetupRes))
'''
FAILING = '''
@declared(2)
async def test_fails(bench, judge):
    """It does not."""
    trace = await bench.run(until=seen(SessionSetupRes))
    judge.silence("responses", trace.all(SessionSetupRes))
'''


def alone(body: str, number: int = 3, head: str = "") -> str:
    lines = "\n    ".join(body.strip().splitlines())
    return f'{head}\n@declared({number})\nasync def test_it_{number}(bench, judge):\n    """It does."""\n    {lines}\n'


def test_a_device_that_passes_conforms(go: Go) -> None:
    ended = go(PASSING)
    assert (ended.verdicts(), ended.code) == ({"001": Verdict.PASS}, 0)
    assert [event for event, _ in ended.told] == ["planned", "concluded", "finished"]
    assert ended.run.footer is not None
    assert (ended.run.footer.complete, ended.run.footer.interrupted, ended.run.broken) == (True, False, ())
    (result,) = ended.run.results
    assert (result.attempt, result.counted) == (1, True)
    assert ended.run.trace(result) is not None
    assert {rule.verdict for rule in ended.run.rules} <= {Verdict.PASS, Verdict.NOT_APPLICABLE}


def test_a_device_that_fails_does_not(go: Go) -> None:
    ended = go(PASSING + FAILING)
    assert (ended.verdicts(), ended.code) == ({"001": Verdict.PASS, "002": Verdict.FAIL}, 1)


@pytest.mark.parametrize(
    ("body", "verdict", "what", "told", "code"),
    [
        ("pass", Verdict.INCONCLUSIVE, "judgement", "the case judged nothing", 3),
        (
            "trace = await bench.run(until=seen(SessionSetupRes))\ntrace.one(Heartbeat)",
            Verdict.INCONCLUSIVE, "what was awaited", "Heartbeat was never seen", 3,
        ),
        ('judge.holds("it", True)\nraise RuntimeError("oops")', Verdict.ERROR, f"{BROKE}: RuntimeError", "oops", 2),
        ('judge.holds("it", True)\nassert 1 == 2', Verdict.ERROR, f"{BROKE}: AssertionError", "test_tiny", 2),
        ('judge.holds("it", False)\nassert 1 == 2', Verdict.ERROR, f"{BROKE}: AssertionError", "test_tiny", 2),
        ("await bench.run(bench.station)", Verdict.ERROR, f"{BROKE}: ValueError", "station is under test here", 2),
        (
            "trace = await bench.run(until=seen(SessionSetupRes), faults=[drop(Heartbeat, nth=77)])\n"
            'judge.some("responses", trace.all(SessionSetupRes))',
            Verdict.INCONCLUSIVE, "deliberate fault", "never struck", 3,
        ),
        (
            'await bench.run(until=seen(SessionSetupRes), limit=0.0)\njudge.holds("it", True)',
            Verdict.PASS, "it", "", 0,
        ),
    ],
    ids=["nothing judged", "unreached", "exception", "assert", "assert after fail", "misuse", "unstruck", "limit"],
)  # fmt: skip
def test_what_keeps_a_case_from_judging(go: Go, body: str, verdict: Verdict, what: str, told: str, code: int) -> None:
    ended = go(alone(body))
    assert ended.verdicts() == {"003": verdict}
    (found,) = (finding for finding in ended.findings("003") if finding[0] is verdict and finding[1] == what)
    assert told in found[2]
    assert ended.code == code


def test_a_fixture_that_breaks_is_our_fault(go: Go) -> None:
    head = "@pytest.fixture\ndef broken():\n    raise RuntimeError('no fixture today')\n"
    ended = go(head + '@declared(3)\nasync def test_it(bench, judge, broken):\n    """It does."""\n')
    assert (ended.verdicts(), ended.code) == ({"003": Verdict.ERROR}, 2)
    ((verdict, what, told),) = ended.findings("003")
    assert (verdict, what) == (Verdict.ERROR, f"{BROKE}: RuntimeError")
    assert told.startswith("no fixture today (test_tiny_")


CONTROLLED = '''
@declared(4, control="ISO20-STN-TST-{control:03}")
async def test_controlled(bench, judge):
    """It does."""
    judge.holds("it", {holds})
'''


@pytest.mark.parametrize(
    ("control", "holds", "verdict"),
    [
        (1, True, Verdict.PASS),
        (1, False, Verdict.FAIL),
        (2, True, Verdict.INCONCLUSIVE),
        (2, False, Verdict.INCONCLUSIVE),
    ],
)
def test_without_its_control_a_case_proves_nothing(go: Go, control: int, holds: bool, verdict: Verdict) -> None:
    ended = go(PASSING + FAILING + CONTROLLED.format(control=control, holds=holds))
    assert ended.verdicts()["004"] is verdict
    if verdict is Verdict.INCONCLUSIVE:
        assert ended.findings("004")[-1][2] == "the control ISO20-STN-TST-002 ended FAIL: nothing is proved"


def test_variants_are_cases_of_their_own(go: Go) -> None:
    ended = go(
        '@pytest.mark.parametrize("good", [True, False], ids=["good", "bad"])\n@declared(5)\n'
        'async def test_variants(bench, judge, good):\n    """It does."""\n    judge.holds("it", good)\n'
    )
    assert ended.verdicts() == {"005[good]": Verdict.PASS, "005[bad]": Verdict.FAIL}


def test_a_feature_that_is_not_claimed_is_not_applicable(go: Go) -> None:
    ended = go(PASSING + '@declared(6, needs=Feature.TLS12)\nasync def test_tls(bench, judge):\n    """It does."""\n')
    assert (ended.verdicts(), ended.code) == ({"001": Verdict.PASS, "006": Verdict.NOT_APPLICABLE}, 0)
    (left_out,) = (standing for standing in ended.run.standings() if standing.result is None)
    assert "tls12" in left_out.reason


def test_tests_that_are_no_cases_are_left_alone(go: Go) -> None:
    ended = go(PASSING + "def test_ordinary():\n    assert True\n")
    assert ended.verdicts() == {"001": Verdict.PASS}


def test_ctrl_c_keeps_what_was_judged(go: Go) -> None:
    ended = go(PASSING + alone("raise KeyboardInterrupt", 2) + alone('judge.holds("it", True)', 3))
    assert ended.verdicts() == {"001": Verdict.PASS, "002": Verdict.NOT_TESTED, "003": Verdict.NOT_TESTED}
    assert ended.code == 3
    assert ended.run.interrupted
    (why,) = ended.run.interruptions
    assert (why.why, why.case) == ("stopped from the keyboard", "ISO20-STN-TST-002")
    assert ended.run.footer is not None
    assert (ended.run.footer.interrupted, ended.run.footer.complete) == (True, False)
    assert ended.run.rules


def test_ctrl_c_behind_a_failure_is_still_a_failure(go: Go) -> None:
    assert go(FAILING + alone("raise KeyboardInterrupt", 3)).code == 1


FLAKY = '''
tries = []

@declared(7)
async def test_flaky(bench, judge):
    """It does, the third time."""
    tries.append(1)
    await bench.run(until=seen(SessionSetupRes))
    judge.holds("third time", len(tries) >= 3, f"try {len(tries)}")
'''


def test_a_case_that_did_not_pass_is_tried_again(go: Go) -> None:
    ended = go(PASSING + FLAKY, attempts=5)
    assert (ended.verdicts(), ended.code) == ({"001": Verdict.PASS, "007": Verdict.PASS}, 0)
    attempts = ended.run.attempts("ISO20-STN-TST-007")
    assert [(one.attempt, one.verdict, one.counted) for one in attempts] == [
        (1, Verdict.FAIL, False), (2, Verdict.FAIL, False), (3, Verdict.PASS, True)
    ]  # fmt: skip
    assert len({ref.path for one in attempts for ref in one.evidence if ref.path.endswith("trace.jsonl")}) == 3
    assert len(ended.run.attempts("ISO20-STN-TST-001")) == 1


def test_the_last_attempt_counts(go: Go) -> None:
    ended = go(FLAKY, attempts=2)
    assert (ended.verdicts(), ended.code) == ({"007": Verdict.FAIL}, 1)
    assert [one.counted for one in ended.run.attempts("ISO20-STN-TST-007")] == [False, True]


def test_a_later_attempt_may_break_or_meet_its_control(go: Go) -> None:
    text = alone('judge.holds("it", False)\ncount.append(1)\nassert len(count) < 2', 3, "count = []")
    ended = go(text, attempts=2)
    assert [one.verdict for one in ended.run.results] == [Verdict.FAIL, Verdict.ERROR]
    controlled = go(FAILING + CONTROLLED.format(control=2, holds=True), attempts=2)
    assert [one.verdict for one in controlled.run.attempts("ISO20-STN-TST-004")] == [Verdict.INCONCLUSIVE] * 2


def test_ctrl_c_in_a_later_attempt_leaves_the_case_undecided(go: Go) -> None:
    text = alone(
        'judge.holds("it", False)\ncount.append(1)\nif len(count) == 2:\n    raise KeyboardInterrupt', 3, "count = []"
    )
    ended = go(text, attempts=3)
    assert (ended.verdicts(), ended.code) == ({"003": Verdict.NOT_TESTED}, 3)
    assert [one.verdict for one in ended.run.results] == [Verdict.FAIL]
    assert ended.run.interruptions[0].case == "ISO20-STN-TST-003"


def known(prepare: Callable[..., Options], tmp_path: Path, text: str, entry: str) -> Ended:
    from harness.runner.data import data_folder

    profile = tmp_path / "mine.toml"
    good = (data_folder("profiles") / "devices" / "emulated-station.toml").read_text()
    profile.write_text(f'{good}\n[[known_failures]]\nmechanism = "ticket 7"\n{entry}\n')
    return finish(prepare(text, devices=(str(profile),)))


@pytest.mark.parametrize(
    ("text", "entry", "code"),
    [
        (PASSING + FAILING, 'case = "ISO20-STN-TST-002"', 0),
        (PASSING + FAILING, 'case = "ISO20-STN-TST-002"\nexpires = 2999-12-31', 0),
        (PASSING + FAILING, 'case = "ISO20-STN-TST-002"\nexpires = 2020-01-01', 1),
        (PASSING + FAILING, 'case = "ISO20-STN-TST-001"', 1),
        (PASSING, 'case = "ISO20-STN-TST-001"', 1),
        (PASSING, 'case = "ISO20-STN-TST-001"\nexpires = 2020-01-01', 0),
    ],
    ids=["known", "not yet expired", "expired", "another", "unexpected pass", "pass of an expired one"],
)
def test_known_failures_change_the_exit_code_only(
    prepare: Callable[..., Options], tmp_path: Path, text: str, entry: str, code: int
) -> None:
    ended = known(prepare, tmp_path, text, entry)
    assert ended.code == code
    assert ended.verdicts()["001"] is Verdict.PASS
    assert ended.verdicts().get("002", Verdict.FAIL) is Verdict.FAIL


def test_a_known_failure_covers_the_variants_of_a_case(prepare: Callable[..., Options], tmp_path: Path) -> None:
    text = (
        '@pytest.mark.parametrize("n", [1, 2], ids=["a", "b"])\n@declared(5)\n'
        'async def test_variants(bench, judge, n):\n    """It does."""\n    judge.holds("it", False)\n'
    )
    ended = known(prepare, tmp_path, text, 'case = "ISO20-STN-TST-005"')
    assert ended.code == 0
    assert {result.known_failure.mechanism for result in ended.run.results if result.known_failure} == {"ticket 7"}
    assert known(prepare, tmp_path, text, 'case = "ISO20-STN-TST-005[a]"').code == 1


def test_a_suite_that_cannot_be_read_is_our_fault(prepare: Callable[..., Options]) -> None:
    options = prepare(PASSING)
    (options.suites / "test_other.py").write_text("import nothing_of_that_name\n")
    with pytest.raises(HarnessError, match=r"test_other.py cannot be collected: (.|\n)*nothing_of_that_name"):
        finish(options)
    assert not options.folder.exists()


def test_a_folder_without_cases_is_told(prepare: Callable[..., Options]) -> None:
    options = prepare("def test_ordinary():\n    assert True\n")
    with pytest.raises(UserError, match="there is no case"):
        finish(options)
    next(options.suites.glob("test_tiny_*")).unlink()
    with pytest.raises(UserError, match="there is no case"):
        finish(options)


def test_a_plan_that_cannot_be_made_is_told_before_anything_is_written(prepare: Callable[..., Options]) -> None:
    options = prepare(PASSING, only=("TLS-",))
    with pytest.raises(ProfileError, match="no case of the programme"):
        finish(options)
    assert not options.folder.exists()


def test_a_plan_alone_writes_nothing(prepare: Callable[..., Options]) -> None:
    options = prepare(PASSING + FAILING)
    assert [case.id for case in collect_plan(options).to_run] == ["ISO20-STN-TST-001", "ISO20-STN-TST-002"]
    assert not options.folder.exists()


def test_a_result_that_cannot_be_kept_is_our_fault(prepare: Callable[..., Options]) -> None:
    options = prepare(alone(f'import shutil\nshutil.rmtree({"REPORTS"!r})\njudge.holds("it", True)').replace(
        "REPORTS", str(prepare(PASSING).folder)
    ))  # fmt: skip
    with pytest.raises(HarnessError):
        finish(options)
