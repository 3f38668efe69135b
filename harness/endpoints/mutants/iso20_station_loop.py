"""Stations with one fault each in the charge loop: in the blocks that they take, and in the current that they drive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.core.units import Amperes, Watts
from harness.endpoints.behaviour import Silence
from harness.endpoints.mutants.mutant import Mutant, series
from harness.endpoints.station.station import Station
from harness.messages.iso20.dc import (
    DcChargeLoopReq,
    DcChargeLoopRes,
    DynamicDcClReqControlMode,
    ScheduledDcClReqControlMode,
)
from harness.messages.iso20.types import ResponseCode

OK, FAILED = ResponseCode.OK, ResponseCode.FAILED
mutant = series(Station, Role.STATION, ids="station-", cases="ISO20-STN-")


def _driving(current: Callable[[DcChargeLoopReq, float], float]) -> Callable[[Station], Station]:
    """A station that drives another current, from the request and the current of a good station."""

    def bend(heard: DcChargeLoopReq, said: DcChargeLoopRes) -> DcChargeLoopRes:
        amperes = current(heard, float(said.evse_present_current))
        return replace(said, evse_present_current=Amperes.of(round(amperes, 2)))

    return lambda good: good.answering(DcChargeLoopRes, bend)


def _target(heard: DcChargeLoopReq, usual: float) -> float:
    block = heard.control_mode
    return float(block.ev_target_current) if isinstance(block, ScheduledDcClReqControlMode) else usual


def _silent_about_limits(_: Any, said: DcChargeLoopRes) -> DcChargeLoopRes:
    return replace(
        said,
        evse_current_limit_achieved=False,
        evse_power_limit_achieved=False,
        evse_voltage_limit_achieved=False,
    )


def _taking(unwanted: Callable[[Any], bool]) -> Callable[[Station], Station]:
    """A station that takes blocks which do not belong to what was selected."""

    def bend(heard: DcChargeLoopReq, said: DcChargeLoopRes) -> DcChargeLoopRes:
        return replace(said, response_code=OK) if unwanted(heard.control_mode) else said

    return lambda good: good.answering(DcChargeLoopRes, bend)


def _refusing(unwanted: Callable[[DcChargeLoopReq], bool]) -> Callable[[Station], Station]:
    """A station that refuses cycles for no good reason."""

    def bend(heard: DcChargeLoopReq, said: DcChargeLoopRes) -> DcChargeLoopRes:
        return replace(said, response_code=FAILED) if unwanted(heard) else said

    return lambda good: good.answering(DcChargeLoopRes, bend)


def _mute_on_windows(heard: DcChargeLoopReq, said: DcChargeLoopRes) -> DcChargeLoopRes | Silence:
    named = getattr(heard.control_mode, "ev_maximum_v2x_energy_request", None)
    return said if named is None else Silence()


def _with_limit(name: str, watts: float) -> Callable[[Station], Station]:
    fields: dict[str, Any] = {f"control_mode__{name}": Watts.of(watts)}
    return lambda good: good.but(DcChargeLoopRes, **fields)


MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "half-the-current",
        "drives half the current that it is asked for",
        ("CHL-006",),
        _driving(lambda _, usual: usual / 2),
    ),
    mutant(
        "never-discharges",
        "draws nothing from an EV that wants to give",
        ("CHL-006[discharging]",),
        _driving(lambda _, usual: max(0.0, usual)),
    ),
    mutant(
        "any-target",
        "drives every current that it is asked for",
        ("CHL-007", "CHL-008", "CHL-014"),
        _driving(_target),
    ),
    mutant(
        "silent-about-limits",
        "does not say when it reached a limit",
        ("CHL-007",),
        lambda good: good.answering(DcChargeLoopRes, _silent_about_limits),
    ),
    mutant(
        "too-much-power",
        "drives 20 A into every battery",
        ("CHL-009", "CHL-011", "CHL-012", "CHL-013"),
        _driving(lambda *_: 20.0),
    ),
    mutant(
        "too-little-power",
        "drives 2 A into every battery",
        ("CHL-010",),
        _driving(lambda *_: 2.0),
    ),
    mutant(
        "blind-to-profiles",
        "does not compare what an EV takes with what it announced",
        ("CHL-015",),
        lambda good: good.but(DcChargeLoopRes, response_code=OK),
    ),
    mutant(
        "loop-fails-later",
        "fails in the third cycle of every charge loop",
        ("CHL-016",),
        lambda good: good.but(DcChargeLoopRes, nth=3, response_code=FAILED),
    ),
    mutant(
        "no-scheduled-loop",
        "refuses cycles in Scheduled control mode",
        ("CHL-016[scheduled-both_ways]", "CHL-016[scheduled-charge_only]"),
        _refusing(lambda heard: isinstance(heard.control_mode, ScheduledDcClReqControlMode)),
    ),
    mutant(
        "loop-in-any-mode",
        "takes cycles of the other control mode",
        ("CHL-017",),
        _taking(lambda block: isinstance(block, ScheduledDcClReqControlMode | DynamicDcClReqControlMode)),
    ),
    mutant(
        "loop-of-any-service",
        "takes cycles with the block of another service",
        ("CHL-018",),
        _taking(lambda _: True),
    ),
    mutant(
        "lifts-its-limits",
        "allows more in the loop than it told before",
        ("CHL-019",),
        _with_limit("evse_maximum_discharge_power", 80_000.0),
    ),
    mutant(
        "needs-a-display",
        "refuses an EV that shows nothing of its battery",
        ("CHL-020",),
        _refusing(lambda heard: heard.display_parameters is None),
    ),
    mutant(
        "needs-two-displays",
        "refuses the second cycle of an EV that shows nothing of its battery",
        ("CHL-020",),
        lambda good: good.but(DcChargeLoopRes, nth=2, response_code=FAILED),
    ),
    mutant(
        "no-extremes",
        "refuses batteries that are empty or full",
        ("CHL-021",),
        _refusing(lambda heard: getattr(heard.display_parameters, "present_soc", None) in {0, 100}),
    ),
    mutant(
        "no-window",
        "says nothing to an EV that names a window for V2X",
        ("CHL-022",),
        lambda good: good.answering(DcChargeLoopRes, _mute_on_windows),
    ),
)
