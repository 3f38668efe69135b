"""Messages of the AC services: charge parameters, and the charge loop in either direction."""

from __future__ import annotations

from typing import Annotated, ClassVar

from harness.core.units import Hertz, Rational, VoltAmperesReactive, WattHours, Watts
from harness.messages.field import Message, Wire
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
)
from harness.messages.namespaces import AC


class AcCpdReqEnergyTransferMode(Message, frozen=True, kw_only=True):
    """Powers between which the EV can charge."""

    name: ClassVar[str] = "AC_CPDReqEnergyTransferMode"
    namespace: ClassVar[str] = AC

    ev_maximum_charge_power: Annotated[Watts, Wire("EVMaximumChargePower")]
    ev_maximum_charge_power_l2: Annotated[Watts | None, Wire("EVMaximumChargePower_L2")] = None
    ev_maximum_charge_power_l3: Annotated[Watts | None, Wire("EVMaximumChargePower_L3")] = None
    ev_minimum_charge_power: Annotated[Watts, Wire("EVMinimumChargePower")]
    ev_minimum_charge_power_l2: Annotated[Watts | None, Wire("EVMinimumChargePower_L2")] = None
    ev_minimum_charge_power_l3: Annotated[Watts | None, Wire("EVMinimumChargePower_L3")] = None


class BptAcCpdReqEnergyTransferMode(AcCpdReqEnergyTransferMode, frozen=True, kw_only=True):
    """Powers between which the EV can charge and discharge."""

    name: ClassVar[str] = "BPT_AC_CPDReqEnergyTransferMode"
    namespace: ClassVar[str] = AC

    ev_maximum_discharge_power: Annotated[Watts, Wire("EVMaximumDischargePower")]
    ev_maximum_discharge_power_l2: Annotated[Watts | None, Wire("EVMaximumDischargePower_L2")] = None
    ev_maximum_discharge_power_l3: Annotated[Watts | None, Wire("EVMaximumDischargePower_L3")] = None
    ev_minimum_discharge_power: Annotated[Watts, Wire("EVMinimumDischargePower")]
    ev_minimum_discharge_power_l2: Annotated[Watts | None, Wire("EVMinimumDischargePower_L2")] = None
    ev_minimum_discharge_power_l3: Annotated[Watts | None, Wire("EVMinimumDischargePower_L3")] = None


class AcCpdResEnergyTransferMode(Message, frozen=True, kw_only=True):
    """Powers between which the station can supply, and its mains."""

    name: ClassVar[str] = "AC_CPDResEnergyTransferMode"
    namespace: ClassVar[str] = AC

    evse_maximum_charge_power: Annotated[Watts, Wire("EVSEMaximumChargePower")]
    evse_maximum_charge_power_l2: Annotated[Watts | None, Wire("EVSEMaximumChargePower_L2")] = None
    evse_maximum_charge_power_l3: Annotated[Watts | None, Wire("EVSEMaximumChargePower_L3")] = None
    evse_minimum_charge_power: Annotated[Watts, Wire("EVSEMinimumChargePower")]
    evse_minimum_charge_power_l2: Annotated[Watts | None, Wire("EVSEMinimumChargePower_L2")] = None
    evse_minimum_charge_power_l3: Annotated[Watts | None, Wire("EVSEMinimumChargePower_L3")] = None
    evse_nominal_frequency: Annotated[Hertz, Wire("EVSENominalFrequency")]
    maximum_power_asymmetry: Annotated[Rational | None, Wire("MaximumPowerAsymmetry")] = None
    evse_power_ramp_limitation: Annotated[Rational | None, Wire("EVSEPowerRampLimitation")] = None
    evse_present_active_power: Annotated[Watts | None, Wire("EVSEPresentActivePower")] = None
    evse_present_active_power_l2: Annotated[Watts | None, Wire("EVSEPresentActivePower_L2")] = None
    evse_present_active_power_l3: Annotated[Watts | None, Wire("EVSEPresentActivePower_L3")] = None


