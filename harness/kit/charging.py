"""Charging profiles for cases: made at the moment they are asked for, installed, asked for, read in answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from harness.kit.ocpp_states import EVSE_ID, running
from harness.kit.scene import Scene, asks, hears
from harness.messages.ocpp import (
    ClearChargingProfile,
    GetChargingProfiles,
    GetCompositeSchedule,
    GetVariables,
    OcppMessage,
    ReportChargingProfiles,
    SetChargingProfile,
)
from harness.messages.ocpp_time import parse_timestamp, timestamp
from harness.sessions.ocpp.composite import DEFAULT, STATION_WIDE, TRANSACTION
from harness.trace.entry import Entry
from harness.trace.trace import Trace

PURPOSES = (STATION_WIDE, DEFAULT, TRANSACTION)
REQUEST_ID = 8101
"""requestId of the reports that are asked for here."""
_PATIENCE = 10.0
"""Seconds to wait for a report."""
_AMPERES = 1 / 690
"""What a limit in W is in A where a station knows no W: three phases of 230 V."""
_RATE_UNIT = {"component": {"name": "SmartChargingCtrlr"}, "variable": {"name": "RateUnit"}}

Payload = dict[str, Any]
Periods = tuple[tuple[int, float], ...]
"""(s from the beginning, W)."""


class Wish(Struct, frozen=True, kw_only=True):
    """A profile to be installed; moments are seconds from when it is asked for."""

    id: int = 501
    purpose: str = DEFAULT
    evse_id: int = EVSE_ID
    level: int = 0
    periods: Periods = ((0, 6_000.0),)
    unit: str = ""
    """Empty: W, or A where the station is known to take no W."""
    kind: str = "Absolute"
    recurrency: str = ""
    starts_in: float = 0.0
    duration: int | None = None
    valid_from: float | None = None
    valid_to: float | None = None
    transaction_id: str = ""
    """Empty: the one that runs, where the purpose asks for one."""

    def but(self, **changes: Any) -> Wish:
        """Another wish."""
        return replace(self, **changes)

    def call(self, trace: Trace) -> OcppMessage:
        """The SetChargingProfile, made now."""
        return SetChargingProfile(evseId=self.evse_id, chargingProfile=self.profile(trace))

    def profile(self, trace: Trace) -> Payload:
        """The ChargingProfileType, made now."""
        now = float(int(trace.entries[-1].at))
        made: Payload = {
            "id": self.id,
            "stackLevel": self.level,
            "chargingProfilePurpose": self.purpose,
            "chargingProfileKind": self.kind,
            "chargingSchedule": [self._schedule(trace, now)],
        }
        if self.recurrency:
            made["recurrencyKind"] = self.recurrency
        for name, seconds in (("validFrom", self.valid_from), ("validTo", self.valid_to)):
            if seconds is not None:
                made[name] = timestamp(now + seconds)
        if self.purpose == TRANSACTION and (self.transaction_id or running(trace)):
            made["transactionId"] = self.transaction_id or running(trace)
        return made

    def _schedule(self, trace: Trace, now: float) -> Payload:
        unit = self.unit or unit_of(trace)
        factor = 1.0 if unit == "W" else _AMPERES
        periods = [{"startPeriod": start, "limit": round(watts * factor, 1)} for start, watts in self.periods]
        made: Payload = {"id": self.id, "chargingRateUnit": unit, "chargingSchedulePeriod": periods}
        if self.kind != "Relative":
            made["startSchedule"] = timestamp(now + self.starts_in)
        if self.duration is not None:
            made["duration"] = self.duration
        return made


def unit_of(trace: Trace) -> str:
    """The unit to speak in: W, unless the station was asked and takes none."""
    for entry in trace.all(GetVariables.response):
        for result in entry.payload["getVariableResult"]:
            if result["variable"]["name"] == "RateUnit" and "attributeValue" in result:
                return "W" if "W" in result["attributeValue"] else "A"
    return "W"


def foreign_unit(trace: Trace) -> str:
    """The unit that the station says it does not take; empty where it takes both, or does not say."""
    for entry in trace.all(GetVariables.response):
        for result in entry.payload["getVariableResult"]:
            if result["variable"]["name"] == "RateUnit" and "attributeValue" in result:
                return next((unit for unit in ("A", "W") if unit not in result["attributeValue"]), "")
    return ""


def prepared() -> Scene:
    """No profile is installed, and it is known which units the station takes."""
    cleared: Scene = ()
    for purpose in PURPOSES:
        cleared += asks(ClearChargingProfile(chargingProfileCriteria={"chargingProfilePurpose": purpose}))
    return asks(GetVariables(getVariableData=[_RATE_UNIT])) + cleared


def installs(*wishes: Wish) -> Scene:
    """The backend sets profiles, one after the other."""
    return tuple(step for wish in wishes for step in asks(wish.call))


def clears(profile_id: int | None = None, **criteria: Any) -> Scene:
    """The backend clears one profile, or all that fit."""
    named: Payload = {} if profile_id is None else {"chargingProfileId": profile_id}
    return asks(ClearChargingProfile(**named, **({"chargingProfileCriteria": criteria} if criteria else {})))


def asks_for_profiles(evse_id: int | None = None, request_id: int = REQUEST_ID, **criterion: Any) -> Scene:
    """The backend asks which profiles are installed, and waits for what is reported of them."""
    place = {} if evse_id is None else {"evseId": evse_id}
    call = GetChargingProfiles(requestId=request_id, **place, chargingProfile=criterion)
    last = hears(ReportChargingProfiles, where=_is_last, optional=True, within=_PATIENCE)
    return asks(call) + last


def asks_for_composite(evse_id: int = EVSE_ID, seconds: int = 300, unit: str = "") -> Scene:
    """The backend asks for the composite schedule of an EVSE, or of the station (0)."""

    def call(trace: Trace) -> OcppMessage:
        return GetCompositeSchedule(duration=seconds, evseId=evse_id, chargingRateUnit=unit or unit_of(trace))

    return asks(call)


def reports(trace: Trace, asked: Entry) -> Iterator[Entry]:
    """The ReportChargingProfiles that came of a GetChargingProfiles."""
    wanted = asked.payload["requestId"]
    return iter(trace.since(asked).all(ReportChargingProfiles, requestId=wanted))


def limit_at(schedule: Payload, at: float) -> float:
    """The limit of a CompositeScheduleType at a moment; not a number where it says nothing of it."""
    if not schedule:
        return float("nan")
    since = parse_timestamp(schedule["scheduleStart"])
    said = [one["limit"] for one in schedule["chargingSchedulePeriod"] if since + one["startPeriod"] <= at]
    inside = since <= at < since + schedule["duration"]
    return float(said[-1]) if said and inside else float("nan")


def differences(sent: Any, told: Any, where: str = "") -> list[str]:
    """Where what was told lacks something that was sent; more may be told, and moments may be written otherwise."""
    if isinstance(sent, dict) and isinstance(told, dict):
        return [one for key, value in sent.items() for one in differences(value, told.get(key), f"{where}.{key}")]
    if isinstance(sent, list) and isinstance(told, list) and len(sent) == len(told):
        pairs = zip(sent, told, strict=True)
        return [one for number, (a, b) in enumerate(pairs) for one in differences(a, b, f"{where}[{number}]")]
    same = sent == told or (_moment(sent) is not None and _moment(sent) == _moment(told))
    return [] if same else [f"{where.lstrip('.')} is {told}, was set as {sent}"]


def _moment(value: Any) -> float | None:
    try:
        return parse_timestamp(value)
    except (TypeError, ValueError):
        return None


def _is_last(entry: Entry) -> bool:
    return not entry.payload.get("tbc", False)
