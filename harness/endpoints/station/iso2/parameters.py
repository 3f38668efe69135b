"""The station of ISO 15118-2 at ChargeParameterDiscovery: limits of both sides, and the schedules on offer."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.station.iso2.desk import Handlers, Iso2Desk, Reply, service_of
from harness.endpoints.station.iso2.needs import needs_of
from harness.endpoints.station.iso2.schedules import offer, shortened, sign_tariffs
from harness.endpoints.station.iso2.status import ac_status, dc_status
from harness.endpoints.variant import SCHEDULED
from harness.messages.iso2.ac import AcEvChargeParameter, AcEvseChargeParameter
from harness.messages.iso2.charging import ChargeParameterDiscoveryReq, ChargeParameterDiscoveryRes
from harness.messages.iso2.codes import EvseProcessing, PaymentOption, ResponseCode
from harness.messages.iso2.dc import DcEvChargeParameter, DcEvseChargeParameter
from harness.messages.iso2.parameters import EvseChargeParameter
from harness.messages.iso2.physical import PhysicalValue, Unit, amperes, volts, watts
from harness.messages.iso2.schedule import SAScheduleList
from harness.messages.iso20.energy import Flow


def on_parameters(desk: Iso2Desk, ask: ChargeParameterDiscoveryReq, moment: Moment) -> Reply:
    """Take note of what the EV can and needs, tell our limits, and the schedules once they are made (V2G2-905)."""
    at, visit = moment.at, desk.visit
    if ask.requested_energy_transfer_mode not in desk.transfer_modes:
        return ResponseCode.FAILED_WRONG_ENERGY_TRANSFER_MODE
    known = visit.mode
    visit.mode = ask.requested_energy_transfer_mode
    if _useless(desk, ask):
        visit.mode = known
        return ResponseCode.FAILED_WRONG_CHARGE_PARAMETER
    if known is not visit.mode:
        desk.plant.service_selected(service_of(desk.flow), SCHEDULED, at)
    needs = needs_of(ask)
    visit.wanted_energy = needs.target_energy
    desk.plant.needs_given(needs, at)
    if desk.parameter_rounds > 0:
        desk.parameter_rounds -= 1
        return ChargeParameterDiscoveryRes(
            response_code=ResponseCode.OK,
            evse_processing=EvseProcessing.ONGOING,
            evse_charge_parameter=evse_parameters(desk, at),
        )
    return _finished(desk, ask, at)


def _finished(desk: Iso2Desk, ask: ChargeParameterDiscoveryReq, at: float) -> ChargeParameterDiscoveryRes:
    """The schedules: those from before a pause, shortened by the time gone by (V2G2-741), or new ones."""
    visit, departure = desk.visit, ask.ev_charge_parameter.departure_time
    resumed = visit.tuples and not desk.renegotiated and not desk.cycles
    tuples = shortened(visit.tuples, at - visit.tuples_at) if resumed else offer(desk, departure, at)
    most = ask.max_entries_sa_schedule_tuple
    visit.tuples, visit.tuples_at = tuples[: most or len(tuples)], at
    desk.parameter_rounds = desk.common.schedule_rounds
    if visit.payment is PaymentOption.CONTRACT and desk.provider.tariff_signer is not None:
        desk.signature = sign_tariffs(visit.tuples, desk.provider.tariff_signer)
    return ChargeParameterDiscoveryRes(
        response_code=ResponseCode.OK,
        evse_processing=EvseProcessing.FINISHED,
        sa_schedules=SAScheduleList(sa_schedule_tuple=visit.tuples),
        evse_charge_parameter=evse_parameters(desk, at),
    )


def evse_parameters(desk: Iso2Desk, at: float) -> EvseChargeParameter:
    """What the station can do now, by alternating or by direct current."""
    limits = desk.limits(at)
    if desk.flow is Flow.AC:
        return AcEvseChargeParameter(
            ac_evse_status=ac_status(desk, at),
            evse_nominal_voltage=volts(desk.plant.settings.mains.nominal_voltage),
            evse_max_current=amperes(ac_current(desk, at)),
        )
    return DcEvseChargeParameter(
        dc_evse_status=dc_status(desk, at),
        evse_maximum_current_limit=amperes(limits.max_charge_current),
        evse_maximum_power_limit=watts(limits.max_charge_power),
        evse_maximum_voltage_limit=volts(limits.max_voltage),
        evse_minimum_current_limit=amperes(desk.plant.settings.min_charge_current),
        evse_minimum_voltage_limit=volts(limits.min_voltage),
        evse_current_regulation_tolerance=amperes(1.0),
        evse_peak_current_ripple=amperes(0.5),
    )


def ac_current(desk: Iso2Desk, at: float) -> float:
    """A for each phase that the station allows now (V2G2-844)."""
    limits, mains = desk.limits(at), desk.plant.settings.mains
    by_power = limits.max_charge_power / (desk.phases * mains.nominal_voltage)
    return round(min(limits.max_charge_current, by_power), 1)


def _useless(desk: Iso2Desk, ask: ChargeParameterDiscoveryReq) -> bool:
    """Whether the EV's parameters allow no charging here: of the other kind, contradictory, or out of range."""
    said = ask.ev_charge_parameter
    if desk.flow is Flow.AC:
        return not isinstance(said, AcEvChargeParameter) or _useless_ac(desk, said)
    return not isinstance(said, DcEvChargeParameter) or _useless_dc(desk, said)


def _useless_ac(desk: Iso2Desk, said: AcEvChargeParameter) -> bool:
    units = [(said.e_amount, Unit.WATT_HOUR), (said.ev_max_voltage, Unit.VOLT)]
    units += [(said.ev_max_current, Unit.AMPERE), (said.ev_min_current, Unit.AMPERE)]
    lowest, highest = float(said.ev_min_current), float(said.ev_max_current)
    return _misread(units) or highest < lowest or float(said.ev_max_voltage) < desk.plant.settings.mains.nominal_voltage


def _useless_dc(desk: Iso2Desk, said: DcEvChargeParameter) -> bool:
    units = [(said.ev_maximum_current_limit, Unit.AMPERE), (said.ev_maximum_voltage_limit, Unit.VOLT)]
    if said.ev_maximum_power_limit is not None:
        units.append((said.ev_maximum_power_limit, Unit.WATT))
    settings = desk.plant.settings
    return _misread(units) or float(said.ev_maximum_voltage_limit) < settings.min_voltage


def _misread(values: list[tuple[PhysicalValue, Unit]]) -> bool:
    """Whether a value is negative or counted in another unit than the field asks for."""
    return any(value.unit is not unit or float(value) < 0 for value, unit in values)


HANDLERS: Handlers = {ChargeParameterDiscoveryReq: on_parameters}
