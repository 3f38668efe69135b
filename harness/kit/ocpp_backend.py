"""Words for cases about what a backend asks and answers: whether it asked what it was told to, and took what came."""

from __future__ import annotations

from typing import Any

from harness.checks import conversation
from harness.core.case import Role
from harness.kit.judge import Judge
from harness.messages.ocpp import Action, OcppMessage
from harness.trace.entry import Entry
from harness.trace.trace import Trace

_OWN = frozenset({"requestId"})
"""What a backend may choose by itself."""
_USUAL = {"attributeType": "Actual"}
"""What means the same where it is left out."""


def judge_asked(judge: Judge, trace: Trace, wanted: OcppMessage, *, nth: int = 1) -> Entry:
    """The backend made the call that it was told to make; returns it.

    Raises:
        Unreached: it made none of this kind.
    """
    call = trace.nth(Action(wanted.action), nth, sent_by=Role.CSMS)
    missing = [path for path in _differences(wanted.payload, call.payload) if path.rpartition(".")[2] not in _OWN]
    judge.equal(f"what differs in {wanted.action} from what was told", missing, [], at=call)
    return call


def judge_taken(judge: Judge, trace: Trace, *actions: Action) -> None:
    """Each of these calls of the station was answered, and by no error."""
    for action in actions:
        calls = trace.all(action, sent_by=Role.STATION)
        bad = [entry for entry in calls if not _taken(trace, entry)]
        judge.holds(f"{action.name} is taken", bool(calls) and not bad, f"{len(bad)} of {len(calls)} are not", at=bad)


def _taken(trace: Trace, call: Entry) -> bool:
    reply = conversation.answer(trace, call)
    return reply is not None and not conversation.refused(reply)


def _differences(wanted: Any, got: Any, path: str = "") -> list[str]:
    """Paths at which what was told is not what was said; what was said beyond it counts where a list is longer."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        inside = [_differences(value, got.get(key, _USUAL.get(key)), f"{path}.{key}") for key, value in wanted.items()]
        return [one for part in inside for one in part]
    if isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        inside = [
            _differences(one, other, f"{path}.{place}")
            for place, (one, other) in enumerate(zip(wanted, got, strict=True))
        ]
        return [one for part in inside for one in part]
    return [] if wanted == got else [path]
