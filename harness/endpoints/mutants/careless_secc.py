"""Station behaviours that overlook what a good one objects to."""

from __future__ import annotations

from harness.endpoints.behaviour import Hang, Moment, Step
from harness.endpoints.station.desk import NO_SESSION
from harness.endpoints.station.secc import HANDLERS, Secc
from harness.messages.field import Message
from harness.messages.iso20.common import PowerDeliveryReq, SessionStopReq
from harness.messages.iso20.dc import DcCableCheckReq
from harness.messages.iso20.types import ResponseCode, V2gRequest
from harness.sessions.v2g.state import State


class TakesAnyOrder(Secc):
    """Answers every request that it knows, whenever it comes."""

    early: tuple[type[Message], ...] = tuple(HANDLERS)
    """Requests that it takes out of order."""

    def objection(self, ask: Message, moment: Moment) -> ResponseCode | None:
        """See `Secc.objection`."""
        found = super().objection(ask, moment)
        return None if found is ResponseCode.FAILED_SEQUENCE_ERROR and isinstance(ask, self.early) else found


class SkipsTheSchedule(TakesAnyOrder):
    """Checks the cable without a schedule."""

    early = (DcCableCheckReq,)


class DeliversEarly(TakesAnyOrder):
    """Delivers power before the EV says that pre-charge is done."""

    early = (PowerDeliveryReq,)


class TakesAnySession(Secc):
    """Looks at no session id."""

    def objection(self, ask: Message, moment: Moment) -> ResponseCode | None:
        """See `Secc.objection`."""
        return None if self.overlooks(ask) else super().objection(ask, moment)

    def overlooks(self, ask: Message) -> bool:
        """Whether it takes a request whatever its header says."""
        return isinstance(ask, V2gRequest)


class TakesSessionZero(TakesAnySession):
    """Takes the id zero for the session that is open."""

    def overlooks(self, ask: Message) -> bool:
        """See `TakesAnySession.overlooks`."""
        return isinstance(ask, V2gRequest) and ask.header.session_id == NO_SESSION


class HangsUp(Secc):
    """Closes the connection where it should refuse."""

    def _refuse(self, ask: Message, code: ResponseCode, moment: Moment) -> tuple[Step, ...]:
        super()._refuse(ask, code, moment)
        return (Hang(),)


class KeepsTheEv(Secc):
    """Lets no EV go right after session setup."""

    def objection(self, ask: Message, moment: Moment) -> ResponseCode | None:
        """See `Secc.objection`."""
        if isinstance(ask, SessionStopReq) and self._sequence.state is State.SET_UP:
            return ResponseCode.FAILED_SEQUENCE_ERROR
        return super().objection(ask, moment)
