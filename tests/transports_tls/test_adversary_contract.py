"""The adversary engine left alone is an engine like the other: same streams, same terms, same reports."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from msgspec import structs

from harness.core.errors import UserError
from harness.pki.flaws import Flaw
from harness.transports.base import Network, Stream
from harness.transports.clock import VIRTUAL_EPOCH, run
from harness.transports.contract import STREAM_CONTRACT, connected
from harness.transports.memory import MemoryNetwork, in_pieces
from harness.transports.network import SocketNetwork
from harness.transports.tls.adversary import Adversary
from harness.transports.tls.engine_adversary import AdversaryEngine
from harness.transports.tls.engine_openssl import OpensslEngine
from harness.transports.tls.profile import STRICT_20, TlsProfile, TlsVersion
from harness.transports.tls.report import Check, HandshakeReport, Outcome, TlsRole
from harness.transports.tls.secure import secure_client, secure_server
from tests.transports_tls.adversaries import KEYS, PAIRS, PKI, Kind, carried, setup, shake
from tests.transports_tls.meeting import shake_hands

PLAIN = Adversary()
NETWORKS: dict[str, Callable[[], Network]] = {
    "memory": MemoryNetwork,
    "memory-in-pieces": lambda: MemoryNetwork(segmentation=in_pieces(700)),
    "sockets": lambda: SocketNetwork("lo"),
}
SUITES = {
    TlsVersion.TLS13: ("TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256"),
    TlsVersion.TLS12: (
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305",
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES128-SHA256",
    ),
}
GROUPS = ("secp521r1", "x448", "secp256r1", "x25519")
CURVES = {"p256": ("secp256r1",), "p521": ("secp521r1",)}
SAID_BY_EACH_IN_ITS_WAY = {"engine", "error", "started", "ended"}


def epoch() -> float:
    """The certificates are of this moment, whatever the clock of the sockets says."""
    return VIRTUAL_EPOCH


def engine_of(kind: Kind) -> dict[str, Any]:
    return {"adversary": PLAIN} if kind is AdversaryEngine else {}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
@pytest.mark.parametrize("make", NETWORKS.values(), ids=NETWORKS)
@pytest.mark.parametrize("clause", STREAM_CONTRACT, ids=lambda clause: clause.__name__)
def test_the_adversary_engine_keeps_the_contract_of_streams(
    clause: Callable[[Stream, Stream], Awaitable[None]], make: Callable[[], Network], pair: tuple[Kind, Kind]
) -> None:
    async def meet() -> None:
        network = make()
        one, other = await connected(network)
        ours, theirs = engine_of(pair[0]), engine_of(pair[1])
        client, server = await asyncio.gather(
            secure_client(one, PKI.vehicle_chain(), PKI.v2g_roots, STRICT_20, now=epoch, **ours),
            secure_server(other, PKI.secc_chain(), PKI.oem_roots, STRICT_20, now=epoch, **theirs),
        )
        await clause(client, server)
        client.abort()
        server.abort()
        await network.close()

    run(meet(), virtual=isinstance(make(), MemoryNetwork))


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize("version", SUITES, ids=str)
@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_all_suites_groups_and_keys_come_to_a_connection(
    pair: tuple[Kind, Kind], version: TlsVersion, kind: str
) -> None:
    own = KEYS[kind]
    for suite in (name.replace("ECDSA", "RSA") if kind == "rsa" else name for name in SUITES[version]):
        for group in GROUPS:
            groups = (group,) if version is TlsVersion.TLS13 else (group, *CURVES.get(kind, ()))
            suites = {"suites13" if version is TlsVersion.TLS13 else "suites12": (suite,)}
            profile = TlsProfile(name="one", lowest=version, highest=version, groups=groups, **suites)  # type: ignore[arg-type]
            terms: dict[str, Any] = {"profile": profile, "credentials": own, "roots": own.chain, "check": Check.ACCEPT}
            client, server = pair[0](setup(TlsRole.CLIENT, **terms)), pair[1](setup(TlsRole.SERVER, **terms))

            shake(client, server)

            assert carried(client, server, b"ping") == b"ping", (suite, group, client.error, server.error)
            assert carried(server, client, b"pong" * 9_000) == b"pong" * 9_000
            for report in (client.report(), server.report()):
                assert (report.version, report.suite, report.group) == (version.value, suite, group)
                assert report.peer_chain == report.presented == own.chain


@pytest.mark.parametrize("flaw", [None, Flaw.EXPIRED, Flaw.UNKNOWN_ROOT, Flaw.WRONG_KEY_USAGE, Flaw.TAMPERED_SIGNATURE])
@pytest.mark.parametrize("side", ["client", "server"])
def test_both_engines_report_the_same(side: str, flaw: Flaw | None) -> None:
    """One side is played by each engine in turn, against a peer whose chain is good or flawed."""

    def told(more: dict[str, Any]) -> HandshakeReport:
        chains: dict[str, Any] = (
            {"station": PKI.secc_chain(flaw)} if side == "client" else {"vehicle": PKI.vehicle_chain(flaw=flaw)}
        )
        chains[side] = more
        client, server = run(shake_hands(PKI, **chains), virtual=True)
        return client if side == "client" else server

    facts = [structs.asdict(told(more)) for more in ({}, {"adversary": PLAIN})]

    for name in SAID_BY_EACH_IN_ITS_WAY | {"client_hello", "server_hello", "encrypted_extensions", "peer_verdict"}:
        for report in facts:
            del report[name]
    assert facts[0] == facts[1]


def test_the_client_hello_is_what_the_profile_says() -> None:
    client, server = run(shake_hands(PKI, client={"adversary": PLAIN}), virtual=True)

    hello = client.client_hello
    assert hello is not None
    assert hello == server.client_hello
    assert (hello.versions, hello.suites) == ((0x0304,), (0x1302, 0x1303))
    assert (hello.groups, hello.signature_schemes) == ((0x0019, 0x001E), (0x0603, 0x0808))
    assert hello.key_shares == (0x0019,)
    assert hello.asks_status
    assert set(hello.extensions) == {5, 10, 13, 43, 45, 51}
    assert (client.engine, server.engine) == ("adversary", "openssl")


def test_a_server_asks_for_a_certificate_as_the_profile_says() -> None:
    client, _ = run(shake_hands(PKI, server={"adversary": PLAIN}), virtual=True)

    request = client.certificate_request
    assert request is not None
    assert request.signature_schemes == (0x0603, 0x0808)
    assert len(request.authorities) == len(PKI.oem_roots)
    assert set(request.extensions) == {13, 47}


def test_a_client_that_tries_again_comes_to_a_connection() -> None:
    """The server's group is not the one of the key share: HelloRetryRequest, of either engine."""
    turned = structs.replace(STRICT_20, groups=("x448", "secp521r1"))
    narrow = structs.replace(STRICT_20, groups=("secp521r1",))
    for kinds in PAIRS.values():
        client, server = (
            kinds[0](setup(TlsRole.CLIENT, profile=turned)),
            kinds[1](setup(TlsRole.SERVER, profile=narrow)),
        )

        shake(client, server)

        assert carried(client, server, b"again") == b"again", (client.error, server.error)
        assert client.report().retried
        assert client.report().group == "secp521r1"


