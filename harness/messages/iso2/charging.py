"""What AC and DC share of charging: ChargeParameterDiscovery, PowerDelivery and MeteringReceipt."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from harness.messages.field import Message, Wire
from harness.messages.iso2.ac import AcEvChargeParameter, AcEvseChargeParameter
from harness.messages.iso2.codes import EnergyTransferMode, EvseProcessing
from harness.messages.iso2.dc import DcEvChargeParameter, DcEvPowerDeliveryParameter, DcEvseChargeParameter
from harness.messages.iso2.parameters import EvChargeParameter, EvPowerDeliveryParameter, EvseChargeParameter
from harness.messages.iso2.physical import Watts
from harness.messages.iso2.schedule import SAScheduleList, SASchedules
from harness.messages.iso2.types import (
    AcEvseStatus,
    DcEvseStatus,
    EvseStatus,
    MeterInfo,
    Request,
    Response,
    SaId,
    SessionId,
)
from harness.messages.namespaces import ISO2_BODY, ISO2_TYPES
from harness.messages.simple import U16, U32, Identity


class ChargeParameterDiscoveryReq(Request, frozen=True, kw_only=True):
    """The EV's limits, and the mode of energy transfer that it wants."""

    name: ClassVar[str] = "ChargeParameterDiscoveryReq"
    namespace: ClassVar[str] = ISO2_BODY

    max_entries_sa_schedule_tuple: Annotated[U16 | None, Wire("MaxEntriesSAScheduleTuple")] = None
    requested_energy_transfer_mode: Annotated[EnergyTransferMode, Wire("RequestedEnergyTransferMode")]
    ev_charge_parameter: Annotated[AcEvChargeParameter | DcEvChargeParameter | EvChargeParameter, Wire()]


class ChargeParameterDiscoveryRes(Response, frozen=True, kw_only=True):
    """The station's limits, and its schedules once it has them."""

    name: ClassVar[str] = "ChargeParameterDiscoveryRes"
    namespace: ClassVar[str] = ISO2_BODY

    evse_processing: Annotated[EvseProcessing, Wire("EVSEProcessing")]
    sa_schedules: Annotated[SAScheduleList | SASchedules | None, Wire()] = None
    evse_charge_parameter: Annotated[AcEvseChargeParameter | DcEvseChargeParameter | EvseChargeParameter, Wire()]


class ChargeProgress(StrEnum):
    """What the flow of energy shall do."""

    START = "Start"
    STOP = "Stop"
    RENEGOTIATE = "Renegotiate"


class ProfileEntry(Message, frozen=True, kw_only=True):
    """The most power that the EV will take, from so many seconds after the start on."""

    namespace: ClassVar[str] = ISO2_TYPES

    charging_profile_entry_start: Annotated[U32, Wire("ChargingProfileEntryStart")]
    charging_profile_entry_max_power: Annotated[Watts, Wire("ChargingProfileEntryMaxPower")]
    charging_profile_entry_max_number_of_phases_in_use: Annotated[
        int | None, Meta(ge=1, le=3), Wire("ChargingProfileEntryMaxNumberOfPhasesInUse")
    ] = None


class ChargingProfile(Message, frozen=True, kw_only=True):
    """The power that the EV will take over time."""

    namespace: ClassVar[str] = ISO2_TYPES

    profile_entry: Annotated[tuple[ProfileEntry, ...], Wire("ProfileEntry", 1, 24)]


class PowerDeliveryReq(Request, frozen=True, kw_only=True):
    """Starts, stops or renegotiates the flow of energy, under the schedule that the EV picked."""

    name: ClassVar[str] = "PowerDeliveryReq"
    namespace: ClassVar[str] = ISO2_BODY

    charge_progress: Annotated[ChargeProgress, Wire("ChargeProgress")]
    sa_schedule_tuple_id: Annotated[SaId, Wire("SAScheduleTupleID")]
    charging_profile: Annotated[ChargingProfile | None, Wire("ChargingProfile")] = None
    ev_power_delivery_parameter: Annotated[DcEvPowerDeliveryParameter | EvPowerDeliveryParameter | None, Wire()] = None


class PowerDeliveryRes(Response, frozen=True, kw_only=True):
    """Whether the station did so."""

    name: ClassVar[str] = "PowerDeliveryRes"
    namespace: ClassVar[str] = ISO2_BODY

    evse_status: Annotated[AcEvseStatus | DcEvseStatus | EvseStatus, Wire()]


class MeteringReceiptReq(Request, frozen=True, kw_only=True):
    """The meter reading that the EV had, back and signed."""

    name: ClassVar[str] = "MeteringReceiptReq"
    namespace: ClassVar[str] = ISO2_BODY

    id: Annotated[str | None, Identity(), Wire("Id", attribute=True)] = None
    session_id: Annotated[SessionId, Wire("SessionID")]
    sa_schedule_tuple_id: Annotated[SaId | None, Wire("SAScheduleTupleID")] = None
    meter_info: Annotated[MeterInfo, Wire("MeterInfo")]


class MeteringReceiptRes(Response, frozen=True, kw_only=True):
    """Whether the station takes the receipt."""

    name: ClassVar[str] = "MeteringReceiptRes"
    namespace: ClassVar[str] = ISO2_BODY

    evse_status: Annotated[AcEvseStatus | DcEvseStatus | EvseStatus, Wire()]
