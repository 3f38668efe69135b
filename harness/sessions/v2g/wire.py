"""Messages to V2GTP frames and back; what cannot be read or said comes out as a sentence, not as an exception."""

from __future__ import annotations

from msgspec import Struct

from harness.exi.errors import ExiError
from harness.framing.v2gtp import Frame, PayloadType, type_name
from harness.messages import namespaces
from harness.messages.field import Message
from harness.messages.schema import decode, encode

_SCHEMAS: dict[int, str] = {
    PayloadType.SAP: "sap",
    PayloadType.COMMON: "common",
    PayloadType.AC: "ac",
    PayloadType.DC: "dc",
    PayloadType.ACDP: "acdp",
    PayloadType.WPT: "wpt",
    PayloadType.SCHEDULE_RENEGOTIATION: "common",
    PayloadType.METERING_CONFIRMATION: "common",
    PayloadType.ACDP_SYSTEM_STATUS: "acdp",
    PayloadType.PARKING_STATUS: "common",
}
_CARRIERS: dict[str, tuple[PayloadType, str]] = {
    namespaces.APP_PROTOCOL: (PayloadType.SAP, "sap"),
    namespaces.COMMON_MESSAGES: (PayloadType.COMMON, "common"),
    namespaces.AC: (PayloadType.AC, "ac"),
    namespaces.DC: (PayloadType.DC, "dc"),
    namespaces.ACDP: (PayloadType.ACDP, "acdp"),
    namespaces.WPT: (PayloadType.WPT, "wpt"),
}


class Reading(Struct, frozen=True, kw_only=True):
    """A frame and what could be made of it."""

    data: bytes
    payload_type: int = 0
    schema: str = ""
    message: Message | None = None
    problem: str = ""


def read(frame: Frame) -> Reading:
    """Read the payload of a frame with the schema that its payload type names."""
    schema = _SCHEMAS.get(frame.payload_type, "")
    data = frame.encode()
    if not schema:
        problem = f"payload type {type_name(frame.payload_type)} carries no message of ISO 15118-20"
        return Reading(data=data, payload_type=frame.payload_type, problem=problem)
    try:
        message = decode(schema, frame.payload)
    except ExiError as error:
        return Reading(data=data, payload_type=frame.payload_type, schema=schema, problem=str(error))
    return Reading(data=data, payload_type=frame.payload_type, schema=schema, message=message)


def write(message: Message) -> Reading:
    """The frame that carries a message; without data, and with a problem, if no schema can say it."""
    carrier = _CARRIERS.get(type(message).namespace)
    if carrier is None:
        problem = f"{type(message).__name__} belongs to no schema that travels over V2GTP"
        return Reading(data=b"", message=message, problem=problem)
    payload_type, schema = carrier
    try:
        payload = encode(message, schema=schema)
    except ExiError as error:
        return Reading(data=b"", payload_type=payload_type, schema=schema, message=message, problem=str(error))
    data = Frame(payload_type, payload).encode()
    return Reading(data=data, payload_type=payload_type, schema=schema, message=message)
