"""Messages of the DC services: charge parameters, cable check, pre-charge, charge loop, welding detection."""

from __future__ import annotations

from typing import Annotated, ClassVar

from harness.core.units import Amperes, Rational, Volts, WattHours, Watts
from harness.messages.field import Message, Wire
from harness.messages.iso20.codes import Processing
from harness.messages.iso20.types import (
    ChargeLoopReq,
    ChargeLoopRes,
    ChargeParameterDiscoveryReq,
    ChargeParameterDiscoveryRes,
    ClReqControlMode,
    ClResControlMode,
    DynamicClReqControlMode,
    DynamicClResControlMode,
    ScheduledClReqControlMode,
    ScheduledClResControlMode,
    V2gRequest,
    V2gResponse,
)
from harness.messages.namespaces import DC
from harness.messages.simple import Percent


class DcCpdReqEnergyTransferMode(Message, frozen=True, kw_only=True):
    """Power, current and voltage between which the EV can charge."""

    name: ClassVar[str] = "DC_CPDReqEnergyTransferMode"
    namespace: ClassVar[str] = DC

    ev_maximum_charge_power: Annotated[Watts, Wire("EVMaximumChargePower")]
    ev_minimum_charge_power: Annotated[Watts, Wire("EVMinimumChargePower")]
    ev_maximum_charge_current: Annotated[Amperes, Wire("EVMaximumChargeCurrent")]
    ev_minimum_charge_current: Annotated[Amperes, Wire("EVMinimumChargeCurrent")]
    ev_maximum_voltage: Annotated[Volts, Wire("EVMaximumVoltage")]
    ev_minimum_voltage: Annotated[Volts, Wire("EVMinimumVoltage")]
    target_soc: Annotated[Percent | None, Wire("TargetSOC")] = None


class BptDcCpdReqEnergyTransferMode(DcCpdReqEnergyTransferMode, frozen=True, kw_only=True):
    """Limits between which the EV can charge and discharge."""

    name: ClassVar[str] = "BPT_DC_CPDReqEnergyTransferMode"
    namespace: ClassVar[str] = DC

    ev_maximum_discharge_power: Annotated[Watts, Wire("EVMaximumDischargePower")]
    ev_minimum_discharge_power: Annotated[Watts, Wire("EVMinimumDischargePower")]
    ev_maximum_discharge_current: Annotated[Amperes, Wire("EVMaximumDischargeCurrent")]
    ev_minimum_discharge_current: Annotated[Amperes, Wire("EVMinimumDischargeCurrent")]


class DcCpdResEnergyTransferMode(Message, frozen=True, kw_only=True):
    """Power, current and voltage between which the station can supply."""

    name: ClassVar[str] = "DC_CPDResEnergyTransferMode"
    namespace: ClassVar[str] = DC

    evse_maximum_charge_power: Annotated[Watts, Wire("EVSEMaximumChargePower")]
    evse_minimum_charge_power: Annotated[Watts, Wire("EVSEMinimumChargePower")]
    evse_maximum_charge_current: Annotated[Amperes, Wire("EVSEMaximumChargeCurrent")]
    evse_minimum_charge_current: Annotated[Amperes, Wire("EVSEMinimumChargeCurrent")]
    evse_maximum_voltage: Annotated[Volts, Wire("EVSEMaximumVoltage")]
    evse_minimum_voltage: Annotated[Volts, Wire("EVSEMinimumVoltage")]
    evse_power_ramp_limitation: Annotated[Rational | None, Wire("EVSEPowerRampLimitation")] = None


class BptDcCpdResEnergyTransferMode(DcCpdResEnergyTransferMode, frozen=True, kw_only=True):
    """Limits between which the station can supply and take back."""

    name: ClassVar[str] = "BPT_DC_CPDResEnergyTransferMode"
    namespace: ClassVar[str] = DC

    evse_maximum_discharge_power: Annotated[Watts, Wire("EVSEMaximumDischargePower")]
    evse_minimum_discharge_power: Annotated[Watts, Wire("EVSEMinimumDischargePower")]
    evse_maximum_discharge_current: Annotated[Amperes, Wire("EVSEMaximumDischargeCurrent")]
    evse_minimum_discharge_current: Annotated[Amperes, Wire("EVSEMinimumDischargeCurrent")]


class DcChargeParameterDiscoveryReq(ChargeParameterDiscoveryReq, frozen=True, kw_only=True):
    """The EV's limits on DC."""

    name: ClassVar[str] = "DC_ChargeParameterDiscoveryReq"
    namespace: ClassVar[str] = DC

    energy_transfer_mode: Annotated[BptDcCpdReqEnergyTransferMode | DcCpdReqEnergyTransferMode, Wire()]


class DcChargeParameterDiscoveryRes(ChargeParameterDiscoveryRes, frozen=True, kw_only=True):
    """The station's limits on DC."""

    name: ClassVar[str] = "DC_ChargeParameterDiscoveryRes"
    namespace: ClassVar[str] = DC

    energy_transfer_mode: Annotated[BptDcCpdResEnergyTransferMode | DcCpdResEnergyTransferMode, Wire()]


