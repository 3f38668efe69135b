"""A trace is asked by what was said and by whom; a recorder numbers what happens and tells who listens."""

from __future__ import annotations

import pytest

from harness.core.case import Role
from harness.core.errors import Unreached
from harness.framing.ocppj import Call, CallResult, encode
from harness.messages.iso20.codes import Processing, ResponseCode
from harness.messages.iso20.dc import DcCableCheckReq, DcCableCheckRes
from harness.messages.iso20.types import MessageHeader, V2gResponse
from harness.messages.ocpp import Heartbeat, Kind, OcppMessage, StatusNotification
from harness.trace.entry import Entry, Gap, Link, LinkSeen, Note, Seen, TlsSeen
from harness.trace.recorder import Recorder
from harness.trace.trace import Trace, answers, describe, matcher

HEADER = MessageHeader(session_id=bytes(8), time_stamp=1)
ASK = DcCableCheckReq(header=HEADER)


def reply(processing: Processing) -> DcCableCheckRes:
    return DcCableCheckRes(header=HEADER, response_code=ResponseCode.OK, evse_processing=processing)


def frame(message: object, problem: str = "") -> Seen:
    return Seen(data=b"", message=message, problem=problem)


def heartbeat(message_id: str, kind: Kind = Kind.REQUEST, **payload: object) -> Seen:
    made = Call(message_id, "Heartbeat", payload) if kind is Kind.REQUEST else CallResult(message_id, payload)
    message = OcppMessage(action="Heartbeat", kind=kind, message_id=message_id, payload=payload)
    return Seen(data=encode(made).encode(), message=message)


@pytest.fixture
def recorder() -> Recorder:
    """Two cable checks, and two heartbeats between which nothing is in order."""
    recorder = Recorder(Role.STATION)
    said = [
        (Link.V2G, Role.EV, LinkSeen(state="open")),
        (Link.V2G, Role.EV, frame(ASK)),
        (Link.OCPP, Role.STATION, heartbeat("1")),
        (Link.V2G, Role.STATION, frame(reply(Processing.ONGOING))),
        (Link.OCPP, Role.CSMS, heartbeat("2", Kind.RESPONSE)),
        (Link.V2G, Role.EV, frame(ASK)),
        (Link.OCPP, Role.CSMS, heartbeat("1", Kind.RESPONSE, currentTime="now")),
        (Link.V2G, Role.STATION, frame(reply(Processing.FINISHED))),
        (Link.OCPP, Role.STATION, Seen(data=b"?", problem="not JSON")),
        (Link.HARNESS, None, Note(text="done", data={"state": "finished"})),
    ]
    for index, (link, sender, body) in enumerate(said):
        recorder.add(100.0 + index, link, sender, body)  # type: ignore[arg-type]
    return recorder


@pytest.fixture
def trace(recorder: Recorder) -> Trace:
    return recorder.trace()


def numbers(entries: tuple[Entry, ...]) -> list[int]:
    return [entry.number for entry in entries]


def test_entries_are_numbered_from_one_in_order(trace: Trace) -> None:
    assert numbers(trace.entries) == list(range(1, 11))
    assert len(trace) == 10
    assert [entry.at for entry in trace] == [100.0 + index for index in range(10)]


def test_a_trace_is_what_was_recorded_by_then(recorder: Recorder) -> None:
    before = recorder.trace()
    recorder.add(200.0, Link.HARNESS, None, Gap(text="lost"))
    assert len(before) == 10
    assert len(recorder.trace()) == 11


def test_listeners_hear_every_entry_from_now_on(recorder: Recorder) -> None:
    heard: list[Entry] = []

    def listen(entry: Entry) -> None:
        heard.append(entry)
        if len(heard) == 1:
            recorder.listen(heard.append)

    recorder.listen(listen)
    first = recorder.add(200.0, Link.HARNESS, None, Note(text="one"), deliberate=True)
    assert heard == [first]
    second = recorder.add(201.0, Link.HARNESS, None, Note(text="two"))
    assert heard == [first, second, second]
    assert (first.deliberate, second.deliberate) == (True, False)


def test_messages_are_found_by_class_and_base_class(trace: Trace) -> None:
    assert numbers(trace.all(DcCableCheckReq)) == [2, 6]
    assert numbers(trace.all(V2gResponse)) == [4, 8]


def test_ocpp_is_found_by_action_and_by_its_answer(trace: Trace) -> None:
    assert numbers(trace.all(Heartbeat)) == [3]
    assert numbers(trace.all(Heartbeat.response)) == [5, 7]
    assert trace.all(StatusNotification) == ()


def test_bodies_are_found_by_class(trace: Trace) -> None:
    assert numbers(trace.all(LinkSeen)) == [1]
    assert numbers(trace.all(TlsSeen)) == []
    assert len(trace.all(Seen)) == 8


def test_terms_narrow_the_search(trace: Trace) -> None:
    assert numbers(trace.all(Seen, sent_by=Role.CSMS)) == [5, 7]
    assert numbers(trace.all(Seen, link=Link.V2G)) == [2, 4, 6, 8]
    assert numbers(trace.all(DcCableCheckRes, evse_processing=Processing.FINISHED)) == [8]
    assert numbers(trace.all(Heartbeat.response, currentTime="now")) == [7]
    assert numbers(trace.all(Note, text="done")) == [10]
    assert numbers(trace.all(Seen, where=lambda entry: entry.at > 107)) == [9]
    assert trace.all(DcCableCheckRes, no_such_field=1) == ()


