"""OCPP-J: the JSON arrays that carry OCPP calls and answers; written right or wrong, read without raising."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

CALL = 2
CALL_RESULT = 3
CALL_ERROR = 4

UNREADABLE_ID = "-1"
"""The message id that an answer carries when that of the call could not be read."""
LONGEST_ID = 36
LONGEST_DESCRIPTION = 255
DEFAULT_SIZE_LIMIT = 2**20
DEFAULT_DEPTH_LIMIT = 64

ERROR_CODES = frozenset(
    {
        "FormatViolation",
        "GenericError",
        "InternalError",
        "MessageTypeNotSupported",
        "NotImplemented",
        "NotSupported",
        "OccurrenceConstraintViolation",
        "PropertyConstraintViolation",
        "ProtocolError",
        "RpcFrameworkError",
        "SecurityError",
        "TypeConstraintViolation",
    }
)
"""The error codes of OCPP 2.0.1, Part 4, 4.3."""


class Call(Struct, frozen=True):
    """A request."""

    message_id: str
    action: str
    payload: Any


class CallResult(Struct, frozen=True):
    """The answer to a request."""

    message_id: str
    payload: Any


class CallError(Struct, frozen=True):
    """The refusal of a request."""

    message_id: str
    code: str
    description: str = ""
    details: Any = {}


class RawText(Struct, frozen=True):
    """A text that goes out as it stands."""

    text: str


class Malformed(Struct, frozen=True):
    """A text that is no OCPP-J frame, and what is wrong with it."""

    text: str | bytes
    what: str
    code: str = "RpcFrameworkError"
    """The error code for an answer, should one be sent."""
    message_id: str = UNREADABLE_ID
    """The message id if it could be read."""
    message_type: int | None = None
    """The message type number if it could be read; only a CALL is ever answered."""


Frame = Call | CallResult | CallError


def encode(frame: Frame | RawText) -> str:
    """The text on the wire; keys keep their order, floats their shortest exact form.

    Raises:
        ValueError: a payload holds what JSON has no form for; send it as `RawText`.
    """
    match frame:
        case RawText(text):
            return text
        case Call(message_id, action, payload):
            array = [CALL, message_id, action, payload]
        case CallResult(message_id, payload):
            array = [CALL_RESULT, message_id, payload]
        case CallError(message_id, code, description, details):
            array = [CALL_ERROR, message_id, code, description, details]
    try:
        return msgspec.json.encode(array).decode()
    except (TypeError, UnicodeEncodeError, msgspec.MsgspecError, RecursionError) as problem:
        raise ValueError(f"payload of {array[1]} has no JSON form: {problem}") from problem


def parse(
    text: str | bytes, *, size_limit: int = DEFAULT_SIZE_LIMIT, depth_limit: int = DEFAULT_DEPTH_LIMIT
) -> Frame | Malformed:
    """Read one frame.

    Integers of any size are exact, numbers with a fraction or an exponent become doubles, keys keep their order,
    and of a key that stands twice the last value counts.

    Args:
        text: the WebSocket message; bytes must be UTF-8.
        size_limit: longest text in characters (bytes of a binary message).
        depth_limit: how deeply arrays and objects may nest.
    """
    if len(text) > size_limit:
        return Malformed(text, f"the message has {len(text)} characters, {size_limit} are allowed")
    depth = _possible_depth(text)
    if depth > depth_limit and (depth := _depth(text)) > depth_limit:
        return Malformed(text, f"arrays and objects nest {depth} deep, {depth_limit} are allowed")
    try:
        readable = text if isinstance(text, str) else text.decode()
        array = msgspec.json.decode(readable)
    except UnicodeDecodeError as problem:
        return Malformed(text, f"not UTF-8: {problem.reason} at byte {problem.start}")
    except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError) as problem:
        return Malformed(text, _why_no_json(readable, problem))
    if not isinstance(array, list):
        return Malformed(text, f"the message is {_kind(array)}, not an array")
    return _read(text, array)


def _read(text: str | bytes, array: list[Any]) -> Frame | Malformed:
    if not array:
        return Malformed(text, "the array is empty")
    kind, message_id = array[0], _readable_id(array)
    if not isinstance(kind, int) or isinstance(kind, bool):
        return Malformed(text, f"the message type is {_kind(kind)}, not an integer", message_id=message_id)
    if kind not in _READERS:
        what = f"message type {kind} is none of 2 (CALL), 3 (CALLRESULT), 4 (CALLERROR)"
        return Malformed(text, what, "MessageTypeNotSupported", message_id, kind)
    name, size, reader = _READERS[kind]
    if len(array) != size:
        what = f"a {name} has {size} elements, this one {len(array)}"
        return Malformed(text, what, message_id=message_id, message_type=kind)
    problem = _id_problem(array[1])
    result = problem or reader(array)
    if isinstance(result, str):
        return Malformed(text, f"{name}: {result}", message_id=message_id, message_type=kind)
    return result


def _read_call(array: list[Any]) -> Call | str:
    _, message_id, action, payload = array
    if not isinstance(action, str):
        return f"the action is {_kind(action)}, not a string"
    if not action:
        return "the action is empty"
    if not isinstance(payload, dict):
        return f"the payload is {_kind(payload)}, not an object"
    return Call(message_id, action, payload)


def _read_result(array: list[Any]) -> CallResult | str:
    _, message_id, payload = array
    if not isinstance(payload, dict):
        return f"the payload is {_kind(payload)}, not an object"
    return CallResult(message_id, payload)


def _read_error(array: list[Any]) -> CallError | str:
    _, message_id, code, description, details = array
    if not isinstance(code, str):
        return f"the error code is {_kind(code)}, not a string"
    if not isinstance(description, str):
        return f"the error description is {_kind(description)}, not a string"
    if not isinstance(details, dict):
        return f"the error details are {_kind(details)}, not an object"
    return CallError(message_id, code, description, details)


_READERS: dict[int, tuple[str, int, Callable[[list[Any]], Frame | str]]] = {
    CALL: ("CALL", 4, _read_call),
    CALL_RESULT: ("CALLRESULT", 3, _read_result),
    CALL_ERROR: ("CALLERROR", 5, _read_error),
}


def objections(frame: Frame) -> tuple[str, ...]:
    """What Part 4 objects to in a frame that can be read: error code, lengths, empty members of the payload."""
    if isinstance(frame, CallError):
        found = []
        if frame.code not in ERROR_CODES:
            found.append(f"{frame.code!r} is no OCPP 2.0.1 error code")
        if len(frame.description) > LONGEST_DESCRIPTION:
            found.append(f"the description has {len(frame.description)} characters, {LONGEST_DESCRIPTION} are allowed")
        return tuple(found)
    found = [f"{path} is {value}" for path, value in _empty_members(frame.payload, "payload")]
    if isinstance(frame, Call) and frame.action.endswith("Request"):
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


def _possible_depth(text: str | bytes) -> int:
    """An upper bound of the nesting, cheap enough for every message."""
    if isinstance(text, str):
        return text.count("[") + text.count("{")
    return text.count(b"[") + text.count(b"{")


def _depth(text: str | bytes) -> int:
    """The nesting, brackets inside strings left out."""
    deepest = depth = 0
    in_string = escaped = False
    for character in text if isinstance(text, str) else text.decode("latin-1"):
        if in_string:
            in_string = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            in_string = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _why_no_json(text: str, problem: Exception) -> str:
    """Names the reason; the fast parser's own words mislead where an escape stands for half a character."""
    if isinstance(problem, msgspec.ValidationError):
        return f"JSON that cannot be held: {problem}"
    try:
        json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return f"not JSON: {str(problem) or 'nested too deeply'}"
    return "JSON that cannot be held: an escape stands for half a surrogate pair"


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON value")
