"""OCPP-J: the JSON arrays that carry OCPP calls and answers; written right or wrong, read without raising."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple, cast

import msgspec

from harness.framing.ocppj_dialect import (
    CALL,
    CALL_ERROR,
    CALL_RESULT,
    CALL_RESULT_ERROR,
    ERROR_CODES,
    SEND,
    Dialect,
)
from harness.framing.ocppj_frames import (
    UNREADABLE_ID,
    AnyFrame,
    Call,
    CallError,
    CallResult,
    CallResultError,
    Frame,
    Malformed,
    RawText,
    Send,
)
from harness.framing.ocppj_text import depth, possible_depth, why_no_json

__all__ = [
    "CALL",
    "CALL_ERROR",
    "CALL_RESULT",
    "CALL_RESULT_ERROR",
    "ERROR_CODES",
    "SEND",
    "UNREADABLE_ID",
    "AnyFrame",
    "Call",
    "CallError",
    "CallResult",
    "CallResultError",
    "Dialect",
    "Frame",
    "Malformed",
    "RawText",
    "Send",
    "encode",
    "objections",
    "parse",
    "parse_as",
]

LONGEST_ID = 36
LONGEST_DESCRIPTION = 255
DEFAULT_SIZE_LIMIT = 2**20
DEFAULT_DEPTH_LIMIT = 64

_NAMES = {
    CALL: "CALL",
    CALL_RESULT: "CALLRESULT",
    CALL_ERROR: "CALLERROR",
    CALL_RESULT_ERROR: "CALLRESULTERROR",
    SEND: "SEND",
}
_to_json = msgspec.json.Encoder().encode
_from_json = msgspec.json.Decoder().decode


def encode(frame: AnyFrame | RawText) -> str:
    """The text on the wire; keys keep their order, floats their shortest exact form.

    Raises:
        ValueError: a payload holds what JSON has no form for; send it as `RawText`.
    """
    return frame.text if isinstance(frame, RawText) else encode_bytes(frame).decode()


def encode_bytes(frame: AnyFrame) -> bytes:
    """The same in UTF-8, as it goes on the wire.

    Raises:
        ValueError: a payload holds what JSON has no form for; send it as `RawText`.
    """
    match frame:
        case Call(message_id, action, payload):
            array = [CALL, message_id, action, payload]
        case CallResult(message_id, payload):
            array = [CALL_RESULT, message_id, payload]
        case CallError(message_id, code, description, details):
            array = [CALL_ERROR, message_id, code, description, details]
        case CallResultError(message_id, code, description, details):
            array = [CALL_RESULT_ERROR, message_id, code, description, details]
        case Send(message_id, action, payload):
            array = [SEND, message_id, action, payload]
    try:
        return _to_json(array)
    except (TypeError, UnicodeEncodeError, msgspec.MsgspecError, RecursionError) as problem:
        raise ValueError(f"payload of {array[1]} has no JSON form: {problem}") from problem


def parse(
    text: str | bytes, *, size_limit: int = DEFAULT_SIZE_LIMIT, depth_limit: int = DEFAULT_DEPTH_LIMIT
) -> Frame | Malformed:
    """Read one frame of OCPP 2.0.1.

    Integers of any size are exact, numbers with a fraction or an exponent become doubles, keys keep their order,
    and of a key that stands twice the last value counts.

    Args:
        text: the WebSocket message; bytes must be UTF-8.
        size_limit: longest text in characters (bytes of a binary message).
        depth_limit: how deeply arrays and objects may nest.
    """
    found = parse_as(Dialect.OCPP201, text, size_limit=size_limit, depth_limit=depth_limit)
    return cast("Frame | Malformed", found)


def parse_as(
    dialect: Dialect,
    text: str | bytes,
    *,
    size_limit: int = DEFAULT_SIZE_LIMIT,
    depth_limit: int = DEFAULT_DEPTH_LIMIT,
) -> AnyFrame | Malformed:
    """Read one frame of a version of OCPP, as `parse` does; what only others know is malformed."""
    if len(text) > size_limit:
        return Malformed(text, f"the message has {len(text)} characters, {size_limit} are allowed")
    deepest = possible_depth(text)
    if deepest > depth_limit and (deepest := depth(text)) > depth_limit:
        return Malformed(text, f"arrays and objects nest {deepest} deep, {depth_limit} are allowed")
    try:
        array = _from_json(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as problem:
        return Malformed(text, why_no_json(text, problem))
    if not isinstance(array, list):
        return Malformed(text, f"the message is {_kind(array)}, not an array")
    return _read(text, array, dialect)


def _read(text: str | bytes, array: list[Any], dialect: Dialect) -> AnyFrame | Malformed:
    if not array:
        return Malformed(text, "the array is empty")
    kind = array[0]
    if type(kind) is not int:
        what = f"the message type is {_kind(kind)}, not an integer"
        return Malformed(text, what, message_id=_readable_id(array))
    if kind not in dialect.frame_types:
        known = ", ".join(f"{one} ({_NAMES[one]})" for one in dialect.frame_types)
        what = f"message type {kind} is none of {known}"
        return Malformed(text, what, "MessageTypeNotSupported", _readable_id(array), kind)
    size, reader = _READERS[kind]
    if len(array) != size:
        what = f"a {_NAMES[kind]} has {size} elements, this one {len(array)}"
        return Malformed(text, what, message_id=_readable_id(array), message_type=kind)
    if problem := _id_problem(array[1]):
        return Malformed(text, f"{_NAMES[kind]}: {problem}", message_id=_readable_id(array), message_type=kind)
    result = reader(array)
    if isinstance(result, _Wrong):
        return Malformed(text, f"{_NAMES[kind]}: {result.what}", result.code, array[1], kind)
    return result


class _Wrong(NamedTuple):
    """What is wrong with an element of a frame whose id can be read."""

    what: str
    code: str = "RpcFrameworkError"


def _no_object(payload: Any) -> _Wrong:
    """The call is one, its payload is not (Part 4, 4.3)."""
    return _Wrong(f"the payload is {_kind(payload)}, not an object", "FormatViolation")


def _read_call(array: list[Any]) -> Call | Send | _Wrong:
    kind, message_id, action, payload = array
    if not isinstance(action, str):
        return _Wrong(f"the action is {_kind(action)}, not a string")
    if not action:
        return _Wrong("the action is empty")
    if not isinstance(payload, dict):
        return _no_object(payload)
    return Call(message_id, action, payload) if kind == CALL else Send(message_id, action, payload)


def _read_result(array: list[Any]) -> CallResult | _Wrong:
    _, message_id, payload = array
    if not isinstance(payload, dict):
        return _no_object(payload)
    return CallResult(message_id, payload)


def _read_error(array: list[Any]) -> CallError | CallResultError | _Wrong:
    kind, message_id, code, description, details = array
    if not isinstance(code, str):
        return _Wrong(f"the error code is {_kind(code)}, not a string")
    if not isinstance(description, str):
        return _Wrong(f"the error description is {_kind(description)}, not a string")
    if not isinstance(details, dict):
        return _Wrong(f"the error details are {_kind(details)}, not an object")
    made = CallError if kind == CALL_ERROR else CallResultError
    return made(message_id, code, description, details)


_READERS: dict[int, tuple[int, Callable[[list[Any]], AnyFrame | _Wrong]]] = {
    CALL: (4, _read_call),
    CALL_RESULT: (3, _read_result),
    CALL_ERROR: (5, _read_error),
    CALL_RESULT_ERROR: (5, _read_error),
    SEND: (4, _read_call),
}


def objections(frame: AnyFrame, dialect: Dialect = Dialect.OCPP201) -> tuple[str, ...]:
    """What Part 4 objects to in a frame that can be read: error code, lengths, empty members of the payload."""
    if isinstance(frame, CallError | CallResultError):
        found = []
        if frame.code not in dialect.error_codes:
            found.append(f"{frame.code!r} is no OCPP {dialect.version} error code")
        if len(frame.description) > LONGEST_DESCRIPTION:
            found.append(f"the description has {len(frame.description)} characters, {LONGEST_DESCRIPTION} are allowed")
        return tuple(found)
    found = [f"{path} is {value}" for path, value in _empty_members(frame.payload, "payload")]
    if isinstance(frame, Call | Send) and frame.action.endswith("Request"):
        found.insert(0, f"the action {frame.action!r} carries the suffix of the message name")
    return tuple(found)


def _empty_members(value: Any, path: str) -> list[tuple[str, str]]:
    members: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        members = [(f"{path}.{key}", member) for key, member in value.items()]
    elif isinstance(value, list):
        members = [(f"{path}[{index}]", member) for index, member in enumerate(value)]
    found = []
    for inner, member in members:
        if member is None or (isinstance(member, str | list | dict) and not member):
            found.append((inner, "null" if member is None else f"empty ({json.dumps(member)})"))
        else:
            found.extend(_empty_members(member, inner))
    return found


def _readable_id(array: list[Any]) -> str:
    return array[1] if len(array) > 1 and not _id_problem(array[1]) else UNREADABLE_ID


def _id_problem(message_id: Any) -> str:
    if not isinstance(message_id, str):
        return f"the message id is {_kind(message_id)}, not a string"
    if not 1 <= len(message_id) <= LONGEST_ID:
        return f"the message id has {len(message_id)} characters, 1 to {LONGEST_ID} are allowed"
    return ""


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", int: "an integer"}
    return names.get(type(value), "null" if value is None else "a number with a fraction")
