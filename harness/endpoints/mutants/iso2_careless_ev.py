"""EV behaviours in the older protocols that overlook what a good one reacts to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.din.evcc import DinEvcc
from harness.endpoints.ev.ev import Ev
from harness.endpoints.ev.evcc import Evcc
from harness.endpoints.ev.iso2.charging import next_cycle
from harness.endpoints.ev.iso2.evcc import Iso2Evcc
from harness.endpoints.ev.iso2.journey import Steps
from harness.messages.field import Message
from harness.messages.iso2.charging import ChargeProgress, PowerDeliveryRes
from harness.messages.iso2.codes import EvseNotification, EvseProcessing, IsolationLevel, ResponseCode
from harness.messages.iso2.dc import CableCheckRes, CurrentDemandRes
from harness.messages.iso2.payment import AuthorizationRes
from harness.messages.namespaces import DIN_MESSAGE, ISO2_MESSAGE

CUSTOMER = EvseProcessing.ONGOING_WAITING_FOR_CUSTOMER_INTERACTION


def led_by(iso2: type[Iso2Evcc] = Iso2Evcc, din: type[Iso2Evcc] = DinEvcc) -> Callable[[Ev], Ev]:
    """An EV that goes about the older protocols in its own way."""
    led = type("Led", (Evcc,), {"older": {ISO2_MESSAGE: iso2, DIN_MESSAGE: din}})
    return lambda good: good.having(evcc=led)


class TakesAnyId(Iso2Evcc):
    """Looks at no session id."""

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `Iso2Evcc.follow`."""
        header = replace(moment.header, session_id=moment.session_id)
        return super().follow(answer, replace(moment, header=header))


class TakesNoForOk(Iso2Evcc):
    """Goes on after every refusal."""

    def follow(self, answer: Any, moment: Moment) -> Steps:
        """See `Iso2Evcc.follow`."""
        if str(getattr(answer, "response_code", "")).startswith("FAILED"):
            answer = replace(answer, response_code=type(answer.response_code)("OK"))
        return super().follow(answer, moment)


class DinTakesNoForOk(TakesNoForOk, DinEvcc):
    """The same in DIN SPEC 70121."""


class WaitsForNothing(Iso2Evcc):
    """Takes Ongoing for Finished where it is to be authorized."""

    def follow(self, answer: Any, moment: Moment) -> Steps:
        """See `Iso2Evcc.follow`."""
        if isinstance(answer, AuthorizationRes):
            answer = replace(answer, evse_processing=EvseProcessing.FINISHED)
        return super().follow(answer, moment)


class WaitsForNoCustomer(Iso2Evcc):
    """Leaves where a customer is waited for."""

    def follow(self, answer: Any, moment: Moment) -> Steps:
        """See `Iso2Evcc.follow`."""
        if getattr(answer, "evse_processing", None) is CUSTOMER:
            return self.journey.break_off("nobody is here")
        return super().follow(answer, moment)


class TrustsAnyCable(Iso2Evcc):
    """Reads no isolation status, and no code beside it."""

    def follow(self, answer: Any, moment: Moment) -> Steps:
        """See `Iso2Evcc.follow`."""
        if isinstance(answer, CableCheckRes):
            status = replace(answer.dc_evse_status, evse_isolation_status=IsolationLevel.VALID)
            answer = replace(answer, response_code=ResponseCode.OK, dc_evse_status=status)
        return super().follow(answer, moment)


class IgnoresNotices(Iso2Evcc):
    """Reads no EVSENotification."""

    def follow(self, answer: Any, moment: Moment) -> Steps:
        """See `Iso2Evcc.follow`."""
        if isinstance(answer, CurrentDemandRes):
            status = replace(answer.dc_evse_status, evse_notification=EvseNotification.NONE)
            answer = replace(answer, dc_evse_status=status)
        return super().follow(answer, moment)


class RenegotiatesHalf(Iso2Evcc):
    """Asks to renegotiate and charges on."""

    def follow(self, answer: Any, moment: Moment) -> Steps:
        """See `Iso2Evcc.follow`."""
        if isinstance(answer, PowerDeliveryRes) and self.journey.progress is ChargeProgress.RENEGOTIATE:
            return next_cycle(self.journey, moment)
        return super().follow(answer, moment)


class FollowsNoLimit(Iso2Evcc):
    """Goes by the limits that it heard first."""

    def follow(self, answer: Any, moment: Moment) -> Steps:
        """See `Iso2Evcc.follow`."""
        if isinstance(answer, CurrentDemandRes):
            answer = replace(answer, evse_maximum_current_limit=None, evse_maximum_power_limit=None)
        return super().follow(answer, moment)
