"""Sessions of DIN SPEC 70121 between our own EV and our own station, whole and refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from harness.core.case import Role
from harness.endpoints.station.refusals import filled
from harness.messages import din
from harness.messages.din.charging import (
    ChargeParameterDiscoveryReq,
    ChargeParameterDiscoveryRes,
    ChargingProfile,
    PowerDeliveryReq,
    ProfileEntry,
)
from harness.messages.din.codes import EvRequestedEnergyTransferType, PaymentOption
from harness.messages.din.dc import CableCheckReq, CurrentDemandReq, CurrentDemandRes, PreChargeReq
from harness.messages.din.payment import (
    ContractAuthenticationReq,
    SelectedService,
    SelectedServiceList,
    ServicePaymentSelectionReq,
)
from harness.messages.din.physical import amperes, volts
from harness.messages.din.service import ServiceDiscoveryReq
from harness.messages.din.session import SessionSetupReq, SessionSetupRes, SessionStopReq
from harness.messages.field import Message
from harness.messages.problems import problems
from harness.messages.registry import is_request
from harness.trace.entry import Link, Seen
from tests.endpoints_iso2.conftest import DC, OLD, elder, having

if TYPE_CHECKING:
    from tests.endpoints_iso2.conftest import Meet2, OldLab

ORDER = [
    "supportedAppProtocol",
    "SessionSetup",
    "ServiceDiscovery",
    "ServicePaymentSelection",
    "ContractAuthentication",
    "ChargeParameterDiscovery",
    "CableCheck",
    "PreCharge",
    "PowerDelivery",
    "CurrentDemand",
    "PowerDelivery",
    "WeldingDetection",
    "SessionStop",
]


@pytest.mark.parametrize("observer", [Role.STATION, Role.EV])
def test_good_peers_finish_and_nobody_objects(meet2: Meet2, observer: Role) -> None:
    lab = meet2(elder(), settings=OLD, observer=observer)

    assert (lab.outcome.state, lab.violations(), lab.expired(), lab.refusals()) == ("finished", [], [], [])
    assert lab.asked() == ORDER
    assert lab.outcome.evse_id == "49A80737A45678"


def test_schema_objects_to_nothing_good_peers_say(meet2: Meet2) -> None:
    lab = meet2(elder(), settings=OLD)

    said = [entry for entry in lab.trace if entry.link is Link.V2G and isinstance(entry.body, Seen)]
    assert len(said) > 25
    assert [(entry.message, found) for entry in said if (found := problems(entry.envelope))] == []
    assert {entry.body.schema for entry in said if isinstance(entry.body, Seen)} == {"sap", "din"}


def test_what_the_ev_needs_reaches_the_plant(meet2: Meet2) -> None:
    lab = meet2(elder().with_car(soc=50, target_soc=80, capacity=60_000), settings=OLD)

    needs = next(h.needs for h in lab.heard if type(h).__name__ == "NeedsGiven")
    assert (needs.service_id, needs.target_energy, needs.soc) == (DC, 18_000, 50)
    assert lab.happenings().count("NeedsGiven") == lab.happenings().count("ServiceSelected") == 1
    into_battery = (lab.outcome.soc - 50) / 100 * 60_000
    assert lab.plant.meter.reading(lab.trace.entries[-1].at).import_wh == pytest.approx(into_battery, rel=0.05)


def test_schedule_cannot_tell_more_than_its_type(meet2: Meet2) -> None:
    lab = meet2(elder(loops=20), settings=OLD)

    (schedule,) = lab.bodies(ChargeParameterDiscoveryRes)[-1].sa_schedules.sa_schedule_tuple
    (entry,) = schedule.p_max_schedule.p_max_schedule_entry
    assert (entry.p_max, entry.time_interval.duration) == (32_767, 86_400)
    # Who follows the limits instead gets what the station really has.
    powers = [float(m.evse_present_voltage) * float(m.evse_present_current) for m in lab.bodies(CurrentDemandRes)]
    assert max(powers) > 35_000


def test_there_is_no_coming_back(meet2: Meet2) -> None:
    lab = meet2(elder(pause=True), elder(resume=bytes.fromhex("0102030405060708")), settings=OLD)

    assert [outcome.state for outcome in lab.outcomes] == ["finished", "finished"]
    assert {reply.response_code for reply in lab.bodies(SessionSetupRes)} == {"OK_NewSessionEstablished"}


def test_station_that_wants_an_end_says_so_by_its_state(meet2: Meet2) -> None:
    settings = msgspec.structs.replace(OLD, notification_plan=((1.0, "terminate"),))
    lab = meet2(elder(loops=100), settings=settings)

    states = [reply.dc_evse_status for reply in lab.bodies(CurrentDemandRes)]
    assert states[-1].evse_status_code == "EVSE_Shutdown"
    assert {state.evse_notification for state in states} == {"None"}
    assert (lab.outcome.state, len(states) < 20) == ("finished", True)


def assert_refused(lab: OldLab, name: str, code: str) -> None:
    assert lab.refusals() == [(name, code)]
    frames = [entry for entry in lab.trace if entry.message is not None]
    assert frames[-1].message.response_code == code
    assert problems(frames[-1].envelope) == ()
    assert lab.outcome.state == "failed"


@pytest.mark.parametrize(
    "ask", [ServiceDiscoveryReq, ContractAuthenticationReq, CableCheckReq, CurrentDemandReq, SessionStopReq]
)
def test_foreign_session_id_is_refused(meet2: Meet2, ask: type[Message]) -> None:
    lab = meet2(elder().but(ask, session_id=b"stranger", nth=1), settings=OLD)

    assert_refused(lab, ask.name.replace("Req", "Res"), "FAILED_UnknownSession")


@pytest.mark.parametrize(
    ("at", "other"),
    [
        (ServiceDiscoveryReq, ContractAuthenticationReq),
        (ServicePaymentSelectionReq, SessionSetupReq),
        (PreChargeReq, CurrentDemandReq),
        (CurrentDemandReq, CableCheckReq),
    ],
)
def test_request_out_of_order_is_refused(meet2: Meet2, at: type[Message], other: type[Message]) -> None:
    usual = meet2(elder(), settings=OLD).bodies(other)[0]
    lab = meet2(
        elder().answering(at, lambda _heard, _said: usual, nth=2 if at is CurrentDemandReq else 1), settings=OLD
    )

    assert_refused(lab, other.name.replace("Req", "Res"), "FAILED_SequenceError")


@pytest.mark.parametrize(
    ("ask", "fields", "code"),
    [
        (
            ServicePaymentSelectionReq,
            {"selected_payment_option": PaymentOption.CONTRACT},
            "FAILED_PaymentSelectionInvalid",
        ),
        (
            ServicePaymentSelectionReq,
            {"selected_service_list": SelectedServiceList(selected_service=(SelectedService(service_id=9),))},
            "FAILED_ServiceSelectionInvalid",
        ),
        (
            ChargeParameterDiscoveryReq,
            {"ev_requested_energy_transfer_type": EvRequestedEnergyTransferType.AC_SINGLE_PHASE_CORE},
            "FAILED_WrongEnergyTransferType",
        ),
        (
            ChargeParameterDiscoveryReq,
            {"ev_charge_parameter__ev_maximum_voltage_limit": volts(100)},
            "FAILED_WrongChargeParameter",
        ),
        (
            ChargeParameterDiscoveryReq,
            {"ev_charge_parameter__ev_maximum_current_limit": amperes(-1)},
            "FAILED_WrongChargeParameter",
        ),
        (PowerDeliveryReq, {"charging_profile__sa_schedule_tuple_id": 7}, "FAILED_TariffSelectionInvalid"),
        (
            PowerDeliveryReq,
            {
                "charging_profile": ChargingProfile(
                    sa_schedule_tuple_id=1,
                    profile_entry=(
                        ProfileEntry(charging_profile_entry_start=0, charging_profile_entry_max_power=30_000),
                    ),
                )
            },
            "FAILED_ChargingProfileInvalid",
        ),
        (
            PowerDeliveryReq,
            {"ev_power_delivery_parameter__dc_ev_status__ev_ready": False},
            "FAILED_PowerDeliveryNotApplied",
        ),
    ],
)
def test_wrong_values_are_refused(meet2: Meet2, ask: type[Message], fields: dict[str, Any], code: str) -> None:
    settings = msgspec.structs.replace(OLD, max_charge_power=20_000.0)
    lab = meet2(elder().but(ask, nth=1, **fields), settings=settings)

    assert_refused(lab, ask.name.replace("Req", "Res"), code)


def test_faulty_cable_ends_the_session(meet2: Meet2) -> None:
    lab = meet2(elder(), settings=having(OLD, cable_fault=True))

    assert_refused(lab, "CableCheckRes", "FAILED")


def test_rejected_driver_ends_the_session(meet2: Meet2) -> None:
    lab = meet2(elder(), settings=OLD, authorised="rejected")

    assert_refused(lab, "ContractAuthenticationRes", "FAILED")


REQUESTS = sorted(
    {
        kind
        for module in din.MODULES
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Message) and is_request(kind)
    },
    key=lambda kind: str(kind.name),
)


@pytest.mark.parametrize("ask", REQUESTS, ids=lambda kind: str(kind.name))
def test_every_request_has_a_refusal_that_can_be_said(meet2: Meet2, ask: type[Message]) -> None:
    lab = meet2(elder().answering(CurrentDemandReq, lambda _heard, _said: filled(ask), nth=2), settings=OLD)

    name = ask.name.replace("Req", "Res")
    assert lab.refusals() == [(name, "FAILED_SequenceError")] or ask in {CurrentDemandReq, PowerDeliveryReq}
    last = [entry for entry in lab.trace if entry.message is not None and entry.sender is Role.STATION][-1]
    assert problems(last.envelope) == ()
