"""Every rule, in the order in which a report lists them."""

from __future__ import annotations

from harness.checks import consistency, metering, ocpp, schema, sequence, timing, transactions
from harness.checks.rule import Rule

ALL_RULES: tuple[Rule, ...] = (
    *sequence.RULES,
    *schema.RULES,
    *timing.RULES,
    *ocpp.RULES,
    *transactions.RULES,
    *metering.RULES,
    *consistency.RULES,
)
