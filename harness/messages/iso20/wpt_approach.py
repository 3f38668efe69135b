"""Bringing two coils together: fine positioning, pairing, alignment check."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from harness.core.units import Amperes, Watts
from harness.messages.field import Message, Wire
from harness.messages.iso20.codes import Processing
from harness.messages.iso20.types import Identifier, NumericId, V2gRequest, V2gResponse
from harness.messages.iso20.wpt_antennas import DataContainer, WptLfDataPackageList, WptLfSystemSetupData
from harness.messages.namespaces import WPT
from harness.messages.simple import U16


class WptFinePositioningMethod(StrEnum):
    """Ways to bring the coils together."""

    MANUAL = "Manual"
    LF_TX_EV = "LF_TxEV"
    LF_TX_PRIMARY_DEVICE = "LF_TxPrimaryDevice"
    LPE = "LPE"
    PROPRIETARY = "Proprietary"


class WptFinePositioningMethodList(Message, frozen=True, kw_only=True):
    """The ways of positioning that one side knows."""

    namespace: ClassVar[str] = WPT

    wpt_fine_positioning_method: Annotated[
        tuple[WptFinePositioningMethod, ...], Wire("WPT_FinePositioningMethod", 1, 8)
    ]


class WptPairingMethod(StrEnum):
    """Ways to find out that the right two coils talk."""

    EXTERNAL_CONFIRMATION = "External confirmation"
    LPE = "LPE"
    LF_TX_EV = "LF_TxEV"
    LF_TX_PRIMARY_DEVICE = "LF_TxPrimaryDevice"
    OPTICAL = "Optical"
    PROPRIETARY = "Proprietary"


class WptPairingMethodList(Message, frozen=True, kw_only=True):
    """The ways of pairing that one side knows."""

    namespace: ClassVar[str] = WPT

    wpt_pairing_method: Annotated[tuple[WptPairingMethod, ...], Wire("WPT_PairingMethod", 1, 8)]


class WptAlignmentCheckMethod(StrEnum):
    """Ways to check that the coils fit."""

    POWER_CHECK = "PowerCheck"
    LPE = "LPE"
    PROPRIETARY = "Proprietary"


class WptAlignmentCheckMethodList(Message, frozen=True, kw_only=True):
    """The ways of checking that one side knows."""

    namespace: ClassVar[str] = WPT

    wpt_alignment_check_method: Annotated[tuple[WptAlignmentCheckMethod, ...], Wire("WPT_AlignmentCheckMethod", 1, 8)]


class WptEvResult(StrEnum):
    """How a step ended for the EV."""

    EV_RESULT_UNKNOWN = "EVResultUnknown"
    EV_RESULT_SUCCESS = "EVResultSuccess"
    EV_RESULT_FAILED = "EVResultFailed"


class WptFinePositioningSetupReq(V2gRequest, frozen=True, kw_only=True):
    """The ways of positioning, pairing and checking that the EV's coil knows."""

    name: ClassVar[str] = "WPT_FinePositioningSetupReq"
    namespace: ClassVar[str] = WPT

    ev_processing: Annotated[Processing, Wire("EVProcessing")]
    ev_device_fine_positioning_method_list: Annotated[
        WptFinePositioningMethodList, Wire("EVDeviceFinePositioningMethodList")
    ]
    ev_device_pairing_method_list: Annotated[WptPairingMethodList, Wire("EVDevicePairingMethodList")]
    ev_device_alignment_check_method_list: Annotated[
        WptAlignmentCheckMethodList, Wire("EVDeviceAlignmentCheckMethodList")
    ]
    natural_offset: Annotated[U16, Wire("NaturalOffset")]
    vendor_specific_data_container: Annotated[
        tuple[DataContainer, ...], Wire("VendorSpecificDataContainer", 0, 16)
    ] = ()
    lf_system_setup_data: Annotated[WptLfSystemSetupData | None, Wire("LF_SystemSetupData")] = None


class WptFinePositioningSetupRes(V2gResponse, frozen=True, kw_only=True):
    """The ways of positioning, pairing and checking that the ground coil knows."""

    name: ClassVar[str] = "WPT_FinePositioningSetupRes"
    namespace: ClassVar[str] = WPT

    primary_device_fine_positioning_method_list: Annotated[
        WptFinePositioningMethodList, Wire("PrimaryDeviceFinePositioningMethodList")
    ]
    primary_device_pairing_method_list: Annotated[WptPairingMethodList, Wire("PrimaryDevicePairingMethodList")]
    primary_device_alignment_check_method_list: Annotated[
        WptAlignmentCheckMethodList, Wire("PrimaryDeviceAlignmentCheckMethodList")
    ]
    natural_offset: Annotated[U16, Wire("NaturalOffset")]
    vendor_specific_data_container: Annotated[
        tuple[DataContainer, ...], Wire("VendorSpecificDataContainer", 0, 16)
    ] = ()
    lf_system_setup_data: Annotated[WptLfSystemSetupData | None, Wire("LF_SystemSetupData")] = None


