"""Block F: the backend stops a transaction, or unlocks the connector."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, Trace, case, conversation, ocpp_states, scene
from harness.messages.ocpp import OcppMessage, RequestStopTransaction, TransactionEvent, UnlockConnector

STRANGE_TRANSACTION = "no-such-transaction"
CONNECTOR = {"evseId": 1, "connectorId": 1}


def stop(trace: Trace) -> OcppMessage:
    """A remote stop of whatever transaction runs."""
    return RequestStopTransaction(transactionId=ocpp_states.running(trace))


@case(
    "TC_F_08_CS",
    "A remote stop takes the authorization of a charging car away and is told as such",
    sut=Role.STATION,
    cites=("F03.FR.02", "F03.FR.03", "F03.FR.07", "F03.FR.09"),
    needs=Feature.OCPP201,
)
async def test_stop(bench: Bench, judge: Judge) -> None:
    """Whether the transaction ends with it depends on the stop points; the trigger does not."""
    end = scene.asks(stop) + scene.hears(TransactionEvent, triggerReason="RemoteStop", optional=True)

    trace = await bench.play(ocpp_states.charging() + end + ocpp_states.unplugged() + scene.passes(5.0))

    asked = trace.first(RequestStopTransaction)
    judge.status(trace, asked, "Accepted")
    events = conversation.events(trace.since(asked))
    judge.some("events with trigger RemoteStop", [one for one in events if conversation.trigger(one) == "RemoteStop"])
    ended = [one for one in events if one.payload["eventType"] == "Ended"]
    if judge.any("end of the transaction", ended):
        judge.equal("reason of the end", conversation.info(ended[0], "stoppedReason"), "Remote", at=ended[0])


@case(
    "TC_F_09_CS",
    "A remote stop that names no transaction of the station is rejected while a car charges on",
    sut=Role.STATION,
    cites=("F03.FR.08",),
    needs=Feature.OCPP201,
)
async def test_stop_of_a_stranger(bench: Bench, judge: Judge) -> None:
    """The transaction that does run must not be touched."""
    ask = scene.asks(RequestStopTransaction(transactionId=STRANGE_TRANSACTION))

    trace = await bench.play(ocpp_states.charging() + ask + scene.passes(20.0))

    asked = trace.first(RequestStopTransaction)
    judge.status(trace, asked, "Rejected")
    events = conversation.events(trace.since(asked))
    stopped = [
        one for one in events if one.payload["eventType"] == "Ended" or conversation.trigger(one) == "RemoteStop"
    ]
    judge.silence("events of a stop", stopped)


@case(
    "TC_F_05_CS",
    "A connector by which an authorized car charges is not unlocked from afar",
    sut=Role.STATION,
    cites=("F05.FR.01", "F05.FR.02"),
    needs=Feature.OCPP201,
)
async def test_unlocking_while_charging(bench: Bench, judge: Judge) -> None:
    """The driver decides when to leave, not the backend."""
    trace = await bench.play(ocpp_states.charging() + scene.asks(UnlockConnector(**CONNECTOR)) + scene.passes(10.0))

    asked = trace.first(UnlockConnector)
    judge.status(trace, asked, "OngoingAuthorizedTransaction")
    events = conversation.events(trace.since(asked))
    judge.silence("ends of the transaction", [one for one in events if one.payload["eventType"] == "Ended"])


@case(
    "TC_F_06_CS",
    "A cable that nobody charges by is unlocked from afar",
    sut=Role.STATION,
    cites=("F05.FR.01", "F05.FR.04"),
    needs=Feature.OCPP201,
)
async def test_unlocking_a_cable(bench: Bench, judge: Judge) -> None:
    """A car is plugged in, and nobody was authorized."""
    unlock = scene.asks(UnlockConnector(**CONNECTOR))

    trace = await bench.play(ocpp_states.plugged_in(draws=False) + unlock)

    judge.status(trace, trace.first(UnlockConnector), "Unlocked")


@case(
    "TC_F_07_CS",
    "A connector without a cable counts as unlocked",
    sut=Role.STATION,
    cites=("F05.FR.01", "F05.FR.06"),
    needs=Feature.OCPP201,
)
async def test_unlocking_nothing(bench: Bench, judge: Judge) -> None:
    """Nothing is plugged in."""
    trace = await bench.play(scene.asks(UnlockConnector(**CONNECTOR)))

    judge.status(trace, trace.first(UnlockConnector), "Unlocked")


@case(
    "TC_F_10_CS",
    "A connector that the station does not have is not unlocked",
    sut=Role.STATION,
    cites=("F05.FR.03",),
    needs=Feature.OCPP201,
)
async def test_unlocking_a_stranger(bench: Bench, judge: Judge) -> None:
    """The EVSE is there, its ninety-ninth connector is not."""
    trace = await bench.play(scene.asks(UnlockConnector(evseId=1, connectorId=99)))

    judge.status(trace, trace.first(UnlockConnector), "UnknownConnector")
