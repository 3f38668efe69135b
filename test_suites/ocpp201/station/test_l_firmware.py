"""Block L: firmware that the backend has installed."""

from __future__ import annotations

from harness.kit import Bench, Entry, Feature, Judge, Role, Trace, case, do, ocpp_states, scene
from harness.kit import firmware as releases
from harness.messages.ocpp import (
    BootNotification,
    FirmwareStatusNotification,
    NotifyEvent,
    SecurityEventNotification,
    StatusNotification,
    TransactionEvent,
    UpdateFirmware,
)

LIMIT = 600.0
"""Seconds that a station gets for an update; no requirement names any."""
SOON = 30.0
COURSE = ("Downloading", "Downloaded", "SignatureVerified", "Installing", "Installed")
DONE = scene.hears(FirmwareStatusNotification, status="Installed", within=LIMIT) + scene.passes(5.0)


def states_of_connector(trace: Trace) -> list[tuple[Entry, str]]:
    """What was told of the state of the connector, whichever way."""
    told = [(entry, str(entry.payload["connectorStatus"])) for entry in trace.all(StatusNotification)]
    for entry in trace.all(NotifyEvent):
        events = [one for one in entry.payload["eventData"] if one["variable"]["name"] == "AvailabilityState"]
        told += [
            (entry, str(one["actualValue"])) for one in events if "connectorId" in one["component"].get("evse", {})
        ]
    return sorted(told, key=lambda one: one[0].number)


def judge_the_course(judge: Judge, trace: Trace, *course: str) -> None:
    """The steps come in their order, and name the request."""
    judge.status(trace, trace.first(UpdateFirmware), "Accepted")
    told = releases.steps(trace)
    judge.equal(f"what is wrong with {releases.names(told)}", releases.course_fault(releases.names(told), course), "")
    named = [entry for entry in trace.all(FirmwareStatusNotification) if entry not in told]
    judge.silence("steps that do not name the request", named)


def judge_the_end(judge: Judge, trace: Trace) -> None:
    """Nobody can charge while it is installed; it is told as a security event, and as the version at a boot."""
    installing = trace.first(FirmwareStatusNotification, status="Installing")
    before = [state for entry, state in states_of_connector(trace) if entry.number < installing.number]
    judge.equal("state of the connector at the installation", before[-1:], ["Unavailable"], at=installing)
    judge.some("events FirmwareUpdated", trace.all(SecurityEventNotification, type="FirmwareUpdated"))
    after = [state for entry, state in states_of_connector(trace) if entry.number > installing.number]
    judge.equal("state of the connector in the end", after[-1:], ["Available"], at=installing)
    if trace.all(FirmwareStatusNotification, status="InstallRebooting"):
        boots = trace.since(trace.first(UpdateFirmware)).all(BootNotification, reason="FirmwareUpdate")
        judge.some("boots for the firmware", boots)


@case(
    "TC_L_01_CS",
    "A signed firmware is fetched, checked and installed, and each step of it is told",
    sut=Role.STATION,
    cites=("L01.FR.01", "L01.FR.04", "L01.FR.05", "L01.FR.10", "L01.FR.15", "L01.FR.20", "L01.FR.31"),
    needs=Feature.OCPP201,
)
async def test_update(bench: Bench, judge: Judge) -> None:
    """At once; a station may boot before the installation, after it, or not at all."""
    made = releases.release(bench)

    trace = await releases.updating(bench, made).play(scene.asks(made.update()) + DONE, limit=LIMIT)

    judge_the_course(judge, trace, *COURSE)
    judge.holds("the firmware was fetched", releases.downloads(trace) > 0, "nobody fetched it")
    judge_the_end(judge, trace)


@case(
    "TC_L_02_CS",
    "A firmware that is to be installed later is fetched at once, and waits",
    sut=Role.STATION,
    cites=("L01.FR.01", "L01.FR.10", "L01.FR.15", "L01.FR.16", "L01.FR.20"),
    needs=Feature.OCPP201,
)
async def test_installed_later(bench: Bench, judge: Judge) -> None:
    """The installation is due in a minute and a half."""
    made = releases.release(bench)

    trace = await releases.updating(bench, made).play(scene.asks(made.update(install_in=90.0)) + DONE, limit=LIMIT)

    judge_the_course(judge, trace, *COURSE[:3], "InstallScheduled", *COURSE[3:])
    judge_the_end(judge, trace)
    asked, installing = trace.first(UpdateFirmware), trace.first(FirmwareStatusNotification, status="Installing")
    due = releases.due(asked, "installDateTime")
    judge.holds("it waits until then", installing.at >= due - 4.0, "too early", at=(asked, installing))