class DcCableCheckReq(V2gRequest, frozen=True, kw_only=True):
    """Asks for the check of the insulation."""

    name: ClassVar[str] = "DC_CableCheckReq"
    namespace: ClassVar[str] = DC


class DcCableCheckRes(V2gResponse, frozen=True, kw_only=True):
    """Whether the check of the insulation is done."""

    name: ClassVar[str] = "DC_CableCheckRes"
    namespace: ClassVar[str] = DC

    evse_processing: Annotated[Processing, Wire("EVSEProcessing")]


class DcPreChargeReq(V2gRequest, frozen=True, kw_only=True):
    """Asks for the voltage at which the EV will close its contactors."""

    name: ClassVar[str] = "DC_PreChargeReq"
    namespace: ClassVar[str] = DC

    ev_processing: Annotated[Processing, Wire("EVProcessing")]
    ev_present_voltage: Annotated[Volts, Wire("EVPresentVoltage")]
    ev_target_voltage: Annotated[Volts, Wire("EVTargetVoltage")]


class DcPreChargeRes(V2gResponse, frozen=True, kw_only=True):
    """The voltage that the station has reached."""

    name: ClassVar[str] = "DC_PreChargeRes"
    namespace: ClassVar[str] = DC

    evse_present_voltage: Annotated[Volts, Wire("EVSEPresentVoltage")]


class DcWeldingDetectionReq(V2gRequest, frozen=True, kw_only=True):
    """Asks for the voltage while the EV tries whether its contactors open."""

    name: ClassVar[str] = "DC_WeldingDetectionReq"
    namespace: ClassVar[str] = DC

    ev_processing: Annotated[Processing, Wire("EVProcessing")]


class DcWeldingDetectionRes(V2gResponse, frozen=True, kw_only=True):
    """The voltage that the station still sees."""

    name: ClassVar[str] = "DC_WeldingDetectionRes"
    namespace: ClassVar[str] = DC

    evse_present_voltage: Annotated[Volts, Wire("EVSEPresentVoltage")]


class ScheduledDcClReqControlMode(ScheduledClReqControlMode, frozen=True, kw_only=True):
    """Current and voltage that the EV asks for while it follows the agreed schedule."""

    name: ClassVar[str] = "Scheduled_DC_CLReqControlMode"
    namespace: ClassVar[str] = DC
    ref: ClassVar[str] = "ISO 15118-20:2022, 8.3.5.5.4"

    ev_target_current: Annotated[Amperes, Wire("EVTargetCurrent")]
    ev_target_voltage: Annotated[Volts, Wire("EVTargetVoltage")]
    ev_maximum_charge_power: Annotated[Watts | None, Wire("EVMaximumChargePower")] = None
    ev_minimum_charge_power: Annotated[Watts | None, Wire("EVMinimumChargePower")] = None
    ev_maximum_charge_current: Annotated[Amperes | None, Wire("EVMaximumChargeCurrent")] = None
    ev_maximum_voltage: Annotated[Volts | None, Wire("EVMaximumVoltage")] = None
    ev_minimum_voltage: Annotated[Volts | None, Wire("EVMinimumVoltage")] = None


class BptScheduledDcClReqControlMode(ScheduledDcClReqControlMode, frozen=True, kw_only=True):
    """What the EV asks for under a schedule, with its limits for feeding back."""

    name: ClassVar[str] = "BPT_Scheduled_DC_CLReqControlMode"
    namespace: ClassVar[str] = DC
    ref: ClassVar[str] = ""

    ev_maximum_discharge_power: Annotated[Watts | None, Wire("EVMaximumDischargePower")] = None
    ev_minimum_discharge_power: Annotated[Watts | None, Wire("EVMinimumDischargePower")] = None
    ev_maximum_discharge_current: Annotated[Amperes | None, Wire("EVMaximumDischargeCurrent")] = None


class DynamicDcClReqControlMode(DynamicClReqControlMode, frozen=True, kw_only=True):
    """The EV's limits, within which the station sets the power."""

    name: ClassVar[str] = "Dynamic_DC_CLReqControlMode"
    namespace: ClassVar[str] = DC

    ev_maximum_charge_power: Annotated[Watts, Wire("EVMaximumChargePower")]
    ev_minimum_charge_power: Annotated[Watts, Wire("EVMinimumChargePower")]
    ev_maximum_charge_current: Annotated[Amperes, Wire("EVMaximumChargeCurrent")]
    ev_maximum_voltage: Annotated[Volts, Wire("EVMaximumVoltage")]
    ev_minimum_voltage: Annotated[Volts, Wire("EVMinimumVoltage")]


