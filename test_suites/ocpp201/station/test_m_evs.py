"""Block M: what a station has its backend do for EVs: the status of its chain, and contracts, by catalogue ids."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, Trace, answered, case, scene
from harness.kit import backend_contracts as contracts
from harness.kit import certificate_reading as reading
from harness.kit import certificates as papers
from harness.kit.older import getting_a_contract
from harness.messages.field import Message
from harness.messages.iso2 import certificates as iso2
from harness.messages.iso20.common import CertificateInstallationReq, CertificateInstallationRes, Processing
from harness.messages.iso20.dc import DcChargeLoopRes
from harness.messages.ocpp import Authorize, CertificateSigned, Get15118EVCertificate, GetCertificateStatus

NEEDS = (Feature.OCPP201, Feature.CERTIFICATE_MANAGEMENT, Feature.PNC, Feature.OCSP_STAPLES)
HANDS_OUT = (Feature.OCPP201, Feature.CONTRACTS_OVER_BACKEND)
INSTALLS = (*HANDS_OUT, Feature.ISO20_DC, Feature.PNC, Feature.CERTIFICATE_INSTALLATION)
UPDATES = (*HANDS_OUT, Feature.ISO2, Feature.ISO2_PNC, Feature.ISO2_CERTIFICATE_INSTALLATION)
UPDATE = "update"


def renewed() -> scene.Scene:
    """The chain towards EVs is renewed, so that the station needs to know its status."""
    signed = scene.asks(papers.trigger(papers.SECC)) + scene.hears(CertificateSigned.response)
    return signed + scene.hears(GetCertificateStatus.response, times=3, within=60.0, optional=True)


@case(
    "TC_M_24_CS",
    "A station has its backend find out the status of its chain towards EVs, its CAs included",
    sut=Role.STATION,
    cites=("M06.FR.06", "M06.FR.07"),
    needs=NEEDS,
)
async def test_status_is_asked_for(bench: Bench, judge: Judge) -> None:
    """The hashes must name the certificates of the chain that is in use now."""
    bench = bench.managing_certificates()

    trace = await bench.play(renewed())

    asked = trace.since(trace.first(CertificateSigned)).all(GetCertificateStatus)
    if judge.any("questions", asked):
        named = [entry.payload["ocspRequestData"] for entry in asked]
        faults = reading.chain_named(named, reading.issued_chain(trace), bench.pki.v2g_roots)
        judge.equal("what is wrong with them", faults, (), at=asked)


@case(
    "TC_M_25_CS",
    "A car charges though the status of the station's chain was not to be had",
    sut=Role.STATION,
    cites=("M06.FR.04",),
    needs=(*NEEDS, Feature.ISO20_DC, Feature.EIM),
)
async def test_status_is_not_to_be_had(bench: Bench, judge: Judge) -> None:
    """The backend answers Failed each time; the EV asks for no status."""
    bench = bench.managing_certificates()
    csms = bench.csms.answering(GetCertificateStatus.response, lambda _heard, _usual: {"status": "Failed"})
    asking = csms.asking(papers.trigger(papers.SECC))
    ev = bench.ev.charging_for(2.0)

    trace = await bench.run(ev, ev, asking, gap=8.0)

    told = trace.first(GetCertificateStatus.response)
    judge.some("energy afterwards", trace.since(told).all(DcChargeLoopRes))


async def installation(bench: Bench) -> Trace:
    """An EV of ISO 15118-20 without a contract comes."""
    bench = bench.managing_certificates(contracts=True)
    done = answered(CertificateInstallationRes, evse_processing=Processing.FINISHED)
    return await bench.run(bench.contracts.without(bench.ev), until=done)


@case(
    "TC_M_26_CS",
    "An EV's wish for a contract goes to the backend, and the contract to the EV, both untouched",
    sut=Role.STATION,
    cites=("M01.FR.01",),
    needs=INSTALLS,
)
async def test_installation(bench: Bench, judge: Judge) -> None:
    """As EXI in base64, with the action Install."""
    trace = await installation(bench)

    asked = trace.since(trace.first(CertificateInstallationReq)).first(Get15118EVCertificate)
    judge.equal("action", asked.payload["action"], "Install", at=asked)
    judge.holds("exiRequest is what the EV sent", contracts.as_the_ev_sent(asked, trace), at=asked)
    got = trace.last(CertificateInstallationRes)
    came = contracts.brought(trace.answer_to(asked), "common")
    judge.equal("signed part", contracts.signed_part(got.message), contracts.signed_part(came), at=got)


@case(
    "TC_M_27_CS",
    "An EV hears that there is no contract where the backend has none",
    sut=Role.STATION,
    cites=("M01.FR.01",),
    needs=INSTALLS,
)
async def test_installation_fails(bench: Bench, judge: Judge) -> None:
    """The backend answers Failed, with an empty response."""
    bench = bench.managing_certificates(contracts=True)
    csms = bench.csms.answering(Get15118EVCertificate.response, contracts.FAILURES["failed"])
    done = answered(CertificateInstallationRes, evse_processing=Processing.FINISHED)

    trace = await bench.run(bench.contracts.without(bench.ev), csms, until=done, limit=90.0)

    asked = trace.first(Get15118EVCertificate)
    judge.equal("action", asked.payload["action"], "Install", at=asked)
    last = judge.answered(trace, trace.last(CertificateInstallationReq), CertificateInstallationRes)
    if last:
        code = last.message.response_code
        judge.holds("the EV is told", not code.startswith("OK"), code, at=last)
    judge.silence("authorizations by a contract", trace.all(Authorize, where=lambda one: "certificate" in one.payload))


@case(
    "TC_M_28_CS",
    "An EV's wish for the successor of its contract goes to the backend, and the successor to the EV",
    sut=Role.STATION,
    cites=("M02.FR.01",),
    needs=UPDATES,
)
async def test_update(bench: Bench, judge: Judge) -> None:
    """By ISO 15118-2, which alone has updates; with the action Update."""
    bench = bench.managing_certificates(contracts=True)
    wanted: type[Message] = iso2.CertificateUpdateRes

    trace = await bench.run(getting_a_contract(bench.ev, bench.pki, UPDATE), until=answered(wanted))

    sent = trace.first(iso2.CertificateUpdateReq)
    asked = trace.since(sent).first(Get15118EVCertificate)
    judge.equal("action", asked.payload["action"], "Update", at=asked)
    judge.holds("exiRequest is what the EV sent", contracts.as_the_ev_sent(asked, trace), at=(sent, asked))
    got = judge.answered(trace, sent, wanted)
    if got:
        came = contracts.brought(trace.answer_to(asked), "iso2")
        judge.equal("signed parts", contracts.signed_part(got.message), contracts.signed_part(came), at=got)


@case(
    "TC_M_29_CS",
    "An EV hears that its contract has no successor where the backend has none",
    sut=Role.STATION,
    cites=("M02.FR.01",),
    needs=UPDATES,
)
async def test_update_fails(bench: Bench, judge: Judge) -> None:
    """The backend answers Failed, with an empty response."""
    bench = bench.managing_certificates(contracts=True)
    csms = bench.csms.answering(Get15118EVCertificate.response, contracts.FAILURES["failed"])
    wanted: type[Message] = iso2.CertificateUpdateRes

    trace = await bench.run(getting_a_contract(bench.ev, bench.pki, UPDATE), csms, until=answered(wanted))

    asked = trace.first(Get15118EVCertificate)
    judge.equal("action", asked.payload["action"], "Update", at=asked)
    judge.refused(trace, trace.first(iso2.CertificateUpdateReq), wanted)
