"""Sessions recorded with Josev: every byte still means the same, and they are judged as they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.checks.rules import ALL_RULES
from harness.core.case import Role
from harness.core.verdict import Verdict
from harness.messages.field import Message
from harness.messages.iso20.common import (
    PowerDeliveryReq,
    ScheduledSeResControlMode,
    ScheduleExchangeRes,
    SessionStopRes,
)
from harness.messages.iso20.dc import (
    BptDynamicDcClReqControlMode,
    BptScheduledDcClReqControlMode,
    DcChargeLoopReq,
    DcChargeLoopRes,
)
from harness.messages.problems import problems
from harness.sessions.events import Expired, Received, Violation
from harness.sessions.v2g.session import V2gSession
from harness.sessions.v2g.wire import look, write
from harness.trace.entry import Entry, Link, Seen, TlsSeen
from harness.trace.jsonl import read
from harness.trace.trace import Trace

FOLDER = Path(__file__).parents[2] / "fixtures" / "traces"
FILES = sorted(FOLDER.glob("josev-*.jsonl"))
WHOLE = [path for path in FILES if "dc-bpt" in path.name]
PATIENCE = 1000.0
"""Factor on all time limits: Josev's codec is slow, and its times are judged elsewhere."""


def trace_of(path: Path) -> Trace:
    return read(path.read_bytes(), where=path.name)


def messages(trace: Trace) -> list[tuple[Entry, Seen, Message]]:
    return [
        (entry, entry.body, entry.body.message)
        for entry in trace
        if entry.link is Link.V2G and isinstance(entry.body, Seen) and isinstance(entry.body.message, Message)
    ]


def test_there_are_recordings_of_both_roles() -> None:
    assert {trace_of(path).subject for path in WHOLE} == {Role.EV, Role.STATION}
    assert len(WHOLE) >= 6


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_message_is_read_written_and_found_valid(path: Path) -> None:
    said = messages(trace_of(path))
    for entry, body, message in said:
        assert look(body.data).message == message, entry.number
        assert write(message).data == body.data, entry.number
        assert problems(message) == (), entry.number
    assert len(said) >= 20


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.stem)
def test_a_whole_session_is_one_to_the_state_table_too(path: Path) -> None:
    trace = trace_of(path)
    ours = Role.EV if trace.subject is Role.STATION else Role.STATION
    session = V2gSession(ours, factor=PATIENCE)
    session.begin(trace.entries[0].at)
    for entry, body, message in messages(trace):
        if entry.sender is ours:
            session.send(message, entry.at)
            assert session.outbox() == [body.data]
        else:
            session.receive(body.data, entry.at)
    events = session.events()
    assert not [event for event in events if isinstance(event, Violation | Expired)]
    assert not [event for event in events if isinstance(event, Received) and event.problem]
    assert session.over


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.stem)
def test_a_whole_session_is_bidirectional_and_ends_orderly(path: Path) -> None:
    trace = trace_of(path)
    kinds = {type(entry.body.message.control_mode) for entry in trace.all(DcChargeLoopReq)}  # type: ignore[union-attr]
    dynamic = "dynamic" in path.stem or ("secc" in path.stem and "scheduled" not in path.stem)
    assert kinds == {BptDynamicDcClReqControlMode if dynamic else BptScheduledDcClReqControlMode}
    assert trace.one(SessionStopRes).message.response_code == "OK"
    secured = [entry.body for entry in trace if isinstance(entry.body, TlsSeen) and entry.body.event == "handshake"]
    if "plain" in path.stem:
        assert not secured
    else:
        assert [body.facts["version"] for body in secured] == ["TLSv1.3"]


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.stem)
def test_the_rules_find_nothing_to_fail(path: Path) -> None:
    trace = trace_of(path)
    found = {rule.id: rule.over(trace) for rule in ALL_RULES}
    verdicts = {finding.verdict for findings in found.values() for finding in findings}
    assert {"RULE-V2G-ALTERNATION", "RULE-V2G-SESSION-ID", "RULE-V2G-SCHEMA"} <= {i for i, f in found.items() if f}
    assert verdicts <= {Verdict.PASS, Verdict.REPORTED}


def test_its_ev_breaks_off_where_a_schedule_comes_without_prices() -> None:
    """The schema asks for no price schedule beside a power schedule."""
    trace = trace_of(FOLDER / "josev-evcc-schedule-without-prices.jsonl")
    told = trace.one(ScheduleExchangeRes)
    mode = told.message.control_mode
    assert isinstance(mode, ScheduledSeResControlMode)
    assert mode.schedule_tuple[0].charging_schedule.price_schedule is None
    assert not [entry for entry, _, _ in messages(trace.since(told)) if entry.sender is Role.EV]


def test_its_ev_breaks_off_where_the_meter_tells_what_was_discharged() -> None:
    """The schema's name of the element is not the one in Josev's data type."""
    trace = trace_of(FOLDER / "josev-evcc-export-register.jsonl")
    told = trace.one(DcChargeLoopRes)
    assert told.message.meter_info.bpt_discharged_energy_reading_wh is not None
    assert trace.all(PowerDeliveryReq)
    assert not [entry for entry, _, _ in messages(trace.since(told)) if entry.sender is Role.EV]
