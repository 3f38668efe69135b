"""The EV checking in and out of a parking space, on payload type 0x8104, where it chose that service."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.journey import Handlers, Journey, Steps, say
from harness.messages.iso20.common import (
    ChargingSession,
    EvCheckInStatus,
    EvCheckOutStatus,
    EvseCheckOutStatus,
    ParkingMethod,
    VehicleCheckInReq,
    VehicleCheckInRes,
    VehicleCheckOutReq,
    VehicleCheckOutRes,
)

CHECK_IN, CHECK_OUT = 1, 2
"""Values of the service parameter IntendedService."""


def arrive(journey: Journey, moment: Moment) -> Steps:
    """Check in, if that was chosen and has not been done; otherwise set out for energy at once."""
    if CHECK_IN not in journey.parking or journey.parked_as is EvCheckInStatus.COMPLETED:
        return journey.way.begin(journey, moment)
    return _check_in(journey, EvCheckInStatus.CHECK_IN, moment)


def on_check_in(journey: Journey, answer: VehicleCheckInRes, moment: Moment) -> Steps:
    """Say that the EV stands where it should; then set out for energy."""
    if CHECK_IN not in journey.parking:
        return ()
    if journey.parked_as is EvCheckInStatus.COMPLETED:
        journey.parking.discard(CHECK_IN)
        return journey.way.begin(journey, moment)
    return _check_in(journey, EvCheckInStatus.COMPLETED, moment)


def depart(journey: Journey, moment: Moment) -> Steps:
    """Check out where that was chosen and the EV is about to leave; otherwise end the session at once."""
    if CHECK_OUT in journey.parking and journey.stop_as is ChargingSession.TERMINATE:
        return _check_out(journey, EvCheckOutStatus.CHECK_OUT, moment)
    return say(journey.stop_request(moment))


def on_check_out(journey: Journey, answer: VehicleCheckOutRes, moment: Moment) -> Steps:
    """Wait until the station lets the EV go; then end the session."""
    if CHECK_OUT not in journey.parking:
        return ()
    if answer.evse_check_out_status is EvseCheckOutStatus.COMPLETED:
        journey.parking.discard(CHECK_OUT)
        return say(journey.stop_request(moment))
    later = moment.later(journey.ev.poll_interval)
    return _check_out(journey, EvCheckOutStatus.PROCESSING, later, after=journey.ev.poll_interval)


def _check_in(journey: Journey, status: EvCheckInStatus, moment: Moment) -> Steps:
    journey.parked_as = status
    request = VehicleCheckInReq(
        header=journey.header(moment), ev_check_in_status=status, parking_method=ParkingMethod.MANUAL
    )
    return say(request)


def _check_out(journey: Journey, status: EvCheckOutStatus, moment: Moment, *, after: float = 0.0) -> Steps:
    request = VehicleCheckOutReq(
        header=journey.header(moment), ev_check_out_status=status, check_out_time=int(moment.at)
    )
    return say(request, after=after)


HANDLERS: Handlers = {VehicleCheckInRes: on_check_in, VehicleCheckOutRes: on_check_out}
