"""Messages to V2GTP frames and back; what cannot be read or said comes out as a sentence, not as an exception."""

from __future__ import annotations

from msgspec import Struct

from harness.core.errors import UserError
from harness.exi.errors import ExiError
from harness.framing.v2gtp import DEFAULT_LIMIT, Deframer, Frame, type_name
from harness.messages.field import Message
from harness.messages.registry import PAYLOAD_TYPES, payload_type_of, schema_for, schema_of
from harness.messages.schema import decode, encode

_SHARED_TYPE = 0x8001
_ELSEWHERE = {"sap": ("iso2", "din"), "iso2": ("sap",), "din": ("sap",)}
"""Where a message may belong that travels under that payload type and is none of the schema awaited."""


class Reading(Struct, frozen=True, kw_only=True):
    """A frame and what could be made of it."""

    data: bytes
    payload_type: int = 0
    schema: str = ""
    message: Message | None = None
    problem: str = ""


def read(frame: Frame, protocol: str = "") -> Reading:
    """Read the payload of a frame with the schema that its payload type names.

    Args:
        frame: what came.
        protocol: namespace of the protocol that both sides agreed on; payload type 0x8001 serves several.
    """
    schema = schema_for(frame.payload_type, protocol)
    data = frame.encode()
    if not schema:
        problem = f"payload type {type_name(frame.payload_type)} carries no message of ISO 15118"
        return Reading(data=data, payload_type=frame.payload_type, problem=problem)
    try:
        message = decode(schema, frame.payload)
    except ExiError as error:
        return _misplaced(frame, schema) or Reading(
            data=data, payload_type=frame.payload_type, schema=schema, problem=str(error)
        )
    return Reading(data=data, payload_type=frame.payload_type, schema=schema, message=message)


def _misplaced(frame: Frame, schema: str) -> Reading | None:
    """A message of another protocol under the shared payload type: too early, or a handshake too late."""
    for other in _ELSEWHERE.get(schema, ()):
        try:
            message = decode(other, frame.payload)
        except ExiError:
            continue
        return Reading(data=frame.encode(), payload_type=frame.payload_type, schema=other, message=message)
    return None


def write(message: Message, payload_type: int | None = None) -> Reading:
    """The frame that carries a message; without data, and with a problem, if no schema can say it.

    `payload_type` overrides the one that the message usually travels under.
    """
    try:
        payload_type = int(payload_type_of(message) if payload_type is None else payload_type)
        schema = schema_of(message) if payload_type == _SHARED_TYPE else PAYLOAD_TYPES[payload_type]
    except UserError as error:
        return Reading(data=b"", message=message, problem=str(error))
    try:
        payload = encode(message, schema=schema)
    except ExiError as error:
        return Reading(data=b"", payload_type=payload_type, schema=schema, message=message, problem=str(error))
    data = Frame(payload_type, payload).encode()
    return Reading(data=data, payload_type=payload_type, schema=schema, message=message)


def look(data: bytes, protocol: str = "") -> Reading:
    """What a peer will make of bytes that leave at once: a frame, if they are exactly one."""
    items = Deframer(max(DEFAULT_LIMIT, len(data))).feed(data)
    if len(items) == 1 and isinstance(items[0], Frame) and items[0].encode() == data:
        return read(items[0], protocol)
    return Reading(data=data, problem="these bytes are not one V2GTP frame")
