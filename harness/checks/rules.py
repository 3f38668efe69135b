"""Every rule, in the order in which a report lists them."""

from __future__ import annotations

from harness.checks import (
    choices,
    codes,
    consistency,
    limits,
    metering,
    ocpp,
    ocpp_rules,
    plausibility,
    ranges,
    schedules,
    schema,
    sequence,
    timing,
    transactions,
)
from harness.checks.rule import Rule

ALL_RULES: tuple[Rule, ...] = (
    *sequence.RULES,
    *schema.RULES,
    *timing.RULES,
    *codes.RULES,
    *choices.RULES,
    *ranges.RULES,
    *limits.RULES,
    *schedules.RULES,
    *ocpp.RULES,
    *transactions.RULES,
    *metering.RULES,
    *ocpp_rules.RULES,
    *plausibility.RULES,
    *consistency.RULES,
)
