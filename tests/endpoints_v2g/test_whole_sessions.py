"""Whole sessions between our own EV and our own station, over real EXI bytes and in virtual time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.core.case import Role
from harness.endpoints.ev.car import DYNAMIC, SCHEDULED, Car
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.station import Station
from harness.messages.iso20.common import (
    PowerDeliveryReq,
    ScheduleExchangeReq,
    ScheduleExchangeRes,
    SessionSetupReq,
    SessionSetupRes,
)
from harness.messages.iso20.dc import (
    BptDynamicDcClReqControlMode,
    BptDynamicDcClResControlMode,
    BptScheduledDcClReqControlMode,
    BptScheduledDcClResControlMode,
    DcChargeLoopReq,
    DcChargeLoopRes,
    DcChargeParameterDiscoveryReq,
    DynamicDcClReqControlMode,
    DynamicDcClResControlMode,
    ScheduledDcClReqControlMode,
    ScheduledDcClResControlMode,
)
from harness.messages.iso20.energy import EnergyService
from harness.messages.problems import problems
from harness.trace.entry import Link, LinkSeen, Seen
from harness.transports.memory import in_pieces, joined

if TYPE_CHECKING:
    from tests.endpoints_v2g.conftest import Meet

ORDER = [
    "supportedAppProtocol",
    "SessionSetup",
    "AuthorizationSetup",
    "Authorization",
    "ServiceDiscovery",
    "ServiceDetail",
    "ServiceSelection",
    "DC_ChargeParameterDiscovery",
    "ScheduleExchange",
    "DC_CableCheck",
    "DC_PreCharge",
    "PowerDelivery",
    "DC_ChargeLoop",
    "PowerDelivery",
    "DC_WeldingDetection",
    "SessionStop",
]


def plain(service: int = EnergyService.DC_BPT, mode: str = DYNAMIC, **settings: object) -> Ev:
    return Ev(tls=False, car=Car(service=service, control_mode=mode)).having(**settings)


@pytest.mark.parametrize("observer", [Role.STATION, Role.EV])
@pytest.mark.parametrize("mode", [SCHEDULED, DYNAMIC])
@pytest.mark.parametrize("service", [EnergyService.DC, EnergyService.DC_BPT])
def test_good_peers_finish_and_nobody_objects(meet: Meet, service: int, mode: str, observer: Role) -> None:
    lab = meet(plain(service, mode), observer=observer)

    assert lab.outcome.state == "finished"
    assert (lab.violations(), lab.expired()) == ([], [])
    steps = [name.removesuffix("Req") for name in lab.names() if name.endswith("Req")]
    assert [step for step, before in zip(steps, [None, *steps], strict=False) if step != before] == ORDER
    assert lab.listener.endings[-1].how == "ended"


@pytest.mark.parametrize("mode", [SCHEDULED, DYNAMIC])
@pytest.mark.parametrize("service", [EnergyService.DC, EnergyService.DC_BPT])
def test_schemas_object_to_nothing_good_peers_say(meet: Meet, service: int, mode: str) -> None:
    lab = meet(plain(service, mode))

    said = [entry for entry in lab.trace if entry.link is Link.V2G and isinstance(entry.body, Seen)]
    assert len(said) > 40
    assert [(type(e.message).__name__, problems(e.message)) for e in said if problems(e.message)] == []
    assert not any(entry.deliberate or entry.body.problem for entry in said if isinstance(entry.body, Seen))


@pytest.mark.parametrize(
    ("service", "mode", "asked", "answered"),
    [
        (EnergyService.DC, SCHEDULED, ScheduledDcClReqControlMode, ScheduledDcClResControlMode),
        (EnergyService.DC, DYNAMIC, DynamicDcClReqControlMode, DynamicDcClResControlMode),
        (EnergyService.DC_BPT, SCHEDULED, BptScheduledDcClReqControlMode, BptScheduledDcClResControlMode),
        (EnergyService.DC_BPT, DYNAMIC, BptDynamicDcClReqControlMode, BptDynamicDcClResControlMode),
    ],
)
def test_blocks_of_the_loop_match_service_and_mode(
    meet: Meet, service: int, mode: str, asked: type, answered: type
) -> None:
    lab = meet(plain(service, mode, loops=3))

    assert [type(ask.control_mode) for ask in lab.said(DcChargeLoopReq)] == [asked] * 3
    assert [type(reply.control_mode) for reply in lab.said(DcChargeLoopRes)] == [answered] * 3


def test_frames_are_recorded_once_with_their_sender(meet: Meet) -> None:
    lab = meet(plain())

    frames = [entry for entry in lab.trace if entry.link is Link.V2G and isinstance(entry.body, Seen)]
    assert [entry.sender for entry in frames] == [Role.EV, Role.STATION] * (len(frames) // 2)
    links = [entry.body.state for entry in lab.trace if isinstance(entry.body, LinkSeen)]
    assert links == ["open", "closed"]
    assert [e.sender for e in lab.trace if e.link is Link.SDP] == [Role.EV, Role.STATION]


def test_session_id_is_adopted_and_kept(meet: Meet) -> None:
    lab = meet(plain())

    given = lab.said(SessionSetupRes)[0].header.session_id
    assert given != bytes(8)
    assert lab.said(SessionSetupReq)[0].header.session_id == bytes(8)
    others = [m.header.session_id for m in (e.message for e in lab.trace) if hasattr(m, "header")][1:]
    assert set(others) == {given}
    assert lab.outcome.session_id == given


@pytest.mark.parametrize("segmentation", [in_pieces(3), in_pieces(1), joined], ids=["threes", "ones", "joined"])
def test_streams_may_split_and_join_frames_at_will(meet: Meet, segmentation: object) -> None:
    lab = meet(plain(), segmentation=segmentation)

    assert (lab.outcome.state, lab.violations()) == ("finished", [])


def test_what_the_ev_needs_reaches_the_plant(meet: Meet) -> None:
    car = Car(soc=50, target_soc=80, capacity=60_000, departure_time=5400, min_v2x_energy=-5000, max_v2x_energy=9000)
    lab = meet(Ev(tls=False, car=car))

    needs = next(h.needs for h in lab.heard if type(h).__name__ == "NeedsGiven")
    assert (needs.service_id, needs.control_mode, needs.departure_time) == (EnergyService.DC_BPT, DYNAMIC, 5400)
    assert (needs.target_energy, needs.min_energy, needs.max_energy) == (18_000, -18_000, 27_000)
    assert (needs.min_v2x_energy, needs.max_v2x_energy) == (-5000, 9000)
    assert (needs.max_charge_power, needs.max_discharge_power, needs.target_soc) == (40_000, 30_000, 80)
    display = next(h.display for h in lab.heard if type(h).__name__ == "DisplayGiven")
    assert (display.soc, display.target_soc, display.capacity) == (50, 80, 60_000)
    assert lab.happenings().count("NeedsGiven") == 1


@pytest.mark.parametrize("mode", [SCHEDULED, DYNAMIC])
def test_departure_comes_nearer_from_message_to_message(meet: Meet, mode: str) -> None:
    car = Car(control_mode=mode, departure_time=3)
    lab = meet(Ev(tls=False, car=car).charging_for(6.0), port=Station(schedule_rounds=4))

    told = [
        (entry.at, entry.message.control_mode.departure_time)
        for kind in (ScheduleExchangeReq, DcChargeLoopReq)
        for entry in lab.trace.all(kind)
        if hasattr(entry.message.control_mode, "departure_time")
    ]
    first, said = told[0]
    assert said == 3
    assert [left for _, left in told] == [max(0, round(first + 3 - at)) for at, _ in told]
    assert {2, 3} <= {left for _, left in told}
    assert (told[-1][1] == 0) is (mode == DYNAMIC)
    assert lab.happenings().count("NeedsGiven") == 1


def test_plant_learns_of_each_stage_once(meet: Meet) -> None:
    lab = meet(plain(loops=2))

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


def test_parameters_carry_the_ratings_and_the_schedule_ends_at_departure(meet: Meet) -> None:
    lab = meet(plain(EnergyService.DC_BPT, SCHEDULED))

    ask = lab.said(DcChargeParameterDiscoveryReq)[0].energy_transfer_mode
    assert (float(ask.ev_maximum_charge_power), float(ask.ev_maximum_discharge_current)) == (40_000, 80)
    offered = lab.said(ScheduleExchangeRes)[-1].control_mode.schedule_tuple[0]
    charge = offered.charging_schedule.power_schedule.power_schedule_entries.power_schedule_entry
    back = offered.discharging_schedule.power_schedule.power_schedule_entries.power_schedule_entry
    assert [(entry.duration, float(entry.power)) for entry in (*charge, *back)] == [(7200, 50_000), (7200, -50_000)]
    profile = lab.said(PowerDeliveryReq)[0].ev_power_profile
    assert profile.control_mode.selected_schedule_tuple_id == offered.schedule_tuple_id
    assert [float(e.power) for e in profile.ev_power_profile_entries.ev_power_profile_entry] == [40_000]
