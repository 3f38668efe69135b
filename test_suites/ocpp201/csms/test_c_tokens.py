"""Block C: what a backend says of cards (C01, C09, C12, C16)."""

from __future__ import annotations

from harness.kit import Bench, Entry, Feature, Judge, Role, Trace, case, conversation, ocpp_states, scene
from harness.kit import ocpp_tokens as tokens
from harness.messages.ocpp import Authorize, ClearCache, Heartbeat, TransactionEvent

SETTLED = scene.passes(5.0)
"""So that the last thing said is answered as well."""
STOPS = scene.hears(TransactionEvent, optional=True) + ocpp_states.unplugged() + SETTLED


def verdict(trace: Trace, asked: Entry) -> dict[str, object]:
    """The idTokenInfo of an answer.

    Raises:
        Unreached: there is no answer.
    """
    info = trace.answer_to(asked).payload.get("idTokenInfo")
    return info if isinstance(info, dict) else {}


async def ask(bench: Bench, judge: Judge, token: str, *allowed: str) -> None:
    """Our station asks about a card that the backend knows as it should."""
    trace = await bench.play(ocpp_states.plugged_in() + tokens.presented(token))

    asked = trace.first(Authorize)
    judge.among("status of the card", verdict(trace, asked).get("status"), allowed, at=asked)


@case(
    "TC_C_02_CSMS",
    "A backend does not accept a card that is invalid",
    sut=Role.CSMS,
    cites=("C01.FR.07",),
    needs=Feature.OCPP201,
)
async def test_invalid_card(bench: Bench, judge: Judge) -> None:
    """Or one that it does not know."""
    await ask(bench, judge, tokens.INVALID, "Invalid", "Unknown")


@case(
    "TC_C_06_CSMS",
    "A backend does not accept a card that it has blocked",
    sut=Role.CSMS,
    cites=("C01.FR.07",),
    needs=Feature.OCPP201,
)
async def test_blocked_card(bench: Bench, judge: Judge) -> None:
    """It may keep to itself why."""
    await ask(bench, judge, tokens.BLOCKED, "Blocked", "Invalid")


@case(
    "TC_C_07_CSMS",
    "A backend does not accept a card that has expired",
    sut=Role.CSMS,
    cites=("C01.FR.07",),
    needs=Feature.OCPP201,
)
async def test_expired_card(bench: Bench, judge: Judge) -> None:
    """It may keep to itself why."""
    await ask(bench, judge, tokens.EXPIRED, "Expired", "Invalid")


@case(
    "TC_C_08_CSMS",
    "A backend accepts a good card that charges without a question",
    sut=Role.CSMS,
    cites=("C01.FR.07", "C12.FR.02"),
    needs=Feature.OCPP201,
)
async def test_remembered_card(bench: Bench, judge: Judge) -> None:
    """Our station remembers the card from the first visit; at the second one only the event tells of it."""
    station = tokens.going_by_memory(bench.station)
    whole = tokens.visit(ocpp_states.TOKEN) + ocpp_states.charging() + SETTLED

    trace = await bench.play(whole, station)

    named = tokens.naming(tokens.presenting(trace, ocpp_states.TOKEN, nth=3), ocpp_states.TOKEN)
    if judge.any("events that tell of the card", named):
        judge.equal("status of the card", verdict(trace, named[0]).get("status"), "Accepted", at=named[0])


@case(
    "TC_C_20_CSMS",
    "A backend does not accept an invalid card that charges without a question",
    sut=Role.CSMS,
    cites=("C01.FR.07",),
    needs=Feature.OCPP201,
)
async def test_invalid_card_without_a_question(bench: Bench, judge: Judge) -> None:
    """Our station takes the card for a good one while the backend is away, and tells of it afterwards."""
    station = tokens.trusting(bench.station)
    alone = scene.breaks(30.0) + ocpp_states.plugged_in() + tokens.presented(tokens.INVALID)

    trace = await bench.play(alone + scene.passes(40.0), station)

    told = trace.first(TransactionEvent, where=lambda entry: "idToken" in entry.payload)
    judge.among("status of the card", verdict(trace, told).get("status"), ("Invalid", "Unknown"), at=told)


