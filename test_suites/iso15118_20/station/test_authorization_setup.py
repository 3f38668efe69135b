"""AuthorizationSetup and CertificateInstallation: what is offered, and that nothing else can be had."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, Role, State, answered, asks_for, case, insists, provoked, stopping_in
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationSetupReq,
    AuthorizationSetupRes,
    CertificateInstallationReq,
    CertificateInstallationRes,
    EimAsResAuthorizationMode,
    PncAsResAuthorizationMode,
    ResponseCode,
)
from harness.messages.problems import problems


@case(
    "ISO20-STN-ASU-001",
    "The station offers ways of authorization, each once",
    sut=Role.STATION,
    cites=("V2G20-2566",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_ways_of_authorization(bench: Bench, judge: Judge) -> None:
    """External identification means, Plug and Charge, or both."""
    trace = await bench.run(bench.ev, until=answered(AuthorizationSetupRes))

    reply = judge.coded(trace, trace.one(AuthorizationSetupReq), AuthorizationSetupRes, ResponseCode.OK)
    if reply:
        offered = reply.message.authorization_services
        judge.between("ways offered", len(offered), 1, 2, at=reply)
        judge.equal("different ways", len(set(offered)), len(offered), at=reply)
        told = "; ".join(str(one) for one in problems(reply.message))
        judge.holds("well-formed answer", not told, told or "is well-formed", at=reply)


@case(
    "ISO20-STN-ASU-002",
    "The block in AuthorizationSetupRes belongs to what is offered",
    sut=Role.STATION,
    cites=("V2G20-1219", "V2G20-1220", "V2G20-2567", "V2G20-2568"),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_block_belongs_to_the_offer(bench: Bench, judge: Judge) -> None:
    """With Plug and Charge on offer the block is that of Plug and Charge, whatever else there is; else the other."""
    trace = await bench.run(bench.ev, until=answered(AuthorizationSetupRes))

    reply = judge.answered(trace, trace.one(AuthorizationSetupReq), AuthorizationSetupRes)
    if reply:
        offers_pnc = Authorization.PNC in reply.message.authorization_services
        wanted = PncAsResAuthorizationMode if offers_pnc else EimAsResAuthorizationMode
        judge.equal("block", type(reply.message.authorization_mode).name, wanted.name, at=reply)


@case(
    "ISO20-STN-ASU-003",
    "What the profile of the device claims of authorization is on offer",
    sut=Role.STATION,
    cites=("V2G20-2566", "V2G20-2567"),
    needs=(Feature.ISO20_DC, Feature.EIM),
    control="ISO20-STN-SSU-001",
)
async def test_claims_are_kept(bench: Bench, judge: Judge) -> None:
    """The device claims external identification means; whether it claims Plug and Charge decides on that."""
    trace = await bench.run(bench.ev, until=answered(AuthorizationSetupRes))

    reply = judge.answered(trace, trace.one(AuthorizationSetupReq), AuthorizationSetupRes)
    if reply:
        offered = set(reply.message.authorization_services)
        claimed = {Authorization.EIM, *({Authorization.PNC} if bench.device.offers(Feature.PNC) else ())}
        judge.equal("ways offered", sorted(offered), sorted(claimed), at=reply)


@pytest.mark.parametrize(
    "state", [State.AUTHORIZATION_OFFERED, State.AUTHORIZATION_REFUSED], ids=lambda state: state.name.lower()
)
@case(
    "ISO20-STN-CIN-001",
    "A certificate installation that was not offered is refused",
    sut=Role.STATION,
    cites=("V2G20-459", "V2G20-1216"),
    needs=Feature.ISO20_DC,
    lacks=Feature.CERTIFICATE_INSTALLATION,
    control="ISO20-STN-SSU-001",
)
async def test_unoffered_installation_is_refused(bench: Bench, judge: Judge, state: State) -> None:
    """The EV asks for contract certificates although AuthorizationSetupRes said that there are none to be had."""
    trace = await bench.run(stopping_in(bench.ev, state, asks_for(CertificateInstallationReq), insists))

    asked, offer = provoked(trace, CertificateInstallationReq), trace.one(AuthorizationSetupRes)
    if offer.message.certificate_installation_service:
        judge.inconclusive("refusal", "the station offers certificate installation", at=offer)
        return
    reply = judge.refused(trace, asked, CertificateInstallationRes, ResponseCode.FAILED_SEQUENCE_ERROR)
    if reply:
        judge.nothing_served(trace.since(reply))
