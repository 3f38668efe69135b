"""CommonTypes of ISO 15118-20: the header, the bases of all messages, and what several services share."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from harness.core.units import Rational, WattHours
from harness.messages.field import Message, Wire
from harness.messages.iso20.codes import EvseNotification, Processing, ResponseCode
from harness.messages.namespaces import COMMON_TYPES, XMLDSIG
from harness.messages.simple import I8, I16, U16, U32, U64, Hex, Percent
from harness.messages.xmldsig import Signature, X509IssuerSerial

__all__ = [
    "ChargeLoopReq",
    "ChargeLoopRes",
    "ChargeParameterDiscoveryReq",
    "ChargeParameterDiscoveryRes",
    "ClReqControlMode",
    "ClResControlMode",
    "Description",
    "DetailedCost",
    "DetailedTax",
    "DisplayParameters",
    "DynamicClReqControlMode",
    "DynamicClResControlMode",
    "EvseNotification",
    "EvseStatus",
    "Identifier",
    "ListOfRootCertificateIDs",
    "MessageHeader",
    "MeterInfo",
    "Name",
    "NumericId",
    "Processing",
    "RationalNumber",
    "Receipt",
    "ResponseCode",
    "ScheduledClReqControlMode",
    "ScheduledClResControlMode",
    "SessionId",
    "V2gMessage",
    "V2gRequest",
    "V2gResponse",
]

NumericId = Annotated[int, Meta(ge=1, le=2**32 - 1)]
SessionId = Annotated[bytes, Hex(), Meta(min_length=8, max_length=8)]
Identifier = Annotated[str, Meta(max_length=255)]
Name = Annotated[str, Meta(max_length=80)]
Description = Annotated[str, Meta(max_length=160)]


class RationalNumber(Message, frozen=True, kw_only=True):
    """An integer and a decimal exponent, where the schema gives them an element name of their own."""

    namespace: ClassVar[str] = COMMON_TYPES
    ref: ClassVar[str] = "ISO 15118-20:2022, 8.3.5.3.8"

    exponent: Annotated[I8, Wire("Exponent")]
    value: Annotated[I16, Wire("Value")]


class MeterInfo(Message, frozen=True, kw_only=True):
    """Reading of the station's meter, in watt-hours and reactive volt-ampere-hours."""

    namespace: ClassVar[str] = COMMON_TYPES

    meter_id: Annotated[str, Meta(max_length=32), Wire("MeterID")]
    charged_energy_reading_wh: Annotated[U64, Wire("ChargedEnergyReadingWh")]
    bpt_discharged_energy_reading_wh: Annotated[U64 | None, Wire("BPT_DischargedEnergyReadingWh")] = None
    capacitive_energy_reading_varh: Annotated[U64 | None, Wire("CapacitiveEnergyReadingVARh")] = None
    bpt_inductive_energy_reading_varh: Annotated[U64 | None, Wire("BPT_InductiveEnergyReadingVARh")] = None
    meter_signature: Annotated[Annotated[bytes, Meta(max_length=64)] | None, Wire("MeterSignature")] = None
    meter_status: Annotated[I16 | None, Wire("MeterStatus")] = None
    meter_timestamp: Annotated[U64 | None, Wire("MeterTimestamp")] = None


class DetailedCost(Message, frozen=True, kw_only=True):
    """An amount, and the price of one unit of what it was paid for."""

    namespace: ClassVar[str] = COMMON_TYPES

    amount: Annotated[Rational, Wire("Amount")]
    cost_per_unit: Annotated[Rational, Wire("CostPerUnit")]


class DetailedTax(Message, frozen=True, kw_only=True):
    """The amount that one tax rule adds."""

    namespace: ClassVar[str] = COMMON_TYPES

    tax_rule_id: Annotated[NumericId, Wire("TaxRuleID")]
    amount: Annotated[Rational, Wire("Amount")]


