"""The limits of a station at one moment: its ratings for the service in use, under site's and backend's bounds."""

from __future__ import annotations

import math

from msgspec.structs import replace

from harness.endpoints.phases import Powers, filled
from harness.endpoints.station.quantities import Limits, Outlet, PowerCap
from harness.endpoints.station.ratings import Ratings
from harness.endpoints.station.settings import StationSettings
from harness.messages.iso20.energy import EnergyService, Flow, flow_of


def ratings_of(settings: StationSettings, service_id: int | None) -> Ratings:
    """What the station can do in an energy transfer service; direct current where there is none yet."""
    if flow_of(service_id) is Flow.AC:
        return settings.ac
    if flow_of(service_id) is Flow.WPT:
        return settings.wpt
    if service_id in {EnergyService.MCS, EnergyService.MCS_BPT}:
        return settings.mcs
    return Ratings(
        max_charge_power=settings.max_charge_power,
        min_charge_power=settings.min_charge_power,
        max_discharge_power=settings.max_discharge_power,
        min_discharge_power=settings.min_discharge_power,
        max_charge_current=settings.max_charge_current,
        min_charge_current=settings.min_charge_current,
        max_discharge_current=settings.max_discharge_current,
        min_discharge_current=settings.min_discharge_current,
        max_voltage=settings.max_voltage,
        min_voltage=settings.min_voltage,
        power_ramp=settings.power_ramp,
    )


def phase_ratings(settings: StationSettings, outlet: Outlet) -> Ratings:
    """What the station can do with alternating current on the phases in use: power over all, current on each."""
    ours, mains, phases = settings.ac, settings.mains, outlet.phases
    share = min(1.0, phases / mains.phases)
    across = mains.nominal_voltage * phases
    most = _over_phases(settings, outlet, min(ours.max_charge_power * share, ours.max_charge_current * across))
    back = _over_phases(settings, outlet, min(ours.max_discharge_power * share, ours.max_discharge_current * across))
    return replace(
        ours,
        max_charge_power=most,
        min_charge_power=min(most, max(ours.min_charge_power * share, ours.min_charge_current * across)),
        max_discharge_power=back,
        min_discharge_power=min(back, max(ours.min_discharge_power * share, ours.min_discharge_current * across)),
        max_voltage=mains.nominal_voltage,
        min_voltage=mains.nominal_voltage,
    )


def phase_caps(settings: StationSettings, outlet: Outlet) -> Powers:
    """W that each of the phases in use bears."""
    limits = settings.mains.phase_limits
    return tuple(limits[phase] if phase < len(limits) else math.inf for phase in range(outlet.phases))


def _over_phases(settings: StationSettings, outlet: Outlet, watts: float) -> float:
    """A power over all phases as far as each of them bears its part; phases loaded alike bear what the weakest does."""
    caps = phase_caps(settings, outlet)
    if outlet.apart:
        return sum(filled(watts, caps))
    return min(watts, min(caps) * outlet.phases)


def limits_of(settings: StationSettings, outlet: Outlet, cap: PowerCap | None, site: float | None) -> Limits:
    """The limits in force under a cap of the backend and a bound of the site (W in either direction).

    A cap above zero bounds charging only, OCPP 2.0.1 having no word for discharging; zero stops both directions.
    """
    alternating = flow_of(outlet.service_id) is Flow.AC
    ours = phase_ratings(settings, outlet) if alternating else ratings_of(settings, outlet.service_id)
    suspended = cap is not None and cap.nothing
    watts = least(least(ours.max_charge_power, cap.watts if cap else None), site)
    amperes = least(ours.max_charge_current, cap.amperes if cap else None)
    if alternating:
        watts = min(watts, amperes * settings.mains.nominal_voltage * outlet.phases)
    back = least(ours.max_discharge_power, site)
    off = 0.0 if suspended else 1.0
    return Limits(
        max_charge_power=watts * off,
        min_charge_power=min(ours.min_charge_power, watts) * off,
        max_discharge_power=back * off,
        min_discharge_power=min(ours.min_discharge_power, back) * off,
        max_charge_current=amperes * off,
        max_discharge_current=ours.max_discharge_current * off,
        max_voltage=ours.max_voltage,
        min_voltage=ours.min_voltage,
        suspended=suspended,
    )


def least(ours: float, theirs: float | None) -> float:
    """The lower of a bound and one that may not be there."""
    return ours if theirs is None else min(ours, theirs)
