"""How an EV may react to a station's oddities, judged by what the station sees of it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from harness.core.case import Role
from harness.kit.judge import Judge
from harness.messages.field import Message
from harness.messages.iso2.dc import WeldingDetectionReq
from harness.messages.iso20.common import (
    ChargeProgress,
    ChargingSession,
    PowerDeliveryReq,
    SessionStopReq,
    SessionStopRes,
)
from harness.messages.iso20.dc import DcWeldingDetectionReq
from harness.sessions.v2g.row import stream_of
from harness.trace.entry import Entry, Link, LinkSeen, Seen
from harness.trace.trace import Trace

PROMPT = 10.0
"""Seconds after which an EV that is still there does not mean to leave; no public source names a limit for an EV."""
FAREWELL = 5.5
"""Seconds from giving up to closing: nothing public limits them for an EV; stations hold the link 5 s (V2G20-1643)."""
AT_ONCE = 1.5
"""Seconds in which an EV leaves because of what it heard, and not because it heard nothing."""
JITTER = 0.1
"""Seconds that the network may take off what we see of a wait."""


TERMINATE = str(ChargingSession.TERMINATE)
_WELDING = {DcWeldingDetectionReq.name, WeldingDetectionReq.name}
"""Of ISO 15118-20, and of the older protocols, whose messages go by the same names."""


def is_farewell(message: Any) -> bool:
    """Whether a request does nothing but stop power and end the session."""
    name = getattr(message, "name", "")
    if name == SessionStopReq.name:
        return str(getattr(message, "charging_session", TERMINATE)) == TERMINATE
    if name == PowerDeliveryReq.name:
        stops = str(getattr(message, "charge_progress", "")) == ChargeProgress.STOP
        return stops or getattr(message, "ready_to_charge_state", None) is False
    return name in _WELDING


def _ends_the_session(entry: Entry) -> bool:
    return getattr(entry.message, "name", "") == SessionStopReq.name and is_farewell(entry.message)


def onward(trace: Trace) -> tuple[Entry, ...]:
    """The EV's requests that go on with the session instead of ending it."""
    return tuple(entry for entry in trace.all(Message, sent_by=Role.EV) if not is_farewell(entry.message))


def departures(trace: Trace, since: Entry) -> tuple[Entry, ...]:
    """How the EV went: hung up, or asked for the end; behind SessionStop there is only the hanging up."""
    after = trace.since(since)
    gone = after.all(LinkSeen, sent_by=Role.EV)
    if getattr(since.message, "name", "") in {SessionStopReq.name, SessionStopRes.name}:
        return gone
    stops = after.all(Message, sent_by=Role.EV, where=_ends_the_session)
    return tuple(sorted((*gone, *stops), key=lambda entry: entry.number))


def gives_up(judge: Judge, trace: Trace, since: Entry, *, within: float = PROMPT, after: float = 0.0) -> None:
    """From `since` on the EV makes no request but to end the session, and is gone `after` to `within` seconds."""
    judge.silence("requests that go on with the session", onward(trace.since(since)))
    left = departures(trace, since)
    if judge.any("the EV hangs up or ends the session", left):
        took = left[0].at - since.at
        judge.between("time until it does", took, after, within, unit="s", at=(since, left[0]))


def goes_on(judge: Judge, trace: Trace, since: Entry, *, ending: bool = False) -> None:
    """After `since` the EV makes a request that goes on with the session; any request, where that is `ending`."""
    after = trace.since(since)
    judge.any("requests that go on with the session", after.all(Message, sent_by=Role.EV) if ending else onward(after))


def takes_turns(judge: Judge, trace: Trace) -> None:
    """The EV makes no request while another one of the main stream is open."""
    said = [entry for entry in trace.all(Message, link=Link.V2G) if not stream_of(_payload_type(entry))]
    hasty = [later for earlier, later in pairwise(said) if earlier.sender is later.sender is Role.EV]
    judge.silence("requests before the last one was answered", hasty)


def bears(judge: Judge, trace: Trace, since: Entry, why: str) -> None:
    """The EV goes on after `since`; one that leaves at once instead is told, and no fault, for `why`.

    One that leaves only when its timer for a response has run out did not understand what it was told.
    """
    left = [entry for entry in departures(trace, since) if entry.at - since.at < AT_ONCE]
    if not onward(trace.since(since)) and left:
        judge.holds("reaction", condition=True, detail="the EV ends the session in order", at=left[0])
        judge.notice("reaction", f"the EV ends the session; {why}", at=left[0])
        return
    goes_on(judge, trace, since)


def _payload_type(entry: Entry) -> int:
    return entry.body.payload_type if isinstance(entry.body, Seen) else 0
