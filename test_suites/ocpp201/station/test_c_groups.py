"""Block C: cards of one group, and of the group that stops everything (C09, C16)."""

from __future__ import annotations

from harness.kit import Bench, Entry, Feature, Judge, Role, Trace, case, conversation, do, ocpp_states, scene
from harness.kit import ocpp_tokens as tokens
from harness.messages.ocpp import TransactionEvent

CARD = ocpp_states.TOKEN
ALL = scene.hears(TransactionEvent, triggerReason="StopAuthorized", optional=True)
END = ALL + ocpp_states.unplugged() + scene.passes(5.0)
MASTERLY = tokens.forgetful() + ocpp_states.variable_set("AuthCtrlr", "MasterPassGroupId", tokens.MASTER_GROUP)


def judge_the_stop(judge: Judge, trace: Trace, token: str, reason: str | None = None) -> None:
    """The card stopped the transaction; one of the same group as its driver's own would, for any other reason.

    Args:
        judge: takes findings.
        trace: from when the card was presented.
        token: of the card.
        reason: the stoppedReason, where it is more than that somebody stopped at the reader.
    """
    told = [one for one in conversation.events(trace) if conversation.trigger(one) == "StopAuthorized"]
    if not judge.any("events of a stop at the reader", told):
        return
    named = told[0].payload.get("idToken", {"idToken": token})
    judge.equal("card that stopped", named["idToken"].lower(), token.lower(), at=told[0])
    ended = [one for one in conversation.events(trace) if one.payload["eventType"] == "Ended"]
    if reason is not None and judge.any("end of the transaction", ended):
        later = () if conversation.trigger(ended[0]) == "StopAuthorized" else ("EVDisconnected",)
        judge.among("reason of the end", conversation.info(ended[0], "stoppedReason"), (reason, *later), at=ended[0])


def judge_that_it_goes_on(judge: Judge, trace: Trace) -> None:
    """Nobody stopped anything."""
    events = conversation.events(trace)
    stops = [
        one for one in events if conversation.trigger(one) == "StopAuthorized" or one.payload["eventType"] == "Ended"
    ]
    judge.silence("events of a stop", stops)


@case(
    "TC_C_39_CS",
    "A card of the same group stops what another one started",
    sut=Role.STATION,
    cites=("C09.FR.12",),
    needs=Feature.OCPP201,
)
async def test_group(bench: Bench, judge: Judge) -> None:
    """The backend names the group of both when it is asked about them."""
    stop = tokens.presented(tokens.OTHER_MEMBER)

    trace = await bench.play(tokens.forgetful() + ocpp_states.charging(tokens.MEMBER) + stop + END)

    trace.first(TransactionEvent, where=ocpp_states.is_charging)
    after = tokens.presenting(trace, tokens.OTHER_MEMBER)
    judge.some("questions about the other card", tokens.questions(after, tokens.OTHER_MEMBER))
    judge_the_stop(judge, after, tokens.OTHER_MEMBER)


@case(
    "TC_C_41_CS",
    "A remembered card of the same group stops without a question",
    sut=Role.STATION,
    cites=("C12.FR.02", "C09.FR.12"),
    needs=Feature.OCPP201,
)
async def test_remembered_group(bench: Bench, judge: Judge) -> None:
    """Both cards have been here before."""
    before = tokens.remembering() + tokens.visit(tokens.OTHER_MEMBER) + tokens.visit(tokens.MEMBER)
    stop = tokens.presented(tokens.OTHER_MEMBER)

    trace = await bench.play(before + ocpp_states.charging(tokens.MEMBER) + stop + END + tokens.forgetful())

    after = tokens.presenting(trace, tokens.OTHER_MEMBER, nth=3)
    judge.silence("questions about the other card", tokens.questions(after, tokens.OTHER_MEMBER))
    judge_the_stop(judge, after, tokens.OTHER_MEMBER)


@case(
    "TC_C_42_CS",
    "A card of the same group that is invalid stops nothing",
    sut=Role.STATION,
    cites=("C09.FR.12",),
    needs=Feature.OCPP201,
)
async def test_bad_member(bench: Bench, judge: Judge) -> None:
    """The backend names its group all the same."""
    stop = tokens.presented(tokens.BAD_MEMBER)

    trace = await bench.play(tokens.forgetful() + ocpp_states.charging(tokens.MEMBER) + stop)

    trace.first(TransactionEvent, where=ocpp_states.is_charging)
    after = tokens.presenting(trace, tokens.BAD_MEMBER)
    judge.some("questions about the other card", tokens.questions(after, tokens.BAD_MEMBER))
    judge_that_it_goes_on(judge, after)


