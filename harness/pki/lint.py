"""What a chain offered by a peer does against its profile and generic validators let pass."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

from cryptography import x509
from cryptography.utils import CryptographyDeprecationWarning

from harness.pki.lint_certificate import certificate_objections
from harness.pki.lint_encoding import encoding_objections
from harness.pki.lint_leaf import leaf_objections
from harness.pki.lint_pairs import line_of, pair_objections, structure_objections
from harness.pki.objection import Objection, Severity, error
from harness.pki.rules import ChainRules

MOST_BYTES = 65_536
"""Of one certificate, and of a chain: what a TLS message may well hold, and no honest chain does."""
MOST_CERTIFICATES = 30
"""More are not looked at, whatever a profile allows."""


def lint_chain(chain: Sequence[bytes], rules: ChainRules) -> tuple[Objection, ...]:
    """Everything wrong with a chain as far as its own bytes tell; trust and time are the verifier's business.

    Args:
        chain: DER, in the order in which the peer sent it, leaf first.
        rules: what kind of chain it should be.

    Returns:
        Objections, those about the chain as a whole first; empty for a good one. Where a certificate cannot be
        read, only what the bytes themselves tell; of what does not lead up from the leaf, nothing more.
    """
    if bounds := bounds_objection(chain):
        return (bounds,)
    read: list[x509.Certificate] = []
    bytes_tell: list[Objection] = []
    for depth, certificate in enumerate(chain):
        found = encoding_objections(certificate, depth, rules)
        bytes_tell += found
        parsed = parse_certificate(certificate, depth)
        if isinstance(parsed, x509.Certificate):
            read.append(parsed)
        elif first_error(found) is None:
            bytes_tell.append(parsed)
    if len(read) < len(chain):
        return tuple(bytes_tell)
    told: list[Objection] = [*structure_objections(chain, read, rules), *pair_objections(read, rules), *bytes_tell]
    for depth in line_of(read):
        told += certificate_objections(read[depth], depth, rules)
    return (*told, *leaf_objections(read[0], rules))


def first_error(objections: Sequence[Objection]) -> Objection | None:
    """The objection that a strict endpoint refuses for, if there is one."""
    return next((found for found in objections if found.severity is Severity.ERROR), None)


def bounds_objection(chain: Sequence[bytes]) -> Objection | None:
    """Why a chain is not even looked at: nothing, too many certificates, or too many bytes."""
    if not chain:
        return error("chain.empty", "no certificate was sent")
    if len(chain) > MOST_CERTIFICATES:
        text = f"{len(chain)} certificates, more than {MOST_CERTIFICATES} are not looked at"
        return error("chain.count", text, "V2G20-1003", depth=len(chain) - 1)
    total = sum(len(one) for one in chain)
    if total > MOST_BYTES:
        return error("chain.size", f"{total} bytes, more than {MOST_BYTES} are not looked at")
    return None


def parse_certificate(certificate: bytes, depth: int) -> x509.Certificate | Objection:
    """A certificate that can be read to its end, or why it cannot."""
    if len(certificate) > MOST_BYTES:
        return error("certificate.size", f"{len(certificate)} bytes", depth=depth)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", CryptographyDeprecationWarning)
            parsed = x509.load_der_x509_certificate(certificate)
            parsed.public_key()
            parsed.extensions  # noqa: B018 - read lazily: broken ones raise here
            parsed.subject, parsed.issuer, parsed.serial_number, parsed.version  # noqa: B018
            parsed.not_valid_before_utc, parsed.not_valid_after_utc  # noqa: B018
    except Exception as problem:  # noqa: BLE001 - hostile bytes raise whatever they like; nothing of ours runs here
        return error("certificate.unreadable", f"cannot be read: {problem}", depth=depth)
    return parsed
