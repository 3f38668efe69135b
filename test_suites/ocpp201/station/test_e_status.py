"""Block E: what a station says of its transactions when it is asked (GetTransactionStatus)."""

from __future__ import annotations

from typing import Any

from harness.kit import Bench, Feature, Judge, Role, Say, Trace, case, conversation, do, ocpp_states, scene
from harness.kit import ocpp_transactions as tx
from harness.messages.ocpp import GetTransactionStatus, TransactionEvent

AWAY, SLOW = 45.0, 6.0
"""Seconds without a backend; seconds that it takes to answer what comes late."""
NEEDS = (Feature.OCPP201, Feature.OFFLINE_QUEUE)


def slow_on_late_events(bench: Bench) -> Any:
    """Our backend, which takes its time over events that happened without it: the station's queue stays full."""

    def answer(heard: Any, said: Any) -> Any:
        return Say(message=said, after=SLOW) if heard.payload.get("offline") else said

    return bench.csms.answering(TransactionEvent.response, answer)


def of_latest(trace: Trace) -> Any:
    """Asks about the transaction that was told of last, whether it has ended or not."""
    return GetTransactionStatus(transactionId=conversation.info(tx.events(trace)[-1], "transactionId"))


def judge_the_status(judge: Judge, trace: Trace, *, ongoing: bool | None, queued: bool) -> None:
    """The two indicators of the answer; None: the first must not be there."""
    reply = trace.answer_to(trace.first(GetTransactionStatus))
    judge.equal("ongoingIndicator", reply.payload.get("ongoingIndicator"), ongoing, at=reply)
    judge.equal("messagesInQueue", reply.payload.get("messagesInQueue"), queued, at=reply)


def judge_the_queue(judge: Judge, trace: Trace) -> None:
    """The backend asked while late events were on their way: all samples of that time come, marked as late."""
    late = [one for one in tx.events(trace) if one.payload.get("offline")]
    if judge.any("late events", late):
        judge.some("late events with samples", [one for one in late if tx.samples(one)])


def after_an_outage(asked: scene.Scene, *without: scene.Scene) -> scene.Scene:
    """A car charges; while the backend is away the steps are taken; once late events come it asks, then all leave."""
    late = scene.hears(TransactionEvent, offline=True, within=AWAY + 60.0)
    gone = scene.breaks(AWAY) + sum((*without, late), ())
    whole = ocpp_states.charging() + scene.passes(5.0) + gone + asked + scene.passes(60.0)
    left = scene.when(tx.runs, ocpp_states.stopped_remotely(), tx.away())
    return tx.lent({tx.UPDATED_INTERVAL: "10"}, whole + left)


@case(
    "TC_E_28_CS",
    "A transaction that nobody knows is neither going on nor waiting",
    sut=Role.STATION,
    cites=("E14.FR.01",),
    needs=Feature.OCPP201,
)
async def test_unknown(bench: Bench, judge: Judge) -> None:
    """The station is idle, and asked about an id that it never had."""
    trace = await bench.play(scene.asks(GetTransactionStatus(transactionId="never-heard-of")))

    judge_the_status(judge, trace, ongoing=False, queued=False)


@case(
    "TC_E_29_CS",
    "A transaction that goes on with events waiting is called so",
    sut=Role.STATION,
    cites=("E14.FR.02", "E14.FR.04"),
    needs=NEEDS,
)
async def test_running_with_queue(bench: Bench, judge: Judge) -> None:
    """The backend was away for a while, and asks before it has taken all events."""
    trace = await bench.play(after_an_outage(scene.asks(of_latest)), slow_on_late_events(bench))

    judge_the_status(judge, trace, ongoing=True, queued=True)
    judge_the_queue(judge, trace)


@case(
    "TC_E_30_CS",
    "A transaction that goes on with nothing waiting is called so",
    sut=Role.STATION,
    cites=("E14.FR.02", "E14.FR.05"),
    needs=Feature.OCPP201,
)
async def test_running(bench: Bench, judge: Judge) -> None:
    """A car charges, and all events so far were answered."""
    whole = ocpp_states.charging() + scene.passes(5.0) + scene.asks(of_latest) + tx.away()
    trace = await bench.play(whole)

    judge_the_status(judge, trace, ongoing=True, queued=False)


@case(
    "TC_E_31_CS",
    "A transaction that ended with events waiting is called so",
    sut=Role.STATION,
    cites=("E14.FR.03", "E14.FR.04"),
    needs=NEEDS,
)
async def test_ended_with_queue(bench: Bench, judge: Judge) -> None:
    """It ended while the backend was away, which asks before it has taken all events."""
    leaves = scene.passes(15.0) + scene.does(do.present_token(ocpp_states.TOKEN)) + tx.away(5.0)
    trace = await bench.play(after_an_outage(scene.asks(of_latest), leaves), slow_on_late_events(bench))

    judge_the_status(judge, trace, ongoing=False, queued=True)
    asked = trace.first(GetTransactionStatus)
    judge.some("events behind the question", tx.events(trace.since(asked)))


@case(
    "TC_E_32_CS",
    "A transaction that ended with nothing waiting is called so",
    sut=Role.STATION,
    cites=("E14.FR.03", "E14.FR.05"),
    needs=Feature.OCPP201,
)
async def test_ended(bench: Bench, judge: Judge) -> None:
    """A car has charged and left, and all events were answered."""
    visit = ocpp_states.charging() + ocpp_states.stopped_locally() + tx.away()
    trace = await bench.play(visit + scene.asks(of_latest))

    judge_the_status(judge, trace, ongoing=False, queued=False)


@case(
    "TC_E_33_CS",
    "Asked about no transaction in particular, a station with events waiting says only that",
    sut=Role.STATION,
    cites=("E14.FR.06", "E14.FR.07"),
    needs=NEEDS,
)
async def test_queue(bench: Bench, judge: Judge) -> None:
    """The backend was away for a while, and asks before it has taken all events."""
    trace = await bench.play(after_an_outage(scene.asks(GetTransactionStatus())), slow_on_late_events(bench))

    judge_the_status(judge, trace, ongoing=None, queued=True)
    judge_the_queue(judge, trace)


@case(
    "TC_E_34_CS",
    "Asked about no transaction in particular, a station with nothing waiting says only that",
    sut=Role.STATION,
    cites=("E14.FR.06", "E14.FR.08"),
    needs=Feature.OCPP201,
)
async def test_no_queue(bench: Bench, judge: Judge) -> None:
    """A car charges, and all events so far were answered."""
    whole = ocpp_states.charging() + scene.passes(5.0) + scene.asks(GetTransactionStatus()) + tx.away()
    trace = await bench.play(whole)

    judge_the_status(judge, trace, ongoing=None, queued=False)
