"""Block E: events that the backend does not take at the first try (MessageAttempts, MessageAttemptInterval)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from harness.kit import Bench, Entry, Feature, Judge, Role, Silence, Trace, case, ocpp_states, scene
from harness.kit import ocpp_transactions as tx
from harness.messages.ocpp import TransactionEvent

ATTEMPTS, INTERVAL = 3, 10
PATIENCE = 300.0
"""Seconds for all attempts: stations wait up to a minute for an answer before they count it as missing."""
NEEDS = (Feature.OCPP201, Feature.OFFLINE_QUEUE)
Answering = Callable[[Any], Any]


def deaf(_said: Any) -> Any:
    """No answer at all."""
    return Silence()


def refusing(said: Any) -> Any:
    """An error."""
    return said.refused("InternalError", "out of order for a while")


def failing(bench: Bench, how: Answering, times: int) -> Any:
    """Our backend, which fails on the first event that tells of energy, so many times."""
    left = times

    def answer(heard: Any, said: Any) -> Any:
        nonlocal left
        if left <= 0 or heard.payload["transactionInfo"].get("chargingState") != "Charging":
            return said
        left -= 1
        return how(said)

    return bench.csms.answering(TransactionEvent.response, answer)


def tried() -> scene.Scene:
    """A car charges, with samples, for as long as the attempts take."""
    settings = {tx.ATTEMPTS: str(ATTEMPTS), tx.ATTEMPT_INTERVAL: str(INTERVAL), tx.UPDATED_INTERVAL: "60"}
    return tx.lent(settings, ocpp_states.charging() + scene.passes(PATIENCE) + tx.away() + scene.passes(30.0))


def judge_the_tries(judge: Judge, trace: Trace, wanted: int) -> None:
    """So many tries of the same event, each after a longer wait, and other events behind them."""
    first = trace.first(TransactionEvent, where=ocpp_states.is_charging)
    tries = [one for one in trace.all(TransactionEvent) if _same(one, first)]
    judge.equal("tries", len(tries), wanted, at=tries)
    for number, (earlier, later) in enumerate(pairwise(tries), 1):
        waited = later.at - earlier.at
        judge.holds(f"wait before try {number + 1}", waited >= number * INTERVAL - 4, f"{waited:.1f} s", at=later)
    judge.some("events behind the last try", tx.events(trace.since(tries[-1])))


def _same(entry: Entry, first: Entry) -> bool:
    told, wanted = entry.payload, first.payload
    same = told["transactionInfo"]["transactionId"] == wanted["transactionInfo"]["transactionId"]
    return bool(same and told["seqNo"] == wanted["seqNo"])


@case(
    "TC_E_41_CS",
    "An event that is never answered is given up after so many tries, and the next one is told",
    sut=Role.STATION,
    cites=("E13.FR.02", "E13.FR.03", "E13.FR.04"),
    needs=NEEDS,
)
async def test_never_answered(bench: Bench, judge: Judge) -> None:
    """Three attempts are set, ten seconds apart times the number of tries before."""
    trace = await bench.play(tried(), failing(bench, deaf, ATTEMPTS), limit=PATIENCE * 2)

    judge_the_tries(judge, trace, ATTEMPTS)


@case(
    "TC_E_42_CS",
    "An event that is answered at the second try is not told a third time",
    sut=Role.STATION,
    cites=("E13.FR.02", "E13.FR.03"),
    needs=NEEDS,
)
async def test_answered_late(bench: Bench, judge: Judge) -> None:
    """The first try gets no answer."""
    trace = await bench.play(tried(), failing(bench, deaf, 1), limit=PATIENCE * 2)

    judge_the_tries(judge, trace, 2)


@case(
    "TC_E_50_CS",
    "An event that is answered by errors is given up after so many tries, and the next one is told",
    sut=Role.STATION,
    cites=("E13.FR.02", "E13.FR.03", "E13.FR.04"),
    needs=NEEDS,
)
async def test_always_refused(bench: Bench, judge: Judge) -> None:
    """Three attempts are set; each is answered by InternalError."""
    trace = await bench.play(tried(), failing(bench, refusing, ATTEMPTS), limit=PATIENCE * 2)

    judge_the_tries(judge, trace, ATTEMPTS)


@case(
    "TC_E_51_CS",
    "An event that is answered by an error once is taken at the second try",
    sut=Role.STATION,
    cites=("E13.FR.02", "E13.FR.03"),
    needs=NEEDS,
)
async def test_refused_once(bench: Bench, judge: Judge) -> None:
    """The first try is answered by InternalError."""
    trace = await bench.play(tried(), failing(bench, refusing, 1), limit=PATIENCE * 2)

    judge_the_tries(judge, trace, 2)
