"""Block L: firmware that a station must not install, cannot have, or is told to leave for another one."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, Trace, case, scene
from harness.kit import firmware as releases
from harness.messages.ocpp import FirmwareStatusNotification, SecurityEventNotification, UpdateFirmware

LIMIT = 600.0
SECOND = releases.REQUEST_ID + 1


def over(*ends: str) -> scene.Scene:
    """Until the update has come to one of these ends, or to another one."""
    wanted = set(ends) | set(releases.ENDS)
    heard = scene.hears(FirmwareStatusNotification, where=lambda entry: entry.payload["status"] in wanted, within=LIMIT)
    return heard + scene.passes(10.0)


def judge_the_failure(judge: Judge, trace: Trace, course: tuple[str, ...], *ends: str) -> None:
    """The steps up to the failure come in their order, then one of these ends, and nothing after it."""
    judge.status(trace, trace.first(UpdateFirmware), "Accepted")
    told = releases.steps(trace)
    names = releases.names(told)
    judge.equal(f"what is wrong with {names}", releases.course_fault(names, course), "", at=told)
    judge.among("end of the update", names[-1] if names else "nothing", ends, at=told)
    judge.silence("events FirmwareUpdated", trace.all(SecurityEventNotification, type="FirmwareUpdated"))


@case(
    "TC_L_05_CS",
    "A firmware that no manufacturer of the station signed is refused, and the attempt is told",
    sut=Role.STATION,
    cites=("L01.FR.01", "L01.FR.02", "L01.FR.21", "L01.FR.22"),
    needs=Feature.OCPP201,
)
async def test_stranger_signs(bench: Bench, judge: Judge) -> None:
    """The certificate is a good one, under a root that the station was never given."""
    made = releases.release(bench, "stranger")

    trace = await releases.updating(bench, made).play(scene.asks(made.update()) + scene.passes(20.0))

    judge.status(trace, trace.first(UpdateFirmware), "InvalidCertificate", "RevokedCertificate")
    events = trace.all(SecurityEventNotification, type="InvalidFirmwareSigningCertificate")
    judge.some("events InvalidFirmwareSigningCertificate", events)
    judge.silence("steps of an update", releases.steps(trace))


@case(
    "TC_L_06_CS",
    "A firmware whose signature does not fit is fetched, and not installed",
    sut=Role.STATION,
    cites=("L01.FR.01", "L01.FR.03", "L01.FR.04", "L01.FR.10", "L01.FR.20"),
    needs=Feature.OCPP201,
)
async def test_bad_signature(bench: Bench, judge: Judge) -> None:
    """Signed by the right manufacturer, but for other bytes; event and status may come in any order."""
    made = releases.release(bench, "signature")

    trace = await releases.updating(bench, made).play(scene.asks(made.update()) + over(), limit=LIMIT)

    judge_the_failure(judge, trace, ("Downloading", "Downloaded"), "InvalidSignature")
    events = trace.all(SecurityEventNotification, type="InvalidFirmwareSignature")
    judge.some("events InvalidFirmwareSignature", events)


@case(
    "TC_L_07_CS",
    "A firmware that is not to be had is told as such",
    sut=Role.STATION,
    cites=("L01.FR.01", "L01.FR.10", "L01.FR.20"),
    needs=Feature.OCPP201,
)
async def test_download_fails(bench: Bench, judge: Judge) -> None:
    """The server has no such file; the station tries once more, as the request says."""
    made = releases.release(bench)
    ask = scene.asks(made.update(releases.MISSING_PATH, retries=1, retryInterval=5))

    trace = await releases.updating(bench, made).play(ask + over(), limit=LIMIT)

    judge_the_failure(judge, trace, ("Downloading",), "DownloadFailed")


@case(
    "TC_L_08_CS",
    "A firmware that turns out to be none is not installed",
    sut=Role.STATION,
    cites=("L01.FR.01", "L01.FR.10", "L01.FR.20"),
    needs=Feature.OCPP201,
)
async def test_installation_fails(bench: Bench, judge: Judge) -> None:
    """It is rightly signed; what is in it cannot be installed."""
    made = releases.release(bench, "image")

    trace = await releases.updating(bench, made).play(scene.asks(made.update()) + over(), limit=LIMIT)

    course = ("Downloading", "Downloaded", "SignatureVerified")
    judge_the_failure(judge, trace, course, "InstallVerificationFailed", "InstallationFailed")


@case(
    "TC_L_10_CS",
    "Another request takes the place of an update that is under way",
    sut=Role.STATION,
    cites=("L01.FR.01", "L01.FR.10", "L01.FR.20", "L01.FR.24"),
    needs=Feature.OCPP201,
)
async def test_update_is_replaced(bench: Bench, judge: Judge) -> None:
    """The first firmware comes slowly; it is given up, and the second is installed."""
    made = releases.release(bench)
    slowly = scene.asks(made.update(releases.SLOW_PATH)) + scene.hears(FirmwareStatusNotification, status="Downloading")

    trace = await releases.updating(bench, made).play(
        slowly + scene.asks(made.update(requestId=SECOND)) + over(), limit=LIMIT
    )

    judge.status(trace, trace.first(UpdateFirmware), "Accepted")
    judge.status(trace, trace.nth(UpdateFirmware, 2), "AcceptedCanceled")
    told = releases.names(releases.steps(trace, SECOND))
    course = ("Downloading", "Downloaded", "SignatureVerified", "Installing", "Installed")
    judge.equal(f"what is wrong with {told}", releases.course_fault(told, course), "")
    first = releases.names(releases.steps(trace))
    judge.holds("the first is not installed", "Installed" not in first, "it is")


@case(
    "TC_L_11_CS",
    "A station that cannot give up an update rejects another one",
    sut=Role.STATION,
    cites=("L01.FR.01", "L01.FR.10", "L01.FR.20", "L01.FR.27"),
    needs=Feature.OCPP201,
)
async def test_update_goes_on(bench: Bench, judge: Judge) -> None:
    """The first firmware comes slowly, and is installed."""
    made = releases.release(bench)
    slowly = scene.asks(made.update(releases.SLOW_PATH)) + scene.hears(FirmwareStatusNotification, status="Downloading")

    trace = await releases.updating(bench, made, cancels=False).play(
        slowly + scene.asks(made.update(requestId=SECOND)) + over(), limit=LIMIT
    )

    judge.status(trace, trace.nth(UpdateFirmware, 2), "Rejected")
    told = releases.names(releases.steps(trace))
    judge.equal("end of the first update", told[-1:], ["Installed"])
    judge.silence("steps of the second", releases.steps(trace, SECOND))


@case(
    "TC_L_18_CS",
    "A station that takes signed firmware takes no other",
    sut=Role.STATION,
    cites=("L01.FR.11",),
    needs=Feature.OCPP201,
)
async def test_unsigned(bench: Bench, judge: Judge) -> None:
    """Neither signature nor certificate."""
    made = releases.release(bench)

    trace = await releases.updating(bench, made).play(scene.asks(made.update(signed=False)) + scene.passes(10.0))

    judge.status(trace, trace.first(UpdateFirmware), "Rejected", "InvalidCertificate")
    judge.silence("steps of an update", releases.steps(trace))
