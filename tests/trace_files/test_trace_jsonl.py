"""A trace survives its file; a file that was touched does not pass for one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec import structs

from harness.core.case import Role
from harness.messages.iso20.session import SessionSetupReq
from harness.trace import jsonl
from harness.trace.chain import Chain
from harness.trace.entry import Entry, Gap, Link, Seen
from harness.trace.jsonl import TraceFileError
from harness.trace.trace import Trace


def _seen(trace: Trace, number: int) -> Seen:
    body = next(entry.body for entry in trace if entry.number == number)
    assert isinstance(body, Seen)
    return body


def test_everything_comes_back(trace: Trace) -> None:
    again = jsonl.read(jsonl.write(trace))

    assert again.subject is Role.STATION
    assert len(again) == len(trace)
    for was, now in zip(trace, again, strict=True):
        assert (now.number, now.at, now.link, now.sender, now.deliberate) == (
            was.number,
            was.at,
            was.link,
            was.sender,
            was.deliberate,
        )
        assert now.message == was.message
        assert type(now.body) is type(was.body)
    assert [e.body for e in again if not isinstance(e.body, Seen)] == [
        e.body for e in trace if not isinstance(e.body, Seen)
    ]
    assert [_seen(again, n).data for n in (7, 9, 10, 15)] == [_seen(trace, n).data for n in (7, 9, 10, 15)]


def test_writing_what_was_read_gives_the_same_file(trace: Trace) -> None:
    file = jsonl.write(trace)

    assert jsonl.write(jsonl.read(file)) == file


def test_unreadable_frames_keep_the_recorded_reason(trace: Trace) -> None:
    again = jsonl.read(jsonl.write(trace))

    assert _seen(again, 9).problem == "cut short"
    assert _seen(again, 9).message is None
    assert _seen(again, 14).problem == "not JSON"


def test_messages_come_from_the_bytes_not_from_what_the_file_calls_them(trace: Trace) -> None:
    forged = structs.replace(_seen(trace, 7), message=None, problem="")
    entries = tuple(structs.replace(e, body=forged) if e.number == 7 else e for e in trace)

    again = jsonl.read(jsonl.write(Trace(entries=entries)))

    assert isinstance(_seen(again, 7).message, SessionSetupReq)


def test_frame_without_schema_says_so() -> None:
    line = Trace(entries=())
    data = jsonl.write(line)
    assert jsonl.read(data).entries == ()

    bare = Seen(data=b"\x01\xfe\x80\x42\0\0\0\x01\x80", payload_type=0x8042)
    entry = Entry(number=1, at=0.0, link=Link.V2G, sender=Role.EV, body=bare)
    again = jsonl.read(jsonl.write(Trace(entries=(entry,))))

    assert "no schema" in _seen(again, 1).problem


def test_answer_takes_the_action_of_its_call_or_the_recorded_one(trace: Trace) -> None:
    sliced = Trace(entries=tuple(entry for entry in trace if entry.number == 12))

    assert jsonl.read(jsonl.write(sliced)).entries[0].message.action == "BootNotification"


def test_a_file_without_footer_ends_in_a_gap(trace: Trace) -> None:
    file = jsonl.write(trace)
    lines = file.splitlines(keepends=True)

    cut_between = jsonl.read(b"".join(lines[:5]))
    cut_within = jsonl.read(b"".join(lines[:5]) + lines[5][:20])

    for found in (cut_between, cut_within):
        assert len(found) == 5
        gap = found.entries[-1].body
        assert isinstance(gap, Gap)
        assert "after entry 4 is lost" in gap.text
        assert ("cut off" in gap.text) == (found is cut_within)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'"n":7', b'"n":8'), (b"WMIV1234567890ABCDEX", b"WMIV1234567890ABCDEY"), (b'"by":"csms"', b'"by":"ev"')],
)
def test_a_changed_line_is_refused(trace: Trace, old: bytes, new: bytes) -> None:
    file = jsonl.write(trace)
    assert old in file

    with pytest.raises(TraceFileError, match=r"does not follow|numbered"):
        jsonl.read(file.replace(old, new, 1))


def test_a_lost_or_swapped_line_is_refused(trace: Trace) -> None:
    lines = jsonl.write(trace).splitlines(keepends=True)

    with pytest.raises(TraceFileError, match="line 4 does not follow"):
        jsonl.read(b"".join([*lines[:3], *lines[4:]]))
    with pytest.raises(TraceFileError, match="does not follow"):
        jsonl.read(b"".join([*lines[:3], lines[4], lines[3], *lines[5:]]))


@pytest.mark.parametrize("data", [b"", b"hello\n", b'{"kind":"header"}\n', b"[1]\n", b'{"format": "v2x-trace"}'])
def test_what_is_no_trace_is_refused(data: bytes) -> None:
    with pytest.raises(TraceFileError):
        jsonl.read(data, where="a.jsonl")


def test_a_header_of_another_version_is_refused() -> None:
    line = Chain().line({"kind": "header", "format": "v2x-trace", "version": 99, "subject": None})

    with pytest.raises(TraceFileError, match="version 99"):
        jsonl.read(line)


def test_a_missing_file_names_itself(tmp_path: Path) -> None:
    with pytest.raises(TraceFileError, match=r"nowhere\.jsonl"):
        jsonl.read_file(tmp_path / "nowhere.jsonl")


def test_lines_show_meaning_beside_bytes(trace: Trace) -> None:
    lines = [json.loads(line) for line in jsonl.write(trace).splitlines()]

    pre_charge = lines[8]
    assert pre_charge["name"] == "DC_PreChargeReq"
    assert pre_charge["view"]["EVTargetVoltage"] == "400 V (written 4000e-1)"
    assert pre_charge["utc"] == "2026-09-21T14:13:20.195Z"
    assert lines[11]["json"].startswith('[2, "1"')
    assert lines[12]["gist"] == "Accepted"
    assert lines[15]["hex"] == "fffe5b5d"
