"""Bytes that are no good message, in a session of ISO 15118-2, and how the station gets over them."""

from __future__ import annotations

from msgspec.structs import replace

from harness.core.case import Role
from harness.endpoints.ev.ev import Ev
from harness.kit.disturbing import BREATH, Disturbance
from harness.kit.preamble import leaves, stopping_in
from harness.kit.turning_off import Here, Turn
from harness.messages.iso2.codes import ResponseCode
from harness.messages.iso2.session import SessionSetupRes
from harness.messages.iso2.types import Response
from harness.sessions.v2g.iso2_state import Iso2State
from harness.trace.entry import Link, Seen
from harness.trace.trace import Trace


def disturbing_iso2(ev: Ev, turn: Turn, *, state: Iso2State = Iso2State.SET_UP) -> tuple[Ev, Ev]:
    """Two EVs: one that takes a turn in a state and half a second later says its usual request, and a good one."""

    def disturb(here: Here) -> tuple[object, ...]:
        usual = tuple(replace(step, after=getattr(step, "after", 0.0) + BREATH) for step in here.usual)
        return (turn(here), *usual)

    return stopping_in(ev, state, disturb, leaves), stopping_in(ev, Iso2State.SET_UP, leaves)


def iso2_disturbance(trace: Trace) -> Disturbance:
    """Read the trace of two EVs that `disturbing_iso2` made.

    Raises:
        Unreached: the first EV never came so far as to disturb anybody.
    """
    sent = trace.first(Seen, sent_by=Role.EV, link=Link.V2G, where=lambda entry: entry.deliberate)
    after = trace.since(sent)
    behind = after.all(Seen, sent_by=Role.EV, link=Link.V2G)[:1]
    window = after.until(behind[0]) if behind else after
    opened = after.all(SessionSetupRes, response_code=ResponseCode.OK_NEW_SESSION_ESTABLISHED)
    rest = after.since(behind[0]) if behind else after
    last = opened[0].number if opened else len(trace) + sent.number
    good = rest.all(Response, sent_by=Role.STATION, response_code=ResponseCode.OK)
    return Disturbance(
        bytes_sent=sent,
        answers=window.all(Seen, sent_by=Role.STATION, link=Link.V2G),
        goes_on=tuple(entry for entry in good if entry.number < last),
        next_served=opened,
    )
