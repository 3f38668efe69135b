"""The requirement catalogues: complete, readable, and loaded only when asked."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from importlib.resources import files

import pytest

from harness.standards.catalogue import (
    Confidence,
    Obligation,
    Proof,
    all_requirements,
    is_clause,
    requirement,
)


def test_ids_are_found_in_every_form() -> None:
    alternation = requirement("V2G20-459")
    assert alternation is not None
    assert "FAILED_SequenceError" in alternation.gist
    assert alternation.document == "ISO 15118-20:2022"
    numbers = requirement("E01.FR.07")
    assert numbers is not None
    assert numbers.kind is Obligation.SHALL
    assert numbers.confidence is Confidence.PUBLISHED
    link = requirement("Part 4, 4.1.1")
    assert link is not None
    assert link.proof is Proof.SEEN


def test_an_unknown_id_is_none() -> None:
    assert requirement("V2G20-0") is None
    assert requirement("") is None


def test_the_whole_catalogue() -> None:
    found = all_requirements()
    families = Counter(one.id.partition("-")[0] for one in found)
    assert families["V2G20"] >= 237
    assert families["V2G2"] >= 238
    assert families["V2G3"] >= 39
    assert sum(one.id.startswith("V2G-DC-") for one in found) == 75
    assert sum(".FR." in one.id for one in found) >= 200
    assert len({one.id for one in found}) == len(found)


def test_every_gist_is_one_short_sentence() -> None:
    told = {one.id: one.gist for one in all_requirements()}
    assert [name for name, gist in told.items() if not gist.endswith(".")] == []
    assert [name for name, gist in told.items() if len(gist) > 160] == []
    assert [name for name, gist in told.items() if " shall " in gist] == [], "a gist is in our own words"


def test_a_cautious_mark_where_nothing_is_known() -> None:
    guessed = [one for one in all_requirements() if one.confidence is Confidence.UNVERIFIED]
    assert guessed
    assert requirement("V2G20-437") in guessed


@pytest.mark.parametrize(
    "cited", ["Part 4, 4.1.1", "ISO 15118-20, Annex B", "ISO 15118-20:2022, 8.3.5.3.8", "RFC 8446, 4.2.4"]
)
def test_clauses_are_recognised(cited: str) -> None:
    assert is_clause(cited)


@pytest.mark.parametrize("cited", ["V2G20-459", "Part 4", "somewhere", "E01.FR.07", "Part 4, about calls"])
def test_what_is_no_clause(cited: str) -> None:
    assert not is_clause(cited)


def test_nothing_is_read_at_import() -> None:
    code = (
        "import sys, harness.standards.catalogue as catalogue\n"
        "assert catalogue._catalogue.cache_info().currsize == 0\n"
        "catalogue.requirement('V2G20-459')\n"
        "assert catalogue._catalogue.cache_info().currsize == 1\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_the_tables_are_part_of_the_package() -> None:
    tables = {one.name for one in files("harness.standards").iterdir() if one.name.endswith((".toml", ".csv"))}
    names = {"iso15118_20", "iso15118_2", "iso15118_3", "din70121", "tls", "ocpp201", "ocpp201_pics", "ocpp21"}
    assert tables == {f"{name}.toml" for name in names} | {"ocpp201_testcases.csv"}