async def clear(bench: Bench, judge: Judge, *, remembers: bool) -> None:
    """The operator has our station clear its memory of cards; the backend must go on, whatever it hears."""
    station = tokens.remembering_cards(bench.station, remembers=remembers)

    afterwards = scene.says(Heartbeat()) + ocpp_states.charging() + SETTLED

    trace = await bench.play(scene.asks(ClearCache()) + afterwards, station)

    asked = trace.first(ClearCache)
    judge.equal("request", {key for key in asked.payload if key != "customData"}, set(), at=asked)
    judge.equal("answer of our station", trace.answer_to(asked).payload["status"], _ANSWERS[remembers], at=asked)
    later = conversation.calls(trace.since(asked), Role.STATION)
    judge.every("answers afterwards", later, lambda entry: conversation.taken(trace, entry), "none, or an error")


_ANSWERS = {True: "Accepted", False: "Rejected"}


@case(
    "TC_C_37_CSMS",
    "A backend has a station clear its memory of cards",
    sut=Role.CSMS,
    cites=("C11.FR.03",),
    needs=Feature.OCPP201,
)
async def test_cleared_memory(bench: Bench, judge: Judge) -> None:
    """Our station does."""
    await clear(bench, judge, remembers=True)


@case(
    "TC_C_38_CSMS",
    "A backend gets over a station that has no memory of cards to clear",
    sut=Role.CSMS,
    cites=("C11.FR.04",),
    needs=Feature.OCPP201,
)
async def test_no_memory_to_clear(bench: Bench, judge: Judge) -> None:
    """Our station rejects."""
    await clear(bench, judge, remembers=False)


def judge_group(judge: Judge, trace: Trace, token: str, group: str) -> None:
    """Every answer about the card accepts it and names its group."""
    about = (
        *tokens.questions(trace, token),
        *tokens.naming(trace, token),
        *tokens.naming(trace, token, "StopAuthorized"),
    )
    if not judge.any("questions and events about the card", about):
        return
    judge.every("status of the card", about, lambda entry: verdict(trace, entry).get("status") == "Accepted")
    judge.every("group of the card", about, lambda entry: _group(verdict(trace, entry)) == group.lower())


def _group(info: dict[str, object]) -> str:
    group = info.get("groupIdToken")
    return str(group.get("idToken", "")).lower() if isinstance(group, dict) else ""


@case(
    "TC_C_39_CSMS",
    "A backend names the group of each of two cards, whenever it says something of them",
    sut=Role.CSMS,
    cites=("C01.FR.06", "C09.FR.09", "C09.FR.12"),
    needs=Feature.OCPP201,
)
async def test_group(bench: Bench, judge: Judge) -> None:
    """One starts, the other stops."""
    stop = tokens.presented(tokens.OTHER_MEMBER) + STOPS

    trace = await bench.play(ocpp_states.charging(tokens.MEMBER) + stop)

    trace.first(Authorize)
    judge_group(judge, trace, tokens.MEMBER, tokens.GROUP)
    judge_group(judge, trace, tokens.OTHER_MEMBER, tokens.GROUP)


async def stop_by_master(bench: Bench, judge: Judge) -> None:
    """A car charges; somebody presents a card of the group that stops everything."""
    station = tokens.with_master(bench.station)

    trace = await bench.play(ocpp_states.charging() + tokens.presented(tokens.MASTER) + STOPS, station)

    after = tokens.presenting(trace, tokens.MASTER)
    judge_group(judge, after, tokens.MASTER, tokens.MASTER_GROUP)
    ends = [one for one in conversation.events(after) if one.payload["eventType"] == "Ended"]
    judge.every("answers to the end", ends, lambda entry: conversation.taken(trace, entry), "none, or an error")


@case(
    "TC_C_47_CSMS",
    "A backend names the group of a card that stops every transaction of a station",
    sut=Role.CSMS,
    cites=("C01.FR.06", "C09.FR.09"),
    needs=Feature.OCPP201,
)
async def test_master_stops_all(bench: Bench, judge: Judge) -> None:
    """Our station has one EVSE: what runs there is all there is."""
    await stop_by_master(bench, judge)


@case(
    "TC_C_48_CSMS",
    "A backend names the group of a card that stops one transaction of a station",
    sut=Role.CSMS,
    cites=("C01.FR.06", "C09.FR.09"),
    needs=Feature.OCPP201,
)
async def test_master_stops_one(bench: Bench, judge: Judge) -> None:
    """Our station has one EVSE: the transaction that is chosen is the only one."""
    await stop_by_master(bench, judge)


@case(
    "TC_C_49_CSMS",
    "A backend names the group of a card that stops a station without a screen",
    sut=Role.CSMS,
    cites=("C01.FR.06", "C09.FR.09"),
    needs=Feature.OCPP201,
)
async def test_master_stops_without_a_screen(bench: Bench, judge: Judge) -> None:
    """Nobody chooses anything."""
    await stop_by_master(bench, judge)
