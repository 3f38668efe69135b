"""Block C: cards that the backend refuses, and cards of others."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, case, conversation, ocpp_states, scene
from harness.kit import ocpp_tokens as tokens
from harness.messages.ocpp import TransactionEvent

ASKING = tokens.forgetful()
"""The station does not go by what it remembers."""


async def refuse(bench: Bench, judge: Judge, token: str) -> None:
    """A car is plugged in, and a card presented that the backend knows as it should."""
    trace = await bench.play(ASKING + ocpp_states.plugged_in() + tokens.presented(token))

    tokens.judge_refusal(judge, tokens.presenting(trace, token), token)


@case(
    "TC_C_02_CS",
    "A card that the backend calls invalid gets no energy",
    sut=Role.STATION,
    cites=("C01.FR.02",),
    needs=Feature.OCPP201,
)
async def test_invalid_card(bench: Bench, judge: Judge) -> None:
    """The backend answers Authorize with Invalid."""
    await refuse(bench, judge, tokens.INVALID)


@case(
    "TC_C_05_CS",
    "An invalid card opens nothing for the car behind it",
    sut=Role.STATION,
    cites=("C01.FR.02",),
    needs=Feature.OCPP201,
)
async def test_invalid_card_before_the_cable(bench: Bench, judge: Judge) -> None:
    """The card comes first; the connector may well be locked, and stays so."""
    token = tokens.INVALID

    trace = await bench.play(ASKING + tokens.presented(token) + ocpp_states.plugged_in() + scene.passes(10.0))

    tokens.judge_refusal(judge, tokens.presenting(trace, token), token)


@case(
    "TC_C_06_CS",
    "A card that the backend has blocked gets no energy",
    sut=Role.STATION,
    cites=("C01.FR.02",),
    needs=Feature.OCPP201,
)
async def test_blocked_card(bench: Bench, judge: Judge) -> None:
    """The backend answers Authorize with Blocked."""
    await refuse(bench, judge, tokens.BLOCKED)


@case(
    "TC_C_07_CS",
    "A card that has expired gets no energy",
    sut=Role.STATION,
    cites=("C01.FR.02",),
    needs=Feature.OCPP201,
)
async def test_expired_card(bench: Bench, judge: Judge) -> None:
    """The backend answers Authorize with Expired."""
    await refuse(bench, judge, tokens.EXPIRED)


@case(
    "TC_C_56_CS",
    "A card that the backend has never heard of gets no energy",
    sut=Role.STATION,
    cites=("C01.FR.02",),
    needs=Feature.OCPP201,
)
async def test_unknown_card(bench: Bench, judge: Judge) -> None:
    """The backend answers Authorize with Unknown."""
    await refuse(bench, judge, tokens.UNKNOWN)


@case(
    "TC_C_04_CS",
    "The card of a stranger does not stop a car that charges",
    sut=Role.STATION,
    cites=("C01.FR.02",),
    needs=Feature.OCPP201,
)
async def test_card_of_a_stranger(bench: Bench, judge: Judge) -> None:
    """Both cards are good, and have nothing to do with each other; the backend may be asked about the second."""
    trace = await bench.play(ASKING + ocpp_states.charging() + tokens.presented(tokens.STRANGER))

    trace.first(TransactionEvent, where=ocpp_states.is_charging)
    after = conversation.events(tokens.presenting(trace, tokens.STRANGER))
    stops = [one for one in after if conversation.trigger(one) == "StopAuthorized"]
    judge.silence("events of a stop at the reader", stops)
    judge.silence("ends of the transaction", [one for one in after if one.payload["eventType"] == "Ended"])
    states = {conversation.info(one, "chargingState") for one in after}
    judge.holds("energy goes on", states <= {None, "Charging"}, f"states are {states}", at=after)
