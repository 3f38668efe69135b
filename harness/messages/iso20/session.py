"""Opening and closing a session: SessionSetup and SessionStop."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from harness.messages.field import Wire
from harness.messages.iso20.types import Description, Identifier, Name, V2gRequest, V2gResponse
from harness.messages.namespaces import COMMON_MESSAGES


class SessionSetupReq(V2gRequest, frozen=True, kw_only=True):
    """Opens a session, or asks to join the one whose id the header carries."""

    name: ClassVar[str] = "SessionSetupReq"
    namespace: ClassVar[str] = COMMON_MESSAGES

    evcc_id: Annotated[Identifier, Wire("EVCCID")]


class SessionSetupRes(V2gResponse, frozen=True, kw_only=True):
    """Tells the session id in its header, and which station answers."""

    name: ClassVar[str] = "SessionSetupRes"
    namespace: ClassVar[str] = COMMON_MESSAGES

    evse_id: Annotated[Identifier, Wire("EVSEID")]


class ChargingSession(StrEnum):
    """How a session is to be left."""

    PAUSE = "Pause"
    TERMINATE = "Terminate"
    SERVICE_RENEGOTIATION = "ServiceRenegotiation"


class SessionStopReq(V2gRequest, frozen=True, kw_only=True):
    """Ends or pauses the session, or goes back to choosing services."""

    name: ClassVar[str] = "SessionStopReq"
    namespace: ClassVar[str] = COMMON_MESSAGES

    charging_session: Annotated[ChargingSession, Wire("ChargingSession")]
    ev_termination_code: Annotated[Name | None, Wire("EVTerminationCode")] = None
    ev_termination_explanation: Annotated[Description | None, Wire("EVTerminationExplanation")] = None


class SessionStopRes(V2gResponse, frozen=True, kw_only=True):
    """Whether the session may end this way."""

    name: ClassVar[str] = "SessionStopRes"
    namespace: ClassVar[str] = COMMON_MESSAGES
