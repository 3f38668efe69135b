"""Whole sessions of ISO 15118-2 between our own EV and our own station, without TLS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from harness.core.case import Role
from harness.messages.iso2.ac import ChargingStatusReq, ChargingStatusRes
from harness.messages.iso2.charging import (
    ChargeParameterDiscoveryReq,
    ChargeParameterDiscoveryRes,
    PowerDeliveryReq,
)
from harness.messages.iso2.dc import CurrentDemandReq, CurrentDemandRes, PreChargeRes
from harness.messages.iso2.service import ServiceDetailRes, ServiceDiscoveryRes
from harness.messages.iso2.session import SessionSetupReq, SessionSetupRes
from harness.messages.problems import problems
from harness.trace.entry import Link, Seen
from harness.transports.memory import in_pieces, joined
from tests.endpoints_iso2.conftest import AC, CITY, DC, having, small

if TYPE_CHECKING:
    from tests.endpoints_iso2.conftest import Meet2

OPENING = ["supportedAppProtocol", "SessionSetup", "ServiceDiscovery", "PaymentServiceSelection", "Authorization"]
ORDER = {
    AC: [*OPENING, "ChargeParameterDiscovery", "PowerDelivery", "ChargingStatus", "PowerDelivery", "SessionStop"],
    DC: [
        *OPENING,
        "ChargeParameterDiscovery",
        "CableCheck",
        "PreCharge",
        "PowerDelivery",
        "CurrentDemand",
        "PowerDelivery",
        "WeldingDetection",
        "SessionStop",
    ],
}


@pytest.mark.parametrize("observer", [Role.STATION, Role.EV])
@pytest.mark.parametrize("service", [AC, DC])
def test_good_peers_finish_and_nobody_objects(meet2: Meet2, service: int, observer: Role) -> None:
    lab = meet2(small(service), observer=observer)

    assert lab.outcome.state == "finished"
    assert (lab.violations(), lab.expired(), lab.refusals()) == ([], [], [])
    assert lab.asked() == ORDER[service]
    assert lab.listener.endings[-1].how == "ended"


@pytest.mark.parametrize("service", [AC, DC])
def test_schema_objects_to_nothing_good_peers_say(meet2: Meet2, service: int) -> None:
    lab = meet2(small(service))

    said = [entry for entry in lab.trace if entry.link is Link.V2G and isinstance(entry.body, Seen)]
    assert len(said) > 25
    assert [(entry.message, found) for entry in said if (found := problems(entry.envelope))] == []
    assert not any(entry.deliberate or entry.problem for entry in said)
    assert {entry.body.schema for entry in said if isinstance(entry.body, Seen)} == {"sap", "iso2"}
    assert {entry.body.payload_type for entry in said if isinstance(entry.body, Seen)} == {0x8001}


@pytest.mark.parametrize("segmentation", [in_pieces(3), joined], ids=["threes", "joined"])
def test_streams_may_split_and_join_frames_at_will(meet2: Meet2, segmentation: object) -> None:
    lab = meet2(small(), segmentation=segmentation)

    assert (lab.outcome.state, lab.violations()) == ("finished", [])


def test_session_id_is_given_once_and_kept(meet2: Meet2) -> None:
    lab = meet2(small())

    given = lab.trace.one(SessionSetupRes)
    assert lab.trace.one(SessionSetupReq).header.session_id == bytes(8)
    later = [entry.header.session_id for entry in lab.trace.since(given) if entry.header is not None]
    assert set(later) == {given.header.session_id} == {lab.outcome.session_id}
    assert given.header.session_id != bytes(8)
    assert lab.trace.one(SessionSetupRes, session_id=given.header.session_id) is given


@pytest.mark.parametrize("service", [AC, DC])
def test_plant_learns_of_each_stage_once(meet2: Meet2, service: int) -> None:
    lab = meet2(small(service, loops=2))

    stages = [name for name in lab.happenings() if name not in {"Advanced", "DisplayGiven", "AuthorisationChanged"}]
    assert stages == [
        "Plugged",
        "EvIdentified",
        "AuthorisationWanted",
        "ServiceSelected",
        "NeedsGiven",
        "EnergyStarted",
        "EnergyStopped",
        "SessionStopped",
    ]
    chosen = next(h for h in lab.heard if type(h).__name__ == "ServiceSelected")
    assert (chosen.service_id, chosen.control_mode) == (service, "scheduled")


def test_needs_of_direct_current_reach_the_plant(meet2: Meet2) -> None:
    lab = meet2(small().with_car(soc=50, target_soc=80, capacity=60_000, departure_time=5400))

    needs = next(h.needs for h in lab.heard if type(h).__name__ == "NeedsGiven")
    assert (needs.service_id, needs.departure_time, needs.target_energy) == (DC, 5400, 18_000)
    assert (needs.max_charge_power, needs.max_charge_current, needs.max_voltage) == (40_000, 100, 450)
    assert (needs.soc, needs.capacity) == (50, 60_000)
    display = next(h.display for h in lab.heard if type(h).__name__ == "DisplayGiven")
    assert display.soc == 50


def test_needs_of_alternating_current_reach_the_plant(meet2: Meet2) -> None:
    lab = meet2(small(AC).with_car(soc=50, target_soc=80, capacity=60_000))

    needs = next(h.needs for h in lab.heard if type(h).__name__ == "NeedsGiven")
    assert (needs.service_id, needs.target_energy, needs.max_charge_current) == (AC, 18_000, 32)
    assert needs.max_charge_power == 230 * 32 * 3


@pytest.mark.parametrize("service", [AC, DC])
def test_meter_and_battery_agree_on_what_flowed(meet2: Meet2, service: int) -> None:
    lab = meet2(small(service, loops=100).with_car(soc=30))

    into_battery = (lab.outcome.soc - 30) / 100 * 60_000
    at_meter = lab.plant.meter.reading(lab.trace.entries[-1].at).import_wh
    assert into_battery > 50
    assert at_meter == pytest.approx(into_battery, rel=0.05)
    shown = [said.meter_info.meter_reading for said in lab.bodies(ChargingStatusRes, CurrentDemandRes)]
    assert shown == sorted(shown)
    assert shown[-1] == pytest.approx(at_meter, abs=5)


def test_single_phase_car_takes_a_third(meet2: Meet2) -> None:
    three, one = meet2(small(AC, loops=50)), meet2(small(AC, loops=50).with_car(phases=1))

    ask = one.bodies(ChargeParameterDiscoveryReq)[0]
    assert ask.requested_energy_transfer_mode == "AC_single_phase_core"
    gained = [lab.outcome.soc - 40 for lab in (three, one)]
    assert gained[0] == pytest.approx(3 * gained[1], rel=0.1)


def test_car_takes_the_mode_of_its_kind_that_is_there(meet2: Meet2) -> None:
    settings = having(CITY, transfer_modes=("AC_single_phase_core",))
    lab = meet2(small(AC), settings=settings)

    assert lab.bodies(ChargeParameterDiscoveryReq)[0].requested_energy_transfer_mode == "AC_single_phase_core"
    assert lab.outcome.state == "finished"


def test_car_without_its_kind_of_energy_leaves(meet2: Meet2) -> None:
    lab = meet2(small(AC), settings=msgspec.structs.replace(CITY, services=(DC,)))

    assert lab.asked()[-2:] == ["ServiceDiscovery", "SessionStop"]
    assert lab.outcome.state == "unfinished"
    assert "AC_three_phase_core" in lab.outcome.why


def test_profile_obeys_the_schedule_and_so_does_the_current(meet2: Meet2) -> None:
    steps = ((0, 10_000.0), (5, 4_000.0))
    settings = having(CITY, schedules=(type(CITY.iso2.schedules[0])(steps=steps),))
    lab = meet2(small(loops=60), settings=settings)

    ask = lab.bodies(PowerDeliveryReq)[0]
    entries = [
        (one.charging_profile_entry_start, float(one.charging_profile_entry_max_power))
        for one in ask.charging_profile.profile_entry
    ]
    assert entries == [(0, 10_000), (5, 4_000)]
    told = lab.trace.last(ChargeParameterDiscoveryRes)
    powers = [
        (entry.at - told.at, float(entry.message.evse_present_voltage) * float(entry.message.evse_present_current))
        for entry in lab.trace.all(CurrentDemandRes)
    ]
    assert max(power for _, power in powers) > 9_000
    assert all(power <= (10_050 if since < 5 else 4_050) for since, power in powers)


def test_schedule_lasts_until_departure_or_a_day(meet2: Meet2) -> None:
    leaving, open_ = meet2(small()), meet2(small().with_car(departure_time=None))

    spans = [
        [
            entry.time_interval.duration
            for entry in lab.bodies(ChargeParameterDiscoveryRes)[-1]
            .sa_schedules.sa_schedule_tuple[0]
            .p_max_schedule.p_max_schedule_entry
        ]
        for lab in (leaving, open_)
    ]
    assert spans == [[pytest.approx(7200, abs=2)], [86_400]]


def test_only_so_many_schedules_as_the_ev_can_take(meet2: Meet2) -> None:
    one = CITY.iso2.schedules[0]
    settings = having(CITY, schedules=(one, one, one))
    ev = small()
    lab = meet2(ev.having(iso2=msgspec.structs.replace(ev.iso2, most_schedules=2, schedule=2)), settings=settings)

    offered = lab.bodies(ChargeParameterDiscoveryRes)[-1].sa_schedules.sa_schedule_tuple
    assert [each.sa_schedule_tuple_id for each in offered] == [1, 2]
    assert lab.bodies(PowerDeliveryReq)[0].sa_schedule_tuple_id == 2
    assert lab.outcome.state == "finished"


def test_backend_cap_reaches_the_car(meet2: Meet2) -> None:
    lab = meet2(small(loops=20), prepare=lambda lab: lab.cap(5_000.0))

    powers = [float(m.evse_present_voltage) * float(m.evse_present_current) for m in lab.bodies(CurrentDemandRes)]
    assert 4_000 < max(powers) <= 5_100
    asked = [float(ask.ev_target_voltage) * float(ask.ev_target_current) for ask in lab.bodies(CurrentDemandReq)]
    assert max(asked) <= 5_100


def test_station_that_wants_an_end_gets_it(meet2: Meet2) -> None:
    settings = msgspec.structs.replace(CITY, notification_plan=((1.0, "terminate"),))
    for service, ask in ((AC, ChargingStatusReq), (DC, CurrentDemandReq)):
        lab = meet2(small(service, loops=100), settings=settings)

        assert 3 < len(lab.bodies(ask)) < 10
        assert (lab.outcome.state, lab.violations()) == ("finished", [])


def test_services_beside_charging_are_told_in_detail(meet2: Meet2) -> None:
    ev = small()
    ev = ev.having(iso2=msgspec.structs.replace(ev.iso2, details_of=(1, 3), internet=True))
    lab = meet2(ev, settings=having(CITY, internet_service=True))

    offered = lab.bodies(ServiceDiscoveryRes)[0].service_list.service
    assert [service.service_id for service in offered] == [3]
    charging, internet = lab.bodies(ServiceDetailRes)
    assert charging.service_parameter_list is None
    sets = internet.service_parameter_list.parameter_set
    assert [(one.parameter_set_id, one.parameter[1].value.value) for one in sets] == [
        (1, 20),
        (2, 21),
        (3, 80),
        (4, 443),
    ]
    assert (lab.outcome.state, lab.violations()) == ("finished", [])


def test_pre_charge_comes_close_to_the_battery(meet2: Meet2) -> None:
    lab = meet2(small())

    voltages = [float(said.evse_present_voltage) for said in lab.bodies(PreChargeRes)]
    target = float(lab.bodies(CurrentDemandReq)[0].ev_target_voltage)
    assert voltages == sorted(voltages)
    assert abs(voltages[-1] - target) <= 20
