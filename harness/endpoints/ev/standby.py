"""The EV in standby: no power for a while, and the session stays."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev import side_schedule
from harness.endpoints.ev.delivery import start_request, stop_delivery
from harness.endpoints.ev.driving import exits_standby, wants_out
from harness.endpoints.ev.heeding import due, ends
from harness.endpoints.ev.journey import Journey, Steps, say
from harness.endpoints.ev.moves import SCHEDULE_RENEGOTIATION, STANDBY, STOP, Move
from harness.messages.iso20.common import ChargeProgress, PowerDeliveryReq, PowerDeliveryRes
from harness.messages.iso20.types import EvseNotification, Processing


def begin_power(journey: Journey, moment: Moment) -> Steps:
    """Ask for power for the first time, or stand by before that if the EV means to after no cycle at all."""
    between = journey.between
    if between.moves and between.moves[0].do == STANDBY and between.moves[0].after == 0:
        return begin(journey, between.moves.pop(0), moment)
    return say(start_request(journey, moment))


def begin(journey: Journey, move: Move, moment: Moment) -> Steps:
    """Ask to stand by (V2G20-1385)."""
    journey.between.standby = move
    journey.between.standby_until = moment.at + move.lasting
    journey.between.standby_granted = False
    return say(_request(journey, moment))


def on_answer(journey: Journey, answer: PowerDeliveryRes, moment: Moment) -> Steps:
    """Stay until it is time or the station wants something; go on with the charge loop where it allows no standby."""
    between, at = journey.between, moment.at
    move = between.standby
    declined = answer.response_code.startswith("WARNING")
    if declined and between.standby_granted:
        return leave(journey, moment)
    if move is None or declined:
        between.standby = None
        go_on = journey.way.loop_request if journey.power_on else start_request
        return say(go_on(journey, moment))
    between.standby_granted = True
    journey.battery.advance(at, 0.0)
    journey.converter.rest()
    pause = max(0.0, min(journey.ev.standby_interval, between.standby_until - at))
    wish = due(journey, answer.evse_status, at, pause)
    if ends(journey, wish):
        return _stop(journey, moment)
    if wants_out(journey):
        return _stop(journey, moment)
    if exits_standby(journey):
        return leave(journey, moment)
    if wish is EvseNotification.SCHEDULE_RENEGOTIATION:
        return side_schedule.begin(journey, moment)
    if wish is EvseNotification.EXIT_STANDBY:
        return leave(journey, moment)
    if not pause:
        return _leave_by(journey, move, moment)
    later = moment.later(pause)
    return say(_request(journey, later), after=pause)


def leave(journey: Journey, moment: Moment) -> Steps:
    """Ask for power again (V2G20-1386)."""
    journey.between.standby = None
    return say(start_request(journey, moment))


def _leave_by(journey: Journey, move: Move, moment: Moment) -> Steps:
    if move.leaving_by == STOP:
        return _stop(journey, moment)
    if move.leaving_by == SCHEDULE_RENEGOTIATION:
        return side_schedule.begin(journey, moment, move.car)
    return leave(journey, moment)


def _stop(journey: Journey, moment: Moment) -> Steps:
    journey.between.standby = None
    return stop_delivery(journey, moment)


def _request(journey: Journey, moment: Moment) -> PowerDeliveryReq:
    journey.between.asked = ChargeProgress.STANDBY
    return PowerDeliveryReq(
        header=journey.header(moment),
        ev_processing=Processing.FINISHED,
        charge_progress=ChargeProgress.STANDBY,
    )
