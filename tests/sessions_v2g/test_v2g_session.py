"""One session on its own: bytes, ids, turns, and what it tells of the other side."""

from __future__ import annotations

from typing import Any

import pytest

from harness.core.case import Role
from harness.endpoints.station.refusals import filled
from harness.framing.v2gtp import Frame
from harness.messages.field import Message
from harness.messages.iso20.common import (
    AuthorizationSetupReq,
    AuthorizationSetupRes,
    ServiceDetailReq,
    ServiceDiscoveryReq,
    ServiceDiscoveryRes,
    SessionSetupReq,
    SessionSetupRes,
    SessionStopReq,
    SessionStopRes,
)
from harness.messages.iso20.types import MessageHeader, ResponseCode
from harness.messages.sap import SupportedAppProtocolReq, SupportedAppProtocolRes
from harness.sessions.events import Ended, Event, Received, Sent, Violation
from harness.sessions.v2g.session import NO_SESSION, V2gSession
from harness.sessions.v2g.state import State
from harness.sessions.v2g.wire import look, read, write

ID = b"\x11\x22\x33\x44\x55\x66\x77\x88"
OLD = b"old-id--"


def header(session_id: bytes = ID) -> MessageHeader:
    return MessageHeader(session_id=session_id, time_stamp=1_767_225_600)


def message(kind: type[Message], session_id: bytes = ID, **fields: Any) -> Message:
    return filled(kind, header=header(session_id), **fields)


class Pair:
    """An EV's and a station's session, back to back."""

    def __init__(self, resume: bytes = NO_SESSION) -> None:
        self.ev = V2gSession(Role.EV, session_id=resume)
        self.station = V2gSession(Role.STATION)
        for session in (self.ev, self.station):
            session.begin(0.0)

    def pass_on(self, sender: V2gSession, receiver: V2gSession, said: Message, at: float = 0.0) -> list[Event]:
        """What the receiver tells of a message."""
        sender.send(said, at)
        sender.events()
        for frame in sender.outbox():
            receiver.receive(frame, at)
        return receiver.events()

    def ask(self, said: Message) -> list[Event]:
        return self.pass_on(self.ev, self.station, said)

    def answer(self, said: Message) -> list[Event]:
        return self.pass_on(self.station, self.ev, said)

    def set_up(self, wanted: bytes = NO_SESSION, **answer: Any) -> list[Event]:
        """SAP and SessionSetup; returns what the EV tells of the SessionSetupRes."""
        fields = {"response_code": ResponseCode.OK_NEW_SESSION_ESTABLISHED, **answer}
        self.ask(filled(SupportedAppProtocolReq))
        self.answer(filled(SupportedAppProtocolRes))
        self.ask(message(SessionSetupReq, wanted))
        given = fields.pop("given", ID)
        return self.answer(message(SessionSetupRes, given, **fields))


def violations(events: list[Event]) -> list[tuple[str, tuple[str, ...]]]:
    return [(event.rule, event.cites) for event in events if isinstance(event, Violation)]


def test_ev_adopts_the_id_it_is_given() -> None:
    pair = Pair()
    assert pair.ev.session_id == NO_SESSION
    assert violations(pair.set_up()) == []
    assert pair.ev.session_id == pair.station.session_id == ID
    assert pair.ev.state is pair.station.state is State.SET_UP


@pytest.mark.parametrize(
    ("wanted", "answer", "cites"),
    [
        (NO_SESSION, {"given": NO_SESSION}, ("V2G20-2106",)),
        (OLD, {"given": OLD}, ("V2G20-2106", "V2G20-2627")),
        (OLD, {"response_code": ResponseCode.OK_OLD_SESSION_JOINED}, ("V2G20-2623",)),
        (NO_SESSION, {"response_code": ResponseCode.OK_OLD_SESSION_JOINED}, ("V2G20-2623",)),
    ],
    ids=["zero", "old id for a new session", "joined another", "joined unasked"],
)
def test_ids_that_a_station_must_not_give(wanted: bytes, answer: dict[str, Any], cites: tuple[str, ...]) -> None:
    assert violations(Pair(wanted).set_up(wanted, **answer)) == [("session id", cites)]


