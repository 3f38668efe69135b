"""SDP: how an EV asks for a station's address, as V2GTP datagrams; right or wrong, errors as values."""

from __future__ import annotations

from enum import IntEnum
from ipaddress import IPv6Address
from typing import Self

from msgspec import Struct

from harness.framing.v2gtp import HEADER_SIZE, Deframer, Frame, FramingFault, PayloadType, type_name

SDP_PORT = 15118
"""UDP port on which a station listens for requests."""
SDP_GROUP = "ff02::1"
"""Link-local multicast group to which an EV sends its requests."""

REQUEST_SIZE = 2
RESPONSE_SIZE = 20
_ADDRESS_SIZE = 16


class Security(IntEnum):
    """The security byte."""

    TLS = 0x00
    NONE = 0x10


class TransportProtocol(IntEnum):
    """The transport byte; UDP is reserved."""

    TCP = 0x00
    UDP = 0x10


class SdpRequest(Struct, frozen=True):
    """An EV asks for a station that offers this; any byte values may be named."""

    security: int = Security.TLS
    transport: int = TransportProtocol.TCP

    def frame(self) -> Frame:
        """The V2GTP frame that carries it."""
        return Frame(PayloadType.SDP_REQUEST, bytes((self.security & 0xFF, self.transport & 0xFF)))

    def problems(self) -> tuple[str, ...]:
        """What the standard objects to; empty if nothing."""
        return _code_problems(self.security, self.transport)


class SdpResponse(Struct, frozen=True):
    """A station says where it listens; an address of another size than 16 bytes is written as it stands."""

    address: bytes
    port: int
    security: int = Security.TLS
    transport: int = TransportProtocol.TCP

    @classmethod
    def of(
        cls,
        host: str,
        port: int,
        security: int = Security.TLS,
        transport: int = TransportProtocol.TCP,
    ) -> Self:
        """The same with the address as text; a scope (`%veth0`) does not travel and is left out.

        Raises:
            ValueError: `host` is no IPv6 address.
        """
        return cls(IPv6Address(host.partition("%")[0]).packed, port, security, transport)

    @property
    def host(self) -> str:
        """The address as text, without scope; hexadecimal if it is none."""
        return str(IPv6Address(self.address)) if len(self.address) == _ADDRESS_SIZE else self.address.hex()

    def frame(self) -> Frame:
        """The V2GTP frame that carries it."""
        codes = bytes((self.security & 0xFF, self.transport & 0xFF))
        return Frame(PayloadType.SDP_RESPONSE, self.address + (self.port & 0xFFFF).to_bytes(2, "big") + codes)

    def problems(self) -> tuple[str, ...]:
        """What the standard objects to; empty if nothing. A link-local address is not demanded here."""
        found = list(_code_problems(self.security, self.transport))
        if len(self.address) != _ADDRESS_SIZE:
            found.append(f"the address has {len(self.address)} bytes instead of {_ADDRESS_SIZE}")
        elif IPv6Address(self.address).is_multicast or IPv6Address(self.address).is_unspecified:
            found.append(f"nobody can connect to {self.host}")
        if not 0 < self.port <= 0xFFFF:
            found.append(f"{self.port} is no TCP port")
        return tuple(found)


class SdpFault(Struct, frozen=True, kw_only=True):
    """A datagram that is neither request nor response."""

    what: str
    raw: bytes


def decode_datagram(data: bytes) -> SdpRequest | SdpResponse | SdpFault:
    """Read one UDP datagram, which must hold exactly one frame."""
    deframer = Deframer()
    items = [*deframer.feed(data), *deframer.end()]
    if not items:
        return SdpFault(what="the datagram is empty", raw=data)
    first = items[0]
    if isinstance(first, FramingFault):
        return SdpFault(what=f"{first.kind}: {first.what}", raw=data)
    if len(items) > 1:
        rest = len(data) - HEADER_SIZE - len(first.payload)
        return SdpFault(what=f"{rest} bytes follow the frame in the same datagram", raw=data)
    return decode(first)


def decode(frame: Frame) -> SdpRequest | SdpResponse | SdpFault:
    """Read the payload of a frame."""
    payload = frame.payload
    if frame.payload_type == PayloadType.SDP_REQUEST:
        if len(payload) != REQUEST_SIZE:
            return _wrong_size("request", REQUEST_SIZE, frame)
        return SdpRequest(_security(payload[0]), _transport(payload[1]))
    if frame.payload_type == PayloadType.SDP_RESPONSE:
        if len(payload) != RESPONSE_SIZE:
            return _wrong_size("response", RESPONSE_SIZE, frame)
        port = int.from_bytes(payload[16:18], "big")
        return SdpResponse(payload[:16], port, _security(payload[18]), _transport(payload[19]))
    what = f"payload type {type_name(frame.payload_type)} is neither an SDP request nor an SDP response"
    return SdpFault(what=what, raw=frame.encode())


def _wrong_size(name: str, size: int, frame: Frame) -> SdpFault:
    what = f"an SDP {name} has {size} payload bytes, this one {len(frame.payload)}"
    return SdpFault(what=what, raw=frame.encode())


def _security(code: int) -> int:
    return Security(code) if code in Security.__members__.values() else code


def _transport(code: int) -> int:
    return TransportProtocol(code) if code in TransportProtocol.__members__.values() else code


def _code_problems(security: int, transport: int) -> tuple[str, ...]:
    found = []
    if security not in Security.__members__.values():
        found.append(f"security 0x{security:02x} is neither TLS (0x00) nor none (0x10)")
    if transport != TransportProtocol.TCP:
        found.append(f"transport 0x{transport:02x} is not TCP (0x00)")
    return tuple(found)
