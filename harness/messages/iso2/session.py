"""Opening and closing a session: SessionSetup and SessionStop."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from harness.messages.field import Wire
from harness.messages.iso2.types import EvseId, Request, Response
from harness.messages.namespaces import ISO2_BODY
from harness.messages.simple import I64, Hex


class SessionSetupReq(Request, frozen=True, kw_only=True):
    """Opens a session, or asks to join the one whose id the header carries."""

    name: ClassVar[str] = "SessionSetupReq"
    namespace: ClassVar[str] = ISO2_BODY

    evcc_id: Annotated[bytes, Hex(), Meta(max_length=6), Wire("EVCCID")]


class SessionSetupRes(Response, frozen=True, kw_only=True):
    """Tells the session id in its header, which station answers, and its clock (Unix time in seconds)."""

    name: ClassVar[str] = "SessionSetupRes"
    namespace: ClassVar[str] = ISO2_BODY

    evse_id: Annotated[EvseId, Wire("EVSEID")]
    evse_time_stamp: Annotated[I64 | None, Wire("EVSETimeStamp")] = None


class ChargingSession(StrEnum):
    """How a session is to be left."""

    TERMINATE = "Terminate"
    PAUSE = "Pause"


class SessionStopReq(Request, frozen=True, kw_only=True):
    """Ends or pauses the session."""

    name: ClassVar[str] = "SessionStopReq"
    namespace: ClassVar[str] = ISO2_BODY

    charging_session: Annotated[ChargingSession, Wire("ChargingSession")]


class SessionStopRes(Response, frozen=True, kw_only=True):
    """Whether the session may end this way."""

    name: ClassVar[str] = "SessionStopRes"
    namespace: ClassVar[str] = ISO2_BODY
