"""The station settling a schedule with the EV."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.station.desk import Desk, Handlers, Reply
from harness.endpoints.station.needs_heard import from_schedule
from harness.endpoints.station.offers import schedules
from harness.endpoints.station.settings import DYNAMIC
from harness.messages.iso20.common import (
    DynamicSeReqControlMode,
    DynamicSeResControlMode,
    ScheduledSeResControlMode,
    ScheduleExchangeReq,
    ScheduleExchangeRes,
)
from harness.messages.iso20.types import Processing, ResponseCode


def on_schedule(desk: Desk, ask: ScheduleExchangeReq, moment: Moment) -> Reply:
    """Hand the needs on; settle the schedule once that had its time."""
    dynamic = isinstance(ask.control_mode, DynamicSeReqControlMode)
    if dynamic is not (desk.visit.control_mode == DYNAMIC):
        return ResponseCode.FAILED
    desk.needs = from_schedule(desk.needs, ask.control_mode)
    desk.plant.needs_given(desk.needs, moment.at)
    mode: DynamicSeResControlMode | ScheduledSeResControlMode = DynamicSeResControlMode()
    if not dynamic:
        limits = desk.plant.limits(moment.at)
        departure, priced = desk.needs.departure_time, desk.plant.settings.price_levels
        desk.visit.schedules = schedules(limits, desk.visit.service_id, departure, moment.at, priced=priced)
        mode = ScheduledSeResControlMode(schedule_tuple=desk.visit.schedules)
    ongoing = desk.schedule_rounds > 0
    desk.schedule_rounds -= 1
    return ScheduleExchangeRes(
        header=desk.header(moment),
        response_code=ResponseCode.OK,
        evse_processing=Processing.ONGOING if ongoing else Processing.FINISHED,
        control_mode=mode,
    )


HANDLERS: Handlers = {
    ScheduleExchangeReq: on_schedule,
}
