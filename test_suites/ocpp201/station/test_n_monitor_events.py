"""Block N: what monitors tell, and when."""

from __future__ import annotations

from typing import Any

from harness.kit import Bench, Feature, Judge, Role, case, do, ocpp_states, scene
from harness.kit import monitors as watching
from harness.messages.ocpp import SetMonitoringLevel

SLEEP = scene.passes(10.0)


@case(
    "TC_N_16_CS",
    "Events that are less severe than the level are not told",
    sut=Role.STATION,
    cites=("N05.FR.01", "N05.FR.03"),
    needs=Feature.OCPP201,
)
async def test_level(bench: Bench, judge: Judge) -> None:
    """One monitor is more severe than the level, another is less; both see the same car come."""
    level = scene.asks(SetMonitoringLevel(severity=5))
    both = watching.sets(watching.delta(3), watching.delta(8))

    trace = await bench.play(level + both + ocpp_states.plugged_in() + SLEEP)

    judge.status(trace, trace.first(SetMonitoringLevel), "Accepted")
    severe, harmless = watching.numbers(trace)[:2] if len(watching.numbers(trace)) >= 2 else (0, 0)
    judge.some("events of the severe one", watching.events(trace, severe))
    judge.equal("events of the other", len(watching.events(trace, harmless)), 0)


@case(
    "TC_N_17_CS",
    "A level out of range is rejected",
    sut=Role.STATION,
    cites=("N05.FR.02",),
    needs=Feature.OCPP201,
)
async def test_level_out_of_range(bench: Bench, judge: Judge) -> None:
    """10, and -1."""
    trace = await bench.play(scene.asks(SetMonitoringLevel(severity=10)) + scene.asks(SetMonitoringLevel(severity=-1)))

    for asked in trace.all(SetMonitoringLevel):
        judge.status(trace, asked, "Rejected")


@case(
    "TC_N_20_CS",
    "A threshold that is passed is told, and so is that it is left",
    sut=Role.STATION,
    cites=("N07.FR.06", "N07.FR.07", "N07.FR.16", "N07.FR.17"),
    needs=Feature.OCPP201,
)
async def test_threshold(bench: Bench, judge: Judge) -> None:
    """A car charges, and stops."""
    course = ocpp_states.charging() + SLEEP + ocpp_states.stopped_locally() + SLEEP

    trace = await bench.play(watching.sets(watching.upper()) + course)

    if not watching.taken(trace):
        judge.inconclusive("threshold", "the station does not monitor the power of its EVSE")
        return
    told = watching.events(trace, watching.numbers(trace)[0])
    passed = [one for one in told if not one.get("cleared", False)]
    judge.holds("passing it is told", any(one["trigger"] == "Alerting" for one in passed), str(told))
    judge.holds("by its value", all(float(one["actualValue"]) > watching.WATTS for one in passed), str(passed))
    judge.holds("leaving it is told", any(one.get("cleared", False) for one in told), str(told))


@case(
    "TC_N_24_CS",
    "A value is told at the interval that was asked for",
    sut=Role.STATION,
    cites=("N07.FR.20", "N08.FR.01", "N08.FR.05"),
    needs=Feature.OCPP201,
)
async def test_periodic(bench: Bench, judge: Judge) -> None:
    """The state of the EVSE every ten seconds."""
    trace = await bench.play(watching.sets(watching.delta(type="Periodic", value=10.0)) + scene.passes(45.0))

    if not watching.taken(trace):
        judge.inconclusive("interval", "the station does not take such a monitor")
        return
    told = watching.events(trace, watching.numbers(trace)[0])
    judge.between("events", len(told), 3, 5)
    judge.equal("triggers", {one["trigger"] for one in told}, {"Periodic"})


async def change(bench: Bench, judge: Judge) -> None:
    """A car comes while the state of the EVSE is watched."""
    trace = await bench.play(watching.sets(watching.delta()) + ocpp_states.plugged_in() + SLEEP)

    number = watching.taken(trace)[0] if watching.taken(trace) else 0
    told = watching.events(trace, number)
    judge.some("events", told)
    for one in told[:1]:
        judge.equal("trigger", one["trigger"], "Delta")
        judge.equal("value", one["actualValue"], "Occupied")
        judge.equal("variable", one["variable"]["name"], "AvailabilityState")


