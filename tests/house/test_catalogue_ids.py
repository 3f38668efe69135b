"""Cases that bear an id of the published OCPP catalogue are what the catalogue says; its coverage adds up."""

from __future__ import annotations

import re

from harness.core.case import Kind
from harness.standards.listing import CaseCoverage, case_coverage
from harness.standards.testcases import all_listed_cases, is_catalogue_id, listed_case
from tests.house.project import ROOT, cases, generator

OURS = [one.case for one in cases() if is_catalogue_id(one.case.id)]


def test_every_id_stands_in_the_catalogue_with_the_party_it_judges() -> None:
    sides = {case.id: case.sut for case in OURS}
    listed = {case_id: found.side if (found := listed_case(case_id)) else None for case_id in sides}
    assert sides == listed
    assert {case.kind for case in OURS} == {Kind.OCPP}


def test_the_coverage_adds_up() -> None:
    found = case_coverage(case.id for case in OURS)
    assert found.written == len({case.id.partition("[")[0] for case in OURS}) > 0
    assert found.total == len(all_listed_cases())
    assert sum(row.total for row in found.blocks) == found.total
    assert sum(row.written for row in found.blocks) == found.written
    assert found.written + len(found.unwritten) == found.total


def test_the_page_shows_the_same_figures() -> None:
    found: CaseCoverage = case_coverage(case.id for case in OURS)
    page = generator().pages()[ROOT / "docs" / "reference" / "ocpp_testcases.md"]
    assert f"**{found.written} of {found.total}**" in page
    assert len(re.findall(r"^\| TC_.*not yet written", page, re.MULTILINE)) == len(found.unwritten)
