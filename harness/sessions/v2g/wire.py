"""Messages to V2GTP frames and back; what cannot be read or said comes out as a sentence, not as an exception."""

from __future__ import annotations

from msgspec import Struct

from harness.core.errors import UserError
from harness.exi.errors import ExiError
from harness.framing.v2gtp import DEFAULT_LIMIT, Deframer, Frame, type_name
from harness.messages.field import Message
from harness.messages.registry import PAYLOAD_TYPES, payload_type_of
from harness.messages.schema import decode, encode


class Reading(Struct, frozen=True, kw_only=True):
    """A frame and what could be made of it."""

    data: bytes
    payload_type: int = 0
    schema: str = ""
    message: Message | None = None
    problem: str = ""


def read(frame: Frame) -> Reading:
    """Read the payload of a frame with the schema that its payload type names."""
    schema = PAYLOAD_TYPES.get(frame.payload_type, "")
    data = frame.encode()
    if not schema:
        problem = f"payload type {type_name(frame.payload_type)} carries no message of ISO 15118-20"
        return Reading(data=data, payload_type=frame.payload_type, problem=problem)
    try:
        message = decode(schema, frame.payload)
    except ExiError as error:
        return Reading(data=data, payload_type=frame.payload_type, schema=schema, problem=str(error))
    return Reading(data=data, payload_type=frame.payload_type, schema=schema, message=message)


def write(message: Message, payload_type: int | None = None) -> Reading:
    """The frame that carries a message; without data, and with a problem, if no schema can say it.

    `payload_type` overrides the one that the message usually travels under.
    """
    try:
        payload_type = int(payload_type_of(message) if payload_type is None else payload_type)
    except UserError as error:
        return Reading(data=b"", message=message, problem=str(error))
    schema = PAYLOAD_TYPES[payload_type]
    try:
        payload = encode(message, schema=schema)
    except ExiError as error:
        return Reading(data=b"", payload_type=payload_type, schema=schema, message=message, problem=str(error))
    data = Frame(payload_type, payload).encode()
    return Reading(data=data, payload_type=payload_type, schema=schema, message=message)


def look(data: bytes) -> Reading:
    """What a peer will make of bytes that leave at once: a frame, if they are exactly one."""
    items = Deframer(max(DEFAULT_LIMIT, len(data))).feed(data)
    if len(items) == 1 and isinstance(items[0], Frame) and items[0].encode() == data:
        return read(items[0])
    return Reading(data=data, problem="these bytes are not one V2GTP frame")
