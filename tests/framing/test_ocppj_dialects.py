"""The frames of OCPP 2.1 and 1.6: what each version knows, and what it calls its errors."""

from __future__ import annotations

import pytest

from harness.framing.ocppj import (
    AnyFrame,
    Call,
    CallError,
    CallResultError,
    Dialect,
    Malformed,
    Send,
    encode,
    objections,
    parse_as,
)
from harness.framing.ocppj_dialect import dialect_of
from harness.framing.ocppj_text import repeated_keys

NEW: list[tuple[AnyFrame, str]] = [
    (Send("7", "NotifyPeriodicEventStream", {"id": 1}), '[6,"7","NotifyPeriodicEventStream",{"id":1}]'),
    (CallResultError("7", "FormatViolation", "no", {}), '[5,"7","FormatViolation","no",{}]'),
]


@pytest.mark.parametrize(("frame", "text"), NEW)
def test_the_frames_of_the_newest_version_are_known_to_it_alone(frame: AnyFrame, text: str) -> None:
    assert encode(frame) == text
    assert parse_as(Dialect.OCPP21, text) == parse_as(Dialect.OCPP21, text.encode()) == frame
    for older in (Dialect.OCPP16, Dialect.OCPP201):
        found = parse_as(older, text)
        assert isinstance(found, Malformed)
        assert (found.code, found.message_id) == ("MessageTypeNotSupported", "7")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('[6,"7","A"]', "a SEND has 4 elements, this one 3"),
        ('[6,"7","A",[]]', "SEND: the payload is an array"),
        ('[5,"7","X","",7]', "CALLRESULTERROR: the error details are an integer"),
        ('[5,7,"X","",{}]', "CALLRESULTERROR: the message id is an integer"),
        ('[7,"1",{}]', "none of 2 (CALL), 3 (CALLRESULT), 4 (CALLERROR), 5 (CALLRESULTERROR), 6 (SEND)"),
    ],
)
def test_what_is_wrong_with_them_is_named(text: str, what: str) -> None:
    found = parse_as(Dialect.OCPP21, text)
    assert isinstance(found, Malformed)
    assert what in found.what


def test_each_version_has_its_error_codes() -> None:
    old, new = CallError("1", "FormationViolation"), CallError("1", "RpcFrameworkError")
    assert objections(old, Dialect.OCPP16) == ()
    assert objections(old, Dialect.OCPP21) == ("'FormationViolation' is no OCPP 2.1 error code",)
    assert objections(new, Dialect.OCPP16) == ("'RpcFrameworkError' is no OCPP 1.6 error code",)
    assert objections(Send("1", "AFRRSignalRequest", {"a": []}), Dialect.OCPP21) == (
        "the action 'AFRRSignalRequest' carries the suffix of the message name",
        "payload.a is empty ([])",
    )
    assert Dialect.OCPP16.spelt("OccurrenceConstraintViolation") == "OccurenceConstraintViolation"
    assert Dialect.OCPP16.spelt("RpcFrameworkError") == "GenericError"
    assert Dialect.OCPP16.spelt("NotSupported") == "NotSupported"
    assert Dialect.OCPP21.spelt("FormatViolation") == "FormatViolation"


def test_versions_are_known_by_their_subprotocol() -> None:
    assert [dialect_of(name) for name in ("ocpp1.6", "ocpp2.0.1", "ocpp2.1", "ocpp2.0", None)] == [
        Dialect.OCPP16,
        Dialect.OCPP201,
        Dialect.OCPP21,
        None,
        None,
    ]
    assert [one.version for one in Dialect] == ["1.6", "2.0.1", "2.1"]


def test_a_byte_order_mark_is_named() -> None:
    for text in ('\ufeff[2,"1","A",{}]', b'\xef\xbb\xbf[2,"1","A",{}]'):
        found = parse_as(Dialect.OCPP201, text)
        assert isinstance(found, Malformed)
        assert found.what == "not JSON: a byte order mark stands before it"


def test_keys_that_repeat_are_found_at_any_depth() -> None:
    text = '[2,"1","A",{"a":1,"b":{"c":1,"c":2},"a":2}]'
    assert set(repeated_keys(text)) == {"a", "c"}
    assert parse_as(Dialect.OCPP201, text) == Call("1", "A", {"a": 2, "b": {"c": 2}})
    assert repeated_keys('[2,"1","A",{"a":{"a":1}}]') == repeated_keys("[2,") == repeated_keys(b"\xff") == ()