def test_ids_that_a_station_may_give() -> None:
    joined = {"given": OLD, "response_code": ResponseCode.OK_OLD_SESSION_JOINED}
    assert violations(Pair(OLD).set_up(OLD, **joined)) == []
    assert violations(Pair(OLD).set_up(OLD)) == []
    refused = Pair()
    assert violations(refused.set_up(response_code=ResponseCode.FAILED)) == []
    assert refused.ev.session_id == NO_SESSION
    assert refused.ev.over


def test_foreign_id_in_a_request_and_in_a_response() -> None:
    pair = Pair()
    pair.set_up()
    assert violations(pair.ask(message(AuthorizationSetupReq, OLD))) == [("session id", ("V2G20-753", "V2G20-460"))]
    assert violations(pair.answer(message(AuthorizationSetupRes, OLD))) == [("session id", ("V2G20-751", "V2G20-752"))]


def test_request_out_of_order_and_its_toleration() -> None:
    pair = Pair()
    pair.set_up()
    assert violations(pair.ask(message(ServiceDiscoveryReq))) == [("sequence", ("V2G20-459",))]
    assert violations(pair.answer(message(ServiceDiscoveryRes))) == [("sequence tolerated", ("V2G20-459",))]
    assert violations(pair.ask(message(AuthorizationSetupReq))) == [("sequence", ("V2G20-459",))]
    refusal = message(AuthorizationSetupRes, response_code=ResponseCode.FAILED_SEQUENCE_ERROR)
    assert violations(pair.answer(refusal)) == []
    assert pair.ev.state is State.FAILED
    assert violations(pair.ask(message(ServiceDetailReq))) == [("after the end", ("V2G20-459",))]


def test_turns_are_watched_on_both_sides() -> None:
    pair = Pair()
    pair.set_up()
    pair.ask(message(AuthorizationSetupReq))
    rules = [rule for rule, _ in violations(pair.ask(message(AuthorizationSetupReq)))]
    assert rules == ["turns"]
    assert violations(pair.answer(message(AuthorizationSetupRes))) == []
    assert violations(pair.answer(message(AuthorizationSetupRes))) == [("turns", ())]


def test_response_of_another_type() -> None:
    pair = Pair()
    pair.set_up()
    pair.ask(message(AuthorizationSetupReq))
    assert violations(pair.answer(message(ServiceDiscoveryRes))) == [("response type", ("V2G20-459",))]


def test_message_in_the_wrong_direction() -> None:
    pair = Pair()
    pair.set_up()
    assert [rule for rule, _ in violations(pair.answer(message(AuthorizationSetupReq)))] == ["direction"]
    assert [rule for rule, _ in violations(pair.ask(message(AuthorizationSetupRes)))] == ["direction"]
    assert pair.ev.state is State.SET_UP


def test_own_messages_are_never_objected_to() -> None:
    session = V2gSession(Role.EV)
    session.send(message(SessionStopReq, OLD), 0.0)
    events = session.events()
    assert [type(event) for event in events] == [Sent]
    assert len(session.outbox()) == 1
    assert session.outbox() == []


def test_what_no_schema_can_say_stays_here() -> None:
    session = V2gSession(Role.EV)
    odd = message(ServiceDetailReq, service_id="six")
    for said in (odd, header()):
        session.send(said, 0.0)
    told = session.events()
    assert [(event.data, bool(event.problem)) for event in told if isinstance(event, Sent)] == [(b"", True)] * 2
    assert session.outbox() == []
    assert session.sequence.asked is None


def test_frames_may_come_in_any_pieces() -> None:
    data = write(filled(SupportedAppProtocolReq)).data
    session = V2gSession(Role.STATION)
    for position in range(len(data)):
        assert session.events() == []
        session.receive(data[position : position + 1], float(position))
    (heard,) = session.events()
    assert isinstance(heard, Received)
    assert (heard.data, heard.schema, heard.at) == (data, "sap", float(len(data) - 1))
    session.receive(data + data, 99.0)
    assert len([event for event in session.events() if isinstance(event, Received)]) == 2


