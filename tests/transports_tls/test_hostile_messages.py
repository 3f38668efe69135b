"""Handshake messages of hostile peers: read, or told as unreadable, within bounds, and nothing else."""

from __future__ import annotations

import json
from random import Random  # noqa: TID251 - seeded
from typing import Any

import pytest
from msgspec import structs

from harness.pki.build import Pki
from harness.pki.recipe import Profile
from harness.transports.clock import VIRTUAL_EPOCH
from harness.transports.tls.certificate_message import read_certificate_status, read_chain
from harness.transports.tls.engine_openssl import OpensslEngine
from harness.transports.tls.journal import CERTIFICATE, CLIENT_HELLO, SERVER_HELLO, Journal
from harness.transports.tls.octets import MOST_BYTES, Malformed
from harness.transports.tls.profile import LENIENT_12, STRICT_2, STRICT_20, TlsProfile
from harness.transports.tls.report import TlsRole
from harness.transports.tls.setup import Revocation, TlsSetup
from harness.transports.tls.verification import judge_chain

PKI = Pki.generate(VIRTUAL_EPOCH)
OLD = Pki.generate(VIRTUAL_EPOCH, profile=Profile.ISO2)
Seen = tuple[bool, int, bytes]
HANDSHAKE = 22
MUTATIONS = 3_000


def engine(role: TlsRole, pki: Pki, profile: TlsProfile, **more: Any) -> OpensslEngine:
    is_client = role is TlsRole.CLIENT
    return OpensslEngine(
        TlsSetup(
            role=role,
            profile=profile,
            credentials=pki.vehicle_chain() if is_client else pki.secc_chain(),
            roots=pki.v2g_roots if is_client else pki.oem_roots,
            at=VIRTUAL_EPOCH,
            **more,
        )
    )


def conversation(pki: Pki, profile: TlsProfile) -> list[Seen]:
    """All that a client saw of a good handshake, both ways."""
    seen: list[Seen] = []
    client = engine(TlsRole.CLIENT, pki, profile)
    server = engine(TlsRole.SERVER, pki, profile, staples=(pki.ocsp(pki.secc_chain().chain[0]),))
    hooks = client._hooks
    usual = hooks.seen

    def watching(sent: bool, kind: int, data: bytes) -> None:
        seen.append((sent, kind, data))
        usual(sent, kind, data)

    hooks.seen = watching
    for _ in range(4):
        client.handshake(VIRTUAL_EPOCH)
        server.feed(client.take())
        server.handshake(VIRTUAL_EPOCH)
        client.feed(server.take())
    client.read(VIRTUAL_EPOCH)
    assert client.established, client.error
    return seen


def bent(data: bytes, chance: Random) -> bytes:
    """The bytes with a few of them changed, lost or doubled."""
    body = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(body) + 1)
        match chance.randrange(4):
            case 0:
                body[place : place + 1] = bytes([chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))])
            case 1:
                del body[place : place + chance.randint(1, 40)]
            case 2:
                body[place:place] = chance.randbytes(chance.randint(1, 40))
            case _:
                body[place:place] = body[place : place + chance.randint(1, 200)]
    return bytes(body)


def everything(journal: Journal) -> tuple[Any, ...]:
    """Whatever a report asks of a journal."""
    return (
        journal.client_hello(),
        journal.server_hello(),
        journal.encrypted_extensions(),
        journal.certificate_request(),
        journal.signature_scheme(),
        journal.staples(),
        journal.own_chain(),
        journal.unreadable,
        journal.speaks13,
    )


