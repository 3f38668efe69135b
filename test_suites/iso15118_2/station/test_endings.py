"""WeldingDetection and SessionStop of ISO 15118-2."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, LinkSeen, Role, answered, asks_for, case, provoked, stopping_in
from harness.kit.older import on_iso2
from harness.kit.older_matrix import Iso2State, OlderCell, State, every_iso2_request
from harness.messages.iso2.codes import ResponseCode
from harness.messages.iso2.dc import WeldingDetectionReq, WeldingDetectionRes
from harness.messages.iso2.session import SessionStopReq, SessionStopRes
from harness.messages.iso20.energy import Flow

OK = ResponseCode.OK
SAFE = 60.0
"""Volts."""
EARLY = (
    Iso2State.SET_UP,
    Iso2State.SERVICES_OFFERED,
    Iso2State.EXTERNAL_PAYMENT_SELECTED,
    Iso2State.AUTHORIZED,
    Iso2State.PARAMETERS_KNOWN,
    Iso2State.CABLE_CHECKED,
    Iso2State.PRE_CHARGING,
)
"""States before power flows, in which an EV may go."""
HANGS_UP_WITHIN = 10.0
"""Seconds after SessionStopRes; the standard lets a station wait 5 s for the EV."""


@case(
    "ISO2-STN-WLD-001",
    "Behind open contactors the voltage fades",
    sut=Role.STATION,
    cites=("V2G2-596", "V2G2-601"),
    needs=(Feature.ISO2, Feature.ISO2_DC),
)
async def test_voltage_fades(bench: Bench, judge: Judge) -> None:
    """The EV has stopped power and asks for the voltage until it is harmless, twenty times at most."""
    trace = await bench.run(on_iso2(bench.ev).having(loops=1), limit=60.0)

    told = trace.all(WeldingDetectionRes)
    asked = trace.first(WeldingDetectionReq)
    judge.coded(trace, asked, WeldingDetectionRes, OK)
    last = trace.last(WeldingDetectionRes)
    judge.between("voltage at last", float(last.message.evse_present_voltage), 0.0, SAFE, unit="V", at=last)
    judge.report("requests until then", len(told), at=(asked, last))


@case(
    "ISO2-STN-STP-001",
    "SessionStop is answered OK, and the connection goes",
    sut=Role.STATION,
    cites=("V2G2-570",),
    needs=Feature.ISO2,
)
async def test_session_ends(bench: Bench, judge: Judge) -> None:
    """The EV ends a charge in order, and does not hang up by itself for a while."""
    ev = on_iso2(bench.ev, _flow(bench)).having(loops=1, linger=HANGS_UP_WITHIN + 5.0)

    trace = await bench.run(ev)

    reply = judge.coded(trace, trace.first(SessionStopReq), SessionStopRes, OK)
    if reply:
        gone = trace.since(reply).all(LinkSeen, sent_by=Role.STATION)
        if judge.any("the station hangs up", gone):
            judge.between("seconds until it does", gone[0].at - reply.at, 0.0, HANGS_UP_WITHIN, unit="s", at=gone[0])


@pytest.mark.parametrize("state", EARLY, ids=lambda one: one.name.lower())
@case(
    "ISO2-STN-STP-002",
    "An EV may end its session before power flows",
    sut=Role.STATION,
    cites=("V2G2-570", "V2G2-571"),
    needs=(Feature.ISO2, Feature.ISO2_DC),
    control="ISO2-STN-STP-001",
)
async def test_session_ends_early(bench: Bench, judge: Judge, state: Iso2State) -> None:
    """In some state before the charge loop the EV asks for the end instead of what comes next."""
    ev = stopping_in(on_iso2(bench.ev), state, asks_for(SessionStopReq, "Terminate"))

    trace = await bench.run(ev, until=answered(SessionStopRes))

    judge.coded(trace, provoked(trace, SessionStopReq), SessionStopRes, OK)


@pytest.mark.parametrize("cell", every_iso2_request(State.TERMINATED), ids=str)
@case(
    "ISO2-STN-STP-003",
    "After the end of an ISO 15118-2 session nothing is served on its connection",
    sut=Role.STATION,
    cites=("V2G2-459", "V2G2-570"),
    needs=Feature.ISO2,
    control="ISO2-STN-STP-001",
)
async def test_request_after_the_end(bench: Bench, judge: Judge, cell: OlderCell) -> None:
    """The EV ends its session, does not leave, and says some request."""
    ev = stopping_in(on_iso2(bench.ev, _flow(bench)).having(loops=1), cell.state, asks_for(cell.ask, cell.variant))

    trace = await bench.run(ev)

    judge.nothing_served(trace.since(provoked(trace, cell.ask)))


def _flow(bench: Bench) -> Flow:
    return Flow.DC if bench.device.offers(Feature.ISO2_DC) else Flow.AC
