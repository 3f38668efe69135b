"""What an operator makes of an emulated backend's answers."""

from __future__ import annotations

from typing import Any

import pytest

from harness.cli.emulation.commands import CommandError
from harness.cli.emulation.policy import NONSENSE, Desk, Policy
from harness.endpoints.behaviour import Say, Silence
from harness.endpoints.bending import Bender
from harness.endpoints.csms.csms import Csms
from harness.messages.ocpp import (
    Authorize,
    BootNotification,
    Get15118EVCertificate,
    Heartbeat,
    Kind,
    OcppMessage,
    TransactionEvent,
)

CARD = {"idToken": "AA", "type": "ISO14443"}
NOW = "2026-01-01T00:00:00Z"
BOOTED = BootNotification(reason="PowerUp").answered(currentTime=NOW, interval=300, status="Accepted")
TOKEN_OK = {"idTokenInfo": {"status": "Accepted"}}


def answered(desk: Desk, heard: OcppMessage, said: OcppMessage) -> Any:
    """What the backend does instead of saying `said`."""
    (step,) = Bender(desk.at(Csms()).bends).bend(heard, (Say(message=said),))
    return step


def event(transaction_id: str, *registers: float, unit: dict[str, Any] | None = None) -> OcppMessage:
    samples = [{"value": register, **({"unitOfMeasure": unit} if unit else {})} for register in registers]
    values = [{"timestamp": NOW, "sampledValue": [*samples, {"value": 7.0, "measurand": "Voltage"}]}]
    return TransactionEvent(transactionInfo={"transactionId": transaction_id}, meterValue=values, idToken=CARD)


def test_nothing_is_changed_by_itself() -> None:
    said = Heartbeat().answered(currentTime=NOW)
    assert answered(Desk(), Heartbeat(), said) == Say(message=said)


def test_each_policy_does_what_it_says() -> None:
    desk, said = Desk(), Heartbeat().answered(currentTime=NOW)
    desk.set("Heartbeat", Policy(kind="silent"))
    assert answered(desk, Heartbeat(), said) == Silence()
    desk.set("Heartbeat", Policy(kind="delay", seconds=3.0))
    assert (answered(desk, Heartbeat(), said).after, answered(desk, Heartbeat(), said).message) == (3.0, said)
    desk.set("Heartbeat", Policy(kind="error", code="SecurityError"))
    assert answered(desk, Heartbeat(), said).message.payload["code"] == "SecurityError"
    desk.set("Heartbeat", Policy(kind="wrong"))
    wrong = answered(desk, Heartbeat(), said).message
    assert wrong.payload == NONSENSE
    assert wrong.problems()
    desk.set("Heartbeat", Policy(kind="payload", payload={"currentTime": "never"}))
    assert answered(desk, Heartbeat(), said).message.payload == {"currentTime": "never"}
    desk.set("Heartbeat", Policy(kind="accept"))
    assert answered(desk, Heartbeat(), said) == Say(message=said)
    assert desk.answers == {}


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (BOOTED, "Rejected"),
        (Get15118EVCertificate().answered(status="Accepted", exiResponse="AA=="), "Failed"),
    ],
)
def test_a_rejection_is_the_status_that_says_no(said: OcppMessage, status: str) -> None:
    desk = Desk()
    desk.set(said.action, Policy(kind="reject"))
    refusal = answered(desk, OcppMessage(action=said.action, kind=Kind.REQUEST, payload={}), said).message
    assert refusal.payload["status"] == status
    assert refusal.problems() == ()


def test_a_rejected_token_is_invalid_and_an_answer_without_status_an_error() -> None:
    desk = Desk()
    for action in ("Authorize", "Heartbeat"):
        desk.set(action, Policy(kind="reject"))
    call = Authorize(idToken=CARD)
    assert answered(desk, call, call.answered(**TOKEN_OK)).message.payload == {"idTokenInfo": {"status": "Invalid"}}
    assert answered(desk, Heartbeat(), Heartbeat().answered(currentTime=NOW)).message.kind is Kind.ERROR


def test_a_token_is_what_the_operator_says() -> None:
    desk, call = Desk(), Authorize(idToken=CARD)
    desk.tokens["AA"] = "Blocked"
    assert answered(desk, call, call.answered(**TOKEN_OK)).message.payload == {"idTokenInfo": {"status": "Blocked"}}
    other = Authorize(idToken={"idToken": "BB", "type": "ISO14443"})
    assert answered(desk, other, other.answered(**TOKEN_OK)).message.payload == TOKEN_OK


def test_cost_is_energy_times_price() -> None:
    desk = Desk()
    first = event("t", 1000.0)
    assert "totalCost" not in answered(desk, first, first.answered()).message.payload
    desk.price = 0.5
    later = event("t", 1500.0, 3000.0)
    assert answered(desk, later, later.answered()).message.payload == {"totalCost": 1.0}
    in_kwh = event("t", 5.0, unit={"unit": "kWh"})
    assert answered(desk, in_kwh, in_kwh.answered(**TOKEN_OK)).message.payload == {**TOKEN_OK, "totalCost": 2.0}
    another = event("u", 100.0)
    assert answered(desk, another, another.answered()).message.payload == {"totalCost": 0.0}


def test_what_is_no_policy_is_told() -> None:
    with pytest.raises(CommandError, match="has no action 'Beat'"):
        Desk().set("Beat", Policy())
    with pytest.raises(CommandError, match="'loud' is no policy"):
        Desk().set("Heartbeat", Policy(kind="loud"))
