"""Every rule, in the order in which a report lists them."""

from __future__ import annotations

from harness.checks import consistency, metering, ocpp, sequence, timing
from harness.checks.rule import Rule

ALL_RULES: tuple[Rule, ...] = (
    *sequence.RULES,
    *timing.RULES,
    *ocpp.RULES,
    *metering.RULES,
    *consistency.RULES,
)
