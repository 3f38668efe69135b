"""The station while alternating current flows: the EV converts it, the station bounds or sets the power."""

from __future__ import annotations

from typing import Any

from harness.core.units import Hertz, VoltAmperesReactive
from harness.endpoints.behaviour import Moment
from harness.endpoints.phases import THREE, fields, named, total
from harness.endpoints.power_over_time import watts_at
from harness.endpoints.station.bounds import phase_ratings
from harness.endpoints.station.desk import Desk, Handlers, Reply
from harness.endpoints.station.flowing import judged, may_charge, may_discharge, meter_info
from harness.endpoints.station.needs_heard import from_display
from harness.endpoints.station.settings import DYNAMIC
from harness.endpoints.station.targets import loop_targets
from harness.messages.iso20.ac import (
    AcChargeLoopReq,
    AcChargeLoopRes,
    BptDynamicAcClReqControlMode,
    BptDynamicAcClResControlMode,
    BptScheduledAcClReqControlMode,
    BptScheduledAcClResControlMode,
    DynamicAcClReqControlMode,
    DynamicAcClResControlMode,
    ScheduledAcClResControlMode,
)
from harness.messages.iso20.energy import is_bidirectional
from harness.messages.iso20.types import ResponseCode


def on_loop(desk: Desk, ask: AcChargeLoopReq, moment: Moment) -> Reply:
    """Count what the EV takes or gives, and answer in the control mode of the request (V2G20-1600)."""
    at, plant, block = moment.at, desk.plant, ask.control_mode
    bidirectional = isinstance(block, BptDynamicAcClReqControlMode | BptScheduledAcClReqControlMode)
    if isinstance(block, DynamicAcClReqControlMode) is not (desk.visit.control_mode == DYNAMIC):
        return ResponseCode.FAILED
    if bidirectional is not is_bidirectional(desk.visit.service_id):
        return ResponseCode.FAILED
    if ask.display_parameters is not None:
        plant.display_given(from_display(ask.display_parameters), at)
    drawn = total(block, "ev_present_active_power") or 0.0
    plant.transferred(at, drawn)
    code = judged(desk, drawn, at)
    if code.startswith("FAILED"):
        return code
    frequency = plant.settings.mains.target_frequency
    return AcChargeLoopRes(
        header=desk.header(moment),
        response_code=code,
        evse_status=desk.status(at),
        meter_info=meter_info(desk, ask, at),
        evse_target_frequency=None if frequency is None else Hertz.of(frequency),
        control_mode=_set(desk, block, at) if isinstance(block, DynamicAcClReqControlMode) else _bound(desk, block, at),
    )


def _set(desk: Desk, block: DynamicAcClReqControlMode, at: float) -> DynamicAcClResControlMode:
    """The power that the station sets, within what the EV named in its request."""
    wanted = desk.plant.setpoint(at)
    most = total(block, "ev_maximum_charge_power") or 0.0
    least = total(block, "ev_minimum_charge_power") or 0.0
    back_most = abs(total(block, "ev_maximum_discharge_power") or 0.0)
    back_least = abs(total(block, "ev_minimum_discharge_power") or 0.0)
    target = max(-back_most if may_discharge(desk) else 0.0, min(most if may_charge(desk) else 0.0, wanted))
    if -back_least < target < least:
        # Less than the EV can do at all is nothing.
        target = 0.0
    values = {**_powers(desk, block, target), **loop_targets(desk, at)}
    if isinstance(block, BptDynamicAcClReqControlMode):
        return BptDynamicAcClResControlMode(**values)
    return DynamicAcClResControlMode(**values)


def _bound(desk: Desk, block: Any, at: float) -> ScheduledAcClResControlMode:
    """Under a schedule the EV sets its power; the station names a target where its limits have sunk below that."""
    limits, plant = desk.plant.limits(at), desk.plant
    most = limits.max_charge_power if may_charge(desk) else 0.0
    back = limits.max_discharge_power if may_discharge(desk) else 0.0
    rated = phase_ratings(plant.settings, plant.outlet).max_charge_power
    expected = rated if desk.agreed is None else watts_at(desk.agreed.profile, at)
    target = max(-back, min(most, expected))
    values = _powers(desk, block, None if abs(target - expected) < 1.0 else target)
    if isinstance(block, BptScheduledAcClReqControlMode):
        return BptScheduledAcClResControlMode(**values)
    return ScheduledAcClResControlMode(**values)


def _powers(desk: Desk, block: Any, target: float | None) -> dict[str, Any]:
    """The fields that both control modes share; what flows is told as the EV told it."""
    plant, reactive = desk.plant, desk.plant.settings.mains.target_reactive_power
    drawn = named(block, "ev_present_active_power")
    present = drawn if (len(drawn) == THREE) is plant.apart else plant.by_phase(sum(drawn))
    values: dict[str, Any] = fields("evse_present_active_power", present)
    if target is not None:
        values |= fields("evse_target_active_power", plant.by_phase(target))
    if reactive is not None:
        values |= fields("evse_target_reactive_power", plant.by_phase(reactive), VoltAmperesReactive)
    return values


HANDLERS: Handlers = {AcChargeLoopReq: on_loop}
