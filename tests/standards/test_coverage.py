"""Every requirement is covered, out of reach for a stated reason, or open: nothing falls between."""

from __future__ import annotations

from harness.standards.catalogue import Proof, all_requirements
from harness.standards.coverage import Coverage, covered


def test_nothing_is_left_out_and_every_one_has_one_state() -> None:
    found = covered({})
    assert [one.requirement for one in found] == list(all_requirements())
    assert {one.coverage for one in found} == {Coverage.NOT_TESTABLE, Coverage.OPEN}


def test_what_a_case_cites_is_covered_even_where_hardware_would_show_more() -> None:
    hardware = next(one for one in all_requirements() if one.proof is Proof.HARDWARE)
    found = {one.requirement.id: one for one in covered({hardware.id: ["ISO20-STN-XYZ-001"]})}
    assert found[hardware.id].coverage is Coverage.COVERED
    assert found[hardware.id].by == ("ISO20-STN-XYZ-001",)


def test_what_cannot_be_tested_says_why() -> None:
    out_of_reach = [one for one in covered({}) if one.coverage is Coverage.NOT_TESTABLE]
    assert out_of_reach
    assert all(one.why for one in out_of_reach)
    assert all(one.requirement.proof in {Proof.HARDWARE, Proof.INSIDE} for one in out_of_reach)
