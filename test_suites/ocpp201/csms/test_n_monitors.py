"""Block N: the backend sets monitors of a station's variables, has them listed, and hears of what they see."""

from __future__ import annotations

from typing import Any

from harness.kit import Bench, Feature, Judge, Role, Trace, case, conversation, ocpp_states, scene
from harness.kit import monitors as watching
from harness.messages.ocpp import (
    Action,
    ClearVariableMonitoring,
    GetMonitoringReport,
    Heartbeat,
    NotifyEvent,
    NotifyMonitoringReport,
    SetMonitoringBase,
    SetMonitoringLevel,
    SetVariableMonitoring,
)

SECOND = watching.REPORT_ID + 1
LIVES_ON = scene.says(Heartbeat())
STATION_STATE = {"component": {"name": "ChargingStation"}, "variable": {"name": "AvailabilityState"}}
BASES = ("All", "FactoryDefault", "HardWiredOnly")
TWO = watching.sets(watching.delta(), watching.upper())


def judge_the_answers(judge: Judge, trace: Trace) -> None:
    """Whatever the station tells is answered, and not with an error."""
    for action in (NotifyMonitoringReport, NotifyEvent, Heartbeat):
        for entry in trace.all(action):
            reply = conversation.answer(trace, entry)
            taken = reply is not None and not conversation.refused(reply)
            judge.holds(f"{entry.message.action} is answered", taken, "no answer, or an error", at=entry)


def judge_the_calls(judge: Judge, trace: Trace, action: Action, wanted: list[dict[str, Any]]) -> None:
    """The backend asks for what it was told to; numbers of requests are its own."""
    calls = trace.all(action)[: len(wanted)]
    trace.first(action)
    told = [
        {key: value for key, value in one.payload.items() if key not in {"requestId", "customData"}} for one in calls
    ]
    judge.equal(f"what {action.name} asks for", told, wanted, at=calls)


async def reports(bench: Bench, judge: Judge, *wanted: dict[str, Any]) -> None:
    """The backend has monitors listed, once for each of these terms."""
    course = TWO
    for number, terms in enumerate(wanted):
        course += watching.report(watching.REPORT_ID + number, **terms)

    trace = await bench.play(course + LIVES_ON)

    judge_the_calls(judge, trace, GetMonitoringReport, list(wanted))
    judge_the_answers(judge, trace)


@case(
    "TC_N_01_CSMS",
    "A backend has monitors listed by kind",
    sut=Role.CSMS,
    cites=("N02.FR.05", "N02.FR.10"),
    needs=Feature.OCPP201,
)
async def test_by_kind(bench: Bench, judge: Judge) -> None:
    """Changes, then thresholds."""
    await reports(
        bench, judge, {"monitoringCriteria": ["DeltaMonitoring"]}, {"monitoringCriteria": ["ThresholdMonitoring"]}
    )


@case(
    "TC_N_02_CSMS",
    "A backend has monitors of a variable listed",
    sut=Role.CSMS,
    cites=("N02.FR.05", "N02.FR.10"),
    needs=Feature.OCPP201,
)
async def test_by_variable(bench: Bench, judge: Judge) -> None:
    """The power of an EVSE, then its state."""
    await reports(bench, judge, {"componentVariable": [watching.POWER]}, {"componentVariable": [watching.STATE]})


@case(
    "TC_N_03_CSMS",
    "A backend has monitors of a variable listed by kind",
    sut=Role.CSMS,
    cites=("N02.FR.05", "N02.FR.10"),
    needs=Feature.OCPP201,
)
async def test_by_both(bench: Bench, judge: Judge) -> None:
    """Changes of the state of an EVSE, then thresholds of its power."""
    await reports(
        bench,
        judge,
        {"monitoringCriteria": ["DeltaMonitoring"], "componentVariable": [watching.STATE]},
        {"monitoringCriteria": ["ThresholdMonitoring"], "componentVariable": [watching.POWER]},
    )


@case(
    "TC_N_60_CSMS",
    "A backend has monitors of several variables listed",
    sut=Role.CSMS,
    cites=("N02.FR.05", "N02.FR.10"),
    needs=Feature.OCPP201,
)
async def test_by_list(bench: Bench, judge: Judge) -> None:
    """Changes of two states, then thresholds of one power."""
    await reports(
        bench,
        judge,
        {"monitoringCriteria": ["DeltaMonitoring"], "componentVariable": [STATION_STATE, watching.STATE]},
        {"monitoringCriteria": ["ThresholdMonitoring"], "componentVariable": [watching.POWER]},
    )


@case("TC_N_47_CSMS", "A backend has every monitor listed", sut=Role.CSMS, cites=("N02.FR.11",), needs=Feature.OCPP201)
async def test_all(bench: Bench, judge: Judge) -> None:
    """Nothing is named."""
    await reports(bench, judge, {})


