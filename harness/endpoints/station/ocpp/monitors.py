"""Monitors of variables: what each watches for, and when it has something to tell (N04, N07, N08)."""

from __future__ import annotations

import math
from typing import Any

from msgspec import Struct

from harness.endpoints.station.ocpp.device_model import Item

UPPER, LOWER, DELTA = "UpperThreshold", "LowerThreshold", "Delta"
PERIODIC, CLOCK_ALIGNED = "Periodic", "PeriodicClockAligned"
THRESHOLDS = (UPPER, LOWER)
TIMED = (PERIODIC, CLOCK_ALIGNED)
HARD_WIRED, PRECONFIGURED, CUSTOM = "HardWiredMonitor", "PreconfiguredMonitor", "CustomMonitor"
"""Who set a monitor (EventNotificationEnumType)."""
_DAY = 86_400.0


class Sighting(Struct, frozen=True, kw_only=True):
    """Something that a monitor has to tell."""

    trigger: str
    """An EventTriggerEnumType."""
    value: str
    cleared: bool = False


class Monitor:
    """Watches one variable."""

    def __init__(self, number: int, item: Item, asked: dict[str, Any], *, origin: str = CUSTOM, at: float) -> None:
        """Set from now on.

        Args:
            number: its id.
            item: the variable.
            asked: a SetMonitoringDataType.
            origin: who set it.
            at: now, in the backend's time.
        """
        self.number, self.item, self.origin = number, item, origin
        self.kind, self.value, self.severity = str(asked["type"]), float(asked["value"]), int(asked["severity"])
        self.transaction = bool(asked.get("transaction", False))
        self.cause: int | None = None
        """The event that told that a threshold was passed."""
        self._passed = False
        self._told = item.variable.read()
        self._due = math.inf
        self.begin(at)

    def begin(self, at: float) -> None:
        """Look at the variable anew, after a boot for example."""
        self._passed, self._told = False, self.item.variable.read()
        self._due = self._next(at)

    @property
    def told(self) -> dict[str, Any]:
        """As a VariableMonitoringType."""
        named = {"id": self.number, "type": self.kind, "severity": self.severity}
        return {**named, "value": self.value, "transaction": self.transaction}

    def look(self, at: float) -> Sighting | None:
        """What there is to tell at this moment, in the backend's time."""
        now = self.item.variable.read()
        if self.kind in TIMED:
            if at < self._due:
                return None
            self._due = self._next(at)
            return Sighting(trigger="Periodic", value=now)
        if self.kind == DELTA:
            if not self._differs(now):
                return None
            self._told = now
            return Sighting(trigger="Delta", value=now)
        passed = _number(now) > self.value if self.kind == UPPER else _number(now) < self.value
        if passed == self._passed:
            return None
        self._passed = passed
        return Sighting(trigger="Alerting", value=now, cleared=not passed)

    def _differs(self, now: str) -> bool:
        """By so much or more where it is a number, in any way where it is none (N04.FR.17)."""
        before, value = _number(self._told), _number(now)
        if math.isnan(before) or math.isnan(value):
            return now != self._told
        return value != before and abs(value - before) >= self.value

    def _next(self, at: float) -> float:
        if self.kind == PERIODIC:
            return at + self.value
        if self.kind == CLOCK_ALIGNED:
            midnight = at // _DAY * _DAY
            return midnight + (math.floor((at - midnight) / self.value) + 1) * self.value
        return math.inf


def objection(item: Item, asked: dict[str, Any]) -> tuple[str, str]:
    """Why no such monitor can be set: status and reason; empty where it can (N04.FR.05, .13, .14)."""
    kind, value = str(asked["type"]), float(asked["value"])
    numeric = item.kind.type in {"integer", "decimal"}
    if not item.kind.monitored or (kind in THRESHOLDS and not numeric):
        return "UnsupportedMonitorType", "UnsupportedRequest"
    if not 0 <= int(asked["severity"]) <= 9:
        return "Rejected", "ValueOutOfRange"
    if kind in TIMED and value <= 0:
        return "Rejected", "ValueOutOfRange"
    if kind == DELTA and value < 0:
        return "Rejected", "ValueOutOfRange"
    low, high = item.kind.least, item.kind.most
    if kind in THRESHOLDS and ((low is not None and value < low) or (high is not None and value > high)):
        return "Rejected", "ValueOutOfRange"
    return "", ""


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
