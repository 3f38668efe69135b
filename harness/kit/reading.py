"""Small readings of messages and traces that many cases need."""

from __future__ import annotations

from typing import Any

from harness.core.case import Role
from harness.messages.field import Message
from harness.messages.iso20.common import ParameterSet
from harness.trace.entry import Entry, Note
from harness.trace.trace import Trace

NO_SESSION = bytes(8)
"""The id that a new session is asked for with."""
STRANGER = bytes.fromhex("0BADC0FFEE0DDF00")
"""A session id that nobody gave."""


def parameter(parameters: ParameterSet, name: str) -> Any:
    """The value of a parameter of a set, or None."""
    return next((one.value.value for one in parameters.parameter if one.parameter_name == name), None)


def provoked(trace: Trace, kind: type[Message], *, by: Role = Role.EV) -> Entry:
    """The last message of a kind that our side said on purpose.

    Raises:
        Unreached: it was never said, for the session did not come that far.
    """
    return trace.last(kind, sent_by=by, where=lambda entry: entry.deliberate)


def fell_silent(trace: Trace) -> Entry:
    """When our side last said nothing on purpose.

    Raises:
        Unreached: it never did, for the session did not come that far.
    """
    return trace.last(Note, where=lambda entry: entry.deliberate)
