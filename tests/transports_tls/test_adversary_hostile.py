"""A hostile peer of the adversary engine comes to an outcome; a fault of our own comes to light."""

from __future__ import annotations

import json
from random import Random  # noqa: TID251 - seeded
from typing import Any

import pytest

from harness.core.errors import UserError
from harness.transports.clock import VIRTUAL_EPOCH
from harness.transports.tls import tlslite_check
from harness.transports.tls.adversary import Adversary, HandshakeMessage
from harness.transports.tls.engine import EngineOver, TlsEngine
from harness.transports.tls.engine_adversary import AdversaryEngine
from harness.transports.tls.engine_openssl import OpensslEngine
from harness.transports.tls.profile import TlsProfile, TlsVersion
from harness.transports.tls.report import Check, Outcome, TlsRole
from harness.transports.tls.tlslite_adapter import Conversation
from harness.transports.tls.tlslite_names import TLSConnection
from tests.transports_tls.adversaries import KEYS, carried, setup, shake

STREAMS = 800
"""For each role; with the streams of pure noise there are 2,100 of them."""
PROFILES = (
    TlsProfile(name="both", lowest=TlsVersion.TLS12, groups=("x25519", "secp256r1")),
    TlsProfile(name="new", groups=("secp256r1", "x25519")),
    TlsProfile(name="old", lowest=TlsVersion.TLS12, highest=TlsVersion.TLS12, groups=("secp256r1",)),
)
ADDRESS = b"fe80::1%v2xd0"
"""What a client that is given an address may put where a name of DNS belongs."""
HANDSHAKE_KINDS = (0, 1, 2, 4, 8, 11, 12, 13, 14, 15, 16, 20, 22, 24, 25, 254)


