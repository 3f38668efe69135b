"""What an EV of ISO 15118-2 needs, as the backend half of a station knows it."""

from __future__ import annotations

from typing import Any

from harness.endpoints.station.iso2.desk import service_of
from harness.endpoints.station.quantities import Display, Needs
from harness.endpoints.variant import SCHEDULED
from harness.messages.iso2.ac import AcEvChargeParameter
from harness.messages.iso2.charging import ChargeParameterDiscoveryReq
from harness.messages.iso2.dc import CurrentDemandReq, DcEvChargeParameter
from harness.messages.iso20.energy import Flow

_PHASES = {"AC_single_phase_core": 1, "AC_three_phase_core": 3}


def needs_of(ask: ChargeParameterDiscoveryReq) -> Needs:
    """The EV's limits and wishes."""
    said = ask.ev_charge_parameter
    if isinstance(said, AcEvChargeParameter):
        phases = _PHASES.get(str(ask.requested_energy_transfer_mode), 1)
        voltage, current = float(said.ev_max_voltage), float(said.ev_max_current)
        return Needs(
            service_id=service_of(Flow.AC),
            control_mode=SCHEDULED,
            departure_time=said.departure_time,
            target_energy=float(said.e_amount),
            max_charge_power=voltage * current * phases,
            min_charge_power=voltage * float(said.ev_min_current) * phases,
            max_charge_current=current,
            min_charge_current=float(said.ev_min_current),
            phases=phases,
            max_voltage=voltage,
        )
    return _dc(said) if isinstance(said, DcEvChargeParameter) else Needs(control_mode=SCHEDULED)


def _dc(said: DcEvChargeParameter) -> Needs:
    return Needs(
        service_id=service_of(Flow.DC),
        control_mode=SCHEDULED,
        departure_time=said.departure_time,
        target_energy=_size(said.ev_energy_request),
        max_charge_power=_size(said.ev_maximum_power_limit),
        max_charge_current=float(said.ev_maximum_current_limit),
        max_voltage=float(said.ev_maximum_voltage_limit),
        soc=float(said.dc_ev_status.ev_ress_soc),
        target_soc=_size(said.full_soc),
        capacity=_size(said.ev_energy_capacity),
    )


def display_of(ask: CurrentDemandReq) -> Display:
    """What a cycle of the charge loop shows of the battery."""
    return Display(
        soc=float(ask.dc_ev_status.ev_ress_soc),
        time_to_target_soc=_size(ask.remaining_time_to_full_soc),
    )


def _size(value: Any) -> float | None:
    return None if value is None else float(value)
