"""The station's side of ISO 15118-20: every request gets the response that belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from harness.endpoints.behaviour import Hang, Moment, Say, Step
from harness.endpoints.station import (
    secc_ac_loop,
    secc_ac_parameters,
    secc_authorization,
    secc_beside,
    secc_dc_loop,
    secc_dc_parameters,
    secc_installation,
    secc_opening,
    secc_pantograph,
    secc_parking,
    secc_schedule,
    secc_services,
    secc_stopping,
    secc_wireless,
)
from harness.endpoints.station.desk import Desk, Entropy, Handlers
from harness.endpoints.station.din.secc import DinSecc
from harness.endpoints.station.iso2.desk import Iso2Desk
from harness.endpoints.station.iso2.provider import Provider
from harness.endpoints.station.iso2.secc import Iso2Secc
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.refusals import refusal
from harness.endpoints.station.resumption import PausedSessions
from harness.messages.field import Message
from harness.messages.iso20.common import ChargingSession, SessionSetupReq, SessionStopReq
from harness.messages.iso20.types import ChargeLoopRes, ResponseCode, V2gRequest
from harness.messages.registry import is_request, payload_type_of
from harness.messages.sap import AppProtocolResponseCode, SupportedAppProtocolRes
from harness.sessions.v2g.sequence import Sequence
from harness.sessions.v2g.streams import stream_of

HANDLERS: Handlers = {
    **secc_opening.HANDLERS,
    **secc_authorization.HANDLERS,
    **secc_installation.HANDLERS,
    **secc_services.HANDLERS,
    **secc_dc_parameters.HANDLERS,
    **secc_ac_parameters.HANDLERS,
    **secc_schedule.HANDLERS,
    **secc_dc_loop.HANDLERS,
    **secc_ac_loop.HANDLERS,
    **secc_wireless.HANDLERS,
    **secc_pantograph.HANDLERS,
    **secc_stopping.HANDLERS,
    **secc_beside.HANDLERS,
    **secc_parking.HANDLERS,
}
CLOSE_AFTER = 5.0
"""Seconds that the station keeps the connection after the last response (V2G20-1633, V2G20-1643)."""


class Secc:
    """Serves one connection of one EV; see `harness.endpoints.behaviour.SeccBehaviour`."""

    older: ClassVar[Mapping[str, type[Iso2Secc]]] = {"iso2": Iso2Secc, "din": DinSecc}
    """Who serves EVs of the older protocols, by the key of their table; a mutant puts its own here."""

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
        protected: bool | None = None,
        provider: Provider | None = None,
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
        self._entropy, self._provider = entropy, provider or Provider()
        self.desk.provider = self._provider
        self.desk.protected = secure if protected is None else protected
        self._older: Iso2Secc | None = None
        """Who serves an EV that chose one of the older protocols."""

    def answer(self, ask: Message, moment: Moment) -> tuple[Step, ...]:
        """The response to a request; behind the last one of a session, the end of the connection."""
        if self._over or not is_request(ask):
            return ()
        if self._sequence.table.key in self.older:
            return self._served_otherwise().answer(ask, moment)
        code = self.objection(ask, moment)
        if code is not None:
            return self._refuse(ask, code, moment)
        reply = HANDLERS[type(ask)](self.desk, ask, moment)
        if isinstance(reply, ResponseCode):
            return self._refuse(ask, reply, moment)
        if _says_goodbye(ask) or _no_protocol(reply):
            return self._close(reply, moment)
        if isinstance(reply, ChargeLoopRes):
            self.desk.beside.told(reply)
        return (_said(reply, moment),)

    def objection(self, ask: Message, moment: Moment) -> ResponseCode | None:
        """Why a request is refused whatever it says: a foreign session id, or out of order."""
        opening = isinstance(ask, SessionSetupReq)
        if isinstance(ask, V2gRequest) and not opening and ask.header.session_id != moment.session_id:
            return ResponseCode.FAILED_UNKNOWN_SESSION
        if not moment.fits or type(ask) not in HANDLERS:
            return ResponseCode.FAILED_SEQUENCE_ERROR
        return None

    def _served_otherwise(self) -> Iso2Secc:
        if self._older is None:
            terms, provider = self.desk.plant.settings.iso2, self._provider.earlier or self._provider
            desk = Iso2Desk(self.desk, self._entropy, secure=self.desk.protected, provider=provider, terms=terms)
            self._older = self.older[self._sequence.table.key](desk, self._sequence)
        return self._older

    def lost(self, moment: Moment, *, orderly: bool) -> None:
        """The connection went away; without a farewell the EVSE must know."""
        if not self.desk.farewell and self.desk.visit.evcc_id:
            self.desk.plant.link_lost(moment.at)

    def _refuse(self, ask: Message, code: ResponseCode, moment: Moment) -> tuple[Step, ...]:
        """Every FAILED code ends the session."""
        self.desk.stage.open(moment.at)
        self.desk.plant.energy_stopped(moment.at)
        return self._close(refusal(ask, code, self.desk.header(moment)), moment)

    def _close(self, last: Message, moment: Moment) -> tuple[Step, ...]:
        self._over = True
        return (_said(last, moment), Hang(after=CLOSE_AFTER, paused=self.desk.visit.session_id in self.desk.paused))


def _said(reply: Message, moment: Moment) -> Say:
    """A response goes where its request came from, even if that is not where it belongs."""
    astray = bool(moment.payload_type) and stream_of(moment.payload_type) != stream_of(payload_type_of(reply))
    return Say(message=reply, payload_type=moment.payload_type if astray else None)


def _says_goodbye(ask: Message) -> bool:
    """Whether a request ends the session, for now or for good."""
    return isinstance(ask, SessionStopReq) and ask.charging_session is not ChargingSession.SERVICE_RENEGOTIATION


def _no_protocol(reply: Message) -> bool:
    refused = AppProtocolResponseCode.FAILED_NO_NEGOTIATION
    return isinstance(reply, SupportedAppProtocolRes) and reply.response_code is refused