@case(
    "TC_N_05_CSMS",
    "A backend sets each base of monitors",
    sut=Role.CSMS,
    cites=("N03.FR.03", "N03.FR.04", "N03.FR.05"),
    needs=Feature.OCPP201,
)
async def test_bases(bench: Bench, judge: Judge) -> None:
    """One after the other."""
    calls = [scene.asks(SetMonitoringBase(monitoringBase=base)) for base in BASES]

    trace = await bench.play(calls[0] + calls[1] + calls[2] + LIVES_ON)

    judge_the_calls(judge, trace, SetMonitoringBase, [{"monitoringBase": base} for base in BASES])
    judge_the_answers(judge, trace)


@case(
    "TC_N_08_CSMS", "A backend sets a monitor", sut=Role.CSMS, cites=("N04.FR.01", "N04.FR.02"), needs=Feature.OCPP201
)
async def test_set(bench: Bench, judge: Judge) -> None:
    """Of any change of the state of an EVSE."""
    trace = await bench.play(watching.sets(watching.delta()) + LIVES_ON)

    judge_the_calls(judge, trace, SetVariableMonitoring, [{"setMonitoringData": [watching.delta()]}])
    judge_the_answers(judge, trace)


@case("TC_N_16_CSMS", "A backend sets the level of events", sut=Role.CSMS, cites=("N05.FR.01",), needs=Feature.OCPP201)
async def test_level(bench: Bench, judge: Judge) -> None:
    """To 4."""
    trace = await bench.play(scene.asks(SetMonitoringLevel(severity=4)) + LIVES_ON)

    judge_the_calls(judge, trace, SetMonitoringLevel, [{"severity": 4}])
    judge_the_answers(judge, trace)


@case(
    "TC_N_17_CSMS",
    "A backend goes on where a station rejects a level",
    sut=Role.CSMS,
    cites=("N05.FR.02",),
    needs=Feature.OCPP201,
)
async def test_level_rejected(bench: Bench, judge: Judge) -> None:
    """Our station rejects even a good one."""
    station = bench.station.answering(SetMonitoringLevel.response, lambda _heard, _usual: {"status": "Rejected"})

    trace = await bench.play(scene.asks(SetMonitoringLevel(severity=4)) + LIVES_ON, station)

    judge_the_calls(judge, trace, SetMonitoringLevel, [{"severity": 4}])
    judge_the_answers(judge, trace)


async def clearing(bench: Bench, judge: Judge, status: str) -> None:
    """The backend clears the monitors that it has set, by their numbers."""
    station = bench.station
    if status != "Accepted":
        station = station.but(ClearVariableMonitoring.response, clearMonitoringResult__0__status=status)

    trace = await bench.play(TWO + scene.asks(watching.clears_all) + LIVES_ON, station)

    judge_the_calls(judge, trace, ClearVariableMonitoring, [{"id": watching.numbers(trace)}])
    judge_the_answers(judge, trace)


@case("TC_N_18_CSMS", "A backend clears monitors", sut=Role.CSMS, cites=("N06.FR.04",), needs=Feature.OCPP201)
async def test_clear(bench: Bench, judge: Judge) -> None:
    """Two of them, in no more than the station takes at a time."""
    await clearing(bench, judge, "Accepted")


@case(
    "TC_N_44_CSMS",
    "A backend goes on where a monitor cannot be cleared",
    sut=Role.CSMS,
    cites=("N06.FR.03",),
    needs=Feature.OCPP201,
)
async def test_clear_rejected(bench: Bench, judge: Judge) -> None:
    """Our station says that it is wired."""
    await clearing(bench, judge, "Rejected")


async def hearing(bench: Bench, judge: Judge, monitor: dict[str, Any], course: scene.Scene) -> None:
    """Our station tells what a monitor sees; the backend answers."""
    trace = await bench.play(watching.sets(monitor) + course + LIVES_ON)

    trace.first(NotifyEvent)
    judge_the_answers(judge, trace)


@case("TC_N_24_CSMS", "A backend takes events at intervals", sut=Role.CSMS, cites=("N08.FR.02",), needs=Feature.OCPP201)
async def test_periodic(bench: Bench, judge: Judge) -> None:
    """Every ten seconds."""
    await hearing(bench, judge, watching.delta(type="Periodic", value=10.0), scene.passes(25.0))


@case(
    "TC_N_50_CSMS",
    "A backend takes an event that comes of the clock",
    sut=Role.CSMS,
    cites=("N08.FR.02",),
    needs=Feature.OCPP201,
)
async def test_clock_aligned(bench: Bench, judge: Judge) -> None:
    """Every ten seconds of the clock."""
    await hearing(bench, judge, watching.delta(type="PeriodicClockAligned", value=10.0), scene.passes(25.0))


@case(
    "TC_N_49_CSMS",
    "A backend takes note that a threshold is no longer passed",
    sut=Role.CSMS,
    cites=("N07.FR.17",),
    needs=Feature.OCPP201,
)
async def test_cleared(bench: Bench, judge: Judge) -> None:
    """A car charges at our station, and stops."""
    course = ocpp_states.charging() + scene.passes(5.0) + ocpp_states.stopped_locally() + scene.passes(5.0)
    await hearing(bench, judge, watching.upper(), course)
