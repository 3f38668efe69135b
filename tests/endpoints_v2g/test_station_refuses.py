"""What a good station refuses, with which code, and what it does behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from harness.core.units import Volts, Watts
from harness.endpoints.ev.car import DYNAMIC, SCHEDULED, Car
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.refusals import filled, refusal
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationReq,
    AuthorizationRes,
    AuthorizationSetupReq,
    ChargeProgress,
    ChargingSession,
    DynamicEvpptControlMode,
    PowerDeliveryReq,
    PowerDeliveryRes,
    ScheduledEvpptControlMode,
    SelectedService,
    SelectedServiceList,
    ServiceDetailReq,
    ServiceDiscoveryReq,
    ServiceSelectionReq,
    SessionSetupReq,
    SessionStopReq,
)
from harness.messages.iso20.dc import (
    DcCableCheckReq,
    DcChargeLoopReq,
    DcChargeParameterDiscoveryReq,
    DcPreChargeReq,
    DcWeldingDetectionReq,
)
from harness.messages.iso20.energy import EnergyService
from harness.messages.iso20.types import MessageHeader, Processing, ResponseCode
from harness.messages.problems import problems
from harness.messages.registry import PROTOCOLS, SCHEMA_KEYS, is_request, response_of, schema
from harness.messages.schema import encode
from harness.trace.entry import LinkSeen
from tests.endpoints_v2g.conftest import LABORATORY

if TYPE_CHECKING:
    from harness.messages.field import Message
    from tests.endpoints_v2g.conftest import Lab, Meet

HEADER = MessageHeader(session_id=b"12345678", time_stamp=1_767_225_600)
GOOD = Ev(tls=False, linger=30.0)


def last_pair(lab: Lab) -> tuple[Any, Any]:
    said = [entry.message for entry in lab.trace if entry.message is not None]
    return said[-2], said[-1]


def assert_refused(lab: Lab, request: type[Message], code: ResponseCode) -> None:
    """The last pair: this request, its very response with the code, and the connection closed 5 s later."""
    ask, reply = last_pair(lab)
    assert reply.response_code is code
    assert type(ask) is request
    assert type(reply) is response_of(request)
    assert problems(reply) == ()
    closed = [entry for entry in lab.trace if isinstance(entry.body, LinkSeen)][-1]
    refused = next(entry for entry in reversed(lab.trace.entries) if entry.message is reply)
    assert (closed.body.state, closed.sender) == ("closed", "station")  # type: ignore[union-attr]
    assert closed.at - refused.at == pytest.approx(5.0)


STEPS: list[tuple[type[Message], Any]] = [
    (SessionSetupReq, lambda said: ServiceDiscoveryReq(header=said.header)),
    (AuthorizationSetupReq, lambda said: ServiceDiscoveryReq(header=said.header)),
    (ServiceDiscoveryReq, lambda said: ServiceDetailReq(header=said.header, service_id=EnergyService.DC_BPT)),
    (ServiceDetailReq, lambda said: AuthorizationSetupReq(header=said.header)),
    (DcChargeParameterDiscoveryReq, lambda said: DcCableCheckReq(header=said.header)),
    (DcCableCheckReq, lambda said: DcWeldingDetectionReq(header=said.header, ev_processing=Processing.FINISHED)),
    (DcPreChargeReq, lambda said: AuthorizationSetupReq(header=said.header)),
    (DcChargeLoopReq, lambda said: DcCableCheckReq(header=said.header)),
    (DcWeldingDetectionReq, lambda said: DcCableCheckReq(header=said.header)),
]


@pytest.mark.parametrize(("instead_of", "change"), STEPS, ids=lambda value: getattr(value, "name", "change"))
def test_request_out_of_order_gets_its_own_response_with_sequence_error(
    meet: Meet, instead_of: type[Message], change: Any
) -> None:
    lab = meet(GOOD.answering(instead_of, lambda _heard, said: change(said), nth=1))

    ask, _ = last_pair(lab)
    assert_refused(lab, type(ask), ResponseCode.FAILED_SEQUENCE_ERROR)
    assert any(ask.name in text for text in lab.violations())


def test_power_delivery_before_pre_charge_finished_is_out_of_order(meet: Meet) -> None:
    def early(_heard: Any, said: DcPreChargeReq) -> Any:
        start = ChargeProgress.START
        return PowerDeliveryReq(header=said.header, ev_processing=Processing.FINISHED, charge_progress=start)

    lab = meet(GOOD.answering(DcPreChargeReq, early, nth=2))

    assert_refused(lab, PowerDeliveryReq, ResponseCode.FAILED_SEQUENCE_ERROR)


def test_pause_in_the_charge_loop_is_out_of_order(meet: Meet) -> None:
    def pause(_heard: Any, said: DcChargeLoopReq) -> Any:
        return SessionStopReq(header=said.header, charging_session=ChargingSession.PAUSE)

    lab = meet(GOOD.answering(DcChargeLoopReq, pause, nth=2))

    assert_refused(lab, SessionStopReq, ResponseCode.FAILED_SEQUENCE_ERROR)
    assert {"LinkLost", "EnergyStopped"} <= set(lab.happenings())


@pytest.mark.parametrize(
    ("request_type", "nth"), [(AuthorizationSetupReq, 1), (ServiceDetailReq, 1), (DcChargeLoopReq, 3)]
)
@pytest.mark.parametrize("wrong", [bytes(8), b"stranger"])
def test_foreign_session_id_is_an_unknown_session(
    meet: Meet, request_type: type[Message], nth: int, wrong: bytes
) -> None:
    lab = meet(GOOD.but(request_type, header__session_id=wrong, nth=nth))

    assert_refused(lab, request_type, ResponseCode.FAILED_UNKNOWN_SESSION)
    _, reply = last_pair(lab)
    assert reply.header.session_id == lab.outcome.session_id != wrong


def test_unoffered_service_has_no_details(meet: Meet) -> None:
    lab = meet(GOOD.but(ServiceDetailReq, service_id=67))

    assert_refused(lab, ServiceDetailReq, ResponseCode.FAILED_SERVICE_ID_INVALID)


@pytest.mark.parametrize(
    ("service", "parameters", "code"),
    [
        (1, 1, ResponseCode.FAILED_SERVICE_SELECTION_INVALID),
        (EnergyService.DC_BPT, 0, ResponseCode.FAILED_SERVICE_SELECTION_INVALID),
        (EnergyService.DC_BPT, 99, ResponseCode.FAILED_SERVICE_SELECTION_INVALID),
        (65, 1, ResponseCode.FAILED_NO_ENERGY_TRANSFER_SERVICE_SELECTED),
    ],
)
def test_selection_must_have_been_offered(meet: Meet, service: int, parameters: int, code: ResponseCode) -> None:
    chosen = SelectedService(service_id=service, parameter_set_id=parameters)
    lab = meet(GOOD.but(ServiceSelectionReq, selected_energy_transfer_service=chosen))

    assert_refused(lab, ServiceSelectionReq, code)


def test_value_added_service_was_never_offered(meet: Meet) -> None:
    parking = SelectedServiceList(selected_service=(SelectedService(service_id=67, parameter_set_id=1),))
    lab = meet(GOOD.but(ServiceSelectionReq, selected_vas_list=parking))

    assert_refused(lab, ServiceSelectionReq, ResponseCode.FAILED_SERVICE_SELECTION_INVALID)


@pytest.mark.parametrize(
    "fields",
    [
        {"energy_transfer_mode__ev_maximum_voltage": Volts.of(100.0)},
        {"energy_transfer_mode__ev_minimum_voltage": Volts.of(1000.0)},
        {"energy_transfer_mode__ev_maximum_charge_power": Watts.of(-1.0)},
    ],
    ids=["below the station's range", "lowest above highest", "negative power"],
)
def test_useless_charge_parameters_are_refused(meet: Meet, fields: dict[str, Any]) -> None:
    lab = meet(GOOD.but(DcChargeParameterDiscoveryReq, **fields))

    assert_refused(lab, DcChargeParameterDiscoveryReq, ResponseCode.FAILED_WRONG_CHARGE_PARAMETER)


def test_parameters_must_be_those_of_the_selected_service(meet: Meet) -> None:
    def as_dc(_heard: Any, said: ServiceSelectionReq) -> ServiceSelectionReq:
        chosen = SelectedService(service_id=EnergyService.DC, parameter_set_id=1)
        return msgspec.structs.replace(said, selected_energy_transfer_service=chosen)

    lab = meet(GOOD.answering(ServiceSelectionReq, as_dc))

    assert_refused(lab, DcChargeParameterDiscoveryReq, ResponseCode.FAILED_WRONG_CHARGE_PARAMETER)


@pytest.mark.parametrize(
    ("mode", "change", "code"),
    [
        (
            SCHEDULED,
            lambda profile: msgspec.structs.replace(
                profile, control_mode=ScheduledEvpptControlMode(selected_schedule_tuple_id=9)
            ),
            ResponseCode.FAILED_SCHEDULE_SELECTION_INVALID,
        ),
        (
            SCHEDULED,
            lambda profile: msgspec.structs.replace(profile, control_mode=DynamicEvpptControlMode()),
            ResponseCode.FAILED_EV_POWER_PROFILE_INVALID,
        ),
        (
            DYNAMIC,
            lambda profile: msgspec.structs.replace(
                profile, control_mode=ScheduledEvpptControlMode(selected_schedule_tuple_id=1)
            ),
            ResponseCode.FAILED_EV_POWER_PROFILE_INVALID,
        ),
    ],
    ids=["unknown tuple", "dynamic profile", "scheduled profile"],
)
def test_power_profile_must_fit_what_was_settled(meet: Meet, mode: str, change: Any, code: ResponseCode) -> None:
    def bent(_heard: Any, said: PowerDeliveryReq) -> PowerDeliveryReq:
        return msgspec.structs.replace(said, ev_power_profile=change(said.ev_power_profile))

    lab = meet(GOOD.having(car=Car(control_mode=mode)).answering(PowerDeliveryReq, bent, nth=1))

    assert_refused(lab, PowerDeliveryReq, code)


def test_profile_above_the_schedule_is_invalid(meet: Meet) -> None:
    settings = msgspec.structs.replace(LABORATORY, max_charge_power=11_000.0)

    def bent(_heard: Any, said: PowerDeliveryReq) -> PowerDeliveryReq:
        profile = said.ev_power_profile
        assert profile is not None
        (entry,) = profile.ev_power_profile_entries.ev_power_profile_entry
        higher = msgspec.structs.replace(entry, power=Watts.of(22_000.0))
        entries = msgspec.structs.replace(profile.ev_power_profile_entries, ev_power_profile_entry=(higher,))
        return msgspec.structs.replace(
            said, ev_power_profile=msgspec.structs.replace(profile, ev_power_profile_entries=entries)
        )

    ev = GOOD.having(car=Car(control_mode=SCHEDULED)).answering(PowerDeliveryReq, bent, nth=1)
    lab = meet(ev, settings=settings)

    assert_refused(lab, PowerDeliveryReq, ResponseCode.FAILED_EV_POWER_PROFILE_INVALID)


def test_standby_is_declined_without_ending_the_session(meet: Meet) -> None:
    def standby(_heard: Any, said: DcChargeLoopReq) -> Any:
        progress = ChargeProgress.STANDBY
        return PowerDeliveryReq(header=said.header, ev_processing=Processing.FINISHED, charge_progress=progress)

    settings = msgspec.structs.replace(LABORATORY, standby=False)
    lab = meet(GOOD.answering(DcChargeLoopReq, standby, nth=2), settings=settings)

    codes = [reply.response_code for reply in lab.said(PowerDeliveryRes)]
    assert codes == [ResponseCode.OK, ResponseCode.WARNING_STANDBY_NOT_ALLOWED, ResponseCode.OK]
    assert (lab.outcome.state, lab.violations()) == ("finished", [])


def test_service_renegotiation_is_not_supported(meet: Meet) -> None:
    settings = msgspec.structs.replace(LABORATORY, service_renegotiation=False)
    lab = meet(GOOD.but(SessionStopReq, charging_session=ChargingSession.SERVICE_RENEGOTIATION), settings=settings)

    assert_refused(lab, SessionStopReq, ResponseCode.FAILED_NO_SERVICE_RENEGOTIATION_SUPPORTED)


def test_loop_in_another_control_mode_is_refused(meet: Meet) -> None:
    def scheduled(_heard: Any, said: ServiceSelectionReq) -> ServiceSelectionReq:
        chosen = SelectedService(service_id=EnergyService.DC_BPT, parameter_set_id=1)
        return msgspec.structs.replace(said, selected_energy_transfer_service=chosen)

    lab = meet(GOOD.answering(ServiceSelectionReq, scheduled))

    ask, reply = last_pair(lab)
    assert (type(ask).name, reply.response_code) == ("ScheduleExchangeReq", ResponseCode.FAILED)


def test_plug_and_charge_was_not_offered(meet: Meet) -> None:
    lab = meet(GOOD.but(AuthorizationReq, selected_authorization_service=Authorization.PNC, nth=1))

    answer = lab.said(AuthorizationRes)[0]
    assert answer.response_code is ResponseCode.WARNING_AUTHORIZATION_SELECTION_INVALID
    assert answer.evse_processing is Processing.FINISHED
    assert lab.outcome.state == "unfinished"


KEYS = [key for key in SCHEMA_KEYS if key not in PROTOCOLS.values()]
"""Schemas of ISO 15118-20 and of what comes before it."""
REQUESTS = sorted(
    {kind for key in KEYS for kind in schema(key).classes() if is_request(kind)}, key=lambda kind: kind.name
)


@pytest.mark.parametrize("kind", REQUESTS, ids=lambda kind: str(kind.name))
def test_every_refusal_is_valid_and_can_be_encoded(kind: type[Message]) -> None:
    reply = refusal(filled(kind), ResponseCode.FAILED_SEQUENCE_ERROR, HEADER)

    assert type(reply) is response_of(kind)
    assert problems(reply) == ()
    assert encode(reply)


def test_refusal_keeps_the_block_of_the_request(meet: Meet) -> None:
    lab = meet(GOOD.but(DcChargeLoopReq, header__session_id=b"stranger", nth=2))

    ask, reply = last_pair(lab)
    assert type(reply.control_mode).name == type(ask.control_mode).name.replace("Req", "Res")


def test_nothing_is_said_after_a_refusal(meet: Meet) -> None:
    lab = meet(GOOD.but(ServiceDetailReq, service_id=67))

    assert lab.names()[-1] == "ServiceDetailRes"
