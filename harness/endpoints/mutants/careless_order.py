"""Station behaviours that take requests where they have no place."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment, Say, Step
from harness.endpoints.station.refusals import refusal
from harness.endpoints.station.secc import Secc
from harness.messages.field import Message
from harness.messages.iso20.types import ResponseCode
from harness.messages.registry import is_request
from harness.messages.sap import AppProtocolResponseCode, SupportedAppProtocolReq, SupportedAppProtocolRes


class NodsEverythingThrough(Secc):
    """Says OK to what it should refuse, and goes on after the end."""

    def answer(self, ask: Message, moment: Moment) -> tuple[Step, ...]:
        """See `Secc.answer`."""
        said = super().answer(ask, moment)
        return said or ((self._nod(ask, moment),) if is_request(ask) else ())

    def _refuse(self, ask: Message, code: ResponseCode, moment: Moment) -> tuple[Step, ...]:
        return (self._nod(ask, moment),)

    def _nod(self, ask: Message, moment: Moment) -> Say:
        if isinstance(ask, SupportedAppProtocolReq):
            agreed = AppProtocolResponseCode.OK_SUCCESSFUL_NEGOTIATION
            return Say(message=SupportedAppProtocolRes(response_code=agreed, schema_id=ask.app_protocol[0].schema_id))
        return Say(message=refusal(ask, ResponseCode.OK, self.desk.header(moment)))


class AnswersResponses(Secc):
    """Says a response back to who sent it."""

    def answer(self, ask: Message, moment: Moment) -> tuple[Step, ...]:
        """See `Secc.answer`."""
        return super().answer(ask, moment) if is_request(ask) else (Say(message=ask),)
