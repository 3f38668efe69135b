"""Block C: what the station remembers of cards, for how long, and that the backend can have it forget (C10, C11)."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, case, ocpp_states, scene
from harness.kit import ocpp_tokens as tokens
from harness.messages.ocpp import BootNotification, ClearCache, OcppMessage, Reset, TransactionEvent

CARD = ocpp_states.TOKEN
AGAIN = ocpp_states.plugged_in() + tokens.presented(CARD) + ocpp_states.unplugged()
LIFETIME = 60
"""Seconds for which a verdict is remembered, in one case."""


@case(
    "TC_C_32_CS",
    "What the station remembers of cards outlives a reboot",
    sut=Role.STATION,
    cites=("C12.FR.02",),
    needs=Feature.OCPP201,
)
async def test_memory_outlives_a_reboot(bench: Bench, judge: Judge) -> None:
    """The driver has charged here before the station was told to boot."""
    booted = scene.hears(BootNotification.response, status="Accepted", within=300.0)
    reboot = scene.asks(Reset(type="OnIdle")) + booted + scene.passes(5.0)

    trace = await bench.play(tokens.remembering() + tokens.visit(CARD) + reboot + AGAIN + tokens.forgetful())

    after = tokens.presenting(trace, CARD, nth=3)
    named = tokens.naming(after, CARD)
    if judge.any("events that tell of the card", named):
        judge.silence("questions before that", tokens.questions(after.until(named[0]), CARD))


@case(
    "TC_C_33_CS",
    "What the backend says of a card when asked is remembered",
    sut=Role.STATION,
    cites=("C12.FR.02",),
    needs=Feature.OCPP201,
)
async def test_answers_are_remembered(bench: Bench, judge: Judge) -> None:
    """The station has forgotten everything, is asked about a card, and meets it again."""
    forgets = scene.asks(ClearCache())

    trace = await bench.play(tokens.remembering() + forgets + tokens.visit(CARD) + AGAIN + tokens.forgetful())

    judge.status(trace, trace.first(ClearCache), "Accepted")
    second = trace.until(tokens.presenting(trace, CARD, nth=3).entries[0])
    judge.some("questions about the card at first", tokens.questions(second, CARD))
    after = tokens.presenting(trace, CARD, nth=3)
    judge.silence("questions about the card later", tokens.questions(after, CARD))
    judge.some("events that tell of the card", tokens.naming(after, CARD))


def no_longer(heard: OcppMessage, said: OcppMessage) -> object:
    """The backend takes the card back once a transaction names it."""
    return {"idTokenInfo": {"status": "Invalid"}} if "idToken" in heard.payload else said


@case(
    "TC_C_34_CS",
    "What the backend says of a card beside a transaction is remembered",
    sut=Role.STATION,
    cites=("C10.FR.03", "C12.FR.05"),
    needs=Feature.OCPP201,
)
async def test_second_thoughts_are_remembered(bench: Bench, judge: Judge) -> None:
    """Authorize is answered with Accepted, the event with Invalid: the next time the backend must be asked again."""
    csms = bench.csms.answering(TransactionEvent.response, no_longer)
    first = ocpp_states.plugged_in() + tokens.presented(CARD) + ocpp_states.unplugged() + scene.passes(5.0)

    trace = await bench.play(tokens.remembering() + scene.asks(ClearCache()) + first + AGAIN + tokens.forgetful(), csms)

    told = trace.first(TransactionEvent.response, where=lambda entry: "idTokenInfo" in entry.payload)
    judge.some("questions about the card afterwards", tokens.questions(trace.since(told), CARD))


@case(
    "TC_C_36_CS",
    "What the station remembers does not count where it is told to ask",
    sut=Role.STATION,
    cites=("C01.FR.02",),
    needs=Feature.OCPP201,
)
async def test_memory_does_not_count(bench: Bench, judge: Judge) -> None:
    """LocalPreAuthorize is off; the card was accepted before."""
    trace = await bench.play(tokens.remembering(used=False) + tokens.visit(CARD) + AGAIN)

    judge.some("questions about the card", tokens.questions(tokens.presenting(trace, CARD, nth=3), CARD))


@case(
    "TC_C_37_CS",
    "A station that clears its memory of cards asks about them again",
    sut=Role.STATION,
    cites=("C11.FR.03",),
    needs=Feature.OCPP201,
)
async def test_cleared_memory(bench: Bench, judge: Judge) -> None:
    """The card would start without a question otherwise."""
    forgets = scene.asks(ClearCache())

    trace = await bench.play(tokens.remembering() + tokens.visit(CARD) + forgets + AGAIN + tokens.forgetful())

    asked = trace.first(ClearCache)
    judge.status(trace, asked, "Accepted")
    judge.some("questions about the card", tokens.questions(tokens.presenting(trace, CARD, nth=3), CARD))


@case(
    "TC_C_38_CS",
    "A station that remembers nothing rejects to clear its memory",
    sut=Role.STATION,
    cites=("C11.FR.04",),
    needs=Feature.OCPP201,
)
async def test_no_memory_to_clear(bench: Bench, judge: Judge) -> None:
    """AuthCacheCtrlr.Enabled is off."""
    off = ocpp_states.variable_set("AuthCacheCtrlr", "Enabled", "false")
    on = ocpp_states.variable_set("AuthCacheCtrlr", "Enabled", "true")

    trace = await bench.play(off + scene.asks(ClearCache()) + on)

    judge.status(trace, trace.first(ClearCache), "Rejected")


@case(
    "TC_C_46_CS",
    "A card is forgotten once it was remembered for as long as the backend wants",
    sut=Role.STATION,
    cites=("C01.FR.02",),
    needs=Feature.OCPP201,
)
async def test_memory_fades(bench: Bench, judge: Judge) -> None:
    """The lifetime is a minute; the driver comes back at once, then much later."""
    short = ocpp_states.variable_set("AuthCacheCtrlr", "LifeTime", str(LIFETIME))
    later = scene.passes(2.0 * LIFETIME) + AGAIN
    back = ocpp_states.variable_set("AuthCacheCtrlr", "LifeTime", "0") + tokens.forgetful()

    trace = await bench.play(tokens.remembering() + short + tokens.visit(CARD) + later + back)

    judge.some("questions about the card", tokens.questions(tokens.presenting(trace, CARD, nth=3), CARD))
