"""OCPP-J frames go out as they are told and come in with an exact account of what is wrong with them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.framing.ocppj import (
    Call,
    CallError,
    CallResult,
    Frame,
    Malformed,
    RawText,
    encode,
    objections,
    parse,
)

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3)
    ),
    max_leaves=8,
)
PAYLOADS = st.dictionaries(st.text(st.characters(codec="utf-8")), VALUES, max_size=4)
IDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=36)
FRAMES = (
    st.builds(Call, IDS, st.text(st.characters(codec="utf-8"), min_size=1), PAYLOADS)
    | st.builds(CallResult, IDS, PAYLOADS)
    | st.builds(CallError, IDS, st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")), PAYLOADS)
)


def test_frames_are_the_arrays_of_the_standard() -> None:
    assert encode(Call("1", "Heartbeat", {})) == '[2,"1","Heartbeat",{}]'
    assert encode(CallResult("1", {"b": 1, "a": 2.5})) == '[3,"1",{"b":1,"a":2.5}]'
    assert encode(CallError("-1", "RpcFrameworkError")) == '[4,"-1","RpcFrameworkError","",{}]'


@given(FRAMES)
def test_frames_come_back(frame: Frame) -> None:
    text = encode(frame)
    assert parse(text) == frame
    assert parse(text.encode()) == frame


def test_keys_keep_their_order_and_integers_their_digits() -> None:
    text = '[3,"1",{"z":1,"a":18446744073709551616,"m":[1.10]}]'
    frame = parse(text)
    assert isinstance(frame, CallResult)
    assert list(frame.payload) == ["z", "a", "m"]
    assert frame.payload["a"] == 2**64


def test_wrong_frames_can_be_sent() -> None:
    assert encode(RawText("[2,oops")) == "[2,oops"
    assert encode(Call(7, None, [])) == "[2,7,null,[]]"  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="payload of 1 has no JSON form"):
        encode(Call("1", "A", {"x": object()}))
    with pytest.raises(ValueError, match="surrogates not allowed"):
        encode(Call("1", "A", {"x": "\ud800"}))


LONG_ID = "x" * 37
MALFORMED: list[tuple[str | bytes, str, str, str, int | None]] = [
    ("", "not JSON: Input data was truncated", "RpcFrameworkError", "-1", None),
    ("[2,", "not JSON: Input data was truncated", "RpcFrameworkError", "-1", None),
    ("[NaN]", "not JSON: ", "RpcFrameworkError", "-1", None),
    (b'[2,"\xff"]', "not UTF-8: invalid start byte at byte 4", "RpcFrameworkError", "-1", None),
    ('{"a":1}', "the message is an object, not an array", "RpcFrameworkError", "-1", None),
    ("null", "the message is null, not an array", "RpcFrameworkError", "-1", None),
    ("[]", "the array is empty", "RpcFrameworkError", "-1", None),
    ('["2","1","A",{}]', "the message type is a string, not an integer", "RpcFrameworkError", "1", None),
    ('[true,"1","A",{}]', "the message type is a boolean, not an integer", "RpcFrameworkError", "1", None),
    ('[2.0,"1","A",{}]', "the message type is a number with a fraction", "RpcFrameworkError", "1", None),
    ('[6,"9","A",{}]', "message type 6 is none of 2 (CALL)", "MessageTypeNotSupported", "9", 6),
    ('[2,"1","A"]', "a CALL has 4 elements, this one 3", "RpcFrameworkError", "1", 2),
    ('[3,"1",{},{}]', "a CALLRESULT has 3 elements, this one 4", "RpcFrameworkError", "1", 3),
    ('[4,"1","GenericError",""]', "a CALLERROR has 5 elements, this one 4", "RpcFrameworkError", "1", 4),
    ("[2]", "a CALL has 4 elements, this one 1", "RpcFrameworkError", "-1", 2),
    ('[2,17,"A",{}]', "CALL: the message id is an integer, not a string", "RpcFrameworkError", "-1", 2),
    ('[2,"","A",{}]', "CALL: the message id has 0 characters, 1 to 36", "RpcFrameworkError", "-1", 2),
    (f'[3,"{LONG_ID}",{{}}]', "CALLRESULT: the message id has 37 characters", "RpcFrameworkError", "-1", 3),
    ('[2,"1",5,{}]', "CALL: the action is an integer, not a string", "RpcFrameworkError", "1", 2),
    ('[2,"1","",{}]', "CALL: the action is empty", "RpcFrameworkError", "1", 2),
    ('[2,"1","A",[]]', "CALL: the payload is an array, not an object", "FormatViolation", "1", 2),
    ('[3,"1",null]', "CALLRESULT: the payload is null, not an object", "FormatViolation", "1", 3),
    ('[4,"1",3,"",{}]', "CALLERROR: the error code is an integer", "RpcFrameworkError", "1", 4),
    ('[4,"1","X",null,{}]', "CALLERROR: the error description is null", "RpcFrameworkError", "1", 4),
    ('[4,"1","X","",""]', "CALLERROR: the error details are a string, not an object", "RpcFrameworkError", "1", 4),
    ('[3,"1",{"a":1e400}]', "JSON that cannot be held: Number out of range", "RpcFrameworkError", "-1", None),
    ('[3,"1",{"a":"\\ud800"}]', "JSON that cannot be held: an escape stands", "RpcFrameworkError", "-1", None),
]


@pytest.mark.parametrize(("text", "what", "code", "message_id", "kind"), MALFORMED, ids=lambda value: repr(value)[:30])
def test_what_is_wrong_is_named(text: str | bytes, what: str, code: str, message_id: str, kind: int | None) -> None:
    found = parse(text)

    assert isinstance(found, Malformed)
    assert what in found.what
    assert (found.text, found.code, found.message_id, found.message_type) == (text, code, message_id, kind)


def test_size_and_depth_are_bounded() -> None:
    deep = '[3,"1",' + '{"a":' * 70 + "1" + "}" * 70 + "]"
    hopeless = "[" * 100_000

    too_long, too_deep, bottomless = parse(deep, size_limit=100), parse(deep), parse(hopeless)

    assert isinstance(too_long, Malformed)
    assert too_long.what == f"the message has {len(deep)} characters, 100 are allowed"
    assert isinstance(too_deep, Malformed)
    assert too_deep.what == "arrays and objects nest 71 deep, 64 are allowed"
    assert isinstance(bottomless, Malformed)
    assert isinstance(parse(deep, depth_limit=71), CallResult)


def test_brackets_in_strings_do_not_nest() -> None:
    text = encode(CallResult("1", {"a": '[{"\\' * 100}))
    assert isinstance(parse(text), CallResult)
    assert isinstance(parse(text.encode()), CallResult)


def test_beyond_any_depth_limit_the_parser_still_answers() -> None:
    found = parse("[" * 100_000, depth_limit=10**6)
    assert isinstance(found, Malformed)
    assert found.what.startswith("not JSON")


@given(st.binary(max_size=60) | st.text(max_size=60))
def test_no_text_makes_it_raise(text: str | bytes) -> None:
    assert isinstance(parse(text), Call | CallResult | CallError | Malformed)


@given(st.lists(VALUES, max_size=6))
def test_any_array_is_read_or_explained(array: list[Any]) -> None:
    found = parse(json.dumps(array))
    assert isinstance(found, Call | CallResult | CallError) or found.what


@pytest.mark.parametrize(
    ("frame", "found"),
    [
        (Call("1", "Heartbeat", {}), ()),
        (CallError("1", "GenericError"), ()),
        (CallError("1", "FormationViolation"), ("'FormationViolation' is no OCPP 2.0.1 error code",)),
        (
            CallError("1", "GenericError", "x" * 256),
            ("the description has 256 characters, 255 are allowed",),
        ),
        (
            Call("1", "BootNotificationRequest", {}),
            ("the action 'BootNotificationRequest' carries the suffix of the message name",),
        ),
        (
            CallResult("1", {"a": None, "b": [{"c": ""}], "d": {}, "e": 0, "f": False, "g": []}),
            (
                "payload.a is null",
                'payload.b[0].c is empty ("")',
                "payload.d is empty ({})",
                "payload.g is empty ([])",
            ),
        ),
    ],
)
def test_readable_frames_may_still_be_objected_to(frame: Frame, found: tuple[str, ...]) -> None:
    assert objections(frame) == found