@case(
    "TC_N_56_CS",
    "A change of what is no number is told",
    sut=Role.STATION,
    cites=("N07.FR.06", "N07.FR.07", "N07.FR.18"),
    needs=Feature.OCPP201,
)
async def test_change_of_state(bench: Bench, judge: Judge) -> None:
    """The state of the EVSE."""
    await change(bench, judge)


@case(
    "TC_N_45_CS",
    "A change of a number by so much is told",
    sut=Role.STATION,
    cites=("N07.FR.06", "N07.FR.07", "N07.FR.18", "N07.FR.19"),
    needs=Feature.OCPP201,
)
async def test_change_of_power(bench: Bench, judge: Judge) -> None:
    """The power of an EVSE where a car begins to charge."""
    wanted = watching.sets(watching.upper(type="Delta"))

    trace = await bench.play(wanted + ocpp_states.charging() + SLEEP)

    if not watching.taken(trace):
        judge.inconclusive("change", "the station does not monitor the power of its EVSE")
        return
    told = watching.events(trace, watching.numbers(trace)[0])
    judge.some("events", told)
    judge.equal("triggers", {one["trigger"] for one in told}, {"Delta"})


@case(
    "TC_N_51_CS",
    "A threshold that is set while it is passed already is told",
    sut=Role.STATION,
    cites=("N07.FR.11", "N07.FR.16"),
    needs=Feature.OCPP201,
)
async def test_threshold_that_is_passed(bench: Bench, judge: Judge) -> None:
    """A car charges before the monitor is set."""
    trace = await bench.play(ocpp_states.charging() + SLEEP + watching.sets(watching.upper()) + SLEEP)

    if not watching.taken(trace):
        judge.inconclusive("threshold", "the station does not monitor the power of its EVSE")
        return
    told = watching.events(trace, watching.numbers(trace)[0])
    judge.holds("it is told", any(one["trigger"] == "Alerting" for one in told), str(told))


@case(
    "TC_N_52_CS",
    "A monitor that was cleared tells nothing any more",
    sut=Role.STATION,
    cites=("N07.FR.12",),
    needs=Feature.OCPP201,
)
async def test_cleared_monitor(bench: Bench, judge: Judge) -> None:
    """It is set and cleared before a car comes."""
    gone = watching.sets(watching.delta()) + scene.asks(watching.clears_all)

    trace = await bench.play(gone + ocpp_states.plugged_in() + SLEEP)

    numbers = watching.taken(trace)
    judge.holds("it was set", bool(numbers), "it was not")
    told = [event for number in numbers for event in watching.events(trace, number)]
    judge.equal("events", len(told), 0)


async def change_offline(bench: Bench, severity: int) -> list[dict[str, Any]]:
    """A car comes while the backend is away; what the monitor told by the time that all is well again."""
    limit = ocpp_states.variable_set("MonitoringCtrlr", "OfflineQueuingSeverity", "5")
    away = scene.breaks(30.0) + scene.passes(5.0) + scene.does(do.plug_in(draws=False)) + scene.passes(90.0)

    trace = await bench.play(limit + watching.sets(watching.delta(severity)) + away)

    number = watching.taken(trace)[0] if watching.taken(trace) else 0
    return watching.events(trace, number)


@case(
    "TC_N_22_CS",
    "A severe event waits for a backend that is away",
    sut=Role.STATION,
    cites=("N07.FR.04",),
    needs=Feature.OCPP201,
)
async def test_severe_event_waits(bench: Bench, judge: Judge) -> None:
    """Severity 3, where 5 and all that is more severe is kept."""
    told = await change_offline(bench, 3)

    judge.holds("it is told afterwards", any(one["actualValue"] == "Occupied" for one in told), str(told))


@case(
    "TC_N_23_CS",
    "A harmless event does not wait for a backend that is away",
    sut=Role.STATION,
    cites=("N07.FR.04",),
    needs=Feature.OCPP201,
)
async def test_harmless_event_is_lost(bench: Bench, judge: Judge) -> None:
    """Severity 8, where 5 and all that is more severe is kept."""
    told = await change_offline(bench, 8)

    judge.equal("events afterwards", len(told), 0)
