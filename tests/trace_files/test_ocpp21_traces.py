"""Traces of OCPP 2.1 links: SEND, CALLRESULTERROR and the version survive a file, secrets do not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec import structs

from harness.core.case import Role
from harness.framing.ocppj_dialect import Dialect
from harness.messages.ocpp import Kind, OcppMessage
from harness.trace import jsonl, pcapng
from harness.trace.chain import Chain
from harness.trace.decoded import label_of
from harness.trace.entry import Entry, Link, Seen
from harness.trace.jsonl import TraceFileError
from harness.trace.reading import Reading
from harness.trace.recorder import Recorder
from harness.trace.redact import MASK, redact
from harness.trace.trace import Trace

AT = 1_790_000_000.0
CANARY = "hunter2-hunter2-hunter2"
SIGNAL = {"timestamp": "2026-01-01T00:00:00Z", "signal": -50}
STREAM = {"id": 1, "pending": 0, "basetime": "2026-01-01T00:00:00Z", "data": [{"t": 0, "v": "1"}]}
REFUSED = {"code": "FormatViolation", "description": "no status", "details": {"at": "status"}}
STREAMED = "NotifyPeriodicEventStream"


def _said(action: str, kind: Kind, payload: Any, message_id: str) -> OcppMessage:
    return OcppMessage(action=action, kind=kind, message_id=message_id, payload=payload, version=Dialect.OCPP21)


LINES: tuple[tuple[Role, list[Any], OcppMessage], ...] = (
    (Role.CSMS, [2, "1", "AFRRSignal", SIGNAL], _said("AFRRSignal", Kind.REQUEST, SIGNAL, "1")),
    (Role.STATION, [2, "1", "Heartbeat", {}], _said("Heartbeat", Kind.REQUEST, {}, "1")),
    (Role.STATION, [3, "1", {}], _said("AFRRSignal", Kind.RESPONSE, {}, "1")),
    (Role.CSMS, [5, "1", *REFUSED.values()], _said("AFRRSignal", Kind.RESULT_ERROR, REFUSED, "1")),
    (Role.STATION, [6, "2", STREAMED, STREAM], _said(STREAMED, Kind.SEND, STREAM, "2")),
    (Role.CSMS, [4, "1", *REFUSED.values()], _said("Heartbeat", Kind.ERROR, REFUSED, "1")),
)


@pytest.fixture
def talk() -> Trace:
    """Every frame of 2.1, both sides using the same id for a call of theirs."""
    recorder = Recorder(Role.STATION)
    for sender, frame, message in LINES:
        recorder.add(AT, Link.OCPP, sender, Seen(data=json.dumps(frame).encode(), message=message))
    return recorder.trace()


def _written(trace: Trace) -> list[dict[str, Any]]:
    return [json.loads(line) for line in jsonl.write(trace).splitlines()[1:-1]]


def _alone(body: Seen) -> Trace:
    return Trace(entries=(Entry(number=1, at=AT, link=Link.OCPP, sender=Role.CSMS, body=body),))


def _rewritten(trace: Trace, **fields: Any) -> bytes:
    """The file of a trace with other fields in its entries."""
    lines, chained = [json.loads(line) for line in jsonl.write(trace).splitlines()], Chain()
    for line in lines[1:-1]:
        line.update(fields)
    return b"".join(map(chained.line, lines))


def test_every_frame_comes_back_as_it_was(talk: Trace) -> None:
    again = jsonl.read(jsonl.write(talk))

    assert again.entries == talk.entries
    assert jsonl.write(again) == jsonl.write(talk)


def test_each_is_held_against_its_own_version(talk: Trace) -> None:
    again = jsonl.read(jsonl.write(talk))

    assert [entry.message.problems() for entry in again] == [entry.message.problems() for entry in talk]
    assert again.entries[0].message.problems() == again.entries[4].message.problems() == ()
    older = structs.replace(again.entries[0].message, version=Dialect.OCPP201)
    assert older.problems() != ()


def test_lines_name_the_frames(talk: Trace) -> None:
    names = [line["name"] for line in _written(talk)]

    assert names == [
        "AFRRSignalRequest",
        "HeartbeatRequest",
        "AFRRSignalResponse",
        "AFRRSignalResponseError",
        STREAMED,
        "HeartbeatError",
    ]
    assert [label_of(entry.body) for entry in talk if isinstance(entry.body, Seen)] == names
    capture = pcapng.write(talk)
    assert all(f"trace entry {number} by ".encode() in capture for number in range(1, 7))


def test_a_refused_answer_alone_takes_the_action_that_was_recorded(talk: Trace) -> None:
    sliced = Trace(entries=talk.entries[3:4])

    assert jsonl.read(jsonl.write(sliced)).entries == sliced.entries


def test_files_of_2_0_1_do_not_change_and_read_as_ever(trace: Trace) -> None:
    lines = _written(trace)

    assert not any("version" in line for line in lines)
    ocpp = [entry.message for entry in jsonl.read(jsonl.write(trace)) if isinstance(entry.message, OcppMessage)]
    assert ocpp
    assert {message.version for message in ocpp} == {Dialect.OCPP201}


def test_a_link_that_went_back_to_2_0_1_is_read_so(talk: Trace) -> None:
    old = OcppMessage(action="Heartbeat", kind=Kind.REQUEST, message_id="9", payload={})
    entry = Entry(
        number=7, at=AT, link=Link.OCPP, sender=Role.STATION, body=Seen(data=b'[2,"9","Heartbeat",{}]', message=old)
    )
    mixed = Trace(entries=(*talk.entries, entry), subject=talk.subject)

    assert jsonl.read(jsonl.write(mixed)).entries == mixed.entries


def test_what_a_fault_kept_from_being_read_is_read_as_its_link(talk: Trace) -> None:
    lost = Seen(data=b'[6,"3","NotifyPeriodicEventStream",{}]', problem="dropped on arrival by a fault")
    entry = Entry(number=7, at=AT, link=Link.OCPP, sender=Role.STATION, body=lost)

    found = jsonl.read(jsonl.write(Trace(entries=(*talk.entries, entry)))).entries[-1]

    assert (found.message.kind, found.message.version) == (Kind.SEND, Dialect.OCPP21)
    assert found.problem == "dropped on arrival by a fault"


def test_a_send_is_no_frame_of_2_0_1() -> None:
    reason = Reading().seen(Link.OCPP, Role.CSMS, b'[6,"1","Heartbeat",{}]').problem
    again = jsonl.read(jsonl.write(_alone(Seen(data=b'[6,"1","Heartbeat",{}]', problem=reason))))

    assert "message type 6" in reason
    assert (again.entries[0].message, again.entries[0].problem) == (None, reason)


def test_a_version_that_nobody_knows_is_refused(talk: Trace) -> None:
    assert len(jsonl.read(_rewritten(talk, version="ocpp2.1"))) == len(talk)

    with pytest.raises(TraceFileError, match=r"line 2 lacks or misstates 'ocpp9' is not a valid Dialect"):
        jsonl.read(_rewritten(talk, version="ocpp9"))


@pytest.mark.parametrize(
    "frame",
    [
        [6, "1", "DataTransfer", {"data": {"password": CANARY}, "vendorId": "x"}],
        [6, "1", STREAMED, {"data": [{"t": 0, "v": f"Authorization: Bearer {CANARY}"}]}],
        [6, "1", "NotifyReport", {"d": {"variable": {"name": "BasicAuthPassword"}, "attributeValue": CANARY}}],
        [5, "1", "FormatViolation", f"password={CANARY}", {}],
        [5, "1", "FormatViolation", "no", {"seen": {"secret": CANARY}}],
    ],
)
def test_secrets_leave_the_frames_of_2_1(frame: list[Any]) -> None:
    body = Reading().seen(Link.OCPP, Role.CSMS, json.dumps(frame).encode(), version=Dialect.OCPP21)
    assert body.message is not None
    unread = Seen(data=body.data, problem="message type is none of 2, 3, 4")

    for told in (body, unread):
        (clean,) = map(redact, _alone(told))
        assert isinstance(clean.body, Seen)
        assert json.loads(clean.body.data)[:2] == frame[:2]
        assert CANARY not in str(clean)
        assert MASK in str(clean)
        assert redact(clean) is clean
        assert CANARY.encode() not in jsonl.write(_alone(told)) + pcapng.write(_alone(told))

    again = jsonl.read(jsonl.write(_alone(body))).entries[0]
    assert again.message == redact(_alone(body).entries[0]).message
    assert again.message.version is Dialect.OCPP21


def test_frames_of_2_1_without_secrets_are_the_very_same(talk: Trace) -> None:
    assert all(redact(entry) is entry for entry in talk)
