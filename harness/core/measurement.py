"""Values worth reporting: single figures, and how far a datum got."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Measurement(Struct, frozen=True, kw_only=True):
    """A measured value; with a limit it was judged by a finding beside it, without one it is only REPORTED."""

    name: str
    value: float | int | str | bool | None
    unit: str = ""
    limit: str = ""
    entries: tuple[int, ...] = ()


class Reach(StrEnum):
    """How far a datum got."""

    AVAILABLE = "available"
    LOST_AT_EV = "not sent by the EV"
    LOST_AT_STATION = "not forwarded by the station"
    NOT_REPRESENTABLE = "not representable in this protocol version"
    WRONG = "wrong value"
    STALE = "stale"


class Datum(Struct, frozen=True, kw_only=True):
    """One row of the data-availability matrix: a datum on its way from the EV to the backend."""

    name: str
    reach: Reach
    sent: str = ""
    """Value and unit as the EV said it."""
    received: str = ""
    """Value and unit as it arrived at the other end."""
    delay: float | None = None
    """Seconds from the EV's message to the station's."""
    entries: tuple[int, ...] = ()
