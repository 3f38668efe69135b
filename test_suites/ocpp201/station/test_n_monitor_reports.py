"""Block N: how monitors are listed, replaced by those of the factory, and kept."""

from __future__ import annotations

from typing import Any

from harness.kit import Bench, Feature, Judge, Role, case, do, scene
from harness.kit import monitors as watching
from harness.kit import upkeep as keeping
from harness.messages.ocpp import BootNotification, GetMonitoringReport, SetMonitoringBase

SECOND = watching.REPORT_ID + 1
BOOTS = (
    scene.does(do.reboot())
    + scene.hears(BootNotification.response, status="Accepted", within=300.0)
    + scene.passes(10.0)
)
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
