"""Failures that somebody answers for: by case, by variant, or by rule, until they expire."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

from harness.core.verdict import Verdict
from harness.profile.device import Device
from harness.store.records import KnownFailureNote, RuleResult
from harness.store.snapshot import known_failure_note


def known_failure(device: Device, name: str, today: date) -> KnownFailureNote | None:
    """What the device's profile says of a failure of the case, variant or rule of that name, or None."""
    case, _, variant = name.removesuffix("]").partition("[")
    for known in device.known_failures:
        if known.case not in {name, case} or (known.variants and variant not in known.variants):
            continue
        if known.expires is None or known.expires >= today:
            return known_failure_note(known)
    return None


def with_known_failure(rule: RuleResult, devices: Iterable[Device], today: date) -> RuleResult:
    """The same result, with the note of a device that is known to break the rule."""
    if rule.verdict is not Verdict.FAIL:
        return rule
    notes = (known_failure(device, rule.id, today) for device in devices)
    return msgspec.structs.replace(rule, known_failure=next(filter(None, notes), None))
