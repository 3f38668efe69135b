"""Block K: from when to when a charging profile counts."""

from __future__ import annotations

from harness.kit import Bench, Entry, Feature, Judge, Role, Trace, case, charging, ocpp_states
from harness.kit.charging import Wish
from harness.messages.ocpp import GetCompositeSchedule, SetChargingProfile

NEEDS = (Feature.OCPP201, Feature.SMART_CHARGING)
LOW = Wish(id=511, level=1, periods=((0, 3_000.0),))
"""The profile in question; below it lies one that counts at any time."""
WAIT = 120.0
"""Seconds until it begins or ends to count."""


def limits(judge: Judge, trace: Trace, *seconds: float) -> list[float]:
    """What the latest composite schedule allows so many seconds behind the latest profile, for each moment."""
    asked = trace.last(GetCompositeSchedule)
    reply = judge.status(trace, asked, "Accepted")
    since = trace.last(SetChargingProfile).at
    return [charging.limit_at(reply.payload.get("schedule", {}), since + moment) for moment in seconds]


def low_and_high(trace: Trace) -> tuple[float, float]:
    """The limits of the two profiles, in the unit that they were set in."""
    said = [one.payload["chargingProfile"]["chargingSchedule"][0] for one in trace.all(SetChargingProfile)]
    high, low = (float(one["chargingSchedulePeriod"][0]["limit"]) for one in said[:2])
    return low, high


def taken(judge: Judge, trace: Trace) -> Entry:
    """The profile in question is accepted."""
    return judge.status(trace, trace.nth(SetChargingProfile, 2), "Accepted")


@case(
    "TC_K_21_CS",
    "A profile does not count before the moment from which it is valid",
    sut=Role.STATION,
    cites=("K01.FR.36",),
    needs=NEEDS,
)
async def test_valid_from(bench: Bench, judge: Judge) -> None:
    """A car charges under 6 kW; in two minutes a profile with 3 kW becomes valid."""
    both = charging.installs(Wish(), LOW.but(valid_from=WAIT))

    trace = await bench.play(charging.prepared() + ocpp_states.charging() + both + charging.asks_for_composite())

    taken(judge, trace)
    low, high = low_and_high(trace)
    judge.equal("limits before and behind", limits(judge, trace, WAIT - 30, WAIT + 30), [high, low])


@case(
    "TC_K_22_CS",
    "A profile does not count behind the moment until which it is valid",
    sut=Role.STATION,
    cites=("K01.FR.37",),
    needs=NEEDS,
)
async def test_valid_to(bench: Bench, judge: Judge) -> None:
    """A car charges under 3 kW; in two minutes that profile is valid no longer, and one with 6 kW is left."""
    both = charging.installs(Wish(), LOW.but(valid_to=WAIT))

    trace = await bench.play(charging.prepared() + ocpp_states.charging() + both + charging.asks_for_composite())

    taken(judge, trace)
    low, high = low_and_high(trace)
    judge.equal("limits before and behind", limits(judge, trace, WAIT - 30, WAIT + 30), [low, high])


@case(
    "TC_K_23_CS",
    "A schedule does not count before the moment at which it starts",
    sut=Role.STATION,
    cites=("K01.FR.30",),
    needs=NEEDS,
)
async def test_start_of_a_schedule(bench: Bench, judge: Judge) -> None:
    """A car charges under 6 kW; in two minutes a schedule with 3 kW starts."""
    both = charging.installs(Wish(), LOW.but(starts_in=WAIT))

    trace = await bench.play(charging.prepared() + ocpp_states.charging() + both + charging.asks_for_composite())

    taken(judge, trace)
    low, high = low_and_high(trace)
    judge.equal("limits before and behind", limits(judge, trace, WAIT - 30, WAIT + 30), [high, low])


@case(
    "TC_K_28_CS",
    "A default profile that is changed while a car charges counts for that transaction too",
    sut=Role.STATION,
    cites=("K01.FR.32",),
    needs=NEEDS,
)
async def test_default_changed_meanwhile(bench: Bench, judge: Judge) -> None:
    """The default profile with 6 kW is replaced by one with 3 kW and the same id."""
    first = charging.installs(Wish()) + ocpp_states.charging()
    second = charging.installs(LOW.but(id=Wish().id, level=0))

    trace = await bench.play(charging.prepared() + first + second + charging.asks_for_composite())

    taken(judge, trace)
    low, _ = low_and_high(trace)
    judge.equal("limits", limits(judge, trace, 30, 200), [low, low])
