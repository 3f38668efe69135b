"""The EV's side of ISO 15118-2: which response leads to which next request."""

from __future__ import annotations

from typing import ClassVar

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.driving import WHY, wants_to_stop
from harness.endpoints.ev.iso2 import charging, ending, opening, parameters, payment
from harness.endpoints.ev.iso2.ending import end_session
from harness.endpoints.ev.iso2.journey import Handlers, Iso2Journey, Steps
from harness.endpoints.ev.journey import Journey
from harness.messages.field import Message

HANDLERS: Handlers = {
    **opening.HANDLERS,
    **payment.HANDLERS,
    **parameters.HANDLERS,
    **charging.HANDLERS,
    **ending.HANDLERS,
}

_ON_THEIR_WAY = frozenset({"PowerDeliveryRes", "SessionStopRes"})
"""Responses behind which an EV that wants to leave goes on as it would anyway."""


class Iso2Evcc:
    """Leads the rest of a session whose station chose ISO 15118-2."""

    handlers: ClassVar[Handlers] = HANDLERS

    def __init__(self, common: Journey) -> None:
        """Take over after supportedAppProtocol."""
        self.journey = Iso2Journey(common)

    def begin(self, moment: Moment) -> Steps:
        """The first request of the protocol."""
        return opening.begin(self.journey, moment)

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """The request after a response; after a FAILED one, or a foreign session id, nothing but the end."""
        name, handler = type(answer).name, self.handlers.get(type(answer))
        if handler is None:
            return self.journey.break_off(f"{name} is no answer for this EV")
        code = str(getattr(answer, "response_code", ""))
        if code.startswith("FAILED"):
            return self.journey.break_off(f"{name} said {code}")
        if getattr(moment.header, "session_id", None) != moment.session_id:
            return self.journey.break_off(f"{name} carries another session id")
        common = self.journey.common
        if name not in _ON_THEIR_WAY and not (common.power_on or self.journey.leaving) and wants_to_stop(common):
            self.journey.stop_as, common.why = str(common.stop_as), WHY
            return self.end(moment)
        return handler(self.journey, answer, moment)

    def end(self, moment: Moment) -> Steps:
        """The request that ends the session."""
        return end_session(self.journey, moment)
