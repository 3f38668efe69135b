"""Block E: how a backend takes the beginning of transactions, wherever stations put it."""

from __future__ import annotations

from harness.kit import Bench, Entry, Feature, Judge, Role, Trace, case, conversation, do, ocpp_states, scene
from harness.kit import ocpp_tokens as tokens
from harness.kit import ocpp_transactions as tx
from harness.messages.ocpp import Authorize, TransactionEvent

PLUG, CARD = scene.does(do.plug_in()), scene.does(do.present_token(ocpp_states.TOKEN))
PAUSE, SETTLES = scene.passes(5.0), scene.passes(tx.SETTLES)


def judge_the_question(judge: Judge, trace: Trace) -> None:
    """Asked about the card, the backend takes it."""
    reply = trace.answer_to(tokens.awake(trace).first(Authorize))
    judge.equal("status when asked", reply.payload.get("idTokenInfo", {}).get("status"), "Accepted", at=reply)


def judge_the_start(judge: Judge, trace: Trace, trigger: str) -> None:
    """Our station began a transaction for this reason, and every event of it was taken."""
    tokens.awake(trace).first(TransactionEvent, eventType="Started", triggerReason=trigger)
    tx.judge_answers(judge, trace)


@case(
    "TC_E_01_CSMS",
    "A backend takes a transaction that begins with the power path",
    sut=Role.CSMS,
    cites=("E01.FR.05", "E01.FR.12"),
    needs=Feature.OCPP201,
)
async def test_power_path(bench: Bench, judge: Judge) -> None:
    """Our station has the start point PowerPathClosed: cable first, then the card that begins it."""
    station = tx.at_points(bench.station, start="PowerPathClosed")
    trace = await bench.play(PLUG + PAUSE + CARD + SETTLES + tx.away(), station)

    judge_the_question(judge, trace)
    judge_the_start(judge, trace, "Authorized")


@case(
    "TC_E_02_CSMS",
    "A backend takes a transaction that begins with energy",
    sut=Role.CSMS,
    cites=("E01.FR.06", "E01.FR.12"),
    needs=Feature.OCPP201,
)
async def test_energy(bench: Bench, judge: Judge) -> None:
    """Our station has the start point EnergyTransfer: its first event comes with the state Charging."""
    station = tx.at_points(bench.station, start="EnergyTransfer")
    trace = await bench.play(PLUG + PAUSE + CARD + SETTLES + tx.away(), station)

    judge_the_question(judge, trace)
    judge_the_start(judge, trace, "ChargingStateChanged")


@case(
    "TC_E_03_CSMS",
    "A backend takes a card that comes after the cable",
    sut=Role.CSMS,
    cites=("E02.FR.02",),
    needs=Feature.OCPP201,
)
async def test_cable_first(bench: Bench, judge: Judge) -> None:
    """A car is plugged in, then its driver authorized, and energy flows."""
    station = tx.at_points(bench.station, start="EVConnected")
    trace = await bench.play(PLUG + PAUSE + CARD + SETTLES + tx.away(), station)

    judge_the_question(judge, trace)
    judge_the_start(judge, trace, "CablePluggedIn")


@case(
    "TC_E_04_CSMS",
    "A backend takes a cable that comes after the card",
    sut=Role.CSMS,
    cites=("E03.FR.02",),
    needs=Feature.OCPP201,
)
async def test_card_first(bench: Bench, judge: Judge) -> None:
    """A driver is authorized, then the car plugged in, and energy flows."""
    station = tx.at_points(bench.station, start="Authorized")
    trace = await bench.play(CARD + PAUSE + PLUG + SETTLES + tx.away(), station)

    judge_the_question(judge, trace)
    judge_the_start(judge, trace, "Authorized")


