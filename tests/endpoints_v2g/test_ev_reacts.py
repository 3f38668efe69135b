"""How a good EV takes what a station says: refusals, warnings, notifications, missing offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from harness.core.case import Role
from harness.core.units import Volts
from harness.endpoints.ev.car import DYNAMIC, SCHEDULED, Car
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.station import Station
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationRes,
    AuthorizationSetupRes,
    ChargingSession,
    PowerDeliveryReq,
    PowerDeliveryRes,
    ScheduleExchangeRes,
    ServiceDetailReq,
    ServiceDetailRes,
    ServiceDiscoveryRes,
    SessionSetupRes,
    SessionStopReq,
)
from harness.messages.iso20.dc import (
    DcChargeLoopReq,
    DcChargeLoopRes,
    DcWeldingDetectionReq,
    DcWeldingDetectionRes,
    DynamicDcClReqControlMode,
    ScheduledDcClReqControlMode,
)
from harness.messages.iso20.energy import EnergyService
from harness.messages.iso20.types import EvseNotification, EvseStatus, ResponseCode
from harness.messages.sap import AppProtocolResponseCode, SupportedAppProtocolRes
from tests.endpoints_v2g.conftest import LABORATORY

if TYPE_CHECKING:
    from harness.messages.field import Message
    from tests.endpoints_v2g.conftest import Lab, Meet

PLAIN = Ev(tls=False)
GOOD = Station()


def with_station(meet: Meet, bent: Station, ev: Ev = PLAIN, **terms: Any) -> Lab:
    return meet(ev, port=bent, observer=Role.EV, **terms)


@pytest.mark.parametrize(
    "answer",
    [
        SessionSetupRes,
        AuthorizationSetupRes,
        AuthorizationRes,
        ServiceDiscoveryRes,
        ServiceDetailRes,
        ScheduleExchangeRes,
        PowerDeliveryRes,
        DcChargeLoopRes,
        DcWeldingDetectionRes,
    ],
)
def test_ev_says_nothing_after_a_failed_response(meet: Meet, answer: type[Message]) -> None:
    lab = with_station(meet, GOOD.but(answer, response_code=ResponseCode.FAILED))

    assert lab.names()[-1] == answer.name
    assert lab.outcome.state == "failed"
    assert "FAILED" in lab.outcome.why


def test_ev_leaves_where_no_protocol_is_shared(meet: Meet) -> None:
    no = AppProtocolResponseCode.FAILED_NO_NEGOTIATION
    lab = with_station(meet, GOOD.but(SupportedAppProtocolRes, response_code=no, schema_id=None))

    assert (lab.outcome.state, len(lab.names())) == ("failed", 2)


def test_ev_leaves_a_station_that_chose_what_was_not_offered(meet: Meet) -> None:
    lab = with_station(meet, GOOD.but(SupportedAppProtocolRes, schema_id=77))

    assert lab.outcome.state == "failed"
    assert "77" in lab.outcome.why


def test_ev_leaves_when_the_session_id_changes(meet: Meet) -> None:
    lab = with_station(meet, GOOD.but(ServiceDiscoveryRes, header__session_id=b"stranger"))

    assert lab.outcome.state == "failed"
    assert any("session" in text for text in lab.violations())


def test_ev_goes_on_after_a_warning(meet: Meet) -> None:
    warning = ResponseCode.WARNING_EV_POWER_PROFILE_VIOLATION
    lab = with_station(meet, GOOD.but(DcChargeLoopRes, response_code=warning, nth=2))

    assert (lab.outcome.state, len(lab.said(DcChargeLoopRes))) == ("finished", 5)


def test_unauthorized_ev_says_goodbye(meet: Meet) -> None:
    lab = meet(PLAIN, authorised="rejected")

    assert lab.said(AuthorizationRes)[-1].response_code is ResponseCode.WARNING_EIM_AUTHORIZATION_FAILURE
    stop = lab.said(SessionStopReq)[0]
    assert stop.charging_session is ChargingSession.TERMINATE
    assert "WARNING_EIMAuthorizationFailure" in stop.ev_termination_explanation
    assert (lab.outcome.state, lab.violations()) == ("unfinished", [])


def test_ev_without_a_contract_needs_external_identification(meet: Meet) -> None:
    lab = with_station(meet, GOOD.but(AuthorizationSetupRes, authorization_services=(Authorization.PNC,)))

    assert lab.outcome.state == "unfinished"
    assert lab.said(SessionStopReq)[0].ev_termination_explanation == lab.outcome.why


def test_ev_leaves_where_its_service_is_missing(meet: Meet) -> None:
    lab = meet(PLAIN, settings=msgspec.structs.replace(LABORATORY, services=(EnergyService.DC,)))

    assert (lab.outcome.state, lab.said(ServiceDetailReq)) == ("unfinished", [])


def test_ev_leaves_where_its_control_mode_is_missing(meet: Meet) -> None:
    lab = meet(PLAIN, settings=msgspec.structs.replace(LABORATORY, control_modes=(SCHEDULED,)))

    assert lab.outcome.state == "unfinished"
    assert "ControlMode" in lab.outcome.why


def test_flexible_ev_takes_the_control_mode_that_there_is(meet: Meet) -> None:
    ev = PLAIN.with_car(either_mode=True)
    scheduled = meet(ev, settings=msgspec.structs.replace(LABORATORY, control_modes=(SCHEDULED,)))
    dynamic = meet(ev, settings=LABORATORY)

    assert {scheduled.outcome.state, dynamic.outcome.state} == {"finished"}
    assert isinstance(scheduled.said(DcChargeLoopReq)[0].control_mode, ScheduledDcClReqControlMode)
    assert isinstance(dynamic.said(DcChargeLoopReq)[0].control_mode, DynamicDcClReqControlMode)


@pytest.mark.parametrize(("wish", "state"), [("terminate", "finished"), ("pause", "paused")])
def test_ev_stops_when_the_station_asks_for_it(meet: Meet, wish: str, state: str) -> None:
    settings = msgspec.structs.replace(LABORATORY, notification_plan=((0.6, wish),))
    lab = meet(PLAIN.having(loops=1000), settings=settings)

    asked = [m.evse_status is not None for m in lab.said(DcChargeLoopRes)]
    assert asked == [False] * (len(asked) - 1) + [True]
    assert (lab.outcome.state, lab.violations()) == (state, [])
    assert lab.listener.endings[0].how == "ended"


def test_notification_before_the_first_loop_stops_at_once(meet: Meet) -> None:
    status = EvseStatus(notification_max_delay=0, evse_notification=EvseNotification.TERMINATE)
    lab = with_station(meet, GOOD.but(PowerDeliveryRes, evse_status=status, nth=1))

    assert lab.said(DcChargeLoopReq) == []
    assert lab.outcome.state == "finished"


def test_station_that_wants_a_pause_instead_of_a_schedule_gets_it(meet: Meet) -> None:
    bent = GOOD.but(ScheduleExchangeRes, go_to_pause=True)
    lab = with_station(meet, bent, PLAIN.having(car=Car(control_mode=SCHEDULED)))

    names = lab.names()
    assert names[-4:] == ["PowerDeliveryReq", "PowerDeliveryRes", "SessionStopReq", "SessionStopRes"]
    assert (lab.outcome.state, lab.violations()) == ("paused", [])


def test_ev_waits_until_the_outlet_is_dead(meet: Meet) -> None:
    lab = with_station(meet, GOOD.but(DcWeldingDetectionRes, evse_present_voltage=Volts.of(300.0), nth=1))

    processing = [m.ev_processing for m in lab.said(DcWeldingDetectionReq)]
    assert processing == ["Ongoing", "Ongoing", "Finished"]


def test_answer_of_another_kind_ends_it(meet: Meet) -> None:
    def other(heard: Any, said: AuthorizationSetupRes) -> Any:
        return PowerDeliveryReq(header=said.header, ev_processing="Finished", charge_progress="Stop")  # type: ignore[arg-type]

    lab = with_station(meet, GOOD.answering(AuthorizationSetupRes, other))

    assert lab.outcome.state == "failed"
    assert lab.violations()


def test_ev_stays_silent_where_it_is_told_to(meet: Meet) -> None:
    lab = with_station(meet, GOOD, PLAIN.having(mute=True))

    assert lab.names() == []
    assert any(entry.deliberate for entry in lab.trace)


def test_bidirectional_ev_without_window_names_none(meet: Meet) -> None:
    lab = meet(
        PLAIN.having(
            car=Car(service=EnergyService.DC_BPT, control_mode=DYNAMIC, display_parameters=False, meter_info=False)
        )
    )

    ask = lab.said(DcChargeLoopReq)[0]
    assert (ask.control_mode.ev_maximum_v2x_energy_request, ask.display_parameters) == (None, None)
    infos = [m.meter_info is not None for m in lab.said(DcChargeLoopRes)]
    assert infos == [True, False, False, False, False]


def test_ev_takes_another_service_where_the_wanted_one_is_not_offered(meet: Meet) -> None:
    car = Car(service=EnergyService.DC_BPT, other_services=(2,), either_mode=True)
    lab = meet(PLAIN.having(car=car), settings=msgspec.structs.replace(LABORATORY, services=(2,)))

    assert lab.outcome.state == "finished"
    assert [offer.priority for offer in Ev(car=Car(service=6, other_services=(2, 5, 1))).offers] == [1, 2]
