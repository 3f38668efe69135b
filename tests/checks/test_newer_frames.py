"""The rules over OCPP 2.1: its own schemas, and frames that ask nothing and answer nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.checks.rules import ALL_RULES
from harness.core.case import Role
from harness.core.verdict import Verdict
from harness.framing.ocppj import Dialect
from harness.messages.ocpp import Kind, OcppMessage
from harness.trace.entry import Entry, Link, Seen
from harness.trace.trace import Trace

TYPES = {Kind.REQUEST: 2, Kind.RESPONSE: 3, Kind.RESULT_ERROR: 5, Kind.SEND: 6}
SIGNAL = {"timestamp": "2026-01-01T00:00:00Z", "signal": 1}
STREAM = {"id": 1, "pending": 0, "basetime": "2026-01-01T00:00:00Z", "data": [{"t": 0, "v": "1"}]}
ERROR = {"code": "FormatViolation", "description": "", "details": {}}


def said(number: int, sender: Role, kind: Kind, action: str, message_id: str, payload: dict[str, Any]) -> Entry:
    named = [action, payload] if kind in {Kind.REQUEST, Kind.SEND} else [payload]
    if kind is Kind.RESULT_ERROR:
        named = [payload["code"], payload["description"], payload["details"]]
    data = json.dumps([TYPES[kind], message_id, *named]).encode()
    message = OcppMessage(action=action, kind=kind, message_id=message_id, payload=payload, version=Dialect.OCPP21)
    return Entry(number=number, at=1e9 + number, link=Link.OCPP, sender=sender, body=Seen(data=data, message=message))


def failed(*entries: Entry, subject: Role) -> set[str]:
    trace = Trace(entries=entries, subject=subject)
    return {one.rule for rule in ALL_RULES for one in rule.over(trace) if one.verdict is Verdict.FAIL}


@pytest.mark.parametrize(
    ("payload", "broken"),
    [
        (SIGNAL, set()),
        ({**SIGNAL, "timestamp": "2026-01-01T00:00:00.123456789Z"}, set()),
        ({"timestamp": SIGNAL["timestamp"]}, {"RULE-OCPP-BAD-CALL"}),
    ],
    ids=["good", "long_timestamp", "incomplete"],
)
def test_a_newer_call_is_judged_by_its_own_schema(payload: dict[str, Any], broken: set[str]) -> None:
    asked = said(1, Role.CSMS, Kind.REQUEST, "AFRRSignal", "1", payload)
    taken = said(2, Role.STATION, Kind.RESPONSE, "AFRRSignal", "1", {"status": "Accepted"})

    assert failed(asked, taken, subject=Role.STATION) == broken


@pytest.mark.parametrize("kind", [Kind.SEND, Kind.RESULT_ERROR])
def test_what_answers_nothing_leaves_a_call_open(kind: Kind) -> None:
    first = said(1, Role.CSMS, Kind.REQUEST, "AFRRSignal", "1", SIGNAL)
    sent = kind is Kind.SEND
    between = said(2, Role.STATION, kind, "NotifyPeriodicEventStream", "1", STREAM if sent else ERROR)
    second = said(3, Role.CSMS, Kind.REQUEST, "AFRRSignal", "2", SIGNAL)

    assert failed(first, between, second, subject=Role.CSMS) == {"RULE-OCPP-ONE-CALL"}
