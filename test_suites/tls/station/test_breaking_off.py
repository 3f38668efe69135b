"""Vehicles that break off, fall silent or hang up in the middle of the handshake, and the next one."""

from __future__ import annotations

import pytest

from harness.kit import Adversary, AlertNow, Bench, Feature, HandshakeMessage, Judge, Role, calling_in, case, tls
from harness.messages.sap import SupportedAppProtocolRes

PLACES = (HandshakeMessage.CLIENT_HELLO, HandshakeMessage.CERTIFICATE, HandshakeMessage.FINISHED)
ALERTS = (0, 40, 48, 80, 255)
"""Some of those that there are, and one that is none."""


@pytest.mark.parametrize("number", ALERTS)
@case(
    "TLS-STN-033",
    "A vehicle that breaks off with an alert does not keep the next one out",
    sut=Role.STATION,
    cites=("V2G20-1264", "RFC 8446, 6.2"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_alert_of_the_vehicle(bench: Bench, judge: Judge, number: int) -> None:
    """A fatal alert in the place of the vehicle's Certificate, under the keys of the handshake."""
    alert = AlertNow(instead_of=HandshakeMessage.CERTIFICATE, number=number)
    unhappy = bench.ev.having(tls_adversary=Adversary(alert=alert))

    trace = await bench.run(calling_in(unhappy), calling_in(bench.ev))

    judge.equal("V2G answers", len(trace.all(SupportedAppProtocolRes)), 1)
    judge.take(tls.served_next(trace))


@pytest.mark.parametrize("place", PLACES, ids=str)
@case(
    "TLS-STN-034",
    "A vehicle that hangs up in the handshake does not keep the next one out",
    sut=Role.STATION,
    cites=("V2G20-1264",),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_hanging_up_in_the_handshake(bench: Bench, judge: Judge, place: HandshakeMessage) -> None:
    """The connection ends without an alert in the place of a message."""
    fickle = bench.ev.having(tls_adversary=Adversary(close_at=place))

    trace = await bench.run(calling_in(fickle), calling_in(bench.ev))

    judge.equal("V2G answers", len(trace.all(SupportedAppProtocolRes)), 1)
    judge.take(tls.served_next(trace))


@pytest.mark.parametrize("place", PLACES, ids=str)
@case(
    "TLS-STN-035",
    "A vehicle that falls silent in the handshake does not keep the next one out",
    sut=Role.STATION,
    cites=("V2G20-1264",),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_silence_in_the_handshake(bench: Bench, judge: Judge, place: HandshakeMessage) -> None:
    """The vehicle says nothing more and goes away in the end; how long the station would have waited is not judged."""
    asleep = bench.ev.having(tls_adversary=Adversary(silent_at=place))

    trace = await bench.run(calling_in(asleep), calling_in(bench.ev))

    judge.take(tls.broken_off(trace, may_wait=True))
    judge.take(tls.served_next(trace))
