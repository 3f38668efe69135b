"""The station before alternating current flows: what it has on each phase, and whether the EV can work with that."""

from __future__ import annotations

from typing import Any

from harness.core.units import Hertz, Rational
from harness.endpoints.behaviour import Moment
from harness.endpoints.phases import THREE, Powers, fields, named
from harness.endpoints.station.bounds import phase_ratings
from harness.endpoints.station.desk import Desk, Handlers, Reply
from harness.endpoints.station.needs_heard import from_ac_parameters
from harness.messages.iso20.ac import (
    AcChargeParameterDiscoveryReq,
    AcChargeParameterDiscoveryRes,
    AcCpdReqEnergyTransferMode,
    AcCpdResEnergyTransferMode,
    BptAcCpdReqEnergyTransferMode,
    BptAcCpdResEnergyTransferMode,
)
from harness.messages.iso20.energy import is_bidirectional
from harness.messages.iso20.types import ResponseCode


def on_parameters(desk: Desk, ask: AcChargeParameterDiscoveryReq, moment: Moment) -> Reply:
    """The station's ratings, if the EV's limits can be worked with (V2G20-1619)."""
    said, visit = ask.energy_transfer_mode, desk.visit
    if not _usable(desk, said):
        return ResponseCode.FAILED_WRONG_CHARGE_PARAMETER
    # An EV that names its phases can load them unequally, and is told theirs (V2G20-1820, V2G20-1822).
    desk.plant.apart = len(named(said, "ev_maximum_charge_power")) == THREE
    desk.needs = from_ac_parameters(desk.needs, said, visit.service_id, visit.control_mode, desk.plant)
    return AcChargeParameterDiscoveryRes(
        header=desk.header(moment), response_code=ResponseCode.OK, energy_transfer_mode=_ratings(desk)
    )


def _usable(desk: Desk, said: AcCpdReqEnergyTransferMode) -> bool:
    """Whether the block is that of the service, no bound is upside down, and no phase is named that is not there."""
    back = isinstance(said, BptAcCpdReqEnergyTransferMode)
    pairs = [_pair(said, "charge_power")]
    if back:
        least, most = _pair(said, "discharge_power")
        # EVs write what they can give with either sign; the magnitude counts.
        pairs.append((tuple(map(abs, least)), tuple(map(abs, most))))
    return back is is_bidirectional(desk.visit.service_id) and all(
        _in_order(least, most) and max(len(least), len(most)) <= desk.plant.phases for least, most in pairs
    )


def _pair(said: AcCpdReqEnergyTransferMode, name: str) -> tuple[Powers, Powers]:
    return named(said, f"ev_minimum_{name}"), named(said, f"ev_maximum_{name}")


def _in_order(least: Powers, most: Powers) -> bool:
    """Nothing negative, no least power above the greatest, phase by phase where both are named so."""
    if any(value < 0 for value in (*least, *most)):
        return False
    if len(least) == len(most):
        return all(low <= high for low, high in zip(least, most, strict=True))
    return sum(least) <= sum(most)


def _ratings(desk: Desk) -> AcCpdResEnergyTransferMode:
    """What the station can do on the phases in use, and its mains."""
    plant, mains = desk.plant, desk.plant.settings.mains
    ours = phase_ratings(plant.settings, plant.outlet)
    common: dict[str, Any] = {
        **fields("evse_maximum_charge_power", plant.by_phase(ours.max_charge_power)),
        **fields("evse_minimum_charge_power", plant.by_phase(ours.min_charge_power)),
        **fields("evse_present_active_power", plant.by_phase(plant.meter.power_w)),
        "evse_nominal_frequency": Hertz.of(mains.nominal_frequency),
        "maximum_power_asymmetry": None if mains.max_asymmetry is None else Rational.of(mains.max_asymmetry),
        "evse_power_ramp_limitation": None if ours.power_ramp is None else Rational.of(ours.power_ramp),
    }
    if not is_bidirectional(desk.visit.service_id):
        return AcCpdResEnergyTransferMode(**common)
    back: dict[str, Any] = {
        **fields("evse_maximum_discharge_power", plant.by_phase(ours.max_discharge_power)),
        **fields("evse_minimum_discharge_power", plant.by_phase(ours.min_discharge_power)),
    }
    return BptAcCpdResEnergyTransferMode(**common, **back)


HANDLERS: Handlers = {AcChargeParameterDiscoveryReq: on_parameters}
