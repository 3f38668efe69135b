"""The station checking EVs in and out of its parking space, on payload type 0x8104."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.station.desk import Desk, Handlers, Reply
from harness.messages.iso20.common import (
    EvseCheckOutStatus,
    VehicleCheckInReq,
    VehicleCheckInRes,
    VehicleCheckOutReq,
    VehicleCheckOutRes,
)
from harness.messages.iso20.energy import ValueAddedService
from harness.messages.iso20.types import ResponseCode

_SPACE = 1


def on_check_in(desk: Desk, ask: VehicleCheckInReq, moment: Moment) -> Reply:
    """Name the space, if the EV chose to be guided."""
    if not _chosen(desk):
        return ResponseCode.FAILED_SEQUENCE_ERROR
    return VehicleCheckInRes(
        header=desk.header(moment), response_code=ResponseCode.OK, parking_space=_SPACE, target_distance=0
    )


def on_check_out(desk: Desk, ask: VehicleCheckOutReq, moment: Moment) -> Reply:
    """Let the EV go after a few rounds, once no power is on."""
    if not _chosen(desk):
        return ResponseCode.FAILED_SEQUENCE_ERROR
    beside, plant = desk.beside, desk.plant
    left = plant.settings.check_out_rounds if beside.check_out_rounds is None else beside.check_out_rounds
    beside.check_out_rounds = left - 1
    free = left <= 0 and plant.energy_since is None
    status = EvseCheckOutStatus.COMPLETED if free else EvseCheckOutStatus.SCHEDULED
    return VehicleCheckOutRes(header=desk.header(moment), response_code=ResponseCode.OK, evse_check_out_status=status)


def _chosen(desk: Desk) -> bool:
    return any(service == ValueAddedService.PARKING_STATUS for service, _ in desk.visit.value_added)


HANDLERS: Handlers = {VehicleCheckInReq: on_check_in, VehicleCheckOutReq: on_check_out}
