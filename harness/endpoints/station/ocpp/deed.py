"""What a station does on a call of its backend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from harness.messages.ocpp import OcppMessage

Payload = dict[str, Any]


class Deed(Struct, frozen=True, kw_only=True):
    """An answer, and what follows once it was said."""

    answer: OcppMessage
    then: Callable[[], None] | None = None


Answerer = Callable[[OcppMessage, Payload, float], Deed]
"""From a call, its payload and the moment to the deed."""


def status(call: OcppMessage, value: str, reason: str = "", **more: Any) -> OcppMessage:
    """An answer that is a status, with a reasonCode where one is given."""
    if reason:
        more["statusInfo"] = {"reasonCode": reason}
    return call.answered(status=value, **more)


def done(call: OcppMessage, value: str, reason: str = "", **more: Any) -> Deed:
    """A deed that is no more than such an answer."""
    return Deed(answer=status(call, value, reason, **more))
