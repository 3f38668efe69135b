"""What a backend gets instead of TLS, or TLS where none is: survived, and the next station served."""

from __future__ import annotations

import pytest

from harness.kit import (
    Adversary,
    Bench,
    Feature,
    Flaw,
    HandshakeMessage,
    Judge,
    Role,
    TlsSeen,
    backend_links,
    case,
    ocpp_links,
    seen,
)
from harness.messages.ocpp import BootNotification

ANSWERED = seen(BootNotification.response)
MANY = 20
BREAKS = {
    "closes_at_certificate": Adversary(close_at=HandshakeMessage.CERTIFICATE),
    "closes_at_finished": Adversary(close_at=HandshakeMessage.FINISHED),
    "silent_at_certificate": Adversary(silent_at=HandshakeMessage.CERTIFICATE),
    "silent_at_finished": Adversary(silent_at=HandshakeMessage.FINISHED),
    "no_proof": Adversary(leave_out=(HandshakeMessage.CERTIFICATE_VERIFY,)),
    "wrong_proof": Adversary(wrong_signature=True),
}
"""Ways of a station to break off, or to prove nothing."""


@pytest.mark.parametrize("what", backend_links.JUNK)
@case(
    "TLS-CSMS-050",
    "Junk in the place of TLS does not keep the next station out",
    sut=Role.CSMS,
    cites=("A00.FR.312",),
    needs=(Feature.OCPP201, Feature.OCPP_TLS),
    control="TLS-CSMS-002",
)
async def test_junk(bench: Bench, judge: Judge, what: str) -> None:
    """The first bytes of the first connection are no ClientHello."""
    secured = bench.secured(2)
    station = secured.station.at_first(opening=backend_links.JUNK[what])

    trace = await secured.run(station, plug=False, until=ANSWERED, limit=60.0)

    judge.take(ocpp_links.came_to_nothing(trace))
    judge.any("answers to the next station", trace.all(BootNotification.response))


@case(
    "TLS-CSMS-051",
    "Without TLS nobody is served on a port with TLS",
    sut=Role.CSMS,
    cites=("A00.FR.312",),
    needs=(Feature.OCPP201, Feature.OCPP_TLS),
    control="TLS-CSMS-002",
)
async def test_plain_on_a_secured_port(bench: Bench, judge: Judge) -> None:
    """A WebSocket upgrade in the clear, password and all; then the same over TLS."""
    secured = bench.secured(2)

    trace = await secured.run(secured.station.at_first(tls=False), plug=False, until=ANSWERED, limit=60.0)

    handshakes = trace.all(TlsSeen, event="handshake")
    judge.some("handshakes", handshakes)
    early = trace.until(handshakes[0]) if handshakes else trace
    judge.silence("answers without TLS", early.all(BootNotification.response))
    judge.any("answers to the next station", trace.all(BootNotification.response))


@case(
    "TLS-CSMS-052",
    "TLS on a port without TLS does not keep the next station out",
    sut=Role.CSMS,
    cites=("A00.FR.202",),
    needs=(Feature.OCPP201, Feature.OCPP_BASIC),
    control="TLS-CSMS-003",
)
async def test_tls_on_a_plain_port(bench: Bench, judge: Judge) -> None:
    """The hello of a client of TLS is not HTTP; it may be answered as such, or not at all."""
    secured = bench.secured(1)

    trace = await secured.run(secured.station.at_first(tls=True), plug=False, until=ANSWERED, limit=60.0)

    judge.silence("handshakes", trace.all(TlsSeen, event="handshake"))
    judge.any("answers to the next station", trace.all(BootNotification.response))


@case(
    "TLS-CSMS-053",
    "Twenty refused stations do not keep the next one out",
    sut=Role.CSMS,
    cites=("A00.FR.406",),
    needs=(Feature.OCPP201, Feature.OCPP_TLS_MUTUAL),
    control="TLS-CSMS-001",
)
async def test_many_refusals(bench: Bench, judge: Judge) -> None:
    """Twenty times a certificate that signed itself, then a good one."""
    secured = bench.secured(3)
    stranger = backend_links.station_chain(secured, Flaw.SELF_SIGNED)
    station = secured.station.at_first(MANY, credentials=stranger).set(back_off_repeats=0)

    trace = await secured.run(station, plug=False, until=ANSWERED, limit=120.0)

    refused = trace.all(TlsSeen, event="refused")
    judge.holds("stations refused", len(refused) == MANY, f"{len(refused)} of {MANY}", at=refused[-1:])
    judge.any("answers to the next station", trace.all(BootNotification.response))


@pytest.mark.parametrize("how", BREAKS)
@case(
    "TLS-CSMS-054",
    "A station that breaks off in the middle of a handshake does not keep the next one out",
    sut=Role.CSMS,
    cites=("A00.FR.406",),
    needs=(Feature.OCPP201, Feature.OCPP_TLS_MUTUAL),
    control="TLS-CSMS-001",
)
async def test_broken_off(bench: Bench, judge: Judge, how: str) -> None:
    """It ends the connection, or says nothing more, where one of its messages is due."""
    secured = bench.secured(3)
    station = secured.station.at_first(adversary=BREAKS[how])

    trace = await secured.run(station, plug=False, until=ANSWERED, limit=120.0)

    judge.take(ocpp_links.came_to_nothing(trace))
    judge.any("answers to the next station", trace.all(BootNotification.response))
