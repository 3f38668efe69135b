"""Block K: charging profiles that the backend takes away."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, Trace, case, charging, ocpp_states
from harness.kit.charging import Wish
from harness.messages.ocpp import ClearChargingProfile, GetChargingProfiles, GetCompositeSchedule, SetChargingProfile

NEEDS = (Feature.OCPP201, Feature.SMART_CHARGING)


def judge_the_clearing(judge: Judge, trace: Trace) -> None:
    """What was installed is cleared, and nothing is left."""
    cleared = trace.since(trace.last(SetChargingProfile)).first(ClearChargingProfile)
    judge.status(trace, cleared, "Accepted")
    question = trace.since(cleared).first(GetChargingProfiles)
    judge.status(trace, question, "NoProfiles")
    judge.silence("reports", charging.reports(trace, question))


@case(
    "TC_K_05_CS",
    "A profile is cleared by its id",
    sut=Role.STATION,
    cites=("K10.FR.03",),
    needs=NEEDS,
)
async def test_by_id(bench: Bench, judge: Judge) -> None:
    """One default profile is installed and cleared."""
    done = charging.prepared() + charging.installs(Wish()) + charging.clears(Wish().id)

    trace = await bench.play(done + charging.asks_for_profiles(1))

    judge_the_clearing(judge, trace)


@case(
    "TC_K_06_CS",
    "A profile is cleared by its purpose and level",
    sut=Role.STATION,
    cites=("K10.FR.04",),
    needs=NEEDS,
)
async def test_by_purpose_and_level(bench: Bench, judge: Judge) -> None:
    """One default profile is installed and cleared."""
    cleared = charging.clears(chargingProfilePurpose="TxDefaultProfile", stackLevel=0)

    trace = await bench.play(charging.prepared() + charging.installs(Wish()) + cleared + charging.asks_for_profiles(1))

    judge_the_clearing(judge, trace)


@case(
    "TC_K_07_CS",
    "What fits no profile is told to be unknown when it is to be cleared",
    sut=Role.STATION,
    cites=("K10.FR.01",),
    needs=NEEDS,
)
async def test_wrong_criteria(bench: Bench, judge: Judge) -> None:
    """A default profile of level 0 is installed; one of level 1 is to be cleared, and must not take it away."""
    cleared = charging.clears(chargingProfilePurpose="TxDefaultProfile", stackLevel=1)

    trace = await bench.play(charging.prepared() + charging.installs(Wish()) + cleared + charging.asks_for_profiles(1))

    judge.status(trace, trace.last(ClearChargingProfile), "Unknown")
    judge.status(trace, trace.last(GetChargingProfiles), "Accepted")


@case(
    "TC_K_08_CS",
    "Where nothing is installed, what is to be cleared is unknown",
    sut=Role.STATION,
    cites=("K10.FR.01",),
    needs=NEEDS,
)
async def test_nothing_installed(bench: Bench, judge: Judge) -> None:
    """All profiles were cleared before."""
    trace = await bench.play(charging.prepared() + charging.clears(Wish().id))

    judge.status(trace, trace.last(ClearChargingProfile), "Unknown")


@case(
    "TC_K_09_CS",
    "A default profile that is cleared while a car charges bounds it no longer",
    sut=Role.STATION,
    cites=("K10.FR.07",),
    needs=NEEDS,
)
async def test_default_cleared_meanwhile(bench: Bench, judge: Judge) -> None:
    """Of two default profiles the one with 3 kW goes before the other; then it is cleared."""
    both = charging.installs(Wish(), Wish(id=511, level=1, periods=((0, 3_000.0),)))
    begun = charging.prepared() + both + ocpp_states.charging() + charging.asks_for_composite()

    trace = await bench.play(begun + charging.clears(511) + charging.asks_for_composite())

    judge.status(trace, trace.last(ClearChargingProfile), "Accepted")
    asked = trace.all(GetCompositeSchedule)[-2:]
    replies = [judge.status(trace, one, "Accepted") for one in asked]
    said = [charging.limit_at(one.payload.get("schedule", {}), one.at + 60) for one in replies]
    set_to = [one.payload["chargingProfile"]["chargingSchedule"][0] for one in trace.all(SetChargingProfile)]
    high, low = (float(one["chargingSchedulePeriod"][0]["limit"]) for one in set_to)
    judge.equal("limits before and behind", said, [low, high], at=replies)


@case(
    "TC_K_24_CS",
    "All profiles of one purpose and level are cleared at once",
    sut=Role.STATION,
    cites=("K10.FR.04",),
    needs=NEEDS,
)
async def test_several_at_once(bench: Bench, judge: Judge) -> None:
    """Two default profiles of one level, of which one becomes valid when the other is valid no longer."""
    later = Wish(id=512, valid_from=7_200.0)
    both = charging.installs(Wish(valid_to=3_600.0), later)
    cleared = charging.clears(chargingProfilePurpose="TxDefaultProfile", stackLevel=0)

    trace = await bench.play(charging.prepared() + both + cleared + charging.asks_for_profiles())

    judge_the_clearing(judge, trace)
