"""Rules for the leaf alone: what its key may do, and whose name it carries."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography import x509
from cryptography.x509.oid import NameOID

from harness.pki.identifiers import evccid_check_problem, evccid_form_problem
from harness.pki.objection import Objection, error, notice
from harness.pki.recipe import ChainKind, Edition
from harness.pki.rules import ChainRules


def leaf_objections(leaf: x509.Certificate, rules: ChainRules) -> Iterator[Objection]:
    """What is wrong with a leaf as the certificate of the peer that presents it."""
    yield from _key_usage(leaf, rules)
    yield from _extended_use(leaf, rules)
    if not _values(leaf, NameOID.COMMON_NAME):
        yield error("leaf.common_name", "the leaf has no common name")
    if rules.domain:
        yield from _domain(leaf, rules)
    if rules.kind is ChainKind.VEHICLE and rules.iso20:
        yield from _vehicle_subject(leaf, rules)


def _key_usage(leaf: x509.Certificate, rules: ChainRules) -> Iterator[Objection]:
    try:
        usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        if rules.key_kinds:
            yield error("leaf.key_usage", "the leaf has no KeyUsage")
        return
    for use in rules.needed_uses:
        if not getattr(usage, use.value):
            yield error("leaf.key_usage", f"the leaf's key may not be used for {use.value}", *rules.needed_cites)
    for use in rules.forbidden_uses:
        if getattr(usage, use.value):
            yield error("leaf.key_usage", f"the leaf's key may be used for {use.value}")


def _extended_use(leaf: x509.Certificate, rules: ChainRules) -> Iterator[Objection]:
    wanted = rules.extended_use
    try:
        extension = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        if rules.extended_use_due:
            yield error("leaf.extended_use", "the leaf has no ExtendedKeyUsage")
        return
    if rules.extended_use_forbidden:
        yield error("leaf.extended_use", "a contract certificate has ExtendedKeyUsage")
    if wanted is None:
        return
    if wanted not in {use.dotted_string for use in extension.value}:
        yield error("leaf.extended_use", f"the leaf is not meant for {wanted.name.lower()}s")
    elif rules.extended_use_due and not extension.critical:
        yield error("leaf.extended_use", "ExtendedKeyUsage is not critical")


def _domain(leaf: x509.Certificate, rules: ChainRules) -> Iterator[Objection]:
    domains = _values(leaf, NameOID.DOMAIN_COMPONENT)
    if not any(domain.endswith(rules.domain) for domain in domains):
        seen = " and ".join(domains) or "none"
        yield error("leaf.domain", f"domain component {seen} where ...{rules.domain} is due", *rules.domain_cites)


def _vehicle_subject(leaf: x509.Certificate, rules: ChainRules) -> Iterator[Objection]:
    allowed = {NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME}
    if rules.edition is Edition.AMD1:
        allowed.add(NameOID.DOMAIN_COMPONENT)
    extra = sorted({attribute.oid._name for attribute in leaf.subject if attribute.oid not in allowed})
    if extra:
        text = f"the subject of a vehicle certificate has {', '.join(extra)} as well"
        yield error("leaf.subject", text, "V2G20-2598")
    names = _values(leaf, NameOID.COMMON_NAME)
    if len(names) > 1 or not _values(leaf, NameOID.ORGANIZATION_NAME):
        yield error("leaf.subject", "a vehicle certificate names one EVCCID and the OEM", "V2G20-2598")
    if names and (problem := evccid_form_problem(names[0])):
        yield error("leaf.evccid", f"the common name is no EVCCID: {problem}", "V2G20-2598")
    elif names and (problem := evccid_check_problem(names[0])):
        yield notice("leaf.evccid_check", f"the EVCCID has {problem}", "V2G20-2598")


def _values(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> list[str]:
    return [str(attribute.value) for attribute in certificate.subject.get_attributes_for_oid(oid)]
