"""The table of timers, and which of them run when."""

from __future__ import annotations

import re
from typing import Any

import pytest

from harness.core.case import Role
from harness.endpoints.station.refusals import filled
from harness.messages.field import Message
from harness.messages.iso20.common import (
    AuthorizationReq,
    AuthorizationRes,
    CertificateInstallationReq,
    ChargeProgress,
    PowerDeliveryReq,
    PowerDeliveryRes,
    ScheduleExchangeRes,
    ServiceDetailReq,
    ServiceDetailRes,
    SessionSetupReq,
    SessionSetupRes,
)
from harness.messages.iso20.dc import (
    DcCableCheckReq,
    DcCableCheckRes,
    DcChargeLoopReq,
    DcChargeLoopRes,
    DcPreChargeReq,
    DcPreChargeRes,
)
from harness.messages.iso20.types import Processing, ResponseCode
from harness.sessions.events import Expired
from harness.sessions.v2g.session import V2gSession
from harness.sessions.v2g.state import State
from harness.sessions.v2g.timekeeper import EvTimekeeper, StationTimekeeper
from harness.sessions.v2g.timers import (
    CABLE_CHECK,
    EV_COMMUNICATION_SETUP,
    MESSAGE,
    ONGOING,
    PRE_CHARGE,
    SEQUENCE,
    STATION_COMMUNICATION_SETUP,
    TIMERS,
    Timers,
    message_timer,
    sequence_timer,
)


@pytest.mark.parametrize(
    ("request_type", "limit"),
    [
        (SessionSetupReq, 2.0),
        (AuthorizationReq, 2.0),
        (ServiceDetailReq, 5.0),
        (CertificateInstallationReq, 5.0),
        (DcCableCheckReq, 2.0),
        (DcChargeLoopReq, 0.5),
    ],
)
def test_message_timeouts(request_type: type[Message], limit: float) -> None:
    assert message_timer(filled(request_type)).limit == limit


def test_sequence_timeouts() -> None:
    assert sequence_timer(filled(ServiceDetailRes)).limit == 60.0
    assert sequence_timer(filled(DcChargeLoopRes)).limit == 0.5
    assert sequence_timer(filled(DcChargeLoopRes, response_code=ResponseCode.FAILED)).limit == 60.0


def test_limits_of_the_table() -> None:
    limits = {(timer.name, timer.limit) for timer in TIMERS}
    assert {
        ("V2G_EVCC_Ongoing_Timeout", 60.0),
        ("V2G_SECC_Ongoing_Performance_Time", 55.0),
        ("V2G_EVCC_CableCheck_Timeout", 40.0),
        ("V2G_EVCC_PreCharge_Timeout", 10.0),
        ("V2G_EVCC_CommunicationSetup_Timeout", 20.0),
        ("V2G_SECC_CommunicationSetup_Performance_Time", 18.0),
    } <= limits
    for timer in TIMERS:
        assert timer.owner in {Role.EV, Role.STATION}
        assert all(re.fullmatch(r"V2G20-\d{3,4}", source) for source in timer.sources)


def test_timers_run_out_in_order_and_once() -> None:
    timers = Timers(factor=2.0)
    timers.start(ONGOING, 0.0)
    timers.start(MESSAGE, 10.0)
    timers.start_once(ONGOING, 100.0)
    assert timers.deadline() == 14.0
    assert timers.take_due(13.9) == ()
    assert timers.take_due(200.0) == (MESSAGE, ONGOING)
    assert (timers.take_due(300.0), timers.deadline()) == ((), None)


def ev() -> EvTimekeeper:
    keeper = EvTimekeeper(1.0)
    keeper.connected(0.0)
    return keeper


def due(keeper: EvTimekeeper | StationTimekeeper) -> dict[str, float]:
    """Running timers with the time at which they run out."""
    return {timer.name: at for at, timer in keeper.timers._running.values()}


def test_ev_counts_setup_until_the_session_is_there() -> None:
    keeper = ev()
    keeper.said(filled(SessionSetupReq), 1.0)
    assert due(keeper) == {EV_COMMUNICATION_SETUP.name: 20.0, MESSAGE.name: 3.0}
    keeper.heard(filled(SessionSetupRes), State.SET_UP, 1.5)
    assert due(keeper) == {}


