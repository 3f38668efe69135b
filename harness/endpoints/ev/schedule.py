"""The EV settling a schedule with the station."""

from __future__ import annotations

from harness.core.units import WattHours
from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.delivery import stop_delivery
from harness.endpoints.ev.feed_in import energy_offer
from harness.endpoints.ev.journey import Handlers, Journey, Steps, say
from harness.endpoints.ev.needs import follow_needs
from harness.endpoints.ev.signed_prices import look_at_signature
from harness.messages.iso20.common import (
    ChargingSession,
    DynamicSeReqControlMode,
    ScheduledSeReqControlMode,
    ScheduledSeResControlMode,
    ScheduleExchangeReq,
    ScheduleExchangeRes,
)
from harness.messages.iso20.types import Processing

_DAY = 86_400


def ask_schedule(journey: Journey, moment: Moment) -> Steps:
    """Tell departure and energies, and ask for a schedule."""
    return say(schedule_request(journey, moment))


def on_schedule(journey: Journey, answer: ScheduleExchangeRes, moment: Moment) -> Steps:
    """Ask again while it is ongoing; then prepare for power, or pause at once if the station wants that."""
    if answer.evse_processing is not Processing.FINISHED:
        later = moment.later(journey.ev.poll_interval)
        return say(schedule_request(journey, later), after=journey.ev.poll_interval)
    take_schedule(journey, answer, moment.at)
    if answer.go_to_pause:
        journey.stop_as = ChargingSession.PAUSE
        return stop_delivery(journey, moment)
    return journey.way.prepare(journey, moment)


def take_schedule(journey: Journey, answer: ScheduleExchangeRes, at: float) -> None:
    """Take note of the schedules offered, among which the EV chooses when it starts, or of the station's targets."""
    look_at_signature(journey, answer)
    if isinstance(answer.control_mode, ScheduledSeResControlMode):
        journey.schedules = answer.control_mode.schedule_tuple
    else:
        follow_needs(journey, answer.control_mode, at)


def schedule_request(journey: Journey, moment: Moment) -> ScheduleExchangeReq:
    """The request that tells departure and energies."""
    at, dynamic = moment.at, journey.car.dynamic
    departure = journey.departure_time(at)
    mode = _dynamic_needs(journey, departure) if dynamic else _scheduled_needs(journey, departure, at)
    return ScheduleExchangeReq(
        header=journey.header(moment), maximum_supporting_points=journey.car.schedule_points, control_mode=mode
    )


def _scheduled_needs(journey: Journey, departure: int | None, at: float) -> ScheduledSeReqControlMode:
    car, battery = journey.car, journey.battery
    return ScheduledSeReqControlMode(
        departure_time=departure,
        ev_target_energy_request=WattHours.of(round(battery.energy_to(car.target_soc))),
        ev_maximum_energy_request=WattHours.of(round(battery.energy_to(car.max_soc))),
        ev_minimum_energy_request=WattHours.of(round(battery.energy_to(car.min_soc))),
        ev_energy_offer=energy_offer(car, departure, at),
    )


def _dynamic_needs(journey: Journey, departure: int | None) -> DynamicSeReqControlMode:
    car, battery = journey.car, journey.battery
    low, high = car.min_v2x_energy, car.max_v2x_energy
    return DynamicSeReqControlMode(
        departure_time=_DAY if departure is None else departure,
        minimum_soc=round(car.min_soc),
        target_soc=round(car.target_soc),
        ev_target_energy_request=WattHours.of(round(battery.energy_to(car.target_soc))),
        ev_maximum_energy_request=WattHours.of(round(battery.energy_to(car.max_soc))),
        ev_minimum_energy_request=WattHours.of(round(battery.energy_to(car.min_soc))),
        ev_maximum_v2x_energy_request=None if high is None else WattHours.of(high),
        ev_minimum_v2x_energy_request=None if low is None else WattHours.of(low),
    )


HANDLERS: Handlers = {
    ScheduleExchangeRes: on_schedule,
}
