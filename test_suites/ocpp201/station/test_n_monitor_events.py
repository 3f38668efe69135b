"""Block N: what monitors tell, and when; how they are listed, limited and restored."""

from __future__ import annotations

from typing import Any

from harness.kit import Bench, Feature, Judge, Role, case, do, ocpp_states, scene
from harness.kit import monitors as watching
from harness.kit import upkeep as keeping
from harness.messages.ocpp import BootNotification, GetMonitoringReport, SetMonitoringBase, SetMonitoringLevel

SECOND, THIRD = watching.REPORT_ID + 1, watching.REPORT_ID + 2
SLEEP = scene.passes(10.0)
BOOTS = scene.does(do.reboot()) + scene.hears(BootNotification.response, status="Accepted", within=300.0) + SLEEP
BASES = ("All", "FactoryDefault", "HardWiredOnly")


@case(
    "TC_N_01_CS",
    "Monitors are listed by their kind",
    sut=Role.STATION,
    cites=("N02.FR.01", "N02.FR.03", "N02.FR.04", "N02.FR.05", "N02.FR.09", "N02.FR.13"),
    needs=Feature.OCPP201,
)
async def test_listed_by_kind(bench: Bench, judge: Judge) -> None:
    """Thresholds first, then changes."""
    both = watching.sets(watching.delta(), watching.upper())
    thresholds = watching.report(monitoringCriteria=["ThresholdMonitoring"])
    changes = watching.report(SECOND, monitoringCriteria=["DeltaMonitoring"])

    trace = await bench.play(both + thresholds + changes)

    for request_id, kinds in ((watching.REPORT_ID, ("UpperThreshold", "LowerThreshold")), (SECOND, ("Delta",))):
        judge.status(trace, trace.first(GetMonitoringReport, requestId=request_id), "Accepted")
        parts = watching.parts_of(trace, request_id)
        judge.equal("what is wrong with the parts", keeping.chain_fault(parts), "", at=parts)
        found = {monitor["type"] for _, monitor in watching.listed(trace, request_id)}
        judge.holds(f"kinds of {kinds}", bool(found) and found <= set(kinds), str(found), at=parts)


@case(
    "TC_N_02_CS",
    "Monitors are listed by what they watch",
    sut=Role.STATION,
    cites=("N02.FR.01", "N02.FR.04", "N02.FR.05", "N02.FR.08", "N02.FR.09"),
    needs=Feature.OCPP201,
)
async def test_listed_by_variable(bench: Bench, judge: Judge) -> None:
    """Those of the EVSE's state alone."""
    asked = watching.report(componentVariable=[watching.STATE])

    trace = await bench.play(watching.sets(watching.delta(), watching.upper()) + asked)

    judge.status(trace, trace.first(GetMonitoringReport), "Accepted")
    parts = watching.parts_of(trace)
    judge.equal("what is wrong with the parts", keeping.chain_fault(parts), "", at=parts)
    names = {one["variable"]["name"] for one, _ in watching.listed(trace)}
    judge.equal("variables in the report", names, {"AvailabilityState"}, at=parts)


@case(
    "TC_N_03_CS",
    "Monitors are listed by what they watch and by their kind at once",
    sut=Role.STATION,
    cites=("N02.FR.01", "N02.FR.10", "N02.FR.13"),
    needs=Feature.OCPP201,
)
async def test_listed_by_both(bench: Bench, judge: Judge) -> None:
    """No threshold is on the EVSE's state, but a change is."""
    terms: dict[str, Any] = {"componentVariable": [watching.STATE]}
    none = watching.report(monitoringCriteria=["ThresholdMonitoring"], **terms)
    some = watching.report(SECOND, monitoringCriteria=["DeltaMonitoring"], **terms)

    trace = await bench.play(watching.sets(watching.delta(), watching.upper()) + none + some)

    judge.status(trace, trace.first(GetMonitoringReport), "EmptyResultSet")
    judge.silence("reports of nothing", watching.parts_of(trace))
    judge.status(trace, trace.nth(GetMonitoringReport, 2), "Accepted")
    kinds = {monitor["type"] for _, monitor in watching.listed(trace, SECOND)}
    judge.equal("kinds in the report", kinds, {"Delta"})


