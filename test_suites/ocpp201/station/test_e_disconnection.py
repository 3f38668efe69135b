"""Block E: the cable is taken out of the car while its driver is authorized."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, Trace, case, conversation, do, ocpp_states, scene
from harness.kit import ocpp_availability as availability
from harness.kit import ocpp_transactions as tx

ENDS, UNLOCKS = "TxCtrlr.StopTxOnEVSideDisconnect", "OCPPCommCtrlr.UnlockOnEVSideDisconnect"
TIMEOUT = "TxCtrlr.EVConnectionTimeOut"
BACK = scene.does(do.plug_in()) + scene.passes(15.0)


def torn(settings: dict[str, str], *steps: scene.Scene) -> scene.Scene:
    """A car charges, the cable comes out; the steps; whatever runs then is stopped, and the car leaves."""
    still = scene.when(tx.runs, ocpp_states.stopped_remotely(), tx.away())
    return tx.lent(settings, sum((ocpp_states.charging(), scene.passes(5.0), tx.away(), *steps, still), ()))


def judge_the_cable(judge: Judge, trace: Trace) -> None:
    """That it is out is told once with the state Idle, and the connector is free again."""
    told = tx.told_after(trace, do.UNPLUG, "EVCommunicationLost")
    if judge.any("events with trigger EVCommunicationLost", told):
        judge.equal("state", conversation.info(told[0], "chargingState"), "Idle", at=told[0])
    free = [one for one in availability.told(trace.since(tx.done(trace, do.UNPLUG))) if one.state == "Available"]
    judge.some("reports of a free connector", free)


def judge_the_return(judge: Judge, trace: Trace) -> None:
    """The cable comes back, and nobody is authorized any longer."""
    back = tx.events(trace.since(tx.done(trace, do.PLUG_IN, 2)))
    judge.silence("energy without another authorization", [one for one in back if ocpp_states.is_charging(one)])


@case(
    "TC_E_24_CS",
    "A cable that is taken out of the car ends the authorization, and the station lets go of its own end",
    sut=Role.STATION,
    cites=("E09.FR.01", "E09.FR.02"),
    needs=Feature.OCPP201,
)
async def test_ends_and_unlocks(bench: Bench, judge: Judge) -> None:
    """Both settings are on; the same cable in the same car brings no energy afterwards."""
    trace = await bench.play(torn({ENDS: "true", UNLOCKS: "true"}, BACK, tx.away()))

    judge_the_cable(judge, trace)
    judge_the_return(judge, trace)


@case(
    "TC_E_25_CS",
    "A cable that is taken out of the car ends the authorization, and the station keeps its own end",
    sut=Role.STATION,
    cites=("E09.FR.01", "E09.FR.03"),
    needs=Feature.OCPP201,
)
async def test_ends_and_stays_locked(bench: Bench, judge: Judge) -> None:
    """The lock stays closed, or the cable is fixed; whether it does no message tells."""
    trace = await bench.play(torn({ENDS: "true", UNLOCKS: "false"}, BACK, tx.away()))

    judge_the_cable(judge, trace)
    judge_the_return(judge, trace)


@case(
    "TC_E_26_CS",
    "A cable that is taken out of the car and put back goes on in the same transaction where that ends nothing",
    sut=Role.STATION,
    cites=("E10.FR.01", "E10.FR.02"),
    needs=Feature.OCPP201,
)
async def test_goes_on(bench: Bench, judge: Judge) -> None:
    """StopTxOnEVSideDisconnect is off, and the cable is back after ten seconds."""
    settings = {ENDS: "false", UNLOCKS: "false", tx.STOP: "Authorized"}
    trace = await bench.play(torn(settings, BACK))

    judge_the_cable(judge, trace)
    out, back = tx.done(trace, do.UNPLUG), tx.done(trace, do.PLUG_IN, 2)
    before = {conversation.info(one, "transactionId") for one in tx.events(trace.until(out))}
    judge.silence("ends for want of a cable", tx.events(trace.since(out).until(back), "Ended"))
    judge.some("events with trigger CablePluggedIn", tx.told_after(trace, do.PLUG_IN, "CablePluggedIn", 2))
    charged = [one for one in tx.events(trace.since(back)) if ocpp_states.is_charging(one)]
    if judge.any("energy once the cable is back", charged):
        judge.among("transaction", conversation.info(charged[0], "transactionId"), before, at=charged[0])


@case(
    "TC_E_27_CS",
    "A cable that is taken out of the car and not put back ends the transaction in time",
    sut=Role.STATION,
    cites=("E10.FR.02",),
    needs=Feature.OCPP201,
)
async def test_runs_out(bench: Bench, judge: Judge) -> None:
    """StopTxOnEVSideDisconnect is off; nobody puts the cable back within EVConnectionTimeOut."""
    settings = {ENDS: "false", UNLOCKS: "false", tx.STOP: "Authorized", TIMEOUT: "20"}
    trace = await bench.play(torn(settings, scene.passes(20.0)))

    judge_the_cable(judge, trace)
    out = tx.done(trace, do.UNPLUG)
    told = tx.told_after(trace, do.UNPLUG, "EVConnectTimeout")
    if judge.any("events with trigger EVConnectTimeout", told):
        judge.between("time without a cable", told[0].at - out.at, 16, 25, unit="s", at=told[0])
        judge.equal("kind of event", told[0].payload["eventType"], "Ended", at=told[0])
        judge.equal("reason", conversation.info(told[0], "stoppedReason"), "Timeout", at=told[0])
