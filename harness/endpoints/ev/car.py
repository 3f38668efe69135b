"""What an emulated EV is, as one frozen value."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from harness.endpoints.coils import VehicleCoil
from harness.endpoints.variant import DYNAMIC as DYNAMIC
from harness.endpoints.variant import SCHEDULED as SCHEDULED
from harness.messages.iso20.energy import EnergyService, is_bidirectional


class Car(Struct, frozen=True, kw_only=True):
    """Battery, limits and wishes; powers in W, currents in A, voltages in V, energies in Wh, magnitudes all."""

    evcc_id: str = "HVXVCAR000000000000013"
    capacity: float = 60_000.0
    soc: float = 40.0
    """Percent, as the three below."""
    min_soc: float = 20.0
    target_soc: float = 80.0
    max_soc: float = 95.0

    max_charge_power: float = 40_000.0
    min_charge_power: float = 100.0
    max_discharge_power: float = 30_000.0
    min_discharge_power: float = 100.0
    max_charge_current: float = 100.0
    min_charge_current: float = 0.0
    max_discharge_current: float = 80.0
    min_discharge_current: float = 0.0
    max_voltage: float = 450.0
    min_voltage: float = 300.0

    phases: int = 3
    """Of alternating current; the powers above are those over all of them."""
    names_phases: bool = False
    """It can load its phases unequally, and therefore tells its powers phase by phase (V2G20-1820)."""

    departure_time: int | None = 7200
    """Seconds from when a session tells it first; Dynamic mode, which must name one, says a day where this is None."""
    min_v2x_energy: float | None = None
    """Wh that the battery must still take to leave the window for bidirectional use; with the one below, or not."""
    max_v2x_energy: float | None = None

    authorization: Literal["eim", "pnc", "pnc_then_eim"] = "eim"
    """How it wants to be authorized: by external identification means, by its contract (Plug and Charge), or by that
    and else by external means."""
    coil: VehicleCoil = VehicleCoil()
    """Under a car that charges without a cable."""

    service: int = EnergyService.DC_BPT
    other_services: tuple[int, ...] = ()
    """Energy transfer services that it takes as well, the best first, where the wanted one is not offered."""
    control_mode: str = DYNAMIC
    wanted_vas: tuple[int, ...] = ()
    """Value-added services that it takes where they are offered."""
    either_mode: bool = False
    """Take the other control mode where the wanted one is not offered."""
    needs_from: int = 1
    """MobilityNeedsMode it would like: 1, it tells the needs itself, or 2, the station knows them."""
    pricing: int = 0
    """Pricing it would like: 0 none, 1 absolute prices, 2 price levels."""
    offered_power: float | None = None
    """W that a bidirectional car offers to feed back until it leaves, in Scheduled mode; None: it offers nothing."""
    offered_fee: float = 0.30
    """For a kWh of that, in the currency below."""
    currency: str = "EUR"
    schedule_points: int = 1024
    """Entries of a schedule that the EV can take, 12 to 1024."""
    bpt_channel: int = 1
    generator_mode: int = 1
    confirms_tolerance: bool = True
    """Accept the power tolerance of a schedule, if one is offered."""
    wanted_power: float | None = None
    """W that the driver wants in Scheduled mode, negative to discharge; None: all that is allowed, or, where there are
    prices, what the target takes at the cheapest times. Of two power channels its sign picks one."""
    display_parameters: bool = True
    meter_info: bool = True
    """Ask for MeterInfo in every cycle of the charge loop."""

    @property
    def bidirectional(self) -> bool:
        """Whether the car wants the bidirectional service."""
        return is_bidirectional(self.service)

    @property
    def dynamic(self) -> bool:
        """Whether the car wants Dynamic control mode."""
        return self.control_mode == DYNAMIC
