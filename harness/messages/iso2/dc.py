"""DC charging: the limits of both sides, CableCheck, PreCharge, CurrentDemand and WeldingDetection."""

from __future__ import annotations

from typing import Annotated, ClassVar

from harness.messages.field import Wire
from harness.messages.iso2.codes import EvseProcessing
from harness.messages.iso2.parameters import EvChargeParameter, EvPowerDeliveryParameter, EvseChargeParameter
from harness.messages.iso2.physical import Amperes, Time, Volts, WattHours, Watts
from harness.messages.iso2.types import DcEvseStatus, DcEvStatus, EvseId, MeterInfo, Request, Response, SaId
from harness.messages.namespaces import ISO2_BODY, ISO2_TYPES
from harness.messages.simple import Percent


class DcEvChargeParameter(EvChargeParameter, frozen=True, kw_only=True):
    """The EV's limits, what it needs, and at which states of charge it counts as full."""

    name: ClassVar[str] = "DC_EVChargeParameter"
    namespace: ClassVar[str] = ISO2_TYPES

    dc_ev_status: Annotated[DcEvStatus, Wire("DC_EVStatus")]
    ev_maximum_current_limit: Annotated[Amperes, Wire("EVMaximumCurrentLimit")]
    ev_maximum_power_limit: Annotated[Watts | None, Wire("EVMaximumPowerLimit")] = None
    ev_maximum_voltage_limit: Annotated[Volts, Wire("EVMaximumVoltageLimit")]
    ev_energy_capacity: Annotated[WattHours | None, Wire("EVEnergyCapacity")] = None
    ev_energy_request: Annotated[WattHours | None, Wire("EVEnergyRequest")] = None
    full_soc: Annotated[Percent | None, Wire("FullSOC")] = None
    bulk_soc: Annotated[Percent | None, Wire("BulkSOC")] = None


class DcEvseChargeParameter(EvseChargeParameter, frozen=True, kw_only=True):
    """The station's limits, and how well it keeps to what it is asked for."""

    name: ClassVar[str] = "DC_EVSEChargeParameter"
    namespace: ClassVar[str] = ISO2_TYPES

    dc_evse_status: Annotated[DcEvseStatus, Wire("DC_EVSEStatus")]
    evse_maximum_current_limit: Annotated[Amperes, Wire("EVSEMaximumCurrentLimit")]
    evse_maximum_power_limit: Annotated[Watts, Wire("EVSEMaximumPowerLimit")]
    evse_maximum_voltage_limit: Annotated[Volts, Wire("EVSEMaximumVoltageLimit")]
    evse_minimum_current_limit: Annotated[Amperes, Wire("EVSEMinimumCurrentLimit")]
    evse_minimum_voltage_limit: Annotated[Volts, Wire("EVSEMinimumVoltageLimit")]
    evse_current_regulation_tolerance: Annotated[Amperes | None, Wire("EVSECurrentRegulationTolerance")] = None
    evse_peak_current_ripple: Annotated[Amperes, Wire("EVSEPeakCurrentRipple")]
    evse_energy_to_be_delivered: Annotated[WattHours | None, Wire("EVSEEnergyToBeDelivered")] = None


class DcEvPowerDeliveryParameter(EvPowerDeliveryParameter, frozen=True, kw_only=True):
    """State of the EV when energy starts or stops to flow."""

    name: ClassVar[str] = "DC_EVPowerDeliveryParameter"
    namespace: ClassVar[str] = ISO2_TYPES

    dc_ev_status: Annotated[DcEvStatus, Wire("DC_EVStatus")]
    bulk_charging_complete: Annotated[bool | None, Wire("BulkChargingComplete")] = None
    charging_complete: Annotated[bool, Wire("ChargingComplete")]


class CableCheckReq(Request, frozen=True, kw_only=True):
    """Asks whether the isolation of the cable is sound."""

    name: ClassVar[str] = "CableCheckReq"
    namespace: ClassVar[str] = ISO2_BODY

    dc_ev_status: Annotated[DcEvStatus, Wire("DC_EVStatus")]


class CableCheckRes(Response, frozen=True, kw_only=True):
    """Whether the check is done, and what it found."""

    name: ClassVar[str] = "CableCheckRes"
    namespace: ClassVar[str] = ISO2_BODY

    dc_evse_status: Annotated[DcEvseStatus, Wire("DC_EVSEStatus")]
    evse_processing: Annotated[EvseProcessing, Wire("EVSEProcessing")]


