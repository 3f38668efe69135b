"""The rules over sessions with an independent implementation: what it does right is not called wrong."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pytest

from harness.checks import ocpp_rules
from harness.checks.rules import ALL_RULES
from harness.core.verdict import Verdict
from harness.trace import jsonl

RECORDED = sorted((Path(__file__).resolve().parents[2] / "fixtures" / "traces").rglob("*.jsonl"))
MEASURED_ON_THEIR_DAY = {"RULE-V2G-RESPONSE-TIME", "RULE-V2G-REQUEST-TIME"}
"""How fast a peer was says something of the machine that it ran on as well."""
SAYS_THE_LEAST = "strict-"
"""Sessions in which every action is said once, with the least that its schema lets stand in it: nothing is meant."""
MEANT = {rule.id for rule in ocpp_rules.RULES}
TRUE_DEVIATIONS = {
    # It answers under the id it was given, be that a number, null, empty or too long.
    "package-*-002.id_*": {"RULE-OCPP-SCHEMA"},
    # The least that the schema lets stand in chargingProfile is nothing, which Part 4 does not.
    "strict-station": {"RULE-OCPP-SCHEMA"},
    # Its simulated EV adds 20 percent per cycle, whatever flows.
    "josev-evcc-dc": {"RULE-SOC-PLAUSIBLE"},
    "josev-evcc-2-dc-*": {"RULE-SOC-PLAUSIBLE"},
    # It tells 200 kW as its present power, having told 11 kW as the most that it can take.
    "josev-evcc-20-ac-*": {"RULE-V2G-LIMITS"},
}
"""Where a recorded peer does break a rule: by the name of the recording, the rules."""


def deviations(path: Path) -> set[str]:
    """The rules that a recording is known to break, as it should."""
    return {rule for name, rules in TRUE_DEVIATIONS.items() if fnmatch(path.stem, name) for rule in rules}


def test_there_are_recorded_sessions() -> None:
    assert len(RECORDED) >= 40


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recorded_session_breaks_no_rule_of_order_and_form(path: Path) -> None:
    trace = jsonl.read_file(path)
    unasked = MEASURED_ON_THEIR_DAY | (MEANT if path.stem.startswith(SAYS_THE_LEAST) else set())
    found = [finding for rule in ALL_RULES if rule.id not in unasked for finding in rule.over(trace)]
    order = {"RULE-OCPP-ANSWERS"} if path.parent.name == "ocpp" else {"RULE-V2G-ALTERNATION", "RULE-V2G-SCHEMA"}
    assert {finding.rule for finding in found} >= order
    broken = {finding.rule: finding.detail for finding in found if finding.verdict is Verdict.FAIL}
    assert set(broken) == deviations(path), broken
