"""Sessions over alternating current: one phase and three, charging and discharging, planned and set by the station."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from harness.core.case import Role
from harness.endpoints.ev.car import DYNAMIC, SCHEDULED
from harness.endpoints.ev.ev import ISO20_AC, ISO20_DC, Ev
from harness.endpoints.phases import filled, named, total
from harness.endpoints.station import ratings
from harness.endpoints.station.quantities import PowerCap
from harness.endpoints.station.ratings import Mains
from harness.messages.iso20.ac import (
    AcChargeLoopReq,
    AcChargeLoopRes,
    AcChargeParameterDiscoveryReq,
    AcChargeParameterDiscoveryRes,
    BptDynamicAcClReqControlMode,
    BptDynamicAcClResControlMode,
    BptScheduledAcClReqControlMode,
    BptScheduledAcClResControlMode,
    DynamicAcClReqControlMode,
    DynamicAcClResControlMode,
    ScheduledAcClReqControlMode,
    ScheduledAcClResControlMode,
)
from harness.messages.iso20.common import (
    PowerDeliveryReq,
    PowerDeliveryRes,
    ScheduleExchangeRes,
    ServiceDiscoveryRes,
    SessionStopReq,
)
from harness.messages.iso20.energy import EnergyService
from harness.messages.iso20.types import ResponseCode
from harness.messages.problems import problems
from harness.messages.sap import SupportedAppProtocolRes
from harness.trace.entry import Link, Seen
from tests.endpoints_v2g.conftest import LABORATORY

if TYPE_CHECKING:
    from tests.endpoints_v2g.conftest import Lab, Meet

AC, AC_BPT = int(EnergyService.AC), int(EnergyService.AC_BPT)
OUTLET = msgspec.structs.replace(LABORATORY, services=(AC_BPT, AC))
STEPS = [
    "AC_ChargeParameterDiscovery",
    "ScheduleExchange",
    "PowerDelivery",
    "AC_ChargeLoop",
    "PowerDelivery",
    "SessionStop",
]


def outlet(**settings: Any) -> Any:
    return msgspec.structs.replace(OUTLET, **settings)


def plain(service: int = AC_BPT, mode: str = DYNAMIC, loops: int = 20, **car: Any) -> Ev:
    ev = Ev(tls=False, loops=loops).on_ac(bidirectional=service == AC_BPT, control_mode=mode, **car)
    assert ev.car.service == service
    return ev


def drawn(lab: Lab) -> list[float]:
    """W over all phases, cycle by cycle, as the EV says."""
    return [total(ask.control_mode, "ev_present_active_power") or 0.0 for ask in lab.said(AcChargeLoopReq)]


@pytest.mark.parametrize("observer", [Role.STATION, Role.EV])
@pytest.mark.parametrize("mode", [SCHEDULED, DYNAMIC])
@pytest.mark.parametrize("service", [AC, AC_BPT])
def test_good_peers_finish_and_nobody_objects(meet: Meet, service: int, mode: str, observer: Role) -> None:
    lab = meet(plain(service, mode), settings=OUTLET, observer=observer)

    assert (lab.outcome.state, lab.outcome.why) == ("finished", "")
    assert (lab.violations(), lab.expired()) == ([], [])
    steps = [name.removesuffix("Req") for name in lab.names() if name.endswith("Req")]
    short = [step for step, before in zip(steps, [None, *steps], strict=False) if step != before]
    assert short[-len(STEPS) :] == STEPS
    said = [e for e in lab.trace if e.link is Link.V2G and isinstance(e.body, Seen)]
    assert [(type(e.message).__name__, problems(e.message)) for e in said if problems(e.message)] == []
    assert {m.response_code for m in lab.said(AcChargeLoopRes)} == {ResponseCode.OK}


@pytest.mark.parametrize(
    ("service", "mode", "asked", "answered"),
    [
        (AC, SCHEDULED, ScheduledAcClReqControlMode, ScheduledAcClResControlMode),
        (AC, DYNAMIC, DynamicAcClReqControlMode, DynamicAcClResControlMode),
        (AC_BPT, SCHEDULED, BptScheduledAcClReqControlMode, BptScheduledAcClResControlMode),
        (AC_BPT, DYNAMIC, BptDynamicAcClReqControlMode, BptDynamicAcClResControlMode),
    ],
)
def test_blocks_match_service_and_mode(meet: Meet, service: int, mode: str, asked: type, answered: type) -> None:
    lab = meet(plain(service, mode, loops=2), settings=OUTLET)

    assert [type(ask.control_mode) for ask in lab.said(AcChargeLoopReq)] == [asked] * 2
    assert [type(reply.control_mode) for reply in lab.said(AcChargeLoopRes)] == [answered] * 2


@pytest.mark.parametrize("mode", [SCHEDULED, DYNAMIC])
def test_all_that_the_car_takes_flows_after_a_ramp(meet: Meet, mode: str) -> None:
    lab = meet(plain(AC, mode), settings=OUTLET)

    assert drawn(lab)[:4] == [0.0, 4_000.0, 8_000.0, 11_000.0] if mode == SCHEDULED else drawn(lab)[-1] == 11_000.0
    assert lab.said(AcChargeLoopRes)[-1].meter_info.bpt_discharged_energy_reading_wh is None


def test_symmetric_car_names_no_phases_and_hears_of_none(meet: Meet) -> None:
    lab = meet(plain(), settings=OUTLET)

    (ask,), (reply,) = lab.said(AcChargeParameterDiscoveryReq), lab.said(AcChargeParameterDiscoveryRes)
    assert named(ask.energy_transfer_mode, "ev_maximum_charge_power") == (11_000.0,)
    assert named(reply.energy_transfer_mode, "evse_maximum_charge_power") == (22_000.0,)
    assert {named(m.control_mode, "evse_target_active_power") for m in lab.said(AcChargeLoopRes)} == {(11_000.0,)}


def test_asymmetric_car_names_its_phases_and_hears_theirs(meet: Meet) -> None:
    lab = meet(plain(names_phases=True, max_charge_power=9_000.0), settings=OUTLET)

    (ask,), (reply,) = lab.said(AcChargeParameterDiscoveryReq), lab.said(AcChargeParameterDiscoveryRes)
    assert named(ask.energy_transfer_mode, "ev_maximum_charge_power") == (3_000.0,) * 3
    assert named(reply.energy_transfer_mode, "evse_maximum_discharge_power") == pytest.approx((7_333.3,) * 3, abs=0.5)
    last, answer = lab.said(AcChargeLoopReq)[-1], lab.said(AcChargeLoopRes)[-1]
    assert named(last.control_mode, "ev_present_active_power") == (3_000.0,) * 3
    assert named(answer.control_mode, "evse_present_active_power") == (3_000.0,) * 3
    assert named(answer.control_mode, "evse_target_active_power") == (3_000.0,) * 3


def test_schedule_for_an_asymmetric_car_names_phases(meet: Meet) -> None:
    lab = meet(plain(AC, SCHEDULED, names_phases=True), settings=OUTLET)

    (chosen,) = lab.said(ScheduleExchangeRes)[-1].control_mode.schedule_tuple
    (entry,) = chosen.charging_schedule.power_schedule.power_schedule_entries.power_schedule_entry
    assert named(entry, "power") == pytest.approx((7_333.3,) * 3, abs=0.5)
    (mine,) = lab.said(PowerDeliveryReq)[0].ev_power_profile.ev_power_profile_entries.ev_power_profile_entry
    assert named(mine, "power") == pytest.approx((3_666.7,) * 3, abs=0.5)
    assert drawn(lab)[-1] == pytest.approx(11_000, abs=2)


def test_car_with_one_phase_takes_the_connector_with_one(meet: Meet) -> None:
    lab = meet(plain(phases=1, max_charge_power=7_200.0, min_charge_power=1_380.0), settings=OUTLET)

    assert lab.plant.phases == 1
    (reply,) = lab.said(AcChargeParameterDiscoveryRes)
    assert named(reply.energy_transfer_mode, "evse_maximum_charge_power") == pytest.approx((7_333.3,), abs=0.5)
    assert drawn(lab)[-1] == 7_200.0


def test_car_with_three_phases_makes_do_with_one(meet: Meet) -> None:
    lab = meet(plain(), settings=outlet(ac_connectors=(1,), mains=Mains(phases=1)))

    (ask,) = lab.said(AcChargeParameterDiscoveryReq)
    assert float(ask.energy_transfer_mode.ev_maximum_charge_power) == pytest.approx(3_666.7, abs=0.5)
    assert drawn(lab)[-1] == pytest.approx(3_666.7, abs=0.5)


def test_three_phases_may_be_called_three(meet: Meet) -> None:
    lab = meet(plain(names_phases=True), settings=outlet(ac_connectors=(3,)))

    assert (lab.outcome.state, lab.plant.phases) == ("finished", 3)


def test_station_has_the_car_discharge(meet: Meet) -> None:
    lab = meet(plain(loops=60), settings=outlet(site_plan=((0.0, 6_000.0), (4.0, -5_000.0))))

    assert drawn(lab)[15] == 6_000.0
    assert drawn(lab)[-1] == -5_000.0
    info = lab.said(AcChargeLoopRes)[-1].meter_info
    assert info.charged_energy_reading_wh > 0
    assert info.bpt_discharged_energy_reading_wh > 0


def test_car_discharges_by_its_own_profile(meet: Meet) -> None:
    lab = meet(plain(AC_BPT, SCHEDULED, wanted_power=-4_000.0), settings=OUTLET)

    (mine,) = lab.said(PowerDeliveryReq)[0].ev_power_profile.ev_power_profile_entries.ev_power_profile_entry
    assert float(mine.power) == -4_000.0
    assert drawn(lab)[-1] == -4_000.0
    assert {m.response_code for m in lab.said(AcChargeLoopRes)} == {ResponseCode.OK}


def test_less_than_six_amperes_is_nothing(meet: Meet) -> None:
    lab = meet(plain(AC, DYNAMIC), settings=outlet(site_plan=((0.0, 4_000.0),)))
    enough = meet(plain(AC, DYNAMIC), settings=outlet(site_plan=((0.0, 4_200.0),)))

    assert set(drawn(lab)) == {0.0}
    assert drawn(enough)[-1] == 4_200.0


WEAK = Mains(phase_limits=(1_000.0, 3_000.0))


def test_car_loads_each_phase_as_far_as_it_bears(meet: Meet) -> None:
    lab = meet(plain(names_phases=True, min_charge_power=300.0, max_charge_power=9_000.0), settings=outlet(mains=WEAK))

    (reply,) = lab.said(AcChargeParameterDiscoveryRes)
    assert named(reply.energy_transfer_mode, "evse_maximum_charge_power") == (1_000.0, 3_000.0, 18_000.0)
    assert named(lab.said(AcChargeLoopRes)[-1].control_mode, "evse_target_active_power") == (1_000.0, 3_000.0, 5_000.0)
    assert named(lab.said(AcChargeLoopReq)[-1].control_mode, "ev_present_active_power") == (1_000.0, 3_000.0, 5_000.0)
    assert lab.said(AcChargeLoopRes)[-1].meter_info.charged_energy_reading_wh > 0


def test_car_that_loads_phases_alike_keeps_to_the_weakest(meet: Meet) -> None:
    lab = meet(plain(min_charge_power=300.0), settings=outlet(mains=WEAK))

    (reply,) = lab.said(AcChargeParameterDiscoveryRes)
    assert named(reply.energy_transfer_mode, "evse_maximum_charge_power") == (3_000.0,)
    assert drawn(lab)[-1] == 3_000.0


@pytest.mark.parametrize(
    ("watts", "caps", "spread"),
    [
        (9_000.0, (5_000.0, 5_000.0, 5_000.0), (3_000.0, 3_000.0, 3_000.0)),
        (-9_000.0, (1_000.0, 9_000.0, 3_000.0), (-1_000.0, -5_000.0, -3_000.0)),
        (9_000.0, (1_000.0, 1_000.0, 1_000.0), (1_000.0, 1_000.0, 1_000.0)),
        (500.0, (1_000.0,), (500.0,)),
    ],
)
def test_power_is_spread_as_evenly_as_it_goes(watts: float, caps: tuple[float, ...], spread: tuple[float, ...]) -> None:
    assert filled(watts, caps) == spread


@pytest.mark.parametrize("mode", [SCHEDULED, DYNAMIC])
def test_limit_of_the_backend_in_amperes_reaches_the_car(meet: Meet, mode: str) -> None:
    def later(lab: Lab) -> None:
        """From the second second of energy on: 10 A on each phase; from the fourth: no limit."""

        def cap(at: float) -> PowerCap | None:
            begun = lab.plant.energy_since or at
            return PowerCap(amperes=10.0) if 2.0 <= at - begun < 4.0 else None

        lab.plant.cap_by(cap, lab.clock.now())

    lab = meet(plain(AC, mode, loops=30), settings=OUTLET, prepare=later)

    flowed = drawn(lab)
    assert (flowed[8], flowed[18], flowed[-1]) == (11_000.0, 6_900.0, 11_000.0)


def test_meter_and_battery_agree(meet: Meet) -> None:
    lab = meet(plain(loops=600), settings=OUTLET)

    charged = lab.said(AcChargeLoopRes)[-1].meter_info.charged_energy_reading_wh
    assert charged == pytest.approx((lab.outcome.soc - 40) / 100 * 60_000, abs=2)
    assert charged > 300


def test_mains_are_told(meet: Meet) -> None:
    mains = Mains(max_asymmetry=4_600.0, target_frequency=50.2, target_reactive_power=-1_500.0)
    lab = meet(plain(), settings=outlet(mains=mains, ac=msgspec.structs.replace(ratings.AC, power_ramp=1_000.0)))

    told = lab.said(AcChargeParameterDiscoveryRes)[0].energy_transfer_mode
    assert (float(told.evse_nominal_frequency), float(told.maximum_power_asymmetry)) == (50.0, 4_600.0)
    assert float(told.evse_power_ramp_limitation) == 1_000.0
    last = lab.said(AcChargeLoopRes)[-1]
    assert float(last.evse_target_frequency) == 50.2
    assert named(last.control_mode, "evse_target_reactive_power") == (-1_500.0,)
    # The converter is fully loaded: nothing is left for reactive power.
    assert named(lab.said(AcChargeLoopReq)[1].control_mode, "ev_present_reactive_power") == (-1_500.0,)
    assert named(lab.said(AcChargeLoopReq)[-1].control_mode, "ev_present_reactive_power") == (0.0,)


def test_contactor_that_sticks_ends_the_session(meet: Meet) -> None:
    lab = meet(plain(), settings=outlet(contactor_stuck=True))

    assert lab.said(PowerDeliveryRes)[0].response_code is ResponseCode.FAILED_CONTACTOR_ERROR
    assert (lab.outcome.state, "EnergyStarted" in lab.happenings()) == ("failed", False)


def test_contactor_closes_before_the_answer(meet: Meet) -> None:
    lab = meet(plain(loops=1), settings=OUTLET)

    started = next(h for h in lab.heard if type(h).__name__ == "EnergyStarted")
    answer = next(e for e in lab.trace if isinstance(e.message, PowerDeliveryRes))
    assert started.at <= answer.at


def test_station_speaks_what_its_services_need(meet: Meet) -> None:
    both = msgspec.structs.replace(LABORATORY, services=(6, 2, AC_BPT, AC))
    direct, alternating = meet(Ev(tls=False), settings=both), meet(plain(), settings=both)
    neither = meet(plain(), settings=LABORATORY)

    def listed(lab: Lab) -> list[int]:
        return [one.service_id for one in lab.said(ServiceDiscoveryRes)[0].energy_transfer_service_list.service]

    assert (listed(direct), listed(alternating)) == ([6, 2], [AC_BPT, AC])
    assert {direct.outcome.state, alternating.outcome.state} == {"finished"}
    assert (neither.outcome.state, len(neither.names())) == ("failed", 2)


def test_car_may_offer_both_protocols_and_gets_what_the_station_has(meet: Meet) -> None:
    second = msgspec.structs.replace(ISO20_AC, priority=2)
    lab = meet(plain().having(protocols=(ISO20_DC, second)), settings=OUTLET)

    assert lab.said(SupportedAppProtocolRes)[0].schema_id == ISO20_AC.schema_id
    assert lab.outcome.state == "finished"


def test_paused_session_goes_on_with_its_parameters(meet: Meet) -> None:
    first = plain(AC_BPT, SCHEDULED).having(pause=True)
    lab = meet(first, first.having(pause=False), settings=OUTLET)

    assert [outcome.state for outcome in lab.outcomes] == ["paused", "finished"]
    assert len(lab.said(AcChargeParameterDiscoveryReq)) == 2
    assert len(lab.said(SessionStopReq)) == 2
