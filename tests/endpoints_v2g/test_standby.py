"""Standby: entered, kept up, refused, and left in each of the ways there are."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from harness.core.case import Role
from harness.endpoints.ev.car import DYNAMIC, SCHEDULED, Car
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.station import Station
from harness.messages.iso20.ac import AcChargeLoopReq
from harness.messages.iso20.common import PowerDeliveryReq, PowerDeliveryRes, ScheduleExchangeRes, SessionStopReq
from harness.messages.iso20.dc import DcChargeLoopReq
from harness.messages.iso20.types import ResponseCode
from harness.trace.entry import LinkSeen
from tests.endpoints_v2g.conftest import LABORATORY

if TYPE_CHECKING:
    from tests.endpoints_v2g.conftest import Lab, Meet

PLAIN = Ev(tls=False, loops=10)
START, STOP, STANDBY, RESCHEDULE = "Start", "Stop", "Standby", "ScheduleRenegotiation"


def settings(**changes: Any) -> Any:
    return msgspec.structs.replace(LABORATORY, **changes)


def progress(lab: Lab) -> list[str]:
    """What the PowerDeliveryReqs were for, repetitions once."""
    said = [str(ask.charge_progress) for ask in lab.said(PowerDeliveryReq)]
    return [one for place, one in enumerate(said) if place == 0 or said[place - 1] != one]


def standing(lab: Lab) -> list[float]:
    """When the requests for standby were made."""
    return [e.at for e in lab.trace if isinstance(e.message, PowerDeliveryReq) and e.message.charge_progress == STANDBY]


@pytest.mark.parametrize("mode", [DYNAMIC, SCHEDULED])
@pytest.mark.parametrize("observer", [Role.EV, Role.STATION])
def test_ev_stands_by_for_so_long_and_starts_again(meet: Meet, mode: str, observer: Role) -> None:
    ev = PLAIN.having(car=Car(control_mode=mode)).standing_by(after=4, lasting=130.0)
    lab = meet(ev, observer=observer)

    assert progress(lab) == [START, STANDBY, START, STOP]
    assert len(lab.said(DcChargeLoopReq)) == 10
    moments = standing(lab)
    assert moments[-1] - moments[0] == pytest.approx(130.0, abs=5.0)
    assert max(b - a for a, b in pairwise(moments)) <= 5.0
    assert (lab.outcome.state, lab.violations(), lab.expired()) == ("finished", [], [])


def test_no_energy_flows_in_standby(meet: Meet) -> None:
    short, long = (meet(PLAIN.standing_by(after=4, lasting=lasting)) for lasting in (1.0, 3600.0))

    assert short.outcome.soc == pytest.approx(long.outcome.soc, abs=0.01)
    assert "EnergyStopped" not in long.happenings()[: long.happenings().index("SessionStopped") - 1]


def test_backend_sees_an_ev_that_suspends(meet: Meet) -> None:
    states: list[str] = []

    def watch(lab: Lab) -> None:
        lab.plant.listen(lambda happening: states.append(lab.plant.charging_state(happening.at)))

    meet(PLAIN.standing_by(after=4, lasting=30.0), prepare=watch)

    changes = [one for place, one in enumerate(states) if place == 0 or states[place - 1] != one]
    assert changes == ["EVConnected", "Charging", "SuspendedEV", "Charging", "EVConnected"]


def test_station_that_allows_none_says_so_and_goes_on(meet: Meet) -> None:
    lab = meet(PLAIN.standing_by(after=4), settings=settings(standby=False))

    codes = [reply.response_code for reply in lab.said(PowerDeliveryRes)]
    assert codes == [ResponseCode.OK, ResponseCode.WARNING_STANDBY_NOT_ALLOWED, ResponseCode.OK]
    assert len(lab.said(DcChargeLoopReq)) == 10
    assert (lab.outcome.state, lab.violations()) == ("finished", [])


@pytest.mark.parametrize(
    ("leaving", "then"),
    [("start", [START, STOP]), ("stop", [STOP]), ("schedule_renegotiation", [RESCHEDULE, START, STOP])],
)
def test_standby_is_left_in_three_ways(meet: Meet, leaving: str, then: list[str]) -> None:
    lab = meet(PLAIN.standing_by(after=4, lasting=20.0, leaving_by=leaving))

    assert progress(lab) == [START, STANDBY, *then]
    renegotiated = leaving == "schedule_renegotiation"
    assert len(lab.said(ScheduleExchangeRes)) == (4 if renegotiated else 2)
    assert (lab.outcome.state, lab.violations(), lab.expired()) == ("finished", [], [])


@pytest.mark.parametrize(
    ("wish", "then", "state"),
    [
        ("exit_standby", [START, STOP], "finished"),
        ("terminate", [STOP], "finished"),
        ("pause", [STOP], "paused"),
        ("schedule_renegotiation", [RESCHEDULE, START, STOP], "finished"),
    ],
)
def test_station_can_end_a_standby(meet: Meet, wish: str, then: list[str], state: str) -> None:
    lab = meet(PLAIN.standing_by(after=4, lasting=3000.0), settings=settings(notification_plan=((40.0, wish),)))

    assert progress(lab) == [START, STANDBY, *then]
    moments = standing(lab)
    assert 30.0 < moments[-1] - moments[0] < 46.0
    assert (lab.outcome.state, lab.violations()) == (state, [])


def test_station_asks_nobody_out_of_standby_who_is_not_in_it(meet: Meet) -> None:
    lab = meet(PLAIN, settings=settings(notification_plan=((0.0, "exit_standby"),)))

    assert all(getattr(message, "evse_status", None) is None for message in lab.said(PowerDeliveryRes))


def test_station_ends_a_session_whose_ev_falls_silent_in_standby(meet: Meet) -> None:
    lab = meet(PLAIN.standing_by(after=4).silent_on(PowerDeliveryReq, nth=4))

    assert lab.expired() == ["V2G_SECC_Sequence_Timeout"]
    closed = [entry for entry in lab.trace if isinstance(entry.body, LinkSeen) and entry.body.state == "closed"]
    frames = [entry for entry in lab.trace if entry.message is not None]
    assert closed[-1].at - frames[-1].at == pytest.approx(60.0)


def test_ev_gives_up_a_station_that_falls_silent_in_standby(meet: Meet) -> None:
    bent = Station().silent_on(PowerDeliveryRes, nth=3)
    lab = meet(PLAIN.standing_by(after=4), port=bent, observer=Role.EV)

    assert lab.expired() == ["V2G_EVCC_Msg_Timeout"]
    assert lab.outcome.state == "timeout"


def test_two_standbys_in_one_session(meet: Meet) -> None:
    lab = meet(PLAIN.standing_by(after=2, lasting=10.0).standing_by(after=6, lasting=10.0))

    assert progress(lab) == [START, STANDBY, START, STANDBY, START, STOP]
    assert len(lab.said(SessionStopReq)) == 1
    assert lab.violations() == []


@pytest.mark.parametrize("ev", [PLAIN, PLAIN.on_ac()], ids=["DC", "AC"])
@pytest.mark.parametrize("allowed", [True, False])
@pytest.mark.parametrize(
    ("leaving", "then"),
    [("start", [START, STOP]), ("stop", [STOP]), ("schedule_renegotiation", [RESCHEDULE, START, STOP])],
)
def test_ev_stands_by_before_it_takes_any_power(
    meet: Meet, ev: Ev, leaving: str, then: list[str], *, allowed: bool
) -> None:
    ev = ev.standing_by(after=0, lasting=70.0, leaving_by=leaving)
    lab = meet(ev, settings=settings(standby=allowed, services=(6, 5)))

    assert progress(lab) == [STANDBY, *(then if allowed else [START, STOP])]
    assert len(lab.said(DcChargeLoopReq, AcChargeLoopReq)) == (0 if allowed and leaving == "stop" else 10)
    assert (lab.outcome.state, lab.violations(), lab.expired()) == ("finished", [], [])


def test_ev_leaves_a_standby_that_is_not_granted_any_longer(meet: Meet) -> None:
    bent = Station().but(PowerDeliveryRes, response_code=ResponseCode.WARNING_STANDBY_NOT_ALLOWED, nth=4)
    lab = meet(PLAIN.standing_by(after=4, lasting=600.0), port=bent, observer=Role.EV)

    assert progress(lab) == [START, STANDBY, START, STOP]
    assert len(standing(lab)) == 3
    assert (lab.outcome.state, lab.violations()) == ("finished", [])
