"""What several DIN SPEC 70121 messages share: the bases of all bodies, states of both sides, meter readings."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from harness.messages.din.codes import (
    DcEvErrorCode,
    DcEvseStatusCode,
    EvseNotification,
    IsolationLevel,
    ResponseCode,
)
from harness.messages.din.physical import WattHours
from harness.messages.field import Message, Wire
from harness.messages.namespaces import DIN_BODY, DIN_MESSAGE, DIN_TYPES
from harness.messages.simple import I16, I64, U16, U32, Hex, Percent

SessionId = Annotated[bytes, Hex(), Meta(max_length=8)]
EvseId = Annotated[bytes, Hex(), Meta(max_length=32)]
ServiceId = U16
SaId = I16
"""Number of a schedule or of a tariff."""
ContractId = Annotated[str, Meta(max_length=24)]
PMax = I16
"""Watts."""


class BodyElement(Message, frozen=True, kw_only=True):
    """Head of the group of all that may stand in a body."""

    name: ClassVar[str] = "BodyElement"
    namespace: ClassVar[str] = DIN_MESSAGE
    abstract: ClassVar[bool] = True


class Request(BodyElement, frozen=True, kw_only=True):
    """The base of what the EV sends; ours, the schema has none."""

    namespace: ClassVar[str] = DIN_BODY
    abstract: ClassVar[bool] = True


class Response(BodyElement, frozen=True, kw_only=True):
    """The base of what the station answers; ours, the schema has none."""

    namespace: ClassVar[str] = DIN_BODY
    abstract: ClassVar[bool] = True

    response_code: Annotated[ResponseCode, Wire("ResponseCode")]


class EvseStatus(Message, frozen=True, kw_only=True):
    """Head of the group of station states."""

    name: ClassVar[str] = "EVSEStatus"
    namespace: ClassVar[str] = DIN_TYPES
    abstract: ClassVar[bool] = True


class AcEvseStatus(EvseStatus, frozen=True, kw_only=True):
    """State of an AC station; `rcd` is true if the residual current device has tripped; delay in seconds."""

    name: ClassVar[str] = "AC_EVSEStatus"
    namespace: ClassVar[str] = DIN_TYPES

    power_switch_closed: Annotated[bool, Wire("PowerSwitchClosed")]
    rcd: Annotated[bool, Wire("RCD")]
    notification_max_delay: Annotated[U32, Wire("NotificationMaxDelay")]
    evse_notification: Annotated[EvseNotification, Wire("EVSENotification")]


class DcEvseStatus(EvseStatus, frozen=True, kw_only=True):
    """State of a DC station; delay in seconds."""

    name: ClassVar[str] = "DC_EVSEStatus"
    namespace: ClassVar[str] = DIN_TYPES

    evse_isolation_status: Annotated[IsolationLevel | None, Wire("EVSEIsolationStatus")] = None
    evse_status_code: Annotated[DcEvseStatusCode, Wire("EVSEStatusCode")]
    notification_max_delay: Annotated[U32, Wire("NotificationMaxDelay")]
    evse_notification: Annotated[EvseNotification, Wire("EVSENotification")]


class EvStatus(Message, frozen=True, kw_only=True):
    """Head of the group of EV states."""

    name: ClassVar[str] = "EVStatus"
    namespace: ClassVar[str] = DIN_TYPES
    abstract: ClassVar[bool] = True


class DcEvStatus(EvStatus, frozen=True, kw_only=True):
    """State of an EV on DC; state of charge in percent."""

    name: ClassVar[str] = "DC_EVStatus"
    namespace: ClassVar[str] = DIN_TYPES

    ev_ready: Annotated[bool, Wire("EVReady")]
    ev_cabin_conditioning: Annotated[bool | None, Wire("EVCabinConditioning")] = None
    ev_ress_conditioning: Annotated[bool | None, Wire("EVRESSConditioning")] = None
    ev_error_code: Annotated[DcEvErrorCode, Wire("EVErrorCode")]
    ev_ress_soc: Annotated[Percent, Wire("EVRESSSOC")]


class MeterInfo(Message, frozen=True, kw_only=True):
    """A meter and its reading; `t_meter` is Unix time in seconds."""

    namespace: ClassVar[str] = DIN_TYPES

    meter_id: Annotated[str, Meta(max_length=32), Wire("MeterID")]
    meter_reading: Annotated[WattHours | None, Wire("MeterReading")] = None
    sig_meter_reading: Annotated[bytes | None, Meta(max_length=32), Wire("SigMeterReading")] = None
    meter_status: Annotated[I16 | None, Wire("MeterStatus")] = None
    t_meter: Annotated[I64 | None, Wire("TMeter")] = None
