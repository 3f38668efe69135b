"""Faults of a station between the first byte and the services."""

from __future__ import annotations

from msgspec.structs import replace

from harness.endpoints.behaviour import Hang, Moment, Say, Step
from harness.endpoints.station.secc import Secc
from harness.messages.field import Message
from harness.messages.iso20.common import SessionSetupReq, SessionSetupRes
from harness.messages.iso20.types import V2gRequest
from harness.messages.sap import AppProtocolResponseCode, SupportedAppProtocolReq, SupportedAppProtocolRes

_LINES = 10
_KNOWN_LENGTH = 22


def ten_lines(heard: SupportedAppProtocolReq, said: SupportedAppProtocolRes) -> SupportedAppProtocolRes:
    """No line of an offer behind the tenth counts."""
    if said.schema_id in {line.schema_id for line in heard.app_protocol[:_LINES]}:
        return said
    return SupportedAppProtocolRes(response_code=AppProtocolResponseCode.FAILED_NO_NEGOTIATION)


class CountsSessions:
    """Session ids are numbers, one after the other; for `Station.answering`."""

    def __init__(self) -> None:
        """No session yet."""
        self._count = 0

    def __call__(self, heard: SessionSetupReq, said: SessionSetupRes) -> SessionSetupRes:
        """The usual response under the next number."""
        self._count += 1
        return replace(said, header=replace(said.header, session_id=self._count.to_bytes(8, "big")))


class ChangesItsName:
    """Another EVSE id in every session; for `Station.answering`."""

    def __init__(self) -> None:
        """No session yet."""
        self._count = 0

    def __call__(self, heard: SessionSetupReq, said: SessionSetupRes) -> SessionSetupRes:
        """The usual response under another name."""
        self._count += 1
        return replace(said, evse_id=f"CA*V2X*E{self._count:04}")


class ChecksTheClock(Secc):
    """Hangs up on an EV whose clock stands at zero."""

    def answer(self, ask: Message, moment: Moment) -> tuple[Step, ...]:
        """See `Secc.answer`."""
        stopped = isinstance(ask, V2gRequest) and ask.header.time_stamp == 0
        return (Hang(),) if stopped else super().answer(ask, moment)


class KnowsOneForm(Secc):
    """Hangs up on an EVCCID of another length than it knows."""

    def answer(self, ask: Message, moment: Moment) -> tuple[Step, ...]:
        """See `Secc.answer`."""
        odd = isinstance(ask, SessionSetupReq) and len(ask.evcc_id) != _KNOWN_LENGTH
        return (Hang(),) if odd else super().answer(ask, moment)


class AgreesToAnything(Secc):
    """Agrees on the first line of an offer that it should refuse, and offers what it has."""

    def answer(self, ask: Message, moment: Moment) -> tuple[Step, ...]:
        """See `Secc.answer`."""
        said = super().answer(ask, moment)
        if not isinstance(ask, SupportedAppProtocolReq) or not any(isinstance(step, Hang) for step in said):
            return said
        self._over = False
        agreed = AppProtocolResponseCode.OK_SUCCESSFUL_NEGOTIATION
        return (Say(message=SupportedAppProtocolRes(response_code=agreed, schema_id=ask.app_protocol[0].schema_id)),)
