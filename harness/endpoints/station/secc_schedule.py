"""The station settling a schedule with the EV."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.station.desk import Desk, Handlers, Reply
from harness.endpoints.station.needs_heard import from_schedule
from harness.endpoints.station.prices import PriceTerms
from harness.endpoints.station.schedules import price_schedule, schedule_tuples
from harness.endpoints.station.settings import DYNAMIC
from harness.endpoints.station.targets import schedule_targets
from harness.endpoints.variant import Pricing
from harness.messages.iso20.common import (
    DynamicSeReqControlMode,
    DynamicSeResControlMode,
    ScheduledSeResControlMode,
    ScheduleExchangeReq,
    ScheduleExchangeRes,
)
from harness.messages.iso20.types import Processing, ResponseCode
from harness.security.message import signed, signed_parts

_DAY = 86_400


def on_schedule(desk: Desk, ask: ScheduleExchangeReq, moment: Moment) -> Reply:
    """Hand the needs on; settle the schedule once that had its time."""
    dynamic = isinstance(ask.control_mode, DynamicSeReqControlMode)
    if dynamic is not (desk.visit.control_mode == DYNAMIC):
        return ResponseCode.FAILED
    desk.needs = from_schedule(desk.needs, ask.control_mode)
    desk.plant.needs_given(desk.needs, moment.at)
    ongoing = desk.schedule_rounds > 0
    desk.schedule_rounds -= 1
    response = ScheduleExchangeRes(
        header=desk.header(moment),
        response_code=ResponseCode.OK,
        evse_processing=Processing.ONGOING if ongoing else Processing.FINISHED,
        go_to_pause=None if ongoing else desk.go_to_pause(),
        control_mode=_targets(desk, ask, moment.at) if dynamic else _tuples(desk, ask, moment.at),
    )
    if desk.visit.variant.pricing != Pricing.ABSOLUTE:
        return response
    return _signed(desk, response)


def _signed(desk: Desk, response: ScheduleExchangeRes) -> ScheduleExchangeRes:
    """The same with its absolute prices signed, for an EV whose contract tells it by whom."""
    if desk.sign_prices is not None:
        return desk.sign_prices(response)
    signer = desk.provider.tariff_signer
    if signer is None or not desk.visit.contract or not signed_parts(response):
        return response
    return signed(response, signer.key.reveal())


def _tuples(desk: Desk, ask: ScheduleExchangeReq, at: float) -> ScheduledSeResControlMode:
    desk.visit.schedules = schedule_tuples(desk, ask.maximum_supporting_points, at)
    return ScheduledSeResControlMode(schedule_tuple=desk.visit.schedules)


def _targets(desk: Desk, ask: ScheduleExchangeReq, at: float) -> DynamicSeResControlMode:
    said = schedule_targets(desk, at)
    departure = said.get("departure_time") or desk.needs.departure_time
    terms = PriceTerms(
        number=1,
        anchor=int(at),
        duration=_DAY if departure is None else max(1, int(departure)),
        points=ask.maximum_supporting_points,
    )
    priced = price_schedule(desk, terms) if desk.visit.variant.pricing else None
    return DynamicSeResControlMode(**said, price_schedule=priced)


HANDLERS: Handlers = {
    ScheduleExchangeReq: on_schedule,
}
