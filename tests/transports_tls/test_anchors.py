"""A server with two chains shows the one whose root the client lists, in whichever way it lists it."""

from __future__ import annotations

from hashlib import sha1
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from msgspec import structs

from harness.pki.build import Pki
from harness.pki.recipe import Profile
from harness.transports.clock import VIRTUAL_EPOCH, run
from harness.transports.tls.adversary import Adversary
from harness.transports.tls.anchors import Anchored, is_listed, names_root
from harness.transports.tls.hello import ClientHello, TrustedAuthority
from harness.transports.tls.profile import LENIENT_20, STRICT_2
from harness.transports.tls.report import HandshakeReport
from tests.transports_tls.meeting import shake_hands

FIRST, SECOND = Pki.generate(VIRTUAL_EPOCH), Pki.generate(VIRTUAL_EPOCH)
OLD_FIRST, OLD_SECOND = (Pki.generate(VIRTUAL_EPOCH, profile=Profile.ISO2) for _ in range(2))
ROOT = FIRST.v2g_roots[0]


def listed_name(root: bytes, serial: str) -> bytes:
    """C, O, OU, CN and the serial number, as ISO 15118-20 builds the name of a root."""
    subject = x509.load_der_x509_certificate(root).subject
    wanted = (NameOID.COUNTRY_NAME, NameOID.ORGANIZATION_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME, NameOID.COMMON_NAME)
    parts = [attribute for kind in wanted for attribute in subject.get_attributes_for_oid(kind)]
    return x509.Name([*parts, x509.NameAttribute(NameOID.SERIAL_NUMBER, serial)]).public_bytes()


def subject_of(root: bytes) -> bytes:
    return x509.load_der_x509_certificate(root).subject.public_bytes()


def meet(listing: tuple[bytes, ...] | None) -> tuple[HandshakeReport, HandshakeReport]:
    """A station with a chain to each of two roots, and a vehicle that trusts both and lists some."""
    others = (Anchored(credentials=SECOND.secc_chain(), root=SECOND.v2g_roots[0]),)
    asking: dict[str, Any] = {"adversary": Adversary(authorities=listing)} if listing is not None else {}
    return run(shake_hands(FIRST, client=asking | {"check": "accept"}, server={"others": others}), virtual=True)


@pytest.mark.parametrize("serial", ["decimal", "hexadecimal"])
def test_a_root_is_known_by_the_name_that_iso_15118_20_builds(serial: str) -> None:
    number = x509.load_der_x509_certificate(ROOT).serial_number
    text = str(number) if serial == "decimal" else f"{number:X}"

    assert names_root(listed_name(ROOT, text), ROOT)
    assert not names_root(listed_name(ROOT, "1"), ROOT)
    assert not names_root(listed_name(FIRST.oem_roots[0], text), ROOT)


def test_a_root_is_known_by_its_subject_and_its_digests() -> None:
    parsed = x509.load_der_x509_certificate(ROOT)
    key = x509.SubjectKeyIdentifier.from_public_key(parsed.public_key()).digest
    ways = (
        TrustedAuthority(kind=1, value=key),
        TrustedAuthority(kind=2, value=subject_of(ROOT)),
        TrustedAuthority(kind=3, value=sha1(ROOT, usedforsecurity=False).digest()),
    )

    assert all(is_listed(ROOT, ClientHello(trusted_authorities=(one,))) for one in ways)
    assert not any(is_listed(FIRST.oem_roots[0], ClientHello(trusted_authorities=(one,))) for one in ways)
    assert not is_listed(ROOT, ClientHello(trusted_authorities=(TrustedAuthority(kind=0),)))


@pytest.mark.parametrize(
    "name", [b"", b"\x30", b"\x30\x80\x00\x00", b"\x30\x03\x31\x01\x00", bytes(5_000), b"\xff" * 40]
)
def test_a_name_that_cannot_be_read_names_nothing(name: bytes) -> None:
    assert not names_root(name, ROOT)


def test_the_chain_to_the_listed_root_is_shown() -> None:
    usual, second = FIRST.secc_chain().chain, SECOND.secc_chain().chain
    unknown = subject_of(FIRST.mo_roots[0])
    for listing, shown in (
        (None, usual),
        ((), usual),
        ((unknown,), usual),
        ((subject_of(SECOND.v2g_roots[0]),), None),
        ((unknown, listed_name(SECOND.v2g_roots[0], serial_of(SECOND.v2g_roots[0]))), second),
    ):
        client, server = meet(listing)
        assert client.peer_chain, client.error
        # Both roots bear one name, so that a name alone may mean either.
        assert client.peer_chain == (shown or second)
        assert server.presented == client.peer_chain
        assert server.complete, server.error


def serial_of(root: bytes) -> str:
    return str(x509.load_der_x509_certificate(root).serial_number)


def test_a_vehicle_of_iso_15118_2_gets_the_chain_to_its_root() -> None:
    others = (Anchored(credentials=OLD_SECOND.secc_chain(), root=OLD_SECOND.v2g_roots[0]),)
    staple = OLD_FIRST.ocsp(OLD_FIRST.secc_chain().chain[0])
    terms = {"others": others, "asks_certificate": False, "staples": (staple,)}
    for vehicle, shown in ((OLD_FIRST, OLD_FIRST), (OLD_SECOND, OLD_SECOND)):
        client, server = run(
            shake_hands(
                vehicle,
                station=OLD_FIRST.secc_chain(),
                server=terms,
                client_profile=STRICT_2,
                server_profile=structs.replace(LENIENT_20, name="station"),
                bare=True,
            ),
            virtual=True,
        )
        assert client.complete, client.error
        assert client.peer_chain == server.presented == shown.secc_chain().chain
        assert any(client.staples) is (shown is OLD_FIRST)
