"""What a charging profile allows at a moment."""

from typing import Any

import pytest

from harness.endpoints.station.ocpp.profiles import Profiles, Running
from harness.sessions.ocpp.composite import read_plan


def limit_of(made: dict[str, Any], at: float, running: Running | None) -> float | None:
    bound = read_plan(made).bound(at, running.started_at if running else None)
    return None if bound is None else bound.limit


START = 1767225600.0
NOON = "2026-01-01T12:00:00Z"
NOON_AT = START + 12 * 3600
RUNNING = Running(transaction_id="T", started_at=NOON_AT + 100)


def profile(kind: str, *, periods: Any = ((0, 10.0), (60, 5.0)), **more: Any) -> dict[str, Any]:
    schedule: dict[str, Any] = {
        "id": 1,
        "chargingRateUnit": more.pop("unit", "W"),
        "chargingSchedulePeriod": [{"startPeriod": start, "limit": limit} for start, limit in periods],
    }
    if kind != "Relative":
        schedule["startSchedule"] = NOON
    if "duration" in more:
        schedule["duration"] = more.pop("duration")
    return {
        "id": 1,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": kind,
        "chargingSchedule": [schedule],
        **more,
    }


@pytest.mark.parametrize(
    ("made", "after", "limit"),
    [
        (profile("Absolute"), -1, None),
        (profile("Absolute"), 0, 10.0),
        (profile("Absolute"), 59.9, 10.0),
        (profile("Absolute"), 60, 5.0),
        (profile("Absolute"), 1e6, 5.0),
        (profile("Absolute", duration=90), 89, 5.0),
        (profile("Absolute", duration=90), 90, None),
        (profile("Absolute", validTo="2026-01-01T12:00:10Z"), 9, 10.0),
        (profile("Absolute", validTo="2026-01-01T12:00:10Z"), 10, None),
        (profile("Absolute", validFrom="2026-01-01T12:00:10Z"), 9, None),
        (profile("Relative"), 99, None),
        (profile("Relative"), 100, 10.0),
        (profile("Relative"), 160, 5.0),
        (profile("Recurring", recurrencyKind="Daily"), -1, None),
        (profile("Recurring", recurrencyKind="Daily"), 3 * 86_400 + 1, 10.0),
        (profile("Recurring", recurrencyKind="Weekly"), 3 * 86_400 + 1, 5.0),
        (profile("Recurring", recurrencyKind="Weekly"), 7 * 86_400 + 1, 10.0),
    ],
)
def test_the_limit_at_a_moment(made: dict[str, Any], after: float, limit: float | None) -> None:
    assert limit_of(made, NOON_AT + after, RUNNING) == limit


def test_relative_means_nothing_without_a_transaction() -> None:
    assert limit_of(profile("Relative"), NOON_AT, None) is None


def test_the_highest_level_counts_and_a_transaction_before_the_default() -> None:
    profiles = Profiles()
    assert profiles.cap(NOON_AT, RUNNING) is None
    profiles.install(1, profile("Absolute", periods=((0, 4.0),)))
    profiles.install(1, profile("Absolute", periods=((0, 9.0),), id=2, stackLevel=1, duration=30))
    caps = [profiles.cap(NOON_AT + after, RUNNING) for after in (0, 30)]
    assert [cap.watts for cap in caps if cap] == [9.0, 4.0]

    own = profile("Relative", id=3, chargingProfilePurpose="TxProfile", transactionId="T", unit="A")
    profiles.install(1, own)
    cap = profiles.cap(NOON_AT + 100, RUNNING)
    assert cap is not None
    assert (cap.watts, cap.amperes) == (None, 10.0)
    assert profiles.transaction_schedule(RUNNING) == own["chargingSchedule"][0]
    other = Running(transaction_id="U", started_at=NOON_AT)
    assert profiles.transaction_schedule(other) is None

    profiles.transaction_ended("T")
    cap = profiles.cap(NOON_AT + 100, RUNNING)
    assert cap is not None
    assert cap.watts == 4.0


def test_the_stations_own_bound_counts_as_well() -> None:
    profiles = Profiles()
    bound = profile("Absolute", periods=((0, 6.0),), chargingProfilePurpose="ChargingStationMaxProfile", id=2)
    profiles.install(0, bound)
    profiles.install(1, profile("Absolute"))
    caps = [profiles.cap(NOON_AT + after, None) for after in (0, 60)]
    assert [cap.watts for cap in caps if cap] == [6.0, 5.0]
