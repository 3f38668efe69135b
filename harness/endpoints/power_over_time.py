"""Power schedules and profiles as steps over time, the way both sides of a plug read them."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from harness.endpoints.phases import Powers, named
from harness.messages.iso20.common import EvPowerProfile, PowerSchedule, PowerScheduleEntry


class Piece(Struct, frozen=True, kw_only=True):
    """A stretch of time with one power."""

    start: float
    """Unix time, s."""
    end: float
    powers: Powers
    """W as they were told: the sum, or one for each phase."""

    @property
    def watts(self) -> float:
        """W over all phases."""
        return sum(self.powers)


Plan = tuple[Piece, ...]
"""Pieces one behind the other."""


def plan_of(told: PowerSchedule | EvPowerProfile) -> Plan:
    """A schedule or profile as pieces."""
    if isinstance(told, EvPowerProfile):
        entries: Iterable[PowerScheduleEntry] = told.ev_power_profile_entries.ev_power_profile_entry
    else:
        entries = told.power_schedule_entries.power_schedule_entry
    pieces, at = [], float(told.time_anchor)
    for entry in entries:
        pieces.append(Piece(start=at, end=at + entry.duration, powers=named(entry, "power")))
        at += entry.duration
    return tuple(pieces)


def piece_at(plan: Plan, at: float) -> Piece | None:
    """The piece in force; the last one holds on, as does the first before it begins; None in an empty plan."""
    return next((piece for piece in plan if at < piece.end), plan[-1] if plan else None)


def watts_at(plan: Plan, at: float) -> float:
    """W over all phases at a moment; 0 in an empty plan."""
    piece = piece_at(plan, at)
    return piece.watts if piece is not None else 0.0


def meeting(plan: Plan, start: float, end: float) -> Plan:
    """The pieces in force at some moment between `start` and `end`."""
    inside = tuple(piece for piece in plan if piece.start < end and piece.end > start)
    last = piece_at(plan, end)
    return inside or (() if last is None else (last,))
