"""What travels, as lines on a terminal: who says what to whom, with the fields that matter most."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from harness.core.case import Role
from harness.trace.decoded import gist_of, label_of
from harness.trace.entry import Entry, Link, Seen, TlsSeen

STYLES = {Role.EV: "green", Role.STATION: "cyan", Role.CSMS: "magenta"}
NAMES = {Role.EV: "EV", Role.STATION: "station", Role.CSMS: "backend"}


def show(console: Console, entry: Entry, begin: float) -> bool:
    """Print an entry if it is something that travelled, counted from `begin`; whether it was."""
    line = line_of(entry)
    if line:
        style = STYLES[entry.sender] if entry.sender else "dim"
        stamp(console, entry.at - begin, f"[{style}]{escape(line)}[/]")
    return bool(line)


def stamp(console: Console, seconds: float, marked_up: str) -> None:
    """Print a line behind its time."""
    console.print(f"[dim]{seconds:8.3f} s[/]  {marked_up}")


def line_of(entry: Entry) -> str:
    """One line for a message or a TLS handshake; empty for anything else."""
    if isinstance(entry.body, TlsSeen) and entry.body.event == "handshake":
        facts = entry.facts
        return f"EV ═ station     TLS handshake: {facts['version']}, {facts['suite']}, {facts['group']}"
    if not isinstance(entry.body, Seen) or entry.sender is None:
        return ""
    sender, receiver = NAMES[entry.sender], NAMES[_other(entry)]
    return f"{sender:>7} ─▶ {receiver:7}  {label_of(entry.body)} {gist_of(entry.body)}".rstrip()


def _other(entry: Entry) -> Role:
    if entry.sender is not Role.STATION:
        return Role.STATION
    return Role.CSMS if entry.link is Link.OCPP else Role.EV
