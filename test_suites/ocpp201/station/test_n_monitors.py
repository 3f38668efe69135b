"""Block N: the backend sets monitors of a station's variables, and clears them."""

from __future__ import annotations

from typing import Any

from harness.kit import Bench, Feature, Judge, Role, Trace, case, scene
from harness.kit import monitors as watching
from harness.messages.ocpp import ClearVariableMonitoring, SetVariableMonitoring

SETS = ("N04.FR.01", "N04.FR.02", "N04.FR.08", "N04.FR.11")
STATION_STATE: dict[str, Any] = {"component": {"name": "ChargingStation"}, "variable": {"name": "AvailabilityState"}}
NOBODYS = 123_456
"""A number that no monitor has."""


def statuses(trace: Trace) -> list[str]:
    """What became of each monitor, in the order of the requests."""
    trace.answer_to(trace.first(SetVariableMonitoring))
    return [str(one["status"]) for one in watching.results(trace)]


def judge_numbers(judge: Judge, trace: Trace, count: int) -> None:
    """So many were set, each with a number of its own, and the report has them."""
    judge.equal("what became of each", statuses(trace), ["Accepted"] * count)
    judge.equal("numbers", len(watching.numbers(trace)), count)
    missing = set(watching.numbers(trace)) - watching.listed_numbers(trace)
    judge.equal("missing in the report", missing, set())


@case("TC_N_08_CS", "A monitor is set, and listed", sut=Role.STATION, cites=SETS, needs=Feature.OCPP201)
async def test_one(bench: Bench, judge: Judge) -> None:
    """Of any change of the state of an EVSE."""
    trace = await bench.play(watching.sets(watching.delta()) + watching.report())

    judge_numbers(judge, trace, 1)


@case("TC_N_09_CS", "Monitors of two variables are set at once", sut=Role.STATION, cites=SETS, needs=Feature.OCPP201)
async def test_several(bench: Bench, judge: Judge) -> None:
    """Of the state of an EVSE, and of that of the station."""
    trace = await bench.play(watching.sets(watching.delta(), watching.delta(**STATION_STATE)) + watching.report())

    judge_numbers(judge, trace, 2)


@case("TC_N_10_CS", "One variable has several monitors", sut=Role.STATION, cites=SETS, needs=Feature.OCPP201)
async def test_several_on_one(bench: Bench, judge: Judge) -> None:
    """They differ in their severity."""
    trace = await bench.play(watching.sets(watching.delta(8), watching.delta(7)) + watching.report())

    judge_numbers(judge, trace, 2)


async def refusal(bench: Bench, judge: Judge, monitor: dict[str, Any], *allowed: str) -> None:
    """One monitor that cannot be; the answer repeats what was asked for, and has no number."""
    trace = await bench.play(watching.sets(monitor))

    asked = trace.first(SetVariableMonitoring)
    told = trace.answer_to(asked).payload["setMonitoringResult"][0]
    judge.among("answer", told["status"], allowed, at=asked)
    judge.equal("number", told.get("id"), None, at=asked)
    same = {key: told.get(key) for key in ("type", "severity", "component", "variable")}
    judge.equal("what the answer is about", same, {key: monitor[key] for key in same}, at=asked)


@case(
    "TC_N_11_CS",
    "A component that does not exist cannot be monitored",
    sut=Role.STATION,
    cites=("N04.FR.03",),
    needs=Feature.OCPP201,
)
async def test_unknown_component(bench: Bench, judge: Judge) -> None:
    """The 99th EVSE."""
    component = {"name": "EVSE", "evse": {"id": 99}}
    await refusal(bench, judge, watching.delta(component=component), "UnknownComponent", "Rejected")


@case(
    "TC_N_37_CS",
    "A variable that does not exist cannot be monitored",
    sut=Role.STATION,
    cites=("N04.FR.04",),
    needs=Feature.OCPP201,
)
async def test_unknown_variable(bench: Bench, judge: Judge) -> None:
    """Of an EVSE that does exist."""
    await refusal(bench, judge, watching.delta(variable={"name": "UnknownVariable"}), "UnknownVariable")


@case(
    "TC_N_12_CS",
    "A change by less than nothing cannot be monitored",
    sut=Role.STATION,
    cites=("N04.FR.14",),
    needs=Feature.OCPP201,
)
async def test_negative_delta(bench: Bench, judge: Judge) -> None:
    """A delta of -1."""
    await refusal(bench, judge, watching.delta(value=-1.0), "Rejected")


