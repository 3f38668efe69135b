"""What an EV needs, gathered from the messages in which it says so."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from harness.endpoints.phases import total
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.quantities import Display, Needs
from harness.messages.iso20.ac import AcCpdReqEnergyTransferMode
from harness.messages.iso20.common import DynamicSeReqControlMode, ScheduledSeReqControlMode
from harness.messages.iso20.dc import DcCpdReqEnergyTransferMode
from harness.messages.iso20.types import DisplayParameters
from harness.messages.iso20.wpt import WptChargeParameterDiscoveryReq


def from_parameters(needs: Needs, said: DcCpdReqEnergyTransferMode, service_id: int, control_mode: str) -> Needs:
    """The needs with what the battery can bear."""
    return replace(
        needs,
        service_id=service_id,
        control_mode=control_mode,
        max_charge_power=_size(said.ev_maximum_charge_power),
        min_charge_power=_size(said.ev_minimum_charge_power),
        max_charge_current=_size(said.ev_maximum_charge_current),
        max_voltage=_size(said.ev_maximum_voltage),
        max_discharge_power=_magnitude(_size(getattr(said, "ev_maximum_discharge_power", None))),
        min_discharge_power=_magnitude(_size(getattr(said, "ev_minimum_discharge_power", None))),
        target_soc=_size(said.target_soc),
    )


def from_ac_parameters(
    needs: Needs, said: AcCpdReqEnergyTransferMode, service_id: int, control_mode: str, plant: Plant
) -> Needs:
    """The needs with what the EV can take and give, over all phases; the current is that of one phase."""
    voltage = plant.settings.mains.nominal_voltage
    phases = plant.phases
    most, least = total(said, "ev_maximum_charge_power"), total(said, "ev_minimum_charge_power")
    return replace(
        needs,
        service_id=service_id,
        control_mode=control_mode,
        max_charge_power=most,
        min_charge_power=least,
        max_charge_current=None if most is None else most / voltage / phases,
        min_charge_current=None if least is None else least / voltage / phases,
        max_voltage=float(voltage),
        phases=phases,
        max_discharge_power=_magnitude(total(said, "ev_maximum_discharge_power")),
        min_discharge_power=_magnitude(total(said, "ev_minimum_discharge_power")),
    )


def from_coil(needs: Needs, said: WptChargeParameterDiscoveryReq, service_id: int, control_mode: str) -> Needs:
    """The needs with what the vehicle's coil can receive."""
    most = _size(said.evpc_max_receivable_power)
    return replace(needs, service_id=service_id, control_mode=control_mode, max_charge_power=most)


def from_schedule(needs: Needs, said: DynamicSeReqControlMode | ScheduledSeReqControlMode) -> Needs:
    """The needs with departure and energies."""
    target_soc = _size(getattr(said, "target_soc", None))
    return replace(
        needs,
        departure_time=_size(said.departure_time),
        target_energy=_size(said.ev_target_energy_request),
        min_energy=_size(said.ev_minimum_energy_request),
        max_energy=_size(said.ev_maximum_energy_request),
        min_v2x_energy=_size(getattr(said, "ev_minimum_v2x_energy_request", None)),
        max_v2x_energy=_size(getattr(said, "ev_maximum_v2x_energy_request", None)),
        target_soc=needs.target_soc if target_soc is None else target_soc,
    )


def from_display(said: DisplayParameters) -> Display:
    """What the EV shows."""
    return Display(
        soc=_size(said.present_soc),
        min_soc=_size(said.minimum_soc),
        target_soc=_size(said.target_soc),
        max_soc=_size(said.maximum_soc),
        capacity=_size(said.battery_energy_capacity),
        time_to_target_soc=_size(said.remaining_time_to_target_soc),
    )


def _size(value: Any) -> float | None:
    return None if value is None else float(value)


def _magnitude(value: float | None) -> float | None:
    return None if value is None else abs(value)
