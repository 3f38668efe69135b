"""Sessions of DIN SPEC 70121 at a station: how they begin, what is on offer, how they end."""

from __future__ import annotations

import pytest

from harness.kit import (
    NO_SESSION,
    STRANGER,
    Bench,
    Feature,
    Here,
    Judge,
    LinkSeen,
    Role,
    Turn,
    answered,
    asks_for,
    case,
    closed,
    fell_silent,
    insists,
    provoked,
    replace_fields,
    stopping_in,
)
from harness.kit.older import on_din
from harness.kit.older_matrix import Iso2State, OlderCell, din_cells
from harness.kit.preamble import says_nothing
from harness.messages.din.codes import PaymentOption, ResponseCode
from harness.messages.din.service import ServiceDiscoveryReq, ServiceDiscoveryRes
from harness.messages.din.session import SessionSetupReq, SessionSetupRes, SessionStopReq, SessionStopRes
from harness.messages.din.types import Request, Response
from harness.messages.field import Message
from harness.messages.registry import response_of

_S = Iso2State
CONTROL = "DIN-STN-SSU-001"
NEW, OK = ResponseCode.OK_NEW_SESSION_ESTABLISHED, ResponseCode.OK
STATES = (
    _S.SET_UP,
    _S.SERVICES_OFFERED,
    _S.EXTERNAL_PAYMENT_SELECTED,
    _S.AUTHORIZED,
    _S.PARAMETERS_KNOWN,
    _S.CABLE_CHECKED,
    _S.PRE_CHARGING,
    _S.CHARGING,
    _S.STOPPED,
)
EARLY = STATES[:5]
SEQUENCE, JITTER, SLACK = 60.0, 0.5, 10.0
"""Seconds without a request after which a station ends the session, and what a measurement may be off."""
CELLS = din_cells(STATES)


def under(session_id: bytes) -> Turn:
    """A turn: the usual request under another session id."""

    def say(here: Here) -> Message:
        changed: Message = replace_fields(here.usual_message, {"header__session_id": session_id})
        return changed

    return say


@case(
    "DIN-STN-SSU-001",
    "A session of DIN SPEC 70121 gets an id other than zero",
    sut=Role.STATION,
    cites=("V2G-DC-872",),
    needs=Feature.DIN,
)
async def test_new_session_gets_an_id(bench: Bench, judge: Judge) -> None:
    """Without TLS an EV offers DIN SPEC 70121 alone."""
    trace = await bench.run(on_din(bench.ev), until=answered(SessionSetupRes))

    reply = trace.one(SessionSetupRes)
    judge.equal("response code", reply.message.response_code, NEW, at=reply)
    judge.excludes("session id", reply.header.session_id, {NO_SESSION, b""}, at=reply)


@case(
    "DIN-STN-SSU-002",
    "There is no coming back to a session of DIN SPEC 70121",
    sut=Role.STATION,
    cites=("V2G-DC-872", "V2G-DC-993"),
    needs=Feature.DIN,
    control=CONTROL,
)
async def test_no_session_is_joined(bench: Bench, judge: Judge) -> None:
    """The EV asks for a session by an id that nobody gave."""
    ev = on_din(bench.ev).but(SessionSetupReq, session_id=STRANGER)

    trace = await bench.run(ev, until=answered(SessionSetupRes))

    reply = judge.coded(trace, trace.first(SessionSetupReq), SessionSetupRes, NEW)
    if reply:
        judge.excludes("session id", reply.header.session_id, {STRANGER, NO_SESSION}, at=reply)


@case(
    "DIN-STN-SVC-001",
    "Charging is on offer, and nobody but others pay for it",
    sut=Role.STATION,
    cites=("V2G-DC-252", "V2G-DC-439"),
    needs=Feature.DIN,
    control=CONTROL,
)
async def test_external_payment_alone(bench: Bench, judge: Judge) -> None:
    """DIN SPEC 70121 has no contracts."""
    trace = await bench.run(on_din(bench.ev), until=answered(ServiceDiscoveryRes))

    reply = judge.coded(trace, trace.first(ServiceDiscoveryReq), ServiceDiscoveryRes, OK)
    if reply:
        options = reply.message.payment_options.payment_option
        judge.equal("payment options", tuple(options), (PaymentOption.EXTERNAL_PAYMENT,), at=reply)
        kind = str(reply.message.charge_service.energy_transfer_type)
        judge.holds("direct current", kind.startswith("DC"), kind, at=reply)