class PreChargeReq(Request, frozen=True, kw_only=True):
    """Asks for a voltage close to that of the battery."""

    name: ClassVar[str] = "PreChargeReq"
    namespace: ClassVar[str] = ISO2_BODY

    dc_ev_status: Annotated[DcEvStatus, Wire("DC_EVStatus")]
    ev_target_voltage: Annotated[Volts, Wire("EVTargetVoltage")]
    ev_target_current: Annotated[Amperes, Wire("EVTargetCurrent")]


class PreChargeRes(Response, frozen=True, kw_only=True):
    """The voltage that the station has reached."""

    name: ClassVar[str] = "PreChargeRes"
    namespace: ClassVar[str] = ISO2_BODY

    dc_evse_status: Annotated[DcEvseStatus, Wire("DC_EVSEStatus")]
    evse_present_voltage: Annotated[Volts, Wire("EVSEPresentVoltage")]


class CurrentDemandReq(Request, frozen=True, kw_only=True):
    """The current and voltage that the EV wants now."""

    name: ClassVar[str] = "CurrentDemandReq"
    namespace: ClassVar[str] = ISO2_BODY

    dc_ev_status: Annotated[DcEvStatus, Wire("DC_EVStatus")]
    ev_target_current: Annotated[Amperes, Wire("EVTargetCurrent")]
    ev_maximum_voltage_limit: Annotated[Volts | None, Wire("EVMaximumVoltageLimit")] = None
    ev_maximum_current_limit: Annotated[Amperes | None, Wire("EVMaximumCurrentLimit")] = None
    ev_maximum_power_limit: Annotated[Watts | None, Wire("EVMaximumPowerLimit")] = None
    bulk_charging_complete: Annotated[bool | None, Wire("BulkChargingComplete")] = None
    charging_complete: Annotated[bool, Wire("ChargingComplete")]
    remaining_time_to_full_soc: Annotated[Time | None, Wire("RemainingTimeToFullSoC")] = None
    remaining_time_to_bulk_soc: Annotated[Time | None, Wire("RemainingTimeToBulkSoC")] = None
    ev_target_voltage: Annotated[Volts, Wire("EVTargetVoltage")]


class CurrentDemandRes(Response, frozen=True, kw_only=True):
    """What the station supplies now, and which of its limits it has reached."""

    name: ClassVar[str] = "CurrentDemandRes"
    namespace: ClassVar[str] = ISO2_BODY

    dc_evse_status: Annotated[DcEvseStatus, Wire("DC_EVSEStatus")]
    evse_present_voltage: Annotated[Volts, Wire("EVSEPresentVoltage")]
    evse_present_current: Annotated[Amperes, Wire("EVSEPresentCurrent")]
    evse_current_limit_achieved: Annotated[bool, Wire("EVSECurrentLimitAchieved")]
    evse_voltage_limit_achieved: Annotated[bool, Wire("EVSEVoltageLimitAchieved")]
    evse_power_limit_achieved: Annotated[bool, Wire("EVSEPowerLimitAchieved")]
    evse_maximum_voltage_limit: Annotated[Volts | None, Wire("EVSEMaximumVoltageLimit")] = None
    evse_maximum_current_limit: Annotated[Amperes | None, Wire("EVSEMaximumCurrentLimit")] = None
    evse_maximum_power_limit: Annotated[Watts | None, Wire("EVSEMaximumPowerLimit")] = None
    evse_id: Annotated[EvseId, Wire("EVSEID")]
    sa_schedule_tuple_id: Annotated[SaId, Wire("SAScheduleTupleID")]
    meter_info: Annotated[MeterInfo | None, Wire("MeterInfo")] = None
    receipt_required: Annotated[bool | None, Wire("ReceiptRequired")] = None


class WeldingDetectionReq(Request, frozen=True, kw_only=True):
    """Asks for the voltage at the connector while the EV opens its contactors."""

    name: ClassVar[str] = "WeldingDetectionReq"
    namespace: ClassVar[str] = ISO2_BODY

    dc_ev_status: Annotated[DcEvStatus, Wire("DC_EVStatus")]


class WeldingDetectionRes(Response, frozen=True, kw_only=True):
    """The voltage at the connector."""

    name: ClassVar[str] = "WeldingDetectionRes"
    namespace: ClassVar[str] = ISO2_BODY

    dc_evse_status: Annotated[DcEvseStatus, Wire("DC_EVSEStatus")]
    evse_present_voltage: Annotated[Volts, Wire("EVSEPresentVoltage")]
