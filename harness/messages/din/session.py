"""Opening and closing a session: SessionSetup and SessionStop."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from harness.messages.din.types import EvseId, Request, Response
from harness.messages.field import Wire
from harness.messages.namespaces import DIN_BODY
from harness.messages.simple import I64, Hex


class SessionSetupReq(Request, frozen=True, kw_only=True):
    """Opens a session, or asks to join the one whose id the header carries."""

    name: ClassVar[str] = "SessionSetupReq"
    namespace: ClassVar[str] = DIN_BODY

    evcc_id: Annotated[bytes, Hex(), Meta(max_length=8), Wire("EVCCID")]


class SessionSetupRes(Response, frozen=True, kw_only=True):
    """Tells the session id in its header, which station answers, and its clock (Unix time in seconds)."""

    name: ClassVar[str] = "SessionSetupRes"
    namespace: ClassVar[str] = DIN_BODY

    evse_id: Annotated[EvseId, Wire("EVSEID")]
    date_time_now: Annotated[I64 | None, Wire("DateTimeNow")] = None


class SessionStopReq(Request, frozen=True, kw_only=True):
    """Ends the session."""

    name: ClassVar[str] = "SessionStopReq"
    namespace: ClassVar[str] = DIN_BODY


class SessionStopRes(Response, frozen=True, kw_only=True):
    """Whether the session may end."""

    name: ClassVar[str] = "SessionStopRes"
    namespace: ClassVar[str] = DIN_BODY
