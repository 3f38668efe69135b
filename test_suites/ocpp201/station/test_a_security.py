"""Block A: the backend has the station's certificates renewed."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, Role, both, case, finished, seen
from harness.kit import certificate_flaws as flaws
from harness.kit import certificate_reading as reading
from harness.kit import certificates as papers
from harness.messages.ocpp import (
    BootNotification,
    CertificateSigned,
    GetVariables,
    SecurityEventNotification,
    SignCertificate,
    TriggerMessage,
)

NEEDS = (Feature.OCPP201, Feature.CERTIFICATE_MANAGEMENT)
V2G = (*NEEDS, Feature.PNC)
GOOD = "OCPP-STN-CSR-003"
INVALID = "InvalidChargingStationCertificate"
WAIT = 30
"""CertSigningWaitMinimum that the station is given, s."""
SLACK = 4.0
"""Seconds by which a station may be late; what test laboratories allow."""
SIZE = {"component": {"name": "SecurityCtrlr"}, "variable": {"name": "MaxCertificateChainSize"}}


@case(
    "OCPP-STN-CSR-001",
    "Asked to renew its certificate, the station requests one in good form",
    sut=Role.STATION,
    cites=("A02.FR.02", "A02.FR.03", "A02.FR.13", "F06.FR.04"),
    needs=NEEDS,
)
async def test_station_requests_its_certificate(bench: Bench, judge: Judge) -> None:
    """The request has to be signed with its own strong key, and to name the station as its boot did."""
    bench = bench.managing_certificates()

    trace = await bench.run(
        bench.csms.asking(papers.trigger(papers.STATION), delay=1.0), plug=False, until=seen(SignCertificate)
    )

    triggered = trace.first(TriggerMessage)
    judge.equal("answer", trace.answer_to(triggered).payload.get("status"), "Accepted", at=triggered)
    asked = trace.since(triggered).first(SignCertificate)
    serial = trace.first(BootNotification).payload["chargingStation"].get("serialNumber", "")
    judge.equal("certificateType", asked.payload.get("certificateType", papers.STATION), papers.STATION, at=asked)
    judge.equal("what is wrong with the request", reading.request_faults(asked, serial), (), at=asked)


@case(
    "OCPP-STN-CSR-002",
    "Asked to renew its certificate towards EVs, the station requests that one",
    sut=Role.STATION,
    cites=("A02.FR.02", "A02.FR.03", "A02.FR.13", "F06.FR.05"),
    needs=V2G,
)
async def test_station_requests_its_v2g_certificate(bench: Bench, judge: Judge) -> None:
    """The kind in the request has to be the kind that was asked for, and the key strong."""
    bench = bench.managing_certificates()

    trace = await bench.run(
        bench.csms.asking(papers.trigger(papers.SECC), delay=1.0), plug=False, until=seen(SignCertificate), limit=60.0
    )

    triggered = trace.first(TriggerMessage)
    judge.equal("answer", trace.answer_to(triggered).payload.get("status"), "Accepted", at=triggered)
    asked = trace.since(triggered).first(SignCertificate)
    judge.equal("certificateType", asked.payload.get("certificateType"), papers.SECC, at=asked)
    judge.equal("what is wrong with the request", reading.request_faults(asked), (), at=asked)


@pytest.mark.parametrize("use", list(papers.TRIGGERS))
@case(
    "OCPP-STN-CSR-004",
    "Each kind of signed certificate is taken, once",
    sut=Role.STATION,
    cites=("A02.FR.08",),
    needs=V2G,
)
async def test_each_kind_is_taken(bench: Bench, judge: Judge, use: str) -> None:
    """The backend signs at once; the station has nothing more to ask for then, even after the time to repeat."""
    bench = bench.managing_certificates()
    csms = bench.csms.asking(papers.trigger(use), delay=1.0)

    trace = await bench.run(csms, plug=False, until=seen(SignCertificate, times=2), limit=4.0 * WAIT)

    sent = trace.first(CertificateSigned)
    judge.equal("answer", trace.answer_to(sent).payload.get("status"), "Accepted", at=sent)
    asked = trace.all(SignCertificate, where=lambda entry: entry.payload.get("certificateType") == use)
    judge.equal("requests", len(asked), 1, at=asked)


@case(
    GOOD,
    "A certificate that fits the request is taken",
    sut=Role.STATION,
    cites=("A02.FR.08", "A02.FR.09"),
    needs=NEEDS,
)
async def test_good_certificate_is_taken(bench: Bench, judge: Judge) -> None:
    """The backend's CA signs the request as it is; no security event may speak of a bad certificate."""
    bench = bench.managing_certificates()

    trace = await bench.run(
        bench.csms.asking(papers.trigger(papers.STATION), delay=1.0), plug=False, until=seen(CertificateSigned.response)
    )

    sent = trace.first(CertificateSigned)
    judge.equal("answer", trace.answer_to(sent).payload.get("status"), "Accepted", at=sent)
    judge.silence("events of a bad certificate", trace.all(SecurityEventNotification, type=INVALID))


