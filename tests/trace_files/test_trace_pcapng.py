"""The capture file has a packet for every entry, and Wireshark agrees with what it says."""

from __future__ import annotations

import shutil
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.core.case import Role
from harness.trace import pcapng
from harness.trace.entry import Entry, Link, Seen
from harness.trace.trace import Trace

_SECTION, _INTERFACE, _PACKET = 0x0A0D0D0A, 1, 6


def _blocks(data: bytes) -> Iterator[tuple[int, bytes]]:
    while data:
        kind, size = struct.unpack_from("<II", data)
        assert size % 4 == 0
        assert struct.unpack_from("<I", data, size - 4) == (size,)
        yield kind, data[8 : size - 4]
        data = data[size:]


def _packets(data: bytes) -> list[tuple[int, int, bytes, str]]:
    found = []
    for kind, body in _blocks(data):
        if kind == _PACKET:
            interface, high, low, size, _ = struct.unpack_from("<IIIII", body)
            padded = size + -size % 4
            code, length = struct.unpack_from("<HH", body, 20 + padded)
            assert code == 1
            comment = body[24 + padded : 24 + padded + length].decode()
            found.append((interface, high << 32 | low, body[20 : 20 + size], comment))
    return found


def _data(trace: Trace, index: int) -> bytes:
    body = trace.entries[index].body
    assert isinstance(body, Seen)
    return body.data


def test_packet_n_is_entry_n(trace: Trace) -> None:
    packets = _packets(pcapng.write(trace))

    assert len(packets) == len(trace)
    for entry, (_, ticks, _, comment) in zip(trace, packets, strict=True):
        assert comment.startswith(f"trace entry {entry.number}")
        assert ticks == pytest.approx(entry.at * 1e9, abs=1e3)


def test_frames_of_the_vehicle_travel_in_tcp_to_the_announced_port(trace: Trace) -> None:
    packets = _packets(pcapng.write(trace))
    interface, _, packet, comment = packets[6]

    assert interface == 0
    assert packet[0] >> 4 == 6
    assert struct.unpack_from("!HHI", packet, 40) == (49153, 64109, 1)
    assert packet[60:] == _data(trace, 6)
    assert "SessionSetupReq" in comment
    assert "on purpose" in comment
    assert struct.unpack_from("!HHI", packets[7][2], 40) == (49153, 64109, 1 + len(packet[60:]))


def test_other_entries_are_exported_pdus(trace: Trace) -> None:
    packets = _packets(pcapng.write(trace))

    assert b"json" in packets[10][2]
    assert packets[10][2].endswith(_data(trace, 10))
    assert b"data-text-lines" in packets[15][2]
    assert b"fault: outage" in packets[15][2]
    assert {interface for interface, *_ in packets} == {0, 1}


def test_a_frame_too_long_for_a_packet_is_kept_as_plain_bytes() -> None:
    long = Seen(data=bytes(70_000), problem="no frame")
    trace = Trace(entries=(Entry(number=1, at=0.0, link=Link.V2G, sender=Role.EV, body=long),))

    (interface, _, packet, _), *rest = _packets(pcapng.write(trace))

    assert not rest
    assert interface == 1
    assert packet.endswith(bytes(70_000))


@pytest.mark.skipif(shutil.which("tshark") is None, reason="needs tshark")
def test_wireshark_reads_it(trace: Trace, tmp_path: Path) -> None:
    file = tmp_path / "a.pcapng"
    file.write_bytes(pcapng.write(trace))
    fields = ["frame.number", "frame.protocols", "tcp.checksum.status", "udp.checksum.status", "tcp.payload"]
    options = [part for name in fields for part in ("-e", name)]
    checks = ["-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE"]

    told = subprocess.run(
        ["tshark", "-r", str(file), *checks, "-T", "fields", *options],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    rows = [line.split("\t") for line in told.splitlines()]

    assert [row[0] for row in rows] == [str(entry.number) for entry in trace]
    assert rows[6][1].startswith("raw:ipv6:tcp")
    assert rows[6][2] == rows[2][3] == "1"
    assert bytes.fromhex(rows[7][4]) == _data(trace, 7)
    assert rows[10][1] == "exported_pdu:json"
    assert "malformed" not in told
