"""Rules for the leaf alone: what its key may do, and for whom it speaks."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from harness.pki.lint_certificate import constraints_of, value_of
from harness.pki.lint_subject import subject_objections
from harness.pki.objection import Objection, error, notice
from harness.pki.recipe import ExtendedUse, KeyUse
from harness.pki.rules import ChainRules

_ENDS = {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH}
_MEANT_FOR = {ExtendedUse.SERVER: "servers", ExtendedUse.CLIENT: "clients", ExtendedUse.OCSP: "signing OCSP responses"}


def leaf_objections(leaf: x509.Certificate, rules: ChainRules) -> Iterator[Objection]:
    """What is wrong with a leaf as the certificate of the peer that presents it."""
    if rules.constraints_due and constraints_of(leaf) is None:
        yield notice("leaf.no_constraints", "the leaf has no BasicConstraints")
    yield from _key_usage(leaf, rules)
    yield from _extended_use(leaf, rules)
    yield from subject_objections(leaf, rules)


def _key_usage(leaf: x509.Certificate, rules: ChainRules) -> Iterator[Objection]:
    usage = value_of(leaf, x509.KeyUsage)
    if usage is None:
        if rules.constraints_due:
            yield error("leaf.key_usage", "the leaf has no KeyUsage")
        else:
            yield notice("leaf.key_usage", "the leaf has no KeyUsage", "A00.FR.514")
        return
    for use in rules.needed_uses:
        if not getattr(usage, use.value):
            yield error("leaf.key_usage", f"the leaf's key may not be used for {use.value}", *rules.needed_cites)
    for use in rules.wished_uses:
        if not getattr(usage, use.value):
            yield notice("leaf.key_usage_unusual", f"the leaf's key may not be used for {use.value}")
    for use in rules.forbidden_uses:
        if getattr(usage, use.value):
            yield error("leaf.key_usage", f"the leaf's key may be used for {use.value}")
    if KeyUse.DATA_ENCIPHERMENT in rules.forbidden_uses and usage.key_agreement:
        for name in ("encipher_only", "decipher_only"):
            if getattr(usage, name):
                yield error("leaf.key_usage", f"the leaf's key may be used for {name}")


def _extended_use(leaf: x509.Certificate, rules: ChainRules) -> Iterator[Objection]:
    wanted = rules.extended_use
    extension = next((one for one in leaf.extensions if isinstance(one.value, x509.ExtendedKeyUsage)), None)
    if extension is None or not isinstance(extension.value, x509.ExtendedKeyUsage):
        if rules.extended_use_due:
            yield error("leaf.extended_use", "the leaf has no ExtendedKeyUsage")
        elif rules.iso20 and wanted is not None:
            yield notice("leaf.no_extended_use", "the leaf does not say which end of a connection it is meant for")
        return
    if rules.extended_use_forbidden:
        yield error("leaf.extended_use", "a contract certificate has ExtendedKeyUsage")
    if wanted is None:
        return
    if wanted not in {use.dotted_string for use in extension.value}:
        yield error("leaf.extended_use", f"the leaf is not meant for {_MEANT_FOR[wanted]}")
    elif rules.iso20 and not extension.critical:
        make = error if rules.extended_use_due else notice
        yield make("leaf.extended_use", "ExtendedKeyUsage is not critical")
    others = [use.dotted_string for use in extension.value if use not in _ENDS and use.dotted_string != wanted]
    if others and rules.iso20:
        yield notice("leaf.extended_use_more", f"the leaf is meant for {', '.join(others)} as well")
