"""One DER control: what it says, when it is in force, and what it is told as."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from harness.messages.ocpp_time import parse_timestamp

Payload = dict[str, Any]

_FIELDS = {
    "EnterService": "enterService",
    "FixedPFAbsorb": "fixedPFAbsorb",
    "FixedPFInject": "fixedPFInject",
    "FixedVar": "fixedVar",
    "FreqDroop": "freqDroop",
    "Gradients": "gradient",
    "LimitMaxDischarge": "limitMaxDischarge",
}
"""Where SetDERControl carries what a control of a type says; any other type is a curve."""
_CURVES = (
    *("FreqWatt", "HFMustTrip", "HFMayTrip", "HVMustTrip", "HVMomCess", "HVMayTrip", "LFMustTrip", "LVMustTrip"),
    *("LVMomCess", "LVMayTrip", "PowerMonitoringMustTrip", "VoltVar", "VoltWatt", "WattPF", "WattVar"),
)
REPORTED_AS = {**_FIELDS, **dict.fromkeys(_CURVES, "curve")}
"""In which list ReportDERControl tells a control of a type."""
_KEYS = {"fixedPFAbsorb": "fixedPF", "fixedPFInject": "fixedPF"}
"""What such a list calls what a control says, where that is not the name of the list."""
_ALWAYS_IN_FORCE = frozenset({"EnterService", "Gradients"})
"""Types that know neither default nor schedule in a report."""
_ALWAYS = (float("-inf"), float("inf"))


class Control(Struct, kw_only=True):
    """A default, in force whenever nothing else of its type is, or scheduled for a stretch of time."""

    id: str
    type: str
    is_default: bool
    said: Payload
    begins: float
    """Unix time in the backend's clock."""
    ends: float
    superseded: bool = False
    started: bool = False
    """Its beginning was told."""

    @property
    def priority(self) -> int:
        """0 is the highest."""
        return int(self.said["priority"])

    def runs(self, now: float) -> bool:
        """Whether it is due to be in force."""
        return self.begins <= now < self.ends

    def rivals(self, other: Control) -> bool:
        """Whether both are of one kind and want the same time."""
        alike = (self.type, self.is_default) == (other.type, other.is_default)
        return alike and self.begins < other.ends and other.begins < self.ends

    def moments(self) -> tuple[float, ...]:
        """When something is to be told of it."""
        if self.is_default:
            return ()
        return (self.ends,) if self.started or self.superseded else (self.begins, self.ends)

    def begins_by(self, now: float) -> bool:
        """Whether its beginning is to be told."""
        return not (self.is_default or self.started or self.superseded) and self.runs(now)

    def ends_by(self, now: float) -> bool:
        """Whether its time is over."""
        return self.ends <= now

    def reported(self) -> Payload:
        """As ReportDERControl tells it."""
        field = REPORTED_AS[self.type]
        told: Payload = {"id": self.id, _KEYS.get(field, field): self.said}
        if self.type not in _ALWAYS_IN_FORCE:
            told |= {"isDefault": self.is_default, "isSuperseded": self.superseded}
        return told | ({"curveType": self.type} if field == "curve" else {})


def control_of(payload: Payload) -> Control | None:
    """The control that a SetDERControl sets; None where it does not say what its type needs.

    A default has no time of its own, a scheduled one has both a beginning and a duration (seconds).
    """
    kind = payload["controlType"]
    said = payload.get(_FIELDS.get(kind, "curve"))
    if said is None:
        return None
    begins, ends = _ALWAYS
    timed = {"startTime", "duration"} & set(said)
    if payload["isDefault"] == bool(timed) or len(timed) == 1:
        return None
    if timed:
        begins = parse_timestamp(said["startTime"])
        ends = begins + said["duration"]
    return Control(
        id=payload["controlId"], type=kind, is_default=payload["isDefault"], said=said, begins=begins, ends=ends
    )