class WptFinePositioningReq(V2gRequest, frozen=True, kw_only=True):
    """One step of bringing the coils together, EV's side."""

    name: ClassVar[str] = "WPT_FinePositioningReq"
    namespace: ClassVar[str] = WPT

    ev_processing: Annotated[Processing, Wire("EVProcessing")]
    ev_result_code: Annotated[WptEvResult, Wire("EVResultCode")]
    vendor_specific_data_container: Annotated[
        tuple[DataContainer, ...], Wire("VendorSpecificDataContainer", 0, 16)
    ] = ()
    wpt_lf_data_package_list: Annotated[WptLfDataPackageList | None, Wire("WPT_LF_DataPackageList")] = None


class WptFinePositioningRes(V2gResponse, frozen=True, kw_only=True):
    """One step of bringing the coils together, station's side."""

    name: ClassVar[str] = "WPT_FinePositioningRes"
    namespace: ClassVar[str] = WPT

    evse_processing: Annotated[Processing, Wire("EVSEProcessing")]
    vendor_specific_data_container: Annotated[
        tuple[DataContainer, ...], Wire("VendorSpecificDataContainer", 0, 16)
    ] = ()
    wpt_lf_data_package_list: Annotated[WptLfDataPackageList | None, Wire("WPT_LF_DataPackageList")] = None


class WptPairingReq(V2gRequest, frozen=True, kw_only=True):
    """Asks whether this station is the one under the EV."""

    name: ClassVar[str] = "WPT_PairingReq"
    namespace: ClassVar[str] = WPT

    ev_processing: Annotated[Processing, Wire("EVProcessing")]
    observed_id_code: Annotated[NumericId | None, Wire("ObservedIDCode")] = None
    ev_result_code: Annotated[WptEvResult, Wire("EVResultCode")]
    vendor_specific_data_container: Annotated[
        tuple[DataContainer, ...], Wire("VendorSpecificDataContainer", 0, 16)
    ] = ()


class AlternativeSECC(Message, frozen=True, kw_only=True):
    """How to reach another station."""

    namespace: ClassVar[str] = WPT

    ssid: Annotated[Identifier | None, Wire("SSID")] = None
    bssid: Annotated[Annotated[str, Meta(max_length=12)] | None, Wire("BSSID")] = None
    ip_address: Annotated[Annotated[str, Meta(max_length=39)] | None, Wire("IPAddress")] = None
    port: Annotated[U16 | None, Wire("Port")] = None


class AlternativeSECCList(Message, frozen=True, kw_only=True):
    """Other stations that the EV may belong to."""

    namespace: ClassVar[str] = WPT

    alternative_secc: Annotated[tuple[AlternativeSECC, ...], Wire("AlternativeSECC", 1, 8)]


class WptPairingRes(V2gResponse, frozen=True, kw_only=True):
    """The code that the ground coil saw, or other stations to try."""

    name: ClassVar[str] = "WPT_PairingRes"
    namespace: ClassVar[str] = WPT

    evse_processing: Annotated[Processing, Wire("EVSEProcessing")]
    observed_id_code: Annotated[NumericId | None, Wire("ObservedIDCode")] = None
    alternative_secc_list: Annotated[AlternativeSECCList | None, Wire("AlternativeSECCList")] = None
    vendor_specific_data_container: Annotated[
        tuple[DataContainer, ...], Wire("VendorSpecificDataContainer", 0, 16)
    ] = ()


class WptAlignmentCheckReq(V2gRequest, frozen=True, kw_only=True):
    """Asks for little power, to see whether the coils fit."""

    name: ClassVar[str] = "WPT_AlignmentCheckReq"
    namespace: ClassVar[str] = WPT

    ev_processing: Annotated[Processing, Wire("EVProcessing")]
    target_coil_current: Annotated[Amperes | None, Wire("TargetCoilCurrent")] = None
    ev_result_code: Annotated[WptEvResult, Wire("EVResultCode")]
    vendor_specific_data_container: Annotated[
        tuple[DataContainer, ...], Wire("VendorSpecificDataContainer", 0, 16)
    ] = ()


class WptAlignmentCheckRes(V2gResponse, frozen=True, kw_only=True):
    """What the ground coil sent during the check."""

    name: ClassVar[str] = "WPT_AlignmentCheckRes"
    namespace: ClassVar[str] = WPT

    evse_processing: Annotated[Processing, Wire("EVSEProcessing")]
    power_transmitted: Annotated[Watts | None, Wire("PowerTransmitted")] = None
    supply_device_current: Annotated[Amperes | None, Wire("SupplyDeviceCurrent")] = None
    vendor_specific_data_container: Annotated[
        tuple[DataContainer, ...], Wire("VendorSpecificDataContainer", 0, 16)
    ] = ()
