"""A mutant: the good emulated device with exactly one fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from harness.core.case import Role


class Mutant(Struct, frozen=True, kw_only=True):
    """One faulty device and the cases that must fail it."""

    id: str
    role: Role
    title: str
    """What it does wrong, as a sentence about the device."""
    caught_by: tuple[str, ...]
    """Ids of the cases, without variants, each of which must judge FAIL."""
    make: Callable[[Any], Any]
    """From the good `Station`, `Ev` or `Csms` to the faulty one."""