@pytest.mark.parametrize("session_id", [STRANGER, NO_SESSION], ids=["stranger", "zero"])
@pytest.mark.parametrize("state", STATES, ids=lambda one: one.name.lower())
@case(
    "DIN-STN-SID-001",
    "A request of DIN SPEC 70121 under another session id is refused",
    sut=Role.STATION,
    cites=("V2G-DC-391", "V2G-DC-993"),
    needs=Feature.DIN,
    control=CONTROL,
)
async def test_foreign_session_id(bench: Bench, judge: Judge, state: Iso2State, session_id: bytes) -> None:
    """In some state the EV says its usual request under an id that nobody gave, or zero; then it goes on as before."""
    trace = await bench.run(stopping_in(on_din(bench.ev), state, under(session_id), insists))

    asked = provoked(trace, Request)
    reply = judge.coded(trace, asked, response_of(asked.message), ResponseCode.FAILED_UNKNOWN_SESSION)
    if reply:
        judge.nothing_served(trace.since(reply))


@pytest.mark.parametrize("cell", [cell for cell in CELLS if not cell.dispute], ids=str)
@case(
    "DIN-STN-MTX-001",
    "A request of DIN SPEC 70121 out of order is a sequence error, and the end of the session",
    sut=Role.STATION,
    cites=("V2G-DC-390",),
    needs=Feature.DIN,
    control=CONTROL,
)
async def test_request_out_of_order(bench: Bench, judge: Judge, cell: OlderCell) -> None:
    """The EV leads a good session to the state and says the request there, good in itself."""
    trace = await bench.run(stopping_in(on_din(bench.ev), cell.state, asks_for(cell.ask, cell.variant), insists))

    wanted = response_of(cell.ask)
    reply = judge.coded(trace, provoked(trace, cell.ask), wanted, ResponseCode.FAILED_SEQUENCE_ERROR)
    if reply:
        judge.nothing_served(trace.since(reply))


@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell.dispute], ids=str)
@case(
    "DIN-STN-MTX-002",
    "A request of disputed order in DIN SPEC 70121 is answered one way or the other",
    sut=Role.STATION,
    cites=("V2G-DC-390",),
    needs=Feature.DIN,
    control=CONTROL,
)
async def test_disputed_request(bench: Bench, judge: Judge, cell: OlderCell) -> None:
    """Implementers disagree whether it has a place here; what becomes of it is only told."""
    trace = await bench.run(stopping_in(on_din(bench.ev), cell.state, asks_for(cell.ask, cell.variant), insists))

    asked = provoked(trace, cell.ask)
    reply = judge.answered(trace, asked, response_of(cell.ask))
    if reply and not reply.message.response_code.startswith("FAILED"):
        judge.notice(f"{cell} taken", f"answered {reply.message.response_code}; {cell.dispute}", at=(asked, reply))


@pytest.mark.parametrize("state", EARLY, ids=lambda one: one.name.lower())
@case(
    "DIN-STN-STP-001",
    "An EV may end its session of DIN SPEC 70121 before power flows",
    sut=Role.STATION,
    cites=("V2G-DC-665",),
    needs=Feature.DIN,
    control=CONTROL,
)
async def test_session_ends_early(bench: Bench, judge: Judge, state: Iso2State) -> None:
    """In some state the EV asks for the end instead of what comes next."""
    ev = stopping_in(on_din(bench.ev), state, asks_for(SessionStopReq))

    trace = await bench.run(ev, until=answered(SessionStopRes))

    judge.coded(trace, provoked(trace, SessionStopReq), SessionStopRes, OK)


@case(
    "DIN-STN-TMO-001",
    "In DIN SPEC 70121, too, an EV that says nothing for a minute is given up",
    sut=Role.STATION,
    cites=("V2G-DC-432", "V2G-DC-443"),
    needs=Feature.DIN,
    control=CONTROL,
)
async def test_sequence_timeout(bench: Bench, judge: Judge) -> None:
    """After SessionSetup the EV falls silent and leaves the connection open."""
    ev = stopping_in(on_din(bench.ev), _S.SET_UP, says_nothing).having(linger=SEQUENCE + 30.0, patient=True)

    trace = await bench.run(ev, until=closed(), limit=SEQUENCE + 60.0)

    silent = trace.until(fell_silent(trace)).last(Response)
    gone = trace.since(silent).all(LinkSeen, sent_by=Role.STATION)
    if judge.any("the station hangs up", gone):
        took = gone[0].at - silent.at
        judge.between("silence endured", took, SEQUENCE - JITTER, SEQUENCE + SLACK, unit="s", at=(silent, gone[0]))