@pytest.mark.parametrize(
    ("frame", "problem"),
    [
        (Frame(0x8002, b"\x80\xff\xff\xff"), "bit"),
        (Frame(0x8002, b""), ""),
        (Frame(0x9000, b"\x00\x00"), "carries no message"),
        (Frame(0xA001, b"\x00\x00"), "manufacturer"),
        (Frame(0x8002, b"\x80\x00", version=2, inverse=0xFD), "version"),
    ],
)
def test_unreadable_frames_are_kept_and_judged_by_nobody_here(frame: Frame, problem: str) -> None:
    session = V2gSession(Role.STATION)
    session.receive(frame.encode(), 1.0)
    session.receive(write(filled(SupportedAppProtocolReq)).data, 2.0)
    bad, good = session.events()
    assert isinstance(bad, Received) and isinstance(good, Received)
    assert (bad.data, bad.message) == (frame.encode(), None)
    assert problem in bad.problem and bad.problem
    assert good.problem == ""


def test_lost_frame_boundary_ends_the_session() -> None:
    session = V2gSession(Role.STATION)
    session.receive(b"GET / HTTP/1.1\r\n", 1.0)
    heard, ended = session.events()
    assert isinstance(heard, Received) and heard.data == b"GET / HTTP/1.1\r\n"
    assert isinstance(ended, Ended) and "boundary" in ended.why
    assert session.over


def test_end_of_the_connection_tells_of_a_cut_frame_once() -> None:
    session = V2gSession(Role.STATION)
    data = write(filled(SupportedAppProtocolReq)).data
    session.receive(data[:-1], 1.0)
    session.end(2.0)
    session.end(3.0)
    cut, ended = session.events()
    assert isinstance(cut, Received) and cut.data == data[:-1] and cut.problem
    assert isinstance(ended, Ended) and ended.at == 2.0
    assert session.deadline() is None


def test_raw_frames_count_as_said_if_they_can_be_read() -> None:
    session = V2gSession(Role.EV)
    session.send_raw(write(filled(SupportedAppProtocolReq)).data, 0.0)
    assert isinstance(session.sequence.asked, SupportedAppProtocolReq)
    session.send_raw(b"rubbish", 0.0)
    first, second = session.events()
    assert isinstance(first, Sent) and isinstance(second, Sent)
    assert (first.problem, second.data) == ("", b"rubbish")
    assert "not one V2GTP frame" in second.problem
    assert len(session.outbox()) == 2


def test_reading_and_writing_agree() -> None:
    said = message(SessionSetupReq, evcc_id="HVXVCAR000000000000013")
    written = write(said)
    assert written.payload_type == 0x8002
    assert look(written.data).message == said
    assert read(Frame(0x8002, written.data[8:])).message == said
    assert look(written.data + b"\x01").message is None


def test_farewell_ends_the_session_and_its_timers() -> None:
    pair = Pair()
    pair.set_up()
    pair.ask(message(SessionStopReq, charging_session="Terminate"))
    assert not pair.station.over
    pair.answer(message(SessionStopRes))
    for session in (pair.ev, pair.station):
        assert (session.state, session.over, session.deadline()) == (State.TERMINATED, True, None)


def test_station_that_refused_does_not_wait_for_ever() -> None:
    pair = Pair()
    pair.set_up()
    pair.ask(message(ServiceDiscoveryReq))
    pair.answer(message(ServiceDiscoveryRes, response_code=ResponseCode.FAILED_SEQUENCE_ERROR))
    assert (pair.station.deadline(), pair.ev.deadline()) == (60.0, None)


def test_backend_has_no_part_in_it() -> None:
    with pytest.raises(ValueError, match="EV and a station"):
        V2gSession(Role.CSMS)
