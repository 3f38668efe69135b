"""Messages of the automated connection device, the pantograph of buses and trucks."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from harness.core.units import Rational
from harness.messages.field import Message, Wire
from harness.messages.iso20.codes import Processing
from harness.messages.iso20.types import V2gRequest, V2gResponse
from harness.messages.namespaces import ACDP
from harness.messages.simple import I16, Percent


class IsolationStatus(StrEnum):
    """What the insulation monitor says."""

    INVALID = "Invalid"
    SAFE = "Safe"
    WARNING = "Warning"
    FAULT = "Fault"


class ElectricalChargingDeviceStatus(StrEnum):
    """Electrical state of the contact between device and vehicle."""

    STATE_A = "State_A"
    STATE_B = "State_B"
    STATE_C = "State_C"
    STATE_D = "State_D"


class MechanicalChargingDeviceStatus(StrEnum):
    """Where the moving part of the device is."""

    HOME = "Home"
    MOVING = "Moving"
    END_POSITION = "EndPosition"


class CpStatus(StrEnum):
    """State of the control pilot as the vehicle sees it."""

    STATE_A = "StateA"
    STATE_B = "StateB"
    STATE_C = "StateC"
    STATE_D = "StateD"
    STATE_E = "StateE"


class ErrorCode(StrEnum):
    """What ails the vehicle."""

    OK_NO_EV_ERROR = "OK_NoEVError"
    FAILED = "FAILED"
    FAILED_EMERGENCY_EVENT = "FAILED_EmergencyEvent"
    FAILED_BREAKER = "FAILED_Breaker"
    FAILED_RESS_TEMPERATURE_INHIBIT = "FAILED_RESSTemperatureInhibit"
    FAILED_RESS = "FAILED_RESS"
    FAILED_CHARGING_CURRENT_DIFFERENTIAL = "FAILED_ChargingCurrentDifferential"
    FAILED_CHARGING_VOLTAGE_OUT_OF_RANGE = "FAILED_ChargingVoltageOutOfRange"
    FAILED_RESERVED1 = "FAILED_Reserved1"
    FAILED_RESERVED2 = "FAILED_Reserved2"


class AcdpVehiclePositioningReq(V2gRequest, frozen=True, kw_only=True):
    """Asks how the vehicle stands under the charging device."""

    name: ClassVar[str] = "ACDP_VehiclePositioningReq"
    namespace: ClassVar[str] = ACDP

    ev_mobility_status: Annotated[bool, Wire("EVMobilityStatus")]
    ev_positioning_support: Annotated[bool, Wire("EVPositioningSupport")]


class AcdpVehiclePositioningRes(V2gResponse, frozen=True, kw_only=True):
    """How far the vehicle is from where the device can reach it."""

    name: ClassVar[str] = "ACDP_VehiclePositioningRes"
    namespace: ClassVar[str] = ACDP

    evse_processing: Annotated[Processing, Wire("EVSEProcessing")]
    evse_positioning_support: Annotated[bool, Wire("EVSEPositioningSupport")]
    ev_relative_x_deviation: Annotated[I16, Wire("EVRelativeXDeviation")]
    ev_relative_y_deviation: Annotated[I16, Wire("EVRelativeYDeviation")]
    contact_window_xc: Annotated[I16, Wire("ContactWindowXc")]
    contact_window_yc: Annotated[I16, Wire("ContactWindowYc")]
    ev_in_charge_position: Annotated[bool, Wire("EVInChargePosition")]


class AcdpContactReq(V2gRequest, frozen=True, kw_only=True):
    """What connecting and disconnecting have in common, EV's side."""

    namespace: ClassVar[str] = ACDP
    abstract: ClassVar[bool] = True

    ev_electrical_charging_device_status: Annotated[
        ElectricalChargingDeviceStatus, Wire("EVElectricalChargingDeviceStatus")
    ]