def mutated(data: bytes, chance: Random) -> bytes:
    """A flight that something happened to: noise, other bytes, cut, longer, or another message well framed."""
    changed, way = bytearray(data), chance.randrange(6)
    place = chance.randrange(len(changed))
    if way == 0:
        return chance.randbytes(chance.randrange(1, 400))
    if way == 1:
        for _ in range(chance.randrange(1, 6)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    elif way == 2:
        del changed[place:]
    elif way == 3:
        changed[place:place] = chance.randbytes(chance.randrange(1, 50))
    elif way == 4:
        start = chance.randrange(len(changed))
        changed[place : place + 8] = changed[start : start + 8]
    else:
        body = chance.randbytes(chance.randrange(0, 300))
        message = bytes([chance.choice(HANDSHAKE_KINDS)]) + len(body).to_bytes(3, "big") + body
        return b"\x16\x03\x03" + len(message).to_bytes(2, "big") + message
    return bytes(changed)


def met(role: TlsRole, chance: Random) -> TlsEngine:
    """An adversary engine that one flight of its peer, of OpenSSL's making, reached damaged."""
    own = KEYS["p256"]
    terms: dict[str, Any] = {"credentials": own, "roots": own.chain, "check": Check.ACCEPT}
    terms["profile"] = chance.choice(PROFILES)
    ours = AdversaryEngine(setup(role, adversary=Adversary(), **terms))
    theirs = OpensslEngine(setup(TlsRole.SERVER if role is TlsRole.CLIENT else TlsRole.CLIENT, **terms))
    left = chance.randrange(4)
    for _ in range(6):
        ours.handshake(VIRTUAL_EPOCH)
        theirs.feed(ours.take())
        if not theirs.handshake(VIRTUAL_EPOCH) or theirs.established:
            flight = theirs.take()
            ours.feed(mutated(flight, chance) if flight and not left else flight)
            left -= bool(flight)
        if ours.handshake(VIRTUAL_EPOCH):
            break
    if ours.established:
        ours.feed(mutated(b"\x17\x03\x03\x00\x20" + bytes(32), chance))
        ours.read(VIRTUAL_EPOCH)
    return ours


@pytest.mark.parametrize("role", TlsRole, ids=str)
def test_whatever_comes_ends_in_an_outcome(role: TlsRole) -> None:
    chance = Random(20_260_418 + (role is TlsRole.CLIENT))
    outcomes = set()
    for _ in range(STREAMS):
        engine = met(role, chance)
        engine.feed_end()
        if engine.established:
            engine.read(VIRTUAL_EPOCH)
        else:
            assert engine.handshake(VIRTUAL_EPOCH)
            assert engine.error
            outcomes.add(engine.outcome)
        json.dumps(engine.report().facts())
    assert outcomes >= {Outcome.CLOSED, Outcome.REFUSED_BY_US}


@pytest.mark.parametrize("role", TlsRole, ids=str)
@pytest.mark.parametrize("silent", [False, True], ids=["talking", "silent"])
def test_noise_from_the_first_byte_on_ends_in_an_outcome(role: TlsRole, *, silent: bool) -> None:
    chance = Random(7)
    first = HandshakeMessage.CLIENT_HELLO if role is TlsRole.CLIENT else HandshakeMessage.SERVER_HELLO
    for _ in range(125):
        engine = AdversaryEngine(setup(role, adversary=Adversary(silent_at=first if silent else None)))
        engine.handshake(VIRTUAL_EPOCH)
        engine.feed(bytes([chance.choice((20, 21, 22, 23, 83)), 3, 3]) + chance.randbytes(chance.randrange(1, 300)))
        engine.handshake(VIRTUAL_EPOCH)
        engine.feed_end()
        assert engine.handshake(VIRTUAL_EPOCH)
        assert engine.outcome in {Outcome.CLOSED, Outcome.REFUSED_BY_US, Outcome.REFUSED_BY_PEER}
        if silent and role is TlsRole.CLIENT:
            assert engine.take() == b""


@pytest.mark.parametrize(
    "name", [ADDRESS, b"\xff\xfe", b"-", b"station.example"], ids=["address", "bytes", "dash", "name"]
)
def test_what_a_client_calls_us_is_told_and_no_reason_to_break_off(name: bytes) -> None:
    entry = b"\x00" + len(name).to_bytes(2, "big") + name
    naming = Adversary(hello_extensions=((0, len(entry).to_bytes(2, "big") + entry),))
    client, server = AdversaryEngine(setup(TlsRole.CLIENT, adversary=naming)), AdversaryEngine(setup(TlsRole.SERVER))

    shake(client, server)

    assert server.error == ""
    assert carried(client, server, b"hello") == b"hello"
    hello = server.report().client_hello
    assert hello is not None
    assert hello.server_name == name.decode(errors="replace")


@pytest.mark.parametrize("hook", ["outgoing", "heard", "refusal", "peer_chain"])
def test_a_fault_of_ours_is_none_of_the_peer(hook: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """TypeError is one of those that tlslite raises on hostile bytes: raised by us, it comes out as it is."""

    def broken(*_: object) -> None:
        raise TypeError("our own fault")

    client, server = AdversaryEngine(setup(TlsRole.CLIENT)), OpensslEngine(setup(TlsRole.SERVER))
    monkeypatch.setattr(client._stage, hook, broken)

    with pytest.raises(TypeError, match="our own fault"):
        shake(client, server)


def test_a_fault_in_the_adapter_is_none_of_the_peer(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("our own fault")

    monkeypatch.setattr(Conversation, "peer_key", broken)
    client, server = AdversaryEngine(setup(TlsRole.CLIENT)), OpensslEngine(setup(TlsRole.SERVER))

    with pytest.raises(KeyError):
        shake(client, server)


def test_a_release_without_the_hooks_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tlslite_check.check_capabilities()
    monkeypatch.setattr(TLSConnection, "_queue_flush", None)
    with pytest.raises(UserError, match=r"TLSConnection\._queue_flush\(\)"):
        tlslite_check.check_capabilities()


def test_another_release_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tlslite_check, "installed", lambda _: "0.9.0")

    with pytest.raises(UserError, match=r"tlslite-ng 0\.9\.0"):
        tlslite_check.check_capabilities()


def test_nothing_is_written_once_it_is_over() -> None:
    client, server = AdversaryEngine(setup(TlsRole.CLIENT)), OpensslEngine(setup(TlsRole.SERVER))
    with pytest.raises(EngineOver):
        client.write(b"too early")
    shake(client, server)
    client.write(b"in time")
    client.close(VIRTUAL_EPOCH)

    with pytest.raises(EngineOver):
        client.write(b"too late")
    server.feed(client.take())
    assert server.read(VIRTUAL_EPOCH) == b"in time"
    assert server.read(VIRTUAL_EPOCH) == b""
    assert server.ended


def test_a_chain_that_nobody_can_read_is_refused_even_by_who_takes_all() -> None:
    """There is no key to check the signature with."""
    accepting = AdversaryEngine(setup(TlsRole.CLIENT, check=Check.ACCEPT))
    server = AdversaryEngine(setup(TlsRole.SERVER, adversary=Adversary(certificates=(b"garbage",))))

    shake(accepting, server)

    assert accepting.outcome is Outcome.REFUSED_BY_US
    assert accepting.report().peer_chain == (b"garbage",)
    assert accepting.report().alert_sent is not None
    assert accepting.report().presented == ()
