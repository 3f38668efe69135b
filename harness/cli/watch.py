"""`v2x watch`: one bidirectional session of the emulated trio, message by message."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from harness.cli.lines import show
from harness.core.case import Role
from harness.kit.until import both, finished, seen
from harness.kit.workshop import Workshop
from harness.messages.iso20.dc import DcChargeLoopRes
from harness.messages.ocpp import TransactionEvent
from harness.runner.setup import make_options
from harness.trace.trace import Trace
from harness.transports.clock import run


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
        show(console, entry, begin)
    console.print(f"\n{_energy(trace)}\n")


def _session(network: str, *, scheduled: bool) -> Trace:
    options = make_options((), "interoperability", Path("reports"), network=network)
    # With the backend in the place of the subject, EV and station record both links between them.
    bench = Workshop(options.devices, network=options.network).bench(Role.CSMS)
    ev = bench.ev.scheduled() if scheduled else bench.ev.dynamic()
    whole = both(finished(), seen(TransactionEvent, eventType="Ended"))
    return run(bench.run(ev, until=whole, limit=120.0), virtual=True)


def _energy(trace: Trace) -> str:
    """What flowed, by the station's own charge-loop responses."""
    currents = [float(entry.message.evse_present_current) for entry in trace.all(DcChargeLoopRes)]
    if not currents:
        return "no energy flowed"
    return f"{len(currents)} charge loops, present current from {min(currents):g} A to {max(currents):g} A"
