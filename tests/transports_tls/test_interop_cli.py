"""Our TLS against two stacks that are not ours, the command-line tools of OpenSSL and GnuTLS, on loopback."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec import Struct

from harness.core.errors import UnreachableError
from harness.pki.build import Pki
from harness.pki.credentials import Credentials, pem, private_folder
from harness.pki.flaws import Flaw
from harness.pki.recipe import Edition
from harness.transports.base import Stream
from harness.transports.clock import Clock, run, running_clock
from harness.transports.network import SocketNetwork
from harness.transports.tls.profile import STRICT_20
from harness.transports.tls.report import HandshakeReport, Outcome, TlsRefused
from harness.transports.tls.secure import secure_client, secure_server

PRIORITY = (
    "NONE:+VERS-TLS1.3:+AES-256-GCM:+AEAD:+GROUP-SECP521R1:+GROUP-X448:"
    "+SIGN-ECDSA-SECP521R1-SHA512:+SIGN-EDDSA-ED448:+CTYPE-X509:+ECDHE-ECDSA"
)
OPENSSL_TERMS = (
    "-tls1_3", "-ciphersuites", "TLS_AES_256_GCM_SHA384", "-groups", "P-521:X448",
    "-sigalgs", "ecdsa_secp521r1_sha512:ed448",
)  # fmt: skip
FLAWS = (Flaw.EXPIRED, Flaw.UNKNOWN_ROOT, Flaw.DECOY_ROOT, Flaw.MISSING_SUB_CA, Flaw.SUB_CA_NOT_CA)


class Files(Struct):
    """PEM files for a foreign peer: its own chain and key, and the root it trusts."""

    chain: Path
    above: Path
    """The chain without its leaf."""
    key: Path
    root: Path


def openssl_server(port: int, files: Files) -> list[str]:
    return [
        "openssl", "s_server", "-accept", f"[::1]:{port}", "-naccept", "1", "-rev", *OPENSSL_TERMS,
        "-cert", str(files.chain), "-cert_chain", str(files.above), "-key", str(files.key),
        "-CAfile", str(files.root), "-Verify", "4", "-verify_return_error",
    ]  # fmt: skip


def openssl_client(port: int, files: Files) -> list[str]:
    return [
        "openssl", "s_client", "-connect", f"[::1]:{port}", *OPENSSL_TERMS, "-cert", str(files.chain),
        "-cert_chain", str(files.above), "-key", str(files.key), "-CAfile", str(files.root), "-verify", "4",
        "-verify_return_error", "-quiet", "-no_ign_eof",
    ]  # fmt: skip


def gnutls_server(port: int, files: Files) -> list[str]:
    return [
        "gnutls-serv", "--port", str(port), "--echo", "--priority", PRIORITY, "--x509certfile", str(files.chain),
        "--x509keyfile", str(files.key), "--x509cafile", str(files.root), "--require-client-cert",
        "--verify-client-cert",
    ]  # fmt: skip


def gnutls_client(port: int, files: Files) -> list[str]:
    name = "DEHARSHARNESS000000000000000000000000001"
    return [
        "gnutls-cli", "::1", "--port", str(port), "--priority", PRIORITY, "--x509certfile", str(files.chain),
        "--x509keyfile", str(files.key), "--x509cafile", str(files.root), f"--verify-hostname={name}",
        f"--sni-hostname={name}",
    ]  # fmt: skip


Command = Callable[[int, Files], list[str]]
SERVERS: dict[str, Command] = {"openssl": openssl_server, "gnutls": gnutls_server}
CLIENTS: dict[str, Command] = {"openssl": openssl_client, "gnutls": gnutls_client}
PROGRAMS = {"openssl": ("openssl", "openssl"), "gnutls": ("gnutls-serv", "gnutls-cli")}


def need(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"the program {program} is not installed (Debian: openssl, gnutls-bin)")


@asynccontextmanager
async def running(command: Sequence[str]) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def written(folder: Path, credentials: Credentials, root: bytes) -> Files:
    private_folder(folder)
    chain, key = credentials.write_pem(folder, "peer")
    anchor, _ = Credentials(chain=(root,), key=credentials.key).write_pem(folder, "root")
    above = folder / "above.pem"
    above.write_bytes(b"".join(pem(certificate) for certificate in credentials.chain[1:]))
    return Files(chain=chain, above=above, key=key, root=anchor)


async def free_port(network: SocketNetwork) -> int:
    listener = await network.listen("::1")
    await listener.close()
    return listener.port


async def reach(network: SocketNetwork, port: int, clock: Clock) -> Stream:
    """Connect to a program that takes its time to start."""
    for _ in range(200):
        try:
            return await network.connect("::1", port)
        except UnreachableError:
            await clock.wait_until(clock.now() + 0.03)
    raise AssertionError("the program never listened")


async def visit(command: list[str], port: int, pki: Pki, mine: Credentials) -> tuple[HandshakeReport, bytes]:
    """Be the client of a foreign server: the report, and what came back for a greeting."""
    clock = running_clock()
    async with running(command):
        stream = await reach(SocketNetwork("lo"), port, clock)
        try:
            secured = await secure_client(stream, mine, pki.v2g_roots, STRICT_20, now=clock.now)
        except TlsRefused as refused:
            return refused.report, b""
        await secured.send(b"anna bob\n")
        answer = await secured.receive()
        await secured.close()
        return secured.report, answer


async def host(make: Command, pki: Pki, mine: Credentials, files: Files) -> tuple[HandshakeReport, bytes]:
    """Be the server of a foreign client: the report, and what it said."""
    clock, network = running_clock(), SocketNetwork("lo")
    listener = await network.listen("::1")
    async with running(make(listener.port, files)) as program:
        try:
            stream = await listener.accept()
            secured = await secure_server(stream, mine, pki.oem_roots, STRICT_20, now=clock.now)
            assert program.stdin is not None
            program.stdin.write(b"hello\n")
            said = await secured.receive()
            await secured.close()
        except TlsRefused as refused:
            return refused.report, b""
        finally:
            await network.close()
        # A client of TLS 1.3 takes our refusal, or tells its own, after our handshake is done.
        return secured.report, said


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
        return await visit(make(port, files), port, pki, pki.vehicle_chain(flaw=mine))

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


@pytest.mark.parametrize("kind", SERVERS)
def test_our_ev_meets_a_foreign_station(kind: str, tmp_path: Path) -> None:
    report, answer = as_client(kind, tmp_path / "pem")

    assert report.complete, report.error
    assert (report.version, report.suite) == ("TLSv1.3", "TLS_AES_256_GCM_SHA384")
    assert report.group == "secp521r1"
    assert report.settled
    assert answer == {"openssl": b"bob anna\n", "gnutls": b"anna bob\n"}[kind]


@pytest.mark.parametrize("kind", CLIENTS)
def test_our_station_meets_a_foreign_ev(kind: str, tmp_path: Path) -> None:
    report, said = as_server(kind, tmp_path / "pem")

    assert report.complete, report.error
    assert len(report.peer_chain) == 3
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
        stream_report, _ = await visit(make(port, files), port, theirs, ours.vehicle_chain())
        return stream_report

    report = run(meet(), virtual=False)

    assert report.complete is taken, report.error
    if not taken:
        assert report.alert_received is not None
        assert report.alert_received.number == 46
