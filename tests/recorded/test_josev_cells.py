"""Good sessions with Josev, one for each way to charge and to pay: read, written, followed and judged anew."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from harness.checks.rules import ALL_RULES
from harness.core.case import Role
from harness.core.verdict import Verdict
from harness.messages.field import Message
from harness.messages.iso20.common import Authorization, AuthorizationReq
from harness.messages.namespaces import DIN_MESSAGE, ISO2_MESSAGE
from harness.messages.problems import problems
from harness.security.message import verify_message
from harness.security.objection import Weight
from harness.sessions.events import Expired, Received, Violation
from harness.sessions.v2g.session import V2gSession
from harness.sessions.v2g.wire import look, write
from harness.trace.entry import Entry, Link, Seen, TlsSeen
from harness.trace.jsonl import read
from harness.trace.trace import Trace

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "fixtures" / "traces" / "josev"
FILES = sorted(FOLDER.glob("josev-*.jsonl"))
PATIENCE = 1000.0
"""Factor on all time limits: Josev's codec is slow, and its times are judged elsewhere."""
SLOW = {"RULE-V2G-RESPONSE-TIME", "RULE-V2G-REQUEST-TIME"}
KNOWN = {"josev-evcc-20-ac": {"RULE-V2G-LIMITS"}, "josev-evcc-2-dc": {"RULE-SOC-PLAUSIBLE"}}
"""By how a name begins: an EV of alternating current that allows 11 kW tells that 200 kW flow; five percent of charge
with every cycle of the loop come from nowhere."""

EACH = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def trace_of(path: Path) -> Trace:
    return read(path.read_bytes(), where=path.name)


def frames(trace: Trace) -> list[tuple[Entry, Seen, Message]]:
    return [
        (entry, entry.body, entry.envelope)
        for entry in trace
        if entry.link is Link.V2G and isinstance(entry.body, Seen) and isinstance(entry.envelope, Message)
    ]


def connections(trace: Trace) -> Iterator[list[tuple[Entry, Seen, Message]]]:
    """The messages of each connection: it begins with the question of what to speak."""
    current: list[tuple[Entry, Seen, Message]] = []
    for one in frames(trace):
        if getattr(one[0].message, "name", "") == "supportedAppProtocolReq" and current:
            yield current
            current = []
        current.append(one)
    yield current


@pytest.fixture(scope="module")
def beside() -> Iterator[dict[str, ModuleType]]:
    """The two modules beside the recordings that say what was tried and make the table of it."""
    made: dict[str, ModuleType] = {}
    for name in ("cells", "table"):
        spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        made[name] = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(made[name])
    yield made
    for name in made:
        del sys.modules[name]


def test_every_cell_was_tried_and_the_page_says_what_came_of_it(beside: dict[str, ModuleType]) -> None:
    assert {path.stem for path in FILES} == {cell.name for cell in beside["cells"].CELLS}
    assert len(FILES) >= 30
    page = (ROOT / "docs" / "interop.md").read_text(encoding="utf-8")
    assert beside["table"].table() in page, "python fixtures/traces/josev/record.py --table"


def test_every_session_came_to_its_end(beside: dict[str, ModuleType]) -> None:
    cells = {cell.name: cell for cell in beside["cells"].CELLS}
    broken = [path.stem for path in FILES if not beside["table"].whole(cells[path.stem], trace_of(path))]
    assert broken == []


@EACH
def test_every_message_is_read_written_and_found_valid(path: Path) -> None:
    protocol = {"2": ISO2_MESSAGE, "din": DIN_MESSAGE}.get(path.stem.split("-")[2], "")
    said = frames(trace_of(path))
    for entry, body, message in said:
        agreed = "" if body.schema == "sap" else protocol
        assert look(body.data, agreed).message == message, entry.number
        assert write(message).data == body.data, entry.number
        assert problems(message) == (), entry.number
    assert len(said) >= 20


@EACH
def test_a_session_is_one_to_the_state_table_too(path: Path) -> None:
    trace = trace_of(path)
    ours = Role.EV if trace.subject is Role.STATION else Role.STATION
    for said in connections(trace):
        asked = next(entry for entry, _, _ in said if getattr(entry.message, "name", "") == "SessionSetupReq")
        session = V2gSession(ours, factor=PATIENCE, session_id=asked.header.session_id)
        session.begin(said[0][0].at)
        for entry, body, message in said:
            if entry.sender is ours:
                session.send(message, entry.at)
                assert session.outbox() == [body.data]
            else:
                session.receive(body.data, entry.at)
        events = session.events()
        assert not [event for event in events if isinstance(event, Violation | Expired)]
        assert not [event for event in events if isinstance(event, Received) and event.problem]
        assert session.over


@EACH
def test_the_rules_find_slowness_and_what_is_known(path: Path) -> None:
    trace = trace_of(path)
    known = next((rules for begin, rules in KNOWN.items() if path.stem.startswith(begin)), set[str]())
    failed = {rule.id for rule in ALL_RULES for finding in rule.over(trace) if finding.verdict is Verdict.FAIL}
    assert failed - SLOW == known


@EACH
def test_tls_is_as_the_name_says(path: Path) -> None:
    secured = [entry.body for entry in trace_of(path) if isinstance(entry.body, TlsSeen)]
    versions = {body.facts["version"] for body in secured if body.event == "handshake"}
    newest = path.stem.split("-")[2] == "20"
    assert versions == (set() if "-plain-" in path.stem else {"TLSv1.3" if newest else "TLSv1.2"})


@pytest.mark.parametrize("path", [path for path in FILES if "-20-" in path.stem and "pnc" in path.stem])
def test_a_contract_of_the_newest_edition_is_signed_for(path: Path) -> None:
    asked = trace_of(path).first(AuthorizationReq, selected_authorization_service=Authorization.PNC)
    shown = asked.message.authorization_mode.contract_certificate_chain.certificate
    found = verify_message(asked.envelope, shown)
    assert [one for one in found if one.weight is Weight.INVALID] == []
