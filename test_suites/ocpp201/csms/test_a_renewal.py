"""Block A: the backend has certificates of a station renewed, and raises its security profile."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, Trace, backend_links, case, scene
from harness.kit import certificate_reading as reading
from harness.kit import certificates as papers
from harness.kit import device_model as model
from harness.kit import ocpp_backend as backend
from harness.kit import ocpp_boots as boots
from harness.messages.ocpp import (
    BootNotification,
    CertificateSigned,
    Reset,
    SecurityEventNotification,
    SetNetworkProfile,
    SetVariables,
    SignCertificate,
    TriggerMessage,
)

NEEDS = (Feature.OCPP201, Feature.CERTIFICATE_MANAGEMENT)
LIMIT = 300.0
IN_TIME = 120.0
"""Seconds within which a CA in the background may sign; the station would ask again later."""
PRIORITY = model.named("OCPPCommCtrlr", "NetworkConfigurationPriority")
PROFILE = {
    "ocppVersion": "OCPP20",
    "ocppTransport": "JSON",
    "ocppCsmsUrl": "wss://csms.v2x-harness.invalid/ocpp",
    "messageTimeout": 30,
    "securityProfile": 3,
    "ocppInterface": "Wired0",
}


async def judge_renewal(bench: Bench, judge: Judge, use: str) -> Trace:
    """The backend asks for a renewal, accepts the request that comes, and sends a chain that fits it."""
    call = papers.trigger(use)

    trace = await bench.play(scene.asks(call) + scene.hears(CertificateSigned.response, within=IN_TIME), limit=LIMIT)

    backend.judge_asked(judge, trace, call)
    asked = trace.since(trace.first(TriggerMessage)).first(SignCertificate)
    judge.status(trace, asked, "Accepted")
    signed = trace.since(asked).first(CertificateSigned)
    judge.equal("certificateType", signed.payload.get("certificateType", papers.STATION), use, at=signed)
    judge.equal("what is wrong with the chain", reading.chain_faults(asked, signed), (), at=(asked, signed))
    return trace


@case(
    "TC_A_11_CSMS",
    "A backend renews the certificate by which a station is let in",
    sut=Role.CSMS,
    cites=("A02.FR.11", "A02.FR.14", "F06.FR.01"),
    needs=NEEDS,
)
async def test_station_certificate(bench: Bench, judge: Judge) -> None:
    """From the trigger to the signed chain."""
    await judge_renewal(bench.managing_certificates(), judge, papers.STATION)


@case(
    "TC_A_12_CSMS",
    "A backend renews the certificate that a station shows to EVs",
    sut=Role.CSMS,
    cites=("A02.FR.11", "F06.FR.01"),
    needs=(*NEEDS, Feature.CONTRACTS_OVER_BACKEND),
)
async def test_v2g_certificate(bench: Bench, judge: Judge) -> None:
    """The same for the other use."""
    await judge_renewal(bench.managing_certificates(), judge, papers.SECC)


@case(
    "TC_A_14_CSMS",
    "A backend takes note that a station refused its new certificate, and does not press it",
    sut=Role.CSMS,
    cites=("A02.FR.11", "A02.FR.20"),
    needs=NEEDS,
)
async def test_refused_certificate(bench: Bench, judge: Judge) -> None:
    """Our station finds fault with whatever comes, and reports it."""
    bench = bench.managing_certificates()
    station = papers.refusing_certificates(bench.station)
    call = papers.trigger(papers.STATION)
    signed = scene.hears(CertificateSigned.response, within=IN_TIME)

    trace = await bench.play(scene.asks(call) + signed + scene.passes(30.0), station, limit=LIMIT)

    backend.judge_asked(judge, trace, call)
    refused = trace.first(CertificateSigned.response)
    backend.judge_taken(judge, trace.since(refused), SecurityEventNotification)
    sent = trace.all(CertificateSigned)
    judge.between("chains that are sent", len(sent), 1, 2, at=sent)


@case(
    "TC_A_19_CSMS",
    "A backend raises a station's security profile step by step: slot, priority, reset",
    sut=Role.CSMS,
    cites=("A05.FR.04",),
    needs=Feature.OCPP201,
)
async def test_raising(bench: Bench, judge: Judge) -> None:
    """Our station says yes to everything, and boots once more where it was."""
    profile = SetNetworkProfile(configurationSlot=2, connectionData=PROFILE)
    priority = SetVariables(setVariableData=[{**PRIORITY, "attributeValue": "2,1"}])
    reset = Reset(type="OnIdle")
    station = backend_links.agreeing_to_slots(bench.station)

    play = scene.asks(profile) + scene.asks(priority) + scene.asks(reset) + boots.accepted(60.0)
    trace = await bench.play(play + scene.passes(5.0), station, limit=LIMIT)

    for call in (profile, priority, reset):
        backend.judge_asked(judge, trace, call)
    booted = trace.since(trace.first(Reset)).first(BootNotification)
    judge.status(trace, booted, "Accepted")
