"""Foreign TLS peers to meet on loopback: the command-line tools of OpenSSL and GnuTLS, on each profile's terms."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec import Struct, structs

from harness.core.errors import UnreachableError
from harness.pki.build import Pki
from harness.pki.credentials import Credentials, pem, private_folder
from harness.pki.recipe import ChainKind, Profile
from harness.pki.variants import ChainVariant
from harness.transports.base import Stream
from harness.transports.clock import Clock, running_clock
from harness.transports.network import SocketNetwork
from harness.transports.tls.profile import OCPP, STRICT_2, STRICT_20, TlsProfile
from harness.transports.tls.report import HandshakeReport, TlsRefused
from harness.transports.tls.secure import secure_client, secure_server

SECC_NAME = "DEHARSHARNESS000000000000000000000000001"
CSMS_NAME = "csms.example"


class Terms(Struct, frozen=True, kw_only=True):
    """On what terms we and a foreign peer meet."""

    profile: TlsProfile
    openssl: tuple[str, ...]
    gnutls: str
    """A priority string."""
    pki: Profile = Profile.STRICT_20
    server: ChainKind = ChainKind.SECC
    client: ChainKind = ChainKind.VEHICLE
    variant: ChainVariant = ChainVariant.USUAL
    mutual: bool = True
    name: str = SECC_NAME
    """What GnuTLS takes the server's certificate for."""
    version: str = "TLSv1.3"

    def server_chain(self, pki: Pki) -> Credentials:
        """What a good server presents."""
        name = self.name if self.server is ChainKind.CSMS else ""
        return pki.chain(self.server, name=name, variant=self.variant)

    def client_chain(self, pki: Pki) -> Credentials:
        """What a good client presents."""
        return pki.chain(self.client, variant=self.variant)

    def server_roots(self, pki: Pki) -> tuple[bytes, ...]:
        """What a client trusts."""
        return pki.roots(self.server, self.variant)

    def client_roots(self, pki: Pki) -> tuple[bytes, ...]:
        """What a server trusts."""
        return pki.roots(self.client, self.variant) if self.mutual else ()


P521 = Terms(
    profile=STRICT_20,
    openssl=(
        "-tls1_3", "-ciphersuites", "TLS_AES_256_GCM_SHA384", "-groups", "P-521:X448",
        "-sigalgs", "ecdsa_secp521r1_sha512:ed448",
    ),
    gnutls=(
        "NONE:+VERS-TLS1.3:+AES-256-GCM:+AEAD:+GROUP-SECP521R1:+GROUP-X448:"
        "+SIGN-ECDSA-SECP521R1-SHA512:+SIGN-EDDSA-ED448:+CTYPE-X509:+ECDHE-ECDSA"
    ),
)  # fmt: skip
ED448 = structs.replace(
    P521,
    pki=Profile.ED448,
    profile=structs.replace(STRICT_20, groups=("x448",), suites13=("TLS_CHACHA20_POLY1305_SHA256",)),
    openssl=("-tls1_3", "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256", "-groups", "X448", "-sigalgs", "ed448"),
    gnutls=("NONE:+VERS-TLS1.3:+CHACHA20-POLY1305:+AEAD:+GROUP-X448:+SIGN-EDDSA-ED448:+CTYPE-X509:+ECDHE-ECDSA"),
)
ISO2 = Terms(
    profile=STRICT_2,
    pki=Profile.ISO2,
    mutual=False,
    version="TLSv1.2",
    openssl=("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA256", "-groups", "P-256", "-sigalgs", "ECDSA+SHA256"),
    gnutls=(
        "NONE:+VERS-TLS1.2:+AES-128-CBC:+SHA256:+COMP-NULL:+GROUP-SECP256R1:+SIGN-ECDSA-SHA256:+CTYPE-X509:+ECDHE-ECDSA"
    ),
)
OCPP_EC = Terms(
    profile=OCPP, server=ChainKind.CSMS, client=ChainKind.STATION, name=CSMS_NAME, openssl=(), gnutls="NORMAL"
)
OCPP_RSA = structs.replace(OCPP_EC, variant=ChainVariant.RSA)
OCPP_RSA_12 = structs.replace(
    OCPP_RSA,
    version="TLSv1.2",
    openssl=("-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"),
    gnutls="NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-GCM",
)
EVERY = {
    "p521": P521,
    "ed448": ED448,
    "iso2": ISO2,
    "ocpp-ec": OCPP_EC,
    "ocpp-rsa": OCPP_RSA,
    "ocpp-rsa-tls12": OCPP_RSA_12,
}


