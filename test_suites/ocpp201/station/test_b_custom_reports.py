"""Block B: reports of what the backend picks."""

from __future__ import annotations

from typing import Any

from harness.kit import Bench, Feature, Judge, Role, Trace, case, scene
from harness.kit import device_model as model
from harness.messages.ocpp import GetReport, GetVariables

REQUEST = 2719
LIMIT = 120.0
STATE = {"component": {"name": "EVSE", "evse": {"id": 1}}, "variable": {"name": "AvailabilityState"}}
ITEMS = {"component": {"name": "DeviceDataCtrlr"}, "variable": {"name": "ItemsPerMessage"}}


def picked(**wanted: Any) -> scene.Scene:
    """The backend asks for a report of what it wants, and waits for all of it where it is accepted."""
    return scene.asks(GetReport(requestId=REQUEST, **wanted)) + scene.when(_accepted, model.heard_whole())


def judge_report(judge: Judge, trace: Trace) -> list[model.Named]:
    """The request is accepted and the whole report follows, each variable with its characteristics; its items."""
    call = trace.first(GetReport)
    judge.status(trace, call, "Accepted")
    parts = model.reported(trace, call)
    model.judge_chain(judge, parts)
    items = model.contents(parts)
    without = [model.name_of(item) for item in items if "variableCharacteristics" not in item]
    judge.equal("variables without characteristics", without, [], at=parts)
    return items


def _accepted(trace: Trace) -> bool:
    replies = trace.all(GetReport.response)
    return bool(replies) and replies[-1].payload.get("status") == "Accepted"


@case(
    "TC_B_16_CS",
    "A report of the components that are enabled leaves out those that are not",
    sut=Role.STATION,
    cites=("B08.FR.04", "B08.FR.14"),
    needs=Feature.OCPP201,
)
async def test_by_criterion(bench: Bench, judge: Judge) -> None:
    """Every component that says Enabled must say true, in the report as well as when asked for that variable."""
    trace = await bench.play(picked(componentCriteria=["Enabled"]) + scene.asks(_about_the_first), limit=LIMIT)

    items = judge_report(judge, trace)
    told = [item for item in items if item["variable"]["name"] == "Enabled" and "instance" not in item["variable"]]
    off = [item["component"] for item in told if model.actual(item).get("value") != "true"]
    judge.some("components that say Enabled", told)
    judge.equal("components that are not enabled", off, [])
    if told:
        for result in model.judge_results(judge, trace, trace.last(GetVariables), ("Accepted",)):
            judge.equal("value when read", result.get("attributeValue"), "true")


def _about_the_first(trace: Trace) -> Any:
    """Read Enabled of the first component that the report says it of."""
    for item in model.contents(model.reported(trace, trace.first(GetReport))):
        if item["variable"] == {"name": "Enabled"}:
            return GetVariables(getVariableData=[{"component": item["component"], "variable": item["variable"]}])
    return None


def judge_the_state(judge: Judge, items: list[model.Named]) -> None:
    """One item: the state of the EVSE, which is only read, and one of five."""
    judge.equal("variables reported", [(item["component"], item["variable"]) for item in items], [_pair(STATE)])
    for item in items:
        kind = item.get("variableCharacteristics", {})
        judge.equal("dataType", kind.get("dataType"), "OptionList")
        judge.equal("values", {one.strip() for one in kind.get("valuesList", "").split(",")}, model.STATES)
        judge.equal("mutability", model.actual(item).get("mutability"), "ReadOnly")
        judge.among("state", model.actual(item).get("value"), model.STATES)


def _pair(named: model.Named) -> tuple[Any, Any]:
    return named["component"], named["variable"]


@case(
    "TC_B_17_CS",
    "A report of one variable holds that variable alone",
    sut=Role.STATION,
    cites=("B08.FR.04", "B08.FR.14"),
    needs=Feature.OCPP201,
)
async def test_one_variable(bench: Bench, judge: Judge) -> None:
    """The state of the first EVSE."""
    trace = await bench.play(picked(componentVariable=[STATE]), limit=LIMIT)

    judge_the_state(judge, judge_report(judge, trace))


@case(
    "TC_B_18_CS",
    "A report by component and by state of the component fits both, or is empty",
    sut=Role.STATION,
    cites=("B08.FR.04", "B08.FR.14"),
    needs=Feature.OCPP201,
)
async def test_both_filters(bench: Bench, judge: Judge) -> None:
    """An EVSE that is available is reported; of those with a problem there is none."""
    play = picked(componentVariable=[STATE], componentCriteria=["Available"])
    troubled = GetReport(requestId=REQUEST + 1, componentVariable=[STATE], componentCriteria=["Problem"])
    trace = await bench.play(play + scene.asks(troubled) + scene.passes(5.0), limit=LIMIT)

    judge_the_state(judge, judge_report(judge, trace))
    empty = trace.last(GetReport)
    judge.status(trace, empty, "EmptyResultSet")
    if empty.payload["requestId"] != REQUEST:
        judge.silence("parts of an empty report", model.reported(trace, empty))


@case(
    "TC_B_54_CS",
    "A variable named without its instance is reported with all of them",
    sut=Role.STATION,
    cites=("B08.FR.04", "B08.FR.14"),
    needs=Feature.OCPP201,
)
async def test_all_instances(bench: Bench, judge: Judge) -> None:
    """The bound on items in one request, which differs from request to request."""
    trace = await bench.play(picked(componentVariable=[ITEMS]), limit=LIMIT)

    items = judge_report(judge, trace)
    instances = {item["variable"].get("instance") for item in items}
    judge.holds("instances", {"GetReport", "GetVariables"} <= instances, f"only {instances}")
    judge.equal("variables", {model.name_of(item) for item in items}, {("DeviceDataCtrlr", "ItemsPerMessage")})


@case(
    "TC_B_55_CS",
    "A variable named with its instance is reported with that one alone",
    sut=Role.STATION,
    cites=("B08.FR.04", "B08.FR.14"),
    needs=Feature.OCPP201,
)
async def test_one_instance(bench: Bench, judge: Judge) -> None:
    """The bound on variables to be read at once."""
    wanted = {**ITEMS, "variable": {"name": "ItemsPerMessage", "instance": "GetVariables"}}
    trace = await bench.play(picked(componentVariable=[wanted]), limit=LIMIT)

    items = judge_report(judge, trace)
    judge.equal("variables reported", [(item["component"], item["variable"]) for item in items], [_pair(wanted)])


@case(
    "TC_B_56_CS",
    "A component named without its EVSE is reported for all of them",
    sut=Role.STATION,
    cites=("B08.FR.04", "B08.FR.14"),
    needs=Feature.OCPP201,
)
async def test_every_evse(bench: Bench, judge: Judge) -> None:
    """The device profile says how many there are."""
    wanted = {"component": {"name": "EVSE"}, "variable": {"name": "AvailabilityState"}}
    trace = await bench.play(picked(componentVariable=[wanted]), limit=LIMIT)

    items = judge_report(judge, trace)
    ids = {item["component"].get("evse", {}).get("id", 0) for item in items}
    judge.equal("EVSEs", sorted(ids), list(range(1, 1 + bench.device.parameters.get("evses", 1))))
    judge.equal("variables", {model.name_of(item) for item in items}, {("EVSE", "AvailabilityState")})
