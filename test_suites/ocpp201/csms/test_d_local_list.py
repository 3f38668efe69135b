"""Block D: a backend sends the list of tokens, and asks for its version (D01, D02); groups by that list (C09)."""

from __future__ import annotations

from harness.kit import Bench, Entry, Feature, Judge, Role, Trace, case, conversation, ocpp_states, scene
from harness.kit import ocpp_local_list as lists
from harness.kit import ocpp_tokens as tokens
from harness.kit.ocpp_local_list import DIFFERENTIAL, FULL, LIST_VERSION, asked_for_version, card, sent
from harness.messages.ocpp import GetLocalListVersion, Heartbeat, SendLocalList, TransactionEvent

FIRST = (lists.GOOD, card("invalid"))
NEXT = LIST_VERSION + 1
STOPS = scene.hears(TransactionEvent, optional=True) + ocpp_states.unplugged() + scene.passes(5.0)
BEAT = scene.says(Heartbeat()) + scene.passes(5.0)


def judge_update(judge: Judge, trace: Trace, update: str, *items: lists.Item, above: int = 0) -> None:
    """The last update is of this kind, has a version above that, and says this of tokens."""
    asked = trace.last(SendLocalList)
    judge.equal("kind of update", asked.payload.get("updateType"), update, at=asked)
    version = asked.payload.get("versionNumber", 0)
    judge.holds("version", version > above, f"is {version}, must be above {above}", at=asked)
    told = asked.payload.get("localAuthorizationList", [])
    judge.equal("entries", told, list(items), at=asked)
    judge.status(trace, asked, "Accepted")


@case(
    "TC_D_01_CSMS",
    "A backend sends the whole list that its operator wants",
    sut=Role.CSMS,
    cites=("D01.FR.18",),
    needs=Feature.OCPP201,
)
async def test_full_list(bench: Bench, judge: Judge) -> None:
    """Our station has none yet, as it says."""
    trace = await bench.play(asked_for_version() + sent(*FIRST))

    judge_update(judge, trace, FULL, *FIRST)


@case(
    "TC_D_02_CSMS",
    "A backend sends what has changed in a list, with a greater version",
    sut=Role.CSMS,
    cites=("D01.FR.06", "D01.FR.18"),
    needs=Feature.OCPP201,
)
async def test_differential_update(bench: Bench, judge: Judge) -> None:
    """One entry is new."""
    trace = await bench.play(
        sent(*FIRST) + asked_for_version() + sent(card("stranger"), version=NEXT, update=DIFFERENTIAL)
    )

    judge_update(judge, trace, DIFFERENTIAL, card("stranger"), above=LIST_VERSION)


@case(
    "TC_D_03_CSMS",
    "A backend takes entries off a list",
    sut=Role.CSMS,
    cites=("D01.FR.06",),
    needs=Feature.OCPP201,
)
async def test_entries_taken_off(bench: Bench, judge: Judge) -> None:
    """They come without a verdict."""
    off = lists.gone(tokens.INVALID)

    trace = await bench.play(sent(*FIRST) + sent(off, version=NEXT, update=DIFFERENTIAL))

    judge_update(judge, trace, DIFFERENTIAL, off, above=LIST_VERSION)


@case(
    "TC_D_04_CSMS",
    "A backend empties a list",
    sut=Role.CSMS,
    cites=("D01.FR.18",),
    needs=Feature.OCPP201,
)
async def test_empty_list(bench: Bench, judge: Judge) -> None:
    """A full list without entries."""
    trace = await bench.play(sent(*FIRST) + sent(version=NEXT))

    judge_update(judge, trace, FULL)


def judge_question(judge: Judge, trace: Trace, version: int) -> None:
    """The question has nothing in it, and the backend lives with the answer."""
    asked = trace.first(GetLocalListVersion)
    judge.equal("request", {key for key in asked.payload if key != "customData"}, set(), at=asked)
    judge.equal("answer of our station", trace.answer_to(asked).payload["versionNumber"], version, at=asked)
    later = conversation.calls(trace.since(asked), Role.STATION)
    judge.every("answers afterwards", later, lambda entry: conversation.taken(trace, entry), "none, or an error")


@case(
    "TC_D_08_CSMS",
    "A backend asks for the version of a list",
    sut=Role.CSMS,
    cites=("D02.FR.02",),
    needs=Feature.OCPP201,
)
async def test_version(bench: Bench, judge: Judge) -> None:
    """Our station has the list that the backend sent."""
    trace = await bench.play(sent(*FIRST) + asked_for_version() + BEAT)

    judge_question(judge, trace, trace.first(SendLocalList).payload.get("versionNumber", 0))


@case(
    "TC_D_09_CSMS",
    "A backend gets over a station that has no list",
    sut=Role.CSMS,
    cites=("D02.FR.03",),
    needs=Feature.OCPP201,
)
async def test_no_version(bench: Bench, judge: Judge) -> None:
    """Our station answers with version 0."""
    trace = await bench.play(asked_for_version() + BEAT)

    judge_question(judge, trace, 0)


def group_faults(trace: Trace, token: str) -> tuple[list[Entry], list[Entry]]:
    """Questions and events about a card, and those of them whose answer does not accept it with its group."""
    events = (*tokens.naming(trace, token), *tokens.naming(trace, token, "StopAuthorized"))
    told = (*tokens.questions(trace, token), *events)
    bad = []
    for entry in told:
        info = trace.answer_to(entry).payload.get("idTokenInfo", {})
        group = str(info.get("groupIdToken", {}).get("idToken", ""))
        if info.get("status") != "Accepted" or group.lower() != tokens.GROUP.lower():
            bad.append(entry)
    return list(told), bad


def judge_groups(judge: Judge, trace: Trace) -> None:
    """Both members are accepted as such."""
    for token in (tokens.MEMBER, tokens.OTHER_MEMBER):
        told, bad = group_faults(trace, token)
        if judge.any("questions and events about the card", told):
            judge.silence("answers without its group, or that do not accept it", bad)


@case(
    "TC_C_40_CSMS",
    "A backend names the groups of cards that start and stop by the list",
    sut=Role.CSMS,
    cites=("C09.FR.09", "C09.FR.12"),
    needs=Feature.OCPP201,
)
async def test_listed_group(bench: Bench, judge: Judge) -> None:
    """Our station asks nothing; the events alone tell of the cards."""
    station = tokens.going_by_memory(bench.station)
    listed = sent(card("member"), card("other_member"))
    stop = tokens.presented(tokens.OTHER_MEMBER) + STOPS

    trace = await bench.play(listed + ocpp_states.charging(tokens.MEMBER) + stop, station)

    trace.first(TransactionEvent)
    judge_groups(judge, trace)


@case(
    "TC_C_43_CSMS",
    "A backend names the group of a card that the list is wrong about",
    sut=Role.CSMS,
    cites=("C09.FR.09", "C09.FR.12"),
    needs=Feature.OCPP201,
)
async def test_group_beyond_the_list(bench: Bench, judge: Judge) -> None:
    """The list calls the second card invalid, so our station asks about it."""
    station = tokens.going_by_memory(bench.station)
    listed = sent(card("member"), lists.entry(tokens.OTHER_MEMBER, "Invalid", tokens.GROUP))
    stop = tokens.presented(tokens.OTHER_MEMBER) + STOPS

    trace = await bench.play(listed + ocpp_states.charging(tokens.MEMBER) + stop, station)

    judge.some("questions about the second card", tokens.questions(tokens.awake(trace), tokens.OTHER_MEMBER))
    judge_groups(judge, trace)
