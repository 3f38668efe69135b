"""Charging profiles: which a station takes (K01, K15), and what they allow at a moment."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from msgspec import Struct

from harness.endpoints.station.quantities import PowerCap
from harness.messages.ocpp_time import parse_timestamp

Profile = dict[str, Any]

_RECURRENCE = {"Daily": 86_400.0, "Weekly": 604_800.0}
_STATION_WIDE = "ChargingStationMaxProfile"


class Running(Struct, frozen=True, kw_only=True):
    """The transaction that a profile may belong to."""

    transaction_id: str
    started_at: float


class _Stored(Struct, frozen=True, kw_only=True):
    evse_id: int
    profile: Profile


class Profiles:
    """The profiles of a station with one EVSE."""

    def __init__(self) -> None:
        """No profile is installed."""
        self._stored: dict[int, _Stored] = {}

    def objection(self, evse_id: int, profile: Profile, running: Running | None) -> str:
        """The reasonCode for a Rejected answer; empty if the profile can be taken."""
        return (
            _purpose_objection(evse_id, profile, running)
            or _schedule_objection(profile)
            or self._clash(evse_id, profile)
        )

    def install(self, evse_id: int, profile: Profile) -> None:
        """Take a profile; one with the same id is replaced (K01.FR.05)."""
        self._stored[profile["id"]] = _Stored(evse_id=evse_id, profile=profile)

    def clear(self, profile_id: int | None, criteria: dict[str, Any]) -> bool:
        """Remove what fits (K10); whether anything did."""
        fitting = [
            key
            for key, stored in self._stored.items()
            if (key == profile_id if profile_id is not None else _fits(stored, criteria))
        ]
        for key in fitting:
            del self._stored[key]
        return bool(fitting)

    def transaction_ended(self, transaction_id: str) -> None:
        """Its TxProfiles are void (K02.FR.05)."""
        self._stored = {
            key: stored for key, stored in self._stored.items() if stored.profile.get("transactionId") != transaction_id
        }

    def cap(self, at: float, running: Running | None) -> PowerCap | None:
        """What the profiles in force allow together; None: they say nothing."""
        bounds = [
            bound
            for purposes in ((_STATION_WIDE,), ("TxProfile", "TxDefaultProfile"))
            if (bound := self._highest(purposes, at, running)) is not None
        ]
        if not bounds:
            return None
        watts = [limit for unit, limit in bounds if unit == "W"]
        amperes = [limit for unit, limit in bounds if unit == "A"]
        return PowerCap(watts=min(watts, default=None), amperes=min(amperes, default=None))

    def transaction_schedule(self, running: Running) -> dict[str, Any] | None:
        """The chargingSchedule of the transaction's own profile with the highest stack level."""
        own = [profile for profile in self._of("TxProfile") if _belongs(profile, running)]
        return _schedule(max(own, key=lambda one: int(one["stackLevel"]))) if own else None

    def _highest(self, purposes: tuple[str, ...], at: float, running: Running | None) -> tuple[str, float] | None:
        """The limit of the highest stack level; a transaction's own profile goes before the default."""
        for purpose in purposes:
            candidates = [profile for profile in self._of(purpose) if _belongs(profile, running)]
            for profile in sorted(candidates, key=lambda one: -int(one["stackLevel"])):
                if (limit := limit_of(profile, at, running)) is not None:
                    return str(_schedule(profile)["chargingRateUnit"]), limit
        return None

    def _of(self, purpose: str) -> Iterator[Profile]:
        for stored in self._stored.values():
            if stored.profile["chargingProfilePurpose"] == purpose:
                yield stored.profile

    def _clash(self, evse_id: int, profile: Profile) -> str:
        """Another profile with the same rank (K01.FR.06, K01.FR.39)."""
        for stored in self._stored.values():
            other = stored.profile
            same_rank = all(
                other.get(key) == profile.get(key)
                for key in ("stackLevel", "chargingProfilePurpose", "transactionId", "validFrom", "validTo")
            )
            if other["id"] != profile["id"] and stored.evse_id == evse_id and same_rank:
                return "DuplicateProfile"
        return ""


def limit_of(profile: Profile, at: float, running: Running | None) -> float | None:
    """The limit that a profile sets at `at`; None where it sets none."""
    if not _valid(profile, at):
        return None
    schedule = _schedule(profile)
    start = _start_of(profile, schedule, at, running)
    if start is None or at < start or ("duration" in schedule and at >= start + schedule["duration"]):
        return None
    begun = [period for period in schedule["chargingSchedulePeriod"] if start + period["startPeriod"] <= at]
    return float(begun[-1]["limit"]) if begun else None


def _schedule(profile: Profile) -> dict[str, Any]:
    return dict(profile["chargingSchedule"][0])


def _valid(profile: Profile, at: float) -> bool:
    since, until = profile.get("validFrom"), profile.get("validTo")
    return (since is None or parse_timestamp(since) <= at) and (until is None or at < parse_timestamp(until))


def _start_of(profile: Profile, schedule: dict[str, Any], at: float, running: Running | None) -> float | None:
    kind = profile["chargingProfileKind"]
    if kind == "Relative":
        return running.started_at if running else None
    start = parse_timestamp(schedule["startSchedule"])
    if kind == "Recurring" and at >= start:
        every = _RECURRENCE[profile["recurrencyKind"]]
        start += every * ((at - start) // every)
    return start


def _belongs(profile: Profile, running: Running | None) -> bool:
    if profile["chargingProfilePurpose"] != "TxProfile":
        return True
    return running is not None and profile.get("transactionId", running.transaction_id) == running.transaction_id


def _fits(stored: _Stored, criteria: dict[str, Any]) -> bool:
    have = {**stored.profile, "evseId": stored.evse_id}
    return all(have.get(key) == value for key, value in criteria.items() if key != "customData")


def _purpose_objection(evse_id: int, profile: Profile, running: Running | None) -> str:
    purpose, kind = profile["chargingProfilePurpose"], profile["chargingProfileKind"]
    if purpose == "ChargingStationExternalConstraints":
        return "InvalidProfile"
    if purpose == _STATION_WIDE and (evse_id != 0 or kind == "Relative"):
        return "InvalidProfile"
    if purpose != "TxProfile":
        return ""
    if "transactionId" not in profile or evse_id == 0:
        return "InvalidProfile"
    if running is None or running.transaction_id != profile["transactionId"]:
        return "TxNotFound"
    return ""


def _schedule_objection(profile: Profile) -> str:
    for schedule in profile["chargingSchedule"]:
        starts = [period["startPeriod"] for period in schedule["chargingSchedulePeriod"]]
        ascending = all(one < other for one, other in pairwise(starts))
        negative = any(period["limit"] < 0 for period in schedule["chargingSchedulePeriod"])
        if starts[0] != 0 or not ascending or negative:
            return "InvalidSchedule"
        if ("startSchedule" in schedule) == (profile["chargingProfileKind"] == "Relative"):
            return "InvalidSchedule"
    if profile["chargingProfileKind"] == "Recurring" and "recurrencyKind" not in profile:
        return "InvalidProfile"
    return ""
