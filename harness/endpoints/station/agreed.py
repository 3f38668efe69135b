"""What a station and an EV agreed on when power started."""

from __future__ import annotations

from msgspec import Struct

from harness.endpoints.power_over_time import Plan, watts_at


class Agreed(Struct, frozen=True, kw_only=True):
    """The profile that the EV announced, and how far it may leave it (W)."""

    profile: Plan
    tolerance: float

    def violated_by(self, watts: float, at: float) -> bool:
        """Whether a power goes beyond the profile, in the profile's direction or in the other; less is no violation."""
        announced = watts_at(self.profile, at)
        return not min(announced, 0.0) - self.tolerance <= watts <= max(announced, 0.0) + self.tolerance
