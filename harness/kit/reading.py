"""Small readings of messages that many cases need."""

from __future__ import annotations

from typing import Any

from harness.messages.iso20.common import ParameterSet

NO_SESSION = bytes(8)
"""The id that a new session is asked for with."""
STRANGER = bytes.fromhex("0BADC0FFEE0DDF00")
"""A session id that nobody gave."""


def parameter(parameters: ParameterSet, name: str) -> Any:
    """The value of a parameter of a set, or None."""
    return next((one.value.value for one in parameters.parameter if one.parameter_name == name), None)
