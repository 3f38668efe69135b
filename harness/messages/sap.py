"""The handshake that settles which protocol the two sides will speak: supportedAppProtocol."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from harness.messages.field import Message, Wire
from harness.messages.namespaces import APP_PROTOCOL
from harness.messages.simple import U8, U32, Uri


class AppProtocolResponseCode(StrEnum):
    """How the station took the EV's list of protocols."""

    OK_SUCCESSFUL_NEGOTIATION = "OK_SuccessfulNegotiation"
    OK_SUCCESSFUL_NEGOTIATION_WITH_MINOR_DEVIATION = "OK_SuccessfulNegotiationWithMinorDeviation"
    FAILED_NO_NEGOTIATION = "Failed_NoNegotiation"


class AppProtocol(Message, frozen=True, kw_only=True):
    """One protocol that the EV speaks; priority 1 is what it likes best."""

    namespace: ClassVar[str] = APP_PROTOCOL

    protocol_namespace: Annotated[str, Uri(), Meta(max_length=100), Wire("ProtocolNamespace", namespace="")]
    version_number_major: Annotated[U32, Wire("VersionNumberMajor", namespace="")]
    version_number_minor: Annotated[U32, Wire("VersionNumberMinor", namespace="")]
    schema_id: Annotated[U8, Wire("SchemaID", namespace="")]
    priority: Annotated[int, Meta(ge=1, le=20), Wire("Priority", namespace="")]


class SupportedAppProtocolReq(Message, frozen=True, kw_only=True):
    """The protocols that the EV speaks."""

    name: ClassVar[str] = "supportedAppProtocolReq"
    namespace: ClassVar[str] = APP_PROTOCOL

    app_protocol: Annotated[tuple[AppProtocol, ...], Wire("AppProtocol", 1, 20, namespace="")]


class SupportedAppProtocolRes(Message, frozen=True, kw_only=True):
    """The protocol that the station picked, by the id that the EV gave it."""

    name: ClassVar[str] = "supportedAppProtocolRes"
    namespace: ClassVar[str] = APP_PROTOCOL

    response_code: Annotated[AppProtocolResponseCode, Wire("ResponseCode", namespace="")]
    schema_id: Annotated[U8 | None, Wire("SchemaID", namespace="")] = None