def test_a_payload_that_is_no_object_has_no_fields() -> None:
    recorder = Recorder()
    message = OcppMessage(action="Heartbeat", kind=Kind.REQUEST, payload=[])
    recorder.add(1.0, Link.OCPP, Role.STATION, frame(message))
    assert recorder.trace().all(Heartbeat, evseId=1) == ()


def test_first_last_one_and_nth(trace: Trace) -> None:
    assert trace.first(DcCableCheckReq).number == 2
    assert trace.last(DcCableCheckReq).number == 6
    assert trace.nth(DcCableCheckReq, 2).number == 6
    assert trace.one(Heartbeat).number == 3


def test_what_never_came_is_unreached_by_name(trace: Trace) -> None:
    with pytest.raises(Unreached, match="StatusNotification was never seen"):
        trace.first(StatusNotification)
    with pytest.raises(Unreached, match="the answer to StatusNotification was never seen"):
        trace.last(StatusNotification.response)
    with pytest.raises(Unreached, match="DC_CableCheckReq was seen 2 times where one was awaited"):
        trace.one(DcCableCheckReq)
    with pytest.raises(Unreached, match="DC_CableCheckReq was seen 2 times, not 3"):
        trace.nth(DcCableCheckReq, 3)
    with pytest.raises(Unreached, match="TlsSeen was never seen"):
        trace.one(TlsSeen)


def test_messages_alone(trace: Trace) -> None:
    assert trace.messages(DcCableCheckReq) == (ASK, ASK)
    assert trace.messages(Heartbeat.response, currentTime="now") == ({"currentTime": "now"},)


def test_since_and_until_leave_out_the_entry_itself(trace: Trace) -> None:
    pivot = trace.first(Heartbeat)
    assert numbers(trace.until(pivot).entries) == [1, 2]
    assert numbers(trace.since(pivot).entries) == [4, 5, 6, 7, 8, 9, 10]
    assert trace.since(pivot).subject is trace.until(pivot).subject is Role.STATION


def test_the_same_trace_about_somebody_else(trace: Trace) -> None:
    other = trace.about(Role.EV)
    assert (other.subject, other.entries) == (Role.EV, trace.entries)


def test_an_answer_is_found_by_id_on_ocpp_and_by_turn_on_the_vehicle_link(trace: Trace) -> None:
    assert trace.answer_to(trace.one(Heartbeat)).number == 7
    assert trace.answer_to(trace.first(DcCableCheckReq)).number == 4
    assert trace.answer_to(trace.last(DcCableCheckReq)).number == 8
    with pytest.raises(Unreached, match="entry 8 was never answered"):
        trace.answer_to(trace.last(DcCableCheckRes))


def test_what_answers_what(trace: Trace) -> None:
    ask, call = trace.first(DcCableCheckReq), trace.one(Heartbeat)
    by_number = {entry.number: entry for entry in trace}
    assert answers(by_number[4], ask)
    assert not answers(by_number[6], ask)
    assert not answers(by_number[7], ask)
    assert not answers(by_number[9], call)
    assert not answers(by_number[5], call)
    assert not answers(by_number[10], ask)


@pytest.mark.parametrize(
    ("asked", "answered", "fits"),
    [
        (0x8002, 0x8004, True),
        (0x8102, 0x8102, True),
        (0x8102, 0x8004, False),
        (0x8004, 0x8102, False),
        (0x8101, 0x8102, False),
        (0xA000, 0x8002, True),
    ],
)
def test_an_answer_comes_in_the_stream_of_its_request(asked: int, answered: int, *, fits: bool) -> None:
    recorder = Recorder()
    ask = recorder.add(1.0, Link.V2G, Role.EV, Seen(data=b"?", payload_type=asked))
    reply = recorder.add(2.0, Link.V2G, Role.STATION, Seen(data=b"!", payload_type=answered))
    assert answers(reply, ask) is fits


def test_a_matcher_is_what_all_uses(trace: Trace) -> None:
    fits = matcher(DcCableCheckRes, sent_by=Role.STATION, evse_processing=Processing.ONGOING)
    assert [entry.number for entry in trace if fits(entry)] == [4]


def test_selectors_have_names_for_a_report() -> None:
    assert describe(DcCableCheckReq) == "DC_CableCheckReq"
    assert describe(Heartbeat) == "Heartbeat"
    assert describe(Heartbeat.response) == "the answer to Heartbeat"
    assert describe(LinkSeen) == "LinkSeen"


def test_an_entry_lends_what_its_body_holds() -> None:
    recorder = Recorder()
    tls = recorder.add(1.0, Link.V2G, Role.EV, TlsSeen(event="handshake", facts={"version": "TLSv1.3"}))
    note = recorder.add(1.0, Link.HARNESS, None, Note(text="n", data={"a": 1}))
    gone = recorder.add(1.0, Link.V2G, Role.EV, LinkSeen(state="closed"))
    broken = recorder.add(1.0, Link.V2G, Role.EV, frame(None, "bit 3"))
    call = recorder.add(1.0, Link.OCPP, Role.STATION, heartbeat("1", evseId=1))
    assert [entry.facts for entry in (tls, note, gone)] == [{"version": "TLSv1.3"}, {"a": 1}, {}]
    assert [entry.problem for entry in (broken, gone)] == ["bit 3", ""]
    assert (broken.message, gone.message, call.payload) == (None, None, {"evseId": 1})