class BptAcCpdResEnergyTransferMode(AcCpdResEnergyTransferMode, frozen=True, kw_only=True):
    """Powers between which the station can supply and take back."""

    name: ClassVar[str] = "BPT_AC_CPDResEnergyTransferMode"
    namespace: ClassVar[str] = AC

    evse_maximum_discharge_power: Annotated[Watts, Wire("EVSEMaximumDischargePower")]
    evse_maximum_discharge_power_l2: Annotated[Watts | None, Wire("EVSEMaximumDischargePower_L2")] = None
    evse_maximum_discharge_power_l3: Annotated[Watts | None, Wire("EVSEMaximumDischargePower_L3")] = None
    evse_minimum_discharge_power: Annotated[Watts, Wire("EVSEMinimumDischargePower")]
    evse_minimum_discharge_power_l2: Annotated[Watts | None, Wire("EVSEMinimumDischargePower_L2")] = None
    evse_minimum_discharge_power_l3: Annotated[Watts | None, Wire("EVSEMinimumDischargePower_L3")] = None


class AcChargeParameterDiscoveryReq(ChargeParameterDiscoveryReq, frozen=True, kw_only=True):
    """The EV's limits on AC."""

    name: ClassVar[str] = "AC_ChargeParameterDiscoveryReq"
    namespace: ClassVar[str] = AC

    energy_transfer_mode: Annotated[AcCpdReqEnergyTransferMode | BptAcCpdReqEnergyTransferMode, Wire()]


class AcChargeParameterDiscoveryRes(ChargeParameterDiscoveryRes, frozen=True, kw_only=True):
    """The station's limits on AC."""

    name: ClassVar[str] = "AC_ChargeParameterDiscoveryRes"
    namespace: ClassVar[str] = AC

    energy_transfer_mode: Annotated[AcCpdResEnergyTransferMode | BptAcCpdResEnergyTransferMode, Wire()]


class ScheduledAcClReqControlMode(ScheduledClReqControlMode, frozen=True, kw_only=True):
    """What the EV takes, and its limits if they changed, under a schedule."""

    name: ClassVar[str] = "Scheduled_AC_CLReqControlMode"
    namespace: ClassVar[str] = AC

    ev_maximum_charge_power: Annotated[Watts | None, Wire("EVMaximumChargePower")] = None
    ev_maximum_charge_power_l2: Annotated[Watts | None, Wire("EVMaximumChargePower_L2")] = None
    ev_maximum_charge_power_l3: Annotated[Watts | None, Wire("EVMaximumChargePower_L3")] = None
    ev_minimum_charge_power: Annotated[Watts | None, Wire("EVMinimumChargePower")] = None
    ev_minimum_charge_power_l2: Annotated[Watts | None, Wire("EVMinimumChargePower_L2")] = None
    ev_minimum_charge_power_l3: Annotated[Watts | None, Wire("EVMinimumChargePower_L3")] = None
    ev_present_active_power: Annotated[Watts, Wire("EVPresentActivePower")]
    ev_present_active_power_l2: Annotated[Watts | None, Wire("EVPresentActivePower_L2")] = None
    ev_present_active_power_l3: Annotated[Watts | None, Wire("EVPresentActivePower_L3")] = None
    ev_present_reactive_power: Annotated[VoltAmperesReactive | None, Wire("EVPresentReactivePower")] = None
    ev_present_reactive_power_l2: Annotated[VoltAmperesReactive | None, Wire("EVPresentReactivePower_L2")] = None
    ev_present_reactive_power_l3: Annotated[VoltAmperesReactive | None, Wire("EVPresentReactivePower_L3")] = None


