"""A staple for each certificate, which OpenSSL would not send: read by both engines, and by two stacks not ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from harness.pki.build import Pki
from harness.pki.ocsp import Status
from harness.transports.clock import run, running_clock
from harness.transports.network import SocketNetwork
from harness.transports.tls.adversary import Adversary
from harness.transports.tls.engine_adversary import AdversaryEngine
from harness.transports.tls.engine_openssl import OpensslEngine
from harness.transports.tls.profile import LENIENT_12, STRICT_20
from harness.transports.tls.report import Check, HandshakeReport, Outcome, TlsRefused, TlsRole
from harness.transports.tls.secure import secure_server
from harness.transports.tls.setup import Revocation
from tests.transports_tls.adversaries import PKI, Kind, setup, shake
from tests.transports_tls.meeting import shake_hands
from tests.transports_tls.referees import CLIENTS, P521, PROGRAMS, need, running, written

STATION = PKI.secc_chain()
GOOD = tuple(PKI.ocsp(certificate) for certificate in STATION.chain)
CLIENTS_OF: dict[str, Kind] = {"adversary": AdversaryEngine, "openssl": OpensslEngine}


def served(client: Kind, terms: dict[str, Any], **server: Any) -> tuple[HandshakeReport, HandshakeReport]:
    """A client of either engine and an adversary server."""
    one = client(setup(TlsRole.CLIENT, **terms))
    other = AdversaryEngine(setup(TlsRole.SERVER, **server))
    shake(one, other)
    return one.report(), other.report()


def test_a_station_with_more_than_a_staple_gets_the_engine_that_can() -> None:
    client, server = run(
        shake_hands(PKI, client={"revocation": Revocation.CHAIN}, server={"staples": GOOD}), virtual=True
    )

    assert client.complete, client.error
    assert (client.engine, server.engine) == ("openssl", "adversary")
    assert client.staples == GOOD


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("status", [Status.REVOKED, Status.UNKNOWN, None], ids=str)
def test_one_bad_staple_anywhere_in_the_chain_is_refused(status: Status | None, place: int) -> None:
    """Each certificate below the root must be known to be good [V2G20-2388, V2G20-2416]."""
    bad = PKI.ocsp(STATION.chain[place], status) if status else b""
    staples = (*GOOD[:place], bad, *GOOD[place + 1 :])

    client, server = run(
        shake_hands(PKI, client={"revocation": Revocation.CHAIN}, server={"staples": staples}), virtual=True
    )

    assert client.outcome is Outcome.REFUSED_BY_US
    assert server.outcome is Outcome.REFUSED_BY_PEER
    assert client.peer_verdict is not None
    assert client.peer_verdict.depth == place
    assert client.staples == staples


@pytest.mark.parametrize("kind", CLIENTS_OF.values(), ids=CLIENTS_OF)
def test_nobody_gets_staples_unasked_unless_on_purpose(kind: Kind) -> None:
    modest = structs.replace(STRICT_20, asks_status=False)
    client, server = served(kind, {"profile": modest}, staples=GOOD)
    assert client.staples == (b"", b"", b"")
    assert client.error == server.error == ""

    client, _ = served(kind, {"profile": modest}, staples=GOOD, adversary=Adversary(unasked_status=True))
    assert client.staples == GOOD


def test_a_staple_may_be_none() -> None:
    client, server = served(OpensslEngine, {}, adversary=Adversary(wrong_status=True))

    assert client.staples == (b"this is no OCSP response",) * 3
    assert server.alert_received is not None
    assert server.alert_received.number == 113


def test_tls12_has_one_staple_or_all_of_them_as_was_asked() -> None:
    lax: dict[str, Any] = {"check": Check.ACCEPT}
    answers: list[tuple[dict[str, Any], tuple[bytes, ...]]] = [
        ({"asks_status": True}, (GOOD[0], b"", b"")),
        ({"asks_status_v2": True}, GOOD),
        ({}, (b"", b"", b"")),
    ]
    for asks, seen in answers:
        asking = lax | {"profile": structs.replace(LENIENT_12, **asks)}
        client, server = served(AdversaryEngine, asking, profile=LENIENT_12, staples=GOOD, **lax)
        assert client.staples == seen
        assert client.version == server.version == "TLSv1.2"
    asking = lax | {"profile": structs.replace(LENIENT_12, asks_status=True)}
    client, _ = served(OpensslEngine, asking, profile=LENIENT_12, staples=GOOD, **lax)
    assert client.staples == (GOOD[0], b"", b"")


async def visited(command: list[str], port: int, server: Any) -> tuple[str, str]:
    """What a foreign client prints of our station, and how the handshake ended for us."""
    async with running(command) as program:
        try:
            secured = await server
            assert program.stdin is not None
            program.stdin.write(b"hello\n")
            await secured.receive()
            await secured.close()
            end = secured.report.error
        except TlsRefused as refused:
            end = refused.report.error
        program.terminate()
        assert program.stdout is not None
        return (await program.stdout.read()).decode(errors="replace"), end


def foreign_view(kind: str, folder: Path, more: tuple[str, ...], place: int | None, status: Status) -> tuple[str, str]:
    """What a foreign client makes of a station whose staple at `place` says `status`."""
    need(PROGRAMS[kind][1])

    async def meet() -> tuple[str, str]:
        clock, network = running_clock(), SocketNetwork("lo")
        pki = Pki.generate(clock.now())
        files = written(folder, pki.vehicle_chain(), pki.v2g_roots[0])
        chain = pki.secc_chain()
        states = [status if number == place else Status.GOOD for number in range(len(chain.chain))]
        staples = tuple(pki.ocsp(der, state) for der, state in zip(chain.chain, states, strict=True))
        listener = await network.listen("::1")
        command = [part for part in CLIENTS[kind](listener.port, files, P521) if part != "-quiet"] + [*more]

        async def serve() -> Any:
            stream = await listener.accept()
            return await secure_server(stream, chain, pki.oem_roots, STRICT_20, now=clock.now, staples=staples)

        try:
            return await visited(command, listener.port, serve())
        finally:
            await network.close()

    return run(meet(), virtual=False)


def test_gnutls_takes_good_staples(tmp_path: Path) -> None:
    said, error = foreign_view("gnutls", tmp_path / "pem", (), None, Status.GOOD)

    assert "Handshake was completed" in said, said
    assert error == ""


@pytest.mark.parametrize("place", [0, 1, 2])
def test_gnutls_reads_the_staple_of_each_certificate(place: int, tmp_path: Path) -> None:
    said, _ = foreign_view("gnutls", tmp_path / "pem", (), place, Status.REVOKED)

    assert "Handshake was completed" not in said
    assert "revoked" in said, said


def test_openssl_shows_a_staple_for_each_certificate(tmp_path: Path) -> None:
    said, _ = foreign_view("openssl", tmp_path / "pem", ("-status", "-tlsextdebug"), None, Status.GOOD)

    assert "OCSP Response Status: successful" in said, said
    assert said.count('TLS server extension "status request" (id=5)') == 3, said
