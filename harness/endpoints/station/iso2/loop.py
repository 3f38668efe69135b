"""The station of ISO 15118-2 while energy flows: one cycle after another, and receipts in between."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.station.iso2.desk import Handlers, Iso2Desk, Reply
from harness.endpoints.station.iso2.needs import display_of
from harness.endpoints.station.iso2.parameters import ac_current
from harness.endpoints.station.iso2.schedules import power_at, profile_at
from harness.endpoints.station.iso2.status import ac_status, dc_status, status
from harness.messages.iso2.ac import ChargingStatusReq, ChargingStatusRes
from harness.messages.iso2.charging import MeteringReceiptReq, MeteringReceiptRes
from harness.messages.iso2.codes import PaymentOption, ResponseCode
from harness.messages.iso2.dc import CurrentDemandReq, CurrentDemandRes
from harness.messages.iso2.physical import amperes, volts, watts
from harness.messages.iso2.types import MeterInfo
from harness.security.objection import refusal
from harness.security.verify import verify


def on_charging_status(desk: Iso2Desk, ask: ChargingStatusReq, moment: Moment) -> Reply:
    """Count what an EV takes that does as it said, and tell the current it may take (V2G2-844)."""
    at, current = moment.at, ac_current(desk, moment.at)
    voltage = float(desk.plant.settings.mains.nominal_voltage)
    power = min(planned(desk, at), current * voltage * desk.phases)
    if _satisfied(desk, at):
        power = 0.0
    desk.plant.advance(at, voltage, power / voltage)
    return ChargingStatusRes(
        response_code=ResponseCode.OK,
        evse_id=desk.plant.settings.evse_id,
        sa_schedule_tuple_id=desk.visit.tuple_id,
        evse_max_current=amperes(current),
        meter_info=meter_info(desk, at),
        receipt_required=wants_receipt(desk, at),
        ac_evse_status=ac_status(desk, at),
    )


def on_current_demand(desk: Iso2Desk, ask: CurrentDemandReq, moment: Moment) -> Reply:
    """Drive the current that the EV wants, within the limits of the station and of the schedule (V2G2-580)."""
    at, limits = moment.at, desk.limits(moment.at)
    voltage, wanted = float(ask.ev_target_voltage), float(ask.ev_target_current)
    desk.plant.display_given(display_of(ask), at)
    by_power = min(limits.max_charge_power, planned(desk, at)) / voltage if voltage > 0 else 0.0
    highest = min(limits.max_charge_current, by_power)
    current = max(0.0, min(wanted, highest))
    desk.stage.drive(at, voltage, current)
    desk.plant.advance(at, voltage, desk.stage.current)
    return CurrentDemandRes(
        response_code=ResponseCode.OK,
        dc_evse_status=dc_status(desk, at),
        evse_present_voltage=volts(round(voltage, 1)),
        evse_present_current=amperes(round(desk.stage.current, 2)),
        evse_current_limit_achieved=wanted > limits.max_charge_current and current == limits.max_charge_current,
        evse_voltage_limit_achieved=voltage >= limits.max_voltage,
        evse_power_limit_achieved=wanted > by_power and current == by_power,
        evse_maximum_voltage_limit=volts(limits.max_voltage),
        evse_maximum_current_limit=amperes(limits.max_charge_current),
        evse_maximum_power_limit=watts(limits.max_charge_power),
        evse_id=desk.plant.settings.evse_id,
        sa_schedule_tuple_id=desk.visit.tuple_id,
        meter_info=meter_info(desk, at),
        receipt_required=wants_receipt(desk, at),
    )


def on_metering_receipt(desk: Iso2Desk, ask: MeteringReceiptReq, moment: Moment) -> Reply:
    """Take the reading back if it is the one that was told, signed with the contract's key (V2G2-481, V2G2-904)."""
    wanted, desk.receipt_for = desk.receipt_for, None
    if ask.meter_info != wanted or ask.session_id != desk.visit.session_id:
        return ResponseCode.FAILED_METERING_SIGNATURE_NOT_VALID
    if desk.visit.contract:
        found = verify(moment.header.signature, (ask,), desk.visit.contract[0], schema="iso2")
        if refusal(found, strict=desk.provider.strict) is not None:
            return ResponseCode.FAILED_METERING_SIGNATURE_NOT_VALID
    return MeteringReceiptRes(response_code=ResponseCode.OK, evse_status=status(desk, moment.at))


def planned(desk: Iso2Desk, at: float) -> float:
    """W that the chosen schedule, and the profile that the EV made of it, allow now."""
    visit = desk.visit
    chosen = next((each for each in visit.tuples if each.sa_schedule_tuple_id == visit.tuple_id), None)
    allowed = float("inf") if chosen is None else power_at(chosen.p_max_schedule, at - visit.tuples_at)
    if visit.profile is not None:
        allowed = min(allowed, profile_at(visit.profile, at - visit.tuples_at))
    return allowed


def meter_info(desk: Iso2Desk, at: float) -> MeterInfo | None:
    """What the meter shows (V2G2-902)."""
    if not desk.terms.meter_info:
        return None
    reading = desk.plant.meter.reading(at)
    return MeterInfo(meter_id=desk.plant.settings.serial, meter_reading=round(reading.import_wh), t_meter=int(at))


def wants_receipt(desk: Iso2Desk, at: float) -> bool:
    """Whether the reading of this cycle is to be signed; never without a contract (V2G2-691)."""
    desk.cycles += 1
    every = desk.terms.receipt_every
    wanted = desk.visit.payment is PaymentOption.CONTRACT and every > 0 and desk.cycles % every == 0
    desk.receipt_for = meter_info(desk, at) if wanted else None
    return wanted


def _satisfied(desk: Iso2Desk, at: float) -> bool:
    """Whether the EV has got what it asked for."""
    wanted = desk.visit.wanted_energy
    return wanted is not None and desk.plant.meter.reading(at).import_wh - desk.visit.import_wh >= wanted


HANDLERS: Handlers = {
    ChargingStatusReq: on_charging_status,
    CurrentDemandReq: on_current_demand,
    MeteringReceiptReq: on_metering_receipt,
}
