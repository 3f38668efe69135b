"""What tests read from the conversation of our station and our backend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.core.case import Role
from harness.messages.ocpp import Kind, OcppMessage
from harness.trace.entry import Note, Seen

if TYPE_CHECKING:
    from tests.endpoints_ocpp.conftest import Lab


async def nothing(_: Lab) -> None:
    """Only boot."""


async def session(lab: Lab) -> None:
    """A whole session of 70 s."""
    await lab.session()


def actions(lab: Lab, sender: Role = Role.STATION) -> list[str]:
    return [
        entry.message.action
        for entry in lab.trace
        if isinstance(entry.message, OcppMessage) and entry.message.kind is Kind.REQUEST and entry.sender is sender
    ]


def assert_clean(lab: Lab) -> None:
    """Every payload fits its schema, nobody broke a rule."""
    for entry in lab.trace:
        if isinstance(entry.body, Seen):
            assert entry.body.problem == ""
            assert entry.message.problems() == (), entry.message
        assert not isinstance(entry.body, Note), entry.body


def contiguous(lab: Lab) -> bool:
    seen = {event["seqNo"]: event for event in lab.events}
    return sorted(seen) == list(range(len(seen)))
