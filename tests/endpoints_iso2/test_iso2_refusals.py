"""What a station of ISO 15118-2 refuses, with which code, and what becomes of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from harness.core.case import Role
from harness.endpoints.behaviour import Moment, Say
from harness.endpoints.ev.ev import ISO2
from harness.endpoints.ev.evcc import Evcc
from harness.endpoints.ev.iso2.delivery import start
from harness.endpoints.ev.iso2.evcc import Iso2Evcc
from harness.endpoints.ev.journey import Steps
from harness.endpoints.station.iso2.terms import ScheduleTerms
from harness.endpoints.station.refusals import filled
from harness.messages import iso2
from harness.messages.envelope import wrap
from harness.messages.field import Message
from harness.messages.iso2.ac import ChargingStatusReq
from harness.messages.iso2.charging import (
    ChargeParameterDiscoveryReq,
    ChargingProfile,
    PowerDeliveryReq,
    PowerDeliveryRes,
    ProfileEntry,
)
from harness.messages.iso2.codes import EnergyTransferMode
from harness.messages.iso2.dc import CableCheckReq, CurrentDemandReq, PreChargeReq, WeldingDetectionReq
from harness.messages.iso2.payment import (
    AuthorizationReq,
    PaymentServiceSelectionReq,
    SelectedService,
    SelectedServiceList,
)
from harness.messages.iso2.physical import amperes, volts, watts
from harness.messages.iso2.service import ServiceDetailReq, ServiceDiscoveryReq
from harness.messages.iso2.session import ChargingSession, SessionSetupReq, SessionStopReq
from harness.messages.namespaces import ISO2_MESSAGE
from harness.messages.problems import problems
from harness.messages.registry import is_request
from harness.messages.sap import SupportedAppProtocolReq
from harness.sessions.v2g.session import V2gSession
from tests.endpoints_iso2.conftest import AC, CITY, DC, having, small

if TYPE_CHECKING:
    from tests.endpoints_iso2.conftest import Meet2, OldLab

STRANGER = bytes.fromhex("0102030405060708")


def assert_refused(lab: OldLab, name: str, code: str) -> None:
    assert lab.refusals() == [(name, code)]
    frames = [entry for entry in lab.trace if entry.message is not None]
    assert frames[-1].message.response_code == code
    assert problems(frames[-1].envelope) == ()
    assert lab.outcome.state == "failed"


@pytest.mark.parametrize(
    ("service", "ask"),
    [
        (DC, ServiceDiscoveryReq),
        (DC, PaymentServiceSelectionReq),
        (DC, AuthorizationReq),
        (DC, ChargeParameterDiscoveryReq),
        (DC, CableCheckReq),
        (DC, PreChargeReq),
        (DC, PowerDeliveryReq),
        (DC, CurrentDemandReq),
        (DC, WeldingDetectionReq),
        (DC, SessionStopReq),
        (AC, ChargingStatusReq),
    ],
)
def test_foreign_session_id_is_refused(meet2: Meet2, service: int, ask: type[Message]) -> None:
    lab = meet2(small(service).but(ask, session_id=STRANGER, nth=1))

    assert_refused(lab, ask.name.replace("Req", "Res"), "FAILED_UnknownSession")
    assert len(lab.violations()) == 1
    assert "0102030405060708" in lab.violations()[0]


@pytest.mark.parametrize("short", [b"", bytes(8)], ids=["empty", "zero"])
def test_no_session_id_is_a_foreign_one(meet2: Meet2, short: bytes) -> None:
    lab = meet2(small().but(ServiceDiscoveryReq, session_id=short))

    assert_refused(lab, "ServiceDiscoveryRes", "FAILED_UnknownSession")


def as_(other: Message) -> Any:
    return lambda _heard, _said: other


@pytest.mark.parametrize(
    ("service", "at", "other"),
    [
        (DC, ServiceDiscoveryReq, AuthorizationReq()),
        (DC, AuthorizationReq, ServiceDiscoveryReq()),
        (DC, PaymentServiceSelectionReq, SessionSetupReq(evcc_id=b"abcdef")),
        (DC, CableCheckReq, PreChargeReq),
        (DC, PreChargeReq, CurrentDemandReq),
        (DC, CurrentDemandReq, ChargingStatusReq()),
        (AC, ChargingStatusReq, CurrentDemandReq),
        (AC, ChargingStatusReq, ServiceDiscoveryReq()),
        (DC, WeldingDetectionReq, ServiceDiscoveryReq()),
    ],
)
def test_request_out_of_order_is_refused(meet2: Meet2, service: int, at: type[Message], other: Any) -> None:
    if isinstance(other, type):
        # As a good session says it.
        other = meet2(small()).bodies(other)[0]
    lab = meet2(small(service).answering(at, as_(other), nth=1))

    assert_refused(lab, type(other).name.replace("Req", "Res"), "FAILED_SequenceError")
    assert any(type(other).name in violation for violation in lab.violations())


def test_handshake_is_over_once_it_is_over(meet2: Meet2) -> None:
    offer = SupportedAppProtocolReq(app_protocol=(ISO2,))
    lab = meet2(small().answering(ServiceDiscoveryReq, lambda _heard, _said: Say(message=offer)))

    assert lab.refusals() == [("supportedAppProtocolRes", "Failed_NoNegotiation")]
    assert lab.violations() != []


def test_message_before_the_handshake_is_out_of_order() -> None:
    station = V2gSession(Role.STATION)
    ev = V2gSession(Role.EV)
    station.begin(0.0)
    ev.send(wrap(SessionSetupReq(evcc_id=b"abcdef"), bytes(8)), 0.0)
    station.receive(ev.outbox()[0], 0.0)

    received, violation = station.events()
    assert type(received.message.body.element) is SessionSetupReq  # type: ignore[union-attr]
    assert violation.rule == "sequence"  # type: ignore[union-attr]


def chosen(*ids: int, set_id: int | None = None) -> SelectedServiceList:
    return SelectedServiceList(
        selected_service=tuple(SelectedService(service_id=number, parameter_set_id=set_id) for number in ids)
    )


@pytest.mark.parametrize(
    ("services", "code"),
    [
        (chosen(2), "FAILED_NoChargeServiceSelected"),
        (chosen(1, 3), "FAILED_ServiceSelectionInvalid"),
        (chosen(1, set_id=1), "FAILED_ServiceSelectionInvalid"),
        (chosen(1, 7777), "FAILED_ServiceSelectionInvalid"),
    ],
    ids=["no charging", "internet, not offered", "a parameter set of charging", "unknown"],
)
def test_services_must_have_been_offered(meet2: Meet2, services: SelectedServiceList, code: str) -> None:
    lab = meet2(small().but(PaymentServiceSelectionReq, selected_service_list=services))

    assert_refused(lab, "PaymentServiceSelectionRes", code)


def test_details_of_a_service_that_is_not_there(meet2: Meet2) -> None:
    ev = small()
    lab = meet2(ev.having(iso2=msgspec.structs.replace(ev.iso2, details_of=(2,))))

    assert_refused(lab, "ServiceDetailRes", "FAILED_ServiceIDInvalid")
    assert lab.bodies(ServiceDetailReq)[0].service_id == 2


@pytest.mark.parametrize("mode", [EnergyTransferMode.DC_UNIQUE, EnergyTransferMode.DC_COMBO_CORE])
def test_energy_transfer_mode_must_have_been_offered(meet2: Meet2, mode: EnergyTransferMode) -> None:
    lab = meet2(small().but(ChargeParameterDiscoveryReq, requested_energy_transfer_mode=mode))

    assert_refused(lab, "ChargeParameterDiscoveryRes", "FAILED_WrongEnergyTransferMode")


@pytest.mark.parametrize(
    ("service", "fields"),
    [
        (DC, {"ev_charge_parameter__ev_maximum_voltage_limit": volts(100)}),
        (DC, {"ev_charge_parameter__ev_maximum_current_limit": amperes(-1)}),
        (DC, {"ev_charge_parameter__ev_maximum_voltage_limit": watts(400)}),
        (DC, {"requested_energy_transfer_mode": EnergyTransferMode.AC_THREE_PHASE_CORE}),
        (AC, {"ev_charge_parameter__ev_max_voltage": volts(110)}),
        (AC, {"ev_charge_parameter__ev_min_current": amperes(40)}),
        (AC, {"ev_charge_parameter__e_amount": watts(40)}),
        (AC, {"requested_energy_transfer_mode": EnergyTransferMode.DC_EXTENDED}),
    ],
)
def test_useless_charge_parameters_are_refused(meet2: Meet2, service: int, fields: dict[str, Any]) -> None:
    lab = meet2(small(service).but(ChargeParameterDiscoveryReq, **fields))

    assert_refused(lab, "ChargeParameterDiscoveryRes", "FAILED_WrongChargeParameter")


def test_schedule_must_have_been_offered(meet2: Meet2) -> None:
    lab = meet2(small().but(PowerDeliveryReq, sa_schedule_tuple_id=9, nth=1))

    assert_refused(lab, "PowerDeliveryRes", "FAILED_TariffSelectionInvalid")


@pytest.mark.parametrize(
    "steps",
    [((0, 60_000.0),), ((0, 5_000.0), (3600, 45_000.0))],
    ids=["from the start", "later on"],
)
def test_profile_above_the_schedule_is_refused(meet2: Meet2, steps: tuple[tuple[int, float], ...]) -> None:
    entries = tuple(
        ProfileEntry(charging_profile_entry_start=start, charging_profile_entry_max_power=watts(power))
        for start, power in steps
    )
    terms = ScheduleTerms(steps=((0, None), (3000, 20_000.0)))
    ev = small().but(PowerDeliveryReq, charging_profile=ChargingProfile(profile_entry=entries), nth=1)
    lab = meet2(ev, settings=having(CITY, schedules=(terms,)))

    assert_refused(lab, "PowerDeliveryRes", "FAILED_ChargingProfileInvalid")


def test_profile_within_the_schedule_or_none_is_taken(meet2: Meet2) -> None:
    low = ChargingProfile(
        profile_entry=(ProfileEntry(charging_profile_entry_start=0, charging_profile_entry_max_power=watts(1000)),)
    )
    for profile in (low, None):
        lab = meet2(small().but(PowerDeliveryReq, charging_profile=profile, nth=1))
        assert (lab.outcome.state, lab.refusals()) == ("finished", [])


def test_contactor_that_does_not_close(meet2: Meet2) -> None:
    lab = meet2(small(AC), settings=msgspec.structs.replace(CITY, contactor_stuck=True))

    assert_refused(lab, "PowerDeliveryRes", "FAILED_ContactorError")


def test_car_that_is_not_ready_gets_no_power(meet2: Meet2) -> None:
    ev = small().but(PowerDeliveryReq, ev_power_delivery_parameter__dc_ev_status__ev_ready=False, nth=1)
    lab = meet2(ev)

    assert_refused(lab, "PowerDeliveryRes", "FAILED_PowerDeliveryNotApplied")


def test_faulty_cable_ends_the_session(meet2: Meet2) -> None:
    lab = meet2(small(), settings=having(CITY, cable_fault=True))

    assert_refused(lab, "CableCheckRes", "FAILED")
    last = lab.last_reply()
    assert (last.evse_processing, last.dc_evse_status.evse_isolation_status) == ("Finished", "Fault")


def test_rejected_driver_ends_the_session(meet2: Meet2) -> None:
    lab = meet2(small(), authorised="rejected")

    assert_refused(lab, "AuthorizationRes", "FAILED")


class Stubborn(Iso2Evcc):
    """Tries to start once more where that was refused."""

    def follow(self, answer: Message, moment: Moment) -> Steps:
        if isinstance(answer, PowerDeliveryRes) and answer.response_code.startswith("FAILED"):
            return start(self.journey, moment)
        return super().follow(answer, moment)


class StubbornEv(Evcc):
    """An EV that is stubborn in ISO 15118-2."""

    older = {ISO2_MESSAGE: Stubborn}  # noqa: RUF012 - as declared


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"sa_schedule_tuple_id": 9}, "FAILED_TariffSelectionInvalid"),
        ({"ev_power_delivery_parameter__dc_ev_status__ev_ready": False}, "FAILED_PowerDeliveryNotApplied"),
    ],
)
def test_field_station_lets_an_ev_try_again(meet2: Meet2, fields: dict[str, Any], code: str) -> None:
    ev = small(evcc=StubbornEv).but(PowerDeliveryReq, nth=1, **fields)
    strict, field = meet2(ev), meet2(ev, settings=having(CITY, flavour="field"))

    assert strict.refusals() == field.refusals() == [("PowerDeliveryRes", code)]
    assert (strict.outcome.state, field.outcome.state) == ("lost", "finished")
    assert len(strict.violations()) == 1
    assert "after the end" in {note.data.get("rule") for note in strict.notes()}
    assert field.violations() == []


def test_field_station_ends_a_session_out_of_order_all_the_same(meet2: Meet2) -> None:
    ev = small().answering(ServiceDiscoveryReq, as_(AuthorizationReq()))
    lab = meet2(ev, settings=having(CITY, flavour="field"))

    assert_refused(lab, "AuthorizationRes", "FAILED_SequenceError")


def test_field_station_takes_the_end_of_a_session_for_a_stop(meet2: Meet2) -> None:
    end = SessionStopReq(charging_session=ChargingSession.TERMINATE)
    ev = small().answering(CurrentDemandReq, as_(end), nth=3)
    strict, field = meet2(ev), meet2(ev, settings=having(CITY, flavour="field"))

    assert strict.refusals() == [("SessionStopRes", "FAILED_SequenceError")]
    assert (field.refusals(), field.outcome.state) == ([], "finished")
    # Implementers disagree: nobody is blamed.
    assert (strict.violations(), field.violations()) == ([], [])


REQUESTS = sorted(
    {
        kind
        for module in iso2.MODULES
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Message) and is_request(kind)
    },
    key=lambda kind: str(kind.name),
)


@pytest.mark.parametrize("ask", REQUESTS, ids=lambda kind: str(kind.name))
@pytest.mark.parametrize("service", [AC, DC])
def test_every_request_has_a_refusal_that_can_be_said(meet2: Meet2, service: int, ask: type[Message]) -> None:
    loop = ChargingStatusReq if service == AC else CurrentDemandReq
    lab = meet2(small(service).answering(loop, as_(filled(ask)), nth=2))

    name = ask.name.replace("Req", "Res")
    out_of_order = [refusal for refusal in lab.refusals() if refusal[0] == name]
    taken = {"ChargingStatusRes", "CurrentDemandRes", "PowerDeliveryRes"}
    assert out_of_order == [(name, "FAILED_SequenceError")] or name in taken
    last = [entry for entry in lab.trace if entry.message is not None and entry.sender is Role.STATION][-1]
    assert problems(last.envelope) == ()
