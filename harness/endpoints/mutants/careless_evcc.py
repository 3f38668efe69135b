"""EV behaviours that overlook what a good one reacts to."""

from __future__ import annotations

from msgspec.structs import replace

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.evcc import Evcc
from harness.endpoints.ev.journey import Steps
from harness.messages.field import Message
from harness.messages.iso20.common import ScheduledSeResControlMode, ScheduleExchangeRes
from harness.messages.iso20.types import ResponseCode, V2gResponse
from harness.messages.sap import AppProtocolResponseCode, SupportedAppProtocolRes


class TakesNoForOk(Evcc):
    """Goes on after every refusal."""

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `Evcc.follow`."""
        if isinstance(answer, SupportedAppProtocolRes) and answer.schema_id is None:
            agreed = AppProtocolResponseCode.OK_SUCCESSFUL_NEGOTIATION
            answer = replace(answer, response_code=agreed, schema_id=self.journey.ev.offers[0].schema_id)
        elif isinstance(answer, V2gResponse) and answer.response_code.startswith("FAILED"):
            answer = replace(answer, response_code=ResponseCode.OK)
        return super().follow(answer, moment)


class IgnoresNotices(Evcc):
    """Reads no EVSEStatus."""

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `Evcc.follow`."""
        if getattr(answer, "evse_status", None) is not None:
            answer = replace(answer, evse_status=None)
        return super().follow(answer, moment)


class NeedsPrices(Evcc):
    """Takes a price schedule beside every power schedule for granted."""

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `Evcc.follow`."""
        if isinstance(answer, ScheduleExchangeRes) and isinstance(answer.control_mode, ScheduledSeResControlMode):
            offered = answer.control_mode.schedule_tuple
            if any(one.charging_schedule.price_schedule is None for one in offered):
                return self.journey.break_off("a schedule without prices")
        return super().follow(answer, moment)


class KnowsNoExport(Evcc):
    """Breaks off where MeterInfo tells energy that came from the EV."""

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `Evcc.follow`."""
        meter = getattr(answer, "meter_info", None)
        if meter is not None and meter.bpt_discharged_energy_reading_wh is not None:
            return self.journey.break_off("an element of MeterInfo that it does not know")
        return super().follow(answer, moment)
