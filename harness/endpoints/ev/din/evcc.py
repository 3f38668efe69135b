"""The EV's side of DIN SPEC 70121: which response leads to which next request."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.din import charging, ending, opening
from harness.endpoints.ev.iso2.evcc import Iso2Evcc
from harness.endpoints.ev.iso2.journey import Handlers, Steps

HANDLERS: Handlers = {**opening.HANDLERS, **charging.HANDLERS, **ending.HANDLERS}


class DinEvcc(Iso2Evcc):
    """Leads the rest of a session whose station chose DIN SPEC 70121."""

    handlers = HANDLERS

    def begin(self, moment: Moment) -> Steps:
        """The first request of the protocol."""
        return opening.begin(self.journey, moment)

    def end(self, moment: Moment) -> Steps:
        """The request that ends the session."""
        return ending.end_session(self.journey, moment)
