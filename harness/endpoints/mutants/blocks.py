"""Puts a faulty block in the place of a good one."""

from __future__ import annotations

from collections.abc import Callable

from harness.endpoints.station.ocpp.block import Block
from harness.endpoints.station.ocpp.half import BackendHalf
from harness.endpoints.station.station import Station


def with_block(good: type[Block], faulty: type[Block]) -> Callable[[Station], Station]:
    """A maker of stations in which `faulty` stands for `good`."""
    half = type(
        f"With{faulty.__name__}",
        (BackendHalf,),
        {"kinds": tuple(faulty if kind is good else kind for kind in BackendHalf.kinds)},
    )
    return lambda station: station.having(half=half)
