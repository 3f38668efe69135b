"""Block E: cable and card, in either order, or one of them alone."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, Trace, case, conversation, do, ocpp_states, scene
from harness.kit import ocpp_transactions as tx

CARD = scene.does(do.present_token(ocpp_states.TOKEN))
TIMEOUT = 20
"""Seconds without a cable (EVConnectionTimeOut)."""


def judge_one_visit(judge: Judge, trace: Trace, first: str, second: str) -> None:
    """One transaction, its token named once at its start, both triggers in this order, energy behind them."""
    told = tx.events(trace)
    tx.judge_the_row(judge, told)
    triggers = [conversation.trigger(one) for one in told]
    judge.some(f"events with trigger {second}", [one for one in told if conversation.trigger(one) == second])
    if first in triggers and second in triggers:
        judge.rising(f"order of {first} and {second}", [triggers.index(first), triggers.index(second)], at=told)
    named = [one for one in told if "idToken" in one.payload]
    if judge.any("events that name the token", named):
        judge.equal("token", named[0].payload["idToken"], ocpp_states.CARD, at=named[0])
    judge.some("events that tell of energy", [one for one in told if ocpp_states.is_charging(one)])
    placed = [one for one in told if "connectorId" in one.payload.get("evse", {})]
    judge.some("events that name the connector", placed)


def visit(*steps: scene.Scene) -> scene.Scene:
    """The steps, energy, and the car leaves."""
    return sum((*steps, tx.until_energy(), scene.passes(5.0), tx.away()), ())


@case(
    "TC_E_03_CS",
    "A car that is plugged in before its driver is authorized charges in one transaction",
    sut=Role.STATION,
    cites=("E02.FR.01", "E02.FR.13", "E01.FR.16"),
    needs=Feature.OCPP201,
)
async def test_cable_first(bench: Bench, judge: Judge) -> None:
    """Cable, five seconds, card."""
    trace = await bench.play(visit(scene.does(do.plug_in()), scene.passes(5.0), CARD))

    tx.done(trace, do.PRESENT_TOKEN)
    judge_one_visit(judge, trace, "CablePluggedIn", "Authorized")
    told = tx.events(trace)
    placed = next((one for one in told if "evse" in one.payload), None)
    judge.holds("connector in the first event", placed is told[0] if told else False, "it comes later", at=told[:1])


@case(
    "TC_E_04_CS",
    "A driver who is authorized before the cable is in charges in one transaction",
    sut=Role.STATION,
    cites=("E03.FR.01", "E01.FR.16"),
    needs=Feature.OCPP201,
)
async def test_card_first(bench: Bench, judge: Judge) -> None:
    """Card, five seconds, cable."""
    trace = await bench.play(visit(CARD, scene.passes(5.0), scene.does(do.plug_in())))

    plugged = tx.done(trace, do.PLUG_IN)
    judge_one_visit(judge, trace, "Authorized", "CablePluggedIn")
    behind = [one for one in tx.events(trace.since(plugged)) if "connectorId" in one.payload.get("evse", {})]
    judge.some("events behind the cable that name the connector", behind)


def timed_out(*steps: scene.Scene) -> scene.Scene:
    """The time for the cable is short; a card, and no cable for twice as long; the steps; everybody leaves."""
    waits = CARD + scene.passes(2.0 * TIMEOUT)
    return tx.lent({"TxCtrlr.EVConnectionTimeOut": str(TIMEOUT)}, sum((waits, *steps, tx.away()), ()))


def judge_the_timeout(judge: Judge, trace: Trace) -> None:
    """The transaction, if one began with the card, ended in time for want of a cable."""
    presented = tx.done(trace, do.PRESENT_TOKEN)
    told = [one for one in tx.events(trace.since(presented)) if conversation.trigger(one) == "EVConnectTimeout"]
    if judge.any("events with trigger EVConnectTimeout", told):
        judge.between("time without a cable", told[0].at - presented.at, TIMEOUT - 4, TIMEOUT + 5, unit="s", at=told)
        if told[0].payload["eventType"] == "Ended":
            judge.equal("reason", conversation.info(told[0], "stoppedReason"), "Timeout", at=told[0])


@case(
    "TC_E_05_CS",
    "A driver who does not plug in in time loses the authorization, and can come again",
    sut=Role.STATION,
    cites=("E03.FR.05", "E03.FR.01"),
    needs=Feature.OCPP201,
)
async def test_no_cable(bench: Bench, judge: Judge) -> None:
    """Nobody plugs in; afterwards the same card and a cable charge as usual."""
    again = CARD + scene.passes(3.0) + scene.does(do.plug_in()) + tx.until_energy()
    trace = await bench.play(timed_out(again))

    judge_the_timeout(judge, trace)
    back = tx.done(trace, do.PRESENT_TOKEN, 2)
    charged = [one for one in tx.events(trace.since(back)) if ocpp_states.is_charging(one)]
    judge.some("energy at the second try", charged)


@case(
    "TC_E_39_CS",
    "A cable that comes too late brings no energy",
    sut=Role.STATION,
    cites=("E03.FR.05", "E06.FR.04"),
    needs=Feature.OCPP201,
)
async def test_late_cable(bench: Bench, judge: Judge) -> None:
    """The cable comes after the authorization ran out."""
    trace = await bench.play(timed_out(scene.does(do.plug_in()) + scene.passes(tx.SETTLES)))

    judge_the_timeout(judge, trace)
    late = tx.events(trace.since(tx.done(trace, do.PLUG_IN)))
    judge.silence("energy behind a late cable", [one for one in late if ocpp_states.is_charging(one)])


@case(
    "TC_E_06_CS",
    "The card that started stops, and the transaction is told to its end",
    sut=Role.STATION,
    cites=("E07.FR.02",),
    needs=Feature.OCPP201,
)
async def test_local_stop(bench: Bench, judge: Judge) -> None:
    """Card, cable out, bay free."""
    left = tx.away() + scene.does(do.drive_off()) + scene.passes(5.0)
    stopped = ocpp_states.charging() + scene.passes(5.0) + CARD + scene.passes(tx.SETTLES) + left
    trace = await bench.play(stopped)

    stop = tx.done(trace, do.PRESENT_TOKEN, 2)
    told = [one for one in tx.events(trace.since(stop)) if conversation.trigger(one) == "StopAuthorized"]
    if judge.any("events with trigger StopAuthorized", told):
        judge.among("token of the stop", told[0].payload.get("idToken", {}).get("idToken"), (None, ocpp_states.TOKEN))
    ended = tx.events(trace, "Ended")
    if judge.any("the end", ended):
        judge.among("reason", conversation.info(ended[0], "stoppedReason"), (None, "Local"), at=ended[0])
    tx.judge_the_row(judge, tx.events(trace))


@case(
    "TC_E_38_CS",
    "A car that takes no energy yet is told as suspending, not as charging",
    sut=Role.STATION,
    cites=("E01.FR.19",),
    needs=Feature.OCPP201,
)
async def test_unready_car(bench: Bench, judge: Judge) -> None:
    """Plugged in and authorized, the car does not draw."""
    steps = ocpp_states.plugged_in(draws=False) + CARD + scene.passes(20.0) + tx.away()
    trace = await bench.play(steps)

    told = tx.events(trace.since(tx.done(trace, do.PRESENT_TOKEN)))
    judge.silence("events that tell of energy", [one for one in told if ocpp_states.is_charging(one)])
    judge.some("SuspendedEV", [one for one in told if conversation.info(one, "chargingState") == "SuspendedEV"])
