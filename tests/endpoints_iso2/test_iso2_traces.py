"""What stays of sessions of ISO 15118-2 and DIN SPEC 70121: traces that can be asked, stored, and judged again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from harness.checks.rules import ALL_RULES
from harness.core.case import Role
from harness.core.verdict import Verdict
from harness.endpoints.station.station import Station
from harness.faults.fault import delay, drop
from harness.messages.envelope import wrap
from harness.messages.iso2.dc import CurrentDemandReq, CurrentDemandRes
from harness.messages.iso2.message import V2gMessage
from harness.messages.iso2.payment import AuthorizationRes
from harness.messages.iso2.service import ServiceDiscoveryReq, ServiceDiscoveryRes
from harness.messages.iso2.session import SessionSetupReq
from harness.trace import jsonl, pcapng
from harness.trace.decoded import name_of
from harness.trace.entry import FaultStruck, Link, Seen
from tests.endpoints_iso2.conftest import AC, BOTH, CITY, DC, OLD, elder, having, small

if TYPE_CHECKING:
    from harness.trace.trace import Trace
    from tests.endpoints_iso2.conftest import Meet2, OldLab, Papers


def said(trace: Trace) -> list[tuple[Any, Any]]:
    return [(entry.message, entry.header) for entry in trace if entry.link is Link.V2G and entry.message is not None]


@pytest.mark.parametrize("kind", ["ac", "dc", "contract", "din"])
def test_stored_trace_is_read_back_as_it_was(meet2: Meet2, papers: Papers, kind: str) -> None:
    labs: dict[str, Any] = {
        "ac": lambda: meet2(small(AC)),
        "dc": lambda: meet2(small(DC)),
        "contract": lambda: meet2(
            papers.ev(contract=papers.contract), settings=having(CITY, payments=BOTH), port=papers.port()
        ),
        "din": lambda: meet2(elder(), settings=OLD),
    }
    trace = labs[kind]().trace

    assert said(jsonl.read(jsonl.write(trace))) == said(trace)
    assert len(pcapng.write(trace)) > 5_000


def test_entries_tell_body_header_and_envelope(meet2: Meet2) -> None:
    trace = meet2(small()).trace

    entry = trace.one(ServiceDiscoveryReq)
    assert type(entry.message) is ServiceDiscoveryReq
    assert isinstance(entry.envelope, V2gMessage)
    assert entry.envelope.header is entry.header
    assert entry in trace.all(V2gMessage)
    assert isinstance(entry.body, Seen)
    assert name_of(entry.body) == "ServiceDiscoveryReq"
    assert trace.answer_to(entry) is trace.one(ServiceDiscoveryRes)


def failures(lab: OldLab, role: Role) -> set[str]:
    trace = lab.trace.about(role)
    return {
        rule.id
        for rule in ALL_RULES
        if role in rule.judges
        for finding in rule.find(trace)
        if finding.verdict is Verdict.FAIL and not finding.notice
    }


@pytest.mark.parametrize("role", [Role.EV, Role.STATION])
def test_no_rule_holds_anything_against_good_peers(meet2: Meet2, role: Role) -> None:
    for lab in (meet2(small(AC)), meet2(small(DC)), meet2(elder(), settings=OLD)):
        assert failures(lab, role) == set()


def test_rules_see_a_foreign_session_id(meet2: Meet2) -> None:
    port = Station().but(AuthorizationRes, session_id=b"stranger")
    lab = meet2(small(), port=port, observer=Role.EV)

    assert failures(lab, Role.STATION) == {"RULE-V2G-SESSION-ID"}


def test_rules_know_how_fast_current_demand_must_be(meet2: Meet2) -> None:
    slow = Station().late_on(CurrentDemandRes, 0.3, nth=2)
    lab = meet2(small(patient=True), port=slow, observer=Role.EV)

    assert failures(lab, Role.STATION) == {"RULE-V2G-RESPONSE-TIME"}


def test_bends_mean_bodies_and_reach_headers(meet2: Meet2) -> None:
    chosen, mine = b"\x01\x02\x03\x04\x05\x06", b"\x09\x08\x07\x06\x05\x04\x03\x02"
    evs = (
        small().but(SessionSetupReq, evcc_id=chosen),
        small().but(SessionSetupReq, header__session_id=b"\0"),
        small().answering(SessionSetupReq, lambda _, usual: SessionSetupReq(evcc_id=usual.evcc_id[::-1])),
        small().answering(SessionSetupReq, lambda _, usual: wrap(usual, mine)),
    )
    labs = [meet2(ev, observer=Role.EV) for ev in evs]

    asked = [lab.trace.one(SessionSetupReq) for lab in labs]
    assert all(entry.deliberate for entry in asked)
    usual = small().iso2.evcc_id
    assert [entry.message.evcc_id for entry in asked] == [chosen, usual, usual[::-1], usual]
    assert [entry.header.session_id for entry in asked] == [bytes(8), b"\0", bytes(8), mine]
    assert {lab.outcome.state for lab in labs} == {"finished"}


def test_faults_find_bodies(meet2: Meet2) -> None:
    dropped = meet2(small(), faults=(drop(CurrentDemandReq, nth=3),), observer=Role.EV)
    late = meet2(small(), faults=(delay(CurrentDemandReq, 0.2, nth=3),), observer=Role.EV)

    assert (dropped.outcome.state, late.outcome.state) == ("timeout", "finished")
    for lab in (dropped, late):
        assert len([entry for entry in lab.trace if isinstance(entry.body, FaultStruck)]) == 1
    held_up = late.trace.nth(CurrentDemandReq, 3)
    assert (held_up.body.schema, held_up.deliberate) == ("iso2", True)  # type: ignore[union-attr]
