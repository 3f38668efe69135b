"""Wireless power transfer proper: charge parameters and the charge loop."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from harness.core.units import Amperes, Hertz, Volts, Watts
from harness.messages.field import Message, Wire
from harness.messages.iso20.types import (
    ChargeLoopReq,
    ChargeLoopRes,
    ChargeParameterDiscoveryReq,
    ChargeParameterDiscoveryRes,
)
from harness.messages.iso20.wpt_antennas import DataContainer
from harness.messages.namespaces import WPT
from harness.messages.simple import U16


class WptPowerClass(StrEnum):
    """Power classes of ground coils."""

    MF_WPT1 = "MF-WPT1"
    MF_WPT2 = "MF-WPT2"
    MF_WPT3 = "MF-WPT3"
    MF_WPT4 = "MF-WPT4"


class WptChargeParameterDiscoveryReq(ChargeParameterDiscoveryReq, frozen=True, kw_only=True):
    """Limits of the EV's coil."""

    name: ClassVar[str] = "WPT_ChargeParameterDiscoveryReq"
    namespace: ClassVar[str] = WPT

    evpc_max_receivable_power: Annotated[Watts, Wire("EVPCMaxReceivablePower")]
    sd_max_ground_clearence: Annotated[U16, Wire("SDMaxGroundClearence")]
    sd_min_ground_clearence: Annotated[U16, Wire("SDMinGroundClearence")]
    evpc_natural_frequency: Annotated[Hertz, Wire("EVPCNaturalFrequency")]
    evpc_device_local_control: Annotated[bool, Wire("EVPCDeviceLocalControl")]
    vendor_specific_data_container: Annotated[
        tuple[DataContainer, ...], Wire("VendorSpecificDataContainer", 0, 16)
    ] = ()


class WptChargeParameterDiscoveryRes(ChargeParameterDiscoveryRes, frozen=True, kw_only=True):
    """Limits of the ground coil."""

    name: ClassVar[str] = "WPT_ChargeParameterDiscoveryRes"
    namespace: ClassVar[str] = WPT

    pd_input_power_class: Annotated[WptPowerClass, Wire("PDInputPowerClass")]
    sd_min_output_power: Annotated[Watts, Wire("SDMinOutputPower")]
    sd_max_output_power: Annotated[Watts, Wire("SDMaxOutputPower")]
    sd_max_ground_clearance_support: Annotated[U16, Wire("SDMaxGroundClearanceSupport")]
    sd_min_ground_clearance_support: Annotated[U16, Wire("SDMinGroundClearanceSupport")]
    pd_min_coil_current: Annotated[Amperes, Wire("PDMinCoilCurrent")]
    pd_max_coil_current: Annotated[Amperes, Wire("PDMaxCoilCurrent")]
    sd_manufacturer_specific_data_container: Annotated[
        tuple[DataContainer, ...], Wire("SDManufacturerSpecificDataContainer", 0, 16)
    ] = ()


class WptEvpcChargeDiagnostics(StrEnum):
    """What the EV's coil noticed."""

    EVPC_NO_ISSUE = "EVPCNoIssue"
    EVPC_TEMP_OVERHEAT_DETECTED = "EVPCTempOverheatDetected"
    EVPC_POWER_TRANSFER_ANOMALY_DETECTED = "EVPCPowerTransferAnomalyDetected"
    EVPC_ANOMALY_DETECTED = "EVPCAnomalyDetected"


class WptSpcChargeDiagnostics(StrEnum):
    """What the ground coil noticed."""

    SPC_NO_ISSUE = "SPCNoIssue"
    SPC_FOD_DETECTED = "SPCFODDetected"
    SPC_LOP_DETECTED = "SPCLOPDetected"
    SPC_TEMP_OVERHEAT_DETECTED = "SPCTempOverheatDetected"
    SPC_POWER_TRANSFER_ANOMALY_DETECTED = "SPCPowerTransferAnomalyDetected"
    SPC_ANOMALY_DETECTED = "SPCAnomalyDetected"


class WptEvpcPowerControlParameter(Message, frozen=True, kw_only=True):
    """Currents and voltage of the EV's coil."""

    namespace: ClassVar[str] = WPT

    evpc_coil_current_request: Annotated[Amperes, Wire("EVPCCoilCurrentRequest")]
    evpc_coil_current_information: Annotated[Amperes, Wire("EVPCCoilCurrentInformation")]
    evpc_current_output_information: Annotated[Amperes, Wire("EVPCCurrentOutputInformation")]
    evpc_voltage_output_information: Annotated[Volts, Wire("EVPCVoltageOutputInformation")]


class WptSpcPowerControlParameter(Message, frozen=True, kw_only=True):
    """Current of the ground coil."""

    namespace: ClassVar[str] = WPT

    spc_primary_device_coil_current_information: Annotated[Amperes, Wire("SPCPrimaryDeviceCoilCurrentInformation")]


class WptChargeLoopReq(ChargeLoopReq, frozen=True, kw_only=True):
    """One cycle of wireless energy transfer, EV's side."""

    name: ClassVar[str] = "WPT_ChargeLoopReq"
    namespace: ClassVar[str] = WPT

    evpc_power_request: Annotated[Watts, Wire("EVPCPowerRequest")]
    evpc_power_output: Annotated[Watts, Wire("EVPCPowerOutput")]
    evpc_charge_diagnostics: Annotated[WptEvpcChargeDiagnostics, Wire("EVPCChargeDiagnostics")]
    evpc_operating_frequency: Annotated[Hertz | None, Wire("EVPCOperatingFrequency")] = None
    evpc_power_control_parameter: Annotated[WptEvpcPowerControlParameter | None, Wire("EVPCPowerControlParameter")] = (
        None
    )
    manufacturer_specific_data_container: Annotated[
        tuple[DataContainer, ...], Wire("ManufacturerSpecificDataContainer", 0, 16)
    ] = ()


class WptChargeLoopRes(ChargeLoopRes, frozen=True, kw_only=True):
    """One cycle of wireless energy transfer, station's side."""

    name: ClassVar[str] = "WPT_ChargeLoopRes"
    namespace: ClassVar[str] = WPT

    evpc_power_request: Annotated[Watts, Wire("EVPCPowerRequest")]
    sd_power_input: Annotated[Watts | None, Wire("SDPowerInput")] = None
    spc_max_output_power_limit: Annotated[Watts, Wire("SPCMaxOutputPowerLimit")]
    spc_min_output_power_limit: Annotated[Watts, Wire("SPCMinOutputPowerLimit")]
    spc_charge_diagnostics: Annotated[WptSpcChargeDiagnostics, Wire("SPCChargeDiagnostics")]
    spc_operating_frequency: Annotated[Hertz | None, Wire("SPCOperatingFrequency")] = None
    spc_power_control_parameter: Annotated[WptSpcPowerControlParameter | None, Wire("SPCPowerControlParameter")] = None
    manufacturer_specific_data_container: Annotated[
        tuple[DataContainer, ...], Wire("ManufacturerSpecificDataContainer", 0, 16)
    ] = ()
