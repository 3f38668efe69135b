"""Engines that meet without a network, for the tests of the adversary engine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from harness.pki.build import Pki
from harness.pki.credentials import Credentials, PrivateKey, SigningKey
from harness.transports.clock import VIRTUAL_EPOCH
from harness.transports.tls.engine import TlsEngine
from harness.transports.tls.engine_adversary import AdversaryEngine
from harness.transports.tls.engine_openssl import OpensslEngine
from harness.transports.tls.profile import STRICT_20
from harness.transports.tls.report import TlsRole
from harness.transports.tls.setup import TlsSetup

PKI = Pki.generate(VIRTUAL_EPOCH)

Kind = type[AdversaryEngine] | type[OpensslEngine]
PAIRS: dict[str, tuple[Kind, Kind]] = {
    "adversary-openssl": (AdversaryEngine, OpensslEngine),
    "openssl-adversary": (OpensslEngine, AdversaryEngine),
    "adversary-adversary": (AdversaryEngine, AdversaryEngine),
}
"""Engine of the client, engine of the server."""


def setup(role: TlsRole, **terms: Any) -> TlsSetup:
    """A vehicle or a station that trusts the other."""
    client = role is TlsRole.CLIENT
    usual: dict[str, Any] = {
        "role": role,
        "profile": STRICT_20,
        "at": VIRTUAL_EPOCH,
        "credentials": PKI.vehicle_chain() if client else PKI.secc_chain(),
        "roots": PKI.v2g_roots if client else PKI.oem_roots,
    }
    return TlsSetup(**{**usual, **terms})


def shake(client: TlsEngine, server: TlsEngine) -> None:
    """Carry bytes both ways until nobody has anything to say."""
    for _ in range(12):
        for one, other in ((client, server), (server, client)):
            if one.outcome is None:
                one.handshake(VIRTUAL_EPOCH)
            if one.established and one.outcome is None:
                one.read(VIRTUAL_EPOCH)
            other.feed(one.take())


def carried(one: TlsEngine, other: TlsEngine, data: bytes) -> bytes:
    """What of `data` comes out at the other end."""
    one.write(data)
    other.feed(one.take())
    got = b""
    while chunk := other.read(VIRTUAL_EPOCH):
        got += chunk
    return got


def self_signed(key: SigningKey) -> Credentials:
    """A root that presents itself: a certificate with any key."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "TEST ONLY")])
    start = datetime.fromtimestamp(VIRTUAL_EPOCH, tz=UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, None if isinstance(key, ed448.Ed448PrivateKey) else hashes.SHA256())
    )
    return Credentials(chain=(made.public_bytes(Encoding.DER),), key=PrivateKey(key))


KEYS: dict[str, Credentials] = {
    "p256": self_signed(ec.generate_private_key(ec.SECP256R1())),
    "p521": self_signed(ec.generate_private_key(ec.SECP521R1())),
    "ed448": self_signed(ed448.Ed448PrivateKey.generate()),
    "rsa": self_signed(rsa.generate_private_key(public_exponent=65537, key_size=2048)),
}
