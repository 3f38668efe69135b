"""Schedules of ISO 15118-2 and DIN SPEC 70121: the power that they allow, and what the EV makes of it."""

from __future__ import annotations

from typing import Any

from harness.checks import course_older as older
from harness.checks.course import SETTLING
from harness.messages import iso2
from harness.trace.entry import Entry

Steps = tuple[tuple[float, float], ...]
"""Seconds from the beginning and the W that hold from then on."""


def steps(schedule: Any) -> Steps:
    """The entries of a PMaxSchedule (V2G2-328 to V2G2-331)."""
    entries = schedule.p_max_schedule_entry
    return tuple((float(getattr(one.time_interval, "start", 0)), float(one.p_max)) for one in entries)


def power(course: Steps, elapsed: float) -> float:
    """W that hold at a time; the first entry holds before its time as well, the last one to the end."""
    begun = [watts for number, (start, watts) in enumerate(course) if number == 0 or start <= elapsed]
    return begun[-1] if begun else 0.0


class PlansBefore20:
    """The schedules of one connection, the one that the EV chose, and what it makes of it."""

    def __init__(self) -> None:
        """Nothing offered yet."""
        self._offered: dict[int, Steps] = {}
        self._since = self._begun = 0.0
        self._chosen: Steps | None = None
        self._volts: float | None = None

    def hear(self, entry: Entry) -> None:
        """Take what a message offers, chooses or measures."""
        message = entry.message
        if tuples := older.offered_tuples(message):
            self._offered = {one.sa_schedule_tuple_id: steps(one.p_max_schedule) for one in tuples}
            self._since = entry.at
        elif older.starts(message):
            wanted = older.chosen_tuple(message)
            self._chosen = None if wanted is None else self._offered.get(wanted)
            self._begun = self._since
        else:
            volts = older.present_volts(message)
            self._volts = self._volts if volts is None else volts

    def profile(self, message: Any) -> list[tuple[float, float]]:
        """W of the profile and W of its schedule, at every step of either (V2G2-224, V2G2-761)."""
        told = getattr(message, "charging_profile", None) if older.starts(message) else None
        if told is None or self._chosen is None:
            return []
        course = tuple(
            (float(one.charging_profile_entry_start), float(one.charging_profile_entry_max_power))
            for one in told.profile_entry
        )
        times = sorted({start for start, _ in course + self._chosen})
        return [(power(course, at), power(self._chosen, at)) for at in times]

    def target(self, entry: Entry) -> tuple[float, float] | None:
        """W that the EV asks for and W of its schedule; None where it asks for nothing that a schedule binds.

        The voltage that it asks for is the highest that it bears, so that at the connector counts where it is lower.
        DIN SPEC 70121 lets it pass over the schedule (V2G-DC-882).
        """
        asked = older.target(entry.message)
        if asked is None or self._chosen is None or not isinstance(entry.message, iso2.dc.CurrentDemandReq):
            return None
        volts = asked.volts if self._volts is None else min(asked.volts, self._volts)
        elapsed = entry.at - self._begun
        return asked.amperes * volts, max(power(self._chosen, elapsed), power(self._chosen, elapsed - SETTLING))
