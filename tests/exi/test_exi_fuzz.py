"""Damaged streams give a message or ExiError and nothing else; `benchmarks/fuzz.py` does the same at length."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from harness.exi.codec import Codec
from harness.exi.errors import ExiError
from harness.exi.limits import Limits
from harness.messages.field import Message
from harness.messages.schema import codec, schema_of
from harness.messages.xmldsig import Transform, Transforms

FUZZ = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "fuzz.py"))


def test_damaged_streams_give_a_message_or_an_error() -> None:
    found = {True: 0, False: 0}
    for stream in FUZZ["mutants"](4000, 7):
        outcome = FUZZ["outcome"](stream)
        assert isinstance(outcome, str | Message)
        assert outcome == FUZZ["outcome"](stream, slowly=True)
        found[isinstance(outcome, str)] += 1
    assert found[True] > 1000
    assert found[False] > 500


def test_a_stream_cut_short_is_no_message() -> None:
    cut_short = 0
    for stream in FUZZ["samples"]()[:24]:
        refused = isinstance(FUZZ["outcome"](stream), str)
        for bits, cut in enumerate(FUZZ["cuts"](stream)):
            outcome = FUZZ["outcome"](cut)
            assert isinstance(outcome, str | Message)
            if bits % 8 == 0 and not refused:
                assert isinstance(outcome, str)
                cut_short += 1
    assert cut_short > 1000


def test_what_was_decoded_can_be_encoded() -> None:
    again = 0
    for stream in FUZZ["mutants"](1500, 11):
        outcome = FUZZ["outcome"](stream)
        if isinstance(outcome, Message):
            reader = codec(stream.schema)
            try:
                spelt = reader.encode(outcome, fragment=stream.fragment)
            except ExiError as error:
                assert "is no element that may stand here" in error.what
                continue
            if reader.schema.elements[type(outcome)].name.local == outcome.name:
                assert reader.decode(spelt, fragment=stream.fragment) == outcome
                again += 1
    assert again > 200


def many_transforms(count: int) -> bytes:
    steps = Transforms(transform=(Transform(algorithm="a"),) * count)
    return codec("xmldsig").encode(steps, hits=True)


@pytest.mark.parametrize(
    ("limits", "what"),
    [
        (Limits(octets=100), "bytes, more than 100"),
        (Limits(elements=50), "more than 50 elements"),
        (Limits(depth=1), "elements more than 1 deep"),
        (Limits(text=0), "a string of 1 characters, more than 0"),
        (Limits(integer=0), "an integer of more than 0 octets"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_each_bound_holds(limits: Limits, what: str) -> None:
    stream = many_transforms(100)
    assert len(codec("xmldsig").decode(stream).transform) == 100
    with pytest.raises(ExiError, match=what):
        Codec(schema_of("xmldsig"), limits).decode(stream)


def test_a_long_stream_is_read_by_the_interpreter() -> None:
    stream = many_transforms(9000)
    assert len(stream) > 8192
    assert len(codec("xmldsig").decode(stream).transform) == 9000


@pytest.mark.parametrize(
    "octets", [b"\xff" * 9 + b"\x01", b"\xff\xff\xff\xff\x7f", b"\xff" * 70, b"\x80\x01", b"\x82\x00"]
)
def test_lengths_that_nothing_backs_allocate_nothing(octets: bytes) -> None:
    key_name = codec("xmldsig").encode_slowly(Transform(algorithm="x" * 40))
    bits = f"{int.from_bytes(key_name, 'big'):0{8 * len(key_name)}b}"
    at = 8 + 5 + 1
    damaged = bits[:at] + "".join(f"{octet:08b}" for octet in octets) + bits[at + 8 * len(octets) :]
    data = int(damaged + "0" * (-len(damaged) % 8), 2).to_bytes((len(damaged) + 7) // 8, "big")
    outcome = FUZZ["outcome"](FUZZ["Stream"]("xmldsig", False, data))
    assert outcome == FUZZ["outcome"](FUZZ["Stream"]("xmldsig", False, data), slowly=True)
    assert isinstance(outcome, str | Message)
