"""Block C: what started while the backend was away, and is no good to it once it is back (C12, C15)."""

from __future__ import annotations

from harness.kit import Bench, Entry, Feature, Judge, Role, Trace, case, conversation, ocpp_states, scene
from harness.kit import ocpp_tokens as tokens
from harness.messages.ocpp import OcppMessage, TransactionEvent

CARD = ocpp_states.TOKEN
AWAY = 60.0
"""Seconds without a backend."""
ENOUGH = 400
"""Wh that may still flow; a minute or more at the power of most cars."""


def takes_back(heard: OcppMessage, said: OcppMessage) -> object:
    """The backend would not have started what a station started alone."""
    late = "idToken" in heard.payload and heard.payload.get("offline")
    return {"idTokenInfo": {"status": "Invalid"}} if late else said


def rules(*, stops: bool, energy: int = 0) -> scene.Scene:
    """What a station does with a transaction whose token is taken back; a bound of energy only where one is wanted."""
    told = ocpp_states.variable_set("TxCtrlr", "StopTxOnInvalidId", str(stops).lower())
    return told + (ocpp_states.variable_set("TxCtrlr", "MaxEnergyOnInvalidId", str(energy)) if energy else ())


def alone(*, stops: bool, energy: int = 0, patience: float = 60.0) -> scene.Scene:
    """The card is known; while the backend is away somebody charges with it, and goes on for a while behind that."""
    offline = ocpp_states.variable_set("AuthCtrlr", "LocalAuthorizeOffline", "true")
    prepared = tokens.remembering() + tokens.visit(CARD) + offline + rules(stops=stops, energy=energy)
    started = ocpp_states.plugged_in() + tokens.presented(CARD) + scene.passes(AWAY)
    back = rules(stops=True) + (ocpp_states.variable_set("TxCtrlr", "MaxEnergyOnInvalidId", "0") if energy else ())
    late = scene.passes(patience) + ocpp_states.unplugged() + tokens.forgetful() + back
    return prepared + scene.breaks(AWAY) + started + late


def started_alone(judge: Judge, trace: Trace) -> Trace:
    """The start came late, marked as such; what came once the backend had taken it back."""
    told = tokens.naming(tokens.presenting(trace, CARD, nth=3), CARD)
    judge.some("start without a backend", [entry for entry in told if entry.payload.get("offline")])
    refusal = trace.first(TransactionEvent.response, where=_taken_back)
    return trace.since(refusal)


def _taken_back(entry: Entry) -> bool:
    info = entry.payload.get("idTokenInfo", {})
    return bool(info.get("status") == "Invalid")


def told_of(trace: Trace, trigger: str) -> list[Entry]:
    """Events with a trigger."""
    return [entry for entry in conversation.events(trace) if conversation.trigger(entry) == trigger]


def suspended(trace: Trace) -> list[Entry]:
    """Events that say that the station keeps the energy back."""
    events = conversation.events(trace)
    return [entry for entry in events if conversation.info(entry, "chargingState") == "SuspendedEVSE"]


def flowed_on(judge: Judge, trace: Trace, end: Entry) -> None:
    """Some energy was still given."""
    first = trace.entries[0]
    judge.between("time until no more energy is given", end.at - first.at, 2, 400, unit="s", at=(first, end))


@case(
    "TC_C_16_CS",
    "A transaction that began without a backend ends once that does not take its card",
    sut=Role.STATION,
    cites=("C15.FR.03", "E05.FR.02"),
    needs=(Feature.OCPP201, Feature.OFFLINE_QUEUE),
)
async def test_late_refusal_ends(bench: Bench, judge: Judge) -> None:
    """StopTxOnInvalidId is on."""
    csms = bench.csms.answering(TransactionEvent.response, takes_back)

    trace = await bench.play(alone(stops=True), csms)

    after = started_alone(judge, trace)
    if judge.any("events of the loss", told_of(after, "Deauthorized")):
        ended = [one for one in conversation.events(after) if one.payload["eventType"] == "Ended"]
        if judge.any("end of the transaction", ended):
            later = () if conversation.trigger(ended[0]) == "Deauthorized" else ("EVDisconnected",)
            reason = conversation.info(ended[0], "stoppedReason")
            judge.among("reason of the end", reason, ("DeAuthorized", *later), at=ended[0])


