"""Full mutual TLS 1.3 handshakes: how many a second one core does through our pump, and through pyOpenSSL alone.

    python benchmarks/tls.py

Both ends in one process, in turn within the same run: ours as the product does it (engine, journal, chain checks,
`TlsStream` over a pair in memory, the wait for the server's consent), then bare pyOpenSSL that carries bytes from one
memory BIO to the other and asks OpenSSL alone about the chains. Exit 1 if ours falls below 0.8 of it.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from statistics import quantiles
from time import process_time

from cryptography import x509
from msgspec import structs
from OpenSSL import SSL, crypto

from harness.pki.build import Pki
from harness.pki.credentials import Credentials
from harness.pki.recipe import Profile
from harness.transports.base import Stream
from harness.transports.clock import VIRTUAL_EPOCH, run, running_clock
from harness.transports.contract import connected
from harness.transports.memory import MemoryNetwork
from harness.transports.tls.adapter import set_groups
from harness.transports.tls.profile import STRICT_20, TlsProfile
from harness.transports.tls.report import TlsEvent
from harness.transports.tls.secure import secure_client, secure_server

GOAL = 0.8
WARM, HANDSHAKES = 5, 400
_CHUNK = 65_536
KINDS = {"P-521 / secp521r1": (Profile.STRICT_20, "secp521r1"), "Ed448 / x448": (Profile.ED448, "x448")}


class Bare:
    """pyOpenSSL by itself, its contexts made once."""

    def __init__(self, pki: Pki, group: str) -> None:
        self._client = self._context(pki.vehicle_chain(), pki.v2g_roots, group, SSL.VERIFY_PEER)
        both = SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT
        self._server = self._context(pki.secc_chain(), pki.oem_roots, group, both)

    def shake_hands(self) -> None:
        """One handshake; the client reads what the server sends behind it, as it must to learn of a refusal."""
        client, server = SSL.Connection(self._client, None), SSL.Connection(self._server, None)
        client.set_connect_state()
        server.set_accept_state()
        left = [client, server]
        while left:
            for side, other in ((client, server), (server, client)):
                try:
                    side.do_handshake()
                    left = [one for one in left if one is not side]
                except SSL.WantReadError:
                    pass
                self._carry(side, other)
        try:
            client.recv(_CHUNK)
        except SSL.WantReadError:
            return
        raise SystemExit("a server that said nothing was heard")

    @staticmethod
    def _carry(side: SSL.Connection, other: SSL.Connection) -> None:
        try:
            other.bio_write(side.bio_read(_CHUNK))
        except SSL.WantReadError:
            return

    @staticmethod
    def _context(mine: Credentials, roots: tuple[bytes, ...], group: str, mode: int) -> SSL.Context:
        context = SSL.Context(SSL.TLS_METHOD)
        context.set_min_proto_version(SSL.TLS1_3_VERSION)
        context.set_tls13_ciphersuites(b"TLS_AES_256_GCM_SHA384")
        set_groups(context, (group,))
        leaf, *more = [x509.load_der_x509_certificate(der) for der in mine.chain]
        context.use_certificate(leaf)
        context.use_privatekey(mine.key.reveal())
        for certificate in more:
            context.add_extra_chain_cert(certificate)
        store = context.get_cert_store()
        assert store is not None
        for root in roots:
            store.add_cert(crypto.X509.from_cryptography(x509.load_der_x509_certificate(root)))
        store.set_time(datetime.fromtimestamp(VIRTUAL_EPOCH, tz=UTC))
        context.set_session_id(b"bench")
        context.set_verify(mode)
        return context


class Pumped:
    """Our engines under our streams, over a pair in memory."""

    def __init__(self, pki: Pki, profile: TlsProfile) -> None:
        self._vehicle, self._station = pki.vehicle_chain(), pki.secc_chain()
        self._above_vehicle, self._above_station = pki.oem_roots, pki.v2g_roots
        self._profile = profile

    async def shake_hands(self, ours: Stream, theirs: Stream) -> None:
        """One handshake, recorded as always, on a fresh connection that is torn down again."""
        events: list[TlsEvent] = []
        profile, now, tell = self._profile, running_clock().now, events.append
        client, server = await asyncio.gather(
            secure_client(ours, self._vehicle, self._above_station, profile, now=now, on_event=tell),
            secure_server(theirs, self._station, self._above_vehicle, profile, now=now, on_event=tell),
        )
        client.abort()
        server.abort()
        if [event.event for event in events] != ["handshake", "handshake", "closed", "closed"]:
            raise SystemExit(f"a handshake came to something else: {client.report.error or server.report.error}")
        if any(event.facts["group"] != profile.groups[0] or not event.facts["settled"] for event in events[:2]):
            raise SystemExit(f"a handshake came to something else: {events[:2]}")


async def in_turn(pki: Pki, profile: TlsProfile, bare: Bare) -> tuple[float, float]:
    """Seconds of CPU time that a handshake of ours takes, and one of pyOpenSSL alone, many in turn.

    The best tenth of each counts: what a handshake costs while nobody else wants the caches.
    """
    pumped, network = Pumped(pki, profile), MemoryNetwork()
    ours, alone = [], []
    for _ in range(WARM + HANDSHAKES):
        client, server = await connected(network)
        begun = process_time()
        await pumped.shake_hands(client, server)
        between = process_time()
        bare.shake_hands()
        ours.append(between - begun)
        alone.append(process_time() - between)
    return quantiles(ours[WARM:], n=10)[0], quantiles(alone[WARM:], n=10)[0]


def measure(kind: str) -> bool:
    """Whether the goal is reached with one kind of key."""
    pki_profile, group = KINDS[kind]
    pki = Pki.generate(VIRTUAL_EPOCH, profile=pki_profile)
    profile = structs.replace(STRICT_20, groups=(group,), chain_profile=pki_profile)
    ours, alone = run(in_turn(pki, profile, Bare(pki, group)), virtual=True)
    ratio = alone / ours
    print(f"{kind:18} {1 / ours:6.0f} handshakes/s/core, pyOpenSSL alone {1 / alone:6.0f}: ratio {ratio:.2f}")
    return ratio >= GOAL


def main() -> int:
    reached = [measure(kind) for kind in KINDS]
    print(
        f"goal {'reached' if all(reached) else 'MISSED'}: at least {GOAL} of pyOpenSSL alone, both ends in one process"
    )
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
