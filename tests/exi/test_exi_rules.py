"""The rules of EXI 1.0 one by one, on a small schema."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from harness.exi.bits import BitReader, BitWriter, width_of
from harness.exi.errors import ExiError

HEAD = "10000000"
THING = "101"
"""The last of six roots, in three bits."""
START = HEAD + THING + "0"


def bits_of(stream: bytes) -> str:
    return "".join(f"{octet:08b}" for octet in stream)


def stream_of(*bits: str) -> bytes:
    joined = "".join(bits)
    joined += "0" * (-len(joined) % 8)
    return int(joined, 2).to_bytes(len(joined) // 8, "big")


def spelt(value: str) -> str:
    return f"{len(value) + 2:08b}" + "".join(f"{ord(character):08b}" for character in value)


def both(codec: Any, stream: bytes, **options: bool) -> Any:
    """What both readers say, which must be the same."""
    found = []
    for decode in (codec.decode, codec.decode_slowly):
        try:
            found.append(decode(stream, **options))
        except ExiError as error:
            found.append((error.what, error.bit, error.path))
    assert found[0] == found[1]
    return found[0]


def refusal(codec: Any, message: Any, **options: bool) -> ExiError:
    """Why both writers refuse a message."""
    with pytest.raises(ExiError) as fast:
        codec.encode(message, **options)
    with pytest.raises(ExiError) as slow:
        codec.encode_slowly(message, **options)
    assert str(fast.value) == str(slow.value)
    return fast.value


def test_a_code_counts_what_it_tells_apart() -> None:
    assert [width_of(count) for count in (0, 1, 2, 3, 4, 5, 8, 9)] == [0, 0, 1, 2, 2, 3, 3, 4]


def test_a_document_bit_for_bit(small: SimpleNamespace) -> None:
    message = replace(small.thing, tag="t", flag=True, offset=-5, level=20, names=("n", "n"))
    expected = [
        START + spelt("a"),  # the required attribute stands alone
        "00" + spelt("t"),  # @tag | Flag | Count
        "00" + "0" + "1" + "0",  # Flag | Count: text, true, end
        "0" + "0" + "00000001" + "0",  # Count
        "00" + "0" + "1" + "00000100" + "0",  # Offset | Level: sign, magnitude less one
        "0" + "0" + "1010" + "0",  # Level, the last of eleven values
        "01" + "0" + spelt("n") + "0",  # Data | Name
        "000" + "0" + "00000000" + "0",  # Name | Dot | Ring | Note | end: the only string of this name
        "100",  # end
    ]
    assert small.codec.encode(message, hits=True) == stream_of(*expected)
    assert both(small.codec, stream_of(*expected)) == message


def test_the_code_narrows_after_the_last_occurrence(small: SimpleNamespace) -> None:
    dots = [small.Dot(x=0, y=0)] * 3
    two = small.codec.encode(small.Ring(colour=small.Colour.BLUE, dots=tuple(dots[:2])))
    three = small.codec.encode(small.Ring(colour=small.Colour.BLUE, dots=tuple(dots)))
    dot = "00" + "00" + "10000000" + "0" + "00" + "000000000" + "0" + "0"
    start = HEAD + "100" + "0" + "0" + "10" + "0"
    assert two == stream_of(start, dot, dot, "01")
    assert three == stream_of(start, dot, dot, dot, "0")
    assert both(small.codec, three).dots == tuple(dots)


def test_alternatives_are_told_apart_by_class(small: SimpleNamespace) -> None:
    for shape in (small.Dot(x=-128, y=-1), small.Ring(colour=small.Colour.GREEN), None):
        message = replace(small.thing, shape=shape)
        assert both(small.codec, small.codec.encode(message)) == message
    error = refusal(small.codec, replace(small.thing, shape=small.Note(text="no shape")))
    assert error.what == "the schema asks for Name or Dot or Ring or Note or the end of the element, " + (
        "the message has shape (Note)"
    )


@pytest.mark.parametrize("hits", [True, False])
def test_strings_are_named_by_number_within_a_name_then_anywhere(small: SimpleNamespace, hits: bool) -> None:
    message = replace(
        small.thing, id="once", tag="once", names=("once", "twice", "twice", "", ""), note=small.Note(text="twice")
    )
    stream = small.codec.encode(message, hits=hits)
    assert stream == small.codec.encode_slowly(message, hits=hits)
    assert both(small.codec, stream) == message
    assert bits_of(stream).count(spelt("once")) == (1 if hits else 3)
    assert bits_of(stream).count(spelt("twice")) == (1 if hits else 3)


def test_a_hit_in_the_global_table_takes_as_many_bits_as_it_has_strings(small: SimpleNamespace) -> None:
    count_and_level = "01" + "0" + "00000001" + "0" + "01" + "0" + "0000" + "0"
    second_of_two = "01" + "0" + "00000001" + "1" + "0" + "100"
    stream = stream_of(START + spelt("a"), "00" + spelt("b"), count_and_level, second_of_two)
    assert both(small.codec, stream).names == ("b",)


def test_a_decoder_counts_repeated_misses(small: SimpleNamespace) -> None:
    count_and_level = "10" + "0" + "00000001" + "0" + "01" + "0" + "0000" + "0"
    spelt_twice = "01" + "0" + spelt("n") + "0" + "000" + "0" + spelt("n") + "0"
    hit_second = "000" + "0" + "00000000" + "1" + "0" + "100"
    stream = stream_of(START + spelt("a"), count_and_level, spelt_twice, hit_second)
    assert both(small.codec, stream).names == ("n", "n", "n")


@pytest.mark.parametrize(("head", "table"), [("00000000", "this element"), ("00000001", "the stream")])
def test_a_string_that_was_never_said(small: SimpleNamespace, head: str, table: str) -> None:
    stream = stream_of(START, head, "0" * 40)
    assert both(small.codec, stream) == (f"string 0 of the 0 that {table} has said so far", 12, "Thing/@id")


@pytest.mark.parametrize("value", ["é", "漢字", "🚗", "x" * 200, "é" * 200, "", "a\0b"])
def test_text_of_any_script_and_length(small: SimpleNamespace, value: str) -> None:
    message = replace(small.thing, id=value, note=small.Note(lang=value, text=value))
    for hits in (True, False):
        stream = small.codec.encode(message, hits=hits)
        assert stream == small.codec.encode_slowly(message, hits=hits)
        assert both(small.codec, stream) == message


@pytest.mark.parametrize("value", [0, 127, 128, 16383, 16384, 2**32, 2**64 - 1, 2**70])
def test_integers_of_any_size(small: SimpleNamespace, value: int) -> None:
    for offset in (value, -value, -value - 1):
        message = replace(small.thing, count=value, offset=offset)
        stream = small.codec.encode(message)
        assert stream == small.codec.encode_slowly(message)
        assert both(small.codec, stream) == message


@pytest.mark.parametrize("size", [0, 1, 127, 128, 300, 20_000])
def test_binary_content_of_any_length(small: SimpleNamespace, size: int) -> None:
    message = replace(small.thing, data=bytes(index % 251 for index in range(size)))
    stream = small.codec.encode(message)
    assert stream == small.codec.encode_slowly(message)
    assert both(small.codec, stream) == message


def test_a_small_range_may_be_left_as_far_as_its_bits_go(small: SimpleNamespace) -> None:
    message = replace(small.thing, level=25)
    assert both(small.codec, small.codec.encode(message)) == message
    error = refusal(small.codec, replace(small.thing, level=26))
    assert (error.what, error.path) == ("26 is not between 10 and 25, all that 4 bits can say", "Thing/Level")
    assert error.bit is None


def test_an_enumeration_has_no_value_past_its_last(small: SimpleNamespace) -> None:
    stream = stream_of(HEAD + "100" + "0" + "0" + "11" + "0")
    assert both(small.codec, stream) == ("value 3 of an enumeration of 3", 13, "Ring/Colour")
    assert "purple" in refusal(small.codec, small.Ring(colour="purple")).what
    assert both(small.codec, small.codec.encode(small.Ring(colour="green"))).colour is small.Colour.GREEN


def test_fragments_know_all_names_and_their_end(small: SimpleNamespace) -> None:
    stream = small.codec.encode(small.Dot(x=0, y=0), fragment=True)
    assert bits_of(stream)[8:13] == f"{[name.local for name, _ in small.schema.names].index('Dot'):05b}"
    assert both(small.codec, stream, fragment=True) == small.Dot(x=0, y=0)
    at = 8 + 5 + 24
    assert bits_of(stream)[at : at + 5] == f"{len(small.schema.names) + 1:05b}"
    wrong = stream_of(bits_of(stream)[:at] + "00000")
    what, bit, path = both(small.codec, wrong, fragment=True)
    assert "where the fragment must end" in what
    assert (bit, path) == (at, "")


def test_only_the_plain_header_is_known(small: SimpleNamespace) -> None:
    stream = small.codec.encode(small.thing)
    for header in (0x00, 0x81, 0xA0, 0xC0, 0x24):
        what, bit, _ = both(small.codec, bytes((header,)) + stream[1:])
        assert what.startswith(f"header {header:#04x}")
        assert bit == 0
    assert both(small.codec, b"$EXI" + stream)[0].startswith("header 0x24")
    assert both(small.codec, b"") == ("the stream ends, 8 bits short", 0, "")


def test_what_follows_the_end_is_not_read(small: SimpleNamespace) -> None:
    stream = small.codec.encode(small.Dot(x=1, y=2))
    assert both(small.codec, stream + b"\xff\xff") == small.Dot(x=1, y=2)
    assert both(small.codec, stream[:-1] + bytes((stream[-1] | 1,))) == small.Dot(x=1, y=2)


def test_codes_that_stand_for_nothing(small: SimpleNamespace) -> None:
    assert both(small.codec, stream_of(HEAD + "111")) == ("event code 7 stands for no element", 8, "")
    stream = stream_of(HEAD + "101" + "0" + spelt("a") + "11" + "111")
    assert both(small.codec, stream) == ("event code 3.7 where @tag or Flag or Count may come", 28, "Thing")
    stream = stream_of(HEAD + "100" + "0" + "0" + "10" + "0" + "11")
    assert both(small.codec, stream) == ("event code 3 where Dot or the end of the element may come", 16, "Ring")


def test_a_grammar_that_is_no_chain_is_interpreted(small: SimpleNamespace) -> None:
    for message in (small.Odd(r=-1), small.Odd(p=1, q=2, r=3)):
        assert both(small.codec, small.codec.encode(message)) == message
    error = refusal(small.codec, small.Odd(p=1, r=3))
    assert error.what == "the schema asks for Q, the message has r (int)"


def test_foreign_content_is_refused_and_its_absence_is_not(small: SimpleNamespace) -> None:
    stream = small.codec.encode(small.Foreign(kind="k"))
    assert both(small.codec, stream) == small.Foreign(kind="k")
    begin = bits_of(stream)[:28]
    assert both(small.codec, stream_of(begin, "00"))[0] == "any element: the declarations keep nothing of it"
    assert both(small.codec, stream_of(begin, "10"))[0] == "text: the declarations keep nothing of it"


MISFITS: list[tuple[dict[str, Any], str]] = [
    ({"id": None}, "the schema asks for @id, the message has count (int), level (int), names (str)"),
    ({"count": None}, "asks for @tag or Flag or Count, the message has level (int), names (str)"),
    ({"names": ()}, "the schema asks for Data or Name, the message has nothing more"),
    ({"names": ("a",) * 6}, "the message has names (str)"),
    ({"names": "a"}, "names holds 'a', not a tuple"),
    ({"names": None}, "names holds None, not a tuple"),
    ({"names": (b"a",)}, "b'a' is not text"),
    ({"id": "\ud800"}, "holds half a character"),
    ({"note": 5}, "Note cannot be made of 5, which has no lang"),
    ({"count": -1}, "-1 is negative, and the element carries no sign"),
    ({"count": 1.5}, "1.5 is not an integer"),
    ({"offset": "x"}, "'x' is not an integer"),
    ({"flag": "x"}, "'x' is neither true nor false"),
    ({"data": "x"}, "'x' is not bytes"),
]


@pytest.mark.parametrize(("change", "what"), MISFITS, ids=lambda value: str(value)[:40])
def test_what_no_stream_can_say(small: SimpleNamespace, change: dict[str, Any], what: str) -> None:
    error = refusal(small.codec, replace(small.thing, **change))
    assert what in error.what
    assert error.path.startswith("Thing")


def test_a_message_of_another_schema(small: SimpleNamespace) -> None:
    assert refusal(small.codec, object()).what == "object is no element of the schema test"


def test_bits_come_back_as_they_were_written() -> None:
    writer = BitWriter()
    values = [(index * 7919 % (1 << width), width) for index, width in enumerate([1, 3, 8, 13, 40, 0, 300, 2] * 20)]
    for value, width in values:
        writer.bits(value, width)
    reader = BitReader(writer.data())
    assert [(reader.bits(width), width) for _, width in values] == values
    assert reader.end - reader.at < 8
