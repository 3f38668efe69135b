"""EV behaviours that are wrong between charge parameters and the end of energy transfer."""

from __future__ import annotations

from msgspec.structs import replace

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.evcc import Evcc
from harness.endpoints.ev.journey import Steps
from harness.messages.field import Message
from harness.messages.iso20.common import ScheduledSeResControlMode, ScheduleExchangeRes
from harness.messages.iso20.dc import DcChargeLoopRes
from harness.messages.iso20.types import ChargeLoopRes, EvseNotification

_FEW = 100


class IgnoresGoToPause(Evcc):
    """Charges though it was sent to pause."""

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `Evcc.follow`."""
        if isinstance(answer, ScheduleExchangeRes):
            answer = replace(answer, go_to_pause=None)
        return super().follow(answer, moment)


class ReadsFewPoints(Evcc):
    """Breaks off at schedules that are longer than it has room for."""

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `Evcc.follow`."""
        if isinstance(answer, ScheduleExchangeRes) and isinstance(answer.control_mode, ScheduledSeResControlMode):
            for one in answer.control_mode.schedule_tuple:
                points = one.charging_schedule.power_schedule.power_schedule_entries.power_schedule_entry
                if len(points) > _FEW:
                    return self.journey.break_off("a schedule that is too long")
        return super().follow(answer, moment)


class StopsAtAnyNotice(Evcc):
    """Takes every notification for Terminate."""

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `Evcc.follow`."""
        if isinstance(answer, ChargeLoopRes) and answer.evse_status is not None:
            ending = replace(answer.evse_status, evse_notification=EvseNotification.TERMINATE)
            answer = replace(answer, evse_status=ending)
        return super().follow(answer, moment)


class NeedsTheMeter(Evcc):
    """Breaks off where the meter tells nothing."""

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `Evcc.follow`."""
        if isinstance(answer, DcChargeLoopRes) and answer.meter_info is None:
            return self.journey.break_off("no meter reading")
        return super().follow(answer, moment)
