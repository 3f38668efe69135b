"""Which of a server's chains a client can do with, by the roots that its hello lists."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha1

from cryptography import x509
from cryptography.x509.oid import NameOID
from msgspec import Struct
from pyasn1.codec.der.decoder import decode
from pyasn1_modules import rfc5280

from harness.pki.credentials import Credentials
from harness.pki.lint import parse_certificate
from harness.transports.tls.hello import ClientHello, TrustedAuthority

_KEY_SHA1, _NAME, _CERTIFICATE_SHA1 = 1, 2, 3
_MOST_BYTES = 4_096
"""A longer name is none that anybody listed in good faith."""
_SERIAL_NUMBER = NameOID.SERIAL_NUMBER.dotted_string
_COMMON_NAME = NameOID.COMMON_NAME.dotted_string


class Anchored(Struct, frozen=True, kw_only=True):
    """A chain that a server may show, and the root that it leads to."""

    credentials: Credentials
    root: bytes
    """DER."""


def chosen(usual: Credentials, others: Sequence[Anchored], hello: ClientHello) -> Credentials:
    """The first chain to a root that the client lists; the usual one where there is none, or nothing is listed.

    TLS 1.3 lists names in certificate_authorities [V2G20-2379], TLS 1.2 also digests in trusted_ca_keys [V2G2-871];
    a client whose roots a server cannot serve is still shown a chain [V2G20-2399, V2G2-923].
    """
    return next((one.credentials for one in others if is_listed(one.root, hello)), usual)


def is_listed(root: bytes, hello: ClientHello) -> bool:
    """Whether a hello lists a root, in whichever way."""
    named = any(names_root(name, root) for name in hello.authorities)
    return named or any(_points_at(listed, root) for listed in hello.trusted_authorities)


def names_root(name: bytes, root: bytes) -> bool:
    """Whether a DER name is a root's: its subject, or that without some of it and with its serial number.

    ISO 15118-20 builds the name from C, O, OU, CN and the certificate's serial number [V2G20-2368], which for a root
    with a domain component is not its subject.
    """
    parsed = parse_certificate(root, 0)
    if not isinstance(parsed, x509.Certificate):
        return False
    if name == parsed.subject.public_bytes():
        return True
    listed = dict(_attributes(name))
    serial = listed.pop(_SERIAL_NUMBER, None)
    subject = {found.oid.dotted_string: str(found.value) for found in parsed.subject}
    fits = _COMMON_NAME in listed and all(subject.get(kind) == value for kind, value in listed.items())
    return fits and serial is not None and _is_serial(serial, parsed.serial_number)


@lru_cache(maxsize=64)
def _attributes(name: bytes) -> tuple[tuple[str, str], ...]:
    """Kind and text of each attribute of a DER name; none of one that cannot be read."""
    if len(name) > _MOST_BYTES:
        return ()
    found = []
    try:
        read, _ = decode(name, asn1Spec=rfc5280.Name())
        for relative in read["rdnSequence"]:
            for attribute in relative:
                text, _ = decode(bytes(attribute["value"]))
                found.append((str(attribute["type"]), str(text)))
    except Exception:  # noqa: BLE001 - hostile bytes raise whatever they like in a decoder; no name, then
        return ()
    return tuple(found)


def _is_serial(text: str, serial: int) -> bool:
    plain = text.replace(":", "").lower().removeprefix("0x")
    return plain in {str(serial), f"{serial:x}", f"{serial:0{2 * ((serial.bit_length() + 7) // 8)}x}"}


def _points_at(listed: TrustedAuthority, root: bytes) -> bool:
    """Whether an entry of trusted_ca_keys is about a root (RFC 6066, 6)."""
    if listed.kind == _CERTIFICATE_SHA1:
        return listed.value == sha1(root, usedforsecurity=False).digest()
    parsed = parse_certificate(root, 0)
    if not isinstance(parsed, x509.Certificate):
        return False
    if listed.kind == _KEY_SHA1:
        return listed.value == x509.SubjectKeyIdentifier.from_public_key(parsed.public_key()).digest
    return listed.kind == _NAME and names_root(listed.value, root)
