"""Block M: what a backend does for EVs at a station: statuses and contracts, by the ids of the public catalogue."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, case, seen
from harness.kit import backend_contracts as contracts
from harness.kit import certificate_reading as reading
from harness.kit import certificates as papers
from harness.kit.older import getting_a_contract, taking_contracts
from harness.messages.ocpp import Get15118EVCertificate, GetCertificateStatus

NEEDS = (Feature.OCPP201, Feature.CERTIFICATE_MANAGEMENT, Feature.CONTRACTS_OVER_BACKEND)
CONTRACTS = (Feature.OCPP201, Feature.CONTRACTS_OVER_BACKEND)
IN_TIME = 4.5
"""Seconds that an EV has for the whole answer."""


@case(
    "TC_M_24_CSMS",
    "A backend finds out the status of a certificate for a station",
    sut=Role.CSMS,
    cites=("M06.FR.01", "M06.FR.02", "M06.FR.03", "M06.FR.09"),
    needs=NEEDS,
)
async def test_status(bench: Bench, judge: Judge) -> None:
    """Of the chain towards EVs that it signed itself a moment ago."""
    station = papers.renewing(bench.managing_certificates().station, papers.SECC)

    trace = await bench.run(station, plug=False, until=seen(GetCertificateStatus.response), limit=60.0)

    asked = trace.first(GetCertificateStatus)
    reply = judge.status(trace, asked, "Accepted")
    judge.equal("what is wrong with the response", reading.response_faults(reply, asked), (), at=reply)


@case(
    "TC_M_26_CSMS",
    "A backend hands out a contract that an EV can use",
    sut=Role.CSMS,
    cites=("M01.FR.01",),
    needs=CONTRACTS,
)
async def test_installation(bench: Bench, judge: Judge) -> None:
    """The EV of ISO 15118-20 can open the key and finds the provisioning service's signature good."""
    bench = bench.managing_certificates(contracts=True)
    ev, station = contracts.without_contract(bench)

    trace = await bench.run(ev, station, until=seen(Get15118EVCertificate.response))

    asked = trace.first(Get15118EVCertificate)
    reply = judge.status(trace, asked, "Accepted")
    judge.equal("what keeps the EV from using it", contracts.installation_faults(bench, reply), (), at=reply)
    judge.within("answer", asked, reply, IN_TIME)


@case(
    "TC_M_28_CSMS",
    "A backend hands out the successor of a contract that an EV can use",
    sut=Role.CSMS,
    cites=("M02.FR.01",),
    needs=CONTRACTS,
)
async def test_update(bench: Bench, judge: Judge) -> None:
    """By ISO 15118-2, which alone has updates; the key is sealed for the old contract."""
    bench = bench.managing_certificates(contracts=True)
    ev = getting_a_contract(bench.ev, bench.pki, "update")
    station = taking_contracts(bench.station, certificate_service=True)

    trace = await bench.run(ev, station, until=seen(Get15118EVCertificate.response))

    asked = trace.first(Get15118EVCertificate)
    reply = judge.status(trace, asked, "Accepted")
    judge.equal("what keeps the EV from using it", contracts.older_faults(bench, reply, "update"), (), at=reply)
    judge.within("answer", asked, reply, IN_TIME)