class BptDynamicDcClReqControlMode(DynamicDcClReqControlMode, frozen=True, kw_only=True):
    """The EV's limits in either direction, and the energy it has to spare for V2X."""

    name: ClassVar[str] = "BPT_Dynamic_DC_CLReqControlMode"
    namespace: ClassVar[str] = DC

    ev_maximum_discharge_power: Annotated[Watts, Wire("EVMaximumDischargePower")]
    ev_minimum_discharge_power: Annotated[Watts, Wire("EVMinimumDischargePower")]
    ev_maximum_discharge_current: Annotated[Amperes, Wire("EVMaximumDischargeCurrent")]
    ev_maximum_v2x_energy_request: Annotated[WattHours | None, Wire("EVMaximumV2XEnergyRequest")] = None
    ev_minimum_v2x_energy_request: Annotated[WattHours | None, Wire("EVMinimumV2XEnergyRequest")] = None


class ScheduledDcClResControlMode(ScheduledClResControlMode, frozen=True, kw_only=True):
    """The station's limits, if they changed, under a schedule."""

    name: ClassVar[str] = "Scheduled_DC_CLResControlMode"
    namespace: ClassVar[str] = DC

    evse_maximum_charge_power: Annotated[Watts | None, Wire("EVSEMaximumChargePower")] = None
    evse_minimum_charge_power: Annotated[Watts | None, Wire("EVSEMinimumChargePower")] = None
    evse_maximum_charge_current: Annotated[Amperes | None, Wire("EVSEMaximumChargeCurrent")] = None
    evse_maximum_voltage: Annotated[Volts | None, Wire("EVSEMaximumVoltage")] = None


class BptScheduledDcClResControlMode(ScheduledDcClResControlMode, frozen=True, kw_only=True):
    """The station's limits in either direction, if they changed, under a schedule."""

    name: ClassVar[str] = "BPT_Scheduled_DC_CLResControlMode"
    namespace: ClassVar[str] = DC

    evse_maximum_discharge_power: Annotated[Watts | None, Wire("EVSEMaximumDischargePower")] = None
    evse_minimum_discharge_power: Annotated[Watts | None, Wire("EVSEMinimumDischargePower")] = None
    evse_maximum_discharge_current: Annotated[Amperes | None, Wire("EVSEMaximumDischargeCurrent")] = None
    evse_minimum_voltage: Annotated[Volts | None, Wire("EVSEMinimumVoltage")] = None


class DynamicDcClResControlMode(DynamicClResControlMode, frozen=True, kw_only=True):
    """The station's limits while it sets the power."""

    name: ClassVar[str] = "Dynamic_DC_CLResControlMode"
    namespace: ClassVar[str] = DC

    evse_maximum_charge_power: Annotated[Watts, Wire("EVSEMaximumChargePower")]
    evse_minimum_charge_power: Annotated[Watts, Wire("EVSEMinimumChargePower")]
    evse_maximum_charge_current: Annotated[Amperes, Wire("EVSEMaximumChargeCurrent")]
    evse_maximum_voltage: Annotated[Volts, Wire("EVSEMaximumVoltage")]


class BptDynamicDcClResControlMode(DynamicDcClResControlMode, frozen=True, kw_only=True):
    """The station's limits in either direction while it sets the power."""

    name: ClassVar[str] = "BPT_Dynamic_DC_CLResControlMode"
    namespace: ClassVar[str] = DC

    evse_maximum_discharge_power: Annotated[Watts, Wire("EVSEMaximumDischargePower")]
    evse_minimum_discharge_power: Annotated[Watts, Wire("EVSEMinimumDischargePower")]
    evse_maximum_discharge_current: Annotated[Amperes, Wire("EVSEMaximumDischargeCurrent")]
    evse_minimum_voltage: Annotated[Volts, Wire("EVSEMinimumVoltage")]


class DcChargeLoopReq(ChargeLoopReq, frozen=True, kw_only=True):
    """One cycle of DC energy transfer, EV's side."""

    name: ClassVar[str] = "DC_ChargeLoopReq"
    namespace: ClassVar[str] = DC

    ev_present_voltage: Annotated[Volts, Wire("EVPresentVoltage")]
    control_mode: Annotated[
        BptDynamicDcClReqControlMode
        | BptScheduledDcClReqControlMode
        | ClReqControlMode
        | DynamicDcClReqControlMode
        | ScheduledDcClReqControlMode,
        Wire(),
    ]


class DcChargeLoopRes(ChargeLoopRes, frozen=True, kw_only=True):
    """One cycle of DC energy transfer, station's side."""

    name: ClassVar[str] = "DC_ChargeLoopRes"
    namespace: ClassVar[str] = DC

    evse_present_current: Annotated[Amperes, Wire("EVSEPresentCurrent")]
    evse_present_voltage: Annotated[Volts, Wire("EVSEPresentVoltage")]
    evse_power_limit_achieved: Annotated[bool, Wire("EVSEPowerLimitAchieved")]
    evse_current_limit_achieved: Annotated[bool, Wire("EVSECurrentLimitAchieved")]
    evse_voltage_limit_achieved: Annotated[bool, Wire("EVSEVoltageLimitAchieved")]
    control_mode: Annotated[
        BptDynamicDcClResControlMode
        | BptScheduledDcClResControlMode
        | ClResControlMode
        | DynamicDcClResControlMode
        | ScheduledDcClResControlMode,
        Wire(),
    ]
