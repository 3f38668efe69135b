"""Block E: where transactions end, for each value of TxStopPoint."""

from __future__ import annotations

from harness.kit import Bench, Entry, Feature, Judge, Role, Trace, case, conversation, do, ocpp_states, scene
from harness.kit import ocpp_transactions as tx
from harness.messages.ocpp import RequestStopTransaction

CARD = scene.does(do.present_token(ocpp_states.TOKEN)) + scene.passes(tx.SETTLES)
UNPLUG = tx.away()


def stopping_at(point: str, *steps: scene.Scene) -> scene.Scene:
    """One stop point alone; a car charges; the steps; then it leaves."""
    left = scene.when(tx.runs, tx.away())
    return tx.lent({tx.STOP: point}, sum((ocpp_states.charging(), scene.passes(5.0), *steps, left), ()))


@case(
    "TC_E_07_CS",
    "With PowerPathClosed a card that stops ends the transaction though the cable is in",
    sut=Role.STATION,
    cites=("E06.FR.06", "E07.FR.02"),
    needs=Feature.OCPP201,
)
async def test_power_path_by_card(bench: Bench, judge: Judge) -> None:
    """The driver presents the card that started; ten seconds later, the cable still in, the end has been told."""
    trace = await bench.play(stopping_at("PowerPathClosed", CARD))

    stopped = tx.done(trace, do.PRESENT_TOKEN, 2)
    tx.judge_the_end(judge, tx.plugged(trace), stopped, ("StopAuthorized",), (None, "Local"))


@case(
    "TC_E_08_CS",
    "With EnergyTransfer a card that stops ends the transaction once no energy flows",
    sut=Role.STATION,
    cites=("E06.FR.07",),
    needs=Feature.OCPP201,
)
async def test_energy_by_card(bench: Bench, judge: Judge) -> None:
    """The driver presents the card that started, and the cable stays in."""
    trace = await bench.play(stopping_at("EnergyTransfer", CARD))

    stopped = tx.done(trace, do.PRESENT_TOKEN, 2)
    allowed = ("StopAuthorized", "ChargingStateChanged")
    tx.judge_the_end(judge, tx.plugged(trace), stopped, allowed, (None, "Local"))


@case(
    "TC_E_14_CS",
    "With EVConnected a transaction that was stopped by card goes on until the cable is out",
    sut=Role.STATION,
    cites=("E06.FR.02",),
    needs=Feature.OCPP201,
)
async def test_cable_after_card(bench: Bench, judge: Judge) -> None:
    """The stop is told as news; the end comes with the cable."""
    trace = await bench.play(stopping_at("EVConnected", CARD, UNPLUG))

    out = tx.done(trace, do.UNPLUG)
    tx.judge_the_end(judge, trace, out, ("EVCommunicationLost",), (None, "Local", "EVDisconnected"))
    stopped = trace.since(tx.done(trace, do.PRESENT_TOKEN, 2)).until(out)
    judge.some("news of the stop", [one for one in tx.events(stopped) if conversation.trigger(one) == "StopAuthorized"])


@case(
    "TC_E_15_CS",
    "With Authorized a card that stops ends the transaction",
    sut=Role.STATION,
    cites=("E06.FR.03", "E07.FR.02"),
    needs=Feature.OCPP201,
)
async def test_authorization_by_card(bench: Bench, judge: Judge) -> None:
    """The driver presents the card that started, and the cable stays in."""
    trace = await bench.play(stopping_at("Authorized", CARD))

    stopped = tx.done(trace, do.PRESENT_TOKEN, 2)
    tx.judge_the_end(judge, tx.plugged(trace), stopped, ("StopAuthorized",), (None, "Local"))


@case(
    "TC_E_17_CS",
    "With Authorized a cable that is taken out of the car ends the transaction where that ends the authorization",
    sut=Role.STATION,
    cites=("E06.FR.04",),
    needs=Feature.OCPP201,
)
async def test_authorization_by_cable(bench: Bench, judge: Judge) -> None:
    """StopTxOnEVSideDisconnect is on; the car leaves in the middle of charging."""
    whole = tx.lent({"TxCtrlr.StopTxOnEVSideDisconnect": "true"}, stopping_at("Authorized", UNPLUG))
    trace = await bench.play(whole)

    judge_the_cable(judge, trace, ("EVDisconnected",))


def judge_the_cable(judge: Judge, trace: Trace, reasons: tuple[str, ...]) -> None:
    """Taking the cable out ended the transaction, and the last state says that none is in."""
    ended = tx.judge_the_end(judge, trace, tx.done(trace, do.UNPLUG), ("EVCommunicationLost",), reasons)
    if ended is not None:
        judge.equal("last state", conversation.info(ended, "chargingState"), "Idle", at=ended)


