"""Block C: the station goes by what it remembers of a card (C12)."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, Trace, case, ocpp_states, scene
from harness.kit import ocpp_tokens as tokens
from harness.messages.ocpp import Authorize, OcppMessage, TransactionEvent

CARD = ocpp_states.TOKEN
ENERGY = scene.hears(TransactionEvent, where=ocpp_states.is_charging, within=20.0, optional=True)
LEAVE = ocpp_states.unplugged() + tokens.forgetful()


def judge_an_unasked_start(judge: Judge, trace: Trace) -> None:
    """The event that tells of the card needs no answer to an Authorize, and energy flows."""
    named = tokens.naming(trace, CARD)
    if judge.any("events that tell of the card", named):
        judge.silence("questions before that", tokens.questions(trace.until(named[0]), CARD))
    judge.some("events that tell of energy", tokens.charged(trace))


@case(
    "TC_C_08_CS",
    "A card that the station remembers as good starts without a question",
    sut=Role.STATION,
    cites=("C12.FR.02",),
    needs=Feature.OCPP201,
)
async def test_good_card_is_remembered(bench: Bench, judge: Judge) -> None:
    """The driver has charged here before, and comes again."""
    again = ocpp_states.plugged_in() + tokens.presented(CARD) + ENERGY + LEAVE

    trace = await bench.play(tokens.remembering() + tokens.visit(CARD) + again)

    judge_an_unasked_start(judge, tokens.presenting(trace, CARD, nth=3))


@case(
    "TC_C_13_CS",
    "A card that the station remembers as good is taken before the cable is in",
    sut=Role.STATION,
    cites=("C12.FR.02",),
    needs=Feature.OCPP201,
)
async def test_good_card_before_the_cable(bench: Bench, judge: Judge) -> None:
    """The same, the other way round."""
    again = tokens.presented(CARD) + ocpp_states.plugged_in() + ENERGY + LEAVE

    trace = await bench.play(tokens.remembering() + tokens.visit(CARD) + again)

    judge_an_unasked_start(judge, tokens.presenting(trace, CARD, nth=3))


async def refuse_again(bench: Bench, judge: Judge, token: str) -> None:
    """A card that was refused comes again; the backend has not changed its mind."""
    again = ocpp_states.plugged_in() + tokens.presented(token) + LEAVE

    trace = await bench.play(tokens.remembering() + tokens.refused_visit(token) + again)

    tokens.judge_refusal(judge, tokens.presenting(trace, token, nth=2), token)


@case(
    "TC_C_09_CS",
    "A card that the station remembers as invalid is put to the backend again",
    sut=Role.STATION,
    cites=("C10.FR.03", "C12.FR.05"),
    needs=Feature.OCPP201,
)
async def test_invalid_card_again(bench: Bench, judge: Judge) -> None:
    """It is still invalid."""
    await refuse_again(bench, judge, tokens.INVALID)


@case(
    "TC_C_10_CS",
    "A card that the station remembers as blocked is put to the backend again",
    sut=Role.STATION,
    cites=("C10.FR.03", "C12.FR.05"),
    needs=Feature.OCPP201,
)
async def test_blocked_card_again(bench: Bench, judge: Judge) -> None:
    """It is still blocked."""
    await refuse_again(bench, judge, tokens.BLOCKED)


@case(
    "TC_C_11_CS",
    "A card that the station remembers as expired is put to the backend again",
    sut=Role.STATION,
    cites=("C10.FR.03", "C12.FR.05"),
    needs=Feature.OCPP201,
)
async def test_expired_card_again(bench: Bench, judge: Judge) -> None:
    """It was not renewed."""
    await refuse_again(bench, judge, tokens.EXPIRED)


def invalid_at_first(_heard: OcppMessage, _said: OcppMessage) -> dict[str, object]:
    """What the backend says of a card before its owner has paid."""
    return {"idTokenInfo": {"status": "Invalid"}}


@case(
    "TC_C_12_CS",
    "A card that was refused before charges once the backend takes it",
    sut=Role.STATION,
    cites=("C10.FR.03", "C12.FR.05"),
    needs=Feature.OCPP201,
)
async def test_card_that_became_good(bench: Bench, judge: Judge) -> None:
    """Refused at the first visit, accepted at the second."""
    csms = bench.csms.answering(Authorize.response, invalid_at_first, nth=1)
    again = ocpp_states.plugged_in() + tokens.presented(CARD) + ENERGY + LEAVE

    trace = await bench.play(tokens.remembering() + tokens.refused_visit(CARD) + again, csms)

    after = tokens.presenting(trace, CARD, nth=2)
    judge.some("questions about the card", tokens.questions(after, CARD))
    judge.some("events that tell of the card", tokens.naming(after, CARD))
    judge.some("events that tell of energy", tokens.charged(after))


@case(
    "TC_C_57_CS",
    "A refusal that the station remembers is final where it is told so",
    sut=Role.STATION,
    cites=("C12.FR.05",),
    needs=Feature.OCPP201,
)
async def test_refusal_is_final(bench: Bench, judge: Judge) -> None:
    """With DisablePostAuthorize the backend is not asked about the card a second time."""
    final = ocpp_states.variable_set("AuthCacheCtrlr", "DisablePostAuthorize", "true")
    again = ocpp_states.plugged_in() + tokens.presented(tokens.INVALID)
    back = ocpp_states.unplugged() + ocpp_states.variable_set("AuthCacheCtrlr", "DisablePostAuthorize", "false")
    whole = tokens.remembering() + final + tokens.refused_visit(tokens.INVALID) + again + back + tokens.forgetful()

    trace = await bench.play(whole)

    after = tokens.presenting(trace, tokens.INVALID, nth=2)
    judge.silence("questions about the card", tokens.questions(after, tokens.INVALID))
    tokens.judge_nothing_flows(judge, after, tokens.INVALID)
