"""Rules for whose name a leaf carries: its domain, its identifier, and nothing beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cryptography import x509
from cryptography.x509.oid import NameOID

from harness.pki.identifiers import (
    emaid_problem,
    evccid_check_problem,
    evccid_form_problem,
    pcid_problem,
    seccid_problem,
)
from harness.pki.objection import Objection, error, notice
from harness.pki.recipe import Edition
from harness.pki.rules import ChainRules
from harness.pki.rules_tables import Named

_MOST_ORDINARY = {NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME}

_NAMED: dict[Named, tuple[Callable[[str], str], str, tuple[str, ...]]] = {
    Named.EMAID: (emaid_problem, "leaf.emaid", ("V2G20-2589",)),
    Named.PCID: (pcid_problem, "leaf.pcid", ("V2G20-2492",)),
    Named.SECC_ID: (seccid_problem, "leaf.secc_id", ()),
}
"""Forms that public sources tell in part: what does not fit is told and not judged."""


def subject_objections(leaf: x509.Certificate, rules: ChainRules) -> Iterator[Objection]:
    """What is wrong with the subject of a leaf."""
    names = _values(leaf, NameOID.COMMON_NAME)
    if not names:
        yield error("leaf.common_name", "the leaf has no common name")
    if rules.domain:
        yield from _domain(leaf, rules)
    if names:
        yield from _identifier(names[0], rules)
    if rules.named is Named.EMAID and any(one.oid not in _MOST_ORDINARY for one in leaf.subject):
        text = "the subject of a contract certificate has more than EMAID and operator, where table and text differ"
        yield notice("leaf.subject_more", text, "V2G20-2589")
    if rules.vehicle_subject:
        yield from _vehicle(leaf, names, rules)
    elif not _values(leaf, NameOID.ORGANIZATION_NAME):
        cites = () if rules.key_kinds else ("A00.FR.404",)
        yield notice("leaf.organisation", "the leaf names no organisation", *cites)


def _domain(leaf: x509.Certificate, rules: ChainRules) -> Iterator[Objection]:
    """ISO 15118-2 fixes the value, -20 how it ends."""
    domains = _values(leaf, NameOID.DOMAIN_COMPONENT)
    fits = any(domain.endswith(rules.domain) if rules.iso20 else domain == rules.domain for domain in domains)
    if not fits:
        seen = " and ".join(domains) or "none"
        due = f"...{rules.domain}" if rules.iso20 else rules.domain
        yield error("leaf.domain", f"domain component {seen} where {due} is due", *rules.domain_cites)


def _identifier(name: str, rules: ChainRules) -> Iterator[Objection]:
    if rules.named is Named.EVCCID:
        if problem := evccid_form_problem(name):
            yield error("leaf.evccid", f"the common name is no EVCCID: {problem}", "V2G20-2598")
        elif problem := evccid_check_problem(name):
            yield notice("leaf.evccid_check", f"the EVCCID has {problem}", "V2G20-2598")
        return
    problem_of, code, cites = _NAMED.get(rules.named, (None, "", ()))
    if problem_of is not None and (problem := problem_of(name)):
        yield notice(code, f"the common name is no {rules.named.value}: {problem}", *cites)


def _vehicle(leaf: x509.Certificate, names: list[str], rules: ChainRules) -> Iterator[Objection]:
    allowed = set(_MOST_ORDINARY)
    if rules.edition is Edition.AMD1:
        allowed.add(NameOID.DOMAIN_COMPONENT)
    extra = sorted({attribute.oid._name for attribute in leaf.subject if attribute.oid not in allowed})
    if extra:
        text = f"the subject of a vehicle certificate has {', '.join(extra)} as well"
        yield error("leaf.subject", text, "V2G20-2598")
    if len(names) > 1 or not _values(leaf, NameOID.ORGANIZATION_NAME):
        yield error("leaf.subject", "a vehicle certificate names one EVCCID and the OEM", "V2G20-2598")


def _values(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> list[str]:
    return [str(attribute.value) for attribute in certificate.subject.get_attributes_for_oid(oid)]
