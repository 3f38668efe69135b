"""Which outgoing message a fault is meant for."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from harness.core.case import Role
from harness.messages.envelope import body_of
from harness.messages.field import Message
from harness.messages.ocpp import Action, Answer, Kind, OcppMessage

What = type[Message] | Action | Answer | str | None
"""A message class, an OCPP action (its CALLs), `action.response` (its answers), a name, or None for anything."""

_SUFFIXES = {
    Kind.REQUEST: "",
    Kind.RESPONSE: " response",
    Kind.ERROR: " error",
    Kind.SEND: "",
    Kind.RESULT_ERROR: " response error",
}


def name_of(what: What) -> str:
    """The name that an outgoing message must have to be meant; empty means any."""
    if isinstance(what, Action):
        return what.name
    if isinstance(what, Answer):
        return what.name + _SUFFIXES[Kind.RESPONSE]
    if isinstance(what, str) or what is None:
        return what or ""
    return what.name or what.__name__


def name_of_message(message: Any) -> str:
    """The name of a message that goes out; empty for bytes and whatever else has none."""
    if isinstance(message, OcppMessage):
        return message.action + _SUFFIXES[message.kind]
    return name_of(type(body_of(message))) if isinstance(message, Message) else ""


class Where(Struct, frozen=True, kw_only=True):
    """A message on its way out: on which link, from whom, which one, and the how-manieth of those."""

    name: str = ""
    """As `name_of` makes it; empty for any message."""
    nth: int | None = 1
    """Counted from 1 among the messages that fit otherwise; None for every one of them."""
    sender: Role | None = None
    link: str = ""
    """`v2g`, `sdp` or `ocpp`; empty for any."""

    def fits(self, link: str, sender: Role, name: str) -> bool:
        """Whether it is meant, its number left aside."""
        return self.link in {"", link} and self.sender in {None, sender} and (not self.name or self.name == name)

    def __str__(self) -> str:
        name = self.name or "message"
        which = f"every {name}" if self.nth is None else f"{name} no. {self.nth}"
        sender = f" sent by {self.sender}" if self.sender else ""
        link = f" on {self.link}" if self.link else ""
        return f"{which}{sender}{link}"
