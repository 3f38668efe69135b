"""The page of the state tables: a diagram for each way through a session, and every row with its source."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from harness.messages.iso20.energy import Flow
from harness.sessions.v2g.row import DERIVED, Row, Table
from harness.sessions.v2g.state import OVER, Outcome
from harness.sessions.v2g.tables.din import DIN
from harness.sessions.v2g.tables.iso2 import ISO2
from harness.sessions.v2g.tables.iso20 import ISO20
from pages.text import NOTICE, cell

_TITLES = {
    Flow.AC: "alternating current",
    Flow.DC: "direct current, megawatt charging included",
    Flow.WPT: "wireless transfer",
    Flow.ACDP: "automated connection device",
}
_BY_FLOW = ((ISO20, "ISO 15118-20"), (ISO2, "ISO 15118-2"), (DIN, "DIN SPEC 70121"))


def sequences_page() -> str:
    """The tables of all protocols."""
    lines = [
        "# Sequences",
        "",
        NOTICE,
        "In which state which request is legal, and where it leads. The tables observe and forbid nothing: what a peer",
        "does outside of them becomes a violation with its rule. A session may be terminated from nearly every state,",
        "and any failure ends it: the diagrams leave both out.",
    ]
    for table, title in _BY_FLOW:
        flows = [flow for flow in Flow if any(flow in row.flows for row in table.rows)] or [None]
        for flow in flows:
            way = f", {_TITLES[flow]}" if flow else ""
            lines += ["", f"## {title}{way}", "", "```mermaid", *_diagram(table, flow), "```"]
        lines += ["", f"### Every row of {title}", "", *_rows(table)]
        if table.disputes:
            lines += ["", f"### Disputed in {title}", "", *_disputes(table)]
    return "\n".join(lines) + "\n"


def _diagram(table: Table, flow: Flow | None) -> Iterator[str]:
    rows = _reachable([row for row in table.rows if _drawn(row, flow)])
    states = list(dict.fromkeys(state for row in rows for state in (row.state, row.then)))
    names = {state: f"s{number}" for number, state in enumerate(states)}
    yield "stateDiagram-v2"
    for state in states:
        yield f'    state "{state}" as {names[state]}'
    yield f"    [*] --> {names[states[0]]}"
    arrows: dict[tuple[StrEnum, StrEnum], list[str]] = {}
    for row in rows:
        arrows.setdefault((row.state, row.then), []).append(_label(row))
    for (before, after), labels in arrows.items():
        yield f"    {names[before]} --> {names[after]}: {', '.join(dict.fromkeys(labels))}"
    for state in states:
        if state in OVER:
            yield f"    {names[state]} --> [*]"


def _drawn(row: Row, flow: Flow | None) -> bool:
    """Whether a row belongs into a diagram: of this flow, in the main stream, and no mere way out."""
    leaves = row.then in OVER and not any(word in str(row.state) for word in ("stopped", "detected", "disconnected"))
    return (not row.flows or flow in row.flows) and not row.stream and not leaves


def _reachable(rows: list[Row]) -> list[Row]:
    """The rows of states that a session can come to from its beginning."""
    reached = {rows[0].state}
    while more := {row.then for row in rows if row.state in reached} - reached:
        reached |= more
    return [row for row in rows if row.state in reached]


def _label(row: Row) -> str:
    """What an arrow says: the message, what it wants, and what came of it."""
    wants = f" {row.variant}" if row.variant else ""
    came = "" if row.outcome is Outcome.DONE else f" ({row.outcome})"
    return f"{row.ask.name.removesuffix('Req')}{wants}{came}"


def _rows(table: Table) -> Iterator[str]:
    yield "| in | request | comes to | leads to | where | source |"
    yield "|---|---|---|---|---|---|"
    for row in table.rows:
        wants = f" ({row.variant})" if row.variant else ""
        where = ", ".join(row.flows) or "all"
        beside = f", stream 0x{row.stream:04X}" if row.stream else ""
        sources = "derived" if row.sources == (DERIVED,) else ", ".join(row.sources)
        yield f"| {row.state} | {row.ask.name}{wants} | {row.outcome} | {row.then} | {where}{beside} | {sources} |"
    yield ""
    yield f"*Derived* means: {DERIVED}."


def _disputes(table: Table) -> Iterator[str]:
    yield "| in | request | why nobody is blamed |"
    yield "|---|---|---|"
    for one in table.disputes:
        wants = f" ({one.variant})" if one.variant else ""
        yield f"| {one.state} | {one.ask.name}{wants} | {cell(one.why)} |"
