"""The station of DIN SPEC 70121 at ChargeParameterDiscovery: limits of both sides, and one schedule for a day."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.station.din.answer import DinHandlers, Reply, dc_status
from harness.endpoints.station.iso2.desk import Iso2Desk, service_of
from harness.endpoints.station.quantities import Needs
from harness.endpoints.variant import SCHEDULED
from harness.messages.din.charging import (
    ChargeParameterDiscoveryReq,
    ChargeParameterDiscoveryRes,
    ChargingProfile,
)
from harness.messages.din.codes import EvRequestedEnergyTransferType, EvseProcessing, ResponseCode
from harness.messages.din.dc import DcEvChargeParameter, DcEvseChargeParameter
from harness.messages.din.physical import PhysicalValue, amperes, volts, watts
from harness.messages.din.schedule import (
    PMaxSchedule,
    PMaxScheduleEntry,
    RelativeTimeInterval,
    SAScheduleList,
    SAScheduleTuple,
)
from harness.messages.iso20.energy import Flow

DAY = 86_400
"""Seconds that the schedule covers (V2G-DC-545)."""
_HIGHEST = 32_767
"""W: PMax has 15 bits."""
TUPLE = 1
_TYPES = (EvRequestedEnergyTransferType.DC_EXTENDED, EvRequestedEnergyTransferType.DC_CORE)


def on_parameters(desk: Iso2Desk, ask: ChargeParameterDiscoveryReq, moment: Moment) -> Reply:
    """Take note of what the EV can and needs, and tell our limits; Ongoing for a few rounds (V2G-DC-493)."""
    at, said = moment.at, ask.ev_charge_parameter
    if ask.ev_requested_energy_transfer_type not in _TYPES:
        return ResponseCode.FAILED_WRONG_ENERGY_TRANSFER_TYPE
    if not isinstance(said, DcEvChargeParameter) or _useless(desk, said):
        return ResponseCode.FAILED_WRONG_CHARGE_PARAMETER
    if desk.plant.service_id is None:
        desk.plant.service_selected(service_of(Flow.DC), SCHEDULED, at)
    desk.plant.needs_given(_needs(said), at)
    ongoing = desk.parameter_rounds > 0
    desk.parameter_rounds -= 1
    return ChargeParameterDiscoveryRes(
        response_code=ResponseCode.OK,
        evse_processing=EvseProcessing.ONGOING if ongoing else EvseProcessing.FINISHED,
        sa_schedules=schedules(desk, at),
        evse_charge_parameter=evse_parameters(desk, at),
    )


def evse_parameters(desk: Iso2Desk, at: float) -> DcEvseChargeParameter:
    """What the station can do now."""
    limits = desk.limits(at)
    return DcEvseChargeParameter(
        dc_evse_status=dc_status(desk, at),
        evse_maximum_current_limit=amperes(limits.max_charge_current),
        evse_maximum_power_limit=watts(limits.max_charge_power),
        evse_maximum_voltage_limit=volts(limits.max_voltage),
        evse_minimum_current_limit=amperes(desk.plant.settings.min_charge_current),
        evse_minimum_voltage_limit=volts(limits.min_voltage),
        evse_peak_current_ripple=amperes(0.5),
    )


def schedules(desk: Iso2Desk, at: float) -> SAScheduleList:
    """One schedule for a day; more watts than its type can say are cut off."""
    most = min(_HIGHEST, int(desk.limits(at).max_charge_power))
    entry = PMaxScheduleEntry(time_interval=RelativeTimeInterval(start=0, duration=DAY), p_max=most)
    schedule = PMaxSchedule(p_max_schedule_id=TUPLE, p_max_schedule_entry=(entry,))
    return SAScheduleList(sa_schedule_tuple=(SAScheduleTuple(sa_schedule_tuple_id=TUPLE, p_max_schedule=schedule),))


def profile_refusal(desk: Iso2Desk, profile: ChargingProfile, at: float) -> ResponseCode | None:
    """Why a charging profile cannot be followed (V2G-DC-399); None if it can."""
    if profile.sa_schedule_tuple_id != TUPLE:
        return ResponseCode.FAILED_TARIFF_SELECTION_INVALID
    most = min(_HIGHEST, int(desk.limits(at).max_charge_power))
    if any(entry.charging_profile_entry_max_power > most for entry in profile.profile_entry):
        return ResponseCode.FAILED_CHARGING_PROFILE_INVALID
    return None


def _useless(desk: Iso2Desk, said: DcEvChargeParameter) -> bool:
    highest, current = float(said.ev_maximum_voltage_limit), float(said.ev_maximum_current_limit)
    return highest < desk.plant.settings.min_voltage or current < 0


def _needs(said: DcEvChargeParameter) -> Needs:
    return Needs(
        service_id=service_of(Flow.DC),
        control_mode=SCHEDULED,
        target_energy=_size(said.ev_energy_request),
        max_charge_power=_size(said.ev_maximum_power_limit),
        max_charge_current=float(said.ev_maximum_current_limit),
        max_voltage=float(said.ev_maximum_voltage_limit),
        soc=float(said.dc_ev_status.ev_ress_soc),
        target_soc=None if said.full_soc is None else float(said.full_soc),
        capacity=_size(said.ev_energy_capacity),
    )


def _size(value: PhysicalValue | None) -> float | None:
    return None if value is None else float(value)


HANDLERS: DinHandlers = {ChargeParameterDiscoveryReq: on_parameters}