@case(
    "TC_C_44_CS",
    "A remembered card of the same group that is invalid stops nothing",
    sut=Role.STATION,
    cites=("C10.FR.03", "C12.FR.05"),
    needs=Feature.OCPP201,
)
async def test_remembered_bad_member(bench: Bench, judge: Judge) -> None:
    """It was refused before; the backend is asked again, and says the same."""
    before = tokens.remembering() + tokens.refused_visit(tokens.BAD_MEMBER) + tokens.visit(tokens.MEMBER)
    stop = tokens.presented(tokens.BAD_MEMBER)

    trace = await bench.play(before + ocpp_states.charging(tokens.MEMBER) + stop + END + tokens.forgetful())

    after = tokens.presenting(trace, tokens.BAD_MEMBER, nth=2)
    judge.some("questions about the other card", tokens.questions(after, tokens.BAD_MEMBER))
    judge_that_it_goes_on(judge, after.until(after.first(TransactionEvent, where=gone)))


def gone(entry: Entry) -> bool:
    """Whether an event tells that the cable is out."""
    return bool(entry.payload["triggerReason"] == "EVCommunicationLost")


@case(
    "TC_C_45_CS",
    "A card of the group that stops everything starts nothing",
    sut=Role.STATION,
    cites=("C16.FR.03",),
    needs=Feature.OCPP201,
)
async def test_master_starts_nothing(bench: Bench, judge: Judge) -> None:
    """The station knows the group (MasterPassGroupId), and the backend answers with Accepted."""
    trace = await bench.play(MASTERLY + ocpp_states.plugged_in() + tokens.presented(tokens.MASTER))

    after = tokens.presenting(trace, tokens.MASTER)
    judge.some("questions about the card", tokens.questions(after, tokens.MASTER))
    tokens.judge_nothing_flows(judge, after, tokens.MASTER)


@case(
    "TC_C_14_CS",
    "A remembered card of the group that stops everything starts nothing, and stops a car that charges",
    sut=Role.STATION,
    cites=("C12.FR.09", "C16.FR.02", "C16.FR.03"),
    needs=Feature.OCPP201,
)
async def test_remembered_master(bench: Bench, judge: Judge) -> None:
    """The card has been here before; it comes while nobody charges, and then while somebody does."""
    tries = ocpp_states.plugged_in() + tokens.presented(tokens.MASTER) + ocpp_states.unplugged() + scene.passes(5.0)
    stops = ocpp_states.charging() + tokens.presented(tokens.MASTER) + END + tokens.forgetful()

    trace = await bench.play(MASTERLY + tokens.remembering() + tokens.refused_visit(tokens.MASTER) + tries + stops)

    last = tokens.presenting(trace, tokens.MASTER, nth=3)
    between = tokens.presenting(trace, tokens.MASTER, nth=2).until(tokens.presenting(trace, CARD).entries[0])
    tokens.judge_nothing_flows(judge, between, tokens.MASTER)
    judge_the_stop(judge, last, tokens.MASTER, "MasterPass")


async def stop_by_choice(bench: Bench, judge: Judge, evse_id: int) -> None:
    """A car charges; whoever presents the card chooses at the screen what to stop."""
    chosen = tokens.presented(tokens.MASTER) + scene.does(do.choose_stop(evse_id=evse_id)) + scene.passes(5.0)

    trace = await bench.play(MASTERLY + ocpp_states.charging() + chosen + ocpp_states.unplugged() + scene.passes(5.0))

    trace.first(TransactionEvent, where=ocpp_states.is_charging)
    judge_the_stop(judge, tokens.presenting(trace, tokens.MASTER), tokens.MASTER, "MasterPass")


@case(
    "TC_C_47_CS",
    "Who holds a card of the group that stops everything can stop all transactions at the screen",
    sut=Role.STATION,
    cites=("C16.FR.02",),
    needs=Feature.OCPP201,
)
async def test_master_stops_all(bench: Bench, judge: Judge) -> None:
    """There is one car."""
    await stop_by_choice(bench, judge, 0)


@case(
    "TC_C_48_CS",
    "Who holds a card of the group that stops everything can stop one transaction at the screen",
    sut=Role.STATION,
    cites=("C16.FR.02",),
    needs=Feature.OCPP201,
)
async def test_master_stops_one(bench: Bench, judge: Judge) -> None:
    """It is that of the only car."""
    await stop_by_choice(bench, judge, ocpp_states.EVSE_ID)


@case(
    "TC_C_49_CS",
    "A card of the group that stops everything stops a car that charges",
    sut=Role.STATION,
    cites=("C16.FR.02",),
    needs=Feature.OCPP201,
)
async def test_master_stops(bench: Bench, judge: Judge) -> None:
    """The station has no screen to choose at: it stops whatever runs."""
    trace = await bench.play(MASTERLY + ocpp_states.charging() + tokens.presented(tokens.MASTER) + END)

    trace.first(TransactionEvent, where=ocpp_states.is_charging)
    judge_the_stop(judge, tokens.presenting(trace, tokens.MASTER), tokens.MASTER, "MasterPass")
