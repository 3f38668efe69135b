"""Stations with one fault each in the meter readings that they show to an EV."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.endpoints.mutants.mutant import Mutant, series
from harness.endpoints.station.station import Station
from harness.messages.iso20.dc import DcChargeLoopReq, DcChargeLoopRes
from harness.messages.iso20.types import MeterInfo

mutant = series(Station, Role.STATION, ids="station-", cases="ISO20-STN-")
_REGISTER = 4_711_000
"""Wh that the meter has counted in its life."""


def _reading(change: Callable[[DcChargeLoopReq, MeterInfo], MeterInfo | None]) -> Callable[[Station], Station]:
    """A station that shows other readings."""

    def bend(heard: DcChargeLoopReq, said: DcChargeLoopRes) -> DcChargeLoopRes:
        return said if said.meter_info is None else replace(said, meter_info=change(heard, said.meter_info))

    return lambda good: good.answering(DcChargeLoopRes, bend)


def _counting() -> Callable[[Any, MeterInfo], MeterInfo]:
    """Readings from a different meter each time."""
    shown = 0

    def change(_: Any, usual: MeterInfo) -> MeterInfo:
        nonlocal shown
        shown += 1
        return replace(usual, meter_id=f"{usual.meter_id}-{shown}")

    return change


def _falling() -> Callable[[Any, MeterInfo], MeterInfo]:
    """Readings that fall by a watt-hour each time."""
    left = 1000

    def change(_: Any, usual: MeterInfo) -> MeterInfo:
        nonlocal left
        left -= 1
        return replace(usual, charged_energy_reading_wh=left)

    return change


def _scaled(factor: float) -> Callable[[Any, MeterInfo], MeterInfo]:
    return lambda _, usual: replace(usual, charged_energy_reading_wh=round(usual.charged_energy_reading_wh * factor))


def _in_sum(_: Any, usual: MeterInfo) -> MeterInfo:
    back = usual.bpt_discharged_energy_reading_wh or 0
    return replace(usual, charged_energy_reading_wh=usual.charged_energy_reading_wh + back)


def _no_way_back(_: Any, usual: MeterInfo) -> MeterInfo:
    known = usual.bpt_discharged_energy_reading_wh is not None
    return replace(usual, bpt_discharged_energy_reading_wh=0) if known else usual


def _only_when_asked(heard: DcChargeLoopReq, usual: MeterInfo) -> MeterInfo | None:
    return usual if heard.meter_info_requested else None


def _of_its_life(_: Any, usual: MeterInfo) -> MeterInfo:
    return replace(usual, charged_energy_reading_wh=usual.charged_energy_reading_wh + _REGISTER)


MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "many-meters",
        "shows the readings of another meter each time",
        ("MET-001",),
        _reading(_counting()),
    ),
    mutant(
        "nameless-meter",
        "does not say which meter it reads",
        ("MET-001",),
        _reading(lambda _, usual: replace(usual, meter_id="")),
    ),
    mutant(
        "falling-meter",
        "shows readings that fall",
        ("MET-001",),
        _reading(_falling()),
    ),
    mutant(
        "reads-when-asked",
        "shows no reading that nobody asked for",
        ("MET-002",),
        _reading(_only_when_asked),
    ),
    mutant(
        "half-the-energy",
        "counts half the energy",
        ("MET-003",),
        _reading(_scaled(0.5)),
    ),
    mutant(
        "energy-in-kwh",
        "shows kilowatt-hours in the place of watt-hours",
        ("MET-003",),
        _reading(_scaled(0.001)),
    ),
    mutant(
        "counts-both-ways",
        "counts energy from the EV as energy to it",
        ("MET-004",),
        _reading(_in_sum),
    ),
    mutant(
        "counts-no-way-back",
        "has a register for energy from the EV that never moves",
        ("MET-004",),
        _reading(_no_way_back),
    ),
    mutant(
        "counts-its-life",
        "shows what its meter has counted in its life",
        ("MET-005",),
        _reading(_of_its_life),
    ),
)