@pytest.mark.parametrize("answer", [AuthorizationRes, ScheduleExchangeRes])
def test_ev_counts_what_stays_ongoing_from_its_first(answer: type[Message]) -> None:
    keeper = ev()
    keeper.timers.clear()
    for at in (1.0, 5.0, 30.0):
        keeper.heard(filled(answer, evse_processing=Processing.ONGOING), State.AUTHORIZING, at)
        assert due(keeper) == {ONGOING.name: 61.0}
    keeper.heard(filled(answer), State.AUTHORIZED, 40.0)
    assert due(keeper) == {}


def test_ev_counts_no_customer() -> None:
    keeper = ev()
    keeper.timers.clear()
    slow = Processing.ONGOING_WAITING_FOR_CUSTOMER_INTERACTION
    keeper.heard(filled(AuthorizationRes, evse_processing=slow), State.AUTHORIZING, 1.0)
    assert due(keeper) == {}


def test_ev_counts_cable_check_and_pre_charge_as_a_whole() -> None:
    keeper = ev()
    keeper.timers.clear()
    for at in (10.0, 12.0):
        keeper.said(filled(DcCableCheckReq), at)
        keeper.heard(filled(DcCableCheckRes, evse_processing=Processing.ONGOING), State.CABLE_CHECKING, at)
    assert due(keeper) == {CABLE_CHECK.name: 50.0}
    keeper.heard(filled(DcCableCheckRes), State.CABLE_CHECKED, 13.0)
    assert due(keeper) == {}
    for at in (20.0, 22.0):
        keeper.said(filled(DcPreChargeReq, ev_processing=Processing.ONGOING), at)
        keeper.heard(filled(DcPreChargeRes), State.PRE_CHARGING, at)
    assert due(keeper) == {PRE_CHARGE.name: 30.0}
    keeper.heard(filled(DcPreChargeRes), State.PRE_CHARGED, 23.0)
    assert due(keeper) == {}


def test_early_start_stops_the_pre_charge_timer() -> None:
    keeper = ev()
    keeper.timers.clear()
    keeper.said(filled(DcPreChargeReq), 1.0)
    keeper.heard(filled(DcPreChargeRes), State.PRE_CHARGING, 1.0)
    keeper.said(filled(PowerDeliveryReq, charge_progress=ChargeProgress.START), 2.0)
    assert due(keeper) == {MESSAGE.name: 4.0}
    keeper.heard(filled(PowerDeliveryRes), State.TRANSFERRING, 2.0)
    assert due(keeper) == {}


def test_station_counts_from_response_to_request() -> None:
    keeper = StationTimekeeper(1.0)
    keeper.connected(0.0)
    assert due(keeper) == {STATION_COMMUNICATION_SETUP.name: 18.0}
    keeper.said(filled(SessionSetupRes), 1.0)
    assert due(keeper) == {SEQUENCE.name: 61.0}
    keeper.heard(filled(AuthorizationReq), State.SET_UP, 2.0)
    assert due(keeper) == {}
    keeper.said(filled(DcChargeLoopRes), 3.0)
    assert due(keeper) == {SEQUENCE.name: 3.5}


def run_out(session: V2gSession) -> list[tuple[str, float, float]]:
    deadline = session.deadline()
    assert deadline is not None
    session.expire(deadline - 0.001)
    assert session.events() == []
    session.expire(deadline)
    told: list[Any] = session.events()
    assert all(isinstance(event, Expired) for event in told)
    return [(event.timer, event.limit, event.at) for event in told]


def test_session_tells_what_ran_out_and_when() -> None:
    station = V2gSession(Role.STATION, factor=2.0)
    station.begin(100.0)
    assert run_out(station) == [("V2G_SECC_CommunicationSetup_Performance_Time", 36.0, 136.0)]
    assert station.deadline() is None
    car = V2gSession(Role.EV)
    car.send(filled(SessionSetupReq), 5.0)
    assert len(car.events()) == 1
    assert run_out(car) == [("V2G_EVCC_Msg_Timeout", 2.0, 7.0)]
