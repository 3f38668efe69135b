"""Block M: the backend installs, lists and deletes roots of a station, by the ids of the public catalogue."""

from __future__ import annotations

from typing import Any

from harness.kit import Bench, Feature, Judge, Role, Trace, case, conversation, scene
from harness.kit import certificate_reading as reading
from harness.kit import certificates as papers
from harness.messages.ocpp import (
    DeleteCertificate,
    GetInstalledCertificateIds,
    Heartbeat,
    InstallCertificate,
    OcppMessage,
)

NEEDS = (Feature.OCPP201, Feature.CERTIFICATE_MANAGEMENT)
CSMS, MANUFACTURER = "CSMSRootCertificate", "ManufacturerRootCertificate"
V2G, MO, V2G_CHAIN = "V2GRootCertificate", "MORootCertificate", "V2GCertificateChain"


def judge_it_goes_on(judge: Judge, trace: Trace, after: Any) -> None:
    """The backend still answers what a station says."""
    beat = trace.since(after).first(Heartbeat)
    reply = conversation.answer(trace, beat)
    judge.holds("a heartbeat is answered", reply is not None and not conversation.refused(reply), "it is not", at=beat)


async def installation(bench: Bench, judge: Judge, use: str) -> None:
    """The backend sends one certificate for this use."""
    root = papers.stranger_root(bench.pki)

    trace = await bench.play(scene.asks(papers.install(use, root)) + scene.says(Heartbeat()))

    asked = trace.first(InstallCertificate)
    judge.equal("what it is for", asked.payload["certificateType"], use, at=asked)
    judge.equal("certificates in it", len(reading.certificates_in(asked.payload["certificate"])), 1, at=asked)
    judge.status(trace, asked, "Accepted")
    judge_it_goes_on(judge, trace, asked)


@case("TC_M_01_CSMS", "A backend installs a root of its own", sut=Role.CSMS, cites=("M05.FR.01",), needs=NEEDS)
async def test_install_csms_root(bench: Bench, judge: Judge) -> None:
    """In PEM, with the right use."""
    await installation(bench, judge, CSMS)


@case("TC_M_02_CSMS", "A backend installs a root of the manufacturer", sut=Role.CSMS, cites=("M05.FR.01",), needs=NEEDS)
async def test_install_manufacturer_root(bench: Bench, judge: Judge) -> None:
    """In PEM, with the right use."""
    await installation(bench, judge, MANUFACTURER)


@case("TC_M_03_CSMS", "A backend installs a root above stations", sut=Role.CSMS, cites=("M05.FR.01",), needs=NEEDS)
async def test_install_v2g_root(bench: Bench, judge: Judge) -> None:
    """In PEM, with the right use."""
    await installation(bench, judge, V2G)


@case("TC_M_04_CSMS", "A backend installs a root above contracts", sut=Role.CSMS, cites=("M05.FR.01",), needs=NEEDS)
async def test_install_mo_root(bench: Bench, judge: Judge) -> None:
    """In PEM, with the right use."""
    await installation(bench, judge, MO)


@case(
    "TC_M_05_CSMS",
    "A backend goes on where a station could not install a root",
    sut=Role.CSMS,
    cites=("M05.FR.01", "M05.FR.03"),
    needs=NEEDS,
)
async def test_install_fails(bench: Bench, judge: Judge) -> None:
    """Our station answers Failed."""
    station = bench.station.answering(InstallCertificate.response, lambda _heard, _usual: {"status": "Failed"})
    ask = papers.install(MANUFACTURER, papers.stranger_root(bench.pki))

    trace = await bench.play(scene.asks(ask) + scene.passes(2.0) + scene.says(Heartbeat()), station)

    asked = trace.first(InstallCertificate)
    judge.equal("what it is for", asked.payload["certificateType"], MANUFACTURER, at=asked)
    judge_it_goes_on(judge, trace, asked)


async def listing(bench: Bench, judge: Judge, *uses: str) -> None:
    """The backend asks for these kinds, and takes what our station has."""
    bench = bench.managing_certificates()

    trace = await bench.play(scene.asks(papers.listing(*uses)) + scene.says(Heartbeat()))

    asked = trace.first(GetInstalledCertificateIds)
    named = sorted(asked.payload.get("certificateType", []))
    judge.equal("kinds that it asks for", named, sorted(uses), at=asked)
    judge_it_goes_on(judge, trace, asked)


@case("TC_M_12_CSMS", "A backend has its own roots listed", sut=Role.CSMS, cites=("M03.FR.01",), needs=NEEDS)
async def test_list_csms_roots(bench: Bench, judge: Judge) -> None:
    """No other kind is named."""
    await listing(bench, judge, CSMS)


