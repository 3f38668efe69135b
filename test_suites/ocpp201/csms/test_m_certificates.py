"""Block M: what a backend tells about certificates, and which contracts it hands out to EVs."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, Role, case, seen
from harness.kit import backend_contracts as contracts
from harness.kit import certificate_reading as reading
from harness.kit import certificates as papers
from harness.kit.older import getting_a_contract, taking_contracts
from harness.messages.ocpp import Get15118EVCertificate, GetCertificateStatus, OcppMessage

NEEDS = (Feature.OCPP201, Feature.CERTIFICATE_MANAGEMENT)
CONTRACTS = (Feature.OCPP201, Feature.CONTRACTS_OVER_BACKEND)
STATUS_GOOD, GOOD = "OCPP-CSMS-CRT-001", "OCPP-CSMS-CIN-001"
IN_TIME = 4.5
"""Seconds that an EV has for the whole answer."""


@case(
    STATUS_GOOD,
    "The status of a certificate that the backend signed is an OCSP response about it",
    sut=Role.CSMS,
    cites=("M06.FR.02", "M06.FR.03"),
    needs=(*NEEDS, Feature.CONTRACTS_OVER_BACKEND),
)
async def test_status_is_told(bench: Bench, judge: Judge) -> None:
    """The station has its chain towards EVs renewed, and asks for the status of each certificate in it."""
    station = papers.renewing(bench.managing_certificates().station, papers.SECC)

    trace = await bench.run(station, plug=False, until=seen(GetCertificateStatus.response), limit=60.0)

    asked = trace.first(GetCertificateStatus)
    reply = trace.answer_to(asked)
    judge.equal("answer", reply.payload.get("status"), "Accepted", at=reply)
    judge.equal("what is wrong with the response", reading.response_faults(reply, asked), (), at=reply)


@case(
    "OCPP-CSMS-CRT-002",
    "Of a certificate that nobody issued, no status is made up",
    sut=Role.CSMS,
    cites=("M06.FR.04",),
    needs=(*NEEDS, Feature.CONTRACTS_OVER_BACKEND),
    control=STATUS_GOOD,
)
async def test_status_of_an_unknown_certificate(bench: Bench, judge: Judge) -> None:
    """Hashes of nothing: Failed is right, and so is a response that says unknown; good is not."""
    station = papers.asking_status(bench.managing_certificates().station)

    def ask_for_nothing(_: object, usual: OcppMessage) -> OcppMessage:
        return GetCertificateStatus(ocspRequestData=reading.hashes_of_nothing(usual.payload["ocspRequestData"]))

    trace = await bench.run(
        station.answering(GetCertificateStatus, ask_for_nothing),
        plug=False,
        until=seen(GetCertificateStatus.response),
        limit=60.0,
    )

    reply = trace.answer_to(trace.first(GetCertificateStatus))
    judge.holds("status is not good", not reading.says_good(reply), f"got {reply.payload.get('status')}", at=reply)


@case(
    GOOD,
    "An EV of ISO 15118-20 gets a contract that it can use",
    sut=Role.CSMS,
    cites=("M01.FR.01",),
    needs=CONTRACTS,
)
async def test_contract_is_handed_out(bench: Bench, judge: Judge) -> None:
    """The EV checks the signature of the provisioning service and opens the key with its provisioning key."""
    bench = bench.managing_certificates(contracts=True)
    ev, station = contracts.without_contract(bench)

    trace = await bench.run(ev, station, until=seen(Get15118EVCertificate.response))

    asked = trace.first(Get15118EVCertificate)
    reply = trace.answer_to(asked)
    judge.equal("answer", reply.payload.get("status"), "Accepted", at=reply)
    faults = contracts.installation_faults(bench, reply)
    judge.equal("what keeps the EV from using it", faults, (), at=reply)
    judge.within("answer", asked, reply, IN_TIME)


@case(
    "OCPP-CSMS-CIN-002",
    "An EV with a provisioning certificate on Ed448 gets a contract that it can use",
    sut=Role.CSMS,
    cites=("M01.FR.01",),
    needs=(*CONTRACTS, Feature.ED448),
    control=GOOD,
)
async def test_contract_on_ed448_is_handed_out(bench: Bench, judge: Judge) -> None:
    """Sealed by X448. A key of 57 octets fits no message, so the standard cannot say most contracts of that kind."""
    bench = bench.managing_certificates(contracts=True)
    ev, station = contracts.without_contract(bench, additional=True)

    trace = await bench.run(ev, station, until=seen(Get15118EVCertificate.response))

    reply = trace.answer_to(trace.first(Get15118EVCertificate))
    if reply.payload.get("status") != "Accepted":
        judge.notice("contract", "none; ISO 15118-20 has room for 56 octets of a key that has 57", at=reply)
    faults = contracts.installation_faults(bench, reply, additional=True)
    judge.holds(
        "contract is usable, or there is none", not faults or contracts.brought_nothing(reply), str(faults), at=reply
    )


@pytest.mark.parametrize("how", ["installation", "update"])
@case(
    "OCPP-CSMS-CIN-003",
    "An EV of ISO 15118-2 gets a contract, or the successor of one, that it can use",
    sut=Role.CSMS,
    cites=("M01.FR.01", "M02.FR.01"),
    needs=CONTRACTS,
)
async def test_older_contract_is_handed_out(bench: Bench, judge: Judge, how: str) -> None:
    """Four parts are signed by the provisioning service; the key is sealed for the EV, or for its old contract."""
    bench = bench.managing_certificates(contracts=True)
    ev = getting_a_contract(bench.ev, bench.pki, how)
    station = taking_contracts(bench.station, certificate_service=True)

    trace = await bench.run(ev, station, until=seen(Get15118EVCertificate.response))

    asked = trace.first(Get15118EVCertificate)
    reply = trace.answer_to(asked)
    judge.equal("answer", reply.payload.get("status"), "Accepted", at=reply)
    judge.equal("what keeps the EV from using it", contracts.older_faults(bench, reply, how), (), at=reply)
    judge.within("answer", asked, reply, IN_TIME)


@pytest.mark.parametrize("flaw", list(contracts.BAD_WISHES))
@case(
    "OCPP-CSMS-CIN-004",
    "A request that no EV can have signed gets no contract",
    sut=Role.CSMS,
    cites=("M01.FR.01",),
    needs=CONTRACTS,
    control=GOOD,
)
async def test_bad_wish_gets_no_contract(bench: Bench, judge: Judge, flaw: str) -> None:
    """Nonsense instead of EXI, a schema that nobody knows, a broken signature; Failed, or a response that refuses."""
    bench = bench.managing_certificates(contracts=True)
    ev, station = contracts.without_contract(bench)
    bent = station.answering(Get15118EVCertificate, contracts.BAD_WISHES[flaw])

    trace = await bench.run(ev, bent, until=seen(Get15118EVCertificate.response))

    reply = trace.answer_to(trace.first(Get15118EVCertificate))
    judge.holds("no contract is handed out", contracts.brought_nothing(reply), "a contract came", at=reply)
