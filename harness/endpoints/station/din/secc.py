"""The station's side of DIN SPEC 70121: every request gets the response that belongs to it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from harness.endpoints.behaviour import Moment
from harness.endpoints.station.din import charging, opening, parameters
from harness.endpoints.station.din.answer import DinHandlers, dc_status
from harness.endpoints.station.din.parameters import evse_parameters, schedules
from harness.endpoints.station.iso2.secc import Iso2Secc
from harness.endpoints.station.refusals import filled
from harness.messages.din.codes import ResponseCode
from harness.messages.din.session import SessionSetupReq, SessionStopReq
from harness.messages.field import Message, fields_of
from harness.messages.registry import response_of
from harness.messages.sap import AppProtocolResponseCode, SupportedAppProtocolRes

HANDLERS: DinHandlers = {**opening.HANDLERS, **parameters.HANDLERS, **charging.HANDLERS}


class DinSecc(Iso2Secc):
    """Serves the rest of a connection whose EV chose DIN SPEC 70121."""

    handlers = HANDLERS
    opens = SessionSetupReq
    closes = SessionStopReq

    def refusal(self, ask: Message, code: StrEnum, moment: Moment) -> Message:
        """The body that refuses; what the schema demands beside the code is true or a filler."""
        kind, at = response_of(ask), moment.at
        if kind is SupportedAppProtocolRes:
            return SupportedAppProtocolRes(response_code=AppProtocolResponseCode.FAILED_NO_NEGOTIATION)
        known: dict[str, Any] = {
            "evse_id": self.desk.terms.din_evse_id,
            "evse_status": dc_status(self.desk, at),
            "dc_evse_status": dc_status(self.desk, at),
            "evse_charge_parameter": evse_parameters(self.desk, at),
            "sa_schedules": schedules(self.desk, at),
        }
        wanted = {info.attr for info in fields_of(kind) if not info.optional}
        given = {name: known[name] for name in wanted & known.keys()}
        return filled(kind, ask, response_code=ResponseCode(code.value), **given)