@case(
    "TC_E_19_CS",
    "With ParkingBayOccupancy a transaction goes on until the bay is free",
    sut=Role.STATION,
    cites=("E06.FR.01",),
    needs=Feature.OCPP201,
)
async def test_bay(bench: Bench, judge: Judge) -> None:
    """The driver stops by card, takes the cable out and drives off, ten seconds apart."""
    leave = scene.does(do.drive_off()) + scene.passes(tx.SETTLES)
    steps = ocpp_states.charging() + CARD + UNPLUG + leave
    trace = await bench.play(tx.lent({tx.STOP: "ParkingBayOccupancy"}, scene.does(do.park()) + steps))

    tx.judge_the_end(judge, trace, tx.done(trace, do.DRIVE_OFF), ("EVDeparted",), (None, "Local"))


@case(
    "TC_E_20_CS",
    "With EVConnected a cable that is taken out of the car ends the transaction",
    sut=Role.STATION,
    cites=("E06.FR.02",),
    needs=Feature.OCPP201,
)
async def test_cable(bench: Bench, judge: Judge) -> None:
    """The car leaves in the middle of charging."""
    trace = await bench.play(stopping_at("EVConnected", UNPLUG))

    judge_the_cable(judge, trace, ("EVDisconnected",))


@case(
    "TC_E_21_CS",
    "With Authorized a remote stop ends the transaction",
    sut=Role.STATION,
    cites=("E06.FR.03", "F03.FR.09"),
    needs=Feature.OCPP201,
)
async def test_authorization_from_afar(bench: Bench, judge: Judge) -> None:
    """The cable stays in."""
    trace = await bench.play(stopping_at("Authorized", remote_stop()))

    judge_the_remote_stop(judge, trace)


def remote_stop() -> scene.Scene:
    """The backend stops what runs, and the station has time for it."""
    return scene.asks(lambda trace: RequestStopTransaction(transactionId=ocpp_states.running(trace))) + scene.passes(
        tx.SETTLES
    )


def judge_the_remote_stop(judge: Judge, trace: Trace) -> None:
    """It was accepted, and ended the transaction with the cable still in."""
    asked = trace.first(RequestStopTransaction)
    judge.status(trace, asked, "Accepted")
    tx.judge_the_end(judge, tx.plugged(trace), asked, ("RemoteStop",), ("Remote",))


@case(
    "TC_E_22_CS",
    "With EnergyTransfer a car that takes no more energy ends the transaction, or is told as suspending",
    sut=Role.STATION,
    cites=("E06.FR.07",),
    needs=Feature.OCPP201,
)
async def test_energy_by_car(bench: Bench, judge: Judge) -> None:
    """The car stops drawing and stays: an end if the power path opens, else the state SuspendedEV."""
    trace = await bench.play(stopping_at("EnergyTransfer", scene.does(do.stop_drawing()) + scene.passes(20.0)))

    quiet = tx.done(trace, do.STOP_DRAWING)
    told = [one for one in tx.events(tx.plugged(trace).since(quiet)) if _is_about_energy(one)]
    if judge.any("news of the energy that stopped", told):
        state = conversation.info(told[0], "chargingState")
        judge.among("state", state, ("EVConnected", "SuspendedEV"), at=told[0])
        judge.equal("kind of event", told[0].payload["eventType"], _KINDS.get(state), at=told[0])
        if told[0].payload["eventType"] == "Ended":
            judge.equal("reason", conversation.info(told[0], "stoppedReason"), "StoppedByEV", at=told[0])


_KINDS = {"EVConnected": "Ended", "SuspendedEV": "Updated"}


def _is_about_energy(entry: Entry) -> bool:
    return bool(conversation.trigger(entry) == "ChargingStateChanged")


@case(
    "TC_E_35_CS",
    "With PowerPathClosed a remote stop ends the transaction",
    sut=Role.STATION,
    cites=("E06.FR.06",),
    needs=Feature.OCPP201,
)
async def test_power_path_from_afar(bench: Bench, judge: Judge) -> None:
    """The cable stays in."""
    trace = await bench.play(stopping_at("PowerPathClosed", remote_stop()))

    judge_the_remote_stop(judge, trace)


@case(
    "TC_E_37_CS",
    "With PowerPathClosed a cable that is taken out of the car ends the transaction",
    sut=Role.STATION,
    cites=("E06.FR.06",),
    needs=Feature.OCPP201,
)
async def test_power_path_by_cable(bench: Bench, judge: Judge) -> None:
    """The car leaves in the middle of charging."""
    trace = await bench.play(stopping_at("PowerPathClosed", UNPLUG))

    judge_the_cable(judge, trace, ("EVDisconnected", "StoppedByEV"))


@case(
    "TC_E_54_CS",
    "With EVConnected a cable that is taken out of a car that takes no energy ends the transaction",
    sut=Role.STATION,
    cites=("E06.FR.02",),
    needs=Feature.OCPP201,
)
async def test_cable_of_a_talking_car(bench: Bench, judge: Judge) -> None:
    """The car had stopped drawing before; such stations cannot tell a stop by the car from a cable that is out."""
    trace = await bench.play(stopping_at("EVConnected", scene.does(do.stop_drawing()), scene.passes(5.0), UNPLUG))

    judge_the_cable(judge, trace, ("EVDisconnected", "StoppedByEV"))
