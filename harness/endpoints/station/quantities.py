"""What passes between the two halves of a station: the driver's token, the EV's needs, the limits in force."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

_ROUNDED = 1.0
"""Seconds by which a departure told in whole seconds may seem to move."""


class Token(Struct, frozen=True, kw_only=True):
    """An IdToken of OCPP 2.0.1."""

    id_token: str
    type: str = "ISO14443"
    chain: tuple[bytes, ...] = ()
    """The contract chain that goes with an EMAID, DER, leaf first."""
    roots: tuple[bytes, ...] = ()
    """DER of the roots that it may end at."""

    def payload(self) -> dict[str, str]:
        """As it travels."""
        return {"idToken": self.id_token, "type": self.type}


class Needs(Struct, frozen=True, kw_only=True):
    """What the EV said it needs and can bear; None where it said nothing."""

    service_id: int | None = None
    control_mode: str | None = None
    departure_time: float | None = None
    """Seconds from the moment it was said."""
    target_energy: float | None = None
    """Wh, as the two below and the V2X window; negative: the EV has that much to give."""
    min_energy: float | None = None
    max_energy: float | None = None
    min_v2x_energy: float | None = None
    max_v2x_energy: float | None = None
    max_charge_power: float | None = None
    """W, as the three below."""
    min_charge_power: float | None = None
    max_discharge_power: float | None = None
    min_discharge_power: float | None = None
    max_charge_current: float | None = None
    """A, as the one below; of each phase where the current alternates."""
    min_charge_current: float | None = None
    phases: int | None = None
    """Of alternating current; None: the current is direct."""
    max_voltage: float | None = None
    """V."""
    soc: float | None = None
    """Percent, as the one below."""
    target_soc: float | None = None
    capacity: float | None = None
    """Wh."""

    def repeats(self, before: Needs, seconds: float) -> bool:
        """Whether this says what `before` said so many seconds ago; the departure may have come nearer by as much."""
        told, left = before.departure_time, self.departure_time
        if told is not None and left is not None and abs(told - seconds - left) <= _ROUNDED:
            return replace(self, departure_time=told) == before
        return self == before


class Outlet(Struct, frozen=True, kw_only=True):
    """What of a station is in use."""

    service_id: int | None = None
    phases: int = 3
    """Of alternating current."""
    apart: bool = False
    """The EV can load its phases unequally, so each may be bound for itself."""


class Limits(Struct, frozen=True, kw_only=True):
    """What the station allows at one moment; powers in W, currents in A, all magnitudes."""

    max_charge_power: float
    min_charge_power: float
    max_discharge_power: float
    min_discharge_power: float
    max_charge_current: float
    max_discharge_current: float
    max_voltage: float
    min_voltage: float
    suspended: bool = False
    """The backend allows no power at all (a limit of zero)."""


class PowerCap(Struct, frozen=True, kw_only=True):
    """One bound that the backend set, in watts or in amperes of direct current."""

    watts: float | None = None
    amperes: float | None = None

    @property
    def nothing(self) -> bool:
        """Whether it allows no power."""
        return self.watts == 0 or self.amperes == 0


class Steering(Struct, frozen=True, kw_only=True):
    """What the backend wants to flow, in W; negative: from the EV."""

    setpoint: float | None = None
    """None: as much as may."""
    lowest: float | None = None
    """None: as much as may comes from the EV."""


class Display(Struct, frozen=True, kw_only=True):
    """What the EV shows of itself while it charges; None where it said nothing."""

    soc: float | None = None
    """Percent, as the three below."""
    min_soc: float | None = None
    target_soc: float | None = None
    max_soc: float | None = None
    capacity: float | None = None
    """Wh."""
    time_to_target_soc: float | None = None
    """Seconds."""
