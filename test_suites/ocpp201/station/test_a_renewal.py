"""Block A: the backend has the station's certificates renewed, from the trigger to the next connection."""

from __future__ import annotations

from harness.kit import Bench, Entry, Feature, Judge, Role, TlsSeen, Trace, case, either, scene, seen
from harness.kit import certificate_flaws as flaws
from harness.kit import certificate_reading as reading
from harness.kit import certificates as papers
from harness.messages.ocpp import (
    BootNotification,
    CertificateSigned,
    SecurityEventNotification,
    SignCertificate,
    TriggerMessage,
)

NEEDS = (Feature.OCPP201, Feature.CERTIFICATE_MANAGEMENT)
V2G = (*NEEDS, Feature.PNC)
INVALID = "InvalidChargingStationCertificate"
WAIT = 30
LIMIT = 900.0
SLACK = 4.0
"""Seconds by which a station may be late; what test laboratories allow."""
RESIGNED = scene.hears(CertificateSigned.response, within=120.0)


def asked(use: str) -> scene.Scene:
    """The backend asks for a renewal, and waits for the request that comes of it."""
    return scene.asks(papers.trigger(use)) + scene.hears(SignCertificate, within=60.0, optional=True)


def judge_request(judge: Judge, trace: Trace, use: str, serial: str = "") -> Entry:
    """The trigger is accepted, and a request in good form comes, for the use that was asked for; the request."""
    triggered = trace.first(TriggerMessage)
    judge.status(trace, triggered, "Accepted")
    request = trace.since(triggered).first(SignCertificate)
    judge.equal("certificateType", request.payload.get("certificateType", papers.STATION), use, at=request)
    judge.equal("what is wrong with the request", reading.request_faults(request, serial), (), at=request)
    return request


@case(
    "TC_A_11_CS",
    "Asked to, the station renews the certificate that it shows its backend, and uses the new one",
    sut=Role.STATION,
    cites=("A02.FR.02", "A02.FR.03", "A02.FR.08", "A02.FR.09", "F06.FR.04", "F06.FR.05"),
    needs=(*NEEDS, Feature.OCPP_TLS_MUTUAL),
)
async def test_station_certificate(bench: Bench, judge: Judge) -> None:
    """In security profile 3 the next handshake shows which certificate counts."""
    bench = bench.managing_certificates().secured(3)
    back = scene.hears(TlsSeen, event="handshake", within=180.0, optional=True)

    trace = await bench.play(asked(papers.STATION) + RESIGNED + back + scene.passes(5.0), limit=LIMIT)

    serial = trace.first(BootNotification).payload["chargingStation"].get("serialNumber", "")
    judge_request(judge, trace, papers.STATION, serial)
    judge.status(trace, trace.first(CertificateSigned), "Accepted")
    shown = reading.shown_to_backend(trace)
    judge.holds("the last handshake shows the new certificate", reading.issued_leaf(trace) in shown[-1:])


@case(
    "TC_A_12_CS",
    "Asked to, the station renews the certificate that it shows to EVs",
    sut=Role.STATION,
    cites=("A02.FR.02", "A02.FR.03", "A02.FR.13", "F06.FR.04", "F06.FR.05"),
    needs=V2G,
)
async def test_v2g_certificate(bench: Bench, judge: Judge) -> None:
    """The kind stands in the request, and the signed certificate of that kind is taken."""
    bench = bench.managing_certificates()

    trace = await bench.play(asked(papers.SECC) + RESIGNED, limit=LIMIT)

    judge_request(judge, trace, papers.SECC)
    judge.status(trace, trace.first(CertificateSigned), "Accepted")


@case(
    "TC_A_14_CS",
    "The station refuses a certificate from a stranger, reports it, and does not ask again at once",
    sut=Role.STATION,
    cites=("A02.FR.07", "A02.FR.20"),
    needs=NEEDS,
    control="OCPP-STN-CSR-003",
)
async def test_bad_certificate(bench: Bench, judge: Judge) -> None:
    """Everything fits but who signed it."""
    bench = bench.managing_certificates()
    csms = flaws.signing_badly(bench.csms, bench.pki, flaws.SIGNING_FLAWS[0])

    trace = await bench.play(asked(papers.STATION) + RESIGNED + scene.passes(WAIT), csms, limit=LIMIT)

    judge_request(judge, trace, papers.STATION)
    sent = trace.first(CertificateSigned)
    judge.status(trace, sent, "Rejected")
    judge.some("event of a bad certificate", trace.since(sent).all(SecurityEventNotification, type=INVALID))
    judge.silence("further requests", trace.since(sent).all(SignCertificate))


@case(
    "TC_A_15_CS",
    "A station whose backend will not sign asks once",
    sut=Role.STATION,
    cites=("A02.FR.11",),
    needs=NEEDS,
    control="OCPP-STN-CSR-003",
)
async def test_refused_request(bench: Bench, judge: Judge) -> None:
    """Five minutes go by."""
    bench = bench.managing_certificates()
    csms = bench.csms.but(SignCertificate.response, status="Rejected").silent_on(CertificateSigned)

    play = asked(papers.STATION) + scene.passes(10.0 * WAIT)
    enough = either(scene.played(), seen(SignCertificate, times=2))
    trace = await bench.play(play, csms, until=enough, limit=LIMIT)

    trace.first(TriggerMessage)
    requests = trace.all(SignCertificate)
    if judge.any("requests", requests):
        judge.equal("requests", len(requests), 1, at=requests)
    judge.status(trace, trace.first(TriggerMessage), "Accepted")


@case(
    "TC_A_23_CS",
    "A station that waits for its certificate in vain asks again, each time after twice as long",
    sut=Role.STATION,
    cites=("A02.FR.17", "A02.FR.18", "A02.FR.19"),
    needs=NEEDS,
    control="OCPP-STN-CSR-003",
)
async def test_missing_certificate(bench: Bench, judge: Judge) -> None:
    """It was told to wait half a minute and to try twice more; the backend signs the third request."""
    bench = bench.managing_certificates()
    csms = bench.csms.silent_on(CertificateSigned, nth=1).silent_on(CertificateSigned, nth=2)
    play = scene.asks(papers.waiting(WAIT, repeats=2)) + scene.asks(papers.trigger(papers.STATION))

    trace = await bench.play(play + scene.hears(CertificateSigned.response, within=12.0 * WAIT), csms, limit=LIMIT)

    judge.status(trace, trace.first(TriggerMessage), "Accepted")
    requests = trace.all(SignCertificate)
    if not judge.any("requests", requests):
        return
    judge.equal("requests", len(requests), 3, at=requests)
    taken = [trace.answer_to(entry).at for entry in requests]
    for place, (before, entry) in enumerate(zip(taken, requests[1:], strict=False)):
        due = WAIT * 2**place
        judge.between(f"wait {place + 1}", entry.at - before, due, due + SLACK, unit="s", at=entry)
    sent = trace.all(CertificateSigned)
    if sent:
        judge.status(trace, sent[-1], "Accepted")