@case(
    "TC_M_13_CSMS", "A backend has roots of the manufacturer listed", sut=Role.CSMS, cites=("M03.FR.01",), needs=NEEDS
)
async def test_list_manufacturer_roots(bench: Bench, judge: Judge) -> None:
    """No other kind is named."""
    await listing(bench, judge, MANUFACTURER)


@case("TC_M_14_CSMS", "A backend has roots above stations listed", sut=Role.CSMS, cites=("M03.FR.01",), needs=NEEDS)
async def test_list_v2g_roots(bench: Bench, judge: Judge) -> None:
    """No other kind is named."""
    await listing(bench, judge, V2G)


@case(
    "TC_M_15_CSMS",
    "A backend has the chain towards EVs listed",
    sut=Role.CSMS,
    cites=("M03.FR.01", "M03.FR.05"),
    needs=NEEDS,
)
async def test_list_v2g_chain(bench: Bench, judge: Judge) -> None:
    """Our station tells its CAs as children."""
    await listing(bench, judge, V2G_CHAIN)


@case("TC_M_16_CSMS", "A backend has roots above contracts listed", sut=Role.CSMS, cites=("M03.FR.01",), needs=NEEDS)
async def test_list_mo_roots(bench: Bench, judge: Judge) -> None:
    """No other kind is named."""
    await listing(bench, judge, MO)


@case("TC_M_17_CSMS", "A backend has roots of two kinds listed", sut=Role.CSMS, cites=("M03.FR.01",), needs=NEEDS)
async def test_list_two_kinds(bench: Bench, judge: Judge) -> None:
    """Both are named in one request."""
    await listing(bench, judge, CSMS, MANUFACTURER)


@case("TC_M_18_CSMS", "A backend has everything listed", sut=Role.CSMS, cites=("M03.FR.01",), needs=NEEDS)
async def test_list_all(bench: Bench, judge: Judge) -> None:
    """No kind is named."""
    await listing(bench, judge)


@case(
    "TC_M_19_CSMS",
    "A backend goes on where a station has nothing to list",
    sut=Role.CSMS,
    cites=("M03.FR.01",),
    needs=NEEDS,
)
async def test_list_nothing(bench: Bench, judge: Judge) -> None:
    """Our station answers NotFound."""
    station = bench.station.answering(
        GetInstalledCertificateIds.response, lambda _heard, _usual: {"status": "NotFound"}
    )

    trace = await bench.play(scene.asks(papers.listing(MANUFACTURER)) + scene.says(Heartbeat()), station)

    asked = trace.first(GetInstalledCertificateIds)
    judge.equal("kinds that it asks for", asked.payload.get("certificateType"), [MANUFACTURER], at=asked)
    judge_it_goes_on(judge, trace, asked)


async def deletion(bench: Bench, judge: Judge, status: str) -> None:
    """The backend lists what there is, and deletes the root that it had installed, by the hashes that it was told."""
    root = papers.stranger_root(bench.pki)
    station = bench.station.but(DeleteCertificate.response, status=status)

    def chosen(trace: Trace) -> OcppMessage | None:
        told = reading.listed(trace.first(GetInstalledCertificateIds.response), MANUFACTURER)
        named = [one for one in told if reading.names_root(one, root)]
        return DeleteCertificate(certificateHashData=named[0]["certificateHashData"]) if named else None

    there = scene.asks(papers.install(MANUFACTURER, root)) + scene.asks(papers.listing())

    trace = await bench.play(there + scene.asks(chosen) + scene.says(Heartbeat()), station)

    listed = trace.first(GetInstalledCertificateIds)
    judge.equal("kinds that it asks for", listed.payload.get("certificateType"), None, at=listed)
    asked = trace.first(DeleteCertificate)
    told = [one["certificateHashData"] for one in trace.answer_to(listed).payload["certificateHashDataChain"]]
    judge.among("what it deletes", asked.payload["certificateHashData"], told, at=asked)
    judge_it_goes_on(judge, trace, asked)


@case(
    "TC_M_20_CSMS",
    "A backend deletes a certificate by the hashes that the station told",
    sut=Role.CSMS,
    cites=("M04.FR.01", "M04.FR.07"),
    needs=NEEDS,
)
async def test_delete(bench: Bench, judge: Judge) -> None:
    """The algorithm is that of the station."""
    await deletion(bench, judge, "Accepted")


@case(
    "TC_M_21_CSMS",
    "A backend goes on where a station could not delete a certificate",
    sut=Role.CSMS,
    cites=("M04.FR.01", "M04.FR.07"),
    needs=NEEDS,
)
async def test_delete_fails(bench: Bench, judge: Judge) -> None:
    """Our station answers Failed."""
    await deletion(bench, judge, "Failed")
