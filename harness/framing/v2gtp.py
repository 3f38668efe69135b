"""V2GTP: the eight-byte header around every ISO 15118 message; written right or wrong, read without raising."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from struct import Struct as Layout
from struct import error as struct_error

from msgspec import Struct

VERSION = 0x01
INVERSE_VERSION = 0xFE
HEADER_SIZE = 8
_HEADER = Layout(">BBHL")
DEFAULT_LIMIT = 2**20
"""Bytes of payload that a `Deframer` believes in unless told otherwise, far above what chains need."""

_SYNC_MASK = 0xFF
_HIGHEST_TYPE = 0xFFFF


class PayloadType(IntEnum):
    """What a frame carries; a frame may name any other 16-bit number as well."""

    SAP = 0x8001
    """supportedAppProtocol; every DIN 70121 and ISO 15118-2 message too."""
    COMMON = 0x8002
    AC = 0x8003
    DC = 0x8004
    ACDP = 0x8005
    WPT = 0x8006
    AC_DER_IEC = 0x8010
    AC_DER_SAE = 0x8011
    SCHEDULE_RENEGOTIATION = 0x8101
    METERING_CONFIRMATION = 0x8102
    ACDP_SYSTEM_STATUS = 0x8103
    PARKING_STATUS = 0x8104
    SDP_REQUEST = 0x9000
    SDP_RESPONSE = 0x9001
    SDP_REQUEST_WIRELESS = 0x9002
    SDP_RESPONSE_WIRELESS = 0x9003


SIDE_STREAMS = (
    PayloadType.SCHEDULE_RENEGOTIATION,
    PayloadType.METERING_CONFIRMATION,
    PayloadType.ACDP_SYSTEM_STATUS,
    PayloadType.PARKING_STATUS,
)
"""Payload types of the streams beside the main one, each with turns of its own."""

FIRST_MANUFACTURER_TYPE = 0xA000
"""From here to 0xFFFF a payload type belongs to the manufacturer."""


class TypeRange(StrEnum):
    """Which part of the number space a payload type comes from."""

    KNOWN = "known"
    MANUFACTURER = "manufacturer"
    RESERVED = "reserved"


def type_range(payload_type: int) -> TypeRange:
    """Where a payload type belongs; numbers below 0x8000 count as reserved."""
    if payload_type in PayloadType.__members__.values():
        return TypeRange.KNOWN
    if FIRST_MANUFACTURER_TYPE <= payload_type <= _HIGHEST_TYPE:
        return TypeRange.MANUFACTURER
    return TypeRange.RESERVED


def type_name(payload_type: int) -> str:
    """A name to print: `0x8004 dc`, `0xa001 manufacturer`, `0x8042 reserved`."""
    if type_range(payload_type) is TypeRange.KNOWN:
        return f"0x{payload_type:04x} {PayloadType(payload_type).name.lower()}"
    return f"0x{payload_type:04x} {type_range(payload_type)}"


class Frame(Struct, frozen=True):
    """One frame; header fields may be wrong on purpose and are written as they stand."""

    payload_type: int
    payload: bytes
    version: int = VERSION
    inverse: int = INVERSE_VERSION
    length: int | None = None
    """The length announced in bytes; None announces the true one."""

    def encode(self) -> bytes:
        """The bytes on the wire.

        Raises:
            ValueError: a header field does not fit its width; such a header can only be sent as raw bytes.
        """
        length = len(self.payload) if self.length is None else self.length
        try:
            return _HEADER.pack(self.version, self.inverse, self.payload_type, length) + self.payload
        except struct_error:
            return self._encode_by_field(length)

    def _encode_by_field(self, length: int) -> bytes:
        """The same, with a word on the field that does not fit."""
        header = _field("version", self.version, 1) + _field("inverse version", self.inverse, 1)
        header += _field("payload type", self.payload_type, 2) + _field("length", length, HEADER_SIZE - 4)
        return header + self.payload


def _field(name: str, value: int, size: int) -> bytes:
    if not 0 <= value < 1 << 8 * size:
        raise ValueError(f"V2GTP {name} {value} does not fit into {size} bytes; send raw bytes instead")
    return value.to_bytes(size, "big")


class FaultKind(StrEnum):
    """What is wrong with bytes that are no frame."""

    SYNC = "bad sync pattern"
    VERSION = "unsupported version"
    LENGTH = "announced length over the limit"
    INCOMPLETE = "incomplete frame"
    UNREADABLE = "bytes after the loss of the frame boundary"


class FramingFault(Struct, frozen=True, kw_only=True):
    """Bytes that cannot be read as a frame, kept as they came."""

    kind: FaultKind
    what: str
    raw: bytes
    resumes: bool
    """True if the next frame's beginning is known, so that reading goes on."""


