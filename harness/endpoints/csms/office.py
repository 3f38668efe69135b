"""What stands behind an emulated backend where certificates are concerned: CAs, contracts, revocation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec import Struct

from harness.endpoints.csms.authority import Authority
from harness.endpoints.ocpp_certificates import HashData, hashes_of, issuer_in, same
from harness.endpoints.station.certificate_store import MO_ROOT, V2G_ROOT
from harness.endpoints.station.iso2.provider import Provider
from harness.pki.ocsp import Status, serial_of
from harness.security.keys import read_certificate

Respond = Callable[[bytes, Status], bytes]
"""From a certificate (DER) and what to say of it to an OCSP response (DER)."""


class Office(Struct, frozen=True, kw_only=True):
    """Everybody behind one backend; empty, it signs nothing, hands out nothing and takes every contract for good."""

    authorities: Mapping[str, Authority] = {}
    """Who signs, by what for (CertificateSigningUseEnumType)."""
    provider: Provider = Provider()
    """The mobility operator and the provisioning service; `earlier` for EVs of ISO 15118-2."""
    roots: Mapping[str, tuple[bytes, ...]] = {}
    """DER of the roots that stations are to have, by what they are installed for."""
    certificates: Callable[[], Sequence[bytes]] = tuple
    """The certificates (DER) whose status it can tell, beside those that its CAs signed."""
    respond: Respond | None = None
    """Makes the OCSP response for one of them."""
    longest_response: int = 5_600
    """Characters of exiResponse; the schema files of OCPP 2.0.1 that people use differ: 5600 or 7500."""

    @property
    def contract_roots(self) -> tuple[bytes, ...]:
        """The roots (DER) that contracts may end at, of either protocol; none where nobody looks."""
        earlier = self.provider.earlier
        more = earlier.contract_roots if earlier is not None else ()
        return (*self.provider.contract_roots, *more)

    @property
    def revoked(self) -> frozenset[bytes]:
        """Certificates (DER) known to be revoked."""
        earlier = self.provider.earlier
        return self.provider.revoked | (earlier.revoked if earlier is not None else frozenset())

    def certificate_of(self, asked: HashData, more: Sequence[bytes] = ()) -> bytes | None:
        """The certificate (DER) that hashes name, of those known here or of `more`."""
        wanted = str(asked.get("serialNumber", "")).lower().lstrip("0")
        read = (read_certificate(der) for der in (*self.certificates(), *more, *self._anchors()))
        known = [one for one in read if isinstance(one, x509.Certificate)]
        for candidate in known:
            if f"{serial_of(candidate):x}" != wanted:
                continue
            issuer = issuer_in(candidate, known)
            if issuer is not None and same(hashes_of(candidate, issuer, str(asked["hashAlgorithm"])), asked):
                return _der(candidate)
        return None

    def _anchors(self) -> tuple[bytes, ...]:
        own = (self.roots.get(V2G_ROOT, ()), self.roots.get(MO_ROOT, ()), self.contract_roots)
        signers = (authority.issuer.chain for authority in self.authorities.values())
        return tuple(dict.fromkeys(der for group in (*own, *signers) for der in group))


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