@case(
    "TC_C_17_CS",
    "A transaction that began without a backend stays open and gets no energy once that does not take its card",
    sut=Role.STATION,
    cites=("C15.FR.03",),
    needs=(Feature.OCPP201, Feature.OFFLINE_QUEUE),
)
async def test_late_refusal_suspends(bench: Bench, judge: Judge) -> None:
    """StopTxOnInvalidId is off."""
    csms = bench.csms.answering(TransactionEvent.response, takes_back)

    trace = await bench.play(alone(stops=False), csms)

    after = started_alone(judge, trace)
    if judge.any("events that tell of no energy", suspended(after)):
        judge.silence("energy afterwards", tokens.charged(after.since(suspended(after)[0])))
    ended = [one for one in conversation.events(after) if one.payload["eventType"] == "Ended"]
    judge.silence(
        "ends for want of an authorization",
        [one for one in ended if conversation.info(one, "stoppedReason") == "DeAuthorized"],
    )


@case(
    "TC_C_15_CS",
    "A card that is no longer taken still gets so much energy, and then no more",
    sut=Role.STATION,
    cites=("C15.FR.07",),
    needs=(Feature.OCPP201, Feature.OFFLINE_QUEUE),
)
async def test_energy_in_spite_of_a_late_refusal(bench: Bench, judge: Judge) -> None:
    """MaxEnergyOnInvalidId is set, StopTxOnInvalidId is off."""
    csms = bench.csms.answering(TransactionEvent.response, takes_back)

    trace = await bench.play(alone(stops=False, energy=ENOUGH, patience=400.0), csms, limit=1500.0)

    after = started_alone(judge, trace)
    ends = suspended(after) or told_of(after, "Deauthorized")
    if judge.any("events that tell of no energy", ends):
        flowed_on(judge, after, ends[0])


@case(
    "TC_C_18_CS",
    "A card that is no longer taken still gets so much energy before its transaction ends",
    sut=Role.STATION,
    cites=("C15.FR.03", "C15.FR.07"),
    needs=(Feature.OCPP201, Feature.OFFLINE_QUEUE),
)
async def test_energy_before_the_end(bench: Bench, judge: Judge) -> None:
    """MaxEnergyOnInvalidId is set, StopTxOnInvalidId is on; the end is told as it happens."""
    csms = bench.csms.answering(TransactionEvent.response, takes_back)

    trace = await bench.play(alone(stops=True, energy=ENOUGH, patience=400.0), csms, limit=1500.0)

    after = started_alone(judge, trace)
    ends = told_of(after, "Deauthorized")
    if judge.any("events of the loss", ends):
        flowed_on(judge, after, ends[0])
        judge.holds("the loss is told as it happens", not ends[0].payload.get("offline"), "is offline", at=ends[0])


@case(
    "TC_C_26_CS",
    "A card that nobody knows charges without a backend where the station may do that",
    sut=Role.STATION,
    cites=("C13.FR.04", "C15.FR.02", "C15.FR.06", "C15.FR.08"),
    needs=(Feature.OCPP201, Feature.OFFLINE_QUEUE),
)
async def test_unknown_card_without_a_backend(bench: Bench, judge: Judge) -> None:
    """OfflineTxForUnknownIdEnabled is on; once it is back, the backend calls the card invalid, and the energy ends."""
    csms = bench.csms.answering(TransactionEvent.response, takes_back)
    token = tokens.STRANGER
    allowed = ocpp_states.variable_set("AuthCtrlr", "OfflineTxForUnknownIdEnabled", "true") + rules(stops=False)
    started = ocpp_states.plugged_in() + tokens.presented(token) + scene.passes(AWAY)
    back = ocpp_states.variable_set("AuthCtrlr", "OfflineTxForUnknownIdEnabled", "false") + rules(stops=True)
    whole = allowed + scene.breaks(AWAY) + started + scene.passes(30.0) + ocpp_states.unplugged() + back

    trace = await bench.play(whole, csms)

    told = tokens.naming(tokens.presenting(trace, token), token)
    judge.some("start without a backend", [entry for entry in told if entry.payload.get("offline")])
    refusal = trace.first(TransactionEvent.response, where=_taken_back)
    judge.some("events that tell of no energy", suspended(trace.since(refusal)))
