"""A trace as a capture file for Wireshark: packet n is entry n of the trace, and says so in its comment.

V2G frames travel in IPv6 with TCP (SDP in UDP port 15118) made up for the purpose, as they would look on the cable
without TLS, so that any V2G dissector finds them. OCPP texts are exported PDUs for the JSON dissector, all
other entries are text lines. Addresses, ports and sequence numbers are ours; bytes and times are the recording's.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from ipaddress import IPv6Address
from typing import Any

from harness.core.case import Role
from harness.framing.sdp import SDP_PORT, SdpResponse
from harness.trace.decoded import label_of
from harness.trace.entry import Entry, Link, LinkSeen, Seen
from harness.trace.jsonl import fields_of_entry
from harness.trace.redact import redact
from harness.trace.trace import Trace

_RAW_IP, _EXPORTED_PDU = 101, 252
_CABLE, _PDU = 0, 1
"""Numbers of the two interfaces in the file."""
_UDP, _TCP = 17, 6
_LARGEST = 0xFFFF - 20
"""Payload of the largest TCP segment that IPv6 can carry without a jumbo header."""
_FIRST_EPHEMERAL = 49152

_HOSTS = {
    Role.EV: IPv6Address("fe80::e"),
    Role.STATION: IPv6Address("fe80::5"),
    Role.CSMS: IPv6Address("fd00::c"),
}
_EVERYBODY = IPv6Address("ff02::1")
_HARNESS = IPv6Address("::1")


def write(trace: Trace) -> bytes:
    """The capture file of a trace, secrets left out."""
    cable = _Cable()
    blocks = [
        _section("V2X interoperability harness"),
        _interface(_RAW_IP, "vehicle"),
        _interface(_EXPORTED_PDU, "trace"),
    ]
    for entry in map(redact, trace):
        cable.watch(entry)
        packet = cable.packet(entry)
        interface = _PDU if packet is None else _CABLE
        blocks.append(_packet(interface, entry.at, packet or _pdu(entry), _comment(entry)))
    return b"".join(blocks)


class _Cable:
    """The made-up addresses, ports and sequence numbers of the vehicle's link."""

    def __init__(self) -> None:
        self._station_port = SDP_PORT
        self._vehicle_port = _FIRST_EPHEMERAL
        self._sent = {Role.EV: 1, Role.STATION: 1}

    def watch(self, entry: Entry) -> None:
        """Learn the station's port from its SDP response; a new connection gets a port of its own."""
        if isinstance(entry.message, SdpResponse) and entry.message.port:
            self._station_port = entry.message.port
        if entry.link is Link.V2G and isinstance(entry.body, LinkSeen) and entry.body.state == "open":
            self._vehicle_port += 1
            self._sent = {Role.EV: 1, Role.STATION: 1}

    def packet(self, entry: Entry) -> bytes | None:
        """The IPv6 packet that carries the entry, or None where it is nothing of the kind."""
        body, sender = entry.body, entry.sender
        if not isinstance(body, Seen) or sender not in self._sent or len(body.data) > _LARGEST:
            return None
        if entry.link is Link.SDP:
            return self._datagram(sender, body.data)
        return self._segment(sender, body.data) if entry.link is Link.V2G else None

    def _datagram(self, sender: Role, data: bytes) -> bytes:
        asks = sender is Role.EV
        source, target = _HOSTS[sender], _EVERYBODY if asks else _HOSTS[Role.EV]
        ports = (_FIRST_EPHEMERAL, SDP_PORT) if asks else (SDP_PORT, _FIRST_EPHEMERAL)
        header = struct.pack("!HHHH", *ports, 8 + len(data), 0)
        return _ip(source, target, _UDP, header, data, checksum_at=6)

    def _segment(self, sender: Role, data: bytes) -> bytes:
        peer = Role.STATION if sender is Role.EV else Role.EV
        port = {Role.EV: self._vehicle_port & 0xFFFF, Role.STATION: self._station_port}
        push_and_acknowledge, window = 0x5018, 0xFFFF
        numbers = (self._sent[sender], self._sent[peer])
        header = struct.pack("!HHIIHHHH", port[sender], port[peer], *numbers, push_and_acknowledge, window, 0, 0)
        self._sent[sender] = (self._sent[sender] + len(data)) & 0xFFFFFFFF
        return _ip(_HOSTS[sender], _HOSTS[peer], _TCP, header, data, checksum_at=16)


