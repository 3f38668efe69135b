"""What is told of energy against the power that was seen to flow: the station's meter, the EV's state of charge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from harness.checks import course_older as older
from harness.checks.course import connections
from harness.checks.limits import flows
from harness.checks.rule import Rule, Tally, is_subject
from harness.core.case import Role
from harness.core.verdict import Finding
from harness.messages.iso20.common import ChargeProgress, PowerDeliveryReq
from harness.messages.iso20.types import ChargeLoopReq, ChargeLoopRes
from harness.trace.entry import Entry
from harness.trace.trace import Trace

SHARE = 0.1
"""Part of the energy by which a reading may differ; our own figure, as no standard gives one."""
WATT_HOURS = 30.0
"""What it may differ by anyway: readings are whole watt-hours, and power changes between two cycles."""
PERCENT = 2.0
"""What a state of charge may differ by: it is told in whole percent."""
_GAP = 5.0
"""Seconds between two cycles over which nobody knows what flowed."""
_HOUR = 3600.0
_IDLE = (ChargeProgress.STOP, ChargeProgress.STANDBY)


class Integral:
    """Energy of a connection, from what was seen to flow."""

    def __init__(self, frames: Iterable[Entry]) -> None:
        """Integrate power held constant from one measurement to the next."""
        self._points: list[tuple[float, float, float]] = []
        self.whole = True
        """Whether no time passed over which nothing is known."""
        into = back = 0.0
        before: tuple[float, float] | None = None
        for at, watts in _powers(frames):
            if before is not None:
                seconds = at - before[0]
                self.whole &= seconds <= _GAP or before[1] == 0
                into += max(0.0, before[1]) * seconds / _HOUR
                back += max(0.0, -before[1]) * seconds / _HOUR
            before = (at, watts)
            self._points.append((at, into, back))

    def until(self, at: float) -> tuple[float, float]:
        """Wh into the EV and back from it, from the first measurement to the last one not after `at`."""
        known = [point for point in self._points if point[0] <= at]
        return known[-1][1:] if known else (0.0, 0.0)


def _powers(frames: Iterable[Entry]) -> list[tuple[float, float]]:
    """When power changed, and to what: by the charge loop, and to nothing where it is stopped or stands by."""
    known = tuple(frames)
    idle = [(entry.number, entry.at, 0.0) for entry in known if _goes_idle(entry.message)]
    flowing = [(one.entry.number, one.entry.at, one.watts) for one in flows(known)]
    # Of the same instant the later entry counts: a response of the loop, and the request to stop behind it.
    return [(at, watts) for _, at, watts in sorted([*idle, *flowing])]


def _goes_idle(message: Any) -> bool:
    return older.stops(message) or (isinstance(message, PowerDeliveryReq) and message.charge_progress in _IDLE)


def _reading(message: Any) -> float | None:
    """Wh to the EV that the meter shows in the loop."""
    if isinstance(message, ChargeLoopRes):
        return float(message.meter_info.charged_energy_reading_wh) if message.meter_info is not None else None
    return older.reading(message)


def meter_fits(trace: Trace) -> Iterable[Finding]:
    """MeterInfo rises by as much as the power of the charge loop brought.

    Of alternating current by ISO 15118-2 nobody tells the power: there the reading must not fall.
    """
    tally = Tally("RULE-METER-PLAUSIBLE", "meter readings fit the power that flowed", ("V2G20-902", "V2G2-902"))
    for frames in connections(trace):
        _never_falls(trace, frames, tally)
        energy = Integral(frames)
        first: tuple[Entry, float] | None = None
        for entry in frames:
            shown = _reading(entry.message)
            if shown is None or not energy.whole or not is_subject(trace, entry):
                continue
            first = first or (entry, shown)
            then, now = energy.until(first[0].at), energy.until(entry.at)
            rose = shown - first[1]
            flowed = now[0] - then[0]
            if abs(rose - flowed) <= max(WATT_HOURS, SHARE * max(abs(rose), flowed)):
                tally.good(entry)
            else:
                tally.bad(f"the meter rose by {rose:g} Wh while {flowed:.0f} Wh flowed", first[0], entry)
    return tally


def _never_falls(trace: Trace, frames: Iterable[Entry], tally: Tally) -> None:
    before: tuple[Entry, float] | None = None
    for entry in frames:
        shown = older.bare_reading(entry.message)
        if shown is None or not is_subject(trace, entry):
            continue
        if before is None or shown >= before[1]:
            tally.good(entry)
        else:
            tally.bad(f"the meter fell from {before[1]:g} Wh to {shown:g} Wh", before[0], entry)
        before = entry, shown


def _states(frames: Iterable[Entry]) -> Iterator[tuple[Entry, int, float]]:
    """Each state of charge that the EV shows in its loop, and the Wh of the battery; 0 where it did not tell them."""
    capacity = 0.0
    for entry in frames:
        message = entry.message
        capacity = older.capacity(message) or capacity
        shown = message.display_parameters if isinstance(message, ChargeLoopReq) else None
        if shown is not None and shown.present_soc is not None:
            told = shown.battery_energy_capacity
            yield entry, shown.present_soc, float(told) if told is not None else 0.0
        elif (percent := older.state_of_charge(message)) is not None:
            yield entry, percent, capacity


def charge_fits(trace: Trace) -> Iterable[Finding]:
    """The state of charge that the EV shows moves with the energy that flowed, by the capacity that it tells."""
    tally = Tally("RULE-SOC-PLAUSIBLE", "the state of charge fits the energy that flowed", ())
    for frames in connections(trace):
        energy = Integral(frames)
        first: tuple[Entry, int] | None = None
        for entry, percent, capacity in _states(frames):
            if not energy.whole or not is_subject(trace, entry):
                continue
            first = first or (entry, percent)
            then, now = energy.until(first[0].at), energy.until(entry.at)
            flowed = (now[0] - then[0]) - (now[1] - then[1])
            if capacity <= 0:
                continue
            moved, expected = percent - first[1], 100 * flowed / capacity
            if abs(moved - expected) <= PERCENT + SHARE * abs(expected):
                tally.good(entry)
            else:
                detail = f"it moved by {moved} %, the {flowed:.0f} Wh that flowed are {expected:.1f} %"
                tally.bad(detail, first[0], entry)
    return tally


RULES = (
    Rule(
        id="RULE-METER-PLAUSIBLE",
        title="Meter readings fit the power that flowed",
        judges=(Role.STATION,),
        cites=("V2G20-902", "V2G2-902"),
        find=meter_fits,
    ),
    Rule(
        id="RULE-SOC-PLAUSIBLE",
        title="The state of charge fits the energy that flowed",
        judges=(Role.EV,),
        find=charge_fits,
    ),
)
