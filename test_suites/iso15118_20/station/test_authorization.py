"""Authorization: only the ways that were offered lead anywhere."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, answered, case
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationReq,
    AuthorizationRes,
    AuthorizationSetupRes,
    Processing,
    ResponseCode,
)


@case(
    "ISO20-STN-AUT-001",
    "A way of authorization that was not offered earns a warning",
    sut=Role.STATION,
    cites=("V2G20-2209", "V2G20-2226"),
    needs=(Feature.ISO20_DC, Feature.EIM),
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