@case(
    "TC_N_47_CS",
    "Every monitor is listed where none is named",
    sut=Role.STATION,
    cites=("N02.FR.01", "N02.FR.11"),
    needs=Feature.OCPP201,
)
async def test_listed_all(bench: Bench, judge: Judge) -> None:
    """Two that the backend has set are among them."""
    trace = await bench.play(watching.sets(watching.delta(8), watching.delta(7)) + watching.report())

    judge.status(trace, trace.first(GetMonitoringReport), "Accepted")
    missing = set(watching.numbers(trace)) - watching.listed_numbers(trace)
    judge.holds("some were set", bool(watching.numbers(trace)), "none")
    judge.equal("missing in the report", missing, set())


@case(
    "TC_N_05_CS",
    "A station takes each base of monitors",
    sut=Role.STATION,
    cites=("N03.FR.01", "N03.FR.03", "N03.FR.04", "N03.FR.05"),
    needs=Feature.OCPP201,
)
async def test_bases(bench: Bench, judge: Judge) -> None:
    """All, those of the factory, those that are wired."""
    calls = [scene.asks(SetMonitoringBase(monitoringBase=base)) for base in BASES]

    trace = await bench.play(calls[0] + calls[1] + calls[2])

    for base in BASES:
        judge.status(trace, trace.first(SetMonitoringBase, monitoringBase=base), "Accepted")


@case(
    "TC_N_06_CS",
    "Monitors of the backend are gone once only those that are wired may be",
    sut=Role.STATION,
    cites=("N03.FR.01", "N03.FR.05"),
    needs=Feature.OCPP201,
)
async def test_hard_wired_only(bench: Bench, judge: Judge) -> None:
    """One is set, then the base changes to HardWiredOnly."""
    change = scene.asks(SetMonitoringBase(monitoringBase="HardWiredOnly"))

    trace = await bench.play(watching.sets(watching.delta()) + watching.report() + change + watching.report(SECOND))

    judge.status(trace, trace.first(SetMonitoringBase), "Accepted")
    judge.holds("it was set", bool(watching.taken(trace)), "it was not")
    left = set(watching.numbers(trace)) & watching.listed_numbers(trace, SECOND)
    judge.equal("left in the report", left, set())


@case(
    "TC_N_41_CS",
    "Monitors of the backend are gone once those of the factory are restored",
    sut=Role.STATION,
    cites=("N03.FR.04",),
    needs=Feature.OCPP201,
)
async def test_factory_default(bench: Bench, judge: Judge) -> None:
    """One is set, then the base changes to FactoryDefault."""
    change = scene.asks(SetMonitoringBase(monitoringBase="FactoryDefault"))

    trace = await bench.play(watching.sets(watching.delta()) + watching.report() + change + watching.report(SECOND))

    judge.status(trace, trace.first(SetMonitoringBase), "Accepted")
    judge.holds("it was set", bool(watching.taken(trace)), "it was not")
    left = set(watching.numbers(trace)) & watching.listed_numbers(trace, SECOND)
    judge.equal("left in the report", left, set())


@case(
    "TC_N_53_CS",
    "A monitor outlives a boot",
    sut=Role.STATION,
    cites=("N07.FR.13",),
    needs=Feature.OCPP201,
)
async def test_outlives_a_boot(bench: Bench, judge: Judge) -> None:
    """Listed after it under its number."""
    trace = await bench.play(watching.sets(watching.delta()) + BOOTS + watching.report())

    judge.holds("it was set", bool(watching.taken(trace)), "it was not")
    missing = set(watching.numbers(trace)) - watching.listed_numbers(trace)
    judge.equal("missing in the report", missing, set())


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
