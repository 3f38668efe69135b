"""Reading handshake messages: what foreign stacks send, and what nobody should."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec import structs

from harness.core.errors import UserError
from harness.pki.build import Pki
from harness.transports.clock import VIRTUAL_EPOCH
from harness.transports.tls import adapter
from harness.transports.tls.alerts import Alert
from harness.transports.tls.certificate_message import read_certificate_request, read_certificates
from harness.transports.tls.engine_openssl import OpensslEngine
from harness.transports.tls.hello import plain, read_client_hello
from harness.transports.tls.octets import Malformed
from harness.transports.tls.profile import LENIENT_12, LENIENT_20, STRICT_20, TlsProfile
from harness.transports.tls.report import TlsRole
from harness.transports.tls.setup import TlsSetup

PKI = Pki.generate(VIRTUAL_EPOCH)


def hello_of(profile: TlsProfile, server_name: str = "") -> bytes:
    """A ClientHello of OpenSSL, without record and handshake headers."""
    setup = TlsSetup(role=TlsRole.CLIENT, profile=profile, at=VIRTUAL_EPOCH, server_name=server_name)
    engine = OpensslEngine(setup)
    assert not engine.handshake(VIRTUAL_EPOCH)
    record = engine.take()
    assert (record[0], record[5]) == (22, 1)
    return record[9:]


def test_the_offers_of_each_profile_are_read() -> None:
    strict, wide = read_client_hello(hello_of(STRICT_20)), read_client_hello(hello_of(LENIENT_20, "station.example"))

    assert strict.versions == (0x0304,)
    assert strict.key_shares == (0x0019,)
    assert set(wide.versions) == {0x0304, 0x0303}
    assert wide.server_name == "station.example"
    assert not wide.asks_status
    assert 0x0017 in wide.groups
    assert read_client_hello(hello_of(LENIENT_12)).versions == (0x0303,)
    assert plain(strict)["groups"] == [0x0019, 0x001E]


def test_a_certificate_request_of_tls12_is_read() -> None:
    name = b"\x30\x0b\x31\x09\x30\x07\x06\x03\x55\x04\x03\x0c\x00"
    body = b"\x01\x40" + b"\x00\x02\x04\x03" + len(name + b"xx").to_bytes(2, "big")
    body += len(name).to_bytes(2, "big") + name

    request = read_certificate_request(body, tls13=False)

    assert request.signature_schemes == (0x0403,)
    assert request.authorities == (name,)


@settings(max_examples=400, deadline=None)
@given(some.data())
def test_mutilated_messages_are_malformed_or_read_and_nothing_else(data: some.DataObject) -> None:
    whole = bytearray(hello_of(LENIENT_20, "station.example"))
    body = whole[: data.draw(some.integers(0, len(whole)))]
    for _ in range(data.draw(some.integers(0, 3))):
        if body:
            body[data.draw(some.integers(0, len(body) - 1))] = data.draw(some.integers(0, 255))
    for read in (
        read_client_hello,
        lambda part: read_certificates(part, tls13=True),
        lambda part: read_certificates(part, tls13=False),
        lambda part: read_certificate_request(part, tls13=True),
        lambda part: read_certificate_request(part, tls13=False),
    ):
        try:
            read(bytes(body))
        except Malformed as problem:
            assert str(problem)


def test_a_chain_without_end_is_cut() -> None:
    entry = b"\x00\x00\x01\x30\x00\x00"
    body = b"\x00" + (len(entry) * 100).to_bytes(3, "big") + entry * 100

    assert len(read_certificates(body, tls13=True)) == 30


def test_a_missing_binding_is_told_when_the_adapter_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "_NEEDED", ("SSL_CTX_set1_curves_list", "SSL_that_never_was"))

    with pytest.raises(UserError, match="needs SSL_that_never_was") as told:
        adapter.check_capabilities()

    assert "pyproject.toml" in told.value.do


@pytest.mark.parametrize("terms", [{"groups": ("secp521r1", "no-such-group")}, {"signature_schemes": ("no_such",)}])
def test_a_profile_with_unknown_names_is_refused_at_once(terms: dict[str, tuple[str, ...]]) -> None:
    profile = structs.replace(STRICT_20, **terms)

    with pytest.raises(ValueError, match="OpenSSL takes no such"):
        hello_of(profile)


def test_our_own_fault_in_a_callback_is_raised_and_not_swallowed() -> None:
    engine = OpensslEngine(TlsSetup(role=TlsRole.CLIENT, profile=STRICT_20, at=VIRTUAL_EPOCH))
    engine.journal.alerts = None  # type: ignore[assignment]
    engine.handshake(VIRTUAL_EPOCH)
    engine.take()
    engine.feed(b"\x15\x03\x03\x00\x02\x02\x28")

    with pytest.raises(TypeError):
        engine.handshake(VIRTUAL_EPOCH)


def test_a_keyboard_interrupt_in_a_callback_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = OpensslEngine(TlsSetup(role=TlsRole.CLIENT, profile=STRICT_20, at=VIRTUAL_EPOCH))

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(engine._hooks, "seen", stopped)

    with pytest.raises(KeyboardInterrupt):
        engine.handshake(VIRTUAL_EPOCH)


def test_alerts_have_names() -> None:
    known = Alert(sent=False, fatal=True, number=48, at=0.0)
    unknown = Alert(sent=True, fatal=True, number=255, at=0.0)

    assert str(known) == "unknown_ca (48) received"
    assert str(unknown) == "alert 255 (255) sent"


def test_a_short_chain_is_not_completed_from_the_trusted_roots() -> None:
    lone = PKI.secc_chain().chain[:1]
    short = structs.replace(PKI.secc_chain(), chain=lone)
    everything = (*PKI.secc_chain().chain[1:], *PKI.v2g_roots)
    server = OpensslEngine(
        TlsSetup(
            role=TlsRole.SERVER,
            profile=STRICT_20,
            credentials=short,
            roots=everything,
            at=VIRTUAL_EPOCH,
            asks_certificate=False,
        )
    )
    client = OpensslEngine(TlsSetup(role=TlsRole.CLIENT, profile=STRICT_20, roots=PKI.v2g_roots, at=VIRTUAL_EPOCH))
    for _ in range(3):
        client.handshake(VIRTUAL_EPOCH)
        server.feed(client.take())
        server.handshake(VIRTUAL_EPOCH)
        client.feed(server.take())

    assert client.report().peer_chain == lone
