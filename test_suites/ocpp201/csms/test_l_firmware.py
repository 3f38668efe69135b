"""Block L: the backend has firmware installed, and hears of each step."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, Trace, case, conversation, do, ocpp_states, scene
from harness.kit import firmware as releases
from harness.messages.ocpp import (
    BootNotification,
    FirmwareStatusNotification,
    SecurityEventNotification,
    UpdateFirmware,
)

SECOND = releases.REQUEST_ID + 1
DONE = scene.hears(FirmwareStatusNotification, status="Installed", within=300.0) + scene.passes(5.0)
LIMIT = 400.0


def judge_the_request(judge: Judge, trace: Trace) -> None:
    """A secure update: certificate and signature come along."""
    asked = trace.first(UpdateFirmware)
    judge.equal("what the request lacks", releases.request_fault(asked), "", at=asked)
    judge.holds("a place to fetch it", bool(asked.payload["firmware"]["location"]), "none", at=asked)


def judge_the_answers(judge: Judge, trace: Trace, *last: str) -> None:
    """Each step up to the last one, and whatever else comes of it, is answered, and not with an error."""
    asked = trace.first(UpdateFirmware)
    since = trace.since(asked)
    steps = since.all(FirmwareStatusNotification)
    told = (*steps, *since.all(SecurityEventNotification), *since.all(BootNotification))
    for entry in told:
        reply = conversation.answer(trace, entry)
        taken = reply is not None and not conversation.refused(reply)
        judge.holds(f"{entry.message.action} is answered", taken, "no answer, or an error", at=entry)
    for boot in since.all(BootNotification):
        reply = conversation.answer(trace, boot)
        said = reply.payload.get("status") if reply is not None else "nothing"
        judge.equal("answer to the boot", said, "Accepted", at=boot)
    if last and not any(entry.payload["status"] in last for entry in steps):
        judge.inconclusive("update", f"our station never came to {' or '.join(last)}", at=asked)


@case(
    "TC_L_01_CSMS",
    "A backend has a signed firmware installed, and takes each step of it",
    sut=Role.CSMS,
    cites=("L01.FR.11",),
    needs=Feature.OCPP201,
)
async def test_update(bench: Bench, judge: Judge) -> None:
    """Our station fetches, checks and installs it, and boots."""
    made = releases.release(bench)

    trace = await releases.updating(bench, made).play(scene.asks(made.update()) + DONE, limit=LIMIT)

    judge_the_request(judge, trace)
    judge_the_answers(judge, trace, "Installed")


@case(
    "TC_L_02_CSMS",
    "A backend has a firmware installed at a later date",
    sut=Role.CSMS,
    cites=("L01.FR.11",),
    needs=Feature.OCPP201,
)
async def test_installed_later(bench: Bench, judge: Judge) -> None:
    """In a minute and a half from now."""
    made = releases.release(bench)

    trace = await releases.updating(bench, made).play(scene.asks(made.update(install_in=90.0)) + DONE, limit=LIMIT)

    judge_the_request(judge, trace)
    asked = trace.first(UpdateFirmware)
    later = "installDateTime" in asked.payload["firmware"] and releases.due(asked, "installDateTime") > asked.at
    judge.holds("a date for the installation", later, "none, or one in the past", at=asked)
    judge_the_answers(judge, trace, "Installed")


@case(
    "TC_L_03_CSMS",
    "A backend has a firmware fetched at a later date",
    sut=Role.CSMS,
    cites=("L01.FR.11",),
    needs=Feature.OCPP201,
)
async def test_fetched_later(bench: Bench, judge: Judge) -> None:
    """In a minute and a half from now."""
    made = releases.release(bench)

    trace = await releases.updating(bench, made).play(scene.asks(made.update(retrieve_in=90.0)) + DONE, limit=LIMIT)

    judge_the_request(judge, trace)
    asked = trace.first(UpdateFirmware)
    judge.holds("the date is ahead", releases.due(asked, "retrieveDateTime") > asked.at, "it is past", at=asked)
    judge_the_answers(judge, trace, "Installed")


async def ending(bench: Bench, judge: Judge, how: str) -> None:
    """An update that our station lets end so; the backend takes it, and goes on."""
    made = releases.release(bench)
    bench = releases.updating(bench, made, fails_with=how)

    trace = await bench.play(scene.asks(made.update()) + scene.passes(60.0), limit=LIMIT)

    judge_the_request(judge, trace)
    refused = how in {"InvalidCertificate", "RevokedCertificate"}
    judge_the_answers(judge, trace, *(() if refused else (how,)))


@case(
    "TC_L_04_CSMS",
    "A backend goes on where a station says that a signing certificate was revoked",
    sut=Role.CSMS,
    cites=("L01.FR.11",),
    needs=Feature.OCPP201,
)
async def test_revoked_certificate(bench: Bench, judge: Judge) -> None:
    """It says so in its answer, and by a security event."""
    await ending(bench, judge, "RevokedCertificate")


@case(
    "TC_L_05_CSMS",
    "A backend goes on where a station finds a signing certificate invalid",
    sut=Role.CSMS,
    cites=("L01.FR.11",),
    needs=Feature.OCPP201,
)
async def test_invalid_certificate(bench: Bench, judge: Judge) -> None:
    """It says so in its answer, and by a security event."""
    await ending(bench, judge, "InvalidCertificate")


@case(
    "TC_L_06_CSMS",
    "A backend takes note that a signature did not fit",
    sut=Role.CSMS,
    cites=("L01.FR.11",),
    needs=Feature.OCPP201,
)
async def test_invalid_signature(bench: Bench, judge: Judge) -> None:
    """Our station fetches the firmware and finds its signature wrong."""
    await ending(bench, judge, "InvalidSignature")


@case(
    "TC_L_07_CSMS",
    "A backend takes note that a firmware could not be fetched",
    sut=Role.CSMS,
    cites=("L01.FR.11",),
    needs=Feature.OCPP201,
)
async def test_download_fails(bench: Bench, judge: Judge) -> None:
    """Whatever the server has, our station says that it could not fetch it."""
    await ending(bench, judge, "DownloadFailed")


@case(
    "TC_L_08_CSMS",
    "A backend takes note that a firmware turned out to be none",
    sut=Role.CSMS,
    cites=("L01.FR.11",),
    needs=Feature.OCPP201,
)
async def test_verification_fails(bench: Bench, judge: Judge) -> None:
    """Our station says so while it installs."""
    await ending(bench, judge, "InstallVerificationFailed")


@case(
    "TC_L_09_CSMS",
    "A backend takes note that an installation failed",
    sut=Role.CSMS,
    cites=("L01.FR.11",),
    needs=Feature.OCPP201,
)
async def test_installation_fails(bench: Bench, judge: Judge) -> None:
    """Our station says so while it installs."""
    await ending(bench, judge, "InstallationFailed")


def asked_twice(made: releases.Release) -> scene.Scene:
    """The first firmware comes slowly; another one is asked for meanwhile."""
    slowly = scene.asks(made.update(releases.SLOW_PATH)) + scene.hears(FirmwareStatusNotification, status="Downloading")
    return slowly + scene.asks(made.update(requestId=SECOND)) + DONE


def judge_both(judge: Judge, trace: Trace, second: str) -> None:
    """Each request has a number of its own."""
    judge_the_request(judge, trace)
    asked = trace.nth(UpdateFirmware, 2)
    reply = trace.answer_to(asked)
    if reply.payload.get("status") != second:
        judge.inconclusive("second request", f"our station did not answer with {second}", at=reply)
        return
    numbers = [entry.payload["requestId"] for entry in trace.all(UpdateFirmware)]
    judge.holds("numbers of the requests differ", len(set(numbers)) == len(numbers), f"are {numbers}", at=asked)
    judge_the_answers(judge, trace, "Installed")


@case(
    "TC_L_10_CSMS",
    "A backend has an update give way to another one",
    sut=Role.CSMS,
    cites=("L01.FR.11",),
    needs=Feature.OCPP201,
)
async def test_update_is_replaced(bench: Bench, judge: Judge) -> None:
    """Our station answers with AcceptedCanceled."""
    made = releases.release(bench)

    trace = await releases.updating(bench, made).play(asked_twice(made), limit=LIMIT)

    judge_both(judge, trace, "AcceptedCanceled")


@case(
    "TC_L_11_CSMS",
    "A backend goes on where a station keeps to the update that it has begun",
    sut=Role.CSMS,
    cites=("L01.FR.11",),
    needs=Feature.OCPP201,
)
async def test_update_goes_on(bench: Bench, judge: Judge) -> None:
    """Our station rejects the second request, and installs what the first was about."""
    made = releases.release(bench)

    trace = await releases.updating(bench, made, cancels=False).play(asked_twice(made), limit=LIMIT)

    judge_both(judge, trace, "Rejected")


@case(
    "TC_L_13_CSMS",
    "A backend takes note that an update waits for a car to go",
    sut=Role.CSMS,
    cites=("L01.FR.11",),
    needs=Feature.OCPP201,
)
async def test_update_waits(bench: Bench, judge: Judge) -> None:
    """A car charges at our station, which fetches nothing meanwhile."""
    made = releases.release(bench)
    leaving = ocpp_states.stopped_locally() + scene.does(do.unplug())
    waiting = ocpp_states.charging() + scene.asks(made.update()) + scene.passes(20.0)

    trace = await releases.updating(bench, made, waits="download").play(waiting + leaving + DONE, limit=LIMIT)

    judge_the_request(judge, trace)
    judge_the_answers(judge, trace, "Installed")
