"""What AC and DC share of charging: ChargeParameterDiscovery, PowerDelivery and MeteringReceipt."""

from __future__ import annotations

from typing import Annotated, ClassVar

from harness.messages.din.ac import AcEvChargeParameter, AcEvseChargeParameter
from harness.messages.din.codes import EvRequestedEnergyTransferType, EvseProcessing
from harness.messages.din.dc import DcEvChargeParameter, DcEvPowerDeliveryParameter, DcEvseChargeParameter
from harness.messages.din.parameters import EvChargeParameter, EvPowerDeliveryParameter, EvseChargeParameter
from harness.messages.din.schedule import SAScheduleList, SASchedules
from harness.messages.din.types import (
    AcEvseStatus,
    DcEvseStatus,
    EvseStatus,
    MeterInfo,
    PMax,
    Request,
    Response,
    SaId,
    SessionId,
)
from harness.messages.field import Message, Wire
from harness.messages.namespaces import DIN_BODY, DIN_TYPES
from harness.messages.simple import U32, IdentityReference


class ChargeParameterDiscoveryReq(Request, frozen=True, kw_only=True):
    """The EV's limits, and the connector by which it wants to charge."""

    name: ClassVar[str] = "ChargeParameterDiscoveryReq"
    namespace: ClassVar[str] = DIN_BODY

    ev_requested_energy_transfer_type: Annotated[EvRequestedEnergyTransferType, Wire("EVRequestedEnergyTransferType")]
    ev_charge_parameter: Annotated[AcEvChargeParameter | DcEvChargeParameter | EvChargeParameter, Wire()]


class ChargeParameterDiscoveryRes(Response, frozen=True, kw_only=True):
    """The station's limits, and its schedules."""

    name: ClassVar[str] = "ChargeParameterDiscoveryRes"
    namespace: ClassVar[str] = DIN_BODY

    evse_processing: Annotated[EvseProcessing, Wire("EVSEProcessing")]
    sa_schedules: Annotated[SAScheduleList | SASchedules, Wire()]
    evse_charge_parameter: Annotated[AcEvseChargeParameter | DcEvseChargeParameter | EvseChargeParameter, Wire()]


class ProfileEntry(Message, frozen=True, kw_only=True):
    """The most power in watts that the EV will take, from so many seconds after the start on."""

    namespace: ClassVar[str] = DIN_TYPES

    charging_profile_entry_start: Annotated[U32, Wire("ChargingProfileEntryStart")]
    charging_profile_entry_max_power: Annotated[PMax, Wire("ChargingProfileEntryMaxPower")]


class ChargingProfile(Message, frozen=True, kw_only=True):
    """The schedule that the EV picked, and the power that it will take over time."""

    namespace: ClassVar[str] = DIN_TYPES

    sa_schedule_tuple_id: Annotated[SaId, Wire("SAScheduleTupleID")]
    profile_entry: Annotated[tuple[ProfileEntry, ...], Wire("ProfileEntry", 1, None)]


class PowerDeliveryReq(Request, frozen=True, kw_only=True):
    """Starts or stops the flow of energy, under the schedule that the EV picked."""

    name: ClassVar[str] = "PowerDeliveryReq"
    namespace: ClassVar[str] = DIN_BODY

    ready_to_charge_state: Annotated[bool, Wire("ReadyToChargeState")]
    charging_profile: Annotated[ChargingProfile | None, Wire("ChargingProfile")] = None
    ev_power_delivery_parameter: Annotated[DcEvPowerDeliveryParameter | EvPowerDeliveryParameter | None, Wire()] = None


class PowerDeliveryRes(Response, frozen=True, kw_only=True):
    """Whether the station did so."""

    name: ClassVar[str] = "PowerDeliveryRes"
    namespace: ClassVar[str] = DIN_BODY

    evse_status: Annotated[AcEvseStatus | DcEvseStatus | EvseStatus, Wire()]


class MeteringReceiptReq(Request, frozen=True, kw_only=True):
    """The meter reading that the EV had, back and signed."""

    name: ClassVar[str] = "MeteringReceiptReq"
    namespace: ClassVar[str] = DIN_BODY

    id: Annotated[str | None, IdentityReference(), Wire("Id", attribute=True, namespace="")] = None
    session_id: Annotated[SessionId, Wire("SessionID")]
    sa_schedule_tuple_id: Annotated[SaId | None, Wire("SAScheduleTupleID")] = None
    meter_info: Annotated[MeterInfo, Wire("MeterInfo")]


class MeteringReceiptRes(Response, frozen=True, kw_only=True):
    """Whether the station takes the receipt."""

    name: ClassVar[str] = "MeteringReceiptRes"
    namespace: ClassVar[str] = DIN_BODY

    ac_evse_status: Annotated[AcEvseStatus, Wire("AC_EVSEStatus")]
