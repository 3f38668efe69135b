"""Block E: transactions that begin, go on or end while the backend cannot be reached."""

from __future__ import annotations

from harness.kit import (
    Bench,
    Entry,
    Feature,
    Judge,
    Role,
    Trace,
    both,
    case,
    conversation,
    do,
    finished,
    ocpp_states,
    scene,
    seen,
)
from harness.kit import ocpp_tokens as tokens
from harness.kit import ocpp_transactions as tx
from harness.messages.iso20.common import SessionStopReq
from harness.messages.ocpp import TransactionEvent

AWAY = 60.0
"""Seconds without a backend."""
LATE = scene.hears(TransactionEvent, offline=True, within=AWAY + 60.0) + scene.passes(40.0)
NEEDS = (Feature.OCPP201, Feature.OFFLINE_QUEUE)
CARD = scene.does(do.present_token(ocpp_states.TOKEN))


def marked(trace: Trace) -> list[Entry]:
    """Events that are marked as having happened offline."""
    return [one for one in tx.events(trace) if one.payload.get("offline")]


def judge_the_replay(judge: Judge, trace: Trace, *kinds: str) -> list[Entry]:
    """Late events of these kinds come, marked as such, and nothing is missing between start and end."""
    tx.done(trace, do.PLUG_IN)
    late = marked(trace)
    for kind in kinds:
        judge.some(f"late events that are {kind}", [one for one in late if one.payload["eventType"] == kind])
    if late:
        about = conversation.info(late[0], "transactionId")
        told = tuple(one for one in tx.events(trace) if conversation.info(one, "transactionId") == about)
        tx.judge_the_row(judge, told)
    return late


@case(
    "TC_E_40_CS",
    "What happens in a transaction while the backend is away is told when it is back, and marked",
    sut=Role.STATION,
    cites=("E11.FR.02",),
    needs=NEEDS,
)
async def test_outage(bench: Bench, judge: Judge) -> None:
    """A car charges through an outage of a minute, with a sample every ten seconds."""
    through = scene.breaks(AWAY) + LATE + ocpp_states.stopped_remotely() + tx.away()
    whole = tx.lent({tx.UPDATED_INTERVAL: "10"}, ocpp_states.charging() + scene.passes(5.0) + through)
    trace = await bench.play(whole)

    late = judge_the_replay(judge, trace, "Updated")
    judge.some("late samples", [one for one in late if tx.samples(one)])
    if late:
        live = [one for one in tx.events(trace.since(late[-1])) if one.payload.get("offline")]
        judge.silence("events marked as late behind the last of them", live)


@case(
    "TC_E_43_CS",
    "A whole transaction without a backend is told when it is back",
    sut=Role.STATION,
    cites=("E12.FR.02",),
    needs=NEEDS,
)
async def test_whole_transaction(bench: Bench, judge: Judge) -> None:
    """The station may let tokens charge that it does not know; the driver comes and goes during the outage."""
    visit = scene.does(do.plug_in()) + scene.passes(3.0) + CARD + scene.passes(15.0) + CARD + scene.passes(5.0)
    whole = scene.breaks(AWAY) + visit + tx.away(5.0) + LATE
    allowed = {"AuthCtrlr.OfflineTxForUnknownIdEnabled": "true", "AuthCtrlr.LocalAuthorizeOffline": "true"}
    trace = await bench.play(tx.lent(allowed, whole))

    judge_the_replay(judge, trace, "Started", "Ended")


@case(
    "TC_E_44_CS",
    "A driver stops with the card that started while the backend is away, and that is told when it is back",
    sut=Role.STATION,
    cites=("E08.FR.07",),
    needs=NEEDS,
)
async def test_stop_by_card(bench: Bench, judge: Judge) -> None:
    """The station needs nobody's word for that: it is the same token."""
    stopped = scene.breaks(AWAY) + scene.passes(10.0) + CARD + scene.passes(5.0) + tx.away(5.0) + LATE
    trace = await bench.play(ocpp_states.charging() + scene.passes(5.0) + stopped)

    late = judge_the_replay(judge, trace, "Ended")
    stops = [one for one in late if conversation.trigger(one) == "StopAuthorized"]
    judge.some("late events with trigger StopAuthorized", stops)


@case(
    "TC_E_45_CS",
    "A driver stops with another card of the group while the backend is away, and that is told when it is back",
    sut=Role.STATION,
    cites=("E08.FR.07",),
    needs=NEEDS,
)
async def test_stop_by_group(bench: Bench, judge: Judge) -> None:
    """The station remembers both cards and their group from earlier visits."""
    other = scene.does(do.present_token(tokens.OTHER_MEMBER)) + scene.passes(5.0)
    known = tokens.remembering() + tokens.visit(tokens.OTHER_MEMBER)
    stopped = scene.breaks(AWAY) + scene.passes(10.0) + other + tx.away(5.0) + LATE
    trace = await bench.play(known + ocpp_states.charging(tokens.MEMBER) + scene.passes(5.0) + stopped)

    late = judge_the_replay(judge, trace, "Ended")
    stops = [one for one in late if conversation.trigger(one) == "StopAuthorized"]
    judge.some("late events with trigger StopAuthorized", stops)


@case(
    "TC_E_46_CS",
    "A car that ends its ISO 15118 session ends the transaction, or its part in it",
    sut=Role.STATION,
    cites=("E15.FR.04", "E15.FR.05"),
    needs=(Feature.OCPP201, Feature.ISO20_DC),
)
async def test_session_stop(bench: Bench, judge: Judge) -> None:
    """SessionStop with Terminate: Ended with the reason StoppedByEV, or news with the state EVConnected."""
    trace = await bench.run(
        bench.ev.charging_for(5.0), until=both(finished(), seen(TransactionEvent, eventType="Ended"))
    )

    behind = tx.events(trace.since(trace.first(SessionStopReq)))
    told = [one for one in behind if conversation.trigger(one) == "StopAuthorized"]
    if judge.any("events with trigger StopAuthorized", told):
        ends = told[0].payload["eventType"] == "Ended"
        key, wanted = ("stoppedReason", "StoppedByEV") if ends else ("chargingState", "EVConnected")
        judge.equal(key, conversation.info(told[0], key), wanted, at=told[0])


@case(
    "TC_E_16_CS",
    "With Authorized a token that the backend takes back ends the transaction that began without it",
    sut=Role.STATION,
    cites=("E06.FR.04",),
    needs=NEEDS,
)
async def test_token_is_taken_back(bench: Bench, judge: Judge) -> None:
    """The station may let unknown tokens charge in an outage, and must stop at once for those that were bad."""
    settings = {
        tx.STOP: "Authorized",
        "AuthCtrlr.OfflineTxForUnknownIdEnabled": "true",
        "TxCtrlr.StopTxOnInvalidId": "true",
        "TxCtrlr.MaxEnergyOnInvalidId": "0",
    }
    visit = scene.does(do.plug_in()) + scene.passes(3.0) + scene.does(do.present_token(tokens.INVALID))
    trace = await bench.play(tx.lent(settings, scene.breaks(AWAY) + visit + LATE + tx.away()))

    tx.done(trace, do.PRESENT_TOKEN)
    judge.some("late events", marked(trace))
    ended = tx.events(tx.plugged(trace), "Ended")
    if judge.any("the end with the cable still in", ended):
        judge.equal("trigger", conversation.trigger(ended[0]), "Deauthorized", at=ended[0])
        judge.equal("reason", conversation.info(ended[0], "stoppedReason"), "DeAuthorized", at=ended[0])
