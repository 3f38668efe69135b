"""A session of direct current by ISO 15118-2 or DIN SPEC 70121, written by hand, for the rules about energy."""

from __future__ import annotations

from typing import Any

from harness.core.case import Role
from harness.messages import din, iso2
from harness.messages.envelope import wrap
from harness.messages.field import Message
from harness.trace.entry import Entry
from tests.checks.scene import SESSION, Scene

ISO2, DIN = "iso2", "din"
TUPLE_ID, CHARGING, INTERNET = 1, 1, 3
_IDS: dict[str, Any] = {ISO2: "DE*ABC*E1", DIN: bytes(7)}


class Older(Scene):
    """A session of 400 V whose parts the tests say as they need them."""

    def __init__(self, subject: Role | None = None, protocol: str = ISO2) -> None:
        super().__init__(subject)
        self.protocol = protocol
        self.kit: Any = iso2 if protocol == ISO2 else din
        self.open()

    def ask_for(self, body: Message, after: float = 0.1, **terms: Any) -> Entry:
        return self.ev(wrap(body, SESSION), after, stream=0x8001, **terms)

    def tell(self, body: Message, after: float = 0.1, **terms: Any) -> Entry:
        return self.station(wrap(body, SESSION), after, stream=0x8001, **terms)

    def offer(self, mode: str = "DC_extended") -> None:
        """Charging against external payment, and a service beside it with one parameter set."""
        kit, service = self.kit, self.kit.service
        category = kit.codes.ServiceCategory if self.protocol == ISO2 else din.codes.ServiceCategory
        common: dict[str, Any] = {"response_code": "OK"}
        payments = (kit.codes.PaymentOption.EXTERNAL_PAYMENT,)
        if self.protocol == ISO2:
            kinds = iso2.service.SupportedEnergyTransferMode(
                energy_transfer_mode=(iso2.codes.EnergyTransferMode(mode), iso2.codes.EnergyTransferMode.DC_CORE)
            )
            common["payment_option_list"] = service.PaymentOptionList(payment_option=payments)
            common["charge_service"] = service.ChargeService(
                service_id=CHARGING,
                service_category=category.EV_CHARGING,
                free_service=True,
                supported_energy_transfer_mode=kinds,
            )
            extra = service.Service(service_id=INTERNET, service_category=category.INTERNET, free_service=True)
            common["service_list"] = service.ServiceList(service=(extra,))
        else:
            tag = service.ServiceTag(service_id=CHARGING, service_category=category.EV_CHARGING)
            other = service.ServiceTag(service_id=INTERNET, service_category=category.INTERNET)
            common["payment_options"] = service.PaymentOptions(payment_option=payments)
            common["charge_service"] = service.ServiceCharge(
                service_tag=tag,
                free_service=True,
                energy_transfer_type=din.codes.EvseSupportedEnergyTransferType(mode),
            )
            extra_din = service.Service(service_tag=other, free_service=True)
            common["service_list"] = service.ServiceTagList(service=(extra_din,))
        self.tell(service.ServiceDiscoveryRes(**common))

    def detail(self, parameter_set: int = 1) -> Entry:
        """The one parameter set of the service beside charging."""
        service, value = self.kit.service, self.kit.service.IntValue(value=80)
        named: dict[str, Any] = {} if self.protocol == ISO2 else {"value_type": din.codes.ValueType.INT}
        parameter = service.Parameter(parameter_name="Port", value=value, **named)
        sets = (service.ParameterSet(parameter_set_id=parameter_set, parameter=(parameter,)),)
        return self.tell(
            service.ServiceDetailRes(
                response_code="OK",
                service_id=INTERNET,
                service_parameter_list=service.ServiceParameterList(parameter_set=sets),
            )
        )

    def select(self, *services: tuple[int, int | None], payment: str = "ExternalPayment") -> Entry:
        pay = self.kit.payment
        chosen = tuple(pay.SelectedService(service_id=one, parameter_set_id=its) for one, its in services)
        listed = pay.SelectedServiceList(selected_service=chosen or (pay.SelectedService(service_id=CHARGING),))
        cls = pay.PaymentServiceSelectionReq if self.protocol == ISO2 else pay.ServicePaymentSelectionReq
        return self.ask_for(cls(selected_payment_option=payment, selected_service_list=listed))

    def status(self, percent: int = 40) -> Any:
        code = self.kit.types.DcEvErrorCode.NO_ERROR
        return self.kit.types.DcEvStatus(ev_ready=True, ev_error_code=code, ev_ress_soc=percent)

    def evse_status(self) -> Any:
        return self.kit.types.DcEvseStatus(
            notification_max_delay=0,
            evse_notification=self.kit.types.EvseNotification.NONE,
            evse_status_code=self.kit.types.DcEvseStatusCode.READY,
        )

    def parameters(
        self, *watts: float, mode: str = "DC_extended", ev: dict[str, Any] | None = None, **station: Any
    ) -> tuple[Entry, Entry]:
        """25 A, 10 kW and 450 V on either side; one schedule with a step of an hour for each power."""
        asked = self.ask_for(self.ev_parameters(mode, **(ev or {})))
        return asked, self.tell(self.station_parameters(*(watts or (10_000.0,)), **station))

    def ev_parameters(self, mode: str = "DC_extended", **changed: Any) -> Any:
        size, dc = self.kit.physical, self.kit.dc
        limits = {
            "dc_ev_status": self.status(),
            "ev_maximum_current_limit": size.amperes(25),
            "ev_maximum_power_limit": size.watts(10_000),
            "ev_maximum_voltage_limit": size.volts(450),
            "ev_energy_capacity": size.watt_hours(50_000),
        }
        block = dc.DcEvChargeParameter(**{**limits, **changed})
        wanted = "requested_energy_transfer_mode" if self.protocol == ISO2 else "ev_requested_energy_transfer_type"
        return self.kit.charging.ChargeParameterDiscoveryReq(ev_charge_parameter=block, **{wanted: mode})

    def station_parameters(self, *watts: float, response_code: str = "OK", **changed: Any) -> Any:
        size, plan, dc = self.kit.physical, self.kit.schedule, self.kit.dc
        limits = {
            "dc_evse_status": self.evse_status(),
            "evse_maximum_current_limit": size.amperes(25),
            "evse_maximum_power_limit": size.watts(10_000),
            "evse_maximum_voltage_limit": size.volts(450),
            "evse_minimum_current_limit": size.amperes(0),
            "evse_minimum_voltage_limit": size.volts(200),
            "evse_peak_current_ripple": size.amperes(1),
        }
        entries = tuple(
            plan.PMaxScheduleEntry(
                time_interval=plan.RelativeTimeInterval(start=3600 * number),
                p_max=size.watts(power) if self.protocol == ISO2 else int(power),
            )
            for number, power in enumerate(watts)
        )
        numbered: dict[str, Any] = {} if self.protocol == ISO2 else {"p_max_schedule_id": 1}
        one = plan.SAScheduleTuple(
            sa_schedule_tuple_id=TUPLE_ID, p_max_schedule=plan.PMaxSchedule(p_max_schedule_entry=entries, **numbered)
        )
        return self.kit.charging.ChargeParameterDiscoveryRes(
            response_code=response_code,
            evse_processing="Finished",
            sa_schedules=plan.SAScheduleList(sa_schedule_tuple=(one,)),
            evse_charge_parameter=dc.DcEvseChargeParameter(**{**limits, **changed}),
        )

    def start(self, *watts: float, tuple_id: int = TUPLE_ID, after: float = 0.1) -> Entry:
        """A profile with a step of an hour for each power."""
        charging, size = self.kit.charging, self.kit.physical
        entries = tuple(
            charging.ProfileEntry(
                charging_profile_entry_start=3600 * number,
                charging_profile_entry_max_power=size.watts(power) if self.protocol == ISO2 else int(power),
            )
            for number, power in enumerate(watts)
        )
        if self.protocol == ISO2:
            profile = charging.ChargingProfile(profile_entry=entries) if entries else None
            progress = charging.ChargeProgress.START
            return self.ask_for(
                charging.PowerDeliveryReq(
                    charge_progress=progress, sa_schedule_tuple_id=tuple_id, charging_profile=profile
                ),
                after,
            )
        profile = charging.ChargingProfile(sa_schedule_tuple_id=tuple_id, profile_entry=entries)
        return self.ask_for(
            charging.PowerDeliveryReq(ready_to_charge_state=True, charging_profile=profile if entries else None), after
        )

    def stop(self) -> Entry:
        charging = self.kit.charging
        if self.protocol == ISO2:
            stop = charging.ChargeProgress.STOP
            return self.ask_for(charging.PowerDeliveryReq(charge_progress=stop, sa_schedule_tuple_id=TUPLE_ID), 1.0)
        return self.ask_for(charging.PowerDeliveryReq(ready_to_charge_state=False), 1.0)

    def ask(self, amperes: float = 10.0, percent: int = 40, volts: float = 400.0, **changed: Any) -> Entry:
        """A cycle of the EV."""
        size = self.kit.physical
        return self.ask_for(
            self.kit.dc.CurrentDemandReq(
                dc_ev_status=self.status(percent),
                ev_target_current=size.amperes(amperes),
                ev_target_voltage=size.volts(volts),
                charging_complete=False,
                **changed,
            ),
            1.0,
        )

    def answer(self, amperes: float = 10.0, energy: int | None = None, volts: float = 400.0, **changed: Any) -> Entry:
        """A cycle of the station; only ISO 15118-2 has a meter reading there."""
        size, own = self.kit.physical, {}
        if self.protocol == ISO2:
            meter = None if energy is None else iso2.types.MeterInfo(meter_id="M1", meter_reading=energy)
            own = {"evse_id": _IDS[ISO2], "sa_schedule_tuple_id": TUPLE_ID, "meter_info": meter}
        told = {
            "response_code": "OK",
            "dc_evse_status": self.evse_status(),
            "evse_present_voltage": size.volts(volts),
            "evse_present_current": size.amperes(amperes),
            "evse_current_limit_achieved": False,
            "evse_voltage_limit_achieved": False,
            "evse_power_limit_achieved": False,
        }
        return self.tell(self.kit.dc.CurrentDemandRes(**{**told, **own, **changed}), 1.0)

    def status_of_alternating(self, energy: int) -> Entry:
        """A cycle of a station of alternating current, by ISO 15118-2."""
        status = iso2.types.AcEvseStatus(
            notification_max_delay=0, evse_notification=iso2.codes.EvseNotification.NONE, rcd=False
        )
        return self.tell(
            iso2.ac.ChargingStatusRes(
                response_code=iso2.codes.ResponseCode.OK,
                evse_id="DE*ABC*E1",
                sa_schedule_tuple_id=TUPLE_ID,
                meter_info=iso2.types.MeterInfo(meter_id="M1", meter_reading=energy),
                ac_evse_status=status,
            ),
            1.0,
        )
