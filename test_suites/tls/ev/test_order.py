"""Messages of the station's handshake in the wrong place, or in the wrong form: left out, twice, cut, too early."""

from __future__ import annotations

import pytest

from harness.kit import ASKED, Adversary, Bench, Feature, HandshakeMessage, Judge, Role, case, tls

HELLO, EXTENSIONS = HandshakeMessage.SERVER_HELLO, HandshakeMessage.ENCRYPTED_EXTENSIONS
CERTIFICATE, VERIFY = HandshakeMessage.CERTIFICATE, HandshakeMessage.CERTIFICATE_VERIFY
FINISHED = HandshakeMessage.FINISHED
TOO_EARLY = bytes.fromhex("01fe800100000000")
"""The header of a V2G message, and nothing behind it."""


@pytest.mark.parametrize("message", [HELLO, EXTENSIONS, CERTIFICATE], ids=str)
@case(
    "TLS-EV-019",
    "A handshake without one of the station's messages comes to nothing",
    sut=Role.EV,
    cites=("V2G20-1264", "RFC 8446, 4"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-EV-001",
)
async def test_message_left_out(bench: Bench, judge: Judge, message: HandshakeMessage) -> None:
    """The messages behind it come as if it had been there."""
    hasty = bench.station.having(tls_adversary=Adversary(leave_out=(message,)))

    trace = await bench.run(hasty, until=ASKED)

    judge.take(tls.broken_off(trace, alerts=tls.OUT_OF_ORDER))


@pytest.mark.parametrize("message", [HELLO, EXTENSIONS, CERTIFICATE, VERIFY, FINISHED], ids=str)
@case(
    "TLS-EV-020",
    "A message of the station's handshake that comes twice ends it",
    sut=Role.EV,
    cites=("V2G20-1264", "RFC 8446, 4"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-EV-001",
)
async def test_message_twice(bench: Bench, judge: Judge, message: HandshakeMessage) -> None:
    """The same bytes again, right behind the first time."""
    stuttering = bench.station.having(tls_adversary=Adversary(repeat=(message,)))

    trace = await bench.run(stuttering, until=ASKED)

    judge.take(tls.broken_off(trace, alerts=tls.OUT_OF_ORDER))


@pytest.mark.parametrize("message", [HELLO, EXTENSIONS, CERTIFICATE, VERIFY], ids=str)
@case(
    "TLS-EV-021",
    "A message of the station's handshake that is cut short ends it",
    sut=Role.EV,
    cites=("V2G20-1264", "RFC 8446, 4"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-EV-001",
)
async def test_message_cut_short(bench: Bench, judge: Judge, message: HandshakeMessage) -> None:
    """Its last byte is missing and its length says otherwise, so that it swallows the first byte of the next."""
    stammering = bench.station.having(tls_adversary=Adversary(truncate=(message,)))

    trace = await bench.run(stammering, until=ASKED)

    judge.take(tls.broken_off(trace, alerts=tls.OUT_OF_ORDER | tls.UNREADABLE | tls.NO_PROOF))


@case(
    "TLS-EV-022",
    "Data ahead of the end of the station's handshake is not processed",
    sut=Role.EV,
    cites=("V2G20-2375", "V2G20-1264"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-EV-001",
)
async def test_data_too_early(bench: Bench, judge: Judge) -> None:
    """The beginning of a V2G message comes ahead of the station's Finished, under the keys of the handshake."""
    impatient = bench.station.having(tls_adversary=Adversary(early_data=TOO_EARLY))

    trace = await bench.run(impatient, until=ASKED)

    judge.take(tls.broken_off(trace, alerts=tls.OUT_OF_ORDER))
