"""Block M: the backend installs, lists and deletes certificates of the station, and tells their status."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, Role, case, finished, seen
from harness.kit import certificate_flaws as flaws
from harness.kit import certificate_reading as reading
from harness.kit import certificates as papers
from harness.messages.iso20.common import AuthorizationRes, Processing, ResponseCode
from harness.messages.ocpp import (
    CertificateSigned,
    DeleteCertificate,
    GetCertificateStatus,
    GetInstalledCertificateIds,
    InstallCertificate,
)

NEEDS = (Feature.OCPP201, Feature.CERTIFICATE_MANAGEMENT)
V2G = (*NEEDS, Feature.PNC)
GOOD = "OCPP-STN-CRT-001"
MANUFACTURER, MO = "ManufacturerRootCertificate", "MORootCertificate"
LISTED = seen(GetInstalledCertificateIds.response)


@case(
    GOOD,
    "A root of the manufacturer is installed, and listed by its hashes",
    sut=Role.STATION,
    cites=("M05.FR.01", "M05.FR.02", "M03.FR.01", "M03.FR.04"),
    needs=NEEDS,
)
async def test_root_is_installed(bench: Bench, judge: Judge) -> None:
    """Every certified station has this kind; the root is a new one, valid, and of no more than usual size."""
    root = papers.stranger_root(bench.pki)
    csms = bench.csms.asking(papers.install(MANUFACTURER, root), delay=1.0)

    trace = await bench.run(
        csms.asking(papers.listing(MANUFACTURER), after=InstallCertificate.response), plug=False, until=LISTED
    )

    installed = trace.first(InstallCertificate.response)
    judge.equal("answer", installed.payload.get("status"), "Accepted", at=installed)
    told = trace.first(GetInstalledCertificateIds.response)
    judge.equal("answer to the listing", told.payload.get("status"), "Accepted", at=told)
    found = [one for one in reading.listed(told, MANUFACTURER) if reading.names_root(one, root)]
    judge.equal("entries that name the root", len(found), 1, at=told)


@pytest.mark.parametrize("use", [use for use in papers.USES if use != MANUFACTURER])
@case(
    "OCPP-STN-CRT-002",
    "A root of each other kind is installed, and listed by its hashes",
    sut=Role.STATION,
    cites=("M05.FR.01", "M05.FR.02", "M03.FR.01", "M03.FR.04"),
    needs=V2G,
)
async def test_each_root_is_installed(bench: Bench, judge: Judge, use: str) -> None:
    """A root for EVs, for contracts and for the backend; each in a run of its own."""
    root = papers.stranger_root(bench.pki)
    csms = bench.csms.asking(papers.install(use, root), delay=1.0)

    trace = await bench.run(
        csms.asking(papers.listing(use), after=InstallCertificate.response), plug=False, until=LISTED
    )

    installed = trace.first(InstallCertificate.response)
    judge.equal("answer", installed.payload.get("status"), "Accepted", at=installed)
    told = trace.first(GetInstalledCertificateIds.response)
    found = [one for one in reading.listed(told, use) if reading.names_root(one, root)]
    judge.equal("entries that name the root", len(found), 1, at=told)


@pytest.mark.parametrize("flaw", flaws.ROOT_FLAWS)
@case(
    "OCPP-STN-CRT-003",
    "What is no good root is refused, and not listed",
    sut=Role.STATION,
    cites=("M05.FR.07",),
    needs=NEEDS,
    control=GOOD,
)
async def test_bad_root_is_refused(bench: Bench, judge: Judge, flaw: str) -> None:
    """One flaw at a time; the answer comes, and the station lists nothing that it did not have before."""
    ask = InstallCertificate(certificateType=MANUFACTURER, certificate=flaws.bad_root(bench.pki, flaw))
    csms = bench.csms.asking(papers.listing(MANUFACTURER), delay=1.0).asking(ask, delay=2.0)

    trace = await bench.run(
        csms.asking(papers.listing(MANUFACTURER), delay=4.0),
        plug=False,
        until=seen(GetInstalledCertificateIds.response, times=2),
    )

    installed = trace.answer_to(trace.first(InstallCertificate))
    judge.among("answer", installed.payload.get("status"), ("Rejected", "Failed"), at=installed)
    before, after = trace.all(GetInstalledCertificateIds.response)[:2]
    had = len(reading.listed(before, MANUFACTURER))
    judge.equal("roots that are listed", len(reading.listed(after, MANUFACTURER)), had, at=(before, after))


@case(
    "OCPP-STN-CRT-004",
    "A root that is there already is not installed twice",
    sut=Role.STATION,
    cites=("M05.FR.17",),
    needs=NEEDS,
    control=GOOD,
)
async def test_root_is_not_installed_twice(bench: Bench, judge: Judge) -> None:
    """The same root comes twice; afterwards it is listed once."""
    root = papers.stranger_root(bench.pki)
    ask = papers.install(MANUFACTURER, root)

    trace = await bench.run(
        bench.csms.asking(ask, delay=1.0).asking(ask, delay=2.0).asking(papers.listing(MANUFACTURER), delay=4.0),
        plug=False,
        until=LISTED,
    )

    told = trace.first(GetInstalledCertificateIds.response)
    found = [one for one in reading.listed(told, MANUFACTURER) if reading.names_root(one, root)]
    judge.equal("entries that name the root", len(found), 1, at=told)


@case(
    "OCPP-STN-CRT-005",
    "A listing without a match says so, and is empty",
    sut=Role.STATION,
    cites=("M03.FR.02",),
    needs=NEEDS,
    control=GOOD,
)
async def test_nothing_to_list(bench: Bench, judge: Judge) -> None:
    """Every root of the manufacturer that the station lists is deleted first; then there is none to list."""
    root = papers.stranger_root(bench.pki)
    csms = bench.csms.asking(papers.install(MANUFACTURER, root), delay=1.0).asking(
        papers.listing(MANUFACTURER), delay=2.0
    )
    for place in range(papers.MOST_TO_DELETE):
        csms = csms.asking(papers.deletion_of_listed(MANUFACTURER, place), delay=3.0 + place)

    trace = await bench.run(
        csms.asking(papers.listing(MANUFACTURER), delay=12.0),
        plug=False,
        until=seen(GetInstalledCertificateIds.response, times=2),
    )

    told = trace.nth(GetInstalledCertificateIds.response, 2)
    judge.equal("answer", told.payload.get("status"), "NotFound", at=told)
    judge.equal("entries", told.payload.get("certificateHashDataChain"), None, at=told)


@case(
    "OCPP-STN-CRT-006",
    "Asked for everything, the station lists each kind that it has",
    sut=Role.STATION,
    cites=("M03.FR.01", "M03.FR.03"),
    needs=NEEDS,
    control=GOOD,
)
async def test_everything_is_listed(bench: Bench, judge: Judge) -> None:
    """A root of the manufacturer and one of the backend are installed; a listing without a filter has both."""
    roots = {MANUFACTURER: papers.stranger_root(bench.pki), "CSMSRootCertificate": papers.another_root(bench.pki)}
    csms = bench.csms
    for place, (use, root) in enumerate(roots.items(), 1):
        csms = csms.asking(papers.install(use, root), delay=float(place))

    trace = await bench.run(csms.asking(papers.listing(), delay=5.0), plug=False, until=LISTED)

    told = trace.first(GetInstalledCertificateIds.response)
    kept = [entry.payload.get("status") == "Accepted" for entry in trace.all(InstallCertificate.response)]
    if kept != [True, True]:
        judge.inconclusive("listing", "the station did not take both roots")
        return
    for use, root in roots.items():
        found = [one for one in reading.listed(told, use) if reading.names_root(one, root)]
        judge.equal(f"entries that name the {use}", len(found), 1, at=told)


@case(
    "OCPP-STN-CRT-007",
    "The chain towards EVs is listed with the CAs above its certificate",
    sut=Role.STATION,
    cites=("M03.FR.05",),
    needs=V2G,
)
async def test_chain_is_listed_with_its_cas(bench: Bench, judge: Judge) -> None:
    """The backend has it renewed first, so that the tester knows which chain it has to be."""
    bench = bench.managing_certificates()
    csms = bench.csms.asking(papers.trigger(papers.SECC), delay=1.0)

    trace = await bench.run(
        csms.asking(papers.listing(papers.V2G_CHAINS), after=CertificateSigned.response, delay=1.0),
        plug=False,
        until=LISTED,
    )

    told = trace.first(GetInstalledCertificateIds.response)
    chains = reading.listed(told, papers.V2G_CHAINS)
    judge.holds("a chain is listed", bool(chains), f"{len(chains)} of them", at=told)
    if chains:
        faults = reading.chain_listing_faults(chains, reading.issued_chain(trace), bench.pki.v2g_roots)
        judge.equal("what is wrong with the listing", faults, (), at=told)


@case(
    "OCPP-STN-CRT-008",
    "A root that is deleted is gone",
    sut=Role.STATION,
    cites=("M04.FR.01", "M04.FR.02"),
    needs=NEEDS,
    control=GOOD,
)
async def test_root_is_deleted(bench: Bench, judge: Judge) -> None:
    """It is installed, listed, deleted by the hashes of that listing, and listed no more."""
    root = papers.stranger_root(bench.pki)
    csms = bench.csms.asking(papers.install(MANUFACTURER, root), delay=1.0)
    csms = csms.asking(papers.deletion(root), after=InstallCertificate.response, delay=1.0)

    trace = await bench.run(
        csms.asking(papers.listing(MANUFACTURER), after=DeleteCertificate.response, delay=1.0),
        plug=False,
        until=LISTED,
    )

    deleted = trace.first(DeleteCertificate.response)
    judge.equal("answer", deleted.payload.get("status"), "Accepted", at=deleted)
    told = trace.first(GetInstalledCertificateIds.response)
    found = [one for one in reading.listed(told, MANUFACTURER) if reading.names_root(one, root)]
    judge.equal("entries that name the root", len(found), 0, at=told)


@case(
    "OCPP-STN-CRT-009",
    "A certificate that is not there cannot be deleted",
    sut=Role.STATION,
    cites=("M04.FR.01", "M04.FR.04"),
    needs=NEEDS,
)
async def test_unknown_certificate_is_not_found(bench: Bench, judge: Judge) -> None:
    """The hashes belong to a root that the station never had."""
    ask = papers.deletion(papers.another_root(bench.pki))

    trace = await bench.run(bench.csms.asking(ask, delay=1.0), plug=False, until=seen(DeleteCertificate.response))

    reply = trace.answer_to(trace.first(DeleteCertificate))
    judge.equal("answer", reply.payload.get("status"), "NotFound", at=reply)


@case(
    "OCPP-STN-CRT-010",
    "The station's own certificate cannot be deleted",
    sut=Role.STATION,
    cites=("M04.FR.06",),
    needs=NEEDS,
)
async def test_own_certificate_stays(bench: Bench, judge: Judge) -> None:
    """The backend signs a certificate and asks to delete that very one; Failed and NotFound both keep it."""
    bench = bench.managing_certificates()
    csms = bench.csms.asking(papers.trigger(papers.STATION), delay=1.0)

    trace = await bench.run(
        csms.asking(papers.deletion_of_own, after=CertificateSigned.response, delay=5.0),
        plug=False,
        until=seen(DeleteCertificate.response),
    )

    reply = trace.answer_to(trace.first(DeleteCertificate))
    judge.among("answer", reply.payload.get("status"), ("Failed", "NotFound"), at=reply)


@case(
    "OCPP-STN-CRT-011",
    "A contract under a root that was installed over OCPP may pay",
    sut=Role.STATION,
    cites=("M05.FR.01",),
    needs=(*V2G, Feature.ISO20_DC),
)
async def test_installed_root_counts(bench: Bench, judge: Judge) -> None:
    """The contract is of an operator whom the station never heard of; the EV comes once its root is installed."""
    operator = papers.stranger_operator(bench.pki)
    # Without a provisioning certificate it cannot have another contract installed instead.
    ev = bench.contracts.paying(bench.ev, contract=operator.contract).having(provisioning=None)
    csms = bench.csms.asking(papers.install(MO, operator.root))
    decided = seen(AuthorizationRes, evse_processing=Processing.FINISHED, times=2)

    trace = await bench.run(ev, ev, csms, until=decided, gap=5.0)

    installed = trace.first(InstallCertificate.response)
    judge.equal("answer", installed.payload.get("status"), "Accepted", at=installed)
    last = trace.since(installed).last(AuthorizationRes, evse_processing=Processing.FINISHED)
    taken = (ResponseCode.OK, ResponseCode.OK_CERTIFICATE_EXPIRES_SOON)
    judge.among("response code", last.message.response_code, taken, at=last)


@case(
    "OCPP-STN-CRT-012",
    "The status of a new chain towards EVs is asked for",
    sut=Role.STATION,
    cites=("M06.FR.06", "M06.FR.07"),
    needs=(*V2G, Feature.OCSP_STAPLES),
)
async def test_status_is_asked_for(bench: Bench, judge: Judge) -> None:
    """After a renewal the station needs new OCSP responses to staple; it asks for them by hashes of the new chain."""
    bench = bench.managing_certificates()
    csms = bench.csms.asking(papers.trigger(papers.SECC), delay=1.0)

    trace = await bench.run(csms, plug=False, until=seen(GetCertificateStatus.response, times=3), limit=60.0)

    signed = trace.first(CertificateSigned)
    asked = trace.since(signed).all(GetCertificateStatus)
    if judge.any("questions", asked):
        named = [entry.payload.get("ocspRequestData", {}) for entry in asked]
        faults = reading.chain_named(named, reading.issued_chain(trace), bench.pki.v2g_roots)
        judge.equal("what is wrong with them", faults, (), at=asked)


@case(
    "OCPP-STN-CRT-013",
    "A status that is not to be had keeps nobody from charging",
    sut=Role.STATION,
    cites=("M06.FR.04",),
    needs=(*V2G, Feature.ISO20_DC, Feature.EIM, Feature.OCSP_STAPLES),
    control="OCPP-STN-CRT-012",
)
async def test_failed_status_is_no_harm(bench: Bench, judge: Judge) -> None:
    """The backend cannot tell the status of the new chain; an EV that asks for none comes and charges."""
    bench = bench.managing_certificates()
    csms = bench.csms.answering(GetCertificateStatus.response, lambda _heard, _usual: {"status": "Failed"})

    trace = await bench.run(
        bench.ev.charging_for(2.0),
        bench.ev.charging_for(2.0),
        csms.asking(papers.trigger(papers.SECC)),
        until=finished(),
        gap=8.0,
    )

    trace.first(GetCertificateStatus.response)
    judge.ran_to_the_end(trace)