@case(
    "TC_L_03_CS",
    "A firmware that is to be fetched later is fetched then",
    sut=Role.STATION,
    cites=("L01.FR.01", "L01.FR.10", "L01.FR.13", "L01.FR.20"),
    needs=Feature.OCPP201,
)
async def test_fetched_later(bench: Bench, judge: Judge) -> None:
    """The download is due in a minute and a half."""
    made = releases.release(bench)

    trace = await releases.updating(bench, made).play(scene.asks(made.update(retrieve_in=90.0)) + DONE, limit=LIMIT)

    judge_the_course(judge, trace, "DownloadScheduled", *COURSE)
    judge_the_end(judge, trace)
    asked, fetching = trace.first(UpdateFirmware), trace.first(FirmwareStatusNotification, status="Downloading")
    due = releases.due(asked, "retrieveDateTime")
    judge.holds("it waits until then", fetching.at >= due - 4.0, "too early", at=(asked, fetching))


def update_within_a_session(made: releases.Release) -> scene.Scene:
    """A car charges when the update is asked for, and leaves 40 s later."""
    waiting = scene.asks(made.update()) + scene.passes(40.0)
    leaving = ocpp_states.stopped_locally() + scene.does(do.unplug())
    return ocpp_states.charging() + waiting + leaving + DONE


def judge_the_wait(judge: Judge, trace: Trace, waits: str, step: str) -> None:
    """The update stands still at one step until the transaction has come to its end."""
    ended = trace.first(TransactionEvent, eventType="Ended")
    before = releases.names(releases.steps(trace.until(ended)))
    judge.holds("it waits for the end of the session", step not in before, f"{step} comes before it", at=ended)
    judge.among("where it waits", before[-1] if before else "nowhere", waits.split("|"), at=ended)


@case(
    "TC_L_13_CS",
    "A station that cannot fetch a firmware while a car charges waits for the car to go",
    sut=Role.STATION,
    cites=("L01.FR.01", "L01.FR.06", "L01.FR.07", "L01.FR.10", "L01.FR.20"),
    needs=Feature.OCPP201,
)
async def test_download_waits_for_a_session(bench: Bench, judge: Judge) -> None:
    """No driver after this one may begin before the update is done."""
    made = releases.release(bench)

    trace = await releases.updating(bench, made, waits="download").play(update_within_a_session(made), limit=LIMIT)

    judge_the_course(judge, trace, "DownloadScheduled", *COURSE)
    judge_the_wait(judge, trace, "DownloadScheduled", "Downloading")
    judge_the_end(judge, trace)


@case(
    "TC_L_15_CS",
    "A station that can fetch a firmware while a car charges installs it when the car is gone",
    sut=Role.STATION,
    cites=("L01.FR.01", "L01.FR.06", "L01.FR.07", "L01.FR.10", "L01.FR.20"),
    needs=Feature.OCPP201,
)
async def test_installation_waits_for_a_session(bench: Bench, judge: Judge) -> None:
    """It may install before and boot after, if that is how it goes about it."""
    made = releases.release(bench)

    trace = await releases.updating(bench, made).play(update_within_a_session(made), limit=LIMIT)

    judge_the_course(judge, trace, *COURSE)
    judge_the_wait(judge, trace, "InstallScheduled|Installing", "Installed")
    judge.some("events FirmwareUpdated", trace.all(SecurityEventNotification, type="FirmwareUpdated"))


@case(
    "TC_L_16_CS",
    "A station that can install a firmware while a car charges does, and the car goes on",
    sut=Role.STATION,
    cites=("L01.FR.01", "L01.FR.06", "L01.FR.10", "L01.FR.20"),
    needs=Feature.OCPP201,
)
async def test_update_within_a_session(bench: Bench, judge: Judge) -> None:
    """Nobody leaves; the transaction must live on."""
    made = releases.release(bench)
    asked = ocpp_states.charging() + scene.asks(made.update())

    trace = await releases.updating(bench, made, waits="never").play(asked + DONE, limit=LIMIT)

    judge_the_course(judge, trace, *COURSE)
    judge.some("events FirmwareUpdated", trace.all(SecurityEventNotification, type="FirmwareUpdated"))
    judge.silence("ends of the transaction", trace.all(TransactionEvent, eventType="Ended"))
