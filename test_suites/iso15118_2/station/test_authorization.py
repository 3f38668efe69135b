"""Authorization in ISO 15118-2, where somebody beside the session pays."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, answered, asks_for, case, provoked, stopping_in
from harness.kit.older import on_iso2
from harness.kit.older_matrix import Iso2State
from harness.messages.iso2.codes import EvseProcessing, ResponseCode
from harness.messages.iso2.payment import AuthorizationReq, AuthorizationRes
from harness.messages.iso2.session import SessionStopReq, SessionStopRes

FINISHED = EvseProcessing.FINISHED
ONGOING_LIMIT = 60.0
"""Seconds that an EV puts up with plain Ongoing (Table 109)."""
goes = asks_for(SessionStopReq, "Terminate")


@case(
    "ISO2-STN-AUT-001",
    "An EV asks until it is authorized, and hears OK each time",
    sut=Role.STATION,
    cites=("V2G2-485", "V2G2-562"),
    needs=Feature.ISO2,
)
async def test_external_payment_is_authorized(bench: Bench, judge: Judge) -> None:
    """Somebody presents the driver's token; until then the request is repeated."""
    trace = await bench.run(on_iso2(bench.ev), until=answered(AuthorizationRes, evse_processing=FINISHED))

    last = trace.last(AuthorizationRes)
    judge.equal("processing at last", last.message.evse_processing, FINISHED, at=last)
    told = trace.all(AuthorizationRes)
    judge.every("response code OK", told, lambda entry: entry.message.response_code is ResponseCode.OK, "another code")


@case(
    "ISO2-STN-AUT-002",
    "An authorization by ISO 15118-2 that waits for no customer is over within a minute",
    sut=Role.STATION,
    cites=("V2G2-845", "V2G2-854", "ISO 15118-2, Table 109"),
    needs=Feature.ISO2,
    control="ISO2-STN-SSU-001",
)
async def test_authorization_ends_in_time(bench: Bench, judge: Judge) -> None:
    """The EV has all the time in the world; only Ongoing_WaitingForCustomerInteraction may last longer."""
    ev, done = on_iso2(bench.ev).having(patient=True), answered(AuthorizationRes, evse_processing=FINISHED)

    trace = await bench.run(ev, until=done, limit=ONGOING_LIMIT + 20)

    begin, end = trace.first(AuthorizationRes), trace.last(AuthorizationRes)
    judge.report("duration of the authorization", round(end.at - begin.at, 3), "s", at=(begin, end))
    waits = trace.all(AuthorizationRes, evse_processing=EvseProcessing.ONGOING)
    judge.silence("Ongoing after a minute", [one for one in waits if one.at - begin.at > ONGOING_LIMIT])


@case(
    "ISO2-STN-AUT-003",
    "An EV that waits for its authorization may go",
    sut=Role.STATION,
    cites=("V2G2-570", "V2G2-571"),
    needs=Feature.ISO2,
    control="ISO2-STN-SSU-001",
)
async def test_waiting_ev_may_go(bench: Bench, judge: Judge) -> None:
    """Instead of asking a second time the EV ends its session; where the first answer is final, it ends it then."""
    ev = stopping_in(on_iso2(bench.ev), Iso2State.EXTERNAL_PAYMENT_SELECTED, asks_for(AuthorizationReq), goes)

    trace = await bench.run(ev, until=answered(SessionStopRes))

    trace.first(AuthorizationRes)
    judge.coded(trace, provoked(trace, SessionStopReq), SessionStopRes, ResponseCode.OK)
