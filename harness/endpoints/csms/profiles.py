"""The charging profiles that a backend sets."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from harness.endpoints.csms.known import Known
from harness.messages import ocpp
from harness.messages.ocpp import OcppMessage
from harness.messages.ocpp_time import timestamp

Payload = dict[str, Any]
Periods = tuple[tuple[int, float], ...]
"""(s from the start of the schedule, limit)."""


class ProfilePolicy(Struct, frozen=True, kw_only=True):
    """What the backend sets when an EV has said what it needs (K15.FR.07)."""

    periods: Periods = ((0, 40_000.0),)
    unit: str = "W"
    duration: int | None = None
    stack_level: int = 0
    delay: float = 0.0
    """Seconds behind the needs; a minute is the most (K15.FR.08)."""
    others: tuple[Periods, ...] = ()
    """Further schedules that the EV may choose from, two at most."""
    prices: tuple[tuple[int, int], ...] = ()
    """Price levels of the first schedule: (s from its start, level), the lower the cheaper."""
    settles_anew: int = 2
    """How often a schedule of the EV that lies outside the limits is settled anew in one transaction."""


def brings_a_profile(known: Known, policy: ProfilePolicy, call: OcppMessage, said: Payload) -> bool:
    """Whether a profile comes of a call that was answered so: of needs, or of a schedule outside the limits."""
    if call.action == "NotifyEVChargingNeeds":
        return said.get("status") != "Rejected"
    if call.action == "NotifyEVChargingSchedule" and said.get("status") == "Rejected" and known.running is not None:
        # K15.FR.13
        return known.given.settles_anew(known.running.transaction_id, most=policy.settles_anew)
    return False


def set_profile(known: Known, policy: ProfilePolicy, at: float) -> OcppMessage | None:
    """SetChargingProfile for the running transaction, from `at` on; None where none is running.

    A transaction keeps its profile id, so that a later profile replaces an earlier one (K01.FR.05, K16.FR.12).
    """
    running = known.running
    if running is None:
        return None
    profile_id = list(known.transactions).index(running.transaction_id) + 1
    profile = transaction_profile(policy, running.transaction_id, profile_id=profile_id, at=at)
    most = known.needs[-1].get("maxScheduleTuples") if known.needs else None
    if most is not None:
        # K15.FR.07
        profile["chargingSchedule"] = [_shortened(schedule, most) for schedule in profile["chargingSchedule"]]
    return ocpp.SetChargingProfile(evseId=running.evse_id, chargingProfile=profile)


def transaction_profile(policy: ProfilePolicy, transaction_id: str, *, profile_id: int, at: float) -> dict[str, Any]:
    """A TxProfile that starts at `at`."""
    schedules = [
        _schedule(policy, periods, number, at)
        for number, periods in enumerate((policy.periods, *policy.others), profile_id)
    ]
    if policy.prices:
        schedules[0]["salesTariff"] = _tariff(policy.prices, profile_id)
    return {
        "id": profile_id,
        "stackLevel": policy.stack_level,
        "chargingProfilePurpose": "TxProfile",
        "chargingProfileKind": "Absolute",
        "transactionId": transaction_id,
        "chargingSchedule": schedules,
    }


def _schedule(policy: ProfilePolicy, periods: Periods, number: int, at: float) -> Payload:
    schedule: Payload = {
        "id": number,
        "startSchedule": timestamp(at),
        "chargingRateUnit": policy.unit,
        "chargingSchedulePeriod": [{"startPeriod": start, "limit": limit} for start, limit in periods],
    }
    if policy.duration is not None:
        schedule["duration"] = policy.duration
    return schedule


def _shortened(schedule: Payload, most: int) -> Payload:
    """The first periods alone; the last of them takes the lowest limit of those that fall away."""
    periods = schedule["chargingSchedulePeriod"]
    if len(periods) <= most:
        return schedule
    lowest = min(period["limit"] for period in periods[most - 1 :])
    return {**schedule, "chargingSchedulePeriod": [*periods[: most - 1], {**periods[most - 1], "limit": lowest}]}


def _tariff(prices: tuple[tuple[int, int], ...], number: int) -> Payload:
    entries = [{"relativeTimeInterval": {"start": start}, "ePriceLevel": level} for start, level in prices]
    return {"id": number, "numEPriceLevels": max(level for _, level in prices), "salesTariffEntry": entries}
