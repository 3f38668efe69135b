"""Certificates as OCPP carries them: PEM of bounded length, and the hashes by which one is named."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Sequence
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from harness.pki.credentials import pem
from harness.pki.path import issued_by
from harness.security.keys import read_certificate

HashData = dict[str, Any]
"""A CertificateHashDataType, or an OCSPRequestDataType, which has the responder's address besides."""

ALGORITHMS: dict[str, type[HashAlgorithm]] = {"SHA256": SHA256, "SHA384": SHA384, "SHA512": SHA512}
"""The names that OCPP has for hashes."""
MOST = 10
"""Certificates that are read of one PEM text; chains of charging have four at most."""
_NAMED = ("issuerNameHash", "issuerKeyHash", "serialNumber")
_BLOCK = re.compile(r"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----")


def read_pem(text: str, *, longest: int) -> tuple[bytes, ...]:
    """The certificates (DER) of a PEM text, in its order; none where it is too long or one of them cannot be read.

    Args:
        text: as a peer sent it.
        longest: characters that are read at all.
    """
    if len(text) > longest or _BLOCK.sub("", text).strip():
        return ()
    found = []
    for block in _BLOCK.findall(text)[: MOST + 1]:
        try:
            der = b64decode("".join(block.split()), validate=True)
        except (binascii.Error, ValueError):
            return ()
        if not isinstance(read_certificate(der), x509.Certificate):
            return ()
        found.append(der)
    return tuple(found) if len(found) <= MOST else ()


def write_pem(chain: Sequence[bytes]) -> str:
    """Certificates (DER) one after the other, leaf first."""
    return "".join(pem(der).decode() for der in chain)


def loaded(der: bytes) -> x509.Certificate:
    """A certificate that was read before."""
    return x509.load_der_x509_certificate(der)


def issuer_in(certificate: x509.Certificate, known: Sequence[x509.Certificate]) -> x509.Certificate | None:
    """Which of the known certificates issued this one, by name and signature; itself if it is a root."""
    return next((candidate for candidate in known if issued_by(certificate, candidate)), None)


def hashes_of(certificate: x509.Certificate, issuer: x509.Certificate, algorithm: str = "SHA256") -> HashData:
    """The hashes that name a certificate, as OCSP has them (RFC 6960, 4.1.1)."""
    asked = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, ALGORITHMS[algorithm]()).build()
    return {
        "hashAlgorithm": algorithm,
        "issuerNameHash": asked.issuer_name_hash.hex(),
        "issuerKeyHash": asked.issuer_key_hash.hex(),
        "serialNumber": f"{certificate.serial_number:x}",
    }


def same(one: HashData, other: HashData) -> bool:
    """Whether two sets of hashes name the same certificate; hex is the same in either case, zeros in front are none."""
    return one.get("hashAlgorithm") == other.get("hashAlgorithm") and all(
        _plain(one.get(name)) == _plain(other.get(name)) for name in _NAMED
    )


def with_issuers(chain: Sequence[bytes], roots: Sequence[bytes]) -> list[tuple[x509.Certificate, x509.Certificate]]:
    """Each certificate of a chain beside its issuer, leaf first; one whose issuer is not known is left out.

    Args:
        chain: DER, leaf first.
        roots: DER of the roots that it may end at.
    """
    known = [read for der in (*chain, *roots) if isinstance(read := read_certificate(der), x509.Certificate)]
    own = [read for der in chain if isinstance(read := read_certificate(der), x509.Certificate)]
    pairs = ((certificate, issuer_in(certificate, known)) for certificate in own)
    return [(certificate, issuer) for certificate, issuer in pairs if issuer is not None]


def responder_of(certificate: x509.Certificate) -> str:
    """The address of the OCSP responder that a certificate names; empty where it names none."""
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except (x509.ExtensionNotFound, ValueError):
        return ""
    places = (one for one in access if one.access_method == AuthorityInformationAccessOID.OCSP)
    return next((str(one.access_location.value) for one in places), "")


def ocsp_data(chain: Sequence[bytes], roots: Sequence[bytes]) -> list[HashData]:
    """What to ask for the status of each certificate of a chain: its hashes and its responder, leaf first.

    Args:
        chain: DER, leaf first; what cannot be read is left out, as is what nobody known has issued.
        roots: DER of the roots that it may end at.
    """
    return [
        {**hashes_of(certificate, issuer), "responderURL": responder_of(certificate)}
        for certificate, issuer in with_issuers(chain, roots)
    ]


def _plain(value: Any) -> str:
    return str(value).lower().lstrip("0")
