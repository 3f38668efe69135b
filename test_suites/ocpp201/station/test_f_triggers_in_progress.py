"""Block F: the backend wants to be told how far something is that goes on."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, case, scene
from harness.kit import firmware as releases
from harness.kit import upkeep as keeping
from harness.messages.ocpp import FirmwareStatusNotification, LogStatusNotification, TriggerMessage

SOON = 5.0
"""Seconds in which what was asked for has come, and what goes on goes on."""


@case(
    "TC_F_16_CS",
    "A station that uploads a log says so on demand",
    sut=Role.STATION,
    cites=("F06.FR.04", "F06.FR.05", "F06.FR.10", "F06.FR.14"),
    needs=Feature.OCPP201,
)
async def test_log_status(bench: Bench, judge: Judge) -> None:
    """The server takes the log slowly; the state is asked for meanwhile."""
    begun = scene.asks(keeping.log("DiagnosticsLog", keeping.SLOW)) + scene.hears(
        LogStatusNotification, status="Uploading"
    )
    demand = scene.asks(TriggerMessage(requestedMessage="LogStatusNotification")) + scene.passes(SOON)

    trace = await bench.serving(keeping.shelf()).play(begun + demand)

    reply = judge.status(trace, trace.first(TriggerMessage), "Accepted")
    told = trace.since(reply).all(LogStatusNotification)
    if judge.any("states told on demand", told):
        judge.equal("state", told[0].payload["status"], "Uploading", at=told[0])
        judge.equal("request", told[0].payload.get("requestId"), keeping.LOG_ID, at=told[0])


@case(
    "TC_F_19_CS",
    "A station that fetches its firmware says so on demand",
    sut=Role.STATION,
    cites=("F06.FR.04", "F06.FR.05", "F06.FR.10", "L01.FR.26"),
    needs=Feature.OCPP201,
)
async def test_firmware_status(bench: Bench, judge: Judge) -> None:
    """The server gives the file slowly; the state is asked for meanwhile."""
    made = releases.release(bench)
    begun = scene.asks(made.update(releases.SLOW_PATH)) + scene.hears(FirmwareStatusNotification, status="Downloading")
    demand = scene.asks(TriggerMessage(requestedMessage="FirmwareStatusNotification")) + scene.passes(SOON)

    trace = await releases.updating(bench, made).play(begun + demand)

    reply = judge.status(trace, trace.first(TriggerMessage), "Accepted")
    told = trace.since(reply).all(FirmwareStatusNotification)
    if judge.any("states told on demand", told):
        judge.equal("state", told[0].payload["status"], "Downloading", at=told[0])
