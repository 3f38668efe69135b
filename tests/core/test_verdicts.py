"""What findings add up to, whose fault an error is, and words that must not change under stored runs."""

from __future__ import annotations

import pytest

from harness.core.case import Case, Kind, Role
from harness.core.errors import HarnessError, ProfileError, UnreachableError, Unreached, UserError
from harness.core.feature import FEATURE_MEANING, Feature
from harness.core.measurement import Datum, Measurement, Reach
from harness.core.verdict import Finding, Verdict, worst


def finding(verdict: Verdict, *, notice: bool = False) -> Finding:
    return Finding(verdict=verdict, what="something", notice=notice)


def test_nothing_judged_is_inconclusive() -> None:
    assert worst([]) is Verdict.INCONCLUSIVE
    assert worst([finding(Verdict.FAIL, notice=True)]) is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ((Verdict.PASS,), Verdict.PASS),
        ((Verdict.PASS, Verdict.INCONCLUSIVE), Verdict.INCONCLUSIVE),
        ((Verdict.INCONCLUSIVE, Verdict.FAIL, Verdict.PASS), Verdict.FAIL),
        ((Verdict.FAIL, Verdict.ERROR), Verdict.ERROR),
        ((Verdict.REPORTED, Verdict.PASS), Verdict.PASS),
        ((Verdict.REPORTED,), Verdict.REPORTED),
    ],
)
def test_the_worst_finding_wins(verdicts: tuple[Verdict, ...], expected: Verdict) -> None:
    assert worst(map(finding, verdicts)) is expected
    assert worst(map(finding, reversed(verdicts))) is expected


def test_a_notice_changes_no_verdict() -> None:
    assert worst([finding(Verdict.PASS), finding(Verdict.FAIL, notice=True)]) is Verdict.PASS


@pytest.mark.parametrize("verdict", [Verdict.NOT_APPLICABLE, Verdict.NOT_TESTED])
def test_only_a_plan_or_an_operator_may_say_that_it_was_not_tested(verdict: Verdict) -> None:
    with pytest.raises(ValueError, match=f"{verdict} is no finding"):
        worst([finding(Verdict.PASS), finding(verdict)])


def test_an_error_says_what_where_and_what_to_do() -> None:
    error = UserError("the key is unknown", where="a.toml", do="mend it")
    assert str(error) == "a.toml: the key is unknown (mend it)"
    assert (error.what, error.where, error.do) == ("the key is unknown", "a.toml", "mend it")
    assert str(UserError("it is broken")) == "it is broken"


def test_whose_fault_an_error_is() -> None:
    assert issubclass(ProfileError, UserError)
    assert issubclass(UnreachableError, UserError)
    assert issubclass(UserError, HarnessError)
    assert issubclass(Unreached, HarnessError)
    assert not issubclass(Unreached, UserError)


def test_every_feature_has_a_meaning() -> None:
    assert set(FEATURE_MEANING) == set(Feature)
    assert len(set(FEATURE_MEANING.values())) == len(Feature)


def test_a_case_is_equal_by_value() -> None:
    one = Case(id="X-1", title="t", sut=Role.EV, kind=Kind.SEQUENCE)
    assert one == Case(id="X-1", title="t", sut=Role.EV, kind=Kind.SEQUENCE)
    assert (one.cites, one.needs, one.control, one.maturity) == ((), (), None, "stable")


def test_figures_need_neither_limit_nor_delay() -> None:
    assert Measurement(name="m", value=1).limit == ""
    assert Datum(name="d", reach=Reach.STALE).delay is None
