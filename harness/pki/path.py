"""Whether a chain leads from its leaf to a trusted root at a given moment (RFC 5280, 6.1, what is needed of it)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID, NameOID

from harness.pki.issue import SECOND_KEY
from harness.pki.lint import bounds_objection, parse_certificate
from harness.pki.lint_annex_b import IDENTIFIERS
from harness.pki.lint_pairs import same_identifier
from harness.pki.objection import Objection, error

_UNDERSTOOD = IDENTIFIERS | {
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.CERTIFICATE_POLICIES,
    ExtensionOID.SUBJECT_INFORMATION_ACCESS,
    SECOND_KEY,
}


def check_path(
    chain: Sequence[bytes], roots: Sequence[bytes], at: float, *, revoked: frozenset[bytes] = frozenset()
) -> tuple[Objection, ...]:
    """What keeps a chain from being trusted; empty for a good one.

    The form of the certificates (keys, names, extensions) is the linter's business. Nothing is fetched: who knows
    of a revocation says so.

    Args:
        chain: DER, leaf first; a root at its end is not needed and not trusted for being there.
        roots: DER of the trusted roots.
        at: Unix time.
        revoked: certificates (DER) known to be revoked.
    """
    if bounds := bounds_objection(chain):
        return (bounds,)
    line: list[x509.Certificate] = []
    for depth, certificate in enumerate(chain):
        parsed = parse_certificate(certificate, depth)
        if isinstance(parsed, Objection):
            return (parsed,)
        line.append(parsed)
    trusted = [root for der in roots if isinstance(root := parse_certificate(der, 0), x509.Certificate)]
    return (*_dates_and_revocation(line, at, revoked), *_links(line, trusted, at))


def _dates_and_revocation(
    line: Sequence[x509.Certificate], at: float, revoked: frozenset[bytes]
) -> Iterator[Objection]:
    for depth, certificate in enumerate(line):
        yield from _dates(certificate, at, depth)
        if certificate.public_bytes(Encoding.DER) in revoked:
            yield error("path.revoked", f"{_named(certificate)} was revoked", depth=depth)


def _dates(certificate: x509.Certificate, at: float, depth: int) -> Iterator[Objection]:
    moment = datetime.fromtimestamp(at, tz=UTC)
    if moment > certificate.not_valid_after_utc:
        text = f"{_named(certificate)} ran out on {certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC"
        yield error("path.expired", text, depth=depth)
    if moment < certificate.not_valid_before_utc:
        text = f"{_named(certificate)} is valid only from {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC"
        yield error("path.not_yet_valid", text, depth=depth)


def _links(line: Sequence[x509.Certificate], trusted: Sequence[x509.Certificate], at: float) -> Iterator[Objection]:
    """Walk up from the leaf; the walk ends at the first certificate that a trusted root issued."""
    present, walked = line[0], 0
    left = list(line[1:])
    while True:
        for extension in present.extensions:
            if extension.critical and extension.oid not in _UNDERSTOOD:
                text = f"{_named(present)} has the critical extension {extension.oid.dotted_string}"
                yield error("path.critical_extension", text, depth=walked)
        root = next((root for root in trusted if issued_by(present, root)), None)
        if root is not None:
            yield from _identifier(present, root, walked)
            if walked == 0 and present != root and _is_v2g(root):
                text = f"{_named(present)} was issued by a V2G root itself"
                yield error("path.root_issued_leaf", text, "V2G2-867")
            yield from _authority(root, walked, walked + 1)
            yield from _dates(root, at, walked + 1)
            return
        above = next((candidate for candidate in left if issued_by(present, candidate)), None)
        if above is None:
            yield _dead_end(present, [*left, *trusted], walked)
            return
        left.remove(above)
        yield from _identifier(present, above, walked)
        yield from _authority(above, walked, walked + 1)
        present, walked = above, walked + 1


def _is_v2g(root: x509.Certificate) -> bool:
    return any(one.value == "V2G" for one in root.subject.get_attributes_for_oid(NameOID.DOMAIN_COMPONENT))


def _identifier(below: x509.Certificate, above: x509.Certificate, depth: int) -> Iterator[Objection]:
    if not same_identifier(below, above):
        text = f"{_named(below)} names another key of its issuer than the one that signed it"
        yield error("path.key_identifier", text, depth=depth)


def _authority(issuer: x509.Certificate, below: int, depth: int) -> Iterator[Objection]:
    """Whether a certificate may issue, `below` being the number of CAs between it and the leaf."""
    try:
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        constraints = x509.BasicConstraints(ca=False, path_length=None)
    if not constraints.ca:
        yield error("path.no_authority", f"{_named(issuer)} issued a certificate and is no CA", depth=depth)
    elif constraints.path_length is not None and below > constraints.path_length:
        text = f"{_named(issuer)} allows {constraints.path_length} CAs below itself, there are {below}"
        yield error("path.length", text, depth=depth)
    try:
        signs = issuer.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound:
        signs = True
    if not signs:
        yield error("path.no_cert_sign", f"{_named(issuer)} may not sign certificates", depth=depth)


def _dead_end(present: x509.Certificate, others: Sequence[x509.Certificate], depth: int) -> Objection:
    if any(candidate.subject == present.issuer for candidate in others):
        text = f"the signature on {_named(present)} is not of the certificate that bears its issuer's name"
        return error("path.signature", text, depth=depth)
    issuer = present.issuer.rfc4514_string()
    text = f"{_named(present)} was issued by {issuer}, which is neither sent nor trusted"
    return error("path.unknown_issuer", text, depth=depth)


@lru_cache(maxsize=512)
def issued_by(below: x509.Certificate, above: x509.Certificate) -> bool:
    """Whether name and signature say so; the same few certificates come again and again in a run."""
    try:
        below.verify_directly_issued_by(above)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _named(certificate: x509.Certificate) -> str:
    return certificate.subject.rfc4514_string() or "a certificate without a name"
