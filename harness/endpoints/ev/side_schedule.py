"""The EV settling another schedule beside the charge loop, on payload type 0x8101."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.endpoints.behaviour import Moment, Say
from harness.endpoints.ev.delivery import start_request
from harness.endpoints.ev.journey import Handlers, Journey, Steps, say
from harness.endpoints.ev.schedule import schedule_request, take_schedule
from harness.messages.iso20.common import ChargeProgress, PowerDeliveryReq, PowerDeliveryRes, ScheduleExchangeRes
from harness.messages.iso20.types import EvseNotification, Processing
from harness.sessions.v2g.tables.iso20_energy import SCHEDULE_STREAM


def begin(journey: Journey, moment: Moment, changes: Mapping[str, Any] = {}) -> Steps:
    """Announce that another schedule is wanted; `changes` are those of the car that call for it."""
    journey.change(**changes)
    journey.between.asked = ChargeProgress.SCHEDULE_RENEGOTIATION
    request = PowerDeliveryReq(
        header=journey.header(moment),
        ev_processing=Processing.FINISHED,
        charge_progress=ChargeProgress.SCHEDULE_RENEGOTIATION,
    )
    return say(request)


def on_announced(journey: Journey, answer: PowerDeliveryRes, moment: Moment) -> Steps:
    """Ask for the schedule while the charge loop goes on; stay with the old one where the station will not have it."""
    between = journey.between
    if answer.response_code.startswith("WARNING"):
        between.declined.add(EvseNotification.SCHEDULE_RENEGOTIATION)
        return _resume(journey, moment)
    between.rescheduling, between.rescheduled = True, False
    asking = _ask(journey, moment)
    return asking if between.standby else asking + _resume(journey, moment)


def ask_again(journey: Journey, moment: Moment) -> Steps:
    """Ask once more, if the station needed time and has had it."""
    due = journey.between.schedule_due
    if due is None or moment.at < due:
        return ()
    journey.between.schedule_due = None
    return _ask(journey, moment)


def on_schedule(journey: Journey, answer: ScheduleExchangeRes, moment: Moment) -> Steps:
    """Note the new schedule, or that the station needs more time; the next cycle of the charge loop acts on it."""
    between = journey.between
    if not between.rescheduling:
        return ()
    pause = journey.ev.poll_interval
    if answer.evse_processing is not Processing.FINISHED:
        between.schedule_due = moment.at + pause
        if between.standby is None:
            return ()
        between.schedule_due = None
        return _ask(journey, moment.later(pause), after=pause)
    take_schedule(journey, answer, moment.at)
    between.rescheduled, between.pause_next = True, bool(answer.go_to_pause)
    if between.standby is None:
        return ()
    between.standby, between.rescheduling, between.rescheduled = None, False, False
    return say(start_request(journey, moment))


def _resume(journey: Journey, moment: Moment) -> Steps:
    """Go on as before: in the charge loop, or out of standby."""
    if journey.between.standby is None:
        return say(journey.way.loop_request(journey, moment))
    journey.between.standby = None
    return say(start_request(journey, moment))


def _ask(journey: Journey, moment: Moment, *, after: float = 0.0) -> Steps:
    return (Say(message=schedule_request(journey, moment), after=after, payload_type=SCHEDULE_STREAM),)


HANDLERS: Handlers = {ScheduleExchangeRes: on_schedule}
