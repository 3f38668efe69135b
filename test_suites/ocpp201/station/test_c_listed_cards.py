"""Block C: the station goes by the list that its backend sent (C13, C14)."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, case, conversation, ocpp_states, scene
from harness.kit import ocpp_local_list as lists
from harness.kit import ocpp_tokens as tokens
from harness.kit.ocpp_local_list import GOOD, card, listing, unlisted
from harness.messages.ocpp import Authorize, TransactionEvent

CARD = ocpp_states.TOKEN
ENERGY = scene.hears(TransactionEvent, where=ocpp_states.is_charging, within=20.0, optional=True)
LEAVE = ocpp_states.unplugged() + unlisted()
AWAY = 60.0
"""Seconds without a backend."""
END = scene.hears(TransactionEvent, triggerReason="StopAuthorized", optional=True) + LEAVE


@case(
    "TC_C_27_CS",
    "A card that is good by the list starts without a question",
    sut=Role.STATION,
    cites=("C14.FR.02",),
    needs=Feature.OCPP201,
)
async def test_listed_card(bench: Bench, judge: Judge) -> None:
    """The backend is there, and need not be asked."""
    scenes = listing(GOOD) + tokens.presented(CARD) + ocpp_states.plugged_in() + ENERGY + LEAVE

    trace = await bench.play(scenes)

    after = tokens.presenting(trace, CARD)
    named = tokens.naming(after, CARD)
    if judge.any("events that tell of the card", named):
        judge.silence("questions before that", tokens.questions(after.until(named[0]), CARD))
    judge.some("events that tell of energy", tokens.charged(after))


async def refuse(bench: Bench, judge: Judge, name: str) -> None:
    """A card that is no good by the list comes; the backend is asked, and says the same."""
    item = card(name)
    token = item["idToken"]["idToken"]

    trace = await bench.play(listing(GOOD, item) + ocpp_states.plugged_in() + tokens.presented(token) + LEAVE)

    tokens.judge_refusal(judge, tokens.presenting(trace, token), token)


@case(
    "TC_C_28_CS",
    "A card that is invalid by the list is put to the backend",
    sut=Role.STATION,
    cites=("C14.FR.03",),
    needs=Feature.OCPP201,
)
async def test_listed_as_invalid(bench: Bench, judge: Judge) -> None:
    """It is invalid there as well."""
    await refuse(bench, judge, "invalid")


@case(
    "TC_C_29_CS",
    "A card that is blocked by the list is put to the backend",
    sut=Role.STATION,
    cites=("C14.FR.03",),
    needs=Feature.OCPP201,
)
async def test_listed_as_blocked(bench: Bench, judge: Judge) -> None:
    """It is blocked there as well."""
    await refuse(bench, judge, "blocked")


@case(
    "TC_C_30_CS",
    "A card that has expired by the list is put to the backend",
    sut=Role.STATION,
    cites=("C14.FR.03",),
    needs=Feature.OCPP201,
)
async def test_listed_as_expired(bench: Bench, judge: Judge) -> None:
    """It has expired there as well."""
    await refuse(bench, judge, "expired")


@case(
    "TC_C_31_CS",
    "A card that is invalid by the list charges if the backend takes it",
    sut=Role.STATION,
    cites=("C14.FR.03",),
    needs=Feature.OCPP201,
)
async def test_better_than_listed(bench: Bench, judge: Judge) -> None:
    """The list is older than the backend's opinion."""
    item = lists.entry(CARD, "Invalid")
    scenes = listing(item) + ocpp_states.plugged_in() + tokens.presented(CARD) + ENERGY + LEAVE

    trace = await bench.play(scenes)

    after = tokens.presenting(trace, CARD)
    judge.some("questions about the card", tokens.questions(after, CARD))
    judge.some("events that tell of energy", tokens.charged(after))


@case(
    "TC_C_58_CS",
    "A refusal by the list is final where the station is told so",
    sut=Role.STATION,
    cites=("C14.FR.03",),
    needs=Feature.OCPP201,
)
async def test_listed_refusal_is_final(bench: Bench, judge: Judge) -> None:
    """With DisablePostAuthorize the backend is not asked."""
    final = ocpp_states.variable_set("LocalAuthListCtrlr", "DisablePostAuthorize", "true")
    back = ocpp_states.variable_set("LocalAuthListCtrlr", "DisablePostAuthorize", "false")
    token = tokens.INVALID
    comes = ocpp_states.plugged_in() + tokens.presented(token)

    trace = await bench.play(listing(GOOD, card("invalid")) + final + comes + LEAVE + back)

    after = tokens.presenting(trace, token)
    judge.silence("questions about the card", tokens.questions(after, token))
    tokens.judge_nothing_flows(judge, after, token)


def alone(token: str) -> scene.Scene:
    """While the backend is away, somebody presents a card; then it comes back."""
    comes = ocpp_states.plugged_in() + tokens.presented(token)
    allowed = ocpp_states.variable_set("AuthCtrlr", "LocalAuthorizeOffline", "true")
    return allowed + scene.breaks(AWAY) + comes + ocpp_states.unplugged() + scene.passes(AWAY)


