"""A mutant: the good emulated device with exactly one fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from msgspec import Struct

from harness.core.case import Role

Party = TypeVar("Party")


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


Maker = Callable[[str, str, tuple[str, ...], Callable[[Party], Party]], Mutant]


def series(party: type[Party], role: Role, *, ids: str, cases: str) -> Maker[Party]:
    """What makes the mutants of one role: name, title, ends of case ids, and how the good device is made faulty.

    Args:
        party: `Station`, `Ev` or `Csms`.
        role: whom they play.
        ids: what their ids begin with.
        cases: what the ids of the cases that catch them begin with.
    """

    def mutant(name: str, title: str, caught_by: tuple[str, ...], make: Callable[[Party], Party]) -> Mutant:
        caught = tuple(f"{cases}{case}" for case in caught_by)
        return Mutant(id=f"{ids}{name}", role=role, title=title, caught_by=caught, make=make)

    return mutant