class AcdpConnectReq(AcdpContactReq, frozen=True, kw_only=True):
    """Asks the charging device to come down."""

    name: ClassVar[str] = "ACDP_ConnectReq"
    namespace: ClassVar[str] = ACDP


class AcdpDisconnectReq(AcdpContactReq, frozen=True, kw_only=True):
    """Asks the charging device to go home."""

    name: ClassVar[str] = "ACDP_DisconnectReq"
    namespace: ClassVar[str] = ACDP


class AcdpContactRes(V2gResponse, frozen=True, kw_only=True):
    """What connecting and disconnecting have in common, station's side."""

    namespace: ClassVar[str] = ACDP
    abstract: ClassVar[bool] = True

    evse_processing: Annotated[Processing, Wire("EVSEProcessing")]
    evse_electrical_charging_device_status: Annotated[
        ElectricalChargingDeviceStatus, Wire("EVSEElectricalChargingDeviceStatus")
    ]
    evse_mechanical_charging_device_status: Annotated[
        MechanicalChargingDeviceStatus, Wire("EVSEMechanicalChargingDeviceStatus")
    ]


class AcdpConnectRes(AcdpContactRes, frozen=True, kw_only=True):
    """How far the connection is."""

    name: ClassVar[str] = "ACDP_ConnectRes"
    namespace: ClassVar[str] = ACDP


class AcdpDisconnectRes(AcdpContactRes, frozen=True, kw_only=True):
    """How far the disconnection is."""

    name: ClassVar[str] = "ACDP_DisconnectRes"
    namespace: ClassVar[str] = ACDP


class EvTechnicalStatus(Message, frozen=True, kw_only=True):
    """What the vehicle tells about its readiness and its faults."""

    namespace: ClassVar[str] = ACDP

    ev_ready_to_charge: Annotated[bool, Wire("EVReadyToCharge")]
    ev_immobilization_request: Annotated[bool, Wire("EVImmobilizationRequest")]
    ev_immobilized: Annotated[bool | None, Wire("EVImmobilized")] = None
    ev_wlan_strength: Annotated[Rational | None, Wire("EVWLANStrength")] = None
    ev_cp_status: Annotated[CpStatus | None, Wire("EVCPStatus")] = None
    ev_soc: Annotated[Percent | None, Wire("EVSOC")] = None
    ev_error_code: Annotated[ErrorCode | None, Wire("EVErrorCode")] = None
    ev_timeout: Annotated[bool | None, Wire("EVTimeout")] = None


class AcdpSystemStatusReq(V2gRequest, frozen=True, kw_only=True):
    """The vehicle's state, told beside the main stream of messages."""

    name: ClassVar[str] = "ACDP_SystemStatusReq"
    namespace: ClassVar[str] = ACDP

    ev_technical_status: Annotated[EvTechnicalStatus, Wire("EVTechnicalStatus")]


class AcdpSystemStatusRes(V2gResponse, frozen=True, kw_only=True):
    """The station's state, told beside the main stream of messages."""

    name: ClassVar[str] = "ACDP_SystemStatusRes"
    namespace: ClassVar[str] = ACDP

    evse_mechanical_charging_device_status: Annotated[
        MechanicalChargingDeviceStatus, Wire("EVSEMechanicalChargingDeviceStatus")
    ]
    evse_ready_to_charge: Annotated[bool, Wire("EVSEReadyToCharge")]
    evse_isolation_status: Annotated[IsolationStatus, Wire("EVSEIsolationStatus")]
    evse_disabled: Annotated[bool, Wire("EVSEDisabled")]
    evse_utility_interrupt_event: Annotated[bool, Wire("EVSEUtilityInterruptEvent")]
    evse_emergency_shutdown: Annotated[bool, Wire("EVSEEmergencyShutdown")]
    evse_malfunction: Annotated[bool, Wire("EVSEMalfunction")]
    ev_in_charge_position: Annotated[bool, Wire("EVInChargePosition")]
    ev_association_status: Annotated[bool, Wire("EVAssociationStatus")]
