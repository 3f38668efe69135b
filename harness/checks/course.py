"""One energy session as rules look at it: the messages of a connection in order, and the limits in force at each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from harness.checks import course_older as older
from harness.checks.stretch import stretches
from harness.core.case import Role
from harness.messages.iso20.common import ServiceSelectionReq
from harness.messages.iso20.energy import is_bidirectional
from harness.messages.iso20.types import (
    ChargeLoopReq,
    ChargeLoopRes,
    ChargeParameterDiscoveryReq,
    ChargeParameterDiscoveryRes,
)
from harness.trace.entry import Entry, Link
from harness.trace.trace import Trace

SETTLING = 3.0
"""Seconds in which a limit that was just told may still be exceeded: power electronics follow at a finite rate."""
_PREFIX = {Role.EV: "ev", Role.STATION: "evse"}
_PHASES = ("", "_l2", "_l3")
_BOUNDS = ("charge_power", "discharge_power", "charge_current", "discharge_current", "voltage")


def connections(trace: Trace) -> Iterator[tuple[Entry, ...]]:
    """The V2G messages of each connection, in order."""
    for stretch in stretches(trace, Link.V2G):
        yield stretch.frames


def block_of(entry: Entry) -> Any:
    """The part of a message that depends on service and control mode; None if it has none."""
    message = entry.message
    if isinstance(message, ChargeParameterDiscoveryReq | ChargeParameterDiscoveryRes):
        return getattr(message, "energy_transfer_mode", None)
    return getattr(message, "control_mode", None) if isinstance(message, ChargeLoopReq | ChargeLoopRes) else None


def summed(block: Any, attr: str) -> float | None:
    """A value over all phases that are told; None if none is."""
    told = [value for phase in _PHASES if (value := getattr(block, attr + phase, None)) is not None]
    return sum(map(float, told)) if told else None


def _told(entry: Entry, prefix: str) -> dict[str, float]:
    """The limits that one side tells with a message, of whichever protocol."""
    if older.is_older(entry.message):
        return older.limits(entry.message, prefix)
    block = block_of(entry)
    told = {name: summed(block, f"{prefix}_maximum_{name}") for name in _BOUNDS}
    return {name: value for name, value in told.items() if value is not None}


class InForce:
    """The limits that one side told, as they hold at a moment: the loosest of the last seconds."""

    def __init__(self, role: Role) -> None:
        """Nothing told yet."""
        self._prefix = _PREFIX[role]
        self._told: dict[str, list[tuple[float, float]]] = {}

    def take(self, entry: Entry) -> None:
        """Take what a message tells."""
        for name, value in _told(entry, self._prefix).items():
            self._told.setdefault(name, []).append((entry.at, abs(value)))

    def limit(self, name: str, at: float) -> float | None:
        """The loosest bound of the last `SETTLING` seconds, in W, A or V; None if none was told."""
        told = self._told.get(name)
        if not told:
            return None
        recent = [value for when, value in told if when >= at - SETTLING]
        before = [value for when, value in told if when < at - SETTLING][-1:]
        return max(recent + before)


def bidirectional(frames: Iterable[Entry]) -> bool | None:
    """Whether a connection lets energy come back: the service that it selected, if it selected one, decides.

    ISO 15118-2 and DIN SPEC 70121 have no service that would.
    """
    known = tuple(frames)
    if any(older.is_older(entry.message) for entry in known):
        return False
    chosen = [entry.message for entry in known if isinstance(entry.message, ServiceSelectionReq)]
    return is_bidirectional(chosen[-1].selected_energy_transfer_service.service_id) if chosen else None
