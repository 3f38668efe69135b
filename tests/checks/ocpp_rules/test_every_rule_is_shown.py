"""Every rule over conversations is shown what it takes and what it does not, and leaves the others alone."""

from __future__ import annotations

from collections import Counter

import pytest

from harness.checks.ocpp_rules import RULES
from harness.core.verdict import Verdict
from tests.checks.ocpp_rules import (
    rows_of_charging,
    rows_of_devices,
    rows_of_links,
    rows_of_security,
    rows_of_tokens,
    rows_of_transactions,
    rows_of_upkeep,
)
from tests.checks.ocpp_rules.frames import CSMS, STATION, Row, judged, played

ROWS: tuple[Row, ...] = (
    *rows_of_links.ROWS,
    *rows_of_devices.ROWS,
    *rows_of_tokens.ROWS,
    *rows_of_transactions.ROWS,
    *rows_of_charging.ROWS,
    *rows_of_upkeep.ROWS,
    *rows_of_security.ROWS,
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.rule)
def test_a_rule_takes_the_good_one_and_not_the_bad_one(row: Row) -> None:
    judged(row)


def test_every_rule_has_a_row() -> None:
    shown = Counter(row.rule for row in ROWS)
    assert [rule.id for rule in RULES if rule.id not in shown] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.rule)
def test_what_a_side_did_not_do_it_is_not_blamed_for(row: Row) -> None:
    rule = next(rule for rule in RULES if rule.id == row.rule)
    if len(rule.judges) == 1:
        other = CSMS if rule.judges[0] is STATION else STATION
        assert rule.over(played(row.bad, other)) == ()


def test_a_frame_that_was_bent_on_purpose_is_nobodys_fault() -> None:
    for row in ROWS:
        rule = next(rule for rule in RULES if rule.id == row.rule)
        trace = played(row.bad, rule.judges[0])
        bent = type(trace)(
            entries=tuple(
                type(entry)(
                    number=entry.number,
                    at=entry.at,
                    link=entry.link,
                    sender=entry.sender,
                    body=entry.body,
                    deliberate=True,
                )
                for entry in trace
            ),
            subject=trace.subject,
        )
        assert [one for one in rule.over(bent) if one.verdict is Verdict.FAIL] == [], rule.id