def test_a_server_of_both_standards_spares_old_clients_the_certificate() -> None:
    both = TlsProfile(name="both", lowest=TlsVersion.TLS12, spares_tls12=True)
    old = TlsProfile(name="old", lowest=TlsVersion.TLS12, highest=TlsVersion.TLS12)
    terms: dict[str, Any] = {"credentials": KEYS["p256"], "check": Check.ACCEPT}
    client = OpensslEngine(setup(TlsRole.CLIENT, profile=old, **terms))
    server = AdversaryEngine(setup(TlsRole.SERVER, profile=both, **terms))

    shake(client, server)

    assert server.established
    assert client.report().certificate_request is None
    assert server.report().peer_chain == ()


def test_the_key_log_has_the_lines_of_openssl() -> None:
    lines: dict[str, list[str]] = {"client": [], "server": []}
    client = AdversaryEngine(setup(TlsRole.CLIENT, keylog=lines["client"].append))
    server = OpensslEngine(setup(TlsRole.SERVER, keylog=lines["server"].append))

    shake(client, server)

    assert len(lines["client"]) == 4
    assert set(lines["client"]) <= set(lines["server"])


def test_a_profile_that_this_engine_has_not_is_told() -> None:
    strange = structs.replace(STRICT_20, groups=("brainpoolP512r1",))

    with pytest.raises(UserError, match="no group brainpoolP512r1"):
        AdversaryEngine(setup(TlsRole.CLIENT, profile=strange))


@pytest.mark.parametrize("role", TlsRole)
def test_the_end_of_the_stream_ends_the_handshake(role: TlsRole) -> None:
    engine = AdversaryEngine(setup(role))
    engine.handshake(VIRTUAL_EPOCH)

    engine.feed_end()

    assert engine.handshake(VIRTUAL_EPOCH)
    assert engine.outcome is Outcome.CLOSED
    assert engine.error == "the peer closed the connection without an alert"


@pytest.mark.parametrize("tickets", [False, True])
def test_a_session_is_taken_up_again_only_where_that_is_wanted(*, tickets: bool) -> None:
    session: object | None = None
    for again in (False, True):
        client = OpensslEngine(setup(TlsRole.CLIENT, session=session))
        server = AdversaryEngine(setup(TlsRole.SERVER, tickets=tickets, adversary=PLAIN))

        shake(client, server)

        assert carried(client, server, b"again") == b"again", (client.error, server.error)
        assert (client.report().resumed, server.report().resumed) == (again and tickets,) * 2
        assert bool(server.report().peer_chain) is not (again and tickets)
        session = client.session
        client.close(VIRTUAL_EPOCH)


def test_a_certificate_asked_for_later_is_refused() -> None:
    """Nothing in our hello allows it (RFC 8446, 4.6.2); the message is sent by a plain tlslite server."""
    client = AdversaryEngine(setup(TlsRole.CLIENT, check=Check.ACCEPT))
    server = AdversaryEngine(setup(TlsRole.SERVER))
    shake(client, server)

    server._connection.say(22, bytes.fromhex("0d00000d 01aa 000a 000d0006 0004 0603 0808"))
    client.feed(server.take())

    assert client.read(VIRTUAL_EPOCH) == b""
    assert [(alert.sent, alert.number) for alert in client.alerts] == [(True, 10)]
