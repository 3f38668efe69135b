"""A battery: energy in, energy out, and the voltage that goes with it."""

from __future__ import annotations

from harness.endpoints.ev.car import Car

_HOUR = 3600.0


class Battery:
    """Integrates power held constant between two calls; energy stays between empty and full."""

    def __init__(self, car: Car) -> None:
        """As full as the car says."""
        self._car = car
        self._energy = car.capacity * car.soc / 100
        self._power = 0.0
        self._since: float | None = None

    def serve(self, car: Car) -> None:
        """Keep to other states of charge from now on."""
        self._car = car

    def advance(self, at: float, watts: float) -> None:
        """Count what flowed until `at`; from now on it is `watts`, positive into the battery."""
        if self._since is not None:
            change = self._power * max(0.0, at - self._since) / _HOUR
            self._energy = min(self._car.capacity, max(0.0, self._energy + change))
        self._since, self._power = at, watts

    @property
    def energy(self) -> float:
        """Wh in the battery."""
        return self._energy

    @property
    def soc(self) -> float:
        """Percent."""
        return 100 * self._energy / self._car.capacity if self._car.capacity else 0.0

    @property
    def power(self) -> float:
        """W into the battery at present."""
        return self._power

    @property
    def voltage(self) -> float:
        """V at the terminals: rises in a straight line over the middle of the allowed range, full to empty."""
        low, high = self._car.min_voltage, self._car.max_voltage
        return low + (high - low) * (0.4 + 0.5 * self.soc / 100)

    def energy_to(self, soc: float) -> float:
        """Wh until `soc` percent; negative if the battery holds more."""
        return self._car.capacity * soc / 100 - self._energy

    def seconds_to(self, soc: float) -> int | None:
        """Time to `soc` percent at the present power; None if it is never reached that way."""
        missing = self.energy_to(soc)
        if missing <= 0:
            return 0
        return round(missing / self._power * _HOUR) if self._power > 0 else None

    @property
    def charge_power(self) -> float:
        """W that the battery takes now: nothing once it is as full as the car wants it at most."""
        return self._car.max_charge_power if self.soc < self._car.max_soc else 0.0

    @property
    def discharge_power(self) -> float:
        """W that the battery gives now: nothing once it is as empty as the car allows."""
        return self._car.max_discharge_power if self.soc > self._car.min_soc else 0.0
