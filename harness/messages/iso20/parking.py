"""Arriving at and leaving a wireless or pantograph space: VehicleCheckIn and VehicleCheckOut."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from harness.messages.field import Message, Wire
from harness.messages.iso20.types import V2gRequest, V2gResponse
from harness.messages.namespaces import COMMON_MESSAGES
from harness.messages.simple import I16, U16, U64


class EvCheckInStatus(StrEnum):
    """How far the EV's arrival is."""

    CHECK_IN = "CheckIn"
    PROCESSING = "Processing"
    COMPLETED = "Completed"


class ParkingMethod(StrEnum):
    """Who steers, and by whose guidance."""

    AUTO_PARKING = "AutoParking"
    MV_GUIDE_MANUAL = "MVGuideManual"
    MANUAL = "Manual"


class VehicleCheckInReq(V2gRequest, frozen=True, kw_only=True):
    """Says that the EV is arriving, and how it will park."""

    name: ClassVar[str] = "VehicleCheckInReq"
    namespace: ClassVar[str] = COMMON_MESSAGES

    ev_check_in_status: Annotated[EvCheckInStatus, Wire("EVCheckInStatus")]
    parking_method: Annotated[ParkingMethod, Wire("ParkingMethod")]
    vehicle_frame: Annotated[I16 | None, Wire("VehicleFrame")] = None
    device_offset: Annotated[I16 | None, Wire("DeviceOffset")] = None
    vehicle_travel: Annotated[I16 | None, Wire("VehicleTravel")] = None


class VehicleCheckInRes(V2gResponse, frozen=True, kw_only=True):
    """Where to park."""

    name: ClassVar[str] = "VehicleCheckInRes"
    namespace: ClassVar[str] = COMMON_MESSAGES

    parking_space: Annotated[I16 | None, Wire("ParkingSpace")] = None
    device_location: Annotated[I16 | None, Wire("DeviceLocation")] = None
    target_distance: Annotated[I16 | None, Wire("TargetDistance")] = None


class EvCheckOutStatus(StrEnum):
    """How far the EV's departure is."""

    CHECK_OUT = "CheckOut"
    PROCESSING = "Processing"
    COMPLETED = "Completed"


class VehicleCheckOutReq(V2gRequest, frozen=True, kw_only=True):
    """Says that the EV is leaving."""

    name: ClassVar[str] = "VehicleCheckOutReq"
    namespace: ClassVar[str] = COMMON_MESSAGES

    ev_check_out_status: Annotated[EvCheckOutStatus, Wire("EVCheckOutStatus")]
    check_out_time: Annotated[U64, Wire("CheckOutTime")]


class EvseCheckOutStatus(StrEnum):
    """What the station says to the departure."""

    SCHEDULED = "Scheduled"
    COMPLETED = "Completed"


class VehicleCheckOutRes(V2gResponse, frozen=True, kw_only=True):
    """Whether the EV may leave."""

    name: ClassVar[str] = "VehicleCheckOutRes"
    namespace: ClassVar[str] = COMMON_MESSAGES

    evse_check_out_status: Annotated[EvseCheckOutStatus, Wire("EVSECheckOutStatus")]


class TargetPosition(Message, frozen=True, kw_only=True):
    """Offset of the space from a reference point."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    target_offset_x: Annotated[U16, Wire("TargetOffsetX")]
    target_offset_y: Annotated[U16, Wire("TargetOffsetY")]
