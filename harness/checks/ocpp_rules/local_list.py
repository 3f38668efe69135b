"""Rules of the local authorization list: versions, and what stands in it."""

from __future__ import annotations

from harness.checks.metering import keys_of, objects
from harness.checks.ocpp_rules.chapter import Chapter, hold
from harness.checks.ocpp_rules.talk import CSMS, STATION, Talk
from harness.checks.rule import Tally

LISTS = Chapter()


def _version(talk: Talk, number: int) -> int | None:
    """The version of the list as the last accepted SendLocalList before entry `number` left it."""
    found = None
    for one in talk.of("SendLocalList"):
        if one.done.number < number and one.status == "Accepted":
            found = one.ask.get("versionNumber")
    return found


@LISTS.rule(
    "RULE-OCPP-LIST",
    "A list has a version and each token once",
    "D01.FR.06",
    "D01.FR.18",
    judges=CSMS,
    about=("SendLocalList",),
)
def lists(talk: Talk, tally: Tally) -> None:
    """VersionNumber above 0, no token twice, and a differential update is newer than what the station has."""
    for one in talk.asked("SendLocalList", by=CSMS):
        version, before = one.ask.get("versionNumber"), _version(talk, one.call.number)
        tokens = [
            (str(keys_of(entry.get("idToken")).get("idToken")).lower(), keys_of(entry.get("idToken")).get("type"))
            for entry in objects(one.ask.get("localAuthorizationList"))
        ]
        hold(tally, isinstance(version, int) and version > 0, f"the version is {version}", one.call)
        hold(tally, len(set(tokens)) == len(tokens), "a token stands in it twice", one.call)
        if one.ask.get("updateType") == "Differential" and before is not None and isinstance(version, int):
            hold(tally, version > before, f"a differential update to {version}, the station has {before}", one.call)


@LISTS.rule(
    "RULE-OCPP-LIST-STALE", "A stale differential update is a version mismatch", "D01.FR.19", about=("SendLocalList",)
)
def stale(talk: Talk, tally: Tally) -> None:
    """Differential with a version not above that of the list: VersionMismatch."""
    for one in talk.replied("SendLocalList", by=STATION):
        before, version = _version(talk, one.call.number), one.ask.get("versionNumber")
        if (
            one.ask.get("updateType") == "Differential"
            and before is not None
            and isinstance(version, int)
            and version <= before
        ):
            right = one.status in {"VersionMismatch", "Failed"}
            hold(tally, right, f"an update to {version} was {one.status}, the list has {before}", *one.said)


@LISTS.rule(
    "RULE-OCPP-LIST-VERSION",
    "A station knows the version of its list",
    "D01.FR.15",
    "D02.FR.02",
    about=("GetLocalListVersion",),
)
def versions(talk: Talk, tally: Tally) -> None:
    """That of the last accepted list; 0 where lists are known to be off."""
    for one in talk.replied("GetLocalListVersion", by=STATION):
        known, told = _version(talk, one.call.number), one.reply.get("versionNumber")
        if talk.known.is_set("LocalAuthListCtrlr", "Enabled", one.call) is False:
            hold(tally, told == 0, f"lists are off, the version is {told}", *one.said)
        elif known is not None:
            emptied = told == 0 and _emptied(talk, one.call.number)
            hold(tally, told == known or emptied, f"the version is {told}, {known} was accepted", *one.said)


def _emptied(talk: Talk, number: int) -> bool:
    """Whether the last accepted list was empty, which may set the version back."""
    done = [one for one in talk.of("SendLocalList") if one.done.number < number and one.status == "Accepted"]
    return bool(done) and not done[-1].ask.get("localAuthorizationList")
