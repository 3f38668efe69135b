"""What several ISO 15118-2 messages share: the bases of all bodies, states of both sides, meter readings."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from harness.messages.field import Message, Wire
from harness.messages.iso2.codes import (
    DcEvErrorCode,
    DcEvseStatusCode,
    EvseNotification,
    IsolationLevel,
    ResponseCode,
)
from harness.messages.namespaces import ISO2_BODY, ISO2_TYPES
from harness.messages.simple import I16, I64, U16, U64, Hex, Percent

SessionId = Annotated[bytes, Hex(), Meta(max_length=8)]
EvseId = Annotated[str, Meta(min_length=7, max_length=37)]
ServiceId = U16
SaId = Annotated[int, Meta(ge=1, le=255)]
"""Number of a schedule or of a tariff."""
Emaid = Annotated[str, Meta(min_length=14, max_length=15)]
"""Text of an e-mobility account identifier."""
GenChallenge = Annotated[bytes, Meta(min_length=16, max_length=16)]


class BodyElement(Message, frozen=True, kw_only=True):
    """Head of the group of all that may stand in a body."""

    name: ClassVar[str] = "BodyElement"
    namespace: ClassVar[str] = ISO2_BODY
    abstract: ClassVar[bool] = True


class Request(BodyElement, frozen=True, kw_only=True):
    """The base of what the EV sends; ours, the schema has none."""

    namespace: ClassVar[str] = ISO2_BODY
    abstract: ClassVar[bool] = True


class Response(BodyElement, frozen=True, kw_only=True):
    """The base of what the station answers; ours, the schema has none."""

    namespace: ClassVar[str] = ISO2_BODY
    abstract: ClassVar[bool] = True

    response_code: Annotated[ResponseCode, Wire("ResponseCode")]


class EvseStatus(Message, frozen=True, kw_only=True):
    """What the station asks for, and how many seconds the EV may take; head of its group."""

    name: ClassVar[str] = "EVSEStatus"
    namespace: ClassVar[str] = ISO2_TYPES
    abstract: ClassVar[bool] = True

    notification_max_delay: Annotated[U16, Wire("NotificationMaxDelay")]
    evse_notification: Annotated[EvseNotification, Wire("EVSENotification")]


class AcEvseStatus(EvseStatus, frozen=True, kw_only=True):
    """State of an AC station; `rcd` is true if the residual current device has tripped."""

    name: ClassVar[str] = "AC_EVSEStatus"
    namespace: ClassVar[str] = ISO2_TYPES

    rcd: Annotated[bool, Wire("RCD")]


class DcEvseStatus(EvseStatus, frozen=True, kw_only=True):
    """State of a DC station."""

    name: ClassVar[str] = "DC_EVSEStatus"
    namespace: ClassVar[str] = ISO2_TYPES

    evse_isolation_status: Annotated[IsolationLevel | None, Wire("EVSEIsolationStatus")] = None
    evse_status_code: Annotated[DcEvseStatusCode, Wire("EVSEStatusCode")]


class EvStatus(Message, frozen=True, kw_only=True):
    """Head of the group of EV states."""

    name: ClassVar[str] = "EVStatus"
    namespace: ClassVar[str] = ISO2_TYPES
    abstract: ClassVar[bool] = True


class DcEvStatus(EvStatus, frozen=True, kw_only=True):
    """State of an EV on DC; state of charge in percent."""

    name: ClassVar[str] = "DC_EVStatus"
    namespace: ClassVar[str] = ISO2_TYPES

    ev_ready: Annotated[bool, Wire("EVReady")]
    ev_error_code: Annotated[DcEvErrorCode, Wire("EVErrorCode")]
    ev_ress_soc: Annotated[Percent, Wire("EVRESSSOC")]


class MeterInfo(Message, frozen=True, kw_only=True):
    """A meter and its reading in watt-hours; `t_meter` is Unix time in seconds."""

    namespace: ClassVar[str] = ISO2_TYPES

    meter_id: Annotated[str, Meta(max_length=32), Wire("MeterID")]
    meter_reading: Annotated[U64 | None, Wire("MeterReading")] = None
    sig_meter_reading: Annotated[bytes | None, Meta(max_length=64), Wire("SigMeterReading")] = None
    meter_status: Annotated[I16 | None, Wire("MeterStatus")] = None
    t_meter: Annotated[I64 | None, Wire("TMeter")] = None
