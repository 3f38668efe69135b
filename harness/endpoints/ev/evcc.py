"""The EV's side of ISO 15118-20: which response leads to which next request."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev import charging, parameters, setup
from harness.endpoints.ev.battery import Battery
from harness.endpoints.ev.ev import Ev
from harness.endpoints.ev.journey import Handlers, Journey, Steps
from harness.messages.field import Message
from harness.messages.iso20.types import V2gResponse

HANDLERS: Handlers = {**setup.HANDLERS, **parameters.HANDLERS, **charging.HANDLERS}


class Evcc:
    """Leads one session for one EV; see `harness.endpoints.behaviour.EvccBehaviour`."""

    def __init__(self, ev: Ev, battery: Battery | None = None) -> None:
        """Set out with a battery; without one, as full as the car says."""
        self.journey = Journey(ev, battery)

    def begin(self, moment: Moment) -> Steps:
        """The first request of a connection."""
        return setup.begin(self.journey, moment)

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """The request after a response; after a FAILED one, or a foreign session id, nothing but the end."""
        if self.journey.over:
            return ()
        handler = HANDLERS.get(type(answer))
        if handler is None:
            return self.journey.break_off(f"{type(answer).__name__} is no answer for this EV")
        if isinstance(answer, V2gResponse):
            if answer.response_code.startswith("FAILED"):
                return self.journey.break_off(f"{type(answer).name} said {answer.response_code}")
            if answer.header.session_id != moment.session_id:
                return self.journey.break_off(f"{type(answer).name} carries another session id")
        return handler(self.journey, answer, moment)
