"""Block F: the backend starts a transaction before or after the cable is in."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, Role, Trace, case, conversation, ocpp_states, scene
from harness.messages.ocpp import Authorize, RequestStartTransaction, TransactionEvent

START = ocpp_states.started_remotely()
ENERGY = scene.hears(TransactionEvent, where=ocpp_states.is_charging, within=20.0)


def judge_the_start(judge: Judge, trace: Trace) -> None:
    """The request is accepted, and the event that tells of it names its id."""
    asked = trace.first(RequestStartTransaction)
    judge.status(trace, asked, "Accepted")
    told = [entry for entry in conversation.events(trace.since(asked)) if conversation.trigger(entry) == "RemoteStart"]
    if judge.any("events with trigger RemoteStart", told):
        judge.equal("remoteStartId", conversation.info(told[0], "remoteStartId"), ocpp_states.START_ID, at=told[0])


@case(
    "TC_F_01_CS",
    "A remote start behind a plugged cable is told with its id, in the transaction that the answer names",
    sut=Role.STATION,
    cites=("F01.FR.13", "F01.FR.19", "F02.FR.01"),
    needs=Feature.OCPP201,
)
async def test_start_after_plugging(bench: Bench, judge: Judge) -> None:
    """Where plugging in has begun a transaction, the answer must name it, and no other may begin."""
    trace = await bench.play(ocpp_states.plugged_in() + START + ENERGY)

    judge_the_start(judge, trace)
    asked = trace.first(RequestStartTransaction)
    before = {conversation.info(entry, "transactionId") for entry in conversation.events(trace.until(asked))}
    after = {conversation.info(entry, "transactionId") for entry in conversation.events(trace.since(asked))}
    judge.equal("transactions behind the start", len(after | before), 1, at=asked)
    if before:
        judge.among("transactionId in the answer", trace.answer_to(asked).payload.get("transactionId"), before)


@pytest.mark.parametrize(
    "order", [START + ocpp_states.plugged_in(), ocpp_states.plugged_in() + START], ids=["start_first", "cable_first"]
)
@case(
    "TC_F_02_CS",
    "With AuthorizeRemoteStart on, the backend is asked about the token of its own remote start",
    sut=Role.STATION,
    cites=("F01.FR.01", "F02.FR.01"),
    needs=Feature.OCPP201,
)
async def test_start_with_a_question(bench: Bench, judge: Judge, order: tuple[scene.Step, ...]) -> None:
    """The variable is set over OCPP first; the token is one that the backend takes."""
    trace = await bench.play(ocpp_states.variable_set("AuthCtrlr", "AuthorizeRemoteStart", "true") + order + ENERGY)

    judge_the_start(judge, trace)
    asked = trace.first(RequestStartTransaction)
    judge.some("questions about the token", trace.since(asked).all(Authorize, idToken=ocpp_states.CARD))


@pytest.mark.parametrize(
    "order", [START + ocpp_states.plugged_in(), ocpp_states.plugged_in() + START], ids=["start_first", "cable_first"]
)
@case(
    "TC_F_03_CS",
    "With AuthorizeRemoteStart off, a remote start needs no further question",
    sut=Role.STATION,
    cites=("F01.FR.02", "F02.FR.01"),
    needs=Feature.OCPP201,
)
async def test_start_without_a_question(bench: Bench, judge: Judge, order: tuple[scene.Step, ...]) -> None:
    """The backend has decided already; asking it again would only cost time."""
    trace = await bench.play(ocpp_states.variable_set("AuthCtrlr", "AuthorizeRemoteStart", "false") + order + ENERGY)

    judge_the_start(judge, trace)
    asked = trace.first(RequestStartTransaction)
    judge.silence("questions about the token", trace.since(asked).all(Authorize))


@case(
    "TC_F_04_CS",
    "A remote start that no cable follows runs out after EVConnectionTimeOut",
    sut=Role.STATION,
    cites=("F03.FR.01", "E03.FR.05", "F02.FR.01"),
    needs=Feature.OCPP201,
)
async def test_start_without_a_cable(bench: Bench, judge: Judge) -> None:
    """The limit is set to 20 s, the cable comes after 40: too late for energy, and told so where a transaction ran."""
    limit = ocpp_states.variable_set("TxCtrlr", "EVConnectionTimeOut", "20")
    late = scene.passes(40.0) + ocpp_states.plugged_in() + scene.passes(10.0)

    trace = await bench.play(limit + START + late)

    asked = trace.first(RequestStartTransaction)
    judge.status(trace, asked, "Accepted")
    events = conversation.events(trace.since(asked))
    judge.silence("events with energy", [one for one in events if ocpp_states.is_charging(one)])
    started = [entry for entry in events if conversation.trigger(entry) == "RemoteStart"]
    told = [entry for entry in events if conversation.trigger(entry) == "EVConnectTimeout"]
    if started and judge.any("events with trigger EVConnectTimeout", told):
        judge.equal("remoteStartId", conversation.info(started[0], "remoteStartId"), ocpp_states.START_ID)
        judge.between("time without a cable", told[0].at - started[0].at, 16, 24, unit="s", at=(started[0], told[0]))
        ended = [entry for entry in told if entry.payload["eventType"] == "Ended"]
        judge.equal("reasons of the end", {conversation.info(one, "stoppedReason") for one in ended}, {"Timeout"})
