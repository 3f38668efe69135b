"""A bidirectional session written by hand up to its charge loop, for the rules about energy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.core.case import Role
from harness.core.units import Amperes, Volts, WattHours, Watts
from harness.messages.iso20.codes import Processing, ResponseCode
from harness.messages.iso20.common import (
    ChargeProgress,
    ChargingSchedule,
    EvPowerProfile,
    EvPowerProfileEntryList,
    IntValue,
    Parameter,
    ParameterSet,
    PowerDeliveryReq,
    PowerSchedule,
    PowerScheduleEntry,
    PowerScheduleEntryList,
    ScheduledEvpptControlMode,
    ScheduledSeResControlMode,
    ScheduleExchangeRes,
    ScheduleTuple,
    SelectedService,
    Service,
    ServiceDetailRes,
    ServiceDiscoveryRes,
    ServiceList,
    ServiceParameterList,
    ServiceSelectionReq,
)
from harness.messages.iso20.dc import (
    BptDcCpdReqEnergyTransferMode,
    BptDcCpdResEnergyTransferMode,
    BptScheduledDcClReqControlMode,
    BptScheduledDcClResControlMode,
    DcChargeLoopReq,
    DcChargeLoopRes,
    DcChargeParameterDiscoveryReq,
    DcChargeParameterDiscoveryRes,
)
from harness.messages.iso20.energy import EnergyService
from harness.messages.iso20.types import DisplayParameters, MeterInfo
from harness.trace.entry import Entry
from tests.checks.scene import Scene, header

OFFERED, SET_ID, TUPLE_ID = EnergyService.DC_BPT, 1, 1
LIMITS: dict[str, Any] = {
    "maximum_charge_power": Watts.of(10_000),
    "minimum_charge_power": Watts.of(0),
    "maximum_charge_current": Amperes.of(25),
    "minimum_charge_current": Amperes.of(0),
    "maximum_voltage": Volts.of(450),
    "minimum_voltage": Volts.of(200),
    "maximum_discharge_power": Watts.of(8_000),
    "minimum_discharge_power": Watts.of(0),
    "maximum_discharge_current": Amperes.of(20),
    "minimum_discharge_current": Amperes.of(0),
}


Limits = Mapping[str, Any]
NONE: Limits = {}


class Charging(Scene):
    """A session of service 6 in Scheduled control mode, 400 V, whose parts the tests say as they need them."""

    def __init__(self, subject: Role | None = None) -> None:
        super().__init__(subject)
        self.open()

    def offer(self) -> None:
        """The station's services and their one parameter set."""
        services = ServiceList(service=(Service(service_id=OFFERED, free_service=True),))
        self.station(
            ServiceDiscoveryRes(
                header=header(),
                response_code=ResponseCode.OK,
                service_renegotiation_supported=False,
                energy_transfer_service_list=services,
            )
        )
        control = Parameter(parameter_name="ControlMode", value=IntValue(value=1))
        sets = ServiceParameterList(parameter_set=(ParameterSet(parameter_set_id=SET_ID, parameter=(control,)),))
        self.station(
            ServiceDetailRes(
                header=header(), response_code=ResponseCode.OK, service_id=OFFERED, service_parameter_list=sets
            )
        )

    def select(self, service: int = OFFERED, parameter_set: int = SET_ID) -> Entry:
        chosen = SelectedService(service_id=service, parameter_set_id=parameter_set)
        return self.ev(ServiceSelectionReq(header=header(), selected_energy_transfer_service=chosen))

    def parameters(self, *, ev: Limits = NONE, station: Limits = NONE) -> tuple[Entry, Entry]:
        """What either side bears; `ev` and `station` change single limits."""
        theirs = {f"ev_{name}": value for name, value in {**LIMITS, **ev}.items()}
        ours = {f"evse_{name}": value for name, value in {**LIMITS, **station}.items()}
        asked = self.ev(
            DcChargeParameterDiscoveryReq(header=header(), energy_transfer_mode=BptDcCpdReqEnergyTransferMode(**theirs))
        )
        told = BptDcCpdResEnergyTransferMode(**ours)
        return asked, self.station(
            DcChargeParameterDiscoveryRes(header=header(), response_code=ResponseCode.OK, energy_transfer_mode=told)
        )

    def schedule(self, *watts: float, back: float | None = -5_000.0) -> Entry:
        """One tuple with an entry of an hour for each power."""
        forth = ChargingSchedule(power_schedule=self._powers(*watts))
        given = None if back is None else ChargingSchedule(power_schedule=self._powers(back))
        one = ScheduleTuple(schedule_tuple_id=TUPLE_ID, charging_schedule=forth, discharging_schedule=given)
        mode = ScheduledSeResControlMode(schedule_tuple=(one,))
        return self.station(
            ScheduleExchangeRes(
                header=header(), response_code=ResponseCode.OK, evse_processing=Processing.FINISHED, control_mode=mode
            )
        )

    def start(self, *watts: float, tuple_id: int = TUPLE_ID) -> Entry:
        """A profile with an entry of an hour for each power."""
        entries = EvPowerProfileEntryList(ev_power_profile_entry=tuple(self._entries(*watts)))
        profile = EvPowerProfile(
            time_anchor=int(self.at),
            control_mode=ScheduledEvpptControlMode(selected_schedule_tuple_id=tuple_id),
            ev_power_profile_entries=entries,
        )
        return self.ev(
            PowerDeliveryReq(
                header=header(),
                ev_processing=Processing.FINISHED,
                charge_progress=ChargeProgress.START,
                ev_power_profile=profile,
            )
        )

    def ask(self, amperes: float = 10.0, soc: int | None = None, capacity: float = 50_000.0, **block: Any) -> Entry:
        """A cycle of the EV: its target current, and the state of charge if there is one to show."""
        mode = BptScheduledDcClReqControlMode(
            ev_target_current=Amperes.of(amperes), ev_target_voltage=Volts.of(400), **block
        )
        shown = DisplayParameters(present_soc=soc, battery_energy_capacity=WattHours.of(capacity))
        return self.ev(
            DcChargeLoopReq(
                header=header(),
                display_parameters=None if soc is None else shown,
                meter_info_requested=True,
                ev_present_voltage=Volts.of(400),
                control_mode=mode,
            ),
            1.0,
        )

    def answer(self, amperes: float = 10.0, energy: int | None = None, **block: Any) -> Entry:
        """A cycle of the station: its present current, and a meter reading if there is one."""
        meter = None if energy is None else MeterInfo(meter_id="M1", charged_energy_reading_wh=energy)
        return self.station(
            DcChargeLoopRes(
                header=header(),
                response_code=ResponseCode.OK,
                meter_info=meter,
                evse_present_current=Amperes.of(amperes),
                evse_present_voltage=Volts.of(400),
                evse_power_limit_achieved=False,
                evse_current_limit_achieved=False,
                evse_voltage_limit_achieved=False,
                control_mode=BptScheduledDcClResControlMode(**block),
            ),
            1.0,
        )

    def _powers(self, *watts: float) -> PowerSchedule:
        entries = PowerScheduleEntryList(power_schedule_entry=tuple(self._entries(*watts)))
        return PowerSchedule(time_anchor=int(self.at), power_schedule_entries=entries)

    def _entries(self, *watts: float) -> list[PowerScheduleEntry]:
        return [PowerScheduleEntry(duration=3600, power=Watts.of(power)) for power in watts]
