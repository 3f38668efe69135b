"""How our station follows profiles and limits from outside, and what it tells of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from harness.endpoints import operations as do
from harness.endpoints.csms.csms import Csms
from harness.endpoints.csms.given_profiles import GivenProfiles
from harness.endpoints.csms.profiles import ProfilePolicy, transaction_profile
from harness.endpoints.station.charging_terms import ChargingTerms
from harness.endpoints.station.ocpp.profile_objections import clash, malformed
from harness.endpoints.station.ocpp.profiles import Profiles
from harness.endpoints.station.station import Station
from harness.messages import ocpp
from harness.messages.ocpp_time import timestamp

if TYPE_CHECKING:
    from tests.endpoints_ocpp.conftest import Lab, Play

START = 1767225600.0
WITHOUT_PLANS = Csms(profile=None)


def profile(*periods: tuple[int, float], **changes: Any) -> dict[str, Any]:
    made = transaction_profile(ProfilePolicy(periods=periods or ((0, 7_000.0),)), "", profile_id=99, at=START)
    del made["transactionId"]
    made["chargingProfilePurpose"] = "TxDefaultProfile"
    return {**made, **changes}


def bent(**changes: Any) -> dict[str, Any]:
    """A profile with something else in its schedule."""
    made = profile()
    return {**made, "chargingSchedule": [{**made["chargingSchedule"][0], **changes}]}


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (profile(), ""),
        (profile(stackLevel=4), "InvalidStackLevel"),
        (profile(stackLevel=-1), "InvalidStackLevel"),
        (profile((0, 1.0), (1, 1.0), (2, 1.0)), "TooManyElements"),
        (bent(chargingRateUnit="A"), "UnsupportedRateUnit"),
        (bent(duration=0), "InvalidSchedule"),
        (bent(chargingSchedulePeriod=[{"startPeriod": 0, "limit": 1.0, "numberPhases": 4}]), "InvalidSchedule"),
        (bent(chargingSchedulePeriod=[{"startPeriod": 0, "limit": 1.0, "phaseToUse": 2}]), "UnsupportedParam"),
        (profile(validFrom=timestamp(START), validTo=timestamp(START)), "InvalidProfile"),
    ],
)
def test_what_the_station_cannot_follow(made: dict[str, Any], reason: str) -> None:
    assert malformed(made, ChargingTerms(units=("W",), stack_level=3, periods=2)) == reason


@pytest.mark.parametrize(
    ("evse_id", "changes", "reason"),
    [
        (1, {"id": 100}, "DuplicateProfile"),
        (0, {"id": 100}, "DuplicateProfile"),
        (1, {"id": 100, "stackLevel": 1}, ""),
        (1, {"id": 100, "validFrom": timestamp(START + 60)}, ""),
        (1, {"id": 100, "validFrom": timestamp(START + 50)}, "DuplicateProfile"),
        (0, {"id": 100, "chargingProfilePurpose": "ChargingStationMaxProfile"}, ""),
        (1, {}, ""),
    ],
)
def test_two_of_one_rank_clash_where_they_meet(evse_id: int, changes: dict[str, Any], reason: str) -> None:
    profiles = Profiles()
    profiles.install(1, profile(validTo=timestamp(START + 60)))

    assert clash(evse_id, profile(**changes), tuple(profiles)) == reason


def test_only_so_many_are_kept() -> None:
    profiles = Profiles()
    profiles.terms = ChargingTerms(entries=1)
    profiles.install(1, profile())

    assert profiles.objection(1, profile(id=100, stackLevel=1), None) == "OutOfMemory"
    assert profiles.objection(1, profile(stackLevel=1), None) == ""


def test_the_car_gets_what_each_period_allows(play: Play) -> None:
    powers: list[float] = []

    async def script(lab: Lab) -> None:
        now = timestamp(lab.now)
        made = profile((0, 7_000.0), (60, 3_000.0), (120, 0.0))
        made["chargingSchedule"][0]["startSchedule"] = now
        lab.csms.ask(ocpp.SetChargingProfile(evseId=1, chargingProfile=made))
        await lab.plug()
        lab.plant.energy_started(lab.now)
        for _ in range(3):
            powers.append(lab.plant.limits(lab.now).max_charge_power)
            await lab.wait(60)

    lab = play(script, csms=WITHOUT_PLANS)
    assert powers == [7_000.0, 3_000.0, 0.0]
    assert lab.triggers.count("ChargingRateChanged") == 2
    assert "SuspendedEVSE" in [event["transactionInfo"].get("chargingState") for event in lab.events]


def test_a_limit_from_outside_is_told_followed_and_released(play: Play) -> None:
    limits: list[float] = []

    async def script(lab: Lab) -> None:
        await lab.plug()
        lab.plant.energy_started(lab.now)
        for operation in (do.limit_externally(5_000.0), do.release_external_limit(), do.release_external_limit()):
            assert lab.link.half.operate(operation, lab.now)
            limits.append(lab.plant.limits(lab.now).max_charge_power)
            lab.csms.ask(ocpp.GetChargingProfiles(requestId=1, chargingProfile={"chargingLimitSource": ["EMS"]}))
            await lab.wait(2)

    lab = play(script, csms=WITHOUT_PLANS)
    assert limits == [5_000.0, 50_000.0, 50_000.0]
    told = lab.trace.one(ocpp.NotifyChargingLimit).payload
    assert told["chargingLimit"] == {"chargingLimitSource": "EMS"}
    assert told["chargingSchedule"][0]["chargingSchedulePeriod"] == [{"startPeriod": 0, "limit": 5_000.0}]
    assert lab.trace.one(ocpp.ClearedChargingLimit).payload == {"chargingLimitSource": "EMS"}
    assert lab.triggers.count("ChargingRateChanged") == 2
    report = lab.trace.one(ocpp.ReportChargingProfiles).payload
    assert report["chargingProfile"][0]["chargingProfilePurpose"] == "ChargingStationExternalConstraints"
    statuses = [one["status"] for one in lab.trace.messages(ocpp.GetChargingProfiles.response)]
    assert statuses == ["Accepted", "NoProfiles", "NoProfiles"]


def test_small_changes_are_not_worth_an_event(play: Play) -> None:
    significant = {"component": {"name": "SmartChargingCtrlr"}, "variable": {"name": "LimitChangeSignificance"}}

    async def script(lab: Lab) -> None:
        lab.csms.ask(ocpp.SetVariables(setVariableData=[{**significant, "attributeValue": "25.0"}]))
        await lab.plug()
        lab.plant.energy_started(lab.now)
        for watts in (45_000.0, 30_000.0):
            lab.link.half.operate(do.limit_externally(watts), lab.now)
            await lab.wait(2)

    assert play(script, csms=WITHOUT_PLANS).triggers.count("ChargingRateChanged") == 1


def test_a_station_without_smart_charging_knows_no_profiles(play: Play) -> None:
    async def script(lab: Lab) -> None:
        lab.csms.ask(ocpp.SetChargingProfile(evseId=1, chargingProfile=profile()))
        await lab.wait(1)

    station = Station()
    lab = play(script, station=station.set(charging=replace(station.settings.charging, enabled=False)))
    assert not lab.trace.all(ocpp.SetChargingProfile.response)


@pytest.mark.parametrize(
    ("periods", "changes", "inside"),
    [
        (((0, 7_000.0), (60, 3_000.0)), {}, True),
        (((0, 7_000.0),), {}, False),
        (((0, 3_000.0),), {}, True),
        (((0, 7_000.0),), {"chargingRateUnit": "A"}, True),
        (((0, 7_000.0),), {"duration": 60}, True),
    ],
)
def test_a_backend_knows_what_lies_inside_its_limits(periods: Any, changes: dict[str, Any], inside: bool) -> None:
    policy = ProfilePolicy(periods=((0, 7_000.0), (60, 3_000.0)))
    call = ocpp.SetChargingProfile(evseId=1, chargingProfile=transaction_profile(policy, "T", profile_id=1, at=START))
    given = GivenProfiles()
    given.learn(call, call.answered(status="Accepted"))
    followed = transaction_profile(ProfilePolicy(periods=periods), "T", profile_id=1, at=START)["chargingSchedule"][0]
    told = {"timeBase": timestamp(START), "evseId": 1, "chargingSchedule": {**followed, **changes}}

    assert (given.outside("T", told) == "") is inside
    assert given.outside("U", told) == ""
    clear = ocpp.ClearChargingProfile(chargingProfileId=1)
    given.learn(clear, clear.answered(status="Accepted"))
    assert given.outside("T", told) == ""


def test_a_plan_fits_into_what_an_ev_takes(play: Play) -> None:
    async def script(lab: Lab) -> None:
        await lab.plug()
        await lab.wait(2)

    policy = ProfilePolicy(
        periods=tuple((60 * step, 9_000.0 - 1_000 * step) for step in range(5)),
        others=(((0, 4_000.0),),),
        prices=((0, 1), (600, 3)),
    )
    station = Station().but(ocpp.NotifyEVChargingNeeds, maxScheduleTuples=2)
    lab = play(script, station=station, csms=WITHOUT_PLANS.having(profile=policy))
    first, second = lab.trace.first(ocpp.SetChargingProfile).payload["chargingProfile"]["chargingSchedule"]
    assert [one["limit"] for one in first["chargingSchedulePeriod"]] == [9_000.0, 5_000.0]
    assert first["salesTariff"]["numEPriceLevels"] == 3
    assert [one["limit"] for one in second["chargingSchedulePeriod"]] == [4_000.0]
    assert lab.trace.first(ocpp.SetChargingProfile.response).payload["status"] == "Accepted"
