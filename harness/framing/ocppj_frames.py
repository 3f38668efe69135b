"""The frames of OCPP-J as values, a text that is none among them."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

UNREADABLE_ID = "-1"
"""The message id that an answer carries when that of the call could not be read."""


class Call(Struct, frozen=True):
    """A request."""

    message_id: str
    action: str
    payload: Any


class CallResult(Struct, frozen=True):
    """The answer to a request."""

    message_id: str
    payload: Any


class CallError(Struct, frozen=True):
    """The refusal of a request."""

    message_id: str
    code: str
    description: str = ""
    details: Any = {}


class CallResultError(Struct, frozen=True):
    """The refusal of an answer (OCPP 2.1)."""

    message_id: str
    code: str
    description: str = ""
    details: Any = {}


class Send(Struct, frozen=True):
    """What wants no answer (OCPP 2.1)."""

    message_id: str
    action: str
    payload: Any


class RawText(Struct, frozen=True):
    """A text that goes out as it stands."""

    text: str


class Malformed(Struct, frozen=True):
    """A text that is no OCPP-J frame, and what is wrong with it."""

    text: str | bytes
    what: str
    code: str = "RpcFrameworkError"
    """The error code for an answer, should one be sent."""
    message_id: str = UNREADABLE_ID
    """The message id if it could be read."""
    message_type: int | None = None
    """The message type number if it could be read; only a CALL is ever answered."""


Frame = Call | CallResult | CallError
"""What OCPP 2.0.1 and 1.6 know."""
AnyFrame = Frame | CallResultError | Send
"""What OCPP 2.1 knows."""
