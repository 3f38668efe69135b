"""Block K: what all charging profiles together come to."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, Trace, case, charging, ocpp_states, scene
from harness.kit.charging import Wish
from harness.messages.ocpp import GetCompositeSchedule, OcppMessage, SetChargingProfile

NEEDS = (Feature.OCPP201, Feature.SMART_CHARGING)
LENGTH = 300
NOWHERE = 99
"""An EVSE that no station has."""

LOWER = Wish(id=531, purpose="TxDefaultProfile", level=0, periods=((0, 6_000.0),))
HIGHER = Wish(id=532, purpose="TxDefaultProfile", level=1, periods=((0, 4_000.0), (60, 3_000.0)), duration=150)
WHOLE = Wish(id=533, purpose="ChargingStationMaxProfile", evse_id=0, periods=((0, 5_000.0), (100, 2_000.0)))
OWN = Wish(id=534, purpose="TxProfile", periods=((0, 6_000.0), (200, 1_500.0)))


def judge_the_schedule(judge: Judge, trace: Trace, expected: dict[float, float]) -> None:
    """The composite schedule is as long as asked for, and allows what the profiles do, by seconds behind the first.

    `expected` is in W; profiles that were set in A are expected to count in A.
    """
    asked = trace.last(GetCompositeSchedule)
    reply = judge.status(trace, asked, "Accepted")
    schedule = reply.payload.get("schedule")
    if schedule is None:
        judge.holds("a schedule comes with the answer", condition=False, at=reply)
        return
    judge.equal("length", schedule["duration"], LENGTH, at=reply)
    judge.equal("EVSE", schedule["evseId"], asked.payload["evseId"], at=reply)
    judge.equal("unit", schedule["chargingRateUnit"], asked.payload["chargingRateUnit"], at=reply)
    judge.equal("beginning of the first period", schedule["chargingSchedulePeriod"][0]["startPeriod"], 0, at=reply)
    since = trace.first(SetChargingProfile).at
    told = {moment: charging.limit_at(schedule, since + moment) for moment in expected}
    factor = 1.0 if schedule["chargingRateUnit"] == "W" else 1 / 690
    for moment, watts in expected.items():
        wanted = watts * factor
        judge.between(f"limit {moment:g} s on", told[moment], wanted * 0.99, wanted * 1.01, at=reply)


@case(
    "TC_K_39_CS",
    "Without profiles the composite schedule tells what the station can",
    sut=Role.STATION,
    cites=("K08.FR.02", "K08.FR.03", "K08.FR.06"),
    needs=NEEDS,
)
async def test_no_profile(bench: Bench, judge: Judge) -> None:
    """Asked for the station as a whole, for five minutes."""
    trace = await bench.play(charging.prepared() + charging.asks_for_composite(0, LENGTH))

    reply = judge.status(trace, trace.last(GetCompositeSchedule), "Accepted")
    schedule = reply.payload.get("schedule", {})
    if schedule:
        # Some stations tell no schedule where no profile bounds them; who tells one must allow some power.
        judge.equal("length", schedule["duration"], LENGTH, at=reply)
        least = min(one["limit"] for one in schedule["chargingSchedulePeriod"])
        judge.holds("some power is allowed", least > 0, f"the least limit is {least:g}", at=reply)


@case(
    "TC_K_40_CS",
    "Of profiles of one purpose the one of the highest level counts as long as it says something",
    sut=Role.STATION,
    cites=("K08.FR.02", "K08.FR.06"),
    needs=NEEDS,
)
async def test_levels(bench: Bench, judge: Judge) -> None:
    """The higher default ends after two and a half minutes; a car charges meanwhile."""
    both = charging.installs(LOWER, HIGHER)

    trace = await bench.play(
        charging.prepared() + ocpp_states.charging() + both + charging.asks_for_composite(1, LENGTH)
    )

    judge_the_schedule(judge, trace, {30: 4_000.0, 120: 3_000.0, 240: 6_000.0})


@case(
    "TC_K_41_CS",
    "Of profiles of different purposes the lowest limit counts, and a transaction's own goes before the default",
    sut=Role.STATION,
    cites=("K08.FR.02", "K08.FR.04"),
    needs=NEEDS,
)
async def test_purposes(bench: Bench, judge: Judge) -> None:
    """A car charges; its own profile, the default below it and the station's bound change at different times."""
    three = charging.installs(WHOLE, HIGHER, OWN)

    trace = await bench.play(
        charging.prepared() + ocpp_states.charging() + three + charging.asks_for_composite(1, LENGTH)
    )

    judge_the_schedule(judge, trace, {50: 5_000.0, 150: 2_000.0, 250: 1_500.0})


def in_a_foreign_unit(trace: Trace) -> OcppMessage | None:
    """The question for a schedule in the unit that the station does not take; none where it takes both."""
    unit = charging.foreign_unit(trace)
    return GetCompositeSchedule(duration=LENGTH, evseId=1, chargingRateUnit=unit) if unit else None


@case(
    "TC_K_42_CS",
    "A composite schedule in a unit that the station does not take is refused",
    sut=Role.STATION,
    cites=("K08.FR.07",),
    needs=NEEDS,
)
async def test_foreign_unit(bench: Bench, judge: Judge) -> None:
    """The station is asked for its units first (RateUnit); no schedule comes with the refusal."""
    trace = await bench.limiting_in("W").play(charging.prepared() + scene.asks(in_a_foreign_unit))

    reply = judge.status(trace, trace.first(GetCompositeSchedule), "Rejected")
    judge.excludes("parts of the answer", "schedule", reply.payload, at=reply)


@case(
    "TC_K_47_CS",
    "A composite schedule of an EVSE that the station does not have is refused",
    sut=Role.STATION,
    cites=("K08.FR.05",),
    needs=NEEDS,
)
async def test_unknown_evse(bench: Bench, judge: Judge) -> None:
    """No schedule comes with the refusal."""
    trace = await bench.play(charging.prepared() + charging.asks_for_composite(NOWHERE, LENGTH))

    reply = judge.status(trace, trace.last(GetCompositeSchedule), "Rejected")
    judge.excludes("parts of the answer", "schedule", reply.payload, at=reply)
