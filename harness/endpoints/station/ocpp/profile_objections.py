"""Why a station does not take a charging profile (K01), as reasonCodes; empty: nothing speaks against it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from harness.endpoints.station.charging_terms import ChargingTerms
from harness.endpoints.station.ocpp import operation_mode
from harness.messages.ocpp_time import parse_timestamp
from harness.sessions.ocpp.composite import DEFAULT, EXTERNAL, STATION_WIDE, TRANSACTION, Installed, Running

Profile = dict[str, Any]

_MOST_PHASES = 3


def misplaced(evse_id: int, profile: Profile, running: Running | None) -> str:
    """A purpose that does not go with the EVSE, the kind or the transaction (K01.FR.03, .09, .16, .22, .33, .38)."""
    purpose, kind = profile["chargingProfilePurpose"], profile["chargingProfileKind"]
    if purpose == EXTERNAL:
        return "InvalidProfile"
    if purpose == STATION_WIDE and (evse_id != 0 or kind == "Relative"):
        return "InvalidProfile"
    if purpose != TRANSACTION:
        return ""
    if "transactionId" not in profile or evse_id == 0:
        return "InvalidProfile"
    if running is None or running.transaction_id != profile["transactionId"]:
        return "TxNotFound"
    return ""


def malformed(profile: Profile, terms: ChargingTerms) -> str:
    """What the schema allows and no station can follow, or this one cannot."""
    if not 0 <= profile["stackLevel"] <= terms.stack_level:
        return "InvalidStackLevel"
    if profile["chargingProfileKind"] == "Recurring" and "recurrencyKind" not in profile:
        return "InvalidProfile"
    since, until = profile.get("validFrom"), profile.get("validTo")
    if since is not None and until is not None and parse_timestamp(until) <= parse_timestamp(since):
        return "InvalidProfile"
    if reason := operation_mode.objection(profile):
        return reason
    relative = profile["chargingProfileKind"] in {"Relative", "Dynamic"}
    reasons = (_schedule(one, terms, relative=relative) for one in profile["chargingSchedule"])
    return next(filter(None, reasons), "")


def clash(evse_id: int, profile: Profile, installed: tuple[Installed, ...]) -> str:
    """Another profile of the same rank at the same time (K01.FR.06, .39, .52, .53)."""
    for one in installed:
        if one.plan.id == profile["id"] and one.plan.purpose == EXTERNAL:
            return "InvalidProfile"
        same_rank = all(
            one.payload.get(key) == profile.get(key)
            for key in ("stackLevel", "chargingProfilePurpose", "transactionId")
        )
        # A default for the whole station holds for its EVSE as well.
        same_place = one.evse_id == evse_id or profile["chargingProfilePurpose"] == DEFAULT
        if one.plan.id != profile["id"] and same_rank and same_place and _meet(one, profile):
            return "DuplicateProfile"
    return ""


def _meet(one: Installed, profile: Profile) -> bool:
    """Whether both are valid at any moment."""
    since = parse_timestamp(profile["validFrom"]) if "validFrom" in profile else one.plan.valid_from
    until = parse_timestamp(profile["validTo"]) if "validTo" in profile else one.plan.valid_to
    return since < one.plan.valid_to and one.plan.valid_from < until


def _schedule(schedule: dict[str, Any], terms: ChargingTerms, *, relative: bool) -> str:
    periods = schedule["chargingSchedulePeriod"]
    if schedule["chargingRateUnit"] not in terms.units:
        return "UnsupportedRateUnit"
    if len(periods) > terms.periods:
        return "TooManyElements"
    starts = [period["startPeriod"] for period in periods]
    ascending = all(one < other for one, other in pairwise(starts))
    negative = any(period.get("limit", 0) < 0 for period in periods)
    too_late = "duration" in schedule and starts[-1] >= schedule["duration"]
    if starts[0] != 0 or not ascending or negative or too_late:
        return "InvalidSchedule"
    if ("startSchedule" in schedule) == relative:
        return "InvalidSchedule"
    return next(filter(None, (_phases(period, terms) for period in periods)), "")


def _phases(period: dict[str, Any], terms: ChargingTerms) -> str:
    """K01.FR.19, K01.FR.20."""
    count = period.get("numberPhases", _MOST_PHASES)
    if not 1 <= count <= _MOST_PHASES:
        return "InvalidSchedule"
    if "phaseToUse" not in period:
        return ""
    return "" if count == 1 and terms.phase_switching else "UnsupportedParam"
