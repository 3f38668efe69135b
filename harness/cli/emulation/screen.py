"""What somebody at the controls sees: the exchange as it goes, and what the peer does wrong."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.markup import escape

from harness.checks.rules import ALL_RULES
from harness.cli.lines import NAMES, show, stamp
from harness.core.case import Role
from harness.core.verdict import Verdict
from harness.trace.entry import Entry, LinkSeen, Note, TlsSeen
from harness.trace.recorder import Recorder
from harness.trace.redact import redact
from harness.transports.clock import Clock

PROMPT = "v2x> "


class Screen:
    """Prints as things happen; to a terminal with a prompt, to anything else line by line."""

    def __init__(self, recorder: Recorder, clock: Clock, peer: Role) -> None:
        """Show what `recorder` takes from now on; `peer` is the other side of the plug."""
        self._recorder, self._clock, self._peer = recorder, clock, peer
        self._console = Console(file=sys.stdout, highlight=False, soft_wrap=True)
        self._begin = clock.now()
        self._told: set[tuple[str, tuple[int, ...]]] = set()
        recorder.listen(self._seen)

    def say(self, text: str, style: str = "bold") -> None:
        """One line of our own."""
        stamp(self._console, self._clock.now() - self._begin, f"[{style}]{escape(text)}[/]")

    def prompt(self) -> None:
        """Ask for a command, if somebody is there to give one."""
        if sys.stdin.isatty() and sys.stdout.isatty():
            self._console.print(PROMPT, end="")

    def judge(self) -> int:
        """Ask every rule of what was recorded and print what the peer broke; how many it newly were."""
        trace, broken = self._recorder.trace().about(self._peer), 0
        for rule in ALL_RULES:
            for finding in rule.over(trace):
                key = (rule.id, finding.entries)
                if finding.verdict is not Verdict.FAIL or key in self._told:
                    continue
                self._told.add(key)
                broken += 1
                self.say(f"✗ {NAMES[self._peer]} broke {rule.id}: {finding.what}: {finding.detail}", "bold red")
        return broken

    def _seen(self, entry: Entry) -> None:
        clean = redact(entry)
        if show(self._console, clean, self._begin):
            if clean.problem:
                self._mark(clean, f"✗ cannot be read: {clean.problem}", "bold red")
            return
        body = clean.body
        if isinstance(body, Note) and "rule" in body.data:
            cites = " ".join(body.data.get("cites", ()))
            self._mark(clean, f"✗ {_who(clean)}: {body.text} {cites}".rstrip(), "bold red")
        elif isinstance(body, Note) and "timer" in body.data:
            self._mark(clean, f"⧖ {_who(clean)}: {body.text}", "bold yellow")
        elif isinstance(body, Note):
            self._mark(clean, f"{_who(clean)}: {body.text}", "dim")
        elif isinstance(body, LinkSeen):
            self._mark(clean, f"{_who(clean)}: {clean.link} {body.state} {body.detail}".rstrip(), "dim")
        elif isinstance(body, TlsSeen):
            self._mark(clean, f"{_who(clean)}: TLS {body.event} {body.detail}".rstrip(), "dim")

    def _mark(self, entry: Entry, text: str, style: str) -> None:
        stamp(self._console, entry.at - self._begin, f"[{style}]{escape(text)}[/]")


def _who(entry: Entry) -> str:
    return NAMES[entry.sender] if entry.sender is not None else "v2x"
