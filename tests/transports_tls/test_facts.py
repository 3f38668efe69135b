"""What a report tells of a handshake: hellos, schemes, retries, tickets, resumption, and what should not be."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from hashlib import sha1
from typing import Any

import pytest
from cryptography import x509
from msgspec import structs
from OpenSSL import SSL
from OpenSSL._util import ffi, lib

from harness.pki.build import Pki
from harness.pki.recipe import Profile
from harness.transports.clock import VIRTUAL_EPOCH, run, running_clock
from harness.transports.contract import connected
from harness.transports.memory import MemoryNetwork
from harness.transports.tls.adapter import set_groups
from harness.transports.tls.adversary import Adversary
from harness.transports.tls.engine_openssl import OpensslEngine
from harness.transports.tls.hello import TrustedAuthority
from harness.transports.tls.profile import LENIENT_12, LENIENT_20, STRICT_2, STRICT_20, TlsProfile
from harness.transports.tls.report import HandshakeReport, TlsRole
from harness.transports.tls.secure import secure_client, secure_server
from harness.transports.tls.setup import TlsSetup
from harness.transports.tls.stream import TlsStream
from tests.transports_tls.meeting import shake_hands

PKI = Pki.generate(VIRTUAL_EPOCH)
OLD = Pki.generate(VIRTUAL_EPOCH, profile=Profile.ISO2)
TLS12, TLS13 = 0x0303, 0x0304
APPLICATION_DATA = 23


def meet(pki: Pki = PKI, **terms: Any) -> tuple[HandshakeReport, HandshakeReport]:
    return run(shake_hands(pki, **terms), virtual=True)


def engines(pki: Pki, profile: TlsProfile, **more: Any) -> tuple[OpensslEngine, OpensslEngine]:
    """A client and a server that have not met yet; more is for the server."""
    client = TlsSetup(
        role=TlsRole.CLIENT,
        profile=profile,
        credentials=pki.vehicle_chain(),
        roots=pki.v2g_roots,
        at=VIRTUAL_EPOCH,
        session=more.pop("session", None),
    )
    server = TlsSetup(
        role=TlsRole.SERVER,
        profile=profile,
        credentials=pki.secc_chain(),
        roots=pki.oem_roots,
        at=VIRTUAL_EPOCH,
        **more,
    )
    return OpensslEngine(client), OpensslEngine(server)


def settle(client: OpensslEngine, server: OpensslEngine) -> None:
    for _ in range(4):
        client.handshake(VIRTUAL_EPOCH)
        server.feed(client.take())
        server.handshake(VIRTUAL_EPOCH)
        client.feed(server.take())
    client.read(VIRTUAL_EPOCH)
    client.complete(VIRTUAL_EPOCH)
    server.complete(VIRTUAL_EPOCH)


def test_both_hellos_and_the_scheme_of_the_peer_are_told() -> None:
    client, server = meet()

    told, answer = server.client_hello, client.server_hello
    assert told is not None
    assert answer is not None
    assert answer == server.server_hello
    assert (told.legacy_version, len(told.random), told.compressions) == (TLS12, 32, (0,))
    assert told.status_responders == 0
    assert not told.offers_session
    assert not told.offers_early_data
    assert (answer.version, answer.legacy_version, answer.suite, answer.group) == (TLS13, TLS12, 0x1302, 0x0019)
    assert set(answer.extensions) == {43, 51}
    assert client.encrypted_extensions is not None
    assert (client.signature_scheme, server.signature_scheme) == (0x0603, 0x0603)
    asked = client.certificate_request
    assert asked is not None
    assert set(asked.extensions) == {13, 47}
    assert not (client.retried or client.early_data or client.renegotiations or client.key_updates)
    assert client.unreadable == ()
    assert told.random != meet()[1].client_hello.random  # type: ignore[union-attr]


def test_a_second_hello_is_told() -> None:
    asking = structs.replace(STRICT_20, groups=("x448", "secp521r1"))

    client, server = meet(client_profile=asking, server_profile=structs.replace(STRICT_20, groups=("secp521r1",)))

    for report in (client, server):
        assert report.complete
        assert report.retried
        assert report.client_hello is not None
        assert report.client_hello.key_shares == (0x001E,)
        assert report.server_hello is not None
        assert not report.server_hello.retry
        assert report.server_hello.group == 0x0019


def test_a_vehicle_of_iso_15118_2_lists_its_roots_and_asks_for_the_status() -> None:
    asking = structs.replace(STRICT_2, asks_status_v2=True)

    for profile, kinds in ((STRICT_2, ()), (asking, (2,))):
        terms: dict[str, Any] = {"bare": True, "server": {"asks_certificate": False}}
        client, server = meet(OLD, client_profile=profile, server_profile=LENIENT_20, **terms)
        hello = server.client_hello
        assert hello is not None
        assert client.complete, client.error
        digest = sha1(OLD.v2g_roots[0], usedforsecurity=False).digest()
        assert hello.trusted_authorities == (TrustedAuthority(kind=3, value=digest),)
        assert hello.asks_status
        assert hello.status_kinds_v2 == kinds
        assert client.signature_scheme == 0x0403
        assert client.server_hello is not None
        assert client.server_hello.version == TLS12
        assert client.facts()["client_hello"]["trusted_authorities"] == [{"kind": 3, "value": digest.hex()}]


@pytest.mark.parametrize("profile", [STRICT_20, LENIENT_12], ids=lambda profile: profile.name)
@pytest.mark.parametrize("tickets", [True, False])
def test_a_session_is_taken_up_again_only_where_tickets_are_given(profile: TlsProfile, tickets: bool) -> None:
    pki = PKI if profile is STRICT_20 else OLD
    first = engines(pki, profile, tickets=tickets)
    settle(*first)
    assert first[0].report().complete
    assert first[0].report().tickets == (2 if profile is STRICT_20 else int(tickets))

    client, server = engines(pki, profile, tickets=tickets, session=first[0].session)
    settle(client, server)

    for report in (client.report(), server.report()):
        assert report.complete, report.error
        assert report.resumed is tickets
        assert bool(report.peer_chain) is not tickets
    hello = server.report().client_hello
    assert hello is not None
    assert hello.offers_session is (tickets or profile is STRICT_20)
    answer = client.report().server_hello
    assert answer is not None
    assert answer.takes_session is (tickets and profile is STRICT_20)


def test_a_session_of_another_station_is_of_no_use() -> None:
    first = engines(PKI, STRICT_20, tickets=True)
    settle(*first)
    elsewhere = Pki.generate(VIRTUAL_EPOCH)

    client, server = engines(elsewhere, STRICT_20, tickets=True, session=first[0].session)
    settle(client, server)

    assert client.report().complete
    assert not client.report().resumed


def test_a_stream_hands_out_its_session() -> None:
    async def twice() -> tuple[bool, bool]:
        session: object | None = None
        found: list[TlsStream] = []
        for _ in range(2):
            ours, theirs = await connected(MemoryNetwork())
            now = running_clock().now
            client, server = await asyncio.gather(
                secure_client(ours, PKI.vehicle_chain(), PKI.v2g_roots, STRICT_20, now=now, session=session),
                secure_server(theirs, PKI.secc_chain(), PKI.oem_roots, STRICT_20, now=now, tickets=True),
            )
            session = client.session
            found.append(server)
        return found[0].report.resumed, found[1].report.resumed

    assert run(twice(), virtual=True) == (False, True)


def test_data_ahead_of_our_finished_is_told_and_not_lost() -> None:
    """OpenSSL as a server may speak as soon as it has said its own Finished: what no station may do."""
    client, _ = engines(PKI, STRICT_20)
    server = bare_server(PKI, STRICT_20)
    client.handshake(VIRTUAL_EPOCH)
    server.bio_write(client.take())
    count, room = ffi.new("size_t *"), ffi.new("unsigned char[]", 64)
    nothing_came = 2
    assert lib.SSL_read_early_data(server._ssl, room, 64, count) == nothing_came
    assert lib.SSL_write_early_data(server._ssl, b"too soon", 8, count) == 1

    client.feed(server.bio_read(65_536))

    assert client.handshake(VIRTUAL_EPOCH)
    assert client.report().early_data
    assert client.read(VIRTUAL_EPOCH) == b"too soon"


def test_data_ahead_of_the_peers_finished_is_told() -> None:
    for pki, profile in ((OLD, LENIENT_12), (PKI, STRICT_20)):
        _, server = engines(pki, profile)

        server.feed(bytes([APPLICATION_DATA, 3, 3, 0, 3]) + b"now")
        assert server.handshake(VIRTUAL_EPOCH)

        report = server.report()
        assert report.early_data
        assert report.facts()["early_data"] is True
        assert not report.complete


def test_a_vehicle_that_wants_to_shake_hands_anew_is_refused() -> None:
    _, server = engines(OLD, LENIENT_12, asks_certificate=False)
    client = bare(OLD)
    client.set_connect_state()
    carry(client, server)
    server.complete(VIRTUAL_EPOCH)
    assert server.report().renegotiations == 0

    assert client.renegotiate()
    with pytest.raises(SSL.WantReadError):
        client.do_handshake()
    server.feed(client.bio_read(65_536))
    server.read(VIRTUAL_EPOCH)

    report = server.report()
    assert report.renegotiations == 1
    assert [(alert.sent, alert.fatal, alert.number) for alert in report.alerts] == [(True, False, 100)]


def test_a_station_that_wants_to_shake_hands_anew_is_refused() -> None:
    client, _ = engines(OLD, LENIENT_12)
    server = bare_server(OLD, LENIENT_12)
    carry(server, client)
    client.complete(VIRTUAL_EPOCH)

    assert server.renegotiate()
    with suppress(SSL.WantReadError):
        server.do_handshake()
    client.feed(server.bio_read(65_536))
    client.read(VIRTUAL_EPOCH)

    report = client.report()
    assert report.renegotiations == 1
    assert [(alert.sent, alert.fatal, alert.number) for alert in report.alerts] == [(True, False, 100)]


def test_new_keys_are_counted() -> None:
    async def talk() -> tuple[HandshakeReport, HandshakeReport]:
        ours, theirs = await connected(MemoryNetwork())
        now, asking = running_clock().now, Adversary(key_update=True)
        client, server = await asyncio.gather(
            secure_client(ours, PKI.vehicle_chain(), PKI.v2g_roots, STRICT_20, now=now, adversary=asking),
            secure_server(theirs, PKI.secc_chain(), PKI.oem_roots, STRICT_20, now=now),
        )
        await client.send(b"under new keys")
        before = server.report
        assert await server.receive() == b"under new keys"
        return before, server.report

    before, after = run(talk(), virtual=True)

    assert (before.key_updates, after.key_updates) == (0, 1)


def bare(pki: Pki, profile: TlsProfile = LENIENT_12) -> SSL.Connection:
    """pyOpenSSL without anything of ours, which allows what our engine forbids."""
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_max_proto_version(SSL.TLS1_2_VERSION if profile is LENIENT_12 else SSL.TLS1_3_VERSION)
    context.set_cipher_list(b"DEFAULT:@SECLEVEL=0")
    if profile.groups:
        set_groups(context, profile.groups)
    mine = pki.secc_chain()
    leaf, *more = [x509.load_der_x509_certificate(der) for der in mine.chain]
    context.use_certificate(leaf)
    context.use_privatekey(mine.key.reveal())
    for certificate in more:
        context.add_extra_chain_cert(certificate)
    lib.SSL_CTX_set_max_early_data(context._context, 1024)
    return SSL.Connection(context, None)


def bare_server(pki: Pki, profile: TlsProfile) -> SSL.Connection:
    connection = bare(pki, profile)
    connection.set_accept_state()
    return connection


def carry(one: SSL.Connection, other: OpensslEngine) -> None:
    """The whole handshake between a bare connection and an engine."""
    for _ in range(4):
        with suppress(SSL.WantReadError):
            one.do_handshake()
        with suppress(SSL.WantReadError):
            other.feed(one.bio_read(65_536))
        other.handshake(VIRTUAL_EPOCH)
        data = other.take()
        if data:
            one.bio_write(data)
    assert other.established, other.error
