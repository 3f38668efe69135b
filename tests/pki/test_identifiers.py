"""Check characters against public examples."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as some

from harness.pki.build import Pki
from harness.pki.identifiers import (
    emaid_check,
    emaid_problem,
    evccid_check,
    evccid_problem,
    evseid_problem,
    pcid_problem,
    seccid_problem,
)
from harness.pki.recipe import ChainKind


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


@pytest.mark.parametrize(
    ("pcid", "problem"),
    [
        ("HRN12345678901234X", ""),
        ("HRN12345678901234", "17 characters"),
        ("HRN-12345678901234", "capital letters or digits"),
        ("hrn12345678901234X", "capital letters or digits"),
    ],
)
def test_problems_of_pcids(pcid: str, problem: str) -> None:
    assert problem in pcid_problem(pcid)
    assert bool(problem) == bool(pcid_problem(pcid))


@pytest.mark.parametrize(
    ("seccid", "problem"),
    [
        ("DEABCS" + "1" * 33, ""),
        ("DE-ABC-S-" + "1" * 32 + "-7", ""),
        ("DEABCS" + "1" * 32, "38 characters"),
        ("DEABCS" + "1" * 59, "65 characters"),
        ("DEABCE" + "1" * 33, "not a country"),
        ("D1ABCS" + "1" * 33, "not a country"),
        ("DE-ABCS" + "1" * 33, "not a country"),
    ],
)
def test_problems_of_seccids(seccid: str, problem: str) -> None:
    assert problem in seccid_problem(seccid)
    assert bool(problem) == bool(seccid_problem(seccid))


@pytest.mark.parametrize(
    ("evseid", "problem"),
    [
        ("DE*ABC*E*1234*5", ""),
        ("DEABCE12345", ""),
        ("ZZ00000", ""),
        ("DE*ABC*S*1234", "not a country"),
        ("DE*ABC*E*", "not a country"),
        ("DEABCE" + "1" * 250, "256 characters"),
    ],
)
def test_problems_of_evseids(evseid: str, problem: str) -> None:
    assert problem in evseid_problem(evseid)
    assert bool(problem) == bool(evseid_problem(evseid))


def test_the_names_of_good_chains_have_no_problem() -> None:
    pki = Pki.generate(1_767_225_600.0)
    judges = {
        ChainKind.SECC: seccid_problem,
        ChainKind.VEHICLE: evccid_problem,
        ChainKind.PROVISIONING: pcid_problem,
        ChainKind.CONTRACT: emaid_problem,
    }
    for kind, judge in judges.items():
        leaf = x509.load_der_x509_certificate(pki.chain(kind).chain[0])
        (name,) = leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        assert judge(str(name.value)) == "", kind


@given(some.text(alphabet="ABCDEFGHJKLMNPRSTUVWXYZ0123456789", min_size=15, max_size=40), some.data())
def test_one_wrong_character_of_an_evccid_is_noticed(own: str, data: some.DataObject) -> None:
    """The weights are powers of two modulo 11, none of which is zero: each single digit counts."""
    body = f"HRNV{own}"
    place = data.draw(some.integers(4, len(body) - 1))
    digits = "0123456789"
    if body[place] in digits and place != 4:
        other = data.draw(some.sampled_from(digits.replace(body[place], "")))
        changed = body[:place] + other + body[place + 1 :]
        assert evccid_check(changed) != evccid_check(body)


@given(some.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=14, max_size=14), some.data())
def test_one_wrong_character_of_an_emaid_is_noticed(body: str, data: some.DataObject) -> None:
    place = data.draw(some.integers(0, 13))
    other = data.draw(some.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".replace(body[place], "")))
    assert emaid_check(body[:place] + other + body[place + 1 :]) != emaid_check(body)


@given(some.text(max_size=80))
def test_judging_a_name_never_raises(text: str) -> None:
    for judge in (emaid_problem, evccid_problem, pcid_problem, seccid_problem, evseid_problem):
        assert isinstance(judge(text), str)
