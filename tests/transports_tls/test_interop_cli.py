"""Our TLS against two stacks that are not ours, the command-line tools of OpenSSL and GnuTLS, on loopback."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.pki.build import Pki
from harness.pki.flaws import Flaw
from harness.pki.recipe import Edition
from harness.transports.clock import run, running_clock
from harness.transports.network import SocketNetwork
from harness.transports.tls.report import HandshakeReport, Outcome
from tests.transports_tls.referees import (
    CLIENTS,
    EVERY,
    P521,
    PROGRAMS,
    SERVERS,
    Terms,
    free_port,
    host,
    need,
    visit,
    written,
)

FLAWS = (Flaw.EXPIRED, Flaw.UNKNOWN_ROOT, Flaw.DECOY_ROOT, Flaw.MISSING_SUB_CA, Flaw.SUB_CA_NOT_CA)


def as_client(
    kind: str, folder: Path, *, mine: Flaw | None = None, theirs: Flaw | None = None
) -> tuple[HandshakeReport, bytes]:
    """Our client and a foreign server, with a flaw on one side."""
    make = SERVERS[kind]
    need(PROGRAMS[kind][0])

    async def meet() -> tuple[HandshakeReport, bytes]:
        pki = Pki.generate(running_clock().now())
        files = written(folder, pki.secc_chain(theirs), pki.oem_roots[0])
        port = await free_port(SocketNetwork("lo"))
        return await visit(make(port, files, P521), port, pki, pki.vehicle_chain(flaw=mine))

    return run(meet(), virtual=False)


def as_server(
    kind: str, folder: Path, *, mine: Flaw | None = None, theirs: Flaw | None = None
) -> tuple[HandshakeReport, bytes]:
    """Our server and a foreign client, with a flaw on one side."""
    make = CLIENTS[kind]
    need(PROGRAMS[kind][1])

    async def meet() -> tuple[HandshakeReport, bytes]:
        pki = Pki.generate(running_clock().now())
        files = written(folder, pki.vehicle_chain(flaw=theirs), pki.v2g_roots[0])
        return await host(make, pki, pki.secc_chain(mine), files)

    return run(meet(), virtual=False)


def good_visit(kind: str, terms: Terms, folder: Path) -> tuple[HandshakeReport, bytes]:
    """Our client and a foreign server, both good."""
    need(PROGRAMS[kind][0])

    async def meet() -> tuple[HandshakeReport, bytes]:
        pki = Pki.generate(running_clock().now(), profile=terms.pki)
        trusted = terms.client_roots(pki) or terms.server_roots(pki)
        files = written(folder, terms.server_chain(pki), trusted[-1])
        port = await free_port(SocketNetwork("lo"))
        return await visit(SERVERS[kind](port, files, terms), port, pki, terms.client_chain(pki), terms)

    return run(meet(), virtual=False)


def good_host(kind: str, terms: Terms, folder: Path) -> tuple[HandshakeReport, bytes]:
    """Our server and a foreign client, both good."""
    need(PROGRAMS[kind][1])

    async def meet() -> tuple[HandshakeReport, bytes]:
        pki = Pki.generate(running_clock().now(), profile=terms.pki)
        files = written(folder, terms.client_chain(pki), terms.server_roots(pki)[-1])
        return await host(CLIENTS[kind], pki, terms.server_chain(pki), files, terms)

    return run(meet(), virtual=False)


@pytest.mark.parametrize("kind", SERVERS)
@pytest.mark.parametrize("name", EVERY)
def test_the_good_chains_of_every_profile_pass_at_a_foreign_server(name: str, kind: str, tmp_path: Path) -> None:
    report, answer = good_visit(kind, EVERY[name], tmp_path / "pem")

    assert report.complete, report.error
    assert report.settled
    assert report.version == EVERY[name].version
    assert bool(report.presented) is EVERY[name].mutual
    assert report.peer_verdict is not None
    assert report.peer_verdict.good
    assert answer == {"openssl": b"bob anna\n", "gnutls": b"anna bob\n"}[kind]


@pytest.mark.parametrize("kind", CLIENTS)
@pytest.mark.parametrize("name", EVERY)
def test_the_good_chains_of_every_profile_pass_at_a_foreign_client(name: str, kind: str, tmp_path: Path) -> None:
    report, said = good_host(kind, EVERY[name], tmp_path / "pem")

    assert report.complete, report.error
    assert report.version == EVERY[name].version
    assert bool(report.peer_chain) is EVERY[name].mutual
    assert said == b"hello\n"


@pytest.mark.parametrize("flaw", FLAWS, ids=lambda flaw: flaw.name.lower())
@pytest.mark.parametrize("kind", SERVERS)
def test_a_foreign_station_refuses_our_flawed_vehicle(kind: str, flaw: Flaw, tmp_path: Path) -> None:
    report, _ = as_client(kind, tmp_path / "pem", mine=flaw)

    assert report.outcome is Outcome.REFUSED_BY_PEER, report.error
    assert report.alert_received is not None
    # The GnuTLS program answers every bad chain with access_denied, which RFC 8446 has for good ones.
    assert report.alert_received.number in (flaw.alerts if kind == "openssl" else {49})


@pytest.mark.parametrize("flaw", FLAWS, ids=lambda flaw: flaw.name.lower())
@pytest.mark.parametrize("kind", CLIENTS)
def test_a_foreign_ev_refuses_our_flawed_station(kind: str, flaw: Flaw, tmp_path: Path) -> None:
    report, said = as_server(kind, tmp_path / "pem", mine=flaw)

    assert said == b""
    assert not report.complete
    assert report.alert_received is None or report.alert_received.number in flaw.alerts


@pytest.mark.parametrize("kind", SERVERS)
def test_our_ev_refuses_a_foreign_station_with_a_flaw(kind: str, tmp_path: Path) -> None:
    report, _ = as_client(kind, tmp_path / "pem", theirs=Flaw.WRONG_EXTENDED_KEY_USAGE)

    assert report.outcome is Outcome.REFUSED_BY_US
    assert report.alert_sent is not None
    assert report.alert_sent.number == 43


@pytest.mark.parametrize("kind", CLIENTS)
def test_our_station_refuses_a_foreign_ev_with_a_flaw(kind: str, tmp_path: Path) -> None:
    report, _ = as_server(kind, tmp_path / "pem", theirs=Flaw.EXPIRED)

    assert report.outcome is Outcome.REFUSED_BY_US
    assert report.alert_sent is not None
    assert report.alert_sent.number == 45


@pytest.mark.parametrize(("kind", "taken"), [("openssl", False), ("gnutls", True)])
def test_stacks_differ_on_the_critical_identifiers_of_2022(kind: str, taken: bool, tmp_path: Path) -> None:
    """A literal chain of the 2022 edition: what a peer does with it tells of its stack, not of its faults."""
    make = SERVERS[kind]
    need(PROGRAMS[kind][0])

    async def meet() -> HandshakeReport:
        now = running_clock().now()
        ours = Pki.generate(now, edition=Edition.ED2022)
        theirs = Pki.generate(now)
        files = written(tmp_path / "pem", theirs.secc_chain(), ours.oem_roots[0])
        port = await free_port(SocketNetwork("lo"))
        stream_report, _ = await visit(make(port, files, P521), port, theirs, ours.vehicle_chain())
        return stream_report

    report = run(meet(), virtual=False)

    assert report.complete is taken, report.error
    if not taken:
        assert report.alert_received is not None
        assert report.alert_received.number == 46