@pytest.mark.parametrize("flaw", flaws.SIGNING_FLAWS)
@case(
    "OCPP-STN-CSR-005",
    "A signed certificate that does not fit is refused and reported, and no other is asked for at once",
    sut=Role.STATION,
    cites=("A02.FR.07", "A02.FR.20"),
    needs=NEEDS,
    control=GOOD,
)
async def test_bad_certificate_is_refused(bench: Bench, judge: Judge, flaw: str) -> None:
    """One flaw at a time; the control shows that the same CA is taken without it."""
    bench = bench.managing_certificates()
    csms = flaws.signing_badly(bench.csms, bench.pki, flaw).asking(papers.trigger(papers.STATION), delay=1.0)

    trace = await bench.run(csms, plug=False, until=seen(SignCertificate, times=2), limit=WAIT)

    sent = trace.first(CertificateSigned)
    reply = trace.answer_to(sent)
    judge.equal("answer", reply.payload.get("status"), "Rejected", at=(sent, reply))
    judge.some("event of a bad certificate", trace.since(sent).all(SecurityEventNotification, type=INVALID))
    judge.silence("further requests", trace.since(sent).all(SignCertificate))


@case(
    "OCPP-STN-CSR-006",
    "A chain that is longer than the station says it takes is refused",
    sut=Role.STATION,
    cites=("A02.FR.16",),
    needs=NEEDS,
    control=GOOD,
)
async def test_long_chain_is_refused(bench: Bench, judge: Judge) -> None:
    """The station tells its bound when asked; a backend that does not keep to it gets a refusal."""
    bench = bench.managing_certificates()
    told = await bench.run(
        bench.csms.asking(GetVariables(getVariableData=[SIZE]), delay=1.0),
        plug=False,
        until=seen(GetVariables.response),
    )
    result = told.first(GetVariables.response).payload["getVariableResult"][0]
    bound = int(result.get("attributeValue") or 0)
    if not 0 < bound < reading.LONGEST_CHAIN:
        judge.inconclusive("bound", f"the station tells {bound}; no message has room for more")
        return
    csms = flaws.signing_at_length(bench.csms, bound).asking(papers.trigger(papers.STATION), delay=1.0)

    trace = await bench.run(csms, plug=False, until=seen(CertificateSigned.response))

    sent = trace.first(CertificateSigned)
    judge.report("characters of the chain", len(sent.payload["certificateChain"]), limit=f"<= {bound}", at=sent)
    judge.equal("answer", trace.answer_to(sent).payload.get("status"), "Rejected", at=sent)


