"""Session ids in the headers of ISO 15118-2: of all requests only SessionSetupReq may carry another one."""

from __future__ import annotations

import pytest

from harness.kit import (
    NO_SESSION,
    STRANGER,
    Bench,
    Feature,
    Here,
    Judge,
    Role,
    Turn,
    case,
    insists,
    provoked,
    replace_fields,
    stopping_in,
)
from harness.kit.older import on_iso2
from harness.kit.older_matrix import Iso2State
from harness.messages.field import Message
from harness.messages.iso2.codes import ResponseCode
from harness.messages.iso2.types import Request
from harness.messages.iso20.energy import Flow
from harness.messages.registry import response_of

UNKNOWN = ResponseCode.FAILED_UNKNOWN_SESSION
DC_STATES = (
    Iso2State.SET_UP,
    Iso2State.SERVICES_OFFERED,
    Iso2State.EXTERNAL_PAYMENT_SELECTED,
    Iso2State.AUTHORIZED,
    Iso2State.PARAMETERS_KNOWN,
    Iso2State.CABLE_CHECKED,
    Iso2State.PRE_CHARGING,
    Iso2State.CHARGING,
    Iso2State.STOPPED,
)
AC_STATES = (Iso2State.AUTHORIZED, Iso2State.PARAMETERS_KNOWN, Iso2State.CHARGING, Iso2State.STOPPED)
IDS = {"stranger": STRANGER, "zero": NO_SESSION}


def under(session_id: bytes) -> Turn:
    """A turn: the usual request under another session id."""

    def say(here: Here) -> Message:
        changed: Message = replace_fields(here.usual_message, {"header__session_id": session_id})
        return changed

    return say


@pytest.mark.parametrize("session_id", IDS.values(), ids=list(IDS))
@pytest.mark.parametrize("state", DC_STATES, ids=lambda one: one.name.lower())
@case(
    "ISO2-STN-SID-001",
    "A request under another session id is refused with FAILED_UnknownSession",
    sut=Role.STATION,
    cites=("V2G2-460",),
    needs=(Feature.ISO2, Feature.ISO2_DC),
    control="ISO2-STN-SSU-001",
)
async def test_foreign_session_id(bench: Bench, judge: Judge, state: Iso2State, session_id: bytes) -> None:
    """In some state the EV says its usual request under an id that nobody gave, or zero; then it goes on as before."""
    ev = stopping_in(on_iso2(bench.ev), state, under(session_id), insists)

    trace = await bench.run(ev)

    asked = provoked(trace, Request)
    reply = judge.coded(trace, asked, response_of(asked.message), UNKNOWN)
    if reply:
        judge.nothing_served(trace.since(reply))


@pytest.mark.parametrize("session_id", IDS.values(), ids=list(IDS))
@pytest.mark.parametrize("state", AC_STATES, ids=lambda one: one.name.lower())
@case(
    "ISO2-STN-SID-002",
    "With alternating current, too, another session id is refused with FAILED_UnknownSession",
    sut=Role.STATION,
    cites=("V2G2-460",),
    needs=(Feature.ISO2, Feature.ISO2_AC),
    control="ISO2-STN-SSU-001",
)
async def test_foreign_session_id_on_ac(bench: Bench, judge: Judge, state: Iso2State, session_id: bytes) -> None:
    """As with direct current, from the granted authorization on; what comes before is the same for both."""
    ev = stopping_in(on_iso2(bench.ev, Flow.AC), state, under(session_id), insists)

    trace = await bench.run(ev)

    asked = provoked(trace, Request)
    reply = judge.coded(trace, asked, response_of(asked.message), UNKNOWN)
    if reply:
        judge.nothing_served(trace.since(reply))