class Receipt(Message, frozen=True, kw_only=True):
    """What the session cost so far."""

    namespace: ClassVar[str] = COMMON_TYPES

    time_anchor: Annotated[U64, Wire("TimeAnchor")]
    energy_costs: Annotated[DetailedCost | None, Wire("EnergyCosts")] = None
    occupancy_costs: Annotated[DetailedCost | None, Wire("OccupancyCosts")] = None
    additional_services_costs: Annotated[DetailedCost | None, Wire("AdditionalServicesCosts")] = None
    overstay_costs: Annotated[DetailedCost | None, Wire("OverstayCosts")] = None
    tax_costs: Annotated[tuple[DetailedTax, ...], Wire("TaxCosts", 0, 10)] = ()


class EvseStatus(Message, frozen=True, kw_only=True):
    """What the station asks for, and how many seconds the EV may take."""

    namespace: ClassVar[str] = COMMON_TYPES

    notification_max_delay: Annotated[U16, Wire("NotificationMaxDelay")]
    evse_notification: Annotated[EvseNotification, Wire("EVSENotification")]


class DisplayParameters(Message, frozen=True, kw_only=True):
    """State of the battery, for the driver's eyes; percentages and seconds."""

    namespace: ClassVar[str] = COMMON_TYPES

    present_soc: Annotated[Percent | None, Wire("PresentSOC")] = None
    minimum_soc: Annotated[Percent | None, Wire("MinimumSOC")] = None
    target_soc: Annotated[Percent | None, Wire("TargetSOC")] = None
    maximum_soc: Annotated[Percent | None, Wire("MaximumSOC")] = None
    remaining_time_to_minimum_soc: Annotated[U32 | None, Wire("RemainingTimeToMinimumSOC")] = None
    remaining_time_to_target_soc: Annotated[U32 | None, Wire("RemainingTimeToTargetSOC")] = None
    remaining_time_to_maximum_soc: Annotated[U32 | None, Wire("RemainingTimeToMaximumSOC")] = None
    charging_complete: Annotated[bool | None, Wire("ChargingComplete")] = None
    battery_energy_capacity: Annotated[WattHours | None, Wire("BatteryEnergyCapacity")] = None
    inlet_hot: Annotated[bool | None, Wire("InletHot")] = None


class ListOfRootCertificateIDs(Message, frozen=True, kw_only=True):
    """The root certificates that the EV has, by issuer and serial number."""

    namespace: ClassVar[str] = COMMON_TYPES

    root_certificate_id: Annotated[tuple[X509IssuerSerial, ...], Wire("RootCertificateID", 1, 20)]


class MessageHeader(Message, frozen=True, kw_only=True):
    """What every message begins with: whose session, when sent, and the signature over its signed parts."""

    namespace: ClassVar[str] = COMMON_TYPES

    session_id: Annotated[SessionId, Wire("SessionID")]
    time_stamp: Annotated[U64, Wire("TimeStamp")]
    signature: Annotated[Signature | None, Wire("Signature", namespace=XMLDSIG)] = None


class V2gMessage(Message, frozen=True, kw_only=True):
    """The base of all messages of ISO 15118-20."""

    namespace: ClassVar[str] = COMMON_TYPES
    abstract: ClassVar[bool] = True

    header: Annotated[MessageHeader, Wire("Header")]


class V2gRequest(V2gMessage, frozen=True, kw_only=True):
    """The base of what the EV sends."""

    namespace: ClassVar[str] = COMMON_TYPES
    abstract: ClassVar[bool] = True


class V2gResponse(V2gMessage, frozen=True, kw_only=True):
    """The base of what the station answers."""

    namespace: ClassVar[str] = COMMON_TYPES
    abstract: ClassVar[bool] = True

    response_code: Annotated[ResponseCode, Wire("ResponseCode")]


class ChargeParameterDiscoveryReq(V2gRequest, frozen=True, kw_only=True):
    """The base of the EV's limits for one energy transfer service."""

    namespace: ClassVar[str] = COMMON_TYPES
    abstract: ClassVar[bool] = True


