"""Contract certificates over the cable in ISO 15118-2: installation and update."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Flaw, Judge, Role, answered, case
from harness.kit.older import getting_a_contract, paying_on_iso2, spoilt_request
from harness.messages.field import Message
from harness.messages.iso2.certificates import (
    CertificateInstallationReq,
    CertificateInstallationRes,
    CertificateUpdateReq,
    CertificateUpdateRes,
)
from harness.messages.iso2.codes import EvseProcessing, ResponseCode
from harness.messages.iso2.payment import AuthorizationRes, PaymentDetailsReq, PaymentDetailsRes

CRT = (Feature.ISO2, Feature.ISO2_PNC, Feature.ISO2_CERTIFICATE_INSTALLATION)
ASKS: dict[str, type[Message]] = {"installation": CertificateInstallationReq, "update": CertificateUpdateReq}
REPLIES: dict[str, type[Message]] = {"installation": CertificateInstallationRes, "update": CertificateUpdateRes}
FINISHED = answered(AuthorizationRes, evse_processing=EvseProcessing.FINISHED)
CONTROL = "ISO2-STN-PNC-001"


@pytest.mark.parametrize("how", list(ASKS))
@case(
    "ISO2-STN-CRT-001",
    "A contract that comes over the cable can be opened, and pays",
    sut=Role.STATION,
    cites=("V2G2-553", "V2G2-556", "V2G2-909"),
    needs=CRT,
)
async def test_delivered_contract_pays(bench: Bench, judge: Judge, how: str) -> None:
    """An EV without a contract has one installed, one with an old contract has it renewed; with that it goes on.

    The EV checks the signature of the provisioning service, opens the key and shows the certificate.
    """
    trace = await bench.run(getting_a_contract(bench.ev, bench.pki, how), until=FINISHED)

    judge.coded(trace, trace.first(ASKS[how]), REPLIES[how], ResponseCode.OK)
    reply = trace.first(REPLIES[how])
    shown = trace.since(reply).all(PaymentDetailsReq)
    if judge.any("the EV could use the contract", shown):
        taken = (ResponseCode.OK, ResponseCode.OK_CERTIFICATE_EXPIRES_SOON)
        judge.coded(trace, shown[0], PaymentDetailsRes, *taken)


@pytest.mark.parametrize("how", list(ASKS))
@case(
    "ISO2-STN-CRT-002",
    "Nobody gets a contract without a signature",
    sut=Role.STATION,
    cites=("V2G2-553", "V2G2-556"),
    needs=CRT,
    control=CONTROL,
)
async def test_unsigned_request_for_a_contract(bench: Bench, judge: Judge, how: str) -> None:
    """The request is as usual, and the header carries no signature."""
    ev = spoilt_request(getting_a_contract(bench.ev, bench.pki, how), ASKS[how])

    trace = await bench.run(ev, until=answered(REPLIES[how]))

    judge.refused(trace, trace.first(ASKS[how]), REPLIES[how], ResponseCode.FAILED_SIGNATURE_ERROR)


@case(
    "ISO2-STN-CRT-003",
    "A contract of an unknown operator is not renewed",
    sut=Role.STATION,
    cites=("V2G2-556", "V2G2-804"),
    needs=CRT,
    control=CONTROL,
)
async def test_unknown_contract_is_not_renewed(bench: Bench, judge: Judge) -> None:
    """The chain of CertificateUpdateReq ends at a root that the station does not know."""
    strange = bench.pki.earlier.contract_chain(flaw=Flaw.UNKNOWN_ROOT)
    ev = paying_on_iso2(bench.ev, bench.pki, contract=strange, get="update")

    trace = await bench.run(ev, until=answered(CertificateUpdateRes))

    asked = trace.first(CertificateUpdateReq)
    judge.refused(trace, asked, CertificateUpdateRes, ResponseCode.FAILED_CERT_CHAIN_ERROR)
