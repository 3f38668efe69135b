"""When the EV gives up: fatal answers, no answers, answers that never become final."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, LinkSeen, Role, case, closed
from harness.messages.iso20.common import (
    AuthorizationReq,
    AuthorizationRes,
    Processing,
    ResponseCode,
    ServiceDiscoveryReq,
    ServiceDiscoveryRes,
    SessionStopReq,
)
from harness.messages.iso20.dc import DcChargeParameterDiscoveryRes
from harness.messages.iso20.types import V2gRequest

ONGOING_LIMIT = 60.0
"""Seconds that an EV waits for an answer that stays Ongoing."""
SLACK = 2.0
"""Seconds for the request that was just on its way."""
MESSAGE_LIMIT = 2.0
"""Seconds that an EV waits for a response."""
JITTER = 0.1
"""Seconds that the network may take off what we see of a wait."""
FAREWELL = 5.5
"""Seconds from giving up to closing: nothing public limits them for an EV; stations hold the link 5 s (V2G20-1643)."""


@case(
    "ISO20-EV-FTL-001",
    "A fatal response ends the session",
    sut=Role.EV,
    cites=("V2G20-735",),
    needs=Feature.ISO20_DC,
)
async def test_fatal_response_ends_the_session(bench: Bench, judge: Judge) -> None:
    """Charge parameters are refused; the EV must not go on with the schedule."""
    station = bench.station.but(DcChargeParameterDiscoveryRes, response_code=ResponseCode.FAILED_WRONG_CHARGE_PARAMETER)

    trace = await bench.run(station, until=closed(), limit=90.0)

    after = trace.since(trace.first(DcChargeParameterDiscoveryRes))
    later = after.all(V2gRequest, sent_by=Role.EV)
    judge.silence("requests but SessionStop", [one for one in later if not isinstance(one.message, SessionStopReq)])
    judge.any("the EV hangs up", after.all(LinkSeen, sent_by=Role.EV))


@case(
    "ISO20-EV-TMO-001",
    "The EV gives up when a response does not come",
    sut=Role.EV,
    cites=("V2G20-436",),
    needs=Feature.ISO20_DC,
)
async def test_message_timeout(bench: Bench, judge: Judge) -> None:
    """The station never answers ServiceDiscoveryReq; the EV's timer for it is 2 s."""
    trace = await bench.run(bench.station.silent_on(ServiceDiscoveryRes), until=closed(), limit=90.0)

    asked = trace.first(ServiceDiscoveryReq)
    if judge.any("the EV hangs up", trace.since(asked).all(LinkSeen, sent_by=Role.EV)):
        gone = trace.since(asked).first(LinkSeen, sent_by=Role.EV)
        judge.silence("later requests", trace.since(asked).all(V2gRequest, sent_by=Role.EV))
        judge.between(
            "patience", gone.at - asked.at, MESSAGE_LIMIT - JITTER, MESSAGE_LIMIT + FAREWELL, unit="s", at=(asked, gone)
        )


@case(
    "ISO20-EV-TMO-002",
    "The EV does not wait for ever on an authorization that stays Ongoing",
    sut=Role.EV,
    needs=Feature.ISO20_DC,
)
async def test_ongoing_timeout(bench: Bench, judge: Judge) -> None:
    """The station works on the authorization without end, and waits for no customer; the EV's limit is 60 s."""
    station = bench.station.but(AuthorizationRes, evse_processing=Processing.ONGOING)

    trace = await bench.run(station, until=closed(), limit=90.0)

    first, last = trace.first(AuthorizationRes), trace.last(AuthorizationReq)
    judge.within("time of the last request", first, last, ONGOING_LIMIT + SLACK)
    judge.any("the EV hangs up", trace.since(last).all(LinkSeen, sent_by=Role.EV))
