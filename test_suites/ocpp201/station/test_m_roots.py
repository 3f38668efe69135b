"""Block M: roots that the backend installs, lists and deletes, by the ids of the public catalogue."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, Trace, case, scene
from harness.kit import certificate_flaws as flaws
from harness.kit import certificate_reading as reading
from harness.kit import certificates as papers
from harness.messages.ocpp import (
    CertificateSigned,
    DeleteCertificate,
    GetInstalledCertificateIds,
    InstallCertificate,
    OcppMessage,
)

NEEDS = (Feature.OCPP201, Feature.CERTIFICATE_MANAGEMENT)
V2G_NEEDS = (*NEEDS, Feature.PNC)
CSMS, MANUFACTURER = "CSMSRootCertificate", "ManufacturerRootCertificate"
V2G, MO = "V2GRootCertificate", "MORootCertificate"
INSTALLS = ("M05.FR.01", "M05.FR.02")
LISTS = ("M03.FR.01", "M03.FR.03", "M03.FR.04")


def installing(use: str, root: bytes) -> scene.Scene:
    """The backend installs a root."""
    return scene.asks(papers.install(use, root))


def listing(*uses: str) -> scene.Scene:
    """The backend has roots listed; of every kind where none is named."""
    return scene.asks(papers.listing(*uses))


def judge_installed(judge: Judge, trace: Trace, use: str, root: bytes) -> None:
    """The root is taken, and listed once, by its own hashes."""
    judge.status(trace, trace.first(InstallCertificate, certificateType=use), "Accepted")
    told = judge.status(trace, trace.first(GetInstalledCertificateIds), "Accepted")
    found = [one for one in reading.listed(told, use) if reading.names_root(one, root)]
    judge.equal(f"entries that name the {use}", len(found), 1, at=told)


async def installation(bench: Bench, judge: Judge, use: str) -> None:
    """A new root is installed, and listed among those of its kind."""
    root = papers.stranger_root(bench.pki)

    trace = await bench.play(installing(use, root) + listing(use))

    judge_installed(judge, trace, use, root)


async def list_of_one(bench: Bench, judge: Judge, use: str) -> None:
    """A listing of one kind has the root that was installed, and nothing of another kind."""
    root, other = papers.stranger_root(bench.pki), papers.another_root(bench.pki)
    beside = CSMS if use == MANUFACTURER else MANUFACTURER

    trace = await bench.play(installing(use, root) + installing(beside, other) + listing(use))

    judge_installed(judge, trace, use, root)
    told = trace.first(GetInstalledCertificateIds.response)
    kinds = {str(one["certificateType"]) for one in told.payload.get("certificateHashDataChain", [])}
    judge.equal("kinds in the listing", kinds, {use}, at=told)


@case("TC_M_01_CS", "A root of the backend is taken, and listed", sut=Role.STATION, cites=INSTALLS, needs=NEEDS)
async def test_install_csms_root(bench: Bench, judge: Judge) -> None:
    """Any new root; whether it is used is seen at another connection."""
    await installation(bench, judge, CSMS)


@case("TC_M_02_CS", "A root of the manufacturer is taken, and listed", sut=Role.STATION, cites=INSTALLS, needs=NEEDS)
async def test_install_manufacturer_root(bench: Bench, judge: Judge) -> None:
    """Firmware is signed under it."""
    await installation(bench, judge, MANUFACTURER)


@case(
    "TC_M_03_CS", "A root above other stations is taken, and listed", sut=Role.STATION, cites=INSTALLS, needs=V2G_NEEDS
)
async def test_install_v2g_root(bench: Bench, judge: Judge) -> None:
    """Of the hierarchy that EVs trust."""
    await installation(bench, judge, V2G)


@case("TC_M_04_CS", "A root above contracts is taken, and listed", sut=Role.STATION, cites=INSTALLS, needs=V2G_NEEDS)
async def test_install_mo_root(bench: Bench, judge: Judge) -> None:
    """Of a mobility operator."""
    await installation(bench, judge, MO)


@case(
    "TC_M_07_CS",
    "What is no certificate is not installed, whatever it is called",
    sut=Role.STATION,
    cites=("M05.FR.01", "M05.FR.07"),
    needs=NEEDS,
)
async def test_bad_certificate(bench: Bench, judge: Judge) -> None:
    """A root that ran out long ago, as one of the backend."""
    ask = InstallCertificate(certificateType=CSMS, certificate=flaws.bad_root(bench.pki, "expired"))

    trace = await bench.play(listing(CSMS) + scene.asks(ask) + listing(CSMS))

    judge.status(trace, trace.first(InstallCertificate), "Rejected", "Failed")
    before, after = (trace.answer_to(entry) for entry in trace.all(GetInstalledCertificateIds)[:2])
    had = len(reading.listed(before, CSMS))
    judge.equal("roots that are listed", len(reading.listed(after, CSMS)), had, at=(before, after))


@case(
    "TC_M_09_CS",
    "A new root of the backend that the old one did not sign is refused where that is asked for",
    sut=Role.STATION,
    cites=("M05.FR.10", "M05.FR.11"),
    needs=NEEDS,
)
async def test_root_that_does_not_continue(bench: Bench, judge: Judge) -> None:
    """AdditionalRootCertificateCheck is true; the root is a good one, of somebody else."""
    bench = bench.managing_certificates(continuing=True)
    root = papers.another_root(bench.pki)

    trace = await bench.play(listing(CSMS) + installing(CSMS, root) + listing(CSMS))

    judge.status(trace, trace.first(InstallCertificate), "Rejected")
    before, after = (trace.answer_to(entry) for entry in trace.all(GetInstalledCertificateIds)[:2])
    had = len(reading.listed(before, CSMS))
    judge.equal("roots that are listed", len(reading.listed(after, CSMS)), had, at=(before, after))


@case("TC_M_12_CS", "A listing has the roots of the backend", sut=Role.STATION, cites=LISTS, needs=NEEDS)
async def test_list_csms_roots(bench: Bench, judge: Judge) -> None:
    """And no others."""
    await list_of_one(bench, judge, CSMS)


@case("TC_M_13_CS", "A listing has the roots of the manufacturer", sut=Role.STATION, cites=LISTS, needs=NEEDS)
async def test_list_manufacturer_roots(bench: Bench, judge: Judge) -> None:
    """And no others."""
    await list_of_one(bench, judge, MANUFACTURER)


@case("TC_M_14_CS", "A listing has the roots above other stations", sut=Role.STATION, cites=LISTS, needs=V2G_NEEDS)
async def test_list_v2g_roots(bench: Bench, judge: Judge) -> None:
    """And no others."""
    await list_of_one(bench, judge, V2G)


@case("TC_M_16_CS", "A listing has the roots above contracts", sut=Role.STATION, cites=LISTS, needs=V2G_NEEDS)
async def test_list_mo_roots(bench: Bench, judge: Judge) -> None:
    """And no others."""
    await list_of_one(bench, judge, MO)


@case(
    "TC_M_15_CS",
    "A listing has the chain towards EVs, and the CAs above it as children",
    sut=Role.STATION,
    cites=(*LISTS, "M03.FR.05"),
    needs=V2G_NEEDS,
)
async def test_list_v2g_chain(bench: Bench, judge: Judge) -> None:
    """It is renewed first, so that it is known which chain that is."""
    bench = bench.managing_certificates()
    renewed = scene.asks(papers.trigger(papers.SECC)) + scene.hears(CertificateSigned.response)

    trace = await bench.play(renewed + scene.passes(1.0) + listing(papers.V2G_CHAINS))

    told = judge.status(trace, trace.first(GetInstalledCertificateIds), "Accepted")
    chains = reading.listed(told, papers.V2G_CHAINS)
    if judge.any("chains", [told] if chains else []):
        faults = reading.chain_listing_faults(chains, reading.issued_chain(trace), bench.pki.v2g_roots)
        judge.equal("what is wrong with the listing", faults, (), at=told)


async def list_of_two(bench: Bench, judge: Judge, *uses: str) -> None:
    """A root of the backend and one of the manufacturer; a listing has both."""
    roots = {CSMS: papers.another_root(bench.pki), MANUFACTURER: papers.stranger_root(bench.pki)}
    installed = [installing(use, root) for use, root in roots.items()]

    trace = await bench.play(installed[0] + installed[1] + listing(*uses))

    for use, root in roots.items():
        judge_installed(judge, trace, use, root)


@case("TC_M_17_CS", "A listing has the roots of two kinds at once", sut=Role.STATION, cites=LISTS, needs=NEEDS)
async def test_list_two_kinds(bench: Bench, judge: Judge) -> None:
    """Both kinds are named."""
    await list_of_two(bench, judge, CSMS, MANUFACTURER)


@case("TC_M_18_CS", "A listing has everything where no kind is named", sut=Role.STATION, cites=LISTS, needs=NEEDS)
async def test_list_all(bench: Bench, judge: Judge) -> None:
    """None is named, so all are meant."""
    await list_of_two(bench, judge)


def deleting_all(use: str) -> scene.Scene:
    """The backend deletes what was listed last, one by one, as far as there is some."""

    def nth(place: int) -> scene.Making:
        def make(trace: Trace) -> OcppMessage | None:
            found = reading.listed(trace.first(GetInstalledCertificateIds.response), use)
            if place >= len(found):
                return None
            return DeleteCertificate(certificateHashData=found[place]["certificateHashData"])

        return make

    return tuple(step for place in range(papers.MOST_TO_DELETE) for step in scene.asks(nth(place)))


@case(
    "TC_M_19_CS",
    "A listing of a kind that is not there says NotFound",
    sut=Role.STATION,
    cites=("M03.FR.01", "M03.FR.02"),
    needs=NEEDS,
)
async def test_list_nothing(bench: Bench, judge: Judge) -> None:
    """Every root of the manufacturer is deleted first."""
    root = papers.stranger_root(bench.pki)
    emptied = installing(MANUFACTURER, root) + listing(MANUFACTURER) + deleting_all(MANUFACTURER)

    trace = await bench.play(emptied + listing(MANUFACTURER))

    told = judge.status(trace, trace.nth(GetInstalledCertificateIds, 2), "NotFound")
    judge.equal("entries", told.payload.get("certificateHashDataChain"), None, at=told)


@case(
    "TC_M_20_CS",
    "A certificate that the backend deletes is listed no more",
    sut=Role.STATION,
    cites=("M04.FR.01", "M04.FR.02"),
    needs=NEEDS,
)
async def test_delete(bench: Bench, judge: Judge) -> None:
    """By the hashes that the station listed it with."""
    root = papers.stranger_root(bench.pki)

    def deletion(trace: Trace) -> OcppMessage | None:
        told = reading.listed(trace.first(GetInstalledCertificateIds.response), MANUFACTURER)
        named = [one for one in told if reading.names_root(one, root)]
        return DeleteCertificate(certificateHashData=named[0]["certificateHashData"]) if named else None

    there = installing(MANUFACTURER, root) + listing(MANUFACTURER)

    trace = await bench.play(there + scene.asks(deletion) + listing(MANUFACTURER))

    judge.status(trace, trace.first(DeleteCertificate), "Accepted")
    told = trace.answer_to(trace.nth(GetInstalledCertificateIds, 2))
    left = [one for one in reading.listed(told, MANUFACTURER) if reading.names_root(one, root)]
    judge.equal("entries that name the root", len(left), 0, at=told)


@case(
    "TC_M_22_CS",
    "What is not there cannot be deleted, and the answer says that it is not there",
    sut=Role.STATION,
    cites=("M04.FR.01", "M04.FR.04"),
    needs=NEEDS,
)
async def test_delete_unknown(bench: Bench, judge: Judge) -> None:
    """The hashes of a root that the station never had."""
    trace = await bench.play(scene.asks(papers.deletion(papers.another_root(bench.pki))))

    judge.status(trace, trace.first(DeleteCertificate), "NotFound")


@case(
    "TC_M_23_CS",
    "A station keeps its own certificate when the backend deletes it",
    sut=Role.STATION,
    cites=("M04.FR.01", "M04.FR.06"),
    needs=NEEDS,
)
async def test_delete_own(bench: Bench, judge: Judge) -> None:
    """The backend signs one, and names that very one."""
    bench = bench.managing_certificates()
    renewed = scene.asks(papers.trigger(papers.STATION)) + scene.hears(CertificateSigned.response) + scene.passes(5.0)

    def deletion(trace: Trace) -> OcppMessage | None:
        return papers.deletion_of_leaf(reading.issued_chain(trace))

    trace = await bench.play(renewed + scene.asks(deletion))

    judge.status(trace, trace.first(DeleteCertificate), "Failed", "NotFound")
