"""How much of smart charging a station can do (SmartChargingCtrlr)."""

from __future__ import annotations

from msgspec import Struct


class ChargingTerms(Struct, frozen=True, kw_only=True):
    """Its bounds on profiles, and when it tells of limits."""

    enabled: bool = True
    """False: it knows nothing of charging profiles."""
    units: tuple[str, ...] = ("A", "W")
    """Units of limits (RateUnit)."""
    stack_level: int = 9
    """The highest (ProfileStackLevel)."""
    periods: int = 1_024
    """In one schedule (PeriodsPerSchedule)."""
    entries: int = 100
    """Profiles at the same time (Entries)."""
    phase_switching: bool = False
    """One phase to charge by may be chosen (ACPhaseSwitchingSupported)."""
    significance: float = 1.0
    """Percent by which a limit changes before an event tells of it (LimitChangeSignificance)."""
    tells_schedules: bool = True
    """A limit from outside is told with its schedule (NotifyChargingLimitWithSchedules)."""
    profiles_per_report: int = 5
    """In one ReportChargingProfiles."""
    nominal_voltage: float = 400.0
    """V by which amperes of direct current count in a composite schedule in W, and the other way round."""
