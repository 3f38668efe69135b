"""What a chain offered by a peer does against its profile and generic validators let pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from cryptography import x509

from harness.pki.lint_certificate import certificate_objections
from harness.pki.lint_leaf import leaf_objections
from harness.pki.objection import Objection, Severity, error, notice
from harness.pki.rules import ChainRules

_MOST_BYTES = 65_536


def lint_chain(chain: Sequence[bytes], rules: ChainRules) -> tuple[Objection, ...]:
    """Everything wrong with a chain as far as its own bytes tell; trust and time are the verifier's business.

    Args:
        chain: DER, in the order in which the peer sent it, leaf first.
        rules: what kind of chain it should be.

    Returns:
        Objections, those about the chain as a whole first; empty for a good one.
    """
    if not chain:
        return (error("chain.empty", "no certificate was sent"),)
    read: list[x509.Certificate] = []
    for depth, certificate in enumerate(chain):
        result = parse_certificate(certificate, depth)
        if isinstance(result, Objection):
            return (result,)
        read.append(result)
    found = [*_whole(chain, read, rules)]
    for depth, parsed in enumerate(read):
        found += certificate_objections(parsed, len(chain[depth]), depth, rules)
    return (*found, *leaf_objections(read[0], rules))


def first_error(objections: Sequence[Objection]) -> Objection | None:
    """The objection that a strict endpoint refuses for, if there is one."""
    return next((found for found in objections if found.severity is Severity.ERROR), None)


def parse_certificate(certificate: bytes, depth: int) -> x509.Certificate | Objection:
    """A certificate that can be read to its end, or why it cannot."""
    if len(certificate) > _MOST_BYTES:
        return error("certificate.size", f"{len(certificate)} bytes", depth=depth)
    try:
        parsed = x509.load_der_x509_certificate(certificate)
        parsed.public_key()
        parsed.extensions  # noqa: B018 - read lazily: broken ones raise here
        parsed.subject, parsed.issuer  # noqa: B018
    except Exception as problem:  # noqa: BLE001 - hostile bytes raise whatever they like; nothing of ours runs here
        return error("certificate.unreadable", f"cannot be read: {problem}", depth=depth)
    return parsed


def _whole(chain: Sequence[bytes], read: Sequence[x509.Certificate], rules: ChainRules) -> Iterator[Objection]:
    if len(chain) > rules.most_certificates:
        yield error(
            "chain.depth",
            f"{len(chain)} certificates below the root where {rules.most_certificates} are allowed",
            *rules.depth_cites,
            depth=len(chain) - 1,
        )
    if len(set(chain)) < len(chain):
        yield notice("chain.duplicate", "a certificate was sent twice")
    for depth, (below, above) in enumerate(pairwise(read)):
        if below.issuer != above.subject:
            yield notice("chain.order", "is not followed by its issuer", depth=depth)
        elif rules.iso20 and not _within(below, above):
            yield error("chain.validity", "is valid outside its issuer's validity", "V2G20-1004", depth=depth)
    if len(read) > 1 and read[-1].issuer == read[-1].subject:
        yield notice("chain.root", "the root was sent along", "V2G20-2379", depth=len(read) - 1)


def _within(below: x509.Certificate, above: x509.Certificate) -> bool:
    starts = below.not_valid_before_utc >= above.not_valid_before_utc
    return starts and below.not_valid_after_utc <= above.not_valid_after_utc
