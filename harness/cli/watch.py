"""`v2x watch`: one bidirectional session of the emulated trio, message by message."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from harness.core.case import Role
from harness.kit.until import both, finished, seen
from harness.kit.workshop import Workshop
from harness.messages.iso20.dc import DcChargeLoopRes
from harness.messages.ocpp import TransactionEvent
from harness.runner.setup import make_options
from harness.trace.decoded import gist_of, label_of
from harness.trace.entry import Entry, Link, Seen, TlsSeen
from harness.trace.trace import Trace
from harness.transports.clock import run

STYLES = {Role.EV: "green", Role.STATION: "cyan", Role.CSMS: "magenta"}
NAMES = {Role.EV: "EV", Role.STATION: "station", Role.CSMS: "backend"}


def watch(
    scheduled: Annotated[bool, typer.Option("--scheduled", help="Scheduled instead of Dynamic control mode.")] = False,
    network: Annotated[str, typer.Option(help="Where the parties meet: loopback or memory.")] = "loopback",
) -> None:
    """Let the emulated EV, station and backend lead one bidirectional session, and print what they say.

    Real bytes: EXI over mutual TLS 1.3 on one side, OCPP-J over a WebSocket on the other. Time is virtual.
    """
    console = Console(file=sys.stdout, highlight=False, soft_wrap=True)
    trace = _session(network, scheduled=scheduled)
    begin = trace.entries[0].at
    for entry in trace:
        if line := _line(entry):
            style = STYLES[entry.sender] if entry.sender else "dim"
            console.print(f"[dim]{entry.at - begin:8.3f} s[/]  [{style}]{escape(line)}[/]")
    console.print(f"\n{_energy(trace)}\n")


def _session(network: str, *, scheduled: bool) -> Trace:
    options = make_options((), "interoperability", Path("reports"), network=network)
    # With the backend in the place of the subject, EV and station record both links between them.
    bench = Workshop(options.devices, network=options.network).bench(Role.CSMS)
    ev = bench.ev.scheduled() if scheduled else bench.ev.dynamic()
    whole = both(finished(), seen(TransactionEvent, eventType="Ended"))
    return run(bench.run(ev, until=whole, limit=120.0), virtual=True)


def _line(entry: Entry) -> str:
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


def _energy(trace: Trace) -> str:
    """What flowed, by the station's own charge-loop responses."""
    currents = [float(entry.message.evse_present_current) for entry in trace.all(DcChargeLoopRes)]
    if not currents:
        return "no energy flowed"
    return f"{len(currents)} charge loops, present current from {min(currents):g} A to {max(currents):g} A"