class Files(Struct):
    """PEM files for a foreign peer: its own chain and key, and the root it trusts."""

    chain: Path
    above: Path
    """The chain without its leaf."""
    key: Path
    root: Path


def openssl_server(port: int, files: Files, terms: Terms) -> list[str]:
    asking = ("-CAfile", str(files.root), "-Verify", "4", "-verify_return_error")
    return [
        "openssl", "s_server", "-accept", f"[::1]:{port}", "-naccept", "1", "-rev", *terms.openssl,
        "-cert", str(files.chain), "-cert_chain", str(files.above), "-key", str(files.key),
        *(asking if terms.mutual else ()),
    ]  # fmt: skip


def openssl_client(port: int, files: Files, terms: Terms) -> list[str]:
    presenting = ("-cert", str(files.chain), "-cert_chain", str(files.above), "-key", str(files.key))
    return [
        "openssl", "s_client", "-connect", f"[::1]:{port}", *terms.openssl, *(presenting if terms.mutual else ()),
        "-CAfile", str(files.root), "-verify", "4", "-verify_return_error", "-quiet", "-no_ign_eof",
    ]  # fmt: skip


def gnutls_server(port: int, files: Files, terms: Terms) -> list[str]:
    asking = ("--x509cafile", str(files.root), "--require-client-cert", "--verify-client-cert")
    return [
        "gnutls-serv", "--port", str(port), "--echo", "--priority", terms.gnutls, "--x509certfile", str(files.chain),
        "--x509keyfile", str(files.key), *(asking if terms.mutual else ("--disable-client-cert",)),
    ]  # fmt: skip


def gnutls_client(port: int, files: Files, terms: Terms) -> list[str]:
    presenting = ("--x509certfile", str(files.chain), "--x509keyfile", str(files.key))
    return [
        "gnutls-cli", "::1", "--port", str(port), "--priority", terms.gnutls, *(presenting if terms.mutual else ()),
        "--x509cafile", str(files.root), f"--verify-hostname={terms.name}", f"--sni-hostname={terms.name}",
    ]  # fmt: skip


Command = Callable[[int, Files, Terms], list[str]]
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


async def visit(
    command: list[str], port: int, pki: Pki, mine: Credentials, terms: Terms = P521
) -> tuple[HandshakeReport, bytes]:
    """Be the client of a foreign server: the report, and what came back for a greeting."""
    clock = running_clock()
    async with running(command):
        stream = await reach(SocketNetwork("lo"), port, clock)
        try:
            presented = mine if terms.mutual else None
            roots, host = terms.server_roots(pki), terms.name if terms.name == CSMS_NAME else None
            secured = await secure_client(stream, presented, roots, terms.profile, now=clock.now, server_name=host)
        except TlsRefused as refused:
            return refused.report, b""
        await secured.send(b"anna bob\n")
        answer = await secured.receive()
        await secured.close()
        return secured.report, answer


async def host(
    make: Command, pki: Pki, mine: Credentials, files: Files, terms: Terms = P521
) -> tuple[HandshakeReport, bytes]:
    """Be the server of a foreign client: the report, and what it said."""
    clock, network = running_clock(), SocketNetwork("lo")
    listener = await network.listen("::1")
    async with running(make(listener.port, files, terms)) as program:
        try:
            stream = await listener.accept()
            secured = await secure_server(stream, mine, terms.client_roots(pki), terms.profile, now=clock.now)
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
