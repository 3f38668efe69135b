"""Block K: what a station reports of its charging profiles."""

from __future__ import annotations

from typing import Any

from harness.kit import Bench, Feature, Judge, Role, Trace, case, charging, scene
from harness.kit.charging import Wish
from harness.messages.ocpp import GetChargingProfiles, SetChargingProfile

NEEDS = (Feature.OCPP201, Feature.SMART_CHARGING)
WHOLE = Wish(id=521, purpose="ChargingStationMaxProfile", evse_id=0)
LOW, HIGH = Wish(id=522, level=0), Wish(id=523, level=1)
SETTING = charging.prepared() + charging.installs(WHOLE, LOW, HIGH)
"""Three profiles: one that bounds the station, two defaults for EVSE 1."""


def asked_for(evse_id: int | None, **criterion: Any) -> scene.Scene:
    """The setting, and the question about it."""
    return SETTING + charging.asks_for_profiles(evse_id, **criterion)


def judge_reported(judge: Judge, trace: Trace, *wanted: Wish) -> None:
    """These profiles are reported, each once, as they were set; all reports but the last say that more comes."""
    question = trace.first(GetChargingProfiles)
    judge.status(trace, question, "Accepted")
    reports = list(charging.reports(trace, question))
    if not judge.any("reports", reports):
        return
    told = {one["id"]: one for entry in reports for one in entry.payload["chargingProfile"]}
    count = sum(len(entry.payload["chargingProfile"]) for entry in reports)
    judge.equal("ids of the profiles", sorted(told), sorted(wish.id for wish in wanted), at=reports)
    judge.equal("profiles told twice", count - len(told), 0, at=reports)
    set_as = {one.payload["chargingProfile"]["id"]: one.payload for one in trace.all(SetChargingProfile)}
    for number in set(told) & set(set_as):
        differ = charging.differences(set_as[number]["chargingProfile"], told[number])
        judge.equal(f"what differs in profile {number}", differ, [], at=reports)
    for entry in reports:
        places = {set_as[one["id"]]["evseId"] for one in entry.payload["chargingProfile"] if one["id"] in set_as}
        judge.equal("EVSE of a report", {entry.payload["evseId"]}, places or {entry.payload["evseId"]}, at=entry)
    more = [entry.payload.get("tbc", False) for entry in reports]
    judge.equal("tbc of the reports", more, [True] * (len(reports) - 1) + [False], at=reports)


@case(
    "TC_K_29_CS",
    "Asked about the station as a whole, it reports what is set there, and not what is set at an EVSE",
    sut=Role.STATION,
    cites=("K09.FR.02", "K09.FR.05"),
    needs=NEEDS,
)
async def test_of_the_station(bench: Bench, judge: Judge) -> None:
    """EVSE 0 is named, with the purpose of the profile that is there."""
    judge_reported(judge, await bench.play(asked_for(0, chargingProfilePurpose=WHOLE.purpose)), WHOLE)


@case(
    "TC_K_30_CS",
    "Asked about an EVSE, the station reports all that is set there, and not what is set for the station",
    sut=Role.STATION,
    cites=("K09.FR.02", "K09.FR.04"),
    needs=NEEDS,
)
async def test_of_an_evse(bench: Bench, judge: Judge) -> None:
    """EVSE 1 is named, with the purpose of what is there."""
    judge_reported(judge, await bench.play(asked_for(1, chargingProfilePurpose=LOW.purpose)), LOW, HIGH)


@case(
    "TC_K_31_CS",
    "Asked about no EVSE, the station reports profiles wherever they are set",
    sut=Role.STATION,
    cites=("K09.FR.02", "K09.FR.06"),
    needs=NEEDS,
)
async def test_of_everything(bench: Bench, judge: Judge) -> None:
    """The question names the source that all three came from."""
    judge_reported(judge, await bench.play(asked_for(None, chargingLimitSource=["CSO"])), WHOLE, LOW, HIGH)


@case(
    "TC_K_32_CS",
    "Asked for one profile by its id, the station reports that one",
    sut=Role.STATION,
    cites=("K09.FR.01", "K09.FR.02"),
    needs=NEEDS,
)
async def test_by_id(bench: Bench, judge: Judge) -> None:
    """Nothing but the id is named."""
    judge_reported(judge, await bench.play(asked_for(None, chargingProfileId=[HIGH.id])), HIGH)


@case(
    "TC_K_33_CS",
    "Asked for profiles of one level at an EVSE, the station reports those",
    sut=Role.STATION,
    cites=("K09.FR.02", "K09.FR.04"),
    needs=NEEDS,
)
async def test_by_level(bench: Bench, judge: Judge) -> None:
    """EVSE 1 has two levels, level 1 is named."""
    judge_reported(judge, await bench.play(asked_for(1, stackLevel=HIGH.level)), HIGH)


@case(
    "TC_K_34_CS",
    "Asked for profiles of one source at an EVSE, the station reports those, and says so where there are none",
    sut=Role.STATION,
    cites=("K09.FR.02", "K09.FR.04"),
    needs=NEEDS,
)
async def test_by_source(bench: Bench, judge: Judge) -> None:
    """All came from the backend; the second question is about a source that set nothing."""
    other = charging.asks_for_profiles(1, request_id=8102, chargingLimitSource=["SO"])

    trace = await bench.play(asked_for(1, chargingLimitSource=["CSO"]) + other)

    judge_reported(judge, trace, LOW, HIGH)
    second = trace.nth(GetChargingProfiles, 2)
    judge.status(trace, second, "NoProfiles")
    judge.silence("reports of no profiles", charging.reports(trace, second))


@case(
    "TC_K_35_CS",
    "Asked for profiles of one purpose at an EVSE, the station reports those",
    sut=Role.STATION,
    cites=("K09.FR.02", "K09.FR.04"),
    needs=NEEDS,
)
async def test_by_purpose(bench: Bench, judge: Judge) -> None:
    """The defaults of EVSE 1; the second question is about a purpose that EVSE 1 has no profile of."""
    other = charging.asks_for_profiles(1, request_id=8102, chargingProfilePurpose=WHOLE.purpose)

    trace = await bench.play(asked_for(1, chargingProfilePurpose=LOW.purpose) + other)

    judge_reported(judge, trace, LOW, HIGH)
    judge.status(trace, trace.nth(GetChargingProfiles, 2), "NoProfiles")


@case(
    "TC_K_36_CS",
    "Asked for profiles of one purpose and level at an EVSE, the station reports those",
    sut=Role.STATION,
    cites=("K09.FR.02", "K09.FR.04"),
    needs=NEEDS,
)
async def test_by_purpose_and_level(bench: Bench, judge: Judge) -> None:
    """The lower one of the defaults of EVSE 1."""
    wanted = asked_for(1, chargingProfilePurpose=LOW.purpose, stackLevel=LOW.level)

    judge_reported(judge, await bench.play(wanted), LOW)