@case(
    "TC_E_09_CSMS",
    "A backend takes a transaction that begins with the cable",
    sut=Role.CSMS,
    cites=("E01.FR.02",),
    needs=Feature.OCPP201,
)
async def test_cable(bench: Bench, judge: Judge) -> None:
    """Nobody is authorized, so there is no token to decide on."""
    station = tx.at_points(bench.station, start="EVConnected")
    trace = await bench.play(PLUG + SETTLES + tx.away(), station)

    judge_the_start(judge, trace, "CablePluggedIn")


@case(
    "TC_E_10_CSMS",
    "A backend takes a transaction that begins with a card",
    sut=Role.CSMS,
    cites=("E01.FR.03", "E01.FR.12"),
    needs=Feature.OCPP201,
)
async def test_card(bench: Bench, judge: Judge) -> None:
    """Our station has the start point Authorized, and no car comes for a while."""
    station = tx.at_points(bench.station, start="Authorized")
    trace = await bench.play(CARD + SETTLES + PLUG + SETTLES + tx.away(), station)

    judge_the_question(judge, trace)
    judge_the_start(judge, trace, "Authorized")


@case(
    "TC_E_11_CSMS",
    "A backend takes a transaction that begins with a signed reading",
    sut=Role.CSMS,
    cites=("E01.FR.04", "E01.FR.12"),
    needs=Feature.OCPP201,
)
async def test_signed_reading(bench: Bench, judge: Judge) -> None:
    """Our station has the start point DataSigned; its first event carries the meter's signature."""
    station = tx.at_points(bench.station, start="DataSigned")
    trace = await bench.play(PLUG + PAUSE + CARD + SETTLES + tx.away(), station)

    judge_the_question(judge, trace)
    judge_the_start(judge, trace, "SignedDataReceived")


@case(
    "TC_E_12_CSMS",
    "A backend takes a transaction that begins with a car in the bay",
    sut=Role.CSMS,
    cites=("E01.FR.01",),
    needs=Feature.OCPP201,
)
async def test_bay(bench: Bench, judge: Judge) -> None:
    """Our station has the start point ParkingBayOccupancy; nobody plugs in yet."""
    station = tx.at_points(bench.station, start="ParkingBayOccupancy")
    left = scene.does(do.drive_off()) + SETTLES
    trace = await bench.play(scene.does(do.park()) + SETTLES + left, station)

    judge_the_start(judge, trace, "EVDetected")


@case(
    "TC_E_38_CSMS",
    "A backend takes note of a car that takes no energy yet",
    sut=Role.CSMS,
    cites=("J02.FR.19",),
    needs=Feature.OCPP201,
)
async def test_unready_car(bench: Bench, judge: Judge) -> None:
    """Plugged in and authorized, the car does not draw: the state is SuspendedEV."""
    whole = ocpp_states.plugged_in(draws=False) + PAUSE + CARD + SETTLES + tx.away()
    trace = await bench.play(whole)

    told = tokens.awake(trace).all(TransactionEvent, where=_suspended)
    judge.every("answers to the state SuspendedEV", told, lambda one: conversation.taken(trace, one), "no result")
    tx.judge_answers(judge, trace)


def _suspended(entry: Entry) -> bool:
    return bool(conversation.info(entry, "chargingState") == "SuspendedEV")


@case(
    "TC_E_53_CSMS",
    "A backend takes two transactions whose events are counted from 0 each",
    sut=Role.CSMS,
    cites=("E01.FR.07",),
    needs=Feature.OCPP201,
)
async def test_two_visits(bench: Bench, judge: Judge) -> None:
    """The same card charges twice; the second transaction has another id, and the same numbers."""
    visit = ocpp_states.charging() + PAUSE + ocpp_states.stopped_locally() + tx.away()
    trace = await bench.play(visit + visit)

    told = tx.judge_answers(judge, tokens.awake(trace))
    begun = {conversation.info(one, "transactionId") for one in told if one.payload["seqNo"] == 0}
    judge.equal("transactions that were counted from 0 and answered", len(begun), 2, at=told)
