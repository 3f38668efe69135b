"""Block C: how a backend decides on tokens."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, case, seen
from harness.messages.ocpp import Authorize

STATUSES = (
    "Accepted",
    "Blocked",
    "ConcurrentTx",
    "Expired",
    "Invalid",
    "NoCredit",
    "NotAllowedTypeEVSE",
    "NotAtThisLocation",
    "NotAtThisTime",
    "Unknown",
)


@case(
    "OCPP-CSMS-AUT-001",
    "A station that asks about a token gets a clear answer",
    sut=Role.CSMS,
    cites=("C01.FR.06",),
    needs=(Feature.OCPP201, Feature.EIM),
)
async def test_authorize_is_answered(bench: Bench, judge: Judge) -> None:
    """An EV waits at the plug while the station asks; the answer names a status, whatever it is."""
    trace = await bench.run(until=seen(Authorize.response))

    reply = trace.first(Authorize.response)
    status = reply.payload.get("idTokenInfo", {}).get("status")
    judge.among("status of the token", status, STATUSES, at=reply)
    judge.report("time to answer", round(reply.at - trace.first(Authorize).at, 3), "s", at=reply)
