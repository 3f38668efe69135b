"""Block A: how a backend signs certificates of stations."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, Role, case, seen
from harness.kit import certificate_flaws as flaws
from harness.kit import certificate_reading as reading
from harness.kit import certificates as papers
from harness.messages.ocpp import CertificateSigned, OcppMessage, SecurityEventNotification, SignCertificate

NEEDS = (Feature.OCPP201, Feature.CERTIFICATE_MANAGEMENT)
GOOD = "OCPP-CSMS-CSR-001"
IN_TIME = 120.0
"""Seconds within which a CA in the background may sign; the station would ask again later."""


@case(
    GOOD,
    "A request for a certificate of the station is answered, and the certificate follows",
    sut=Role.CSMS,
    cites=("A02.FR.11", "A02.FR.12", "A02.FR.14"),
    needs=NEEDS,
)
async def test_station_certificate_is_signed(bench: Bench, judge: Judge) -> None:
    """The station asks by itself once it was accepted; what comes has to be for its key and its name."""
    station = papers.renewing(bench.managing_certificates().station, papers.STATION)

    trace = await bench.run(station, plug=False, until=seen(CertificateSigned), limit=IN_TIME)

    asked = trace.first(SignCertificate)
    judge.equal("answer", trace.answer_to(asked).payload.get("status"), "Accepted", at=asked)
    signed = trace.since(asked).first(CertificateSigned)
    judge.equal("certificateType", signed.payload.get("certificateType", papers.STATION), papers.STATION, at=signed)
    judge.equal("what is wrong with the chain", reading.chain_faults(asked, signed), (), at=(asked, signed))


@case(
    "OCPP-CSMS-CSR-002",
    "A request for a certificate towards EVs is answered, and that certificate follows",
    sut=Role.CSMS,
    cites=("A02.FR.11", "A02.FR.12", "A02.FR.14"),
    needs=(*NEEDS, Feature.CONTRACTS_OVER_BACKEND),
)
async def test_v2g_certificate_is_signed(bench: Bench, judge: Judge) -> None:
    """The same for the chain that the station shows to EVs; the kind comes back as it was asked for."""
    station = papers.renewing(bench.managing_certificates().station, papers.SECC)

    trace = await bench.run(station, plug=False, until=seen(CertificateSigned), limit=IN_TIME)

    asked = trace.first(SignCertificate)
    judge.equal("answer", trace.answer_to(asked).payload.get("status"), "Accepted", at=asked)
    signed = trace.since(asked).first(CertificateSigned)
    judge.equal("certificateType", signed.payload.get("certificateType"), papers.SECC, at=signed)
    judge.equal("what is wrong with the chain", reading.chain_faults(asked, signed), (), at=(asked, signed))


@pytest.mark.parametrize("flaw", flaws.REQUEST_FLAWS)
@case(
    "OCPP-CSMS-CSR-003",
    "What is no good request for a certificate is not signed",
    sut=Role.CSMS,
    cites=("A02.FR.11", "A02.FR.03"),
    needs=NEEDS,
    control=GOOD,
)
async def test_bad_request_is_not_signed(bench: Bench, judge: Judge, flaw: str) -> None:
    """One flaw at a time; a refusal and an error both do, a certificate does not."""
    station = papers.renewing(bench.managing_certificates().station, papers.STATION)

    def spoil(_: object, usual: OcppMessage) -> OcppMessage:
        return SignCertificate(**{**usual.payload, "csr": flaws.bad_request(flaw, usual.payload["csr"])})

    trace = await bench.run(
        station.answering(SignCertificate, spoil), plug=False, until=seen(CertificateSigned), limit=20.0
    )

    asked = trace.first(SignCertificate)
    reply = trace.answer_to(asked)
    judge.holds("request is refused", reply.payload.get("status") != "Accepted", f"got {reply.payload}", at=reply)
    judge.silence("certificates", trace.since(asked).all(CertificateSigned))


@case(
    "OCPP-CSMS-CSR-004",
    "A station that refuses its certificate is not pressed",
    sut=Role.CSMS,
    cites=("A02.FR.20",),
    needs=NEEDS,
    control=GOOD,
)
async def test_refusing_station_is_not_pressed(bench: Bench, judge: Judge) -> None:
    """The station finds fault with the chain and reports it; the same chain is not sent again and again."""
    station = papers.renewing(bench.managing_certificates().station, papers.STATION)
    refusing = papers.refusing_certificates(station)

    trace = await bench.run(refusing, plug=False, until=seen(CertificateSigned, times=3), limit=40.0)

    refused = trace.first(CertificateSigned.response)
    told = trace.since(refused).first(SecurityEventNotification)
    judge.equal("answer to the event", trace.answer_to(told).payload, {}, at=told)
    judge.between("chains that are sent", len(trace.all(CertificateSigned)), 1, 2, at=trace.all(CertificateSigned))