class Deframer:
    """Cuts a byte stream into frames however it was split or joined; what is wrong comes out as a value.

    After a fault that leaves no frame boundary (`lost`) nothing more is read: what follows stays in `pending`,
    up to the limit, and comes out as one fault at `end()`.
    """

    def __init__(self, limit: int = DEFAULT_LIMIT) -> None:
        """Begin at a frame boundary; `limit` bounds an announced payload length, in bytes."""
        self._limit = limit
        self._buffer = bytearray()
        self._lost = False
        self._dropped = 0

    @property
    def pending(self) -> bytes:
        """Bytes received that are part of nothing given out yet."""
        return bytes(self._buffer)

    @property
    def lost(self) -> bool:
        """True once the frame boundary is lost for good."""
        return self._lost

    def feed(self, data: bytes) -> list[Frame | FramingFault]:
        """Take bytes as they arrived; returns what became complete, in order."""
        self._buffer += data
        found: list[Frame | FramingFault] = []
        while not self._lost and (item := self._next()) is not None:
            found.append(item)
        if self._lost:
            self._bound_the_rest()
        return found

    def end(self) -> list[FramingFault]:
        """The stream ended; returns a fault for bytes that never became a frame, if there are any."""
        if not self._buffer:
            return []
        raw = self._take(len(self._buffer))
        if self._lost:
            more = f" and {self._dropped} more that were not kept" if self._dropped else ""
            what = f"{len(raw)} bytes{more} followed where no frame could be found any more"
            return [FramingFault(kind=FaultKind.UNREADABLE, what=what, raw=raw, resumes=False)]
        what = _incomplete(raw)
        return [FramingFault(kind=FaultKind.INCOMPLETE, what=what, raw=raw, resumes=False)]

    def _next(self) -> Frame | FramingFault | None:
        if len(self._buffer) < 2:
            return None
        version, inverse = self._buffer[0], self._buffer[1]
        if version ^ _SYNC_MASK != inverse:
            return self._lose(FaultKind.SYNC, f"0x{version:02x} 0x{inverse:02x} are not inverse to each other")
        if len(self._buffer) < HEADER_SIZE:
            return None
        length = int.from_bytes(self._buffer[4:HEADER_SIZE], "big")
        if length > self._limit:
            return self._lose(FaultKind.LENGTH, f"{length} bytes announced, {self._limit} allowed")
        if len(self._buffer) < HEADER_SIZE + length:
            return None
        payload_type = int.from_bytes(self._buffer[2:4], "big")
        raw = self._take(HEADER_SIZE + length)
        if version != VERSION:
            what = f"version 0x{version:02x} instead of 0x{VERSION:02x}; {len(raw)} bytes passed over"
            return FramingFault(kind=FaultKind.VERSION, what=what, raw=raw, resumes=True)
        return Frame(payload_type, raw[HEADER_SIZE:])

    def _take(self, count: int) -> bytes:
        raw = bytes(self._buffer[:count])
        del self._buffer[:count]
        return raw

    def _lose(self, kind: FaultKind, what: str) -> FramingFault:
        self._lost = True
        return FramingFault(kind=kind, what=what, raw=self._take(len(self._buffer)), resumes=False)

    def _bound_the_rest(self) -> None:
        self._dropped += max(0, len(self._buffer) - self._limit)
        del self._buffer[self._limit :]


def _incomplete(raw: bytes) -> str:
    if len(raw) < HEADER_SIZE:
        return f"the stream ended after {len(raw)} of {HEADER_SIZE} header bytes"
    length = int.from_bytes(raw[4:HEADER_SIZE], "big")
    return f"the stream ended after {len(raw) - HEADER_SIZE} of {length} payload bytes"
