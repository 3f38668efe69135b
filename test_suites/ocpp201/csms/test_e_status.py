"""Block E: a backend asks what a station has still to tell (GetTransactionStatus)."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, Trace, case, conversation, do, ocpp_states, scene
from harness.kit import ocpp_tokens as tokens
from harness.kit import ocpp_transactions as tx
from harness.messages.ocpp import GetTransactionStatus, OcppMessage, TransactionEvent

CHARGING = ocpp_states.charging() + scene.passes(5.0)
AWAY = 45.0
"""Seconds without a backend."""
LATE = scene.hears(TransactionEvent, offline=True, within=AWAY + 60.0)


def of_latest(trace: Trace) -> OcppMessage:
    """Asks about the transaction that was told of last, whether it has ended or not."""
    return GetTransactionStatus(transactionId=conversation.info(tx.events(trace)[-1], "transactionId"))


def judge_the_question(judge: Judge, trace: Trace, *, named: bool) -> None:
    """It names the transaction that our station told of last, or none."""
    asked = tokens.awake(trace).first(GetTransactionStatus)
    latest = conversation.info(tx.events(trace.until(asked))[-1], "transactionId")
    wanted = latest if named else None
    judge.equal("transactionId of the question", asked.payload.get("transactionId"), wanted, at=asked)
    tx.judge_answers(judge, trace)


@case(
    "TC_E_29_CSMS",
    "A backend asks about a transaction that goes on with events waiting",
    sut=Role.CSMS,
    cites=("E14.FR.02", "E14.FR.04"),
    needs=Feature.OCPP201,
)
async def test_running_with_queue(bench: Bench, judge: Judge) -> None:
    """Our station comes back from an outage with samples to tell."""
    station = bench.station.set(tx_updated_interval=10.0)
    asked = scene.breaks(AWAY) + LATE + scene.asks(of_latest)
    trace = await bench.play(CHARGING + asked + scene.passes(20.0) + tx.away(), station)

    judge_the_question(judge, trace, named=True)


@case(
    "TC_E_30_CSMS",
    "A backend asks about a transaction that goes on with nothing waiting",
    sut=Role.CSMS,
    cites=("E14.FR.02", "E14.FR.05"),
    needs=Feature.OCPP201,
)
async def test_running(bench: Bench, judge: Judge) -> None:
    """A car charges."""
    trace = await bench.play(CHARGING + scene.asks(of_latest) + tx.away())

    judge_the_question(judge, trace, named=True)


@case(
    "TC_E_31_CSMS",
    "A backend asks about a transaction that ended in an outage",
    sut=Role.CSMS,
    cites=("E14.FR.03", "E14.FR.04"),
    needs=Feature.OCPP201,
)
async def test_ended_with_queue(bench: Bench, judge: Judge) -> None:
    """The driver stops and leaves while the backend is away."""
    gone = scene.passes(15.0) + scene.does(do.present_token(ocpp_states.TOKEN)) + tx.away(5.0)
    trace = await bench.play(CHARGING + scene.breaks(AWAY) + gone + LATE + scene.asks(of_latest) + scene.passes(20.0))

    judge_the_question(judge, trace, named=True)


@case(
    "TC_E_33_CSMS",
    "A backend asks whether anything waits after an outage",
    sut=Role.CSMS,
    cites=("E14.FR.06", "E14.FR.07"),
    needs=Feature.OCPP201,
)
async def test_queue(bench: Bench, judge: Judge) -> None:
    """Our station comes back with samples to tell; the question names no transaction."""
    station = bench.station.set(tx_updated_interval=10.0)
    asked = scene.breaks(AWAY) + LATE + scene.asks(GetTransactionStatus())
    trace = await bench.play(CHARGING + asked + scene.passes(20.0) + tx.away(), station)

    judge_the_question(judge, trace, named=False)


@case(
    "TC_E_34_CSMS",
    "A backend asks whether anything waits while all is well",
    sut=Role.CSMS,
    cites=("E14.FR.06", "E14.FR.08"),
    needs=Feature.OCPP201,
)
async def test_no_queue(bench: Bench, judge: Judge) -> None:
    """The question names no transaction."""
    trace = await bench.play(CHARGING + scene.asks(GetTransactionStatus()) + tx.away())

    judge_the_question(judge, trace, named=False)
