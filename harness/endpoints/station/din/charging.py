"""The station of DIN SPEC 70121 from the cable check to the end of a session."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.station.din.answer import DinHandlers, Reply, dc_status
from harness.endpoints.station.din.parameters import profile_refusal
from harness.endpoints.station.iso2.desk import Iso2Desk
from harness.endpoints.station.quantities import Display
from harness.messages.din.charging import PowerDeliveryReq, PowerDeliveryRes
from harness.messages.din.codes import DcEvseStatusCode, EvseProcessing, IsolationLevel, ResponseCode
from harness.messages.din.dc import (
    CableCheckReq,
    CableCheckRes,
    CurrentDemandReq,
    CurrentDemandRes,
    DcEvPowerDeliveryParameter,
    PreChargeReq,
    PreChargeRes,
    WeldingDetectionReq,
    WeldingDetectionRes,
)
from harness.messages.din.physical import amperes, volts, watts
from harness.messages.din.session import SessionStopReq, SessionStopRes


def on_cable_check(desk: Iso2Desk, ask: CableCheckReq, moment: Moment) -> Reply:
    """Test the isolation for a while; a fault ends the session (V2G-DC-890, V2G-DC-891)."""
    ongoing = desk.cable_rounds > 0
    code, state, isolation = ResponseCode.OK, DcEvseStatusCode.READY, IsolationLevel.VALID
    if ongoing:
        desk.cable_rounds -= 1
        state, isolation = DcEvseStatusCode.ISOLATION_MONITORING_ACTIVE, IsolationLevel.INVALID
    elif desk.terms.cable_fault:
        code, state, isolation = ResponseCode.FAILED, DcEvseStatusCode.MALFUNCTION, IsolationLevel.FAULT
    return CableCheckRes(
        response_code=code,
        dc_evse_status=dc_status(desk, moment.at, state, isolation),
        evse_processing=EvseProcessing.ONGOING if ongoing else EvseProcessing.FINISHED,
    )


def on_pre_charge(desk: Iso2Desk, ask: PreChargeReq, moment: Moment) -> Reply:
    """Bring the voltage to the battery's."""
    highest = desk.limits(moment.at).max_voltage
    desk.stage.pre_charge(moment.at, min(highest, float(ask.ev_target_voltage)))
    return PreChargeRes(
        response_code=ResponseCode.OK,
        dc_evse_status=dc_status(desk, moment.at),
        evse_present_voltage=volts(round(desk.stage.voltage, 1)),
    )


def on_power_delivery(desk: Iso2Desk, ask: PowerDeliveryReq, moment: Moment) -> Reply:
    """Close or open the power path (V2G-DC-401)."""
    at, told = moment.at, ask.ev_power_delivery_parameter
    if ask.ready_to_charge_state:
        if ask.charging_profile is not None:
            refused = profile_refusal(desk, ask.charging_profile, at)
            if refused is not None:
                return refused
        if isinstance(told, DcEvPowerDeliveryParameter) and not told.dc_ev_status.ev_ready:
            return ResponseCode.FAILED_POWER_DELIVERY_NOT_APPLIED
        desk.plant.energy_started(at)
    else:
        desk.stage.open(at)
        desk.plant.energy_stopped(at)
    return PowerDeliveryRes(response_code=ResponseCode.OK, evse_status=dc_status(desk, at))


def on_current_demand(desk: Iso2Desk, ask: CurrentDemandReq, moment: Moment) -> Reply:
    """Drive the current that the EV wants within the limits; schedules bind nobody here (V2G-DC-878)."""
    at, limits = moment.at, desk.limits(moment.at)
    voltage, wanted = float(ask.ev_target_voltage), float(ask.ev_target_current)
    desk.plant.display_given(Display(soc=float(ask.dc_ev_status.ev_ress_soc)), at)
    by_power = limits.max_charge_power / voltage if voltage > 0 else 0.0
    current = max(0.0, min(wanted, limits.max_charge_current, by_power))
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
    )


def on_welding_detection(desk: Iso2Desk, ask: WeldingDetectionReq, moment: Moment) -> Reply:
    """Show how the voltage fades behind open contactors."""
    desk.stage.open(moment.at)
    return WeldingDetectionRes(
        response_code=ResponseCode.OK,
        dc_evse_status=dc_status(desk, moment.at),
        evse_present_voltage=volts(round(desk.stage.voltage, 1)),
    )


def on_session_stop(desk: Iso2Desk, ask: SessionStopReq, moment: Moment) -> Reply:
    """Let the EV go (V2G-DC-665)."""
    desk.common.farewell = True
    desk.plant.session_stopped("terminate", moment.at)
    return SessionStopRes(response_code=ResponseCode.OK)


HANDLERS: DinHandlers = {
    CableCheckReq: on_cable_check,
    PreChargeReq: on_pre_charge,
    PowerDeliveryReq: on_power_delivery,
    CurrentDemandReq: on_current_demand,
    WeldingDetectionReq: on_welding_detection,
    SessionStopReq: on_session_stop,
}
