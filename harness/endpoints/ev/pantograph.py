"""The EV under an automated connection device: in position, connected, and released at the end."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev import parking
from harness.endpoints.ev.dc_parameters import ask_parameters
from harness.endpoints.ev.journey import Handlers, Journey, Steps, say
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
    ErrorCode,
    EvTechnicalStatus,
)
from harness.messages.iso20.types import Processing


def begin(journey: Journey, moment: Moment) -> Steps:
    """Stop under the device and ask how the vehicle stands."""
    return _position(journey, moment)


def on_position(journey: Journey, answer: AcdpVehiclePositioningRes, moment: Moment) -> Steps:
    """Ask again until the vehicle stands where the device can reach it; then have it come down."""
    if answer.evse_processing is not Processing.FINISHED:
        return _position(journey, moment.later(journey.ev.poll_interval), after=journey.ev.poll_interval)
    if not answer.ev_in_charge_position:
        return journey.leave(moment, "the charging device cannot reach the vehicle")
    return _connect(journey, moment)


def on_connect(journey: Journey, answer: AcdpConnectRes, moment: Moment) -> Steps:
    """Ask again while the device moves; then tell the vehicle's state beside, and what its battery bears."""
    if answer.evse_processing is not Processing.FINISHED:
        return _connect(journey, moment.later(journey.ev.poll_interval), after=journey.ev.poll_interval)
    return tell_status(journey, moment) + ask_parameters(journey, moment)


def tell_status(journey: Journey, moment: Moment) -> Steps:
    """The state of the vehicle, on payload type 0x8103; at most one waits for its answer."""
    if journey.between.status_open:
        return ()
    journey.between.status_open = True
    status = EvTechnicalStatus(
        ev_ready_to_charge=True,
        ev_immobilization_request=False,
        ev_immobilized=True,
        ev_soc=round(journey.battery.soc),
        ev_error_code=ErrorCode.OK_NO_EV_ERROR,
    )
    return say(AcdpSystemStatusReq(header=journey.header(moment), ev_technical_status=status))


def on_status(journey: Journey, answer: AcdpSystemStatusRes, moment: Moment) -> Steps:
    """Stop with the next cycle if the station is in trouble."""
    between = journey.between
    between.status_open = False
    trouble = answer.evse_emergency_shutdown or answer.evse_malfunction or answer.evse_disabled
    between.stop_next = between.stop_next or trouble
    return ()


def disconnect(journey: Journey, moment: Moment) -> Steps:
    """Have the device go home."""
    return _disconnect(journey, moment)


def on_disconnect(journey: Journey, answer: AcdpDisconnectRes, moment: Moment) -> Steps:
    """Ask again while the device moves; then end the session."""
    if answer.evse_processing is not Processing.FINISHED:
        return _disconnect(journey, moment.later(journey.ev.poll_interval), after=journey.ev.poll_interval)
    return parking.depart(journey, moment)


def _position(journey: Journey, moment: Moment, *, after: float = 0.0) -> Steps:
    request = AcdpVehiclePositioningReq(
        header=journey.header(moment), ev_mobility_status=False, ev_positioning_support=True
    )
    return say(request, after=after)


def _connect(journey: Journey, moment: Moment, *, after: float = 0.0) -> Steps:
    status = ElectricalChargingDeviceStatus.STATE_A
    request = AcdpConnectReq(header=journey.header(moment), ev_electrical_charging_device_status=status)
    return say(request, after=after)


def _disconnect(journey: Journey, moment: Moment, *, after: float = 0.0) -> Steps:
    status = ElectricalChargingDeviceStatus.STATE_B
    request = AcdpDisconnectReq(header=journey.header(moment), ev_electrical_charging_device_status=status)
    return say(request, after=after)


HANDLERS: Handlers = {
    AcdpVehiclePositioningRes: on_position,
    AcdpConnectRes: on_connect,
    AcdpDisconnectRes: on_disconnect,
}
BESIDE: Handlers = {AcdpSystemStatusRes: on_status}
"""What comes on the stream of system status."""
