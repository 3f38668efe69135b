"""How an EV follows what somebody at the wheel wants of it (`Wishes`), whatever the protocol."""

from __future__ import annotations

from harness.endpoints.ev.journey import Journey
from harness.endpoints.ev.moves import Move
from harness.messages.field import Message
from harness.messages.iso20.common import ChargingSession, PowerDeliveryRes, SessionStopRes
from harness.messages.iso20.types import V2gResponse

WHY = "the driver wants to leave"


def heed_limits(journey: Journey) -> None:
    """Take and give no more than was said last."""
    wishes = journey.ev.wishes
    if wishes is None or not wishes.take_limits():
        return
    own = journey.ev.car
    power = float("inf") if wishes.power is None else wishes.power
    current = float("inf") if wishes.current is None else wishes.current
    journey.change(
        max_charge_power=min(own.max_charge_power, power),
        min_charge_power=min(own.min_charge_power, power),
        max_discharge_power=min(own.max_discharge_power, power),
        min_discharge_power=min(own.min_discharge_power, power),
        max_charge_current=min(own.max_charge_current, current),
        min_charge_current=min(own.min_charge_current, current),
        max_discharge_current=min(own.max_discharge_current, current),
        min_discharge_current=min(own.min_discharge_current, current),
    )
    journey.battery.serve(journey.car)


def wants_out(journey: Journey) -> bool:
    """Whether the session is to end; how, is noted in `journey.stop_as`."""
    wishes = journey.ev.wishes
    if wishes is None or not wishes.leaving:
        return False
    journey.stop_as = ChargingSession.TERMINATE if wishes.stop else ChargingSession.PAUSE
    return True


def wants_to_stop(journey: Journey) -> bool:
    """Whether the session is to end for good."""
    wishes = journey.ev.wishes
    return wishes is not None and wishes.stop and wants_out(journey)


def leaves_early(journey: Journey, answer: Message) -> bool:
    """Whether the session is to end before power flows: after any response but those that have a way of their own.

    A pause waits until power flows: before that there is nothing to join again.
    """
    if journey.power_on or journey.stop_sent or not isinstance(answer, V2gResponse):
        return False
    return not isinstance(answer, PowerDeliveryRes | SessionStopRes) and wants_to_stop(journey)


def wanted_move(journey: Journey) -> Move | None:
    """What is to be done now beside the flow of energy."""
    return None if journey.ev.wishes is None else journey.ev.wishes.take_move()


def exits_standby(journey: Journey) -> bool:
    """Whether power is wanted again."""
    wishes = journey.ev.wishes
    if wishes is None or not wishes.exits_standby:
        return False
    wishes.exits_standby = False
    return True
