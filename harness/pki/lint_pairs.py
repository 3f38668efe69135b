"""Rules for a chain as a whole and for a certificate beside its issuer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from cryptography import x509
from cryptography.x509.oid import NameOID

from harness.pki.lint_certificate import constraints_of, key_name, value_of
from harness.pki.objection import Objection, error, notice
from harness.pki.recipe import KeyKind
from harness.pki.rules import ChainRules

_LONGEST = 4
_MOST_SENT = 10
"""A stray certificate does no harm; a heap of them is no accident."""
_MOST_BELOW = 2
"""CAs that a sub-CA could ever have below itself."""
_FAMILIES = {KeyKind.P521.value, KeyKind.ED448.value}


def structure_objections(
    chain: Sequence[bytes], read: Sequence[x509.Certificate], rules: ChainRules
) -> Iterator[Objection]:
    """Number, order and repetition; RFC 8446, 4.4.2 bids to bear with all but the number."""
    places = line_of(read)
    line = [read[place] for place in places]
    most = rules.most_certificates + (1 if rules.iso20 and has_cross_certificate(line) else 0)
    if len(line) > most:
        cites = ("V2G20-1003", "V2G20-1005") if rules.iso20 else rules.depth_cites
        text = f"{len(line)} certificates below the root where {most} are allowed"
        yield error("chain.depth", text, *cites, depth=len(line) - 1)
    if len(chain) > _MOST_SENT:
        yield error("chain.count", f"{len(chain)} certificates were sent", *rules.depth_cites, depth=len(chain) - 1)
    for depth, certificate in enumerate(chain):
        if rules.most_bytes and len(certificate) > rules.most_bytes:
            text = f"{len(certificate)} bytes where {rules.most_bytes} are allowed"
            yield error("certificate.size", text, *rules.size_cites, depth=depth)
    if len(set(chain)) < len(chain):
        yield notice("chain.duplicate", "a certificate was sent twice")
    for depth, (below, above) in enumerate(pairwise(read)):
        if below.issuer != above.subject:
            yield notice("chain.order", "is not followed by its issuer", depth=depth)
    top = line[-1].issuer
    roots = [depth for depth, one in enumerate(read) if depth and one.issuer == one.subject == top]
    if roots:
        yield notice("chain.root", "the root was sent along", "V2G20-2379", depth=roots[0])
    needed = {one.subject for one in line}
    strays = [depth for depth, one in enumerate(read) if one.subject not in needed and depth not in roots]
    if strays:
        yield notice("chain.unrelated", "does not lead up from the leaf", depth=strays[0])


def line_of(read: Sequence[x509.Certificate]) -> list[int]:
    """Places of the certificates that lead up from the leaf by their names, roots left out."""
    line, left = [0], list(range(1, len(read)))
    while (above := next((one for one in left if read[one].subject == read[line[-1]].issuer), None)) is not None:
        left.remove(above)
        if read[above].issuer == read[above].subject:
            break
        line.append(above)
    return line


def pair_objections(read: Sequence[x509.Certificate], rules: ChainRules) -> Iterator[Objection]:
    """What does not fit between a certificate and the issuer above it, wherever in the chain that was sent."""
    places = line_of(read)
    for step, (lower, upper) in enumerate(pairwise(places), 1):
        below, above = read[lower], read[upper]
        yield from _path_length(above, step, upper, rules)
        if rules.iso20 and not _within(below, above):
            yield error("chain.validity", "is valid outside its issuer's validity", "V2G20-1004", depth=lower)
        if not same_identifier(below, above):
            text = "the key identifier of its issuer is another than the issuer's own"
            yield error("chain.key_identifier", text, depth=lower)
    kinds = {key_name(read[place]) for place in places} & _FAMILIES
    if rules.iso20 and len(kinds) > 1:
        yield notice("chain.mixed_keys", "keys of both kinds stand in one chain", "V2G20-2324", "V2G20-2325")


def same_identifier(below: x509.Certificate, above: x509.Certificate) -> bool:
    """Whether a certificate and its issuer agree on the issuer's key identifier, as far as both tell one."""
    told = value_of(below, x509.AuthorityKeyIdentifier)
    own = value_of(above, x509.SubjectKeyIdentifier)
    if told is None or told.key_identifier is None or own is None:
        return True
    return told.key_identifier == own.digest


def has_cross_certificate(read: Sequence[x509.Certificate]) -> bool:
    """Whether the topmost certificate is a root that another root certified.

    Nothing marks one but that it looks like a root: it sets no limit that a sub-CA would have, or has a root's name.
    """
    top = read[-1]
    constraints = constraints_of(top)
    if len(read) < _LONGEST or constraints is None or not constraints.ca or top.issuer == top.subject:
        return False
    limit = constraints.path_length
    names = [str(one.value) for one in top.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    domains = [str(one.value) for one in top.subject.get_attributes_for_oid(NameOID.DOMAIN_COMPONENT)]
    return limit is None or limit > _MOST_BELOW or "V2G" in domains or any("root" in name.lower() for name in names)


def _path_length(authority: x509.Certificate, step: int, depth: int, rules: ChainRules) -> Iterator[Objection]:
    """A limit above the usual one lets more through than the profile does, one below it may break the chain."""
    constraints = constraints_of(authority)
    if constraints is None or not constraints.ca or step > len(rules.path_lengths):
        return
    stated, due = constraints.path_length, rules.path_lengths[step - 1]
    if stated != due:
        text = f"the path length is {'not limited' if stated is None else stated} where {due} is due"
        cites = ("V2G20-911",) if rules.iso20 and step == 1 else ()
        yield notice("certificate.path_length", text, *cites, depth=depth)


def _within(below: x509.Certificate, above: x509.Certificate) -> bool:
    starts = below.not_valid_before_utc >= above.not_valid_before_utc
    return starts and below.not_valid_after_utc <= above.not_valid_after_utc
