"""Another schedule while the charge loop goes on: asked for by either side, refused, late, or interrupted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from harness.core.case import Role
from harness.endpoints.behaviour import Say
from harness.endpoints.ev.car import DYNAMIC, SCHEDULED, Car
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.happenings import Advanced, NeedsGiven
from harness.endpoints.station.station import Station
from harness.messages.iso20.common import (
    PowerDeliveryReq,
    PowerDeliveryRes,
    ScheduleExchangeReq,
    ScheduleExchangeRes,
)
from harness.messages.iso20.dc import DcChargeLoopReq, DcChargeLoopRes
from harness.messages.iso20.types import Processing, ResponseCode
from tests.endpoints_v2g.conftest import LABORATORY

if TYPE_CHECKING:
    from harness.trace.entry import Entry
    from tests.endpoints_v2g.conftest import Lab, Meet

PLAIN = Ev(tls=False, loops=30)
START, STOP, RESCHEDULE = "Start", "Stop", "ScheduleRenegotiation"
SIDE = 0x8101


def settings(**changes: Any) -> Any:
    return msgspec.structs.replace(LABORATORY, **changes)


def beside(lab: Lab) -> list[Entry]:
    """What travelled in the side stream."""
    return [entry for entry in lab.trace if getattr(entry.body, "payload_type", 0) == SIDE]


def progress(lab: Lab) -> list[str]:
    return [str(ask.charge_progress) for ask in lab.said(PowerDeliveryReq)]


@pytest.mark.parametrize("mode", [DYNAMIC, SCHEDULED])
@pytest.mark.parametrize("observer", [Role.EV, Role.STATION])
def test_ev_gets_another_schedule_while_energy_flows(meet: Meet, mode: str, observer: Role) -> None:
    ev = PLAIN.having(car=Car(control_mode=mode)).renegotiating_schedule(after=5, departure_time=1800)
    lab = meet(ev, observer=observer)

    assert progress(lab) == [START, RESCHEDULE, START, STOP]
    side = beside(lab)
    assert [type(entry.message) for entry in side] == [ScheduleExchangeReq, ScheduleExchangeRes] * 2
    assert {entry.message.control_mode.departure_time for entry in side[::2]} <= {1800, 1799}
    loops = [e.at for e in lab.trace if isinstance(e.message, DcChargeLoopReq)]
    assert any(side[0].at < at < side[-1].at for at in loops)
    assert len(loops) == 30
    assert (lab.outcome.state, lab.violations(), lab.expired()) == ("finished", [], [])


def test_profile_follows_the_new_schedule(meet: Meet) -> None:
    ev = PLAIN.having(car=Car(control_mode=SCHEDULED)).renegotiating_schedule(after=5, departure_time=900)
    lab = meet(ev)

    starts = [ask for ask in lab.said(PowerDeliveryReq) if ask.charge_progress == START]
    lengths = [
        sum(entry.duration for entry in ask.ev_power_profile.ev_power_profile_entries.ev_power_profile_entry)
        for ask in starts
    ]
    assert lengths[0] > 7000 and lengths[1] <= 900


def test_station_asks_for_it_once(meet: Meet) -> None:
    lab = meet(PLAIN, settings=settings(notification_plan=((1.0, "schedule_renegotiation"),)))

    assert progress(lab) == [START, RESCHEDULE, START, STOP]
    asked = [reply.evse_status is not None for reply in lab.said(DcChargeLoopRes)]
    assert asked.count(True) == 1
    assert (lab.outcome.state, lab.violations()) == ("finished", [])


def test_new_needs_reach_the_backend(meet: Meet) -> None:
    lab = meet(PLAIN.renegotiating_schedule(after=5, departure_time=1800, target_soc=55.0))

    needs = [happening.needs for happening in lab.heard if isinstance(happening, NeedsGiven)]
    assert [one.departure_time for one in needs][:2] == [7200, 1800]
    assert (needs[1].target_energy or 0) < (needs[0].target_energy or 0)


@pytest.mark.parametrize("by", ["ev", "station"])
def test_station_that_has_no_other_schedule_keeps_the_old_one(meet: Meet, by: str) -> None:
    plan = ((1.0, "schedule_renegotiation"),) if by == "station" else ()
    ev = PLAIN if by == "station" else PLAIN.renegotiating_schedule(after=5)
    lab = meet(ev, settings=settings(schedule_renegotiation=False, notification_plan=plan))

    codes = [reply.response_code for reply in lab.said(PowerDeliveryRes)]
    assert codes == [ResponseCode.OK, ResponseCode.WARNING_SCHEDULE_RENEGOTIATION_FAILED, ResponseCode.OK]
    assert (len(lab.said(DcChargeLoopReq)), beside(lab)) == (30, [])
    assert (lab.outcome.state, lab.violations()) == ("finished", [])


def test_ev_that_keeps_being_asked_by_a_station_that_refuses_gives_up(meet: Meet) -> None:
    warning = ResponseCode.WARNING_SCHEDULE_RENEGOTIATION_FAILED
    bent = Station().but(PowerDeliveryRes, response_code=warning, nth=2)
    lab = meet(
        PLAIN,
        settings=settings(notification_plan=((1.0, "schedule_renegotiation"), (2.0, "schedule_renegotiation"))),
        port=bent,
        observer=Role.EV,
    )

    assert progress(lab) == [START, RESCHEDULE, STOP]
    assert lab.outcome.state == "finished"


def test_answer_missing_beside_the_loop_is_noticed_by_its_own_timer(meet: Meet) -> None:
    bent = Station().silent_on(ScheduleExchangeRes, nth=3)
    lab = meet(PLAIN.renegotiating_schedule(after=5), port=bent, observer=Role.EV)

    assert lab.expired() == ["V2G_EVCC_Msg_Timeout on 0x8101"]
    asked = beside(lab)[0]
    assert lab.trace.entries[-1].at - asked.at == pytest.approx(2.0)
    assert len(lab.said(DcChargeLoopRes)) > 10
    assert lab.outcome.state == "timeout"


def test_schedule_that_is_never_settled_ends_the_session(meet: Meet) -> None:
    def ongoing(heard: Any, said: Any) -> Any:
        return msgspec.structs.replace(said, evse_processing=Processing.ONGOING)

    bent = Station()
    for nth in range(3, 200):
        bent = bent.answering(ScheduleExchangeRes, ongoing, nth=nth)
    ev = PLAIN.having(loops=1000).renegotiating_schedule(after=5)
    lab = meet(ev, port=bent, observer=Role.EV)

    assert lab.expired() == ["V2G_EVCC_Ongoing_Timeout"]
    side = beside(lab)
    assert lab.trace.entries[-1].at - side[1].at == pytest.approx(60.0)


def test_failure_beside_the_loop_ends_the_session(meet: Meet) -> None:
    bent = Station().but(ScheduleExchangeRes, response_code=ResponseCode.FAILED, nth=3)
    lab = meet(PLAIN.renegotiating_schedule(after=5), port=bent, observer=Role.EV)

    assert beside(lab)[-1].message is lab.said(ScheduleExchangeRes)[-1]
    assert lab.outcome.state == "failed"


def test_refusal_goes_where_the_request_came_from(meet: Meet) -> None:
    """The EV falls into the other control mode beside the loop."""

    scheduled = meet(Ev(tls=False, car=Car(control_mode=SCHEDULED))).said(ScheduleExchangeReq)[0].control_mode
    ev = (
        PLAIN.having(linger=30.0)
        .renegotiating_schedule(after=5)
        .but(ScheduleExchangeReq, nth=3, control_mode=scheduled)
    )
    lab = meet(ev)

    last = beside(lab)[-1]
    assert isinstance(last.message, ScheduleExchangeRes)
    assert last.message.response_code is ResponseCode.FAILED
    assert lab.listener.endings[0].how == "hung up"
    assert lab.expired() == []


def test_schedule_asked_for_beside_without_announcement_is_out_of_order(meet: Meet) -> None:
    usual = meet(PLAIN).said(ScheduleExchangeReq)[0]

    def early(heard: Any, said: Any) -> Any:
        return Say(message=msgspec.structs.replace(usual, header=said.header), payload_type=SIDE)

    lab = meet(PLAIN.having(linger=30.0).answering(DcChargeLoopReq, early, nth=4))

    last = beside(lab)[-1].message
    assert last.response_code is ResponseCode.FAILED_SEQUENCE_ERROR
    assert any("0x8101" in text for text in lab.violations())


def test_renegotiation_cut_short_by_the_end_does_no_harm(meet: Meet) -> None:
    lab = meet(PLAIN.having(loops=6, poll_interval=5.0).renegotiating_schedule(after=5))

    assert progress(lab) == [START, RESCHEDULE, STOP]
    assert (lab.outcome.state, lab.violations(), lab.expired()) == ("finished", [], [])


@pytest.mark.parametrize("renegotiates", [True, False])
def test_new_limits_of_the_backend_become_a_new_schedule(meet: Meet, *, renegotiates: bool) -> None:
    def lower(lab: Lab) -> None:
        def hear(happening: Any) -> None:
            if isinstance(happening, Advanced) and lab.plant.energy_since is not None and not lowered:
                lowered.append(happening)
                lab.cap(5000.0)

        lowered: list[Any] = []
        lab.plant.listen(hear)

    ev = PLAIN.having(car=Car(control_mode=SCHEDULED))
    lab = meet(ev, settings=settings(renegotiates_limits=renegotiates), prepare=lower)

    assert progress(lab) == ([START, RESCHEDULE, START, STOP] if renegotiates else [START, STOP])
    tuples = [reply.control_mode.schedule_tuple[0] for reply in lab.said(ScheduleExchangeRes)]
    entries = tuples[-1].charging_schedule.power_schedule.power_schedule_entries.power_schedule_entry
    assert (float(entries[0].power) == 5000.0) is renegotiates
    assert (lab.outcome.state, lab.violations()) == ("finished", [])