@case(
    "OCPP-STN-CSR-007",
    "A station whose request is refused does not insist",
    sut=Role.STATION,
    cites=("A02.FR.11",),
    needs=NEEDS,
    control=GOOD,
)
async def test_refused_request_is_not_repeated(bench: Bench, judge: Judge) -> None:
    """The backend will not sign; a station that asks again and again would keep it from everything else."""
    bench = bench.managing_certificates()
    csms = bench.csms.but(SignCertificate.response, status="Rejected").silent_on(CertificateSigned)

    trace = await bench.run(
        csms.asking(papers.trigger(papers.STATION), delay=1.0),
        plug=False,
        until=seen(SignCertificate, times=2),
        limit=10.0 * WAIT,
    )

    asked = trace.all(SignCertificate)
    if judge.any("requests", asked):
        judge.equal("requests", len(asked), 1, at=asked)


@case(
    "OCPP-STN-CSR-008",
    "A certificate that never comes is asked for again, each time after twice as long",
    sut=Role.STATION,
    cites=("A02.FR.17", "A02.FR.18", "A02.FR.19"),
    needs=NEEDS,
    control=GOOD,
)
async def test_missing_certificate_is_asked_for_again(bench: Bench, judge: Judge) -> None:
    """The backend takes the request, and nothing follows; the station was told to wait half a minute and try twice."""
    bench = bench.managing_certificates()
    csms = bench.csms.silent_on(CertificateSigned).asking(papers.waiting(WAIT, repeats=2), delay=1.0)

    trace = await bench.run(
        csms.asking(papers.trigger(papers.STATION), delay=3.0),
        plug=False,
        until=seen(SignCertificate, times=4),
        limit=12.0 * WAIT,
    )

    asked = trace.all(SignCertificate)
    if not judge.any("requests", asked):
        return
    judge.equal("requests", len(asked), 3, at=asked)
    taken = [trace.answer_to(entry).at for entry in asked]
    for place, (before, entry) in enumerate(zip(taken, asked[1:], strict=False)):
        due = WAIT * 2**place
        judge.between(f"wait {place + 1}", entry.at - before, due, due + SLACK, unit="s", at=entry)


@case(
    "OCPP-STN-CSR-009",
    "A new certificate towards EVs is shown to the next EV",
    sut=Role.STATION,
    cites=("A02.FR.08",),
    needs=(*V2G, Feature.ISO20_DC, Feature.TLS13),
)
async def test_new_certificate_is_shown(bench: Bench, judge: Judge) -> None:
    """The backend has it renewed before the EV comes; the handshake shows which one the station uses."""
    bench = bench.managing_certificates()
    csms = bench.csms.asking(papers.trigger(papers.SECC))
    ev = bench.ev.charging_for(2.0)

    trace = await bench.run(ev, ev, csms, until=both(seen(CertificateSigned.response), finished()), gap=5.0)

    sent = trace.first(CertificateSigned)
    judge.equal("answer", trace.answer_to(sent).payload.get("status"), "Accepted", at=sent)
    shown = reading.shown_by_station(trace)
    judge.holds("the last handshake shows the new certificate", reading.issued_leaf(trace) in shown[-1:])


@case(
    "OCPP-STN-CSR-010",
    "With its new certificate the station comes back to the backend",
    sut=Role.STATION,
    cites=("A02.FR.08", "A02.FR.09"),
    needs=(*NEEDS, Feature.OCPP_TLS_MUTUAL),
)
async def test_new_certificate_is_shown_to_the_backend(bench: Bench, judge: Judge) -> None:
    """In security profile 3 the certificate is how the station proves who it is; the newest one has to count."""
    bench = bench.managing_certificates().secured(3)
    csms = bench.csms.asking(papers.trigger(papers.STATION), delay=1.0)

    trace = await bench.run(
        csms, plug=False, until=both(seen(CertificateSigned.response), papers.reconnected()), limit=120.0
    )

    sent = trace.first(CertificateSigned)
    judge.equal("answer", trace.answer_to(sent).payload.get("status"), "Accepted", at=sent)
    shown = reading.shown_to_backend(trace)
    judge.holds("the last handshake shows the new certificate", reading.issued_leaf(trace) in shown[-1:])
