"""What a station asks for with EVSEStatus, and when the EV does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from harness.core.case import Role
from harness.endpoints.ev.car import SCHEDULED, Car
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.announcements import ANNOUNCEMENTS, Announcements
from harness.endpoints.station.station import Station
from harness.messages.iso20.common import (
    ChargingSession,
    PowerDeliveryReq,
    PowerDeliveryRes,
    ScheduleExchangeRes,
    SessionStopReq,
    SessionStopRes,
)
from harness.messages.iso20.dc import DcChargeLoopReq, DcChargeLoopRes
from harness.messages.iso20.types import EvseNotification, EvseStatus, ResponseCode
from harness.trace.entry import Entry
from harness.transports.clock import run
from tests.endpoints_v2g.conftest import LABORATORY, Lab

if TYPE_CHECKING:
    from tests.endpoints_v2g.conftest import Meet

PLAIN = Ev(tls=False, loops=400)


def planning(*plan: tuple[float, str], **settings: Any) -> Any:
    return msgspec.structs.replace(LABORATORY, notification_plan=plan, **settings)


def asked(lab: Lab) -> list[Entry]:
    """The responses that ask the EV for something."""
    return [entry for entry in lab.trace if getattr(entry.message, "evse_status", None) is not None]


@pytest.mark.parametrize("wish", ANNOUNCEMENTS)
def test_every_notification_is_known_and_none_upsets_the_session(meet: Meet, wish: str) -> None:
    lab = meet(PLAIN.having(loops=12), settings=planning((0.5, wish)))

    kinds = {entry.message.evse_status.evse_notification.name.lower() for entry in asked(lab)}
    assert kinds == ({wish} if wish != "exit_standby" else set())
    assert lab.outcome.state == ("paused" if wish == "pause" else "finished")
    assert (lab.violations(), lab.expired()) == ([], [])


@pytest.mark.parametrize("delay", [2, 60])
@pytest.mark.parametrize("patience", [0.0, 1.3, 1000.0])
def test_ev_obeys_before_the_longest_delay_is_over(meet: Meet, delay: int, patience: float) -> None:
    settings = planning((0.5, "terminate"), notification_delay=delay)
    lab = meet(PLAIN.having(heeds_after=patience, loops=1000), settings=settings)

    first = asked(lab)[0]
    stop = next(entry for entry in lab.trace.since(first) if isinstance(entry.message, PowerDeliveryReq))
    assert stop.message.charge_progress == "Stop"
    took = stop.at - first.at
    assert min(patience, delay - 0.5) <= took <= delay
    assert lab.said(SessionStopReq)[0].charging_session is ChargingSession.TERMINATE


def test_longest_delay_runs_down(meet: Meet) -> None:
    lab = meet(PLAIN.having(heeds_after=5.0), settings=planning((0.5, "pause")))

    delays = [entry.message.evse_status.notification_max_delay for entry in asked(lab)]
    assert delays[0] == 60
    assert delays == sorted(delays, reverse=True)
    assert delays[-1] == 55
    assert lab.outcome.state == "paused"


def test_schedule_may_come_with_a_pause_which_happens_once() -> None:
    settings = msgspec.structs.replace(LABORATORY, go_to_pause=True)

    async def session() -> Lab:
        lab = Lab(settings)
        await lab.drive(PLAIN.having(loops=3))
        await lab.drive(PLAIN.having(loops=3, resume=lab.outcome.session_id))
        return lab

    lab = run(session(), virtual=True)

    assert [outcome.state for outcome in lab.outcomes] == ["paused", "finished"]
    sent = [reply.go_to_pause for reply in lab.said(ScheduleExchangeRes)]
    assert [flag for flag in sent if flag] == [True]
    assert len(lab.said(DcChargeLoopReq)) == 3
    assert lab.said(SessionStopRes)[0].response_code is ResponseCode.OK
    assert lab.violations() == []


def test_scheduled_ev_pauses_when_it_likes(meet: Meet) -> None:
    lab = meet(Ev(tls=False, pause=True, car=Car(control_mode=SCHEDULED)))

    assert (lab.outcome.state, lab.violations()) == ("paused", [])


def test_paused_session_is_not_paused_again_for_the_same_reason() -> None:
    async def session() -> Lab:
        lab = Lab(planning((0.5, "pause")))
        await lab.drive(PLAIN)
        await lab.drive(PLAIN.having(loops=10, resume=lab.outcome.session_id))
        return lab

    lab = run(session(), virtual=True)

    assert [outcome.state for outcome in lab.outcomes] == ["paused", "finished"]


def test_later_wish_takes_the_place_of_an_earlier_one(meet: Meet) -> None:
    lab = meet(PLAIN.having(heeds_after=3.0), settings=planning((0.5, "pause"), (1.5, "terminate")))

    assert lab.outcome.state == "finished"


@pytest.mark.parametrize("kind", [EvseNotification.EXIT_STANDBY, EvseNotification.METERING_CONFIRMATION])
def test_notification_that_makes_no_sense_here_is_passed_over(meet: Meet, kind: EvseNotification) -> None:
    status = EvseStatus(notification_max_delay=1, evse_notification=kind)
    bent = Station().but(DcChargeLoopRes, evse_status=status, meter_info=None).but(PowerDeliveryRes, evse_status=status)
    lab = meet(PLAIN.having(loops=6), port=bent, observer=Role.EV)

    assert (lab.outcome.state, lab.violations(), len(lab.said(DcChargeLoopRes))) == ("finished", [], 6)


def test_service_renegotiation_is_passed_over_where_it_was_not_offered(meet: Meet) -> None:
    settings = planning((0.5, "service_renegotiation"), service_renegotiation=False)
    lab = meet(PLAIN.having(loops=8), settings=settings)

    assert len(lab.said(SessionStopReq)) == 1
    assert lab.outcome.state == "finished"


def test_wishes_stay_until_they_are_heeded() -> None:
    wishes = Announcements(((1.0, "pause"), (5.0, "terminate")))
    assert wishes.wish(100.0) is None
    wishes.begin(100.0)
    wishes.begin(103.0)
    assert [wishes.wish(at) for at in (100.9, 101.0, 104.9, 105.0)] == [None, "pause", "pause", "terminate"]
    wishes.heeded("terminate", 102.0)
    assert wishes.wish(102.0) == "pause"
    wishes.heeded("pause", 102.0)
    assert (wishes.wish(102.0), wishes.wish(105.0)) == (None, "terminate")
    wishes.ask("exit_standby")
    assert wishes.wish(105.0) == "exit_standby"
    wishes.heeded("exit_standby", 105.0)
    wishes.heeded("terminate", 105.0)
    assert wishes.wish(1000.0) is None
    wishes.forget()
    wishes.begin(2000.0)
    assert wishes.wish(2001.0) == "pause"
