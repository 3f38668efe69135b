"""How an EV's search for a station shows in a trace."""

from __future__ import annotations

from harness.core.case import Role
from harness.core.errors import Unreached
from harness.framing.sdp import SdpRequest
from harness.kit.discovery import datagrams
from harness.trace.entry import Entry
from harness.trace.trace import Trace


def searches(trace: Trace) -> tuple[Entry, ...]:
    """The EV's requests for a station, in order.

    Raises:
        Unreached: it never asked.
    """
    found = datagrams(trace, sent_by=Role.EV, where=lambda entry: isinstance(entry.message, SdpRequest))
    if not found:
        raise Unreached("the EV never asked for a station")
    return found


def findings(trace: Trace) -> tuple[Entry, ...]:
    """What the station sent for an answer, readable or not."""
    return datagrams(trace, sent_by=Role.STATION)
