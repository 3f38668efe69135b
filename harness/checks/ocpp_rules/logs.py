"""Rules of logs that a backend asks for."""

from __future__ import annotations

import itertools

from harness.checks.ocpp_rules.chapter import MINUTE, Chapter, hold
from harness.checks.ocpp_rules.firmware import runs_of, under_way
from harness.checks.ocpp_rules.talk import STATION, Talk, having
from harness.checks.rule import Tally

LOGS = Chapter()

STATUS, GET = ("LogStatusNotification",), ("GetLog",)
ENDS = frozenset(
    {"Uploaded", "BadMessage", "NotSupportedOperation", "PermissionDenied", "UploadFailure", "AcceptedCanceled"}
)


@LOGS.rule("RULE-OCPP-LOG-NAME", "A log that will come has a name", "N01.FR.01", about=GET)
def names(talk: Talk, tally: Tally) -> None:
    """Filename in the answer, where the log is Accepted."""
    for one in talk.replied(*GET, by=STATION):
        if one.status in {"Accepted", "AcceptedCanceled"}:
            hold(tally, bool(one.reply.get("filename")), f"{one.status}, without a filename", *one.said)


@LOGS.rule(
    "RULE-OCPP-LOG-STATUS", "A log that was promised is uploaded, and that is told", "N01.FR.10", about=(*GET, *STATUS)
)
def statuses(talk: Talk, tally: Tally) -> None:
    """Uploading first, an end, and nothing behind it, all under the requestId of GetLog."""
    asked = {one.ask.get("requestId") for one in talk.of("GetLog")}
    for request, run in runs_of(talk, "LogStatusNotification").items():
        own = [one for one in run if talk.mine(one.call)]
        if not own:
            continue
        hold(tally, not asked or request in asked, f"{own[0].ask.get('status')} for request {request}", own[0].call)
        first = own[0].ask.get("status")
        if request in asked and len([one for one in talk.of("GetLog") if one.ask.get("requestId") == request]) == 1:
            hold(tally, first in {"Uploading"} | ENDS, f"{first} comes first", own[0].call)
            for before, one in itertools.pairwise(own):
                over = before.ask.get("status") in ENDS
                hold(
                    tally, not over, f"{one.ask.get('status')} behind {before.ask.get('status')}", before.call, one.call
                )


@LOGS.rule("RULE-OCPP-LOG-COMES", "A log that was promised is told of", "N01.FR.10", about=GET)
def comes(talk: Talk, tally: Tally) -> None:
    """A LogStatusNotification with that requestId in the minute behind Accepted."""
    for one in talk.replied(*GET, by=STATION):
        request = one.ask.get("requestId")
        told = talk.after(one.call, *STATUS, by=STATION, where=having(requestId=request))
        if one.status == "Accepted" and (told is not None or talk.watched(one.done) > MINUTE):
            hold(tally, told is not None, f"log {request} was accepted, and nothing was told of it", *one.said)


@LOGS.rule("RULE-OCPP-LOG-REPLACED", "A new log replaces one that is under way", "N01.FR.12", about=GET)
def replaced(talk: Talk, tally: Tally) -> None:
    """While an upload goes on, another request is AcceptedCanceled or Rejected, not just Accepted."""
    for one in talk.replied(*GET, by=STATION):
        running = under_way(talk, one, "LogStatusNotification", ENDS)
        if running is not None:
            hold(tally, one.status != "Accepted", f"log {running} was under way, the new one was Accepted", *one.said)
