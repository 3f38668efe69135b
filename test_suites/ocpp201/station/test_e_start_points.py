"""Block E: where transactions begin, for each value of TxStartPoint."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, Role, case, conversation, do, ocpp_states, scene
from harness.kit import ocpp_transactions as tx
from harness.messages.ocpp import Authorize, RequestStartTransaction

PLUG, CARD, PARKED = scene.does(do.plug_in()), scene.does(do.present_token(ocpp_states.TOKEN)), scene.does(do.park())
PAUSE = scene.passes(5.0)


def starting_at(point: str, *steps: scene.Scene) -> scene.Scene:
    """One start point alone; the steps; then everybody leaves."""
    return tx.lent({tx.START: point}, sum((*steps, scene.passes(tx.SETTLES), tx.away()), ()))


ORDERS = {do.PRESENT_TOKEN: PLUG + PAUSE + CARD, do.PLUG_IN: CARD + PAUSE + PLUG}
"""Cable and card in either order, by what comes last."""


@pytest.mark.parametrize("last", ORDERS)
@case(
    "TC_E_01_CS",
    "With PowerPathClosed a transaction begins once a car is there and its driver authorized, not before",
    sut=Role.STATION,
    cites=("E01.FR.05", "E01.FR.07", "E01.FR.16"),
    needs=Feature.OCPP201,
)
async def test_power_path(bench: Bench, judge: Judge, last: str) -> None:
    """Cable and card come five seconds apart, in either order; the second of them begins the transaction."""
    trace = await bench.play(starting_at("PowerPathClosed", ORDERS[last]))

    allowed = ("Authorized", "CablePluggedIn", "ChargingStateChanged")
    first = tx.judge_the_beginning(judge, trace, tx.done(trace, last), allowed)
    if first is not None:
        judge.holds("place at the start", "connectorId" in first.payload.get("evse", {}), "no connector", at=first)


@case(
    "TC_E_02_CS",
    "With EnergyTransfer a transaction begins once energy flows, not before",
    sut=Role.STATION,
    cites=("E01.FR.06", "E01.FR.07", "E01.FR.10", "E01.FR.16"),
    needs=Feature.OCPP201,
)
async def test_energy(bench: Bench, judge: Judge) -> None:
    """The car is plugged in and its driver authorized five seconds before it takes energy."""
    steps = (scene.does(do.plug_in(draws=False)), CARD, PAUSE, scene.does(do.start_drawing()))
    trace = await bench.play(starting_at("EnergyTransfer", *steps))

    first = tx.judge_the_beginning(judge, trace, tx.done(trace, do.START_DRAWING), ("ChargingStateChanged",))
    if first is not None:
        judge.equal("state at the start", conversation.info(first, "chargingState"), "Charging", at=first)
        judge.equal("token at the start", first.payload.get("idToken"), ocpp_states.CARD, at=first)
        judge.holds("place at the start", "connectorId" in first.payload.get("evse", {}), "no connector", at=first)


@case(
    "TC_E_09_CS",
    "With EVConnected a transaction begins once a car is plugged in, whoever is authorized",
    sut=Role.STATION,
    cites=("E01.FR.02", "E01.FR.07", "E01.FR.16"),
    needs=Feature.OCPP201,
)
async def test_cable(bench: Bench, judge: Judge) -> None:
    """Nobody presents a card; the start names EVSE, connector and a state without energy."""
    trace = await bench.play(starting_at("EVConnected", PLUG))

    allowed = ("CablePluggedIn", "ChargingStateChanged")
    first = tx.judge_the_beginning(judge, trace, tx.done(trace, do.PLUG_IN), allowed)
    if first is not None:
        judge.equal("state at the start", conversation.info(first, "chargingState"), "EVConnected", at=first)
        judge.holds("place at the start", "connectorId" in first.payload.get("evse", {}), "no connector", at=first)


@case(
    "TC_E_10_CS",
    "With Authorized a transaction begins once a driver is authorized, cable or no cable",
    sut=Role.STATION,
    cites=("E01.FR.03", "E01.FR.07", "E01.FR.10", "C01.FR.02"),
    needs=Feature.OCPP201,
)
async def test_card(bench: Bench, judge: Judge) -> None:
    """The card comes first; the backend is asked about it, and the start names it."""
    trace = await bench.play(starting_at("Authorized", CARD, PAUSE, PLUG))

    presented = tx.done(trace, do.PRESENT_TOKEN)
    judge.some("questions about the card", trace.since(presented).all(Authorize, idToken=ocpp_states.CARD))
    first = tx.judge_the_beginning(judge, trace, presented, ("Authorized",))
    if first is not None:
        judge.equal("token at the start", first.payload.get("idToken"), ocpp_states.CARD, at=first)


@case(
    "TC_E_11_CS",
    "With DataSigned a transaction begins with a signed reading",
    sut=Role.STATION,
    cites=("E01.FR.04", "E01.FR.07", "E01.FR.16"),
    needs=Feature.OCPP201,
)
async def test_signed_reading(bench: Bench, judge: Judge) -> None:
    """A car is plugged in, then its driver authorized; the first event has the meter's signature in it."""
    trace = await bench.play(starting_at("DataSigned", PLUG, PAUSE, CARD))

    allowed = ("SignedDataReceived", "Authorized", "ChargingStateChanged")
    first = tx.judge_the_beginning(judge, trace, tx.done(trace, do.PRESENT_TOKEN), allowed)
    if first is not None:
        judge.equal("token at the start", first.payload.get("idToken"), ocpp_states.CARD, at=first)
        signed = [one for one in tx.samples(first, "Transaction.Begin") if "signedMeterValue" in one]
        judge.some("signed readings at the start", signed)


@case(
    "TC_E_12_CS",
    "With ParkingBayOccupancy a transaction begins once a car stands in the bay",
    sut=Role.STATION,
    cites=("E01.FR.01", "E01.FR.07"),
    needs=Feature.OCPP201,
)
async def test_bay(bench: Bench, judge: Judge) -> None:
    """The sensor sees a car; nobody plugs in yet."""
    left = scene.does(do.drive_off()) + scene.passes(5.0)
    trace = await bench.play(tx.lent({tx.START: "ParkingBayOccupancy"}, PARKED + scene.passes(tx.SETTLES) + left))

    tx.judge_the_beginning(judge, trace, tx.done(trace, do.PARK), ("EVDetected",))


@case(
    "TC_E_13_CS",
    "With Authorized a transaction begins once its remote start is authorized, and names its id",
    sut=Role.STATION,
    cites=("E01.FR.03", "F01.FR.19", "F02.FR.01"),
    needs=Feature.OCPP201,
)
async def test_remote_start(bench: Bench, judge: Judge) -> None:
    """The backend starts before any cable is in; if it has to be asked about the token, it takes it."""
    trace = await bench.play(starting_at("Authorized", ocpp_states.started_remotely(), PAUSE, PLUG))

    asked = trace.first(RequestStartTransaction)
    judge.status(trace, asked, "Accepted")
    first = tx.judge_the_beginning(judge, trace, asked, ("RemoteStart",))
    if first is not None:
        judge.equal("token at the start", first.payload.get("idToken"), ocpp_states.CARD, at=first)
        judge.equal("remoteStartId", conversation.info(first, "remoteStartId"), ocpp_states.START_ID, at=first)
