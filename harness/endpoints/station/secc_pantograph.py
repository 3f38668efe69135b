"""The station with an automated connection device: where the vehicle stands, the device down and up, its state."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.station.desk import Desk, Handlers, Reply
from harness.messages.iso20.acdp import (
    AcdpConnectReq,
    AcdpConnectRes,
    AcdpDisconnectReq,
    AcdpDisconnectRes,
    AcdpSystemStatusReq,
    AcdpSystemStatusRes,
    AcdpVehiclePositioningReq,
    AcdpVehiclePositioningRes,
    ElectricalChargingDeviceStatus,
    IsolationStatus,
    MechanicalChargingDeviceStatus,
)
from harness.messages.iso20.types import Processing, ResponseCode

_POSITIONING, _CONNECTING, _DISCONNECTING = "positioning", "connecting", "disconnecting"
_STATE, _PLACE = ElectricalChargingDeviceStatus, MechanicalChargingDeviceStatus


def on_position(desk: Desk, ask: AcdpVehiclePositioningReq, moment: Moment) -> Reply:
    """The vehicle takes a few rounds to stand under the device; one that moves never stands."""
    processing = desk.approach.round(_POSITIONING, desk.plant.settings.device_rounds)
    there = processing is Processing.FINISHED and not ask.ev_mobility_status
    off = 0 if there else 120
    return AcdpVehiclePositioningRes(
        header=desk.header(moment),
        response_code=ResponseCode.OK,
        evse_processing=Processing.FINISHED if there else Processing.ONGOING,
        evse_positioning_support=True,
        ev_relative_x_deviation=off,
        ev_relative_y_deviation=off,
        contact_window_xc=500,
        contact_window_yc=500,
        ev_in_charge_position=there,
    )


def on_connect(desk: Desk, ask: AcdpConnectReq, moment: Moment) -> Reply:
    """The device comes down and makes contact."""
    processing = desk.approach.round(_CONNECTING, desk.plant.settings.device_rounds)
    down = processing is Processing.FINISHED
    desk.approach.again(_DISCONNECTING)
    return AcdpConnectRes(
        header=desk.header(moment),
        response_code=ResponseCode.OK,
        evse_processing=processing,
        evse_electrical_charging_device_status=_STATE.STATE_B if down else _STATE.STATE_A,
        evse_mechanical_charging_device_status=_PLACE.END_POSITION if down else _PLACE.MOVING,
    )


def on_disconnect(desk: Desk, ask: AcdpDisconnectReq, moment: Moment) -> Reply:
    """The device goes home."""
    processing = desk.approach.round(_DISCONNECTING, desk.plant.settings.device_rounds)
    home = processing is Processing.FINISHED
    desk.approach.again(_CONNECTING)
    return AcdpDisconnectRes(
        header=desk.header(moment),
        response_code=ResponseCode.OK,
        evse_processing=processing,
        evse_electrical_charging_device_status=_STATE.STATE_A if home else _STATE.STATE_B,
        evse_mechanical_charging_device_status=_PLACE.HOME if home else _PLACE.MOVING,
    )


def on_status(desk: Desk, ask: AcdpSystemStatusReq, moment: Moment) -> Reply:
    """The state of the station beside the main stream, on payload type 0x8103."""
    return AcdpSystemStatusRes(
        header=desk.header(moment),
        response_code=ResponseCode.OK,
        evse_mechanical_charging_device_status=_PLACE.END_POSITION,
        evse_ready_to_charge=True,
        evse_isolation_status=IsolationStatus.SAFE,
        evse_disabled=False,
        evse_utility_interrupt_event=False,
        evse_emergency_shutdown=desk.plant.settings.emergency_shutdown,
        evse_malfunction=False,
        ev_in_charge_position=True,
        ev_association_status=True,
    )


HANDLERS: Handlers = {
    AcdpVehiclePositioningReq: on_position,
    AcdpConnectReq: on_connect,
    AcdpDisconnectReq: on_disconnect,
    AcdpSystemStatusReq: on_status,
}
