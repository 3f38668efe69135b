"""The EV's signature under what the meter said: MeteringConfirmation."""

from __future__ import annotations

from typing import Annotated, ClassVar

from harness.messages.field import Message, Wire
from harness.messages.iso20.types import MeterInfo, NumericId, Receipt, SessionId, V2gRequest, V2gResponse
from harness.messages.namespaces import COMMON_MESSAGES
from harness.messages.simple import Identity


class DynamicSmdtControlMode(Message, frozen=True, kw_only=True):
    """No schedule to name."""

    name: ClassVar[str] = "Dynamic_SMDTControlMode"
    namespace: ClassVar[str] = COMMON_MESSAGES
    local: ClassVar[bool] = True


class ScheduledSmdtControlMode(Message, frozen=True, kw_only=True):
    """Tells by which schedule the metered energy flowed."""

    name: ClassVar[str] = "Scheduled_SMDTControlMode"
    namespace: ClassVar[str] = COMMON_MESSAGES
    local: ClassVar[bool] = True

    selected_schedule_tuple_id: Annotated[NumericId, Wire("SelectedScheduleTupleID")]


class SignedMeteringData(Message, frozen=True, kw_only=True):
    """The meter reading that the EV signs."""

    name: ClassVar[str] = "SignedMeteringData"
    namespace: ClassVar[str] = COMMON_MESSAGES

    id: Annotated[str, Identity(), Wire("Id", attribute=True)]
    session_id: Annotated[SessionId, Wire("SessionID")]
    meter_info: Annotated[MeterInfo, Wire("MeterInfo")]
    receipt: Annotated[Receipt | None, Wire("Receipt")] = None
    control_mode: Annotated[DynamicSmdtControlMode | ScheduledSmdtControlMode, Wire()]


class MeteringConfirmationReq(V2gRequest, frozen=True, kw_only=True):
    """Returns a meter reading with the EV's signature."""

    name: ClassVar[str] = "MeteringConfirmationReq"
    namespace: ClassVar[str] = COMMON_MESSAGES

    signed_metering_data: Annotated[SignedMeteringData, Wire("SignedMeteringData")]


class MeteringConfirmationRes(V2gResponse, frozen=True, kw_only=True):
    """Whether the signed reading was taken."""

    name: ClassVar[str] = "MeteringConfirmationRes"
    namespace: ClassVar[str] = COMMON_MESSAGES
