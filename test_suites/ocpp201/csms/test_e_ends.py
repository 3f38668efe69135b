"""Block E: how a backend takes the end of transactions, wherever stations put it."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, Trace, case, do, ocpp_states, scene
from harness.kit import ocpp_tokens as tokens
from harness.kit import ocpp_transactions as tx
from harness.messages.ocpp import RequestStopTransaction, TransactionEvent

PAUSE, SETTLES = scene.passes(5.0), scene.passes(tx.SETTLES)
CHARGING = ocpp_states.charging() + PAUSE
STOP = scene.does(do.present_token(ocpp_states.TOKEN)) + SETTLES
AWAY = 45.0
"""Seconds without a backend."""


def judge_the_end(judge: Judge, trace: Trace, trigger: str) -> None:
    """Our station ended a transaction for this reason, and every event of it was taken."""
    tokens.awake(trace).first(TransactionEvent, eventType="Ended", triggerReason=trigger)
    tx.judge_answers(judge, trace)


@case(
    "TC_E_07_CSMS",
    "A backend takes a transaction that a card ends with the power path",
    sut=Role.CSMS,
    cites=("E06.FR.06",),
    needs=Feature.OCPP201,
)
async def test_power_path(bench: Bench, judge: Judge) -> None:
    """Our station has the stop point PowerPathClosed; the cable stays in for a while."""
    station = tx.at_points(bench.station, stop="PowerPathClosed")
    trace = await bench.play(CHARGING + STOP + tx.away(), station)

    judge_the_end(judge, trace, "StopAuthorized")


@case(
    "TC_E_08_CSMS",
    "A backend takes a transaction that a card ends with the energy",
    sut=Role.CSMS,
    cites=("E06.FR.07",),
    needs=Feature.OCPP201,
)
async def test_energy_by_card(bench: Bench, judge: Judge) -> None:
    """Our station has the stop point EnergyTransfer; the cable stays in for a while."""
    station = tx.at_points(bench.station, stop="EnergyTransfer")
    trace = await bench.play(CHARGING + STOP + tx.away(), station)

    judge_the_end(judge, trace, "StopAuthorized")


@case(
    "TC_E_14_CSMS",
    "A backend takes a transaction that ends with the cable after a card has stopped it",
    sut=Role.CSMS,
    cites=("E06.FR.02",),
    needs=Feature.OCPP201,
)
async def test_cable_after_card(bench: Bench, judge: Judge) -> None:
    """Our station has the stop point EVConnected."""
    station = tx.at_points(bench.station, stop="EVConnected")
    trace = await bench.play(CHARGING + STOP + tx.away(), station)

    judge_the_end(judge, trace, "EVCommunicationLost")


@case(
    "TC_E_15_CSMS",
    "A backend takes a transaction that a card ends",
    sut=Role.CSMS,
    cites=("E06.FR.03",),
    needs=Feature.OCPP201,
)
async def test_card(bench: Bench, judge: Judge) -> None:
    """Our station has the stop point Authorized."""
    station = tx.at_points(bench.station, stop="Authorized")
    trace = await bench.play(CHARGING + STOP + tx.away(), station)

    judge_the_end(judge, trace, "StopAuthorized")


@case(
    "TC_E_16_CSMS",
    "A backend takes back the token of a transaction that began without it",
    sut=Role.CSMS,
    cites=("E01.FR.12", "E06.FR.04"),
    needs=Feature.OCPP201,
)
async def test_late_refusal(bench: Bench, judge: Judge) -> None:
    """Our station lets a bad card charge through an outage; told of it, the backend says what it thinks of the card."""
    station = tx.at_points(tokens.trusting(bench.station), stop="Authorized")
    visit = scene.does(do.plug_in()) + PAUSE + scene.does(do.present_token(tokens.INVALID))
    late = scene.hears(TransactionEvent, offline=True, within=AWAY + 60.0)
    trace = await bench.play(scene.breaks(AWAY) + visit + late + scene.passes(20.0) + tx.away(), station)

    told = tokens.awake(trace).first(TransactionEvent, where=lambda entry: "idToken" in entry.payload)
    reply = trace.answer_to(told)
    status = reply.payload.get("idTokenInfo", {}).get("status")
    judge.among("status of the token", status, ("Invalid", "Unknown", "Blocked", "Expired"), at=(told, reply))


@case(
    "TC_E_17_CSMS",
    "A backend takes a transaction that ends with the authorization when the cable comes out",
    sut=Role.CSMS,
    cites=("E06.FR.04",),
    needs=Feature.OCPP201,
)
async def test_authorization_by_cable(bench: Bench, judge: Judge) -> None:
    """Our station has the stop point Authorized, and a cable that comes out ends the authorization."""
    station = tx.at_points(bench.station, stop="Authorized")
    trace = await bench.play(CHARGING + tx.away(), station)

    judge_the_end(judge, trace, "EVCommunicationLost")


@case(
    "TC_E_19_CSMS",
    "A backend takes a transaction that ends with the car in the bay",
    sut=Role.CSMS,
    cites=("E06.FR.01",),
    needs=Feature.OCPP201,
)
async def test_bay(bench: Bench, judge: Judge) -> None:
    """The driver stops by card, takes the cable out and drives off."""
    station = tx.at_points(bench.station, stop="ParkingBayOccupancy")
    left = STOP + tx.away() + scene.does(do.drive_off()) + SETTLES
    trace = await bench.play(scene.does(do.park()) + CHARGING + left, station)

    judge_the_end(judge, trace, "EVDeparted")


@case(
    "TC_E_20_CSMS",
    "A backend takes a transaction that ends with the cable",
    sut=Role.CSMS,
    cites=("E06.FR.02",),
    needs=Feature.OCPP201,
)
async def test_cable(bench: Bench, judge: Judge) -> None:
    """Our station has the stop point EVConnected; the car leaves in the middle of charging."""
    station = tx.at_points(bench.station, stop="EVConnected")
    trace = await bench.play(CHARGING + tx.away(), station)

    judge_the_end(judge, trace, "EVCommunicationLost")


@case(
    "TC_E_21_CSMS",
    "A backend stops the transaction that its operator means, and takes the end",
    sut=Role.CSMS,
    cites=("E06.FR.03", "F03.FR.01"),
    needs=Feature.OCPP201,
)
async def test_remote_stop(bench: Bench, judge: Judge) -> None:
    """The request names the id that our station told."""
    station = tx.at_points(bench.station, stop="Authorized")
    trace = await bench.play(CHARGING + ocpp_states.stopped_remotely() + SETTLES + tx.away(), station)

    asked = tokens.awake(trace).first(RequestStopTransaction)
    running = tx.events(trace.until(asked))[-1].payload["transactionInfo"]["transactionId"]
    judge.equal("transactionId of the stop", asked.payload.get("transactionId"), running, at=asked)
    judge_the_end(judge, trace, "RemoteStop")


@case(
    "TC_E_22_CSMS",
    "A backend takes note of a car that takes no more energy",
    sut=Role.CSMS,
    cites=("E06.FR.07",),
    needs=Feature.OCPP201,
)
async def test_energy_by_car(bench: Bench, judge: Judge) -> None:
    """Our station has the stop point EnergyTransfer, and tells the state SuspendedEV before the driver stops."""
    station = tx.at_points(bench.station, stop="EnergyTransfer")
    quiet = scene.does(do.stop_drawing()) + SETTLES
    trace = await bench.play(CHARGING + quiet + STOP + tx.away(), station)

    judge_the_end(judge, trace, "StopAuthorized")


@case(
    "TC_E_26_CSMS",
    "A backend takes a transaction that outlives a cable that comes out",
    sut=Role.CSMS,
    cites=("E10.FR.01",),
    needs=Feature.OCPP201,
)
async def test_cable_comes_back(bench: Bench, judge: Judge) -> None:
    """The cable is back after ten seconds, and energy flows again."""
    back = scene.does(do.plug_in()) + tx.until_energy() + PAUSE
    trace = await bench.play(CHARGING + tx.away() + back + STOP + tx.away(), tx.staying(bench.station))

    told = tokens.awake(trace).first(TransactionEvent, eventType="Updated", triggerReason="EVCommunicationLost")
    trace.since(told).first(TransactionEvent, eventType="Updated", triggerReason="CablePluggedIn")
    judge_the_end(judge, trace, "StopAuthorized")


@case(
    "TC_E_39_CSMS",
    "A backend takes a transaction that ends for want of a cable",
    sut=Role.CSMS,
    cites=("E03.FR.05", "E06.FR.04"),
    needs=Feature.OCPP201,
)
async def test_no_cable(bench: Bench, judge: Judge) -> None:
    """Our station waits 20 s for the cable."""
    station = tx.at_points(bench.station, start="Authorized").set(ev_connection_timeout=20.0)
    trace = await bench.play(scene.does(do.present_token(ocpp_states.TOKEN)) + scene.passes(40.0), station)

    judge_the_end(judge, trace, "EVConnectTimeout")
