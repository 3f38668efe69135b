"""Block K: charging profiles that a backend clears."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, case, charging, conversation, scene
from harness.kit.charging import Wish
from harness.messages.ocpp import ClearChargingProfile, Heartbeat

NEEDS = (Feature.OCPP201, Feature.SMART_CHARGING)
CRITERIA = {"chargingProfilePurpose": "TxDefaultProfile", "stackLevel": 0, "evseId": 1}


@case(
    "TC_K_05_CSMS",
    "A backend clears a profile by its id",
    sut=Role.CSMS,
    cites=("K10.FR.02",),
    needs=NEEDS,
)
async def test_by_id(bench: Bench, judge: Judge) -> None:
    """The profile that it set before."""
    trace = await bench.play(charging.installs(Wish()) + charging.clears(Wish().id))

    asked = trace.first(ClearChargingProfile)
    judge.equal("id", asked.payload.get("chargingProfileId"), Wish().id, at=asked)


@case(
    "TC_K_06_CSMS",
    "A backend clears a profile by EVSE, purpose and level",
    sut=Role.CSMS,
    cites=("K10.FR.02",),
    needs=NEEDS,
)
async def test_by_criteria(bench: Bench, judge: Judge) -> None:
    """The profile that it set before."""
    trace = await bench.play(charging.installs(Wish()) + charging.clears(None, **CRITERIA))

    asked = trace.first(ClearChargingProfile)
    told = asked.payload.get("chargingProfileCriteria", {})
    judge.equal("criteria", {key: told.get(key) for key in CRITERIA}, CRITERIA, at=asked)


@case(
    "TC_K_08_CSMS",
    "A backend goes on when what it clears is unknown",
    sut=Role.CSMS,
    cites=("K10.FR.01", "K10.FR.02"),
    needs=NEEDS,
)
async def test_unknown(bench: Bench, judge: Judge) -> None:
    """Nothing was set; our station says so, and what it says later must be answered as usual."""
    trace = await bench.play(charging.clears(None, **CRITERIA) + scene.says(Heartbeat()))

    asked = trace.first(ClearChargingProfile)
    named = {"chargingProfileId", "chargingProfileCriteria"} & set(asked.payload)
    judge.holds("it says what is to be cleared", bool(named), "neither an id nor criteria", at=asked)
    beat = trace.since(trace.answer_to(asked)).first(Heartbeat)
    reply = conversation.answer(trace, beat)
    well = reply is not None and not conversation.refused(reply)
    judge.holds("what comes later is answered", well, "no answer, or an error", at=beat)