@case(
    "TC_C_21_CS",
    "A card that is good by the list charges without a backend",
    sut=Role.STATION,
    cites=("C13.FR.02",),
    needs=(Feature.OCPP201, Feature.OFFLINE_QUEUE),
)
async def test_listed_card_alone(bench: Bench, judge: Judge) -> None:
    """What happened is told later."""
    trace = await bench.play(listing(GOOD) + alone(CARD) + unlisted())

    told = tokens.naming(tokens.presenting(trace, CARD), CARD)
    judge.some("events that tell of the card, marked as offline", [one for one in told if one.payload.get("offline")])
    judge.some("events that tell of energy", tokens.charged(tokens.presenting(trace, CARD)))


async def refuse_alone(bench: Bench, judge: Judge, name: str) -> None:
    """A card that is no good by the list comes while the backend is away."""
    item = card(name)
    token = item["idToken"]["idToken"]

    trace = await bench.play(listing(GOOD, item) + alone(token) + unlisted())

    tokens.judge_nothing_flows(judge, tokens.presenting(trace, token), token)


@case(
    "TC_C_22_CS",
    "A card that is invalid by the list gets no energy without a backend",
    sut=Role.STATION,
    cites=("C13.FR.02",),
    needs=(Feature.OCPP201, Feature.OFFLINE_QUEUE),
)
async def test_listed_as_invalid_alone(bench: Bench, judge: Judge) -> None:
    """Nobody can be asked."""
    await refuse_alone(bench, judge, "invalid")


@case(
    "TC_C_23_CS",
    "A card that is blocked by the list gets no energy without a backend",
    sut=Role.STATION,
    cites=("C13.FR.02",),
    needs=(Feature.OCPP201, Feature.OFFLINE_QUEUE),
)
async def test_listed_as_blocked_alone(bench: Bench, judge: Judge) -> None:
    """Nobody can be asked."""
    await refuse_alone(bench, judge, "blocked")


@case(
    "TC_C_24_CS",
    "A card that has expired by the list gets no energy without a backend",
    sut=Role.STATION,
    cites=("C13.FR.02",),
    needs=(Feature.OCPP201, Feature.OFFLINE_QUEUE),
)
async def test_listed_as_expired_alone(bench: Bench, judge: Judge) -> None:
    """Nobody can be asked."""
    await refuse_alone(bench, judge, "expired")


@case(
    "TC_C_25_CS",
    "The list counts more than what the station remembers of a card",
    sut=Role.STATION,
    cites=("C13.FR.01", "C14.FR.01"),
    needs=(Feature.OCPP201, Feature.OFFLINE_QUEUE),
)
async def test_list_before_memory(bench: Bench, judge: Judge) -> None:
    """The card was good at the last visit, and is invalid by the list that came then."""
    known = tokens.remembering() + tokens.visit(CARD)

    trace = await bench.play(known + listing(lists.entry(CARD, "Invalid")) + alone(CARD) + unlisted())

    tokens.judge_nothing_flows(judge, tokens.presenting(trace, CARD, nth=3), CARD)


@case(
    "TC_C_40_CS",
    "A card of the same group by the list stops what another one started",
    sut=Role.STATION,
    cites=("C09.FR.12", "C14.FR.02"),
    needs=Feature.OCPP201,
)
async def test_listed_group(bench: Bench, judge: Judge) -> None:
    """Both are good by the list; nobody is asked."""
    listed = listing(card("member"), card("other_member"))

    trace = await bench.play(listed + ocpp_states.charging(tokens.MEMBER) + tokens.presented(tokens.OTHER_MEMBER) + END)

    judge.silence("questions", tokens.awake(trace).all(Authorize))
    judge.some("energy", tokens.charged(trace))
    after = tokens.presenting(trace, tokens.OTHER_MEMBER)
    stops = [one for one in conversation.events(after) if conversation.trigger(one) == "StopAuthorized"]
    judge.some("events of a stop at the reader", stops)


@case(
    "TC_C_43_CS",
    "A card of the same group that is invalid by the list stops nothing if the backend agrees",
    sut=Role.STATION,
    cites=("C09.FR.12", "C14.FR.03"),
    needs=Feature.OCPP201,
)
async def test_listed_bad_member(bench: Bench, judge: Judge) -> None:
    """The backend is asked about it."""
    listed = listing(card("member"), card("bad_member"))
    token = tokens.BAD_MEMBER

    trace = await bench.play(listed + ocpp_states.charging(tokens.MEMBER) + tokens.presented(token) + END)

    after = tokens.presenting(trace, token)
    judge.some("questions about the card", tokens.questions(after, token))
    stops = [one for one in conversation.events(after) if conversation.trigger(one) == "StopAuthorized"]
    judge.silence("events of a stop at the reader", stops)
