"""Block F: the backend starts and stops transactions, and unlocks connectors."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, Trace, case, conversation, do, ocpp_states, scene
from harness.messages.ocpp import Authorize, RequestStartTransaction, TransactionEvent, UnlockConnector

CONNECTOR = {"evseId": 1, "connectorId": 1}
START = ocpp_states.started_remotely()
ENERGY = scene.hears(TransactionEvent, where=ocpp_states.is_charging, within=20.0)


def judge_the_start(judge: Judge, trace: Trace) -> None:
    """The backend asks for what it was told to, and takes the event that comes of it."""
    asked = trace.first(RequestStartTransaction)
    judge.equal("token of the remote start", asked.payload.get("idToken"), ocpp_states.CARD, at=asked)
    judge.equal("EVSE of the remote start", asked.payload.get("evseId"), ocpp_states.EVSE_ID, at=asked)
    told = trace.since(asked).first(TransactionEvent, triggerReason="RemoteStart")
    judge.equal("id that came back", conversation.info(told, "remoteStartId"), asked.payload["remoteStartId"], at=told)
    reply = conversation.answer(trace, told)
    if judge.any("answer to the event", [] if reply is None else [reply]) and reply is not None:
        verdict = reply.payload.get("idTokenInfo", {}).get("status")
        judge.equal("status of the token", verdict, "Accepted", at=reply)


@case(
    "TC_F_01_CSMS",
    "A backend starts a transaction for a car that is plugged in, and takes what comes of it",
    sut=Role.CSMS,
    cites=("F01.FR.19", "F02.FR.01"),
    needs=Feature.OCPP201,
)
async def test_start_after_plugging(bench: Bench, judge: Judge) -> None:
    """The cable is in; the backend's operator starts for a card that the backend knows."""
    trace = await bench.play(ocpp_states.plugged_in() + START + ENERGY)

    judge_the_start(judge, trace)


@case(
    "TC_F_02_CSMS",
    "A backend that starts a transaction vouches for its token when it is asked about it",
    sut=Role.CSMS,
    cites=("F01.FR.01", "F02.FR.01"),
    needs=Feature.OCPP201,
)
async def test_start_with_a_question(bench: Bench, judge: Judge) -> None:
    """Our station asks about the token of every remote start (AuthorizeRemoteStart)."""
    station = bench.station.set(authorize_remote_start=True)

    trace = await bench.play(START + ocpp_states.plugged_in() + ENERGY, station)

    question = trace.since(trace.first(RequestStartTransaction)).first(Authorize)
    reply = trace.answer_to(question)
    verdict = reply.payload.get("idTokenInfo", {}).get("status")
    judge.equal("status of the token when asked", verdict, "Accepted", at=(question, reply))
    judge_the_start(judge, trace)


@case(
    "TC_F_03_CSMS",
    "A backend starts a transaction before the cable is in, and takes what comes of it",
    sut=Role.CSMS,
    cites=("F01.FR.02", "F02.FR.01"),
    needs=Feature.OCPP201,
)
async def test_start_before_plugging(bench: Bench, judge: Judge) -> None:
    """Our station takes the token as it is."""
    station = bench.station.set(authorize_remote_start=False)

    trace = await bench.play(START + ocpp_states.plugged_in() + ENERGY, station)

    judge_the_start(judge, trace)


@case(
    "TC_F_04_CSMS",
    "A backend takes note that a remote start ran out for want of a cable",
    sut=Role.CSMS,
    cites=("F03.FR.04", "E03.FR.05"),
    needs=Feature.OCPP201,
)
async def test_start_without_a_cable(bench: Bench, judge: Judge) -> None:
    """Nobody plugs in; our station gives up after 20 s."""
    station = bench.station.set(ev_connection_timeout=20.0)

    trace = await bench.play(START + scene.passes(30.0), station)

    judge_the_start(judge, trace)
    told = trace.first(TransactionEvent, triggerReason="EVConnectTimeout")
    reply = conversation.answer(trace, told)
    accepted = reply is not None and not conversation.refused(reply)
    judge.holds("the end of the wait is answered", accepted, "no answer, or an error", at=told)


@case(
    "TC_F_06_CSMS",
    "A backend has the connector unlocked that its operator names",
    sut=Role.CSMS,
    cites=("F05.FR.01",),
    needs=Feature.OCPP201,
)
async def test_unlocking(bench: Bench, judge: Judge) -> None:
    """A car is plugged in and does not charge."""
    plugged = scene.does(do.plug_in(draws=False)) + scene.passes(5.0)

    trace = await bench.play(plugged + scene.asks(UnlockConnector(**CONNECTOR)))

    asked = trace.first(UnlockConnector)
    named = {key: asked.payload.get(key) for key in CONNECTOR}
    judge.equal("connector", named, CONNECTOR, at=asked)
