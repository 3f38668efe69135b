"""What charging profiles allow together, over time."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.messages.ocpp_time import timestamp
from harness.sessions.ocpp.composite import (
    Bound,
    Installed,
    Running,
    Supply,
    bounds,
    composite,
    next_change,
    read_plan,
)

START = 1767225600.0
DAY = 86_400.0
DIRECT = Supply(voltage=400.0)
THREE = Supply(voltage=230.0, phases=3)
RUNNING = Running(transaction_id="T", started_at=START + 10)


def installed(purpose: str, *periods: tuple[int, float], evse_id: int = 1, **more: Any) -> Installed:
    kind = more.pop("kind", "Absolute")
    schedule: dict[str, Any] = {
        "id": 1,
        "chargingRateUnit": more.pop("unit", "W"),
        "chargingSchedulePeriod": [{"startPeriod": start, "limit": limit} for start, limit in periods],
    }
    if kind != "Relative":
        schedule["startSchedule"] = timestamp(START + more.pop("begins", 0.0))
    if "duration" in more:
        schedule["duration"] = more.pop("duration")
    profile = {
        "id": more.pop("id", 1),
        "stackLevel": more.pop("level", 0),
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": kind,
        "chargingSchedule": [schedule],
        **more,
    }
    return Installed(evse_id=evse_id, plan=read_plan(profile), payload=profile)


def steps(*profiles: Installed, seconds: float = 300, unit: str = "W", supply: Supply = DIRECT, **more: Any) -> Any:
    ceiling = more.pop("ceiling", 50_000.0)
    running = more.pop("running", RUNNING)
    since = more.pop("since", START)
    made = composite(profiles, since, seconds, running=running, supply=supply, unit=unit, ceiling=ceiling)
    return [(step.start, step.limit) for step in made]


WHOLE, DEFAULT, OWN = "ChargingStationMaxProfile", "TxDefaultProfile", "TxProfile"
EXTERNAL = "ChargingStationExternalConstraints"


@pytest.mark.parametrize(
    ("profiles", "wanted"),
    [
        ((), [(0, 50_000)]),
        ((installed(DEFAULT, (0, 9_000)),), [(0, 9_000)]),
        ((installed(DEFAULT, (0, 90_000)),), [(0, 50_000)]),
        ((installed(DEFAULT, (0, 9_000), begins=60),), [(0, 50_000), (60, 9_000)]),
        ((installed(DEFAULT, (0, 9_000), (30, 9_000), (90, 5_000)),), [(0, 9_000), (90, 5_000)]),
        ((installed(DEFAULT, (0, 9_000), duration=60),), [(0, 9_000), (60, 50_000)]),
        ((installed(DEFAULT, (0, 9_000), validTo=timestamp(START + 45)),), [(0, 9_000), (45, 50_000)]),
        ((installed(DEFAULT, (0, 9_000), validFrom=timestamp(START + 45)),), [(0, 50_000), (45, 9_000)]),
        ((installed(DEFAULT, (0, 9_000), kind="Relative"),), [(0, 50_000), (10, 9_000)]),
        (
            (installed(DEFAULT, (0, 9_000)), installed(DEFAULT, (0, 20_000), level=1, duration=60)),
            [(0, 20_000), (60, 9_000)],
        ),
        ((installed(DEFAULT, (0, 9_000)), installed(OWN, (0, 20_000), transactionId="T")), [(0, 20_000)]),
        ((installed(DEFAULT, (0, 9_000)), installed(OWN, (0, 20_000), transactionId="U")), [(0, 9_000)]),
        ((installed(OWN, (0, 20_000), duration=30), installed(DEFAULT, (0, 9_000))), [(0, 20_000), (30, 9_000)]),
        (
            (installed(WHOLE, (0, 15_000), (100, 4_000)), installed(OWN, (0, 20_000), (50, 8_000))),
            [(0, 15_000), (50, 8_000), (100, 4_000)],
        ),
        ((installed(EXTERNAL, (0, 3_000), level=0), installed(EXTERNAL, (0, 7_000), level=5)), [(0, 3_000)]),
        (
            (installed(EXTERNAL, (0, 3_000), begins=20), installed(WHOLE, (0, 2_000), duration=40)),
            [(0, 2_000), (40, 3_000)],
        ),
    ],
)
def test_profiles_add_up(profiles: tuple[Installed, ...], wanted: list[tuple[int, float]]) -> None:
    assert steps(*profiles) == wanted


def test_a_profile_comes_back() -> None:
    daily = installed(DEFAULT, (0, 9_000), (3_600, 4_000), kind="Recurring", recurrencyKind="Daily", duration=7_200)

    assert steps(daily, since=START + 3 * DAY - 600, seconds=9_000) == [
        (0, 50_000),
        (600, 9_000),
        (4_200, 4_000),
        (7_800, 50_000),
    ]
    weekly = installed(DEFAULT, (0, 9_000), kind="Recurring", recurrencyKind="Weekly", duration=60)
    assert steps(weekly, since=START + 7 * DAY - 60, seconds=240) == [(0, 50_000), (60, 9_000), (120, 50_000)]


def test_a_local_time_is_a_moment_like_any_other() -> None:
    local = installed(DEFAULT, (0, 9_000))
    profile = {**local.payload, "chargingSchedule": [dict(local.payload["chargingSchedule"][0])]}
    profile["chargingSchedule"][0]["startSchedule"] = "2026-01-01T01:00:30+01:00"

    assert steps(Installed(evse_id=1, plan=read_plan(profile), payload=profile)) == [(0, 50_000), (30, 9_000)]


@pytest.mark.parametrize(
    ("supply", "unit", "limit", "wanted"),
    [
        (DIRECT, "A", Bound(limit=8_000, unit="W"), 20.0),
        (DIRECT, "W", Bound(limit=20, unit="A", phases=3), 8_000.0),
        (THREE, "A", Bound(limit=11_040, unit="W"), 16.0),
        (THREE, "A", Bound(limit=3_680, unit="W", phases=1), 16.0),
        (THREE, "W", Bound(limit=16, unit="A", phases=1), 3_680.0),
        (THREE, "W", Bound(limit=16, unit="A"), 11_040.0),
        (THREE, "A", Bound(limit=16, unit="A"), 16.0),
    ],
)
def test_units_are_turned_into_each_other(supply: Supply, unit: str, limit: Bound, wanted: float) -> None:
    assert supply.measured(limit, unit) == pytest.approx(wanted)


def test_phases_are_told() -> None:
    one = installed(DEFAULT, (0, 16.0), unit="A")
    period = {"startPeriod": 0, "limit": 16.0, "numberPhases": 1, "phaseToUse": 2}
    profile = {
        **one.payload,
        "chargingSchedule": [{**one.payload["chargingSchedule"][0], "chargingSchedulePeriod": [period]}],
    }
    single = Installed(evse_id=1, plan=read_plan(profile), payload=profile)

    made = composite([single], START, 60, running=None, supply=THREE, unit="W", ceiling=22_000.0)

    assert [(step.limit, step.phases) for step in made] == [(3_680.0, 1)]
    assert bounds([single], START, None)[0].phase == 2


def test_without_a_transaction_one_is_taken_to_begin() -> None:
    relative = installed(DEFAULT, (0, 9_000), (60, 4_000), kind="Relative")

    assert steps(relative, running=None) == [(0, 9_000), (60, 4_000)]
    assert bounds([relative], START, None) == ()


def test_the_next_change_is_known() -> None:
    one = installed(DEFAULT, (0, 9_000), (60, 4_000), duration=100)

    moments = [next_change([one], START + after, RUNNING, ahead=DAY) - START for after in (-5, 0, 60, 99)]
    assert moments == [0, 60, 100, 100]
    assert next_change([one], START + 100, RUNNING, ahead=DAY) == float("inf")
    assert next_change([one], START - 2 * DAY, RUNNING, ahead=DAY) == float("inf")


periods = st.lists(st.tuples(st.integers(1, 200), st.integers(0, 60_000)), max_size=4, unique_by=lambda one: one[0])


@given(st.lists(st.tuples(st.sampled_from([WHOLE, DEFAULT, OWN, EXTERNAL]), periods, st.integers(0, 3)), max_size=5))
def test_the_schedule_says_what_holds_at_each_moment(made: Any) -> None:
    profiles = [
        installed(purpose, (0, 11_000), *sorted(changes), level=level, id=number)
        for number, (purpose, changes, level) in enumerate(made)
    ]
    told = steps(*profiles)
    for moment in range(0, 300, 7):
        limit = [limit for start, limit in told if start <= moment][-1]
        held = min((bound.limit for bound in bounds(profiles, START + moment, RUNNING)), default=50_000.0)
        assert limit == min(held, 50_000.0)
