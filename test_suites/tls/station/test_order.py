"""Messages of the handshake in the wrong place, or in the wrong form: left out, twice, cut, too early."""

from __future__ import annotations

import pytest

from harness.kit import Adversary, Bench, Feature, HandshakeMessage, Judge, Role, calling_in, case, tls

HELLO, CERTIFICATE = HandshakeMessage.CLIENT_HELLO, HandshakeMessage.CERTIFICATE
VERIFY, FINISHED = HandshakeMessage.CERTIFICATE_VERIFY, HandshakeMessage.FINISHED
TOO_EARLY = bytes.fromhex("01fe800100000000")
"""The header of a V2G message, and nothing behind it."""


@pytest.mark.parametrize("message", [CERTIFICATE, FINISHED], ids=str)
@case(
    "TLS-STN-028",
    "A handshake without one of its messages comes to nothing",
    sut=Role.STATION,
    cites=("V2G20-1264", "RFC 8446, 4"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_message_left_out(bench: Bench, judge: Judge, message: HandshakeMessage) -> None:
    """Behind a Finished that never comes nothing is encrypted as it should be; the station may wait for it."""
    hasty = bench.ev.having(tls_adversary=Adversary(leave_out=(message,)))

    trace = await bench.run(calling_in(hasty), calling_in(bench.ev))

    judge.take(tls.broken_off(trace, alerts=tls.OUT_OF_ORDER, may_wait=message is FINISHED))
    judge.take(tls.served_next(trace))


@pytest.mark.parametrize("message", [HELLO, CERTIFICATE, VERIFY, FINISHED], ids=str)
@case(
    "TLS-STN-029",
    "A message of the handshake that comes twice ends it",
    sut=Role.STATION,
    cites=("V2G20-1264", "RFC 8446, 4"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_message_twice(bench: Bench, judge: Judge, message: HandshakeMessage) -> None:
    """The same bytes again, right behind the first time."""
    stuttering = bench.ev.having(tls_adversary=Adversary(repeat=(message,)))

    trace = await bench.run(calling_in(stuttering), calling_in(bench.ev))

    judge.take(tls.broken_off(trace, alerts=tls.OUT_OF_ORDER))
    judge.take(tls.served_next(trace))


@pytest.mark.parametrize("message", [HELLO, CERTIFICATE, VERIFY, FINISHED], ids=str)
@case(
    "TLS-STN-030",
    "A message of the handshake that is cut short ends it",
    sut=Role.STATION,
    cites=("V2G20-1264", "RFC 8446, 4"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_message_cut_short(bench: Bench, judge: Judge, message: HandshakeMessage) -> None:
    """Its last byte is missing and its length says otherwise: the station may wait for more where nothing follows."""
    stammering = bench.ev.having(tls_adversary=Adversary(truncate=(message,)))

    trace = await bench.run(calling_in(stammering), calling_in(bench.ev))

    waits = message in {HELLO, FINISHED}
    judge.take(tls.broken_off(trace, alerts=tls.OUT_OF_ORDER | tls.UNREADABLE | tls.NO_PROOF, may_wait=waits))
    judge.take(tls.served_next(trace))


@case(
    "TLS-STN-031",
    "A second ClientHello behind the handshake ends the connection",
    sut=Role.STATION,
    cites=("V2G20-1264", "RFC 8446, 4.1.2"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_hello_again(bench: Bench, judge: Judge) -> None:
    """TLS 1.3 knows no renegotiation."""
    anew = bench.ev.having(tls_adversary=Adversary(hello_again=True))

    trace = await bench.run(calling_in(anew), calling_in(bench.ev))

    judge.take(tls.broken_off(trace, alerts=tls.OUT_OF_ORDER))
    judge.take(tls.served_next(trace))


@case(
    "TLS-STN-032",
    "Data ahead of the end of the handshake is not processed",
    sut=Role.STATION,
    cites=("V2G20-2375", "V2G20-1264"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_data_too_early(bench: Bench, judge: Judge) -> None:
    """The beginning of a V2G message comes ahead of the vehicle's Finished, under the keys of the handshake."""
    impatient = bench.ev.having(tls_adversary=Adversary(early_data=TOO_EARLY))

    trace = await bench.run(calling_in(impatient), calling_in(bench.ev))

    judge.take(tls.broken_off(trace, alerts=tls.OUT_OF_ORDER))
    judge.take(tls.served_next(trace))
