"""Authorization by external identification means: what the EV chooses, how long it waits, how it takes a refusal."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, case, closed, either, seen
from harness.kit.reactions import departures, goes_on
from harness.kit.station_preambles import For, changed
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationReq,
    AuthorizationRes,
    AuthorizationSetupRes,
    EimAReqAuthorizationMode,
    PncAReqAuthorizationMode,
    PncAsResAuthorizationMode,
    Processing,
    ServiceDiscoveryReq,
    ServiceDiscoveryRes,
)
from harness.messages.iso20.types import ResponseCode

BOTH = (Authorization.PNC, Authorization.EIM)
CHALLENGE = PncAsResAuthorizationMode(gen_challenge=bytes(range(16)))
BLOCKS = {
    Authorization.EIM: EimAReqAuthorizationMode.name,
    Authorization.PNC: PncAReqAuthorizationMode.name,
}
MACHINE = 60.0
"""Seconds that an EV gives a station that works on something without a customer."""
SLOW_CUSTOMER = 75.0
"""Seconds until the customer has done what the station waits for: longer than any wait for a machine."""
NEEDS = (Feature.ISO20_DC, Feature.EIM)


@case(
    "ISO20-EV-AUT-002",
    "Of the ways of authorization the EV takes one that was offered, with the block that belongs to it",
    sut=Role.EV,
    cites=("V2G20-2209", "V2G20-2560", "V2G20-2566"),
    needs=NEEDS,
    control="ISO20-EV-SID-001",
)
async def test_both_ways_are_offered(bench: Bench, judge: Judge) -> None:
    """The station offers Plug and Charge as well, with its challenge; an EV without a contract takes the other."""
    station = bench.station.but(AuthorizationSetupRes, authorization_services=BOTH, authorization_mode=CHALLENGE)

    trace = await bench.run(station, until=either(seen(AuthorizationReq), closed()))

    setup = trace.first(AuthorizationSetupRes)
    if judge.any("an AuthorizationReq", trace.since(setup).all(AuthorizationReq)):
        asked = trace.since(setup).first(AuthorizationReq)
        chosen, block = asked.message.selected_authorization_service, type(asked.message.authorization_mode)
        judge.among("way of authorization", chosen, BOTH, at=asked)
        judge.equal("its block", block.name, BLOCKS[chosen], at=asked)


@case(
    "ISO20-EV-AUT-003",
    "Where the EV's way of authorization is not offered, it asks for none",
    sut=Role.EV,
    cites=("V2G20-2209", "V2G20-1577"),
    needs=NEEDS,
    control="ISO20-EV-SID-001",
)
async def test_only_plug_and_charge(bench: Bench, judge: Judge) -> None:
    """The station offers Plug and Charge alone: an EV with a contract may go on, another one leaves."""
    only = (Authorization.PNC,)
    station = bench.station.but(AuthorizationSetupRes, authorization_services=only, authorization_mode=CHALLENGE)

    trace = await bench.run(station, until=either(seen(AuthorizationReq), closed()), limit=30.0)

    setup = trace.first(AuthorizationSetupRes)
    asked = trace.since(setup).all(AuthorizationReq)
    unoffered = [one for one in asked if one.message.selected_authorization_service not in only]
    judge.silence("requests for what was not offered", unoffered)
    judge.any("the EV goes on by the offered way, or leaves", (*asked, *departures(trace, setup)))


@case(
    "ISO20-EV-AUT-004",
    "The EV waits for a slow customer, at the least as long as for a machine",
    sut=Role.EV,
    cites=("V2G20-1582",),
    needs=NEEDS,
    control="ISO20-EV-SID-001",
)
async def test_slow_customer(bench: Bench, judge: Judge) -> None:
    """For 75 s the station says that it waits for the customer; an EV that has enough of that after 60 s is told."""
    waiting = changed(evse_processing=Processing.ONGOING_WAITING_FOR_CUSTOMER_INTERACTION)
    station = bench.station.answering(AuthorizationRes, For(SLOW_CUSTOMER, waiting))

    trace = await bench.run(station, until=either(seen(ServiceDiscoveryReq), closed()), limit=150.0)

    first = trace.first(AuthorizationRes)
    asked = trace.since(first).all(AuthorizationReq)
    if judge.any("repeated requests", asked):
        judge.between(
            "time of the last", asked[-1].at - first.at, MACHINE - 2.0, 120.0, unit="s", at=(first, asked[-1])
        )
    if not trace.since(first).all(ServiceDiscoveryReq) and judge.any(
        "the EV leaves in order", departures(trace, first)
    ):
        judge.notice("patience", "the 60 s for what is Ongoing count for a customer, too; few are that fast", at=first)


@case(
    "ISO20-EV-AUT-005",
    "An EV that was not authorized does not charge",
    sut=Role.EV,
    cites=("V2G20-2219", "V2G20-2230"),
    needs=NEEDS,
    control="ISO20-EV-SID-001",
)
async def test_refused_customer(bench: Bench, judge: Judge) -> None:
    """The customer is refused, with a warning and Finished: the EV may try again or leave, nothing else."""
    refused = ResponseCode.WARNING_EIM_AUTHORIZATION_FAILURE
    station = bench.station.having(patient=True).but(
        AuthorizationRes, response_code=refused, evse_processing=Processing.FINISHED
    )

    trace = await bench.run(station, until=either(closed(), seen(AuthorizationReq, times=5)), limit=60.0)

    told = trace.first(AuthorizationRes, response_code=refused)
    judge.silence("requests for services", trace.since(told).all(ServiceDiscoveryReq))
    tried = trace.since(told).all(AuthorizationReq)
    judge.any("another try, or a farewell", (*tried, *departures(trace, told)))


@case(
    "ISO20-EV-AUT-006",
    "An authorization that comes at once is taken",
    sut=Role.EV,
    cites=("V2G20-1200",),
    needs=NEEDS,
    control="ISO20-EV-SID-001",
)
async def test_authorized_at_once(bench: Bench, judge: Judge) -> None:
    """The customer was authorized before the EV asked: the first response says OK and Finished."""
    station = bench.station.set(authorisation_delay=0.0).but(AuthorizationRes, evse_processing=Processing.FINISHED)

    trace = await bench.run(station, until=either(seen(ServiceDiscoveryRes), closed()))

    told = trace.first(AuthorizationRes)
    judge.silence("further authorization", trace.since(told).all(AuthorizationReq))
    goes_on(judge, trace, told)
