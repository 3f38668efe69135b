"""Whether a chain is known not to be revoked: OCSP responses and revocation lists, judged and never fetched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from cryptography import x509
from msgspec import Struct

from harness.pki.evidence import Certified, Evidence, Unusable, read_evidence
from harness.pki.lint import parse_certificate
from harness.pki.objection import Objection, error
from harness.pki.path import issued_by

MOST_CERTIFICATES, MOST_RESPONSES = 32, 64
"""More than these of a chain and of what was learned about it are not looked at."""


class Needed(StrEnum):
    """Whose status must be known to be good."""

    LEAF = "leaf"
    CHAIN = "chain"
    """That of each certificate on the way from the leaf to the root [V2G20-2388, V2G20-2434]."""


def status_objections(
    chain: Sequence[bytes], roots: Sequence[bytes], responses: Sequence[bytes], at: float, *, needed: Needed | str
) -> tuple[Objection, ...]:
    """Why a chain is not known to be good; empty if it is.

    The codes: `status.missing`, `status.revoked`, `status.unknown`, `status.stale`, `status.not_yet`,
    `status.too_long`, `status.signer`, `status.signature`, `status.unreadable`, `status.error`. One trustworthy
    answer that a certificate is revoked outweighs all others; one that it is good outweighs all that are worth nothing.
    Whether the chain leads to a root at all is for `harness.pki.path` to say.

    Args:
        chain: DER, leaf first.
        roots: DER of the trusted roots.
        responses: OCSP responses and revocation lists, DER; stapled ones stand in the order of the chain, an empty
            one where there was none.
        at: Unix time in seconds.
        needed: whose status must be known, or the value of a `Needed`.
    """
    if not chain:
        return (error("chain.empty", "no certificate was sent"),)
    evidence = [read_evidence(response) if response else None for response in responses[:MOST_RESPONSES]]
    line = [_readable(certificate) for certificate in chain[:MOST_CERTIFICATES]]
    trusted = [root for der in roots[:MOST_CERTIFICATES] if (root := _readable(der)) is not None]
    leaf = line[0]
    if leaf is None:
        return (_missing(0, "the certificate cannot be read"),)
    found: list[Objection] = []
    for certificate in [leaf] if Needed(needed) is Needed.LEAF else _way_up(leaf, line, trusted):
        found += _Question(certificate, line.index(certificate), line, trusted).objections(evidence, at)
    return tuple(found)


def _way_up(
    leaf: x509.Certificate, line: Sequence[x509.Certificate | None], trusted: Sequence[x509.Certificate]
) -> list[x509.Certificate]:
    """The certificates from the leaf to right below a trusted root, as far as they were sent.

    What is sent besides and leads nowhere does no harm, and nobody needs to know its status.
    """
    way, left = [leaf], [one for one in line[1:] if one is not None and one not in trusted]
    while not any(issued_by(way[-1], root) for root in trusted):
        above = next((one for one in left if one not in way and issued_by(way[-1], one)), None)
        if above is None:
            return way
        way.append(above)
    return way


class _Question(Struct):
    """Whether one certificate of a chain is good."""

    certificate: x509.Certificate
    depth: int
    line: list[x509.Certificate | None]
    trusted: list[x509.Certificate]

    def objections(self, evidence: Sequence[Evidence | Unusable | None], at: float) -> list[Objection]:
        """What keeps it from being known to be good."""
        above = list(self._above())
        if not above:
            return [_missing(self.depth, "its issuer is neither sent nor trusted, so that nobody can answer for it")]
        asked = Certified(certificate=self.certificate, issuer=above[0], root=self._tree(above))
        about = [one for one in evidence if isinstance(one, Evidence) and one.concerns(asked)]
        answers = [list(one.objections(asked, at, self.depth)) for one in about]
        if revoked := next((said for said in answers if any(one.code == "status.revoked" for one in said)), None):
            return revoked
        if answers:
            return min(answers, key=len)
        return [self._unanswered(evidence)]

    def _above(self) -> Iterator[x509.Certificate]:
        """The issuers from the one right above up to a trusted root, as far as they are known."""
        candidates = [*self.trusted, *(one for one in self.line if one is not None)]
        present = self.certificate
        for _ in range(MOST_CERTIFICATES):
            issuer = next((one for one in candidates if one != present and issued_by(present, one)), None)
            if issuer is None:
                return
            yield issuer
            if issuer in self.trusted:
                return
            present = issuer

    def _tree(self, above: Sequence[x509.Certificate]) -> tuple[x509.Certificate, ...]:
        """The roots of the tree: the trusted one, and the one that a cross certificate below it speaks for."""
        if above[-1] not in self.trusted:
            return ()
        crossed = above[-2:-1] if self.depth + len(above) > 3 else ()
        return (above[-1], *crossed)

    def _unanswered(self, evidence: Sequence[Evidence | Unusable | None]) -> Objection:
        """Why there is no answer, told by what stands in the certificate's own place."""
        given = evidence[self.depth] if self.depth < len(evidence) else None
        if given is None:
            return _missing(self.depth, "nothing says whether it was revoked")
        if isinstance(given, Unusable):
            return given.objection(self.depth)
        return _missing(self.depth, "what was said is about another certificate")


def _missing(depth: int, text: str) -> Objection:
    return error("status.missing", text, "V2G20-2388", "V2G20-2416", "V2G20-2439", "V2G20-2440", depth=depth)


def _readable(certificate: bytes) -> x509.Certificate | None:
    parsed = parse_certificate(certificate, 0)
    return parsed if isinstance(parsed, x509.Certificate) else None
