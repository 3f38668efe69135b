"""Authorization by external means: how long it may take, what a refusal leaves open, and what was never offered."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, answered, case
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationReq,
    AuthorizationRes,
    AuthorizationSetupRes,
    EimAReqAuthorizationMode,
    Processing,
    ResponseCode,
    SessionStopReq,
)

EIM = (Feature.ISO20_DC, Feature.EIM)
REFUSED = ResponseCode.WARNING_EIM_AUTHORIZATION_FAILURE
ONGOING_LIMIT = 60.0
"""Seconds that an EV puts up with plain Ongoing."""


def asking_again(farewell: SessionStopReq) -> AuthorizationReq:
    """Another attempt in the place of a farewell."""
    return AuthorizationReq(
        header=farewell.header,
        selected_authorization_service=Authorization.EIM,
        authorization_mode=EimAReqAuthorizationMode(),
    )


@case(
    "ISO20-STN-AUT-001",
    "A way of authorization that was not offered earns a warning",
    sut=Role.STATION,
    cites=("V2G20-2209", "V2G20-2226"),
    needs=EIM,
    lacks=Feature.PNC,
)
async def test_unoffered_authorization_is_warned_about(bench: Bench, judge: Judge) -> None:
    """The EV names Plug and Charge where the station offered external identification means alone."""
    ev = bench.ev.but(AuthorizationReq, selected_authorization_service=Authorization.PNC)

    trace = await bench.run(ev, until=answered(AuthorizationRes))

    offer = trace.one(AuthorizationSetupRes)
    if Authorization.PNC in offer.message.authorization_services:
        judge.inconclusive("warning", "the station offers Plug and Charge", at=offer)
        return
    reply = judge.answered(trace, trace.first(AuthorizationReq), AuthorizationRes)
    if reply:
        got = reply.message
        judge.equal("response code", got.response_code, ResponseCode.WARNING_AUTHORIZATION_SELECTION_INVALID, at=reply)
        judge.equal("processing", got.evse_processing, Processing.FINISHED, at=reply)


@case(
    "ISO20-STN-AUT-002",
    "A driver who is identified by external means is authorized with OK and Finished",
    sut=Role.STATION,
    cites=("V2G20-1200", "V2G20-1582", "V2G20-2560"),
    needs=EIM,
)
async def test_external_identification_leads_to_ok(bench: Bench, judge: Judge) -> None:
    """The EV repeats its request for as long as the station works on it; someone presents the driver's token."""
    trace = await bench.run(bench.ev, until=answered(AuthorizationRes, evse_processing=Processing.FINISHED))

    last = trace.last(AuthorizationRes)
    judge.equal("processing at last", last.message.evse_processing, Processing.FINISHED, at=last)
    judge.every(
        "response code OK while it goes on and at its end",
        trace.all(AuthorizationRes),
        lambda entry: entry.message.response_code is ResponseCode.OK,
        "another code",
    )


@case(
    "ISO20-STN-AUT-003",
    "An authorization that waits for no customer is over within a minute",
    sut=Role.STATION,
    cites=("V2G20-435",),
    needs=EIM,
)
async def test_authorization_ends_in_time(bench: Bench, judge: Judge) -> None:
    """The EV has all the time in the world; only Ongoing_WaitingForCustomerInteraction may last longer."""
    ev, done = bench.ev.having(patient=True), answered(AuthorizationRes, evse_processing=Processing.FINISHED)

    trace = await bench.run(ev, until=done, limit=ONGOING_LIMIT + 20)

    begin, end = trace.first(AuthorizationRes), trace.last(AuthorizationRes)
    judge.report("duration of the authorization", round(end.at - begin.at, 3), "s", at=(begin, end))
    waits = trace.all(AuthorizationRes, evse_processing=Processing.ONGOING)
    judge.silence("Ongoing after a minute", [one for one in waits if one.at - begin.at > ONGOING_LIMIT])


@case(
    "ISO20-STN-AUT-004",
    "A driver whom the backend refuses is told so by a warning",
    sut=Role.STATION,
    cites=("V2G20-2219",),
    needs=(*EIM, Feature.OCPP201),
)
async def test_refused_driver_is_told_by_a_warning(bench: Bench, judge: Judge) -> None:
    """The backend knows no token; the session is not broken off, the answer is a warning with Finished."""
    csms = bench.csms.having(accepted_tokens=())

    trace = await bench.run(csms, until=answered(AuthorizationRes, evse_processing=Processing.FINISHED))

    last = trace.last(AuthorizationRes)
    judge.equal("processing", last.message.evse_processing, Processing.FINISHED, at=last)
    judge.equal("response code", last.message.response_code, REFUSED, at=last)


@case(
    "ISO20-STN-AUT-005",
    "After a refused authorization the EV may try again",
    sut=Role.STATION,
    cites=("V2G20-2230",),
    needs=(*EIM, Feature.OCPP201),
    control="ISO20-STN-SSU-001",
)
async def test_another_attempt_is_allowed(bench: Bench, judge: Judge) -> None:
    """The backend knows no token; where the EV would leave, it asks for authorization once more."""
    ev = bench.ev.answering(SessionStopReq, lambda _, usual: asking_again(usual), nth=1)

    trace = await bench.run(ev, bench.csms.having(accepted_tokens=()))

    refusal = trace.first(AuthorizationRes, evse_processing=Processing.FINISHED)
    attempt = trace.since(refusal).first(AuthorizationReq)
    reply = judge.answered(trace, attempt, AuthorizationRes)
    if reply:
        judge.among("response code", reply.message.response_code, {ResponseCode.OK, REFUSED}, at=reply)
