"""What an EV has to put up with, and what it must not: small records, new keys, unknown extensions."""

from __future__ import annotations

import pytest

from harness.kit import ASKED, Adversary, Bench, Feature, Judge, Role, case, tls

PROTOCOLS = 16
"""The extension by which protocols are negotiated in TLS (RFC 7301)."""
UNKNOWN = 0x4A4A


@pytest.mark.parametrize("most", [1, 7])
@case(
    "TLS-EV-023",
    "Messages of the station's handshake may come in small pieces",
    sut=Role.EV,
    cites=("V2G20-1264", "RFC 8446, 5.1"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-EV-001",
)
async def test_small_records(bench: Bench, judge: Judge, most: int) -> None:
    """Each record of the station's handshake carries one byte, or seven."""
    trace = await bench.run(bench.station.having(tls_adversary=Adversary(pieces=most)), until=ASKED)

    judge.take(tls.taken(trace))


@case(
    "TLS-EV-024",
    "New keys behind the station's handshake are used",
    sut=Role.EV,
    cites=("V2G20-1264", "RFC 8446, 4.6.3"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-EV-001",
)
async def test_key_update(bench: Bench, judge: Judge) -> None:
    """A KeyUpdate that asks for another comes right behind the handshake."""
    trace = await bench.run(bench.station.having(tls_adversary=Adversary(key_update=True)), until=ASKED)

    judge.take(tls.taken(trace))


@case(
    "TLS-EV-025",
    "An answer to what was never asked ends the handshake",
    sut=Role.EV,
    cites=("V2G20-1264", "RFC 8446, 4.2"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-EV-001",
)
async def test_extension_not_asked_for(bench: Bench, judge: Judge) -> None:
    """The ServerHello chooses a protocol by an extension that ISO 15118 does not use."""
    eager = Adversary(hello_extensions=((PROTOCOLS, bytes.fromhex("0003026832")),))

    trace = await bench.run(bench.station.having(tls_adversary=eager), until=ASKED)

    judge.take(tls.broken_off(trace, alerts=tls.NOT_ASKED))


@case(
    "TLS-EV-026",
    "An extension that nobody knows does not confuse the EV",
    sut=Role.EV,
    cites=("V2G20-1264", "RFC 8446, 4.2"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-EV-001",
)
async def test_unknown_extension(bench: Bench, judge: Judge) -> None:
    """The ServerHello carries a number without a meaning: strictly it ends the handshake, most stacks pass over it."""
    strange = Adversary(hello_extensions=((UNKNOWN, b"\x00"),))

    trace = await bench.run(bench.station.having(tls_adversary=strange), until=ASKED)

    judge.take(tls.either_way(trace))
