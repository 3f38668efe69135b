"""What charging profiles allow: which of them prevails, when, and all of them together over time (K01, K08)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

from harness.messages.ocpp_time import parse_timestamp

EXTERNAL, STATION_WIDE = "ChargingStationExternalConstraints", "ChargingStationMaxProfile"
TRANSACTION, DEFAULT = "TxProfile", "TxDefaultProfile"

_LAYERS = ((EXTERNAL,), (STATION_WIDE,), (TRANSACTION, DEFAULT))
"""Each layer bounds the others; within one, the first purpose that says something at a moment goes before the next."""

_EVERY = {"Daily": 86_400.0, "Weekly": 604_800.0}
_FOREVER = math.inf


class Running(Struct, frozen=True, kw_only=True):
    """The transaction that a profile may belong to."""

    transaction_id: str
    started_at: float


class Bound(Struct, frozen=True, kw_only=True):
    """One limit."""

    limit: float
    unit: str
    """`W`, over all phases, or `A`, on each phase or of direct current."""
    phases: int | None = None
    """On how many phases; None: on all there are."""
    phase: int | None = None
    """On which one, where it is one."""


class Supply(Struct, frozen=True, kw_only=True):
    """What turns amperes into watts."""

    voltage: float
    phases: int | None = None
    """Of alternating current; None: the current is direct."""

    def watts(self, bound: Bound) -> float:
        """A limit in W."""
        return bound.limit * self._across(bound) if bound.unit == "A" else bound.limit

    def amperes(self, bound: Bound) -> float:
        """A limit in A."""
        return bound.limit / self._across(bound) if bound.unit == "W" else bound.limit

    def measured(self, bound: Bound, unit: str) -> float:
        """A limit in `unit`."""
        return self.watts(bound) if unit == "W" else self.amperes(bound)

    def _across(self, bound: Bound) -> float:
        if self.phases is None:
            return self.voltage
        return self.voltage * min(bound.phases or self.phases, self.phases)


class Plan(Struct, frozen=True, kw_only=True):
    """A profile with one of its schedules, its timestamps read as Unix time."""

    id: int
    purpose: str
    stack_level: int
    transaction_id: str | None
    valid_from: float
    valid_to: float
    start: float | None
    """None: a transaction's beginning (Relative)."""
    every: float | None
    """Seconds from one beginning to the next; None: there is one alone."""
    duration: float
    steps: tuple[tuple[float, Bound], ...]
    """(seconds from the beginning, limit)."""

    def bound(self, at: float, begun: float | None) -> Bound | None:
        """The limit in force at `at`, in a transaction that began at `begun`; None where it sets none."""
        step = self.step(at, begun)
        return None if step is None else self.steps[step][1]

    def step(self, at: float, begun: float | None) -> int | None:
        """Which of the steps is in force at `at`, counted from 0."""
        start = self._start(at, begun)
        if start is None or not self.valid_from <= at < self.valid_to or not start <= at < start + self.duration:
            return None
        begun_by_now = [number for number, (offset, _) in enumerate(self.steps) if start + offset <= at]
        return max(begun_by_now, default=None)

    def changes(self, since: float, until: float, begun: float | None) -> Iterator[float]:
        """Moments behind `since` and before `until` at which the limit may change."""
        for moment in (self.valid_from, self.valid_to, *self._beginnings(since, until, begun)):
            if since < moment < until:
                yield moment

    def _beginnings(self, since: float, until: float, begun: float | None) -> Iterator[float]:
        start = self._start(since, begun)
        while start is not None and start < until:
            yield from (start + offset for offset, _ in self.steps)
            yield start + self.duration
            start = None if self.every is None else start + self.every

    def _start(self, at: float, begun: float | None) -> float | None:
        if self.start is None:
            return begun
        if self.every is None or at < self.start:
            return self.start
        return self.start + self.every * ((at - self.start) // self.every)


class Installed(Struct, frozen=True, kw_only=True):
    """A profile where it is installed."""

    evse_id: int
    plan: Plan
    payload: dict[str, Any]
    """As it came."""
    source: str = "CSO"
    """A ChargingLimitSourceEnumType."""


class Step(Struct, frozen=True, kw_only=True):
    """One period of a composite schedule."""

    start: int
    """Seconds from its beginning."""
    limit: float
    phases: int | None = None


def read_plan(profile: dict[str, Any], choice: int = 0) -> Plan:
    """A ChargingProfileType with one of its schedules.

    Raises:
        KeyError: a part is missing that the schema asks for.
        ValueError: a timestamp is none.
    """
    schedule = profile["chargingSchedule"][choice]
    unit, kind = str(schedule["chargingRateUnit"]), profile["chargingProfileKind"]
    start = schedule.get("startSchedule") if kind != "Relative" else None
    return Plan(
        id=profile["id"],
        purpose=profile["chargingProfilePurpose"],
        stack_level=profile["stackLevel"],
        transaction_id=profile.get("transactionId"),
        valid_from=_moment(profile.get("validFrom"), -_FOREVER),
        valid_to=_moment(profile.get("validTo"), _FOREVER),
        start=None if start is None else parse_timestamp(start),
        every=_EVERY.get(profile.get("recurrencyKind", "")) if kind == "Recurring" else None,
        duration=float(schedule.get("duration", _FOREVER)),
        steps=tuple((float(one["startPeriod"]), _bound(one, unit)) for one in schedule["chargingSchedulePeriod"]),
    )


def bounds(installed: Iterable[Installed], at: float, running: Running | None) -> tuple[Bound, ...]:
    """What each layer allows at `at`: the station is bound by all of them at once."""
    known = tuple(installed)
    found = (_prevailing(known, purposes, at, running) for purposes in _LAYERS)
    return tuple(bound for bound in found if bound is not None)


def next_change(installed: Iterable[Installed], at: float, running: Running | None, *, ahead: float) -> float:
    """When what is allowed may change next, within `ahead` seconds; infinity: not within them."""
    begun = running.started_at if running else None
    moments = (moment for one in installed for moment in one.plan.changes(at, at + ahead, begun))
    return min(moments, default=_FOREVER)


def composite(
    installed: Iterable[Installed],
    since: float,
    seconds: float,
    *,
    running: Running | None,
    supply: Supply,
    unit: str,
    ceiling: float,
) -> tuple[Step, ...]:
    """All profiles together from `since` on (K08.FR.04).

    Where no transaction runs, one is taken to begin at `since`.

    Args:
        installed: the profiles.
        since: Unix time, the beginning of the schedule.
        seconds: its length.
        running: the transaction that goes on.
        supply: turns one unit into the other.
        unit: of the schedule.
        ceiling: what the station can at most, in `unit`.
    """
    known = tuple(installed)
    going = running or Running(transaction_id="", started_at=since)
    moments = {since} | {
        moment for one in known for moment in one.plan.changes(since, since + seconds, going.started_at)
    }
    steps: list[Step] = []
    for moment in sorted(moments):
        step = _step(bounds(known, moment, going), round(moment - since), supply, unit, ceiling)
        if steps and steps[-1].start == step.start:
            steps.pop()
        if not steps or (steps[-1].limit, steps[-1].phases) != (step.limit, step.phases):
            steps.append(step)
    return tuple(steps)


def _step(found: tuple[Bound, ...], start: int, supply: Supply, unit: str, ceiling: float) -> Step:
    limit = min((supply.measured(bound, unit) for bound in found), default=ceiling)
    phases = min((bound.phases for bound in found if bound.phases is not None), default=None)
    return Step(start=start, limit=round(min(limit, ceiling), 3), phases=phases)


def _prevailing(
    known: tuple[Installed, ...], purposes: tuple[str, ...], at: float, running: Running | None
) -> Bound | None:
    """The limit of the highest stack level that sets one; limits from outside bind whatever their level."""
    begun = running.started_at if running else None
    for purpose in purposes:
        own = [one.plan for one in known if one.plan.purpose == purpose and _belongs(one.plan, running)]
        ranked = sorted(own, key=lambda plan: -plan.stack_level)
        said = [bound for plan in ranked if (bound := plan.bound(at, begun)) is not None]
        if said:
            return min(said, key=lambda bound: bound.limit) if purpose == EXTERNAL else said[0]
    return None


def _belongs(plan: Plan, running: Running | None) -> bool:
    if plan.purpose != TRANSACTION:
        return True
    return running is not None and plan.transaction_id in {None, running.transaction_id}


def _bound(period: dict[str, Any], unit: str) -> Bound:
    phases, phase = period.get("numberPhases"), period.get("phaseToUse")
    # In OCPP 2.1 a period may leave the limit out.
    return Bound(limit=float(period.get("limit", math.inf)), unit=unit, phases=phases, phase=phase)


def _moment(text: str | None, otherwise: float) -> float:
    return otherwise if text is None else parse_timestamp(text)
