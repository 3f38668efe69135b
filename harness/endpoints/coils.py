"""The two coils of wireless transfer: what each side tells of its own."""

from __future__ import annotations

from msgspec import Struct

from harness.messages.iso20.wpt import (
    WptAlignmentCheckMethod,
    WptFinePositioningMethod,
    WptPairingMethod,
    WptPowerClass,
)

_POSITIONING = (WptFinePositioningMethod.MANUAL, WptFinePositioningMethod.LPE)
_PAIRING = (WptPairingMethod.EXTERNAL_CONFIRMATION, WptPairingMethod.LPE)
_CHECKING = (WptAlignmentCheckMethod.POWER_CHECK,)


class Methods(Struct, frozen=True, kw_only=True):
    """The ways of positioning, pairing and checking that a coil knows, best first."""

    positioning: tuple[WptFinePositioningMethod, ...] = _POSITIONING
    pairing: tuple[WptPairingMethod, ...] = _PAIRING
    checking: tuple[WptAlignmentCheckMethod, ...] = _CHECKING

    def shared(self, other: Methods) -> bool:
        """Whether two coils know a common way for each step."""
        return all(
            set(mine) & set(theirs)
            for mine, theirs in (
                (self.positioning, other.positioning),
                (self.pairing, other.pairing),
                (self.checking, other.checking),
            )
        )


class VehicleCoil(Struct, frozen=True, kw_only=True):
    """The coil under the EV; lengths in mm, frequency in Hz, current in A."""

    methods: Methods = Methods()
    natural_offset: int = 0
    highest: int = 210
    """Ground clearance, as the one below."""
    lowest: int = 140
    natural_frequency: float = 85_000.0
    coil_current: float = 20.0
    """Asked for in the alignment check."""
    efficiency: float = 0.93
    """Of the power that the station sends, what reaches the battery."""


class GroundCoil(Struct, frozen=True, kw_only=True):
    """The coil in the ground; lengths in mm, currents in A."""

    methods: Methods = Methods()
    natural_offset: int = 0
    power_class: WptPowerClass = WptPowerClass.MF_WPT3
    highest: int = 250
    """Ground clearance that it supports, as the one below."""
    lowest: int = 100
    max_current: float = 75.0
    min_current: float = 1.0
    code: int = 4711
    """What the EV observes, and tells, to find out that this coil is the one beneath it."""
    rounds: int = 2
    """How often positioning, pairing and the alignment check each are answered with Ongoing."""
    check_power: float = 100.0
    """W sent in the alignment check."""
