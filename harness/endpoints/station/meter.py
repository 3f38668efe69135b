"""A meter whose registers only ever rise."""

from __future__ import annotations

from msgspec import Struct

_HOUR = 3600.0


class Reading(Struct, frozen=True, kw_only=True):
    """What a meter shows at one moment."""

    import_wh: float
    """Energy that went to the EV."""
    export_wh: float
    """Energy that came from the EV."""
    power_w: float
    """Positive: to the EV."""


class Meter:
    """Integrates power held constant between two calls; the registers survive transactions."""

    def __init__(self, import_wh: float = 0.0, export_wh: float = 0.0) -> None:
        """Start with what earlier transactions left in the registers."""
        self._import_wh = import_wh
        self._export_wh = export_wh
        self._power_w = 0.0
        self._since: float | None = None

    def advance(self, at: float, watts: float) -> None:
        """Count what flowed until `at`; from now on it is `watts`."""
        now = self.reading(at)
        self._import_wh, self._export_wh = now.import_wh, now.export_wh
        self._since = at if self._since is None else max(at, self._since)
        self._power_w = watts

    def reading(self, at: float) -> Reading:
        """The registers at `at`, with the last known power until then."""
        hours = 0.0 if self._since is None else max(0.0, at - self._since) / _HOUR
        energy = self._power_w * hours
        return Reading(
            import_wh=self._import_wh + max(0.0, energy),
            export_wh=self._export_wh + max(0.0, -energy),
            power_w=self._power_w,
        )

    @property
    def import_wh(self) -> float:
        """The register of energy to the EV at the last `advance`."""
        return self._import_wh

    @property
    def export_wh(self) -> float:
        """The register of energy from the EV at the last `advance`."""
        return self._export_wh

    @property
    def power_w(self) -> float:
        """The power since the last `advance`."""
        return self._power_w
