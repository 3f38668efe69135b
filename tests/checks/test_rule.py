"""What a rule is, how it sums up, and what all rules have in common."""

from __future__ import annotations

from typing import Any

import pytest

from harness.checks.rule import Rule, Tally, is_subject
from harness.checks.rules import ALL_RULES
from harness.checks.stretch import stretches
from harness.core.case import Role
from harness.core.verdict import Verdict
from harness.trace.entry import Link, Note, Seen
from harness.trace.trace import Trace
from tests.checks.scene import Scene, check_req, check_res, offences

EMPTY = Trace(entries=())
JUNK: tuple[Any, ...] = (
    None, [], "text", 7, {}, {"seqNo": True}, {"seqNo": "1", "transactionInfo": "T1"},
    {"seqNo": 1, "transactionInfo": {}},
    {"meterValue": "x"}, {"meterValue": [1, {"timestamp": 5, "sampledValue": [{}]}]},
    {"evse": 3, "meterValue": [{"timestamp": "2026-01-01T00:00:00Z", "sampledValue": ["x", {"value": True}]}]},
    {"meterValue": [{"timestamp": "never", "sampledValue": [{"value": 1}]}]},
    {"seqNo": 1, "timestamp": 3, "eventType": [], "transactionInfo": {"transactionId": "T"},
     "meterValue": [{"timestamp": "2026-01-01T00:00:00Z",
                     "sampledValue": [{"value": 10**400, "measurand": 3}, {"value": 1, "unitOfMeasure": "kW"},
                                      {"value": 1, "unitOfMeasure": {"multiplier": 999999, "unit": []}}]}]},
    {"chargingNeeds": "x"},
)  # fmt: skip


def found(trace: Trace) -> list[str]:
    """A rule for the tests below: every frame of the subject is an offence."""
    tally = Tally("RULE-TEST", "nobody says anything")
    for entry in trace:
        if is_subject(trace, entry):
            tally.bad("said something", entry)
    return list(tally)  # type: ignore[arg-type]


RULE = Rule(id="RULE-TEST", title="Nobody says anything", judges=(Role.EV,), find=found)  # type: ignore[arg-type]


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.id)
def test_a_trace_without_anything_to_look_at_gives_no_findings(rule: Rule) -> None:
    assert rule.over(EMPTY) == ()
    scene = Scene(rule.judges[0])
    scene.add(Link.HARNESS, None, Note(text="nothing happens"))
    assert rule.over(scene.trace) == ()


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.id)
def test_a_rule_says_nothing_of_a_party_that_it_cannot_judge(rule: Rule) -> None:
    scene = Scene()
    scene.station(check_res())
    scene.ev(check_req())
    scene.heartbeat()
    for role in set(Role) - set(rule.judges):
        assert rule.over(scene.trace.about(role)) == ()


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.id)
def test_no_rule_breaks_on_what_a_device_may_send(rule: Rule) -> None:
    scene = Scene()
    for payload in JUNK:
        for action in ("TransactionEvent", "MeterValues", "NotifyEVChargingNeeds", "Nonsense"):
            scene.call(Role.STATION, action, payload, id_=f"{len(scene.trace)}")
            scene.result(Role.CSMS, action, payload)
    scene.text(Role.STATION, b"\xff\x00")
    scene.ev(None)
    scene.station(None)
    scene.add(Link.V2G, Role.EV, Seen(data=b"", message="not a message at all"))
    for finding in rule.over(scene.trace):
        assert finding.rule == rule.id


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.id)
def test_findings_carry_what_the_rule_cites(rule: Rule) -> None:
    scene = Scene()
    scene.open()
    scene.ev(check_req())
    scene.station(check_res())
    scene.open(Link.OCPP)
    scene.heartbeat()
    scene.event(0, "Started")
    for finding in rule.over(scene.trace):
        spoken = [cited for cited in rule.cites if not cited.startswith(("V2G2-", "V2G-DC-"))]
        assert finding.cites == tuple(spoken)


def test_only_the_subject_is_judged_and_never_what_was_meant() -> None:
    scene = Scene(Role.EV)
    scene.ev(check_req(), deliberate=True)
    guilty = scene.ev(check_req())
    scene.station(check_res())
    scene.add(Link.V2G, None, Note(text="of the harness"))
    assert offences(RULE.over(scene.trace)) == [(guilty.number,)]


def test_without_a_subject_everybody_is_judged() -> None:
    scene = Scene()
    one, other = scene.ev(check_req()), scene.station(check_res())
    assert offences(RULE.over(scene.trace)) == [(one.number,), (other.number,)]


def test_a_tally_says_how_much_it_looked_at() -> None:
    scene = Scene()
    first, second = scene.ev(check_req()), scene.ev(check_req())
    tally = Tally("RULE-TEST", "what it is about", ("V2G20-459",))
    assert list(tally) == []
    tally.good(first)
    tally.good(second)
    (passed,) = tally
    assert (passed.verdict, passed.detail, passed.entries) == (Verdict.PASS, "held in 2 of 2", (first.number,))
    tally.notice("late", second)
    tally.bad("wrong", first, second)
    bad, notice = tally
    assert (bad.verdict, bad.notice, bad.entries) == (Verdict.FAIL, False, (first.number, second.number))
    assert (notice.verdict, notice.notice, notice.detail) == (Verdict.REPORTED, True, "late")
    assert bad.cites == notice.cites == ("V2G20-459",)


def test_a_tally_with_a_notice_only_still_holds() -> None:
    scene = Scene()
    tally = Tally("RULE-TEST", "what it is about")
    tally.notice("late", scene.ev(check_req()))
    assert [finding.verdict for finding in tally] == [Verdict.REPORTED, Verdict.PASS]


def test_connections_are_told_apart_by_opening_end_and_holes() -> None:
    scene = Scene()
    before = scene.ev(check_req())
    scene.open()
    first = scene.ev(check_req(), 1.0)
    second = scene.station(check_res())
    scene.gap()
    third = scene.ev(check_req())
    end = scene.close(after=2.0)
    scene.open()
    scene.open()
    fourth = scene.ev(check_req())
    scene.add(Link.HARNESS, None, Note(text="later"), 5.0)
    parts = list(stretches(scene.trace, Link.V2G))
    assert [tuple(e.number for e in part.frames) for part in parts] == [
        (before.number,), (first.number, second.number), (third.number,), (fourth.number,)
    ]  # fmt: skip
    assert [part.whole for part in parts] == [False, True, False, True]
    assert [part.end for part in parts] == [None, None, end, None]
    assert [part.known_until for part in parts][2:] == [end.at, fourth.at + 5.0]
    assert list(stretches(scene.trace, Link.OCPP)) == []
