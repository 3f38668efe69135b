"""Block K: a charging profile that comes with a remote start."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, Trace, case, charging, conversation, ocpp_states, scene
from harness.kit.charging import Wish
from harness.messages.ocpp import GetChargingProfiles, OcppMessage, RequestStartTransaction, TransactionEvent

NEEDS = (Feature.OCPP201, Feature.SMART_CHARGING)
WISH = Wish(id=541, purpose="TxProfile", kind="Relative", periods=((0, 4_000.0),))


def start(trace: Trace) -> OcppMessage:
    """The remote start with its profile, which names no transaction, for there is none yet."""
    profile = {key: value for key, value in WISH.profile(trace).items() if key != "transactionId"}
    terms = {"idToken": ocpp_states.CARD, "remoteStartId": ocpp_states.START_ID, "evseId": ocpp_states.EVSE_ID}
    return RequestStartTransaction(**terms, chargingProfile=profile)


@case(
    "TC_K_37_CS",
    "A profile that comes with a remote start belongs to the transaction that begins",
    sut=Role.STATION,
    cites=("F01.FR.10", "K05.FR.03"),
    needs=NEEDS,
)
async def test_profile_with_a_remote_start(bench: Bench, judge: Judge) -> None:
    """A car is plugged in; behind the start its profile is asked for, and what it comes to."""
    energy = scene.hears(TransactionEvent, where=ocpp_states.is_charging, within=20.0)
    begun = charging.prepared() + ocpp_states.plugged_in() + scene.asks(start) + energy

    trace = await bench.play(begun + charging.asks_for_profiles(1, chargingProfilePurpose="TxProfile"))

    asked = trace.first(RequestStartTransaction)
    judge.status(trace, asked, "Accepted")
    told = [one for one in conversation.events(trace.since(asked)) if conversation.trigger(one) == "RemoteStart"]
    if judge.any("events with trigger RemoteStart", told):
        judge.equal("remoteStartId", conversation.info(told[0], "remoteStartId"), ocpp_states.START_ID, at=told[0])
    question = trace.first(GetChargingProfiles)
    judge.status(trace, question, "Accepted")
    profiles = [one for entry in charging.reports(trace, question) for one in entry.payload["chargingProfile"]]
    judge.equal("ids of the profiles", [one["id"] for one in profiles], [WISH.id], at=question)
    running = ocpp_states.running(trace)
    judge.equal("transactions of the profiles", [one.get("transactionId") for one in profiles], [running], at=question)


@case(
    "TC_K_38_CS",
    "A station without smart charging starts as its backend wishes, and leaves the profile aside",
    sut=Role.STATION,
    cites=("F01.FR.12", "F01.FR.13"),
    needs=Feature.OCPP201,
    lacks=Feature.SMART_CHARGING,
)
async def test_profile_that_nobody_understands(bench: Bench, judge: Judge) -> None:
    """A car is plugged in; the profile that comes with the start must not keep it from charging."""
    energy = scene.hears(TransactionEvent, where=ocpp_states.is_charging, within=20.0, optional=True)

    trace = await bench.play(ocpp_states.plugged_in() + scene.asks(start) + energy)

    asked = trace.first(RequestStartTransaction)
    judge.status(trace, asked, "Accepted")
    events = conversation.events(trace.since(asked))
    told = [one for one in events if conversation.trigger(one) == "RemoteStart"]
    judge.some("events with trigger RemoteStart", told)
    judge.some("energy flows", [one for one in events if ocpp_states.is_charging(one)])