class BptScheduledAcClReqControlMode(ScheduledAcClReqControlMode, frozen=True, kw_only=True):
    """What the EV takes or gives, and its limits if they changed, under a schedule."""

    name: ClassVar[str] = "BPT_Scheduled_AC_CLReqControlMode"
    namespace: ClassVar[str] = AC

    ev_maximum_discharge_power: Annotated[Watts | None, Wire("EVMaximumDischargePower")] = None
    ev_maximum_discharge_power_l2: Annotated[Watts | None, Wire("EVMaximumDischargePower_L2")] = None
    ev_maximum_discharge_power_l3: Annotated[Watts | None, Wire("EVMaximumDischargePower_L3")] = None
    ev_minimum_discharge_power: Annotated[Watts | None, Wire("EVMinimumDischargePower")] = None
    ev_minimum_discharge_power_l2: Annotated[Watts | None, Wire("EVMinimumDischargePower_L2")] = None
    ev_minimum_discharge_power_l3: Annotated[Watts | None, Wire("EVMinimumDischargePower_L3")] = None


class DynamicAcClReqControlMode(DynamicClReqControlMode, frozen=True, kw_only=True):
    """What the EV takes, and its limits, while the station sets the power."""

    name: ClassVar[str] = "Dynamic_AC_CLReqControlMode"
    namespace: ClassVar[str] = AC

    ev_maximum_charge_power: Annotated[Watts, Wire("EVMaximumChargePower")]
    ev_maximum_charge_power_l2: Annotated[Watts | None, Wire("EVMaximumChargePower_L2")] = None
    ev_maximum_charge_power_l3: Annotated[Watts | None, Wire("EVMaximumChargePower_L3")] = None
    ev_minimum_charge_power: Annotated[Watts, Wire("EVMinimumChargePower")]
    ev_minimum_charge_power_l2: Annotated[Watts | None, Wire("EVMinimumChargePower_L2")] = None
    ev_minimum_charge_power_l3: Annotated[Watts | None, Wire("EVMinimumChargePower_L3")] = None
    ev_present_active_power: Annotated[Watts, Wire("EVPresentActivePower")]
    ev_present_active_power_l2: Annotated[Watts | None, Wire("EVPresentActivePower_L2")] = None
    ev_present_active_power_l3: Annotated[Watts | None, Wire("EVPresentActivePower_L3")] = None
    ev_present_reactive_power: Annotated[VoltAmperesReactive, Wire("EVPresentReactivePower")]
    ev_present_reactive_power_l2: Annotated[VoltAmperesReactive | None, Wire("EVPresentReactivePower_L2")] = None
    ev_present_reactive_power_l3: Annotated[VoltAmperesReactive | None, Wire("EVPresentReactivePower_L3")] = None


class BptDynamicAcClReqControlMode(DynamicAcClReqControlMode, frozen=True, kw_only=True):
    """What the EV takes or gives, and its limits, while the station sets the power."""

    name: ClassVar[str] = "BPT_Dynamic_AC_CLReqControlMode"
    namespace: ClassVar[str] = AC

    ev_maximum_discharge_power: Annotated[Watts, Wire("EVMaximumDischargePower")]
    ev_maximum_discharge_power_l2: Annotated[Watts | None, Wire("EVMaximumDischargePower_L2")] = None
    ev_maximum_discharge_power_l3: Annotated[Watts | None, Wire("EVMaximumDischargePower_L3")] = None
    ev_minimum_discharge_power: Annotated[Watts, Wire("EVMinimumDischargePower")]
    ev_minimum_discharge_power_l2: Annotated[Watts | None, Wire("EVMinimumDischargePower_L2")] = None
    ev_minimum_discharge_power_l3: Annotated[Watts | None, Wire("EVMinimumDischargePower_L3")] = None
    ev_maximum_v2x_energy_request: Annotated[WattHours | None, Wire("EVMaximumV2XEnergyRequest")] = None
    ev_minimum_v2x_energy_request: Annotated[WattHours | None, Wire("EVMinimumV2XEnergyRequest")] = None


