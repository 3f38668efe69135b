"""Which charging profiles our station takes from a backend, and what comes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from harness.endpoints.csms.profiles import ProfilePolicy, transaction_profile
from harness.endpoints.station.station import Station
from harness.messages import ocpp

if TYPE_CHECKING:
    from tests.endpoints_ocpp.conftest import Lab, Play


START = 1767225600.0


def profile(**changes: Any) -> dict[str, Any]:
    policy = ProfilePolicy(periods=((0, 7_000.0), (60, 3_000.0)))
    made = transaction_profile(policy, "?", profile_id=99, at=START)
    made["stackLevel"] = 3
    return {**made, **changes}


def schedule(*periods: tuple[int, float], **changes: Any) -> list[dict[str, Any]]:
    made = dict(profile()["chargingSchedule"][0])
    made["chargingSchedulePeriod"] = [{"startPeriod": start, "limit": limit} for start, limit in periods]
    return [{**made, **changes}]


@pytest.mark.parametrize(
    ("evse_id", "changes", "reason"),
    [
        (1, {}, ""),
        (1, {"transactionId": "other"}, "TxNotFound"),
        (0, {}, "InvalidProfile"),
        (7, {}, "UnknownEvse"),
        (1, {"chargingSchedule": schedule((5, 1.0))}, "InvalidSchedule"),
        (1, {"chargingSchedule": schedule((0, 1.0), (60, 1.0), (30, 1.0))}, "InvalidSchedule"),
        (1, {"chargingSchedule": schedule((0, -1.0))}, "InvalidSchedule"),
        (1, {"chargingProfileKind": "Relative"}, "InvalidSchedule"),
        (1, {"chargingProfileKind": "Recurring"}, "InvalidProfile"),
        (1, {"chargingProfilePurpose": "ChargingStationExternalConstraints"}, "InvalidProfile"),
        (1, {"chargingProfilePurpose": "ChargingStationMaxProfile"}, "InvalidProfile"),
        (1, {"stackLevel": 0}, "DuplicateProfile"),
        (1, {"stackLevel": 0, "id": 1}, ""),
    ],
)
def test_profiles_are_taken_or_refused(play: Play, evse_id: int, changes: dict[str, Any], reason: str) -> None:
    async def script(lab: Lab) -> None:
        await lab.plug()
        await lab.wait(1)
        running = lab.known.running
        assert running is not None
        wanted = profile(**{"transactionId": running.transaction_id, **changes})
        if wanted["chargingProfilePurpose"] != "TxProfile":
            del wanted["transactionId"]
        lab.csms.ask(ocpp.SetChargingProfile(evseId=evse_id, chargingProfile=wanted))
        await lab.wait(1)

    lab = play(script)
    payload = lab.trace.last(ocpp.SetChargingProfile.response).payload
    assert payload["status"] == ("Rejected" if reason else "Accepted")
    assert payload.get("statusInfo", {}).get("reasonCode", "") == reason


def test_a_profile_before_the_needs_comes_too_early(play: Play) -> None:
    async def script(lab: Lab) -> None:
        lab.plant.ev_connected_hlc("WMIV2XEV0001", lab.now)
        await lab.wait(1)
        running = lab.known.running
        assert running is not None
        wanted = profile(transactionId=running.transaction_id)
        lab.csms.ask(ocpp.SetChargingProfile(evseId=1, chargingProfile=wanted))
        await lab.wait(1)

    lab = play(script)
    payload = lab.trace.one(ocpp.SetChargingProfile.response).payload
    assert payload == {"status": "Rejected", "statusInfo": {"reasonCode": "InvalidMessageSeq"}}


def test_profiles_add_up_and_can_be_cleared(play: Play) -> None:
    caps: list[float] = []

    async def script(lab: Lab) -> None:
        await lab.plug()
        await lab.wait(1)
        whole = profile(id=5, chargingProfilePurpose="ChargingStationMaxProfile")
        del whole["transactionId"]
        for call in (
            ocpp.SetChargingProfile(evseId=0, chargingProfile=whole),
            ocpp.ClearChargingProfile(chargingProfileId=5),
            ocpp.ClearChargingProfile(chargingProfileId=5),
            ocpp.ClearChargingProfile(chargingProfileCriteria={"chargingProfilePurpose": "TxProfile", "evseId": 1}),
        ):
            lab.csms.ask(call)
            await lab.wait(1)
            caps.append(lab.plant.limits(lab.now).max_charge_power)

    lab = play(script)
    assert caps == [7_000.0, 40_000.0, 40_000.0, 50_000.0]
    statuses = [one["status"] for one in lab.trace.messages(ocpp.ClearChargingProfile.response)]
    assert statuses == ["Accepted", "Unknown", "Accepted"]


def test_a_remote_start_brings_its_profile(play: Play) -> None:
    with_profile = profile()
    del with_profile["transactionId"]
    call = ocpp.RequestStartTransaction(
        idToken={"idToken": "X", "type": "Central"}, remoteStartId=1, chargingProfile=with_profile
    )

    async def script(lab: Lab) -> None:
        lab.csms.ask(call)
        await lab.wait(1)
        assert lab.plant.limits(lab.now).max_charge_power == 7_000.0

    play(script, station=Station().set(token=None))
