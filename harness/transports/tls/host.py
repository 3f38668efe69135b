"""Whether a certificate is that of a host (RFC 6125, as far as OCPP needs it)."""

from __future__ import annotations

from ipaddress import ip_address

from cryptography import x509
from cryptography.x509.oid import NameOID

from harness.pki.lint import parse_certificate


def is_address(host: str) -> bool:
    """Whether a host is given by its IP address, perhaps with a zone behind `%`."""
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def bears_name(certificate: bytes, host: str) -> bool:
    """Whether the subjectAltName names the host, or the common name does where there is no subjectAltName for it."""
    parsed = parse_certificate(certificate, 0)
    if not isinstance(parsed, x509.Certificate):
        return False
    names, addresses = _alternatives(parsed)
    if is_address(host) and ip_address(host.partition("%")[0]) in addresses:
        return True
    common = [str(found.value) for found in parsed.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    return any(_matches(pattern, host) for pattern in (names or common))


def _alternatives(certificate: x509.Certificate) -> tuple[list[str], list[object]]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return [], []
    return found.get_values_for_type(x509.DNSName), list(found.get_values_for_type(x509.IPAddress))


def _matches(pattern: str, host: str) -> bool:
    pattern, host = pattern.lower().rstrip("."), host.lower().rstrip(".")
    if pattern.startswith("*."):
        return pattern[1:] == host[host.find(".") :] and host.find(".") > 0
    return pattern == host
