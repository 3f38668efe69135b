"""What energy costs at a station, as plain values."""

from __future__ import annotations

from msgspec import Struct

POWER_ALGORITHM = "urn:iso:std:iso:15118:-20:PriceAlgorithm:1-Power"
"""Fees by the power that flows at the time."""


class Rate(Struct, frozen=True, kw_only=True):
    """Fees from a moment on."""

    start: float = 0.0
    """Seconds after the schedule begins."""
    energy_fee: float = 0.40
    """For a kWh, in the currency of the tariff."""
    feed_in_fee: float = 0.20
    """For a kWh that comes from the EV; told with discharging schedules."""
    parking_fee: float | None = None
    """For each `parking_period`."""
    parking_period: int = 3600
    fast_fee: float | None = None
    """For a kWh above `fast_from` W, if that costs more."""
    fast_from: float = 22_000.0
    carbon_dioxide: int | None = None
    """g for a kWh."""
    renewable: int | None = None
    """Percent."""


class Tax(Struct, frozen=True, kw_only=True):
    """A tax in percent."""

    name: str = "VAT"
    rate: float = 19.0
    included: bool = True
    on_energy: bool = True
    on_parking: bool = True
    on_overstay: bool = True
    on_bounds: bool = False
    """It is added to the least and the greatest cost as well."""


class Overstay(Struct, frozen=True, kw_only=True):
    """What staying on costs; seconds."""

    start: int = 1800
    """After the overstay begins."""
    fee: float = 2.0
    period: int = 3600
    description: str = "Connector blocked"


class Extra(Struct, frozen=True, kw_only=True):
    """A service on the bill beside the energy."""

    name: str
    fee: float


class Tariff(Struct, frozen=True, kw_only=True):
    """Prices over time, with what comes on top."""

    currency: str = "EUR"
    language: str = "en"
    algorithm: str = POWER_ALGORITHM
    description: str = "Laboratory tariff"
    rates: tuple[Rate, ...] = (
        Rate(energy_fee=0.45, feed_in_fee=0.30, carbon_dioxide=380, renewable=45),
        Rate(start=3600.0, energy_fee=0.25, feed_in_fee=0.10, carbon_dioxide=120, renewable=80),
    )
    """In the order of their starts."""
    minimum_cost: float | None = 1.0
    maximum_cost: float | None = 60.0
    taxes: tuple[Tax, ...] = (Tax(),)
    overstay_threshold: int | None = 900
    """Seconds after the end of charging at which the overstay begins."""
    overstay_power: float | None = 100.0
    """W below which charging counts as ended."""
    overstays: tuple[Overstay, ...] = (Overstay(),)
    extras: tuple[Extra, ...] = (Extra(name="Reservation", fee=0.5),)
