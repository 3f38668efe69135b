"""EV behaviours that overlook what a good one reacts to."""

from __future__ import annotations

from msgspec.structs import replace

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.evcc import Evcc
from harness.endpoints.ev.journey import Steps
from harness.messages.field import Message
from harness.messages.iso20.types import ResponseCode, V2gResponse
from harness.messages.sap import AppProtocolResponseCode, SupportedAppProtocolRes


class TakesNoForOk(Evcc):
    """Goes on after every refusal."""

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `Evcc.follow`."""
        if isinstance(answer, SupportedAppProtocolRes) and answer.schema_id is None:
            agreed = AppProtocolResponseCode.OK_SUCCESSFUL_NEGOTIATION
            answer = replace(answer, response_code=agreed, schema_id=self.journey.ev.protocols[0].schema_id)
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