class ChargeParameterDiscoveryRes(V2gResponse, frozen=True, kw_only=True):
    """The base of the station's limits for one energy transfer service."""

    namespace: ClassVar[str] = COMMON_TYPES
    abstract: ClassVar[bool] = True


class ChargeLoopReq(V2gRequest, frozen=True, kw_only=True):
    """The base of each cycle's request while energy flows."""

    namespace: ClassVar[str] = COMMON_TYPES
    abstract: ClassVar[bool] = True

    display_parameters: Annotated[DisplayParameters | None, Wire("DisplayParameters")] = None
    meter_info_requested: Annotated[bool, Wire("MeterInfoRequested")]


class ChargeLoopRes(V2gResponse, frozen=True, kw_only=True):
    """The base of each cycle's response while energy flows."""

    namespace: ClassVar[str] = COMMON_TYPES
    abstract: ClassVar[bool] = True

    evse_status: Annotated[EvseStatus | None, Wire("EVSEStatus")] = None
    meter_info: Annotated[MeterInfo | None, Wire("MeterInfo")] = None
    receipt: Annotated[Receipt | None, Wire("Receipt")] = None


class ClReqControlMode(Message, frozen=True, kw_only=True):
    """Head of the group of control modes that a charge loop request may carry."""

    name: ClassVar[str] = "CLReqControlMode"
    namespace: ClassVar[str] = COMMON_TYPES
    abstract: ClassVar[bool] = True


class ClResControlMode(Message, frozen=True, kw_only=True):
    """Head of the group of control modes that a charge loop response may carry."""

    name: ClassVar[str] = "CLResControlMode"
    namespace: ClassVar[str] = COMMON_TYPES
    abstract: ClassVar[bool] = True


class ScheduledClReqControlMode(ClReqControlMode, frozen=True, kw_only=True):
    """What the EV still needs, as far as it tells while it follows a schedule."""

    namespace: ClassVar[str] = COMMON_TYPES
    abstract: ClassVar[bool] = True

    ev_target_energy_request: Annotated[WattHours | None, Wire("EVTargetEnergyRequest")] = None
    ev_maximum_energy_request: Annotated[WattHours | None, Wire("EVMaximumEnergyRequest")] = None
    ev_minimum_energy_request: Annotated[WattHours | None, Wire("EVMinimumEnergyRequest")] = None


class ScheduledClResControlMode(ClResControlMode, frozen=True, kw_only=True):
    """The base of the station's side of a charge loop under a schedule."""

    namespace: ClassVar[str] = COMMON_TYPES
    abstract: ClassVar[bool] = True


class DynamicClReqControlMode(ClReqControlMode, frozen=True, kw_only=True):
    """What the EV needs and until when, while the station decides on the power."""

    namespace: ClassVar[str] = COMMON_TYPES
    abstract: ClassVar[bool] = True

    departure_time: Annotated[U32 | None, Wire("DepartureTime")] = None
    ev_target_energy_request: Annotated[WattHours, Wire("EVTargetEnergyRequest")]
    ev_maximum_energy_request: Annotated[WattHours, Wire("EVMaximumEnergyRequest")]
    ev_minimum_energy_request: Annotated[WattHours, Wire("EVMinimumEnergyRequest")]


class DynamicClResControlMode(ClResControlMode, frozen=True, kw_only=True):
    """What the station aims at, while it decides on the power."""

    namespace: ClassVar[str] = COMMON_TYPES
    abstract: ClassVar[bool] = True

    departure_time: Annotated[U32 | None, Wire("DepartureTime")] = None
    minimum_soc: Annotated[Percent | None, Wire("MinimumSOC")] = None
    target_soc: Annotated[Percent | None, Wire("TargetSOC")] = None
    ack_max_delay: Annotated[U16 | None, Wire("AckMaxDelay")] = None
