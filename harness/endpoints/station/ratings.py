"""What a station can do in one way of energy transfer, and the mains behind it."""

from __future__ import annotations

from msgspec import Struct


class Ratings(Struct, frozen=True, kw_only=True):
    """Bounds of one way of energy transfer; W, A and V, magnitudes all. Currents of AC are those of each phase."""

    max_charge_power: float
    min_charge_power: float = 0.0
    max_discharge_power: float
    min_discharge_power: float = 0.0
    max_charge_current: float
    min_charge_current: float = 0.0
    max_discharge_current: float
    min_discharge_current: float = 0.0
    max_voltage: float
    min_voltage: float
    power_ramp: float | None = None
    """EVSEPowerRampLimitation as it travels; None leaves it out."""


class Mains(Struct, frozen=True, kw_only=True):
    """The alternating current that a station passes on."""

    phases: int = 3
    nominal_voltage: int = 230
    """V between phase and neutral."""
    nominal_frequency: float = 50.0
    """Hz."""
    max_asymmetry: float | None = None
    """W by which one phase may be loaded more than another; None: no limit (V2G20-1828)."""
    phase_limits: tuple[float, ...] = ()
    """W that each phase bears in either direction, where one bears less than its share of the ratings."""
    target_frequency: float | None = None
    """Hz that the EV is asked to keep to in the charge loop; None: nothing is asked."""
    target_reactive_power: float | None = None
    """var that the EV is asked for in the charge loop, over all phases; None: nothing is asked."""


AC = Ratings(
    max_charge_power=22_000.0,
    max_discharge_power=22_000.0,
    max_charge_current=32.0,
    max_discharge_current=32.0,
    max_voltage=230.0,
    min_voltage=230.0,
)
WPT = Ratings(
    max_charge_power=11_000.0,
    max_discharge_power=0.0,
    max_charge_current=32.0,
    max_discharge_current=0.0,
    max_voltage=450.0,
    min_voltage=0.0,
)
MCS = Ratings(
    max_charge_power=3_000_000.0,
    max_discharge_power=1_000_000.0,
    max_charge_current=3_000.0,
    max_discharge_current=1_000.0,
    max_voltage=1_250.0,
    min_voltage=200.0,
)
