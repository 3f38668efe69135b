"""The station's side of ISO 15118-20: every request gets the response that belongs to it."""

from __future__ import annotations

from harness.endpoints.behaviour import Hang, Moment, Say, Step
from harness.endpoints.station import (
    secc_ac_loop,
    secc_ac_parameters,
    secc_authorization,
    secc_dc_loop,
    secc_dc_parameters,
    secc_opening,
    secc_schedule,
    secc_services,
    secc_stopping,
)
from harness.endpoints.station.desk import Desk, Entropy, Handlers
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.refusals import refusal
from harness.endpoints.station.resumption import PausedSessions
from harness.messages.field import Message
from harness.messages.iso20.common import SessionSetupReq, SessionStopReq
from harness.messages.iso20.types import ResponseCode, V2gRequest
from harness.messages.registry import is_request
from harness.messages.sap import AppProtocolResponseCode, SupportedAppProtocolRes
from harness.sessions.v2g.sequence import Sequence

HANDLERS: Handlers = {
    **secc_opening.HANDLERS,
    **secc_authorization.HANDLERS,
    **secc_services.HANDLERS,
    **secc_dc_parameters.HANDLERS,
    **secc_ac_parameters.HANDLERS,
    **secc_schedule.HANDLERS,
    **secc_dc_loop.HANDLERS,
    **secc_ac_loop.HANDLERS,
    **secc_stopping.HANDLERS,
}
CLOSE_AFTER = 5.0
"""Seconds that the station keeps the connection after the last response (V2G20-1633, V2G20-1643)."""


class Secc:
    """Serves one connection of one EV; see `harness.endpoints.behaviour.SeccBehaviour`."""

    def __init__(
        self,
        plant: Plant,
        sequence: Sequence,
        paused: PausedSessions,
        entropy: Entropy,
        *,
        secure: bool = True,
        certificate: bytes | None = None,
        schedule_rounds: int = 1,
        cable_check_rounds: int = 2,
    ) -> None:
        """Open for one EV; `sequence` is the session's own, for it knows what was really said. See `Desk`."""
        self._sequence = sequence
        self.desk = Desk(
            plant,
            paused,
            entropy,
            secure=secure,
            certificate=certificate,
            schedule_rounds=schedule_rounds,
            cable_check_rounds=cable_check_rounds,
        )
        self._over = False

    def answer(self, ask: Message, moment: Moment) -> tuple[Step, ...]:
        """The response to a request; behind the last one of a session, the end of the connection."""
        if self._over or not is_request(ask):
            return ()
        code = self.objection(ask, moment)
        if code is not None:
            return self._refuse(ask, code, moment)
        reply = HANDLERS[type(ask)](self.desk, ask, moment)
        if isinstance(reply, ResponseCode):
            return self._refuse(ask, reply, moment)
        if isinstance(ask, SessionStopReq) or _no_protocol(reply):
            return self._close(reply)
        return (Say(message=reply),)

    def objection(self, ask: Message, moment: Moment) -> ResponseCode | None:
        """Why a request is refused whatever it says: a foreign session id, or out of order."""
        opening = isinstance(ask, SessionSetupReq)
        if isinstance(ask, V2gRequest) and not opening and ask.header.session_id != moment.session_id:
            return ResponseCode.FAILED_UNKNOWN_SESSION
        if not self._sequence.legal or type(ask) not in HANDLERS:
            return ResponseCode.FAILED_SEQUENCE_ERROR
        return None

    def lost(self, moment: Moment, *, orderly: bool) -> None:
        """The connection went away; without a farewell the EVSE must know."""
        if not self.desk.farewell and self.desk.visit.evcc_id:
            self.desk.plant.link_lost(moment.at)

    def _refuse(self, ask: Message, code: ResponseCode, moment: Moment) -> tuple[Step, ...]:
        """Every FAILED code ends the session."""
        self.desk.stage.open(moment.at)
        self.desk.plant.energy_stopped(moment.at)
        return self._close(refusal(ask, code, self.desk.header(moment)))

    def _close(self, last: Message) -> tuple[Step, ...]:
        self._over = True
        return (Say(message=last), Hang(after=CLOSE_AFTER, paused=self.desk.visit.session_id in self.desk.paused))


def _no_protocol(reply: Message) -> bool:
    refused = AppProtocolResponseCode.FAILED_NO_NEGOTIATION
    return isinstance(reply, SupportedAppProtocolRes) and reply.response_code is refused
