"""The monitors of a station: set, cleared, listed; kept over a reboot (N02 to N06)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from harness.endpoints.station.ocpp.deed import Payload
from harness.endpoints.station.ocpp.device_model import DeviceModel, Item
from harness.endpoints.station.ocpp.monitors import (
    CUSTOM,
    DELTA,
    HARD_WIRED,
    PRECONFIGURED,
    THRESHOLDS,
    TIMED,
    Monitor,
    objection,
)

_CRITERIA = {"ThresholdMonitoring": THRESHOLDS, "DeltaMonitoring": (DELTA,), "PeriodicMonitoring": TIMED}


class MonitorBook:
    """Knows every monitor by its number."""

    def __init__(self, model: DeviceModel, factory: Sequence[Payload], hard_wired: Sequence[Payload]) -> None:
        """With the monitors that the station came with.

        Args:
            model: the variables.
            factory: SetMonitoringDataTypes of monitors that can be changed.
            hard_wired: the same of those that cannot.
        """
        self._model, self._factory = model, factory
        self._monitors: dict[int, Monitor] = {}
        self._last = 0
        for asked in hard_wired:
            self._add(asked, HARD_WIRED, 0.0)
        self.restore(0.0)

    def __iter__(self) -> Iterator[Monitor]:
        """Each monitor."""
        return iter(list(self._monitors.values()))

    def set(self, asked: Payload, at: float) -> Payload:
        """One setMonitoringResult (N04)."""
        result = {key: asked[key] for key in ("type", "severity", "component", "variable")}
        found = self._model.find(asked["component"], asked["variable"])
        if isinstance(found, str):
            return {**result, "status": found, **_why("NotFound")}
        status, reason = objection(found, asked)
        if not status:
            status, reason = self._clash(found, asked)
        if status:
            return {**result, "status": status, **_why(reason)}
        number = asked.get("id")
        if number is None:
            monitor = self._add(asked, CUSTOM, at)
        else:
            monitor = Monitor(number, found, asked, at=at)
            self._monitors[number] = monitor
        return {**result, "status": "Accepted", "id": monitor.number}

    def clear(self, number: int) -> Payload:
        """One clearMonitoringResult (N06)."""
        monitor = self._monitors.get(number)
        if monitor is None:
            return {"id": number, "status": "NotFound", **_why("NotFound")}
        if monitor.origin == HARD_WIRED:
            return {"id": number, "status": "Rejected", **_why("UnsupportedRequest")}
        del self._monitors[number]
        return {"id": number, "status": "Accepted"}

    def report(self, criteria: Sequence[str] | None, wanted: Sequence[Payload] | None) -> list[Payload]:
        """MonitoringDataTypes, those that fit one of each (N02)."""
        kinds = {kind for one in criteria or _CRITERIA for kind in _CRITERIA[one]}
        fitting = [one for one in self if one.kind in kinds and (not wanted or _among(one.item, wanted))]
        found: dict[Any, Payload] = {}
        for monitor in fitting:
            named = {"component": monitor.item.component, "variable": monitor.item.named}
            entry = found.setdefault(monitor.item.key, {**named, "variableMonitoring": []})
            entry["variableMonitoring"].append(monitor.told)
        return list(found.values())

    def drop(self, *origins: str) -> None:
        """Forget the monitors that these have set."""
        self._monitors = {number: one for number, one in self._monitors.items() if one.origin not in origins}

    def restore(self, at: float) -> None:
        """The monitors that the factory set, and no custom ones (N03.FR.04)."""
        self.drop(CUSTOM, PRECONFIGURED)
        for asked in self._factory:
            self._add(asked, PRECONFIGURED, at)

    def _add(self, asked: Payload, origin: str, at: float) -> Monitor:
        found = self._model.find(asked["component"], asked["variable"])
        if isinstance(found, str):
            raise LookupError(f"no variable {asked['variable']} to monitor: {found}")  # noqa: TRY004 - no wrong type
        self._last += 1
        monitor = Monitor(self._last, found, asked, origin=origin, at=at)
        self._monitors[self._last] = monitor
        return monitor

    def _clash(self, item: Item, asked: Payload) -> tuple[str, str]:
        """A number that is not of this variable, or the same monitor again (N04.FR.10, .12, .16)."""
        number = asked.get("id")
        if number is not None:
            before = self._monitors.get(number)
            if before is None or before.origin == HARD_WIRED or before.item.key != item.key:
                return "Rejected", "NotFound" if before is None else "InvalidValue"
        same = (
            one
            for one in self
            if one.item.key == item.key and one.kind == asked["type"] and one.severity == asked["severity"]
        )
        return ("Duplicate", "DuplicateProfile") if any(one.number != number for one in same) else ("", "")


def _among(item: Item, wanted: Sequence[Payload]) -> bool:
    def fits(one: Payload) -> bool:
        component = one["component"]
        here = (
            item.component["name"] == component["name"]
            and item.component.get("evse", {}).items() >= component.get("evse", {}).items()
        )
        return bool(here and ("variable" not in one or item.named.items() >= one["variable"].items()))

    return any(fits(one) for one in wanted)


def _why(reason: str) -> Payload:
    return {"statusInfo": {"reasonCode": reason}} if reason else {}
