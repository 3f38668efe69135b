"""A step of an endpoint, and what it was said to."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from harness.endpoints.behaviour import Step


class Spoken(Struct, frozen=True, kw_only=True):
    """One step that a behaviour wants taken."""

    step: Step
    heard: Any = None
    """The call that it answers, or what was heard last; None at the start."""
