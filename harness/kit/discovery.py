"""Discovery bent: an EV that sends other datagrams before it looks for a station in earnest."""

from __future__ import annotations

from functools import partial
from typing import Any

from harness.endpoints.ev.ev import Ev
from harness.framing.sdp import SdpFault, SdpRequest
from harness.sessions.discovery import Answered, SdpClient
from harness.trace.entry import Entry, Link, Seen
from harness.trace.trace import Trace

ANSWER_WINDOW = 1.0
"""Seconds behind a datagram in which what a station says counts as its answer."""


def probing(ev: Ev, *datagrams: bytes, gap: float = ANSWER_WINDOW) -> Ev:
    """The same EV, which sends these datagrams first, `gap` seconds apart, and looks for a station behind them.

    Answers to them are recorded and not used.
    """
    return ev.having(search=partial(_Probing, probes=datagrams, gap=gap))


def datagrams(trace: Trace, **terms: Any) -> tuple[Entry, ...]:
    """What was sent for discovery; `terms` as in `Trace.all`."""
    return trace.all(Seen, link=Link.SDP, **terms)


class _Probing(SdpClient):
    """A search that begins with something else."""

    def __init__(self, request: SdpRequest, *, probes: tuple[bytes, ...], gap: float, **settings: Any) -> None:
        super().__init__(request, **settings)
        self._probes, self._gap = list(probes), gap

    def receive(self, data: bytes) -> Answered | SdpFault:
        """See `SdpClient.receive`; what comes before the search has begun is no answer to it."""
        due, heard = self._next, super().receive(data)
        if not self.sent:
            self.answer, self._next = None, due
        return heard

    def expire(self, at: float) -> None:
        """See `SdpClient.expire`."""
        if not self._probes or self._next is None or at < self._next:
            super().expire(at)
            return
        self._outbox.append(self._probes.pop(0))
        self._next = at + self._gap
