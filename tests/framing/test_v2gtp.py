"""V2GTP frames survive any splitting and joining, and wrong bytes come out as values that keep them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.framing.v2gtp import (
    Deframer,
    FaultKind,
    Frame,
    FramingFault,
    PayloadType,
    TypeRange,
    type_name,
    type_range,
)

FRAMES = st.lists(st.builds(Frame, st.integers(0, 0xFFFF), st.binary(max_size=60)), max_size=5)


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[start:stop] for start, stop in pairwise(edges)]


def test_the_header_is_written_as_the_table_says() -> None:
    assert Frame(PayloadType.DC, b"\x80\x01").encode() == bytes.fromhex("01fe8004000000028001")


@pytest.mark.parametrize(
    ("number", "name", "where"),
    [
        (0x8001, "0x8001 sap", TypeRange.KNOWN),
        (0x8104, "0x8104 parking_status", TypeRange.KNOWN),
        (0x8007, "0x8007 reserved", TypeRange.RESERVED),
        (0x9004, "0x9004 reserved", TypeRange.RESERVED),
        (0x0001, "0x0001 reserved", TypeRange.RESERVED),
        (0x9FFF, "0x9fff reserved", TypeRange.RESERVED),
        (0xA000, "0xa000 manufacturer", TypeRange.MANUFACTURER),
        (0xFFFF, "0xffff manufacturer", TypeRange.MANUFACTURER),
    ],
)
def test_payload_types_have_names_and_ranges(number: int, name: str, where: TypeRange) -> None:
    assert type_name(number) == name
    assert type_range(number) is where


def test_a_header_may_lie_but_must_fit() -> None:
    liar = Frame(0x8001, b"abc", version=0x02, inverse=0x00, length=99)
    assert liar.encode() == bytes.fromhex("0200800100000063") + b"abc"
    for broken in (Frame(0x10000, b""), Frame(1, b"", version=256), Frame(1, b"", length=-1)):
        with pytest.raises(ValueError, match="does not fit into"):
            broken.encode()


@given(FRAMES, st.lists(st.integers(0, 10_000), max_size=12))
def test_frames_survive_any_splitting(frames: list[Frame], cuts: list[int]) -> None:
    deframer = Deframer()
    stream = b"".join(frame.encode() for frame in frames)

    found = [item for piece in pieces(stream, cuts) for item in deframer.feed(piece)]

    assert found == frames
    assert deframer.pending == b""
    assert deframer.end() == []


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=6))
def test_any_bytes_are_accounted_for_however_they_are_split(data: bytes, cuts: list[int]) -> None:
    deframer = Deframer(limit=64)

    items = [item for piece in pieces(data, cuts) for item in deframer.feed(piece)]
    items += deframer.end()

    kept = b"".join(item.encode() if isinstance(item, Frame) else item.raw for item in items)
    assert data.startswith(kept)
    assert len(kept) == len(data) or deframer.lost


@given(FRAMES, st.binary(min_size=1, max_size=7))
def test_an_unfinished_frame_is_told_at_the_end(frames: list[Frame], rest: bytes) -> None:
    deframer = Deframer()
    for frame in frames:
        deframer.feed(frame.encode())
    unfinished = Frame(0x8001, bytes(20)).encode()[: len(rest)]
    deframer.feed(unfinished)

    (fault,) = deframer.end()

    assert (fault.kind, fault.raw, fault.resumes) == (FaultKind.INCOMPLETE, unfinished, False)
    assert f"{len(rest)} of 8 header bytes" in fault.what


def test_an_unfinished_payload_says_how_much_is_missing() -> None:
    deframer = Deframer()
    deframer.feed(Frame(0x8001, b"abc", length=10).encode())

    assert deframer.pending[8:] == b"abc"
    assert deframer.end()[0].what == "the stream ended after 3 of 10 payload bytes"


def test_an_unknown_version_is_passed_over_and_reading_goes_on() -> None:
    odd = Frame(0x8001, b"??", version=0x02, inverse=0xFD)
    good = Frame(0x8001, b"!!")
    deframer = Deframer()

    fault, frame = deframer.feed(odd.encode() + good.encode())

    assert isinstance(fault, FramingFault)
    assert (fault.kind, fault.raw, fault.resumes) == (FaultKind.VERSION, odd.encode(), True)
    assert "version 0x02" in fault.what
    assert frame == good


def test_a_bad_sync_pattern_ends_all_reading() -> None:
    deframer = Deframer(limit=16)
    good = Frame(0x8001, b"!!")

    first, fault = deframer.feed(good.encode() + b"\x01\xff" + b"rest")

    assert first == good
    assert isinstance(fault, FramingFault)
    assert (fault.kind, fault.raw, fault.resumes) == (FaultKind.SYNC, b"\x01\xffrest", False)
    assert deframer.lost
    assert deframer.feed(good.encode()) == []
    assert deframer.pending == good.encode()
    assert deframer.feed(good.encode()) == []
    (rest,) = deframer.end()
    assert rest.kind is FaultKind.UNREADABLE
    assert rest.raw == (good.encode() * 2)[:16]
    assert "16 bytes and 4 more that were not kept" in rest.what
    assert deframer.end() == []


def test_the_sync_pattern_is_judged_as_soon_as_it_is_there() -> None:
    deframer = Deframer()

    assert deframer.feed(b"\x01") == []
    (fault,) = deframer.feed(b"\x02")

    assert isinstance(fault, FramingFault)
    assert fault.what == "0x01 0x02 are not inverse to each other"


def test_a_length_over_the_limit_is_not_waited_for() -> None:
    deframer = Deframer(limit=100)

    assert deframer.feed(Frame(0x8001, bytes(100)).encode()) == [Frame(0x8001, bytes(100))]
    (fault,) = deframer.feed(Frame(0x8001, b"x", length=101).encode())

    assert isinstance(fault, FramingFault)
    assert (fault.kind, fault.resumes) == (FaultKind.LENGTH, False)
    assert fault.what == "101 bytes announced, 100 allowed"
