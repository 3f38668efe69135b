"""Services chosen anew in the same session: by the EV, for the station, and where there is no such thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from harness.core.case import Role
from harness.endpoints.ev.car import DYNAMIC, SCHEDULED
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.station import Station
from harness.messages.iso20.common import (
    AuthorizationReq,
    ChargingSession,
    ServiceDetailRes,
    ServiceDiscoveryReq,
    ServiceDiscoveryRes,
    ServiceSelectionReq,
    SessionSetupReq,
    SessionStopReq,
    SessionStopRes,
)
from harness.messages.iso20.dc import (
    BptDynamicDcClReqControlMode,
    DcChargeLoopReq,
    DcChargeLoopRes,
    DynamicDcClReqControlMode,
    ScheduledDcClReqControlMode,
)
from harness.messages.iso20.energy import EnergyService
from harness.messages.iso20.types import ResponseCode
from tests.endpoints_v2g.conftest import LABORATORY

if TYPE_CHECKING:
    from tests.endpoints_v2g.conftest import Lab, Meet

PLAIN = Ev(tls=False, loops=20)


def settings(**changes: Any) -> Any:
    return msgspec.structs.replace(LABORATORY, **changes)


def selected(lab: Lab) -> list[int]:
    return [ask.selected_energy_transfer_service.service_id for ask in lab.said(ServiceSelectionReq)]


def stops(lab: Lab) -> list[str]:
    return [str(ask.charging_session) for ask in lab.said(SessionStopReq)]


@pytest.mark.parametrize("observer", [Role.EV, Role.STATION])
def test_ev_goes_from_charging_to_both_directions(meet: Meet, observer: Role) -> None:
    ev = PLAIN.with_car(service=EnergyService.DC).renegotiating_service(after=5, service=EnergyService.DC_BPT)
    lab = meet(ev, observer=observer)

    assert selected(lab) == [EnergyService.DC, EnergyService.DC_BPT]
    assert stops(lab) == ["ServiceRenegotiation", "Terminate"]
    kinds = [type(ask.control_mode) for ask in lab.said(DcChargeLoopReq)]
    assert kinds == [DynamicDcClReqControlMode] * 5 + [BptDynamicDcClReqControlMode] * 15
    names = lab.names()
    assert names[names.index("SessionStopRes") + 1] == "ServiceDiscoveryReq"
    assert len(lab.said(SessionSetupReq)) == 1
    authorized = [place for place, name in enumerate(names) if name == AuthorizationReq.name]
    assert authorized[-1] < names.index("SessionStopReq")
    assert len({message.header.session_id for message in lab.said(DcChargeLoopRes)}) == 1
    assert (lab.outcome.state, lab.violations(), lab.expired()) == ("finished", [], [])


def test_control_mode_can_be_chosen_anew(meet: Meet) -> None:
    ev = PLAIN.with_car(control_mode=SCHEDULED).renegotiating_service(after=5, control_mode=DYNAMIC)
    lab = meet(ev)

    kinds = [type(ask.control_mode) for ask in lab.said(DcChargeLoopReq)]
    assert issubclass(kinds[0], ScheduledDcClReqControlMode)
    assert issubclass(kinds[-1], DynamicDcClReqControlMode)
    assert (lab.outcome.state, lab.violations()) == ("finished", [])


def test_station_asks_for_it_once(meet: Meet) -> None:
    ev = PLAIN.with_car(service=EnergyService.DC).having(renegotiated={"service": EnergyService.DC_BPT})
    lab = meet(ev, settings=settings(notification_plan=((1.0, "service_renegotiation"),)))

    assert selected(lab) == [EnergyService.DC, EnergyService.DC_BPT]
    assert stops(lab) == ["ServiceRenegotiation", "Terminate"]
    assert (lab.outcome.state, lab.violations()) == ("finished", [])


def test_plan_goes_on_after_a_renegotiation(meet: Meet) -> None:
    plan = ((1.0, "service_renegotiation"), (3.0, "pause"))
    lab = meet(PLAIN.having(loops=1000), settings=settings(notification_plan=plan))

    assert stops(lab) == ["ServiceRenegotiation", "Pause"]
    assert (lab.outcome.state, lab.violations()) == ("paused", [])


def test_offers_and_energy_stay_the_same(meet: Meet) -> None:
    lab = meet(PLAIN.renegotiating_service(after=10))

    first, second = lab.said(ServiceDiscoveryRes)
    assert first.energy_transfer_service_list == second.energy_transfer_service_list
    assert (first.vas_list, first.service_renegotiation_supported) == (second.vas_list, True)
    details = [reply.service_parameter_list for reply in lab.said(ServiceDetailRes)]
    assert details[0] == details[1]
    readings = [reply.meter_info.charged_energy_reading_wh for reply in lab.said(DcChargeLoopRes)]
    assert readings == sorted(readings)
    assert readings[10] >= readings[9]


def test_transaction_goes_on(meet: Meet) -> None:
    lab = meet(PLAIN.renegotiating_service(after=5))

    happened = [name for name in lab.happenings() if name in {"EnergyStarted", "EnergyStopped", "SessionStopped"}]
    assert happened == ["EnergyStarted", "EnergyStopped", "EnergyStarted", "EnergyStopped", "SessionStopped"]


def test_good_ev_does_not_try_where_it_is_not_offered(meet: Meet) -> None:
    lab = meet(PLAIN.renegotiating_service(after=5), settings=settings(service_renegotiation=False))

    assert stops(lab) == ["Terminate"]
    assert lab.said(ServiceDiscoveryRes)[0].service_renegotiation_supported is False
    assert lab.outcome.state == "finished"


def test_station_without_it_refuses_an_ev_that_tries(meet: Meet) -> None:
    ev = PLAIN.having(linger=30.0).but(SessionStopReq, charging_session=ChargingSession.SERVICE_RENEGOTIATION)
    lab = meet(ev, settings=settings(service_renegotiation=False))

    assert lab.said(SessionStopRes)[-1].response_code is ResponseCode.FAILED_NO_SERVICE_RENEGOTIATION_SUPPORTED
    assert lab.listener.endings[0].how == "hung up"


def test_refused_ev_breaks_off(meet: Meet) -> None:
    code = ResponseCode.FAILED_NO_SERVICE_RENEGOTIATION_SUPPORTED
    bent = Station().but(SessionStopRes, response_code=code)
    lab = meet(PLAIN.renegotiating_service(after=5), port=bent, observer=Role.EV)

    assert lab.outcome.state == "failed"
    assert len(lab.said(ServiceDiscoveryRes)) == 1


def test_ev_leaves_when_the_new_service_is_not_there(meet: Meet) -> None:
    ev = PLAIN.with_car(service=EnergyService.DC_BPT).renegotiating_service(after=5, service=EnergyService.DC)
    lab = meet(ev, settings=settings(services=(EnergyService.DC_BPT,)))

    assert (lab.outcome.state, stops(lab)) == ("unfinished", ["ServiceRenegotiation", "Terminate"])


def test_station_waits_for_the_new_choice_no_longer_than_for_any_request(meet: Meet) -> None:
    lab = meet(PLAIN.renegotiating_service(after=5).silent_on(ServiceDiscoveryReq, nth=2))

    assert lab.expired() == ["V2G_SECC_Sequence_Timeout"]
