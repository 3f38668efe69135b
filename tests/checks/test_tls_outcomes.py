"""What else may come of a handshake, over traces written by hand."""

from __future__ import annotations

from typing import Any

import pytest

from harness.checks import tls
from harness.checks.tls_attempts import attempts
from harness.core.case import Role
from harness.core.verdict import Finding, Verdict, worst
from harness.messages.sap import SupportedAppProtocolRes
from harness.trace.entry import Body, Link, LinkSeen, Seen, TlsSeen
from harness.trace.recorder import Recorder
from harness.trace.trace import Trace

ANSWER = Seen(data=b"", message=SupportedAppProtocolRes(response_code="OK_SuccessfulNegotiation", schema_id=1))  # type: ignore[arg-type]
NOISE = Seen(data=b"\x01", problem="no frame")
PASSED = TlsSeen(event="handshake", facts={"outcome": "complete"})
CLOSED = LinkSeen(state="closed")
US, THEM = Role.EV, Role.STATION


def refused(outcome: str, alert: int | None = None) -> TlsSeen:
    alerts = [] if alert is None else [{"sent": False, "fatal": True, "number": alert, "name": f"alert {alert}"}]
    return TlsSeen(event="refused", facts={"outcome": outcome, "error": "because", "alerts": alerts})


BY_PEER, GONE, SILENT, BY_US = (
    refused("refused by the peer", 10),
    refused("closed by the peer"),
    refused("timeout"),
    refused("refused by us"),
)


def written(*bodies: tuple[Role | None, Body]) -> Trace:
    recorder = Recorder(THEM)
    for at, (sender, body) in enumerate(bodies):
        recorder.add(float(at), Link.V2G, sender, body)
    return recorder.trace()


def said(findings: Any) -> Verdict:
    return worst(list(findings))


def told(findings: Any) -> list[str]:
    found: list[Finding] = list(findings)
    return [finding.detail for finding in found if finding.notice]


@pytest.mark.parametrize(
    ("first", "taken", "broken", "either"),
    [
        ((), "INCONCLUSIVE", "INCONCLUSIVE", "INCONCLUSIVE"),
        (((US, PASSED), (THEM, ANSWER)), "PASS", "FAIL", "PASS"),
        (((US, PASSED), (THEM, NOISE)), "PASS", "FAIL", "PASS"),
        (((US, PASSED), (THEM, CLOSED)), "FAIL", "PASS", "PASS"),
        (((US, PASSED), (US, CLOSED)), "INCONCLUSIVE", "FAIL", "FAIL"),
        (((US, PASSED),), "INCONCLUSIVE", "FAIL", "FAIL"),
        (((THEM, BY_PEER),), "FAIL", "PASS", "PASS"),
        (((THEM, GONE),), "FAIL", "PASS", "PASS"),
        (((US, SILENT),), "INCONCLUSIVE", "FAIL", "FAIL"),
        (((US, BY_US),), "INCONCLUSIVE", "INCONCLUSIVE", "INCONCLUSIVE"),
        (((US, PASSED), (THEM, BY_PEER)), "FAIL", "PASS", "PASS"),
    ],
    ids=lambda value: None,
)
def test_what_came_of_it(first: Any, taken: str, broken: str, either: str) -> None:
    trace = written(*first)

    verdicts = (said(tls.taken(trace)), said(tls.broken_off(trace)), said(tls.either_way(trace)))

    assert verdicts == (Verdict(taken), Verdict(broken), Verdict(either))


def test_which_alert_came_is_told_not_judged() -> None:
    trace = written((THEM, BY_PEER))

    assert told(tls.broken_off(trace)) == []
    assert told(tls.broken_off(trace, alerts=frozenset({10}))) == []
    assert told(tls.broken_off(trace, alerts=frozenset({50}))) == [
        "the alert was alert 10 (10), where one of 50 would fit"
    ]
    assert told(tls.broken_off(written((THEM, GONE)))) == ["no alert told why"]


@pytest.mark.parametrize("stalled", [((US, SILENT),), ((US, PASSED), (US, CLOSED))], ids=["before", "behind"])
def test_who_waits_for_what_never_comes_breaks_no_rule(stalled: Any) -> None:
    assert said(tls.broken_off(written(*stalled), may_wait=True)) is Verdict.PASS
    assert said(tls.broken_off(written((US, PASSED), (THEM, ANSWER)), may_wait=True)) is Verdict.FAIL


def test_either_way_tells_which_way_it_was() -> None:
    assert told(tls.either_way(written((US, PASSED), (THEM, ANSWER)))) == ["it took it"]
    assert told(tls.either_way(written((THEM, BY_PEER)))) == ["it refused it: because"]


@pytest.mark.parametrize(
    ("then", "verdict"),
    [
        ((), "INCONCLUSIVE"),
        (((US, PASSED), (THEM, ANSWER)), "PASS"),
        (((US, PASSED), (US, CLOSED)), "FAIL"),
        (((US, SILENT),), "FAIL"),
        (((THEM, BY_PEER),), "FAIL"),
        (((THEM, LinkSeen(state="refused", detail="nobody listens")),), "FAIL"),
    ],
    ids=lambda value: None,
)
def test_whether_the_next_one_gets_in(then: Any, verdict: str) -> None:
    assert said(tls.served_next(written((THEM, BY_PEER), *then))) is Verdict(verdict)


def test_without_a_handshake_nobody_was_kept_out() -> None:
    assert said(tls.served_next(written())) is Verdict.INCONCLUSIVE


def test_a_refusal_behind_the_end_of_a_connection_is_another_attempt() -> None:
    trace = written((US, PASSED), (THEM, ANSWER), (US, CLOSED), (THEM, BY_PEER), (THEM, GONE))

    assert [attempt.outcome for attempt in attempts(trace)] == [
        "complete",
        "refused by the peer",
        "closed by the peer",
    ]
