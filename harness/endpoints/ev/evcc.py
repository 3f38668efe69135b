"""The EV's side of ISO 15118-20: which response leads to which next request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev import (
    ac_loop,
    ac_parameters,
    authorization,
    dc_loop,
    dc_parameters,
    ending,
    opening,
    pantograph,
    parking,
    schedule,
    services,
    side_metering,
    side_schedule,
    wireless,
    wpt_loop,
)
from harness.endpoints.ev.battery import Battery
from harness.endpoints.ev.din.evcc import DinEvcc
from harness.endpoints.ev.driving import WHY, leaves_early
from harness.endpoints.ev.ev import Ev
from harness.endpoints.ev.iso2.evcc import Iso2Evcc
from harness.endpoints.ev.iso2.journey import Iso2Journey
from harness.endpoints.ev.journey import Handlers, Journey, Steps, Way
from harness.messages.field import Message
from harness.messages.iso20.energy import Flow
from harness.messages.iso20.types import V2gResponse
from harness.messages.namespaces import DIN_MESSAGE, ISO2_MESSAGE
from harness.messages.sap import AppProtocolResponseCode, SupportedAppProtocolRes
from harness.sessions.v2g.streams import MAIN, stream_of

HANDLERS: Handlers = {
    **opening.HANDLERS,
    **authorization.HANDLERS,
    **services.HANDLERS,
    **dc_parameters.HANDLERS,
    **ac_parameters.HANDLERS,
    **schedule.HANDLERS,
    **dc_loop.HANDLERS,
    **ac_loop.HANDLERS,
    **wireless.HANDLERS,
    **wpt_loop.HANDLERS,
    **pantograph.HANDLERS,
    **ending.HANDLERS,
}

BESIDE: Handlers = {
    **side_schedule.HANDLERS,
    **side_metering.HANDLERS,
    **parking.HANDLERS,
    **pantograph.BESIDE,
}
"""What to do on a response in a stream beside the main one."""

DC_WAY = Way(
    begin=dc_parameters.ask_parameters,
    resume=dc_parameters.ask_parameters,
    prepare=dc_parameters.check_cable,
    loop_request=dc_loop.loop_request,
    after_stop=ending.detect_welding,
)
AC_WAY = Way(
    begin=ac_parameters.ask_parameters,
    resume=ac_parameters.ask_parameters,
    prepare=ac_parameters.start,
    loop_request=ac_loop.loop_request,
    after_stop=ending.end_session,
)
WPT_WAY = Way(
    begin=wireless.begin,
    resume=wireless.ask_parameters,
    prepare=wireless.start,
    loop_request=wpt_loop.loop_request,
    after_stop=ending.end_session,
)
ACDP_WAY = Way(
    begin=pantograph.begin,
    resume=dc_parameters.ask_parameters,
    prepare=dc_parameters.check_cable,
    loop_request=dc_loop.loop_request,
    after_stop=ending.detect_welding,
    after_welding=pantograph.disconnect,
    beside=pantograph.tell_status,
)
WAYS: Mapping[Flow, Way] = {Flow.DC: DC_WAY, Flow.AC: AC_WAY, Flow.WPT: WPT_WAY, Flow.ACDP: ACDP_WAY}
"""What differs from one energy transfer to another."""


class Evcc:
    """Leads one session for one EV; see `harness.endpoints.behaviour.EvccBehaviour`."""

    older: ClassVar[Mapping[str, type[Iso2Evcc]]] = {ISO2_MESSAGE: Iso2Evcc, DIN_MESSAGE: DinEvcc}
    """Who leads sessions of the older protocols, by namespace; a mutant puts its own here."""

    def __init__(self, ev: Ev, battery: Battery | None = None) -> None:
        """Set out with a battery; without one, as full as the car says."""
        self.journey = Journey(ev, battery, ways=WAYS)

        self._other: Iso2Evcc | None = None
        """Who leads the session once the station chose one of the older protocols."""

    @property
    def older_journey(self) -> Iso2Journey | None:
        """The session once the station chose one of the older protocols; None before, and otherwise."""
        return None if self._other is None else self._other.journey

    def begin(self, moment: Moment) -> Steps:
        """The first request of a connection."""
        return opening.begin(self.journey, moment)

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """The request after a response; after a FAILED one, a foreign id or none that was asked for, only the end."""
        if self.journey.over:
            return ()
        if not moment.fits:
            return self.journey.break_off(f"{type(answer).__name__} is no response to what was asked")
        if self._other is not None:
            return self._other.follow(answer, moment)
        if isinstance(answer, SupportedAppProtocolRes) and (other := self._chosen(answer)) is not None:
            self._other = other
            return other.begin(moment)
        handlers = HANDLERS if stream_of(moment.payload_type) == MAIN else BESIDE
        handler = handlers.get(type(answer))
        if handler is None:
            return self.journey.break_off(f"{type(answer).__name__} is no answer for this EV")
        if isinstance(answer, V2gResponse):
            if answer.response_code.startswith("FAILED"):
                return self.journey.break_off(f"{type(answer).name} said {answer.response_code}")
            if answer.header.session_id != moment.session_id:
                return self.journey.break_off(f"{type(answer).name} carries another session id")
        if leaves_early(self.journey, answer):
            return self.journey.leave(moment, WHY, as_=self.journey.stop_as)
        return handler(self.journey, answer, moment)

    def _chosen(self, answer: SupportedAppProtocolRes) -> Iso2Evcc | None:
        """Who takes over, if the station chose one of the older protocols that were offered."""
        if answer.response_code is AppProtocolResponseCode.FAILED_NO_NEGOTIATION:
            return None
        offers = self.journey.ev.offers
        chosen = next((offer.protocol_namespace for offer in offers if offer.schema_id == answer.schema_id), "")
        return self.older[chosen](self.journey) if chosen in self.older else None
