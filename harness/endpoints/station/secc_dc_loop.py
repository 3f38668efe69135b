"""The station while energy flows: one cycle of the charge loop after another."""

from __future__ import annotations

import math
from typing import Any

from msgspec import Struct

from harness.core.units import Amperes, Volts, Watts
from harness.endpoints.behaviour import Moment
from harness.endpoints.station.desk import Desk, Handlers, Reply
from harness.endpoints.station.flowing import judged, may_charge, may_discharge, meter_info
from harness.endpoints.station.needs_heard import from_display
from harness.endpoints.station.quantities import Limits
from harness.endpoints.station.settings import DYNAMIC
from harness.endpoints.station.targets import loop_targets
from harness.messages.iso20.dc import (
    BptDynamicDcClReqControlMode,
    BptDynamicDcClResControlMode,
    BptScheduledDcClReqControlMode,
    BptScheduledDcClResControlMode,
    DcChargeLoopReq,
    DcChargeLoopRes,
    DynamicDcClReqControlMode,
    DynamicDcClResControlMode,
    ScheduledDcClReqControlMode,
    ScheduledDcClResControlMode,
)
from harness.messages.iso20.energy import is_bidirectional
from harness.messages.iso20.types import ClReqControlMode, ResponseCode


class Drive(Struct, frozen=True, kw_only=True):
    """A current to drive, and which bound of the station it was cut to."""

    current: float
    at_power_limit: bool = False
    at_current_limit: bool = False


def on_loop(desk: Desk, ask: DcChargeLoopReq, moment: Moment) -> Reply:
    """Drive what is wanted and allowed, count it, and answer in the control mode of the request (V2G20-1600)."""
    at, plant, block = moment.at, desk.plant, ask.control_mode
    bidirectional = isinstance(block, BptDynamicDcClReqControlMode | BptScheduledDcClReqControlMode)
    if isinstance(block, DynamicDcClReqControlMode) is not (desk.visit.control_mode == DYNAMIC):
        return ResponseCode.FAILED
    if bidirectional is not is_bidirectional(desk.visit.service_id):
        return ResponseCode.FAILED
    if ask.display_parameters is not None:
        plant.display_given(from_display(ask.display_parameters), at)
    limits, voltage = plant.limits(at), float(ask.ev_present_voltage)
    drive = _drive(desk, block, limits, voltage, at)
    desk.stage.drive(at, voltage, drive.current)
    plant.advance(at, voltage, desk.stage.current)
    code = judged(desk, voltage * desk.stage.current, at)
    if code.startswith("FAILED"):
        return code
    return DcChargeLoopRes(
        header=desk.header(moment),
        response_code=code,
        evse_status=desk.status(at),
        meter_info=meter_info(desk, ask, at),
        evse_present_current=Amperes.of(round(desk.stage.current, 2)),
        evse_present_voltage=Volts.of(round(voltage, 1)),
        evse_power_limit_achieved=drive.at_power_limit,
        evse_current_limit_achieved=drive.at_current_limit,
        evse_voltage_limit_achieved=voltage >= limits.max_voltage,
        control_mode=_bounds(limits, block, loop_targets(desk, at)),
    )


def _drive(desk: Desk, block: ClReqControlMode, limits: Limits, voltage: float, at: float) -> Drive:
    """The current to drive (V2G20-2183): the EV's target when scheduled, the station's set point when dynamic."""
    if not 0 < voltage <= limits.max_voltage:
        return Drive(current=0.0)
    target = desk.plant.setpoint(at) / voltage
    if isinstance(block, ScheduledDcClReqControlMode):
        target = float(block.ev_target_current)
    wanted = _within_ev(target, block, voltage)
    highest = min(limits.max_charge_current, limits.max_charge_power / voltage) if may_charge(desk) else 0.0
    lowest = 0.0
    if may_discharge(desk):
        lowest = -min(limits.max_discharge_current, limits.max_discharge_power / voltage)
    # Communicated limits come before targets (V2G20-2188).
    current = max(lowest, min(highest, wanted))
    cut = current != wanted
    by_current = abs(current) in {limits.max_charge_current, limits.max_discharge_current}
    return Drive(current=current, at_power_limit=cut and not by_current, at_current_limit=cut and by_current)


def _within_ev(current: float, block: Any, voltage: float) -> float:
    """The current cut to what the EV named in its request; in Scheduled control mode it need not name anything."""
    highest = _bound(block.ev_maximum_charge_current, block.ev_maximum_charge_power, voltage)
    lowest = 0.0
    if isinstance(block, BptDynamicDcClReqControlMode | BptScheduledDcClReqControlMode):
        lowest = -_bound(block.ev_maximum_discharge_current, block.ev_maximum_discharge_power, voltage)
    return max(lowest, min(highest, current))


def _bound(amperes: Amperes | None, watts: Watts | None, voltage: float) -> float:
    """A by whichever of two bounds is the closer one; EVs write those on discharging with either sign."""
    by_current = math.inf if amperes is None else abs(float(amperes))
    return by_current if watts is None else min(by_current, abs(float(watts)) / voltage)


def _bounds(limits: Limits, block: ClReqControlMode, targets: dict[str, Any]) -> Any:
    """The block that belongs to the one in the request, with the limits in force."""
    values: dict[str, Any] = {
        "evse_maximum_charge_power": Watts.of(limits.max_charge_power),
        "evse_minimum_charge_power": Watts.of(limits.min_charge_power),
        "evse_maximum_charge_current": Amperes.of(limits.max_charge_current),
        "evse_maximum_voltage": Volts.of(limits.max_voltage),
    }
    back: dict[str, Any] = {
        "evse_maximum_discharge_power": Watts.of(limits.max_discharge_power),
        "evse_minimum_discharge_power": Watts.of(limits.min_discharge_power),
        "evse_maximum_discharge_current": Amperes.of(limits.max_discharge_current),
        "evse_minimum_voltage": Volts.of(limits.min_voltage),
    }
    if isinstance(block, BptDynamicDcClReqControlMode):
        return BptDynamicDcClResControlMode(**values, **back, **targets)
    if isinstance(block, BptScheduledDcClReqControlMode):
        return BptScheduledDcClResControlMode(**values, **back)
    if isinstance(block, DynamicDcClReqControlMode):
        return DynamicDcClResControlMode(**values, **targets)
    return ScheduledDcClResControlMode(**values)


HANDLERS: Handlers = {DcChargeLoopReq: on_loop}
