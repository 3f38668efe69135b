"""One row for each datum: what says most about it is shown, and nobody is blamed for what no protocol can carry."""

from __future__ import annotations

from typing import Any

import pytest

from harness.core.measurement import Reach
from harness.report.matrix import amount, legend, matrix, tally
from harness.report.words import REACH_MEANING, REACH_WORD


def told(name: str, reach: Reach, case: str = "AVL-1", verdict: str = "PASS") -> dict[str, Any]:
    return {
        "case": case,
        "verdict": verdict,
        "name": name,
        "reach": reach.value,
        "word": REACH_WORD[reach],
        "ok": reach is Reach.AVAILABLE,
    }


def test_a_datum_has_one_row_that_shows_the_worst_and_names_every_case() -> None:
    (row,) = matrix([told("soc", Reach.AVAILABLE), told("soc", Reach.WRONG, "AVL-2", "FAIL")])

    assert (row["word"], row["tone"]) == ("Arrived wrong", "bad")
    assert [one["case"] for one in row["told"]] == ["AVL-1", "AVL-2"]


def test_a_datum_that_arrived_once_is_not_one_that_was_never_said() -> None:
    (row,) = matrix([told("soc", Reach.LOST_AT_EV), told("soc", Reach.AVAILABLE, "AVL-2")])

    assert row["tone"] == "good"


@pytest.mark.parametrize("verdict", ["PASS", "FAIL", "INCONCLUSIVE"])
@pytest.mark.parametrize("reach", [Reach.NOT_REPRESENTABLE, Reach.LOST_AT_EV])
def test_what_nobody_could_pass_on_is_never_red(reach: Reach, verdict: str) -> None:
    (row,) = matrix([told("minimum soc", reach, verdict=verdict)])

    assert row["tone"] == "none"


def test_a_gap_that_no_case_failed_over_is_told_without_red() -> None:
    (row,) = matrix([told("capacity", Reach.LOST_AT_STATION, verdict="REPORTED")])

    assert row["tone"] == "gap"


def test_the_matrix_in_a_sentence_with_what_its_words_mean() -> None:
    rows = matrix(
        [
            told("lost", Reach.NOT_REPRESENTABLE),
            told("a", Reach.AVAILABLE),
            told("b", Reach.AVAILABLE),
            told("other", Reach.NOT_REPRESENTABLE),
            told("silent", Reach.LOST_AT_EV),
        ]
    )

    assert [row["name"] for row in rows] == ["a", "b", "lost", "other", "silent"]
    assert tally(rows) == "2 of 5 data arrived, 2 have no place in OCPP 2.0.1 and 1 was not said by the vehicle."
    assert [word for word, _ in legend(rows)] == ["Arrived", "No place in OCPP 2.0.1", "Not said by the vehicle"]
    assert set(REACH_MEANING) == set(REACH_WORD) == set(Reach)


def test_amounts_are_set_apart_by_thousands_and_nothing_else_is_touched() -> None:
    assert amount("77000 Wh") == "77\u202f000\u00a0Wh"
    assert amount("-12000 Wh") == "-12\u202f000\u00a0Wh"
    assert amount("5400 s after it") == "5400\u00a0s after it"
    assert amount("0.123456 s") == "0.123456\u00a0s"
