"""Who answers for which failure, and until when."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from harness.core.verdict import Verdict
from harness.profile.device import Device, KnownFailure
from harness.profile.load import load_device
from harness.runner.data import data_folder
from harness.runner.known import known_failure, with_known_failure
from harness.store.records import RuleResult

TODAY = date(2026, 11, 22)
RULE = "RULE-V2G-REQUEST-TIME"


def device(case: str, expires: date | None = None) -> Device:
    good = load_device(data_folder("profiles") / "devices" / "emulated-ev.toml")
    known = KnownFailure(case=case, mechanism="ticket 7", expires=expires)
    return msgspec.structs.replace(good, known_failures=(known,))


@pytest.mark.parametrize(
    ("known", "name", "expires", "answered"),
    [
        ("TLS-EV-002", "TLS-EV-002[expired]", None, True),
        ("TLS-EV-002[expired]", "TLS-EV-002[expired]", None, True),
        ("TLS-EV-002[expired]", "TLS-EV-002[unknown_root]", None, False),
        ("TLS-EV-002", "TLS-EV-003", None, False),
        ("TLS-EV-002", "TLS-EV-002", TODAY, True),
        ("TLS-EV-002", "TLS-EV-002", date(2026, 11, 21), False),
    ],
)
def test_a_failure_is_known_by_its_case_until_it_expires(
    known: str, name: str, expires: date | None, *, answered: bool
) -> None:
    note = known_failure(device(known, expires), name, TODAY)
    assert (note is not None) is answered
    assert note is None or note.mechanism == "ticket 7"


@pytest.mark.parametrize(("name", "answered"), [("TLS-EV-002[expired]", True), ("TLS-EV-002[unknown_root]", False)])
def test_of_a_case_some_variants_may_be_known(name: str, *, answered: bool) -> None:
    one = KnownFailure(case="TLS-EV-002", variants=("leaf_is_ca", "expired"), mechanism="ticket 7")
    known = msgspec.structs.replace(device("TLS-EV-001"), known_failures=(one,))
    assert (known_failure(known, name, TODAY) is not None) is answered


def test_a_rule_may_be_known_to_be_broken() -> None:
    broken = RuleResult(id=RULE, title="in time", verdict=Verdict.FAIL)
    noted = with_known_failure(broken, [device("ISO20-EV-SAP-001"), device(RULE)], TODAY)
    assert noted.known_failure is not None
    assert noted.known_failure.mechanism == "ticket 7"
    assert with_known_failure(broken, [device("ISO20-EV-SAP-001")], TODAY) == broken


def test_a_rule_that_holds_needs_no_excuse() -> None:
    held = RuleResult(id=RULE, title="in time", verdict=Verdict.PASS)
    assert with_known_failure(held, [device(RULE)], TODAY) == held