class ScheduledAcClResControlMode(ScheduledClResControlMode, frozen=True, kw_only=True):
    """What the station would have the EV take, under a schedule."""

    name: ClassVar[str] = "Scheduled_AC_CLResControlMode"
    namespace: ClassVar[str] = AC

    evse_target_active_power: Annotated[Watts | None, Wire("EVSETargetActivePower")] = None
    evse_target_active_power_l2: Annotated[Watts | None, Wire("EVSETargetActivePower_L2")] = None
    evse_target_active_power_l3: Annotated[Watts | None, Wire("EVSETargetActivePower_L3")] = None
    evse_target_reactive_power: Annotated[VoltAmperesReactive | None, Wire("EVSETargetReactivePower")] = None
    evse_target_reactive_power_l2: Annotated[VoltAmperesReactive | None, Wire("EVSETargetReactivePower_L2")] = None
    evse_target_reactive_power_l3: Annotated[VoltAmperesReactive | None, Wire("EVSETargetReactivePower_L3")] = None
    evse_present_active_power: Annotated[Watts | None, Wire("EVSEPresentActivePower")] = None
    evse_present_active_power_l2: Annotated[Watts | None, Wire("EVSEPresentActivePower_L2")] = None
    evse_present_active_power_l3: Annotated[Watts | None, Wire("EVSEPresentActivePower_L3")] = None


class BptScheduledAcClResControlMode(ScheduledAcClResControlMode, frozen=True, kw_only=True):
    """What the station would have the EV take or give, under a schedule."""

    name: ClassVar[str] = "BPT_Scheduled_AC_CLResControlMode"
    namespace: ClassVar[str] = AC


class DynamicAcClResControlMode(DynamicClResControlMode, frozen=True, kw_only=True):
    """The power that the station sets."""

    name: ClassVar[str] = "Dynamic_AC_CLResControlMode"
    namespace: ClassVar[str] = AC

    evse_target_active_power: Annotated[Watts, Wire("EVSETargetActivePower")]
    evse_target_active_power_l2: Annotated[Watts | None, Wire("EVSETargetActivePower_L2")] = None
    evse_target_active_power_l3: Annotated[Watts | None, Wire("EVSETargetActivePower_L3")] = None
    evse_target_reactive_power: Annotated[VoltAmperesReactive | None, Wire("EVSETargetReactivePower")] = None
    evse_target_reactive_power_l2: Annotated[VoltAmperesReactive | None, Wire("EVSETargetReactivePower_L2")] = None
    evse_target_reactive_power_l3: Annotated[VoltAmperesReactive | None, Wire("EVSETargetReactivePower_L3")] = None
    evse_present_active_power: Annotated[Watts | None, Wire("EVSEPresentActivePower")] = None
    evse_present_active_power_l2: Annotated[Watts | None, Wire("EVSEPresentActivePower_L2")] = None
    evse_present_active_power_l3: Annotated[Watts | None, Wire("EVSEPresentActivePower_L3")] = None


class BptDynamicAcClResControlMode(DynamicAcClResControlMode, frozen=True, kw_only=True):
    """The power that the station sets, in either direction."""

    name: ClassVar[str] = "BPT_Dynamic_AC_CLResControlMode"
    namespace: ClassVar[str] = AC


class AcChargeLoopReq(ChargeLoopReq, frozen=True, kw_only=True):
    """One cycle of AC energy transfer, EV's side."""

    name: ClassVar[str] = "AC_ChargeLoopReq"
    namespace: ClassVar[str] = AC

    control_mode: Annotated[
        BptDynamicAcClReqControlMode
        | BptScheduledAcClReqControlMode
        | ClReqControlMode
        | DynamicAcClReqControlMode
        | ScheduledAcClReqControlMode,
        Wire(),
    ]


class AcChargeLoopRes(ChargeLoopRes, frozen=True, kw_only=True):
    """One cycle of AC energy transfer, station's side."""

    name: ClassVar[str] = "AC_ChargeLoopRes"
    namespace: ClassVar[str] = AC

    evse_target_frequency: Annotated[Hertz | None, Wire("EVSETargetFrequency")] = None
    control_mode: Annotated[
        BptDynamicAcClResControlMode
        | BptScheduledAcClResControlMode
        | ClResControlMode
        | DynamicAcClResControlMode
        | ScheduledAcClResControlMode,
        Wire(),
    ]