@case(
    "TC_N_13_CS",
    "A threshold that the value can never pass cannot be monitored",
    sut=Role.STATION,
    cites=("N04.FR.13",),
    needs=Feature.OCPP201,
)
async def test_threshold_out_of_range(bench: Bench, judge: Judge) -> None:
    """A power of a terawatt."""
    await refusal(bench, judge, watching.upper(value=1e12), "Rejected")


@case(
    "TC_N_15_CS",
    "The same monitor is not set twice",
    sut=Role.STATION,
    cites=("N04.FR.10",),
    needs=Feature.OCPP201,
)
async def test_duplicate(bench: Bench, judge: Judge) -> None:
    """Same variable, same kind, same severity."""
    trace = await bench.play(watching.sets(watching.delta()) + watching.sets(watching.delta()))

    judge.equal("what became of each", statuses(trace), ["Accepted", "Duplicate"])


@case(
    "TC_N_39_CS",
    "A monitor does not move to another variable",
    sut=Role.STATION,
    cites=("N04.FR.16",),
    needs=Feature.OCPP201,
)
async def test_number_of_another(bench: Bench, judge: Judge) -> None:
    """The number of a monitor of the EVSE's state, for one of its power."""
    moved = scene.asks(watching.sets_again(0, watching.upper()))

    trace = await bench.play(watching.sets(watching.delta()) + moved + watching.report())

    judge.equal("what became of each", statuses(trace), ["Accepted", "Rejected"])
    number = watching.numbers(trace)[:1]
    names = [one["variable"]["name"] for one, monitor in watching.listed(trace) if monitor["id"] in number]
    judge.equal("variable of the monitor", names, ["AvailabilityState"])


@case(
    "TC_N_40_CS",
    "A monitor takes the place of the one whose number it bears",
    sut=Role.STATION,
    cites=("N04.FR.12",),
    needs=Feature.OCPP201,
)
async def test_replaced(bench: Bench, judge: Judge) -> None:
    """The severity changes from 8 to 4."""
    again = scene.asks(watching.sets_again(0, watching.delta(4)))

    trace = await bench.play(watching.sets(watching.delta()) + again + watching.report())

    judge.equal("what became of each", statuses(trace), ["Accepted", "Accepted"])
    number = watching.numbers(trace)[:1]
    found = [monitor["severity"] for _, monitor in watching.listed(trace) if monitor["id"] in number]
    judge.equal("severity of the monitor", found, [4])


@case(
    "TC_N_43_CS",
    "Of several monitors those are set that can be",
    sut=Role.STATION,
    cites=("N04.FR.01", "N04.FR.14"),
    needs=Feature.OCPP201,
)
async def test_mixed(bench: Bench, judge: Judge) -> None:
    """The second of three has a negative delta."""
    wanted = (watching.delta(8), watching.delta(7, value=-1.0), watching.delta(6))

    trace = await bench.play(watching.sets(*wanted))

    judge.equal("what became of each", statuses(trace), ["Accepted", "Rejected", "Accepted"])


@case(
    "TC_N_18_CS",
    "Monitors are cleared, and listed no more",
    sut=Role.STATION,
    cites=("N06.FR.01", "N06.FR.05"),
    needs=Feature.OCPP201,
)
async def test_cleared(bench: Bench, judge: Judge) -> None:
    """Two of them in one request."""
    there = watching.sets(watching.delta(8), watching.delta(7))

    trace = await bench.play(there + scene.asks(watching.clears_all) + watching.report())

    asked = trace.first(ClearVariableMonitoring)
    told = {one["id"]: one["status"] for one in trace.answer_to(asked).payload["clearMonitoringResult"]}
    judge.equal("what became of each", told, dict.fromkeys(asked.payload["id"], "Accepted"), at=asked)
    left = set(asked.payload["id"]) & watching.listed_numbers(trace)
    judge.equal("left in the report", left, set())


@case(
    "TC_N_19_CS",
    "A monitor that is not there cannot be cleared",
    sut=Role.STATION,
    cites=("N06.FR.02",),
    needs=Feature.OCPP201,
)
async def test_clear_unknown(bench: Bench, judge: Judge) -> None:
    """A number that no monitor has."""
    trace = await bench.play(scene.asks(ClearVariableMonitoring(id=[NOBODYS])))

    asked = trace.first(ClearVariableMonitoring)
    told = trace.answer_to(asked).payload["clearMonitoringResult"]
    judge.equal("what became of it", [(one["id"], one["status"]) for one in told], [(NOBODYS, "NotFound")], at=asked)
