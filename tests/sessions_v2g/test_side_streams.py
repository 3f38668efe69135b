"""Streams beside the main one: each with turns and timers of its own, none moving what it does not belong to."""

from __future__ import annotations

from typing import Any

import pytest

from harness.core.case import Role
from harness.endpoints.station.refusals import filled
from harness.messages.field import Message
from harness.messages.iso20.common import (
    MeteringConfirmationReq,
    MeteringConfirmationRes,
    PowerDeliveryReq,
    PowerDeliveryRes,
    ScheduleExchangeReq,
    ScheduleExchangeRes,
)
from harness.messages.iso20.dc import DcChargeLoopReq, DcChargeLoopRes
from harness.messages.iso20.types import MessageHeader, Processing, ResponseCode
from harness.sessions.events import Expired, Received, Violation
from harness.sessions.v2g.session import V2gSession
from harness.sessions.v2g.state import State
from harness.sessions.v2g.streams import MAIN, stream_of

ID = b"\x11\x22\x33\x44\x55\x66\x77\x88"
SCHEDULE, METERING = 0x8101, 0x8102


def message(kind: type[Message], **fields: Any) -> Message:
    return filled(kind, header=MessageHeader(session_id=ID, time_stamp=1_767_225_600), **fields)


class Talk:
    """Two sessions in the charge loop; what each tells of the other."""

    def __init__(self, state: State = State.TRANSFERRING) -> None:
        self.ev, self.station = V2gSession(Role.EV, session_id=ID), V2gSession(Role.STATION)
        for session in (self.ev, self.station):
            session.begin(0.0)
            session.sequence.state = state
            session._timekeeper.timers.clear()
            session._observer.session_id = ID

    def say(self, kind: type[Message], at: float, stream: int | None = None, **fields: Any) -> list[str]:
        """What the listener objects to."""
        asking = kind.name.endswith("Req")
        sender, receiver = (self.ev, self.station) if asking else (self.station, self.ev)
        sender.send(message(kind, **fields), at, stream)
        for frame in sender.outbox():
            receiver.receive(frame, at)
        return [event.what for event in receiver.events() if isinstance(event, Violation)]


def ran_out(session: V2gSession, at: float) -> list[str]:
    session.events()
    session.expire(at)
    return [event.timer for event in session.events() if isinstance(event, Expired)]


def test_payload_types_of_streams() -> None:
    assert [stream_of(one) for one in (0x8001, 0x8004, 0x8101, 0x8104, 0x8105, 0xA000)] == [
        MAIN,
        MAIN,
        0x8101,
        0x8104,
        MAIN,
        MAIN,
    ]


def test_each_stream_has_turns_of_its_own() -> None:
    talk = Talk()
    assert talk.say(DcChargeLoopReq, 0.0) == []
    assert talk.say(MeteringConfirmationReq, 0.0) == []
    assert talk.say(DcChargeLoopRes, 0.1) == []
    assert talk.say(DcChargeLoopReq, 0.1) == []
    assert talk.say(MeteringConfirmationRes, 0.2) == []
    assert talk.say(DcChargeLoopRes, 0.2) == []
    assert {talk.ev.state, talk.station.state} == {State.TRANSFERRING}


def test_violations_name_the_stream() -> None:
    talk = Talk()
    talk.say(MeteringConfirmationReq, 0.0)
    (what,) = talk.say(MeteringConfirmationReq, 0.1)
    assert what == "MeteringConfirmationReq before MeteringConfirmationReq was answered on stream 0x8102"
    talk = Talk()
    (what,) = talk.say(MeteringConfirmationRes, 0.1)
    assert what == "MeteringConfirmationRes answers no request on stream 0x8102"
    (what,) = talk.say(ScheduleExchangeReq, 0.1, SCHEDULE)
    assert what.startswith("ScheduleExchangeReq on stream 0x8101 where energy transfer allows")


def test_response_in_the_wrong_stream_is_found_and_not_taken() -> None:
    talk = Talk()
    talk.say(DcChargeLoopReq, 0.0)
    talk.station.send(message(MeteringConfirmationRes), 0.1)
    (frame,) = talk.station.outbox()
    talk.ev.receive(frame, 0.1)
    heard, *found = [event for event in talk.ev.events() if isinstance(event, Received | Violation)]
    assert isinstance(heard, Received) and not heard.fits
    assert [event.rule for event in found if isinstance(event, Violation)] == ["turns"]


def test_missing_answer_runs_out_while_the_main_stream_goes_on() -> None:
    talk = Talk()
    talk.say(MeteringConfirmationReq, 0.0)
    for tenth in range(1, 20):
        talk.say(DcChargeLoopReq, tenth / 10)
        talk.say(DcChargeLoopRes, tenth / 10)
        assert ran_out(talk.ev, tenth / 10) == []
    assert ran_out(talk.ev, 2.0) == ["V2G_EVCC_Msg_Timeout on 0x8102"]


def test_answer_beside_leaves_the_timer_of_the_main_stream_alone() -> None:
    talk = Talk()
    talk.say(MeteringConfirmationReq, 0.0)
    talk.say(DcChargeLoopReq, 0.0)
    talk.say(MeteringConfirmationRes, 0.4)
    assert ran_out(talk.ev, 0.5) == ["V2G_EVCC_Msg_Timeout"]


def test_station_owes_no_patience_beside_the_main_stream() -> None:
    talk = Talk()
    talk.say(DcChargeLoopReq, 0.0)
    talk.say(DcChargeLoopRes, 0.0)
    talk.say(MeteringConfirmationReq, 0.3)
    talk.say(MeteringConfirmationRes, 0.4)
    assert ran_out(talk.station, 0.5) == ["V2G_SECC_Sequence_Timeout"]


@pytest.mark.parametrize("processing", [Processing.ONGOING, Processing.FINISHED])
def test_ongoing_schedule_beside_the_loop_has_its_minute(processing: Processing) -> None:
    talk = Talk(State.RESCHEDULING)
    talk.say(ScheduleExchangeReq, 0.0, SCHEDULE)
    talk.say(ScheduleExchangeRes, 0.5, SCHEDULE, evse_processing=processing)
    expected = ["V2G_EVCC_Ongoing_Timeout"] if processing is Processing.ONGOING else []
    assert ran_out(talk.ev, 60.5) == expected
    assert talk.ev.state is (State.RESCHEDULING if expected else State.RESCHEDULED)


def test_refusal_beside_ends_the_session_and_bounds_the_stay() -> None:
    talk = Talk()
    talk.say(DcChargeLoopReq, 0.0)
    talk.say(DcChargeLoopRes, 0.0)
    talk.say(MeteringConfirmationReq, 0.1)
    talk.say(MeteringConfirmationRes, 0.2, response_code=ResponseCode.FAILED_METERING_SIGNATURE_NOT_VALID)
    assert {talk.ev.state, talk.station.state} == {State.FAILED}
    assert talk.ev.deadline() is None
    assert talk.station.deadline() == pytest.approx(60.2)


def test_schedule_that_comes_after_the_stop_moves_nothing() -> None:
    talk = Talk(State.RESCHEDULING)
    talk.say(ScheduleExchangeReq, 0.0, SCHEDULE)
    talk.say(PowerDeliveryReq, 0.1, charge_progress="Stop", ev_processing="Finished")
    talk.say(PowerDeliveryRes, 0.1)
    assert talk.ev.state is State.STOPPED
    talk.say(ScheduleExchangeRes, 0.2, SCHEDULE)
    assert {talk.ev.state, talk.station.state} == {State.STOPPED}