def _ip(
    source: IPv6Address, target: IPv6Address, protocol: int, header: bytes, data: bytes, *, checksum_at: int
) -> bytes:
    length = len(header) + len(data)
    pseudo = source.packed + target.packed + struct.pack("!II", length, protocol)
    # A UDP checksum of zero would mean that there is none, which IPv6 forbids.
    checksum = _checksum(pseudo + header + data) or 0xFFFF
    header = header[:checksum_at] + struct.pack("!H", checksum) + header[checksum_at + 2 :]
    front = struct.pack("!IHBB", 6 << 28, length, protocol, 64)
    return front + source.packed + target.packed + header + data


def _checksum(data: bytes) -> int:
    padded = data + b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def _pdu(entry: Entry) -> bytes:
    """The exported PDU of an entry: tags that name the dissector and the parties, then the bytes."""
    dissector, data = b"data-text-lines", _text(entry)
    if isinstance(entry.body, Seen):
        dissector, data = b"json" if entry.link is Link.OCPP else b"data", entry.body.data
    source = _HOSTS[entry.sender] if entry.sender else _HARNESS
    target = _HOSTS[_peer(entry)] if entry.sender else _HARNESS
    tags = [(12, dissector), (22, source.packed), (23, target.packed), (0, b"")]
    return b"".join(struct.pack("!HH", tag, len(_padded(value))) + _padded(value) for tag, value in tags) + data


def _peer(entry: Entry) -> Role:
    if entry.link is Link.OCPP:
        return Role.STATION if entry.sender is Role.CSMS else Role.CSMS
    return Role.EV if entry.sender is Role.STATION else Role.STATION


def _text(entry: Entry) -> bytes:
    told = _story(entry)
    return "\n".join(f"{key}: {value}" for key, value in told.items() if value not in ("", None)).encode()


def _comment(entry: Entry) -> str:
    what = label_of(entry.body) if isinstance(entry.body, Seen) else ", ".join(map(str, _story(entry).values()))
    by = f" by {entry.sender}" if entry.sender else ""
    bent = "; sent wrong on purpose" if entry.deliberate else ""
    problem = f"; {entry.body.problem}" if isinstance(entry.body, Seen) and entry.body.problem else ""
    return f"trace entry {entry.number}{by}: {what}{bent}{problem}"


def _story(entry: Entry) -> dict[str, Any]:
    """What is told of an entry that is no frame."""
    common = {"n", "at", "utc", "link", "by", "kind", "deliberate", "facts", "hex"}
    fields = fields_of_entry(entry)
    kind = {"kind": fields["kind"]}
    return kind | {key: value for key, value in fields.items() if key not in common and value}


def _section(application: str) -> bytes:
    unknown_length = -1
    body = struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, unknown_length) + _options([(4, application.encode())])
    return _block(0x0A0D0D0A, body)


def _interface(link_type: int, name: str) -> bytes:
    no_limit, nanoseconds = 0, b"\x09"
    return _block(1, struct.pack("<HHI", link_type, 0, no_limit) + _options([(2, name.encode()), (9, nanoseconds)]))


def _packet(interface: int, at: float, data: bytes, comment: str) -> bytes:
    ticks = round(at * 1e6) * 1000
    head = struct.pack("<IIIII", interface, ticks >> 32, ticks & 0xFFFFFFFF, len(data), len(data))
    return _block(6, head + _padded(data) + _options([(1, comment[:15000].encode())]))


def _options(options: Iterable[tuple[int, bytes]]) -> bytes:
    return b"".join(struct.pack("<HH", code, len(value)) + _padded(value) for code, value in (*options, (0, b"")))


def _block(kind: int, body: bytes) -> bytes:
    size = struct.pack("<I", 12 + len(body))
    return struct.pack("<I", kind) + size + body + size


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)
