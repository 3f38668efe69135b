"""What an EV does after a cycle of the charge loop: stop, heed the station, follow its own plan, or go on."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev import side_metering, side_schedule, standby
from harness.endpoints.ev.delivery import start_request, stop_delivery
from harness.endpoints.ev.driving import heed_limits, wanted_move, wants_out
from harness.endpoints.ev.heeding import due, ends
from harness.endpoints.ev.journey import Journey, Steps, say
from harness.endpoints.ev.moves import SCHEDULE_RENEGOTIATION, STANDBY, Move
from harness.messages.iso20.common import ChargingSession
from harness.messages.iso20.types import ChargeLoopRes, EvseNotification


def after_cycle(journey: Journey, answer: ChargeLoopRes, moment: Moment) -> Steps:
    """The steps behind a response in the charge loop, whatever the kind of energy."""
    heed_limits(journey)
    wish = due(journey, answer.evse_status, moment.at, journey.ev.loop_interval)
    beside = side_metering.confirm(journey, answer, moment)
    if journey.way.beside is not None:
        beside += journey.way.beside(journey, moment)
    if ends(journey, wish) or _over(journey):
        return beside + stop_delivery(journey, moment)
    return beside + (_put_in_force(journey, moment) or _turn(journey, wish, moment) or _go_on(journey, moment))


def _over(journey: Journey) -> bool:
    if journey.between.pause_next:
        journey.stop_as = ChargingSession.PAUSE
    between = journey.between
    return between.pause_next or between.stop_next or wants_out(journey) or journey.loops >= journey.ev.loops


def _put_in_force(journey: Journey, moment: Moment) -> Steps:
    """Start anew once another schedule is settled."""
    if not journey.between.rescheduled:
        return ()
    journey.between.rescheduled = journey.between.rescheduling = False
    return say(start_request(journey, moment))


def _turn(journey: Journey, wish: EvseNotification | None, moment: Moment) -> Steps:
    """What the station asks for comes first, then the EV's own plan."""
    if journey.between.rescheduling:
        return ()
    if wish is EvseNotification.SCHEDULE_RENEGOTIATION:
        return side_schedule.begin(journey, moment)
    move = wanted_move(journey) or journey.between.next_move(journey.loops)
    return _begin(journey, move, moment) if move else ()


def _begin(journey: Journey, move: Move, moment: Moment) -> Steps:
    if move.do == STANDBY:
        return standby.begin(journey, move, moment)
    if move.do == SCHEDULE_RENEGOTIATION:
        return side_schedule.begin(journey, moment, move.car)
    if not journey.between.renegotiable:
        if journey.ev.wishes is not None:
            journey.ev.wishes.remark("the station does not offer to choose services anew")
        return ()
    journey.between.changes = move.car
    journey.stop_as = ChargingSession.SERVICE_RENEGOTIATION
    return stop_delivery(journey, moment)


def _go_on(journey: Journey, moment: Moment) -> Steps:
    beside = side_schedule.ask_again(journey, moment)
    later = moment.later(journey.ev.loop_interval)
    return beside + say(journey.way.loop_request(journey, later), after=journey.ev.loop_interval)
