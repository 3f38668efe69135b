"""The rules over whole sessions of ISO 15118-2 and DIN SPEC 70121 between our own sides: nothing is called wrong."""

from __future__ import annotations

import pytest

from harness.checks.rules import ALL_RULES
from harness.core.verdict import Verdict
from harness.trace.trace import Trace
from tests.features.scenes import OLDER, OLDER_CONTRACTS, Scene
from tests.features.test_every_feature import played

JUDGED = {"RULE-V2G-CHOICES", "RULE-V2G-RANGES", "RULE-V2G-PROFILE", "RULE-V2G-RESPONSE-CODE"}


@pytest.mark.parametrize("scene", (*OLDER, *OLDER_CONTRACTS), ids=lambda scene: scene.title)
def test_our_own_sides_break_no_rule(scene: Scene) -> None:
    trace = Trace(entries=played(scene, "memory").entries)
    found = [finding for rule in ALL_RULES for finding in rule.over(trace)]
    assert [(finding.rule, finding.detail) for finding in found if finding.verdict is Verdict.FAIL] == []
    passed = {finding.rule for finding in found if finding.verdict is Verdict.PASS}
    assert passed >= JUDGED
    assert passed & {"RULE-V2G-LIMITS", "RULE-METER-PLAUSIBLE"}