@pytest.mark.parametrize(
    ("pki", "profile"), [(PKI, STRICT_20), (OLD, STRICT_2), (OLD, LENIENT_12)], ids=["strict-20", "strict-2", "tls12"]
)
def test_mutated_messages_are_read_or_told_and_never_raise(pki: Pki, profile: TlsProfile) -> None:
    good = conversation(pki, profile)
    setup = TlsSetup(role=TlsRole.CLIENT, profile=profile, roots=pki.v2g_roots, at=VIRTUAL_EPOCH)
    minding = structs.replace(setup, revocation=Revocation.CHAIN)
    chance, unreadable, refused = Random(15118), 0, 0
    for _ in range(MUTATIONS // 3):
        journal, victim = Journal(), chance.randrange(len(good))
        for place, (sent, kind, data) in enumerate(good):
            journal.seen(sent, kind, bent(data, chance) if place == victim else data)
        chain, told = journal.peer_chain(), everything(journal)
        unreadable += bool(told[7])
        verdict = judge_chain(minding, chain, journal.staples())
        refused += verdict is not None and not verdict.good
        assert len(journal.staples()) == len(chain)

    assert unreadable > MUTATIONS // 60
    assert refused > MUTATIONS // 60


def test_mutated_records_end_a_handshake_without_raising() -> None:
    outcomes: set[str] = set()
    chance = Random(20)
    for _ in range(250):
        client, server = engine(TlsRole.CLIENT, PKI, STRICT_20), engine(TlsRole.SERVER, PKI, STRICT_20)
        client.handshake(VIRTUAL_EPOCH)
        hello = client.take()
        server.feed(bent(hello, chance) if chance.random() < 0.5 else hello)
        server.handshake(VIRTUAL_EPOCH)
        client.feed(bent(server.take(), chance))
        client.handshake(VIRTUAL_EPOCH)
        client.feed_end()
        server.feed_end()
        for side in (client, server):
            assert side.handshake(VIRTUAL_EPOCH) or side.established
            outcomes.add(json.dumps(side.report().facts()["outcome"]))
    assert len(outcomes) >= 2


def certificate_message(entries: list[bytes]) -> bytes:
    body = b"".join(len(entry).to_bytes(3, "big") + entry + b"\0\0" for entry in entries)
    return b"\0" + len(body).to_bytes(3, "big") + body


def speaking13() -> Journal:
    journal = Journal()
    for sent, kind, data in conversation(PKI, STRICT_20):
        if kind == HANDSHAKE and data[0] in {CLIENT_HELLO, SERVER_HELLO}:
            journal.seen(sent, kind, data)
    assert journal.speaks13
    return journal


def test_a_message_beyond_the_bounds_is_not_looked_into() -> None:
    journal = speaking13()
    journal.message(False, CERTIFICATE, certificate_message([bytes(MOST_BYTES)]))

    assert journal.peer_chain() == ()
    assert len(journal.unreadable) == 1
    assert "more than" in journal.unreadable[0]
    assert max(len(body) for body in journal._first.values()) <= MOST_BYTES + 1


def test_a_chain_beyond_the_bounds_is_cut_and_refused() -> None:
    journal = speaking13()
    leaf = PKI.secc_chain().chain[0]
    journal.message(False, CERTIFICATE, certificate_message([leaf, *[b"\x30\x00"] * 99]))

    chain = journal.peer_chain()
    setup = TlsSetup(role=TlsRole.CLIENT, profile=STRICT_20, roots=PKI.v2g_roots, at=VIRTUAL_EPOCH)
    verdict = judge_chain(setup, chain)

    assert len(chain) == len(journal.staples()) == 30
    assert verdict is not None
    assert not verdict.good


def test_a_flood_of_alerts_is_kept_short() -> None:
    journal = Journal()
    for _ in range(10_000):
        journal.seen(False, 21, b"\x01\x64")

    assert len(journal.alerts) == 100


def test_ocsp_multi_gives_each_certificate_its_own() -> None:
    body = b"\x02" + (13).to_bytes(3, "big") + b"\0\0\x02ab" + b"\0\0\0" + b"\0\0\x02cd"

    assert read_certificate_status(body) == (b"ab", b"", b"cd")
    with pytest.raises(Malformed, match="unknown kind 9"):
        read_certificate_status(b"\x09")
    with pytest.raises(Malformed):
        read_chain(b"\0\0\0\x05\0\0\x09a", tls13=True)
