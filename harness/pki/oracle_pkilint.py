"""What pkilint says of the certificates of a chain: the generic rules of RFC 5280, one certificate at a time."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

from msgspec import structs

from harness.pki.oracle_voice import Observation, Opinion, Question, Voice, one_line, unreadable
from harness.pki.recipe import ChainKind, Edition
from harness.pki.rules import ChainRules

_REFUSING = {"ERROR", "FATAL"}
_WORTH_TELLING = {"ERROR", "FATAL", "WARNING", "NOTICE"}
_DOMAIN = "pkix.name_domain_components_invalid_domain_name"
"""Domain components tell the role of a certificate in ISO 15118, and are no host name [V2G20-3073]."""
_CRITICAL = frozenset(
    {
        "pkix.certificate_skid_extension_critical",
        "pkix.authority_key_identifier_critical",
        "pkix.authority_information_access_extension_critical",
        "pkix.crldp_extension_critical",
    }
)
"""What the 2022 edition marks critical."""
_USES = frozenset({"pkix.key_usage_value_prohibited_for_ec", "pkix.key_usage_value_prohibited_for_edwards_curve"})
"""ISO 15118 asks for uses in provisioning and contract leaves that the kind of their key has no use for."""


def pkilint_opinion(question: Question) -> Opinion:
    """Lint each certificate; what ISO 15118 wants otherwise than RFC 5280 is left out."""
    found: list[Observation] = []
    meant = _meant_otherwise(question.rules)
    for depth, certificate in enumerate(question.chain):
        said = (structs.replace(one, depth=depth) for one in _findings(certificate))
        found += (one for one in said if one.code not in meant)
    return Opinion(voice=Voice.PKILINT, observations=tuple(found))


def _meant_otherwise(rules: ChainRules) -> frozenset[str]:
    if not rules.key_kinds:
        return frozenset()
    meant = {_DOMAIN}
    if rules.iso20 and rules.edition is Edition.ED2022:
        meant |= _CRITICAL
    if rules.kind in {ChainKind.PROVISIONING, ChainKind.CONTRACT}:
        meant |= _USES
    return frozenset(meant)


@lru_cache(maxsize=1024)
def _findings(certificate: bytes) -> tuple[Observation, ...]:
    """What it says of one certificate; the same few come again and again in a run."""
    try:
        return tuple(_linted(certificate))
    except Exception as problem:  # noqa: BLE001 - its loader breaks down over what is no DER
        return (unreadable(problem),)


def _linted(certificate: bytes) -> Iterator[Observation]:
    from pkilint import loader

    document = loader.RFC5280CertificateDocumentLoader().load_der_document(certificate)
    for result in _validator().validate(document.root):
        for described in result.finding_descriptions:
            weight = described.finding.severity.name
            if weight in _WORTH_TELLING:
                text = one_line(described.message or weight.lower())
                yield Observation(code=described.finding.code, text=text, refuses=weight in _REFUSING)


@cache
def _validator() -> Any:
    """All rules for certificates, put together once."""
    from pkilint.pkix import certificate, extension, name

    return certificate.create_pkix_certificate_validator_container(
        certificate.create_decoding_validators(name.ATTRIBUTE_TYPE_MAPPINGS, extension.EXTENSION_MAPPINGS),
        [
            certificate.create_issuer_validator_container([]),
            certificate.create_validity_validator_container(),
            certificate.create_subject_validator_container([]),
            certificate.create_extensions_validator_container([]),
            certificate.create_spki_validator_container([]),
        ],
    )
