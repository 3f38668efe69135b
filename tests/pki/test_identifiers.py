"""Check characters against public examples."""

from __future__ import annotations

import pytest

from harness.pki.identifiers import emaid_check, emaid_problem, evccid_check, evccid_problem


@pytest.mark.parametrize(
    ("body", "check"),
    [("NN123ABCDEFGHI", "T"), ("DE83DUIEN83QGZ", "D"), ("NLTNM000122045", "U"), ("nl-tnm-000122045", "U")],
)
def test_emaid_check_characters_of_public_examples(body: str, check: str) -> None:
    assert emaid_check(body) == check


def test_evccid_check_digit_of_a_public_example() -> None:
    assert evccid_check("WMIV1234567890ABCDE") == "X"


def test_swapping_two_neighbours_changes_the_emaid_check() -> None:
    body = "DE83DUIEN83QGZ"
    for place in range(len(body) - 1):
        swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
        if swapped != body:
            assert emaid_check(swapped) != emaid_check(body)


@pytest.mark.parametrize("body", ["", "DE83DUIEN83QG", "DE83DUIEN83QGZD", "DE83DUIEN83QG!"])
def test_what_is_no_emaid_has_no_check_character(body: str) -> None:
    with pytest.raises(ValueError, match="14 letters and digits"):
        emaid_check(body)


@pytest.mark.parametrize(
    ("emaid", "problem"),
    [
        ("NLTNM000122045U", ""),
        ("NL-TNM-000122045-U", ""),
        ("NLTNM000122045", ""),
        ("NLTNM000122045X", "check character X where U is due"),
        ("NL-TNM000122045", "not a country"),
        ("nltnm000122045", "not a country"),
    ],
)
def test_problems_of_emaids(emaid: str, problem: str) -> None:
    assert problem in emaid_problem(emaid)
    assert bool(problem) == bool(emaid_problem(emaid))


@pytest.mark.parametrize(
    ("evccid", "problem"),
    [
        ("HRNV1234567890ABCDE2", ""),
        ("HRN-V-1234567890ABCDE-2", ""),
        ("HRNV1234567890ABCDE3", "check digit 3 where 2 is due"),
        ("HRNV1234567890ABCDI2", "I may not appear"),
        ("HRNV123456789ABCDE2", "19 characters"),
        ("HRNV" + "1" * 60 + "2", "65 characters"),
        ("HRNV1234567890abcde2", "not three characters"),
        ("HRNX1234567890ABCDE2", "not three characters"),
        ("HRNV--1234567890ABCDE2", "two hyphens"),
        ("HRN-V-123-456-789-ABCD2", "fewer than 15"),
    ],
)
def test_problems_of_evccids(evccid: str, problem: str) -> None:
    assert problem in evccid_problem(evccid)
    assert bool(problem) == bool(evccid_problem(evccid))
