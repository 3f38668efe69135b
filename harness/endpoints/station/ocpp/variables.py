"""Variables of a station's device model: where each stands, how it is read, and how written."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct, field

from harness.endpoints.station.ocpp.kinds import Kind

Key = tuple[str, str, str | None]
"""Component, variable and its instance."""

ACTUAL, TARGET, LEAST_SET, MOST_SET = "Actual", "Target", "MinSet", "MaxSet"
READ_ONLY, WRITE_ONLY, READ_WRITE = "ReadOnly", "WriteOnly", "ReadWrite"


class Place(Struct, frozen=True, kw_only=True):
    """Where a component is; the station itself by default."""

    evse: int | None = None
    connector: int | None = None
    instance: str | None = None
    """Of the component."""


class Attribute(Struct, frozen=True, kw_only=True):
    """One attribute of a variable beside the actual value."""

    read: Callable[[], str]
    write: Callable[[str], None] | None = None
    """Raises ValueError for what it does not take; None: read-only."""


class Variable(Struct, frozen=True, kw_only=True):
    """One variable: how its actual value is read and written, and what goes with it."""

    read: Callable[[], str]
    write: Callable[[str], None] | None = None
    """Raises ValueError for what it does not take; None: read-only."""
    write_only: bool = False
    place: Place = Place()
    kind: Kind | None = None
    """None: what OCPP says of a variable with this name."""
    others: Mapping[str, Attribute] = field(default_factory=dict)
    """Target, MinSet and MaxSet, where it has them."""
    persistent: bool = True
    """Kept over a boot; otherwise it is then what it was at first."""
    constant: bool = False
    """Cannot change while the station runs."""
    needs_reboot: bool = False
    """A new value counts from the next boot on, and the backend is told so."""

    @property
    def mutability(self) -> str:
        """A MutabilityEnumType."""
        if self.write is None:
            return READ_ONLY
        return WRITE_ONLY if self.write_only else READ_WRITE


def always(value: object) -> Variable:
    """A variable that never changes."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return Variable(read=lambda: text, constant=True)
