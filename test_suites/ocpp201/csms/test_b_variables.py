"""Block B: the backend reads and writes variables, and has them reported."""

from __future__ import annotations

from typing import Any

from harness.kit import Bench, Feature, Judge, Role, case, scene
from harness.kit import device_model as model
from harness.kit import ocpp_backend as backend
from harness.messages.ocpp import (
    GetBaseReport,
    GetReport,
    GetVariables,
    NotifyReport,
    OcppMessage,
    SetVariables,
)

THRESHOLD = model.named("OCPPCommCtrlr", "OfflineThreshold")
REMOTE = model.named("AuthCtrlr", "AuthorizeRemoteStart")
STATE = {"component": {"name": "EVSE", "evse": {"id": 1}}, "variable": {"name": "AvailabilityState"}}
LIMIT = 120.0


def reading(*variables: model.Named) -> OcppMessage:
    """What reads them."""
    return GetVariables(getVariableData=list(variables))


def writing(*values: tuple[model.Named, str]) -> OcppMessage:
    """What writes them."""
    return SetVariables(setVariableData=[{**variable, "attributeValue": value} for variable, value in values])


async def judge_the_call(bench: Bench, judge: Judge, call: OcppMessage) -> None:
    """The backend is told to make this call, and makes it."""
    trace = await bench.play(scene.asks(call))

    backend.judge_asked(judge, trace, call)


@case(
    "TC_B_06_CSMS",
    "A backend reads the variable that its operator names",
    sut=Role.CSMS,
    cites=("B06.FR.01", "B06.FR.02", "B06.FR.03", "B06.FR.04", "B06.FR.10", "B06.FR.11"),
    needs=Feature.OCPP201,
)
async def test_reading_one(bench: Bench, judge: Judge) -> None:
    """OfflineThreshold."""
    await judge_the_call(bench, judge, reading(THRESHOLD))


@case(
    "TC_B_07_CSMS",
    "A backend reads several variables at once",
    sut=Role.CSMS,
    cites=("B06.FR.01", "B06.FR.02", "B06.FR.03"),
    needs=Feature.OCPP201,
)
async def test_reading_several(bench: Bench, judge: Judge) -> None:
    """Two, of two components, in one request."""
    await judge_the_call(bench, judge, reading(THRESHOLD, REMOTE))


@case(
    "TC_B_09_CSMS",
    "A backend writes the value that its operator names",
    sut=Role.CSMS,
    cites=("B05.FR.01", "B05.FR.02", "B05.FR.03", "B05.FR.12"),
    needs=Feature.OCPP201,
)
async def test_writing_one(bench: Bench, judge: Judge) -> None:
    """OfflineThreshold becomes 123."""
    await judge_the_call(bench, judge, writing((THRESHOLD, "123")))


@case(
    "TC_B_10_CSMS",
    "A backend writes several values at once",
    sut=Role.CSMS,
    cites=("B05.FR.01", "B05.FR.02", "B05.FR.03"),
    needs=Feature.OCPP201,
)
async def test_writing_several(bench: Bench, judge: Judge) -> None:
    """Two, of two components, in one request."""
    await judge_the_call(bench, judge, writing((THRESHOLD, "123"), (REMOTE, "false")))


async def judge_report(bench: Bench, judge: Judge, base: str) -> None:
    """The backend asks for this report, and takes all of its parts."""
    call = GetBaseReport(requestId=31, reportBase=base)

    trace = await bench.play(scene.asks(call) + model.heard_whole() + scene.passes(5.0), limit=LIMIT)

    asked = backend.judge_asked(judge, trace, call)
    judge.holds("number of the request", asked.payload["requestId"] >= 0, f"is {asked.payload['requestId']}", at=asked)
    backend.judge_taken(judge, trace, NotifyReport)


@case(
    "TC_B_12_CSMS",
    "A backend has a station report its configuration",
    sut=Role.CSMS,
    cites=("B07.FR.07",),
    needs=Feature.OCPP201,
)
async def test_configuration(bench: Bench, judge: Judge) -> None:
    """Our station reports it in several parts."""
    await judge_report(bench, judge, "ConfigurationInventory")


@case(
    "TC_B_13_CSMS",
    "A backend has a station report everything",
    sut=Role.CSMS,
    cites=("B07.FR.08",),
    needs=Feature.OCPP201,
)
async def test_everything(bench: Bench, judge: Judge) -> None:
    """More than a hundred variables, in several parts."""
    await judge_report(bench, judge, "FullInventory")


@case(
    "TC_B_14_CSMS",
    "A backend has a station report how it fares",
    sut=Role.CSMS,
    cites=("B07.FR.10",),
    needs=Feature.OCPP201,
)
async def test_summary(bench: Bench, judge: Judge) -> None:
    """One part does."""
    await judge_report(bench, judge, "SummaryInventory")


@case(
    "TC_B_18_CSMS",
    "A backend has a station report what its operator picks, and bears it that there is nothing",
    sut=Role.CSMS,
    cites=("B08.FR.04", "B08.FR.14"),
    needs=Feature.OCPP201,
)
async def test_picking(bench: Bench, judge: Judge) -> None:
    """The state of an EVSE with a problem, of which there is none, and then that of one that is available."""
    none, one = (_picking(number, criterion) for number, criterion in enumerate(("Problem", "Available"), start=41))

    trace = await bench.play(scene.asks(none) + scene.asks(one) + model.heard_whole() + scene.passes(5.0), limit=LIMIT)

    backend.judge_asked(judge, trace, none)
    backend.judge_asked(judge, trace, one, nth=2)
    backend.judge_taken(judge, trace, NotifyReport)


def _picking(number: int, criterion: str) -> Any:
    return GetReport(requestId=number, componentCriteria=[criterion], componentVariable=[STATE])
