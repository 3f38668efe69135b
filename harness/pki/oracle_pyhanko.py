"""What pyhanko-certvalidator says of a chain: path and revocation, at a fixed moment, offline."""

from __future__ import annotations

import re
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any

from harness.pki.oracle_voice import Observation, Opinion, Question, Voice, one_line, unreadable
from harness.pki.recipe import ExtendedUse
from harness.pki.revocation import Needed

_PURPOSES = {ExtendedUse.SERVER: "server_auth", ExtendedUse.CLIENT: "client_auth"}
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


def pyhanko_opinion(question: Question) -> Opinion:
    """Let it validate path and usage of the leaf; it stops at the first thing it refuses for."""
    try:
        _finish(_validated(question))
    except Exception as problem:  # noqa: BLE001 - it raises for refusals, and hostile bytes make it raise anything
        return Opinion(voice=Voice.PYHANKO, observations=(_observed(problem),))
    return Opinion(voice=Voice.PYHANKO)


async def _validated(question: Question) -> None:
    from asn1crypto import x509
    from pyhanko_certvalidator import CertificateValidator, ValidationContext

    leaf, *above = (x509.Certificate.load(one, strict=True) for one in question.chain)
    responses, lists = _sorted(question.statuses)
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(one, strict=True) for one in question.roots],
        moment=datetime.fromtimestamp(question.at, tz=UTC),
        allow_fetching=False,
        ocsps=responses,
        crls=lists,
        revinfo_policy=_policy(question.needed),
    )
    validator: Any = CertificateValidator(leaf, above, validation_context=context)
    use = question.rules.extended_use
    purposes = {_PURPOSES[use]} if use is not None else None
    needed = {use.value for use in question.rules.needed_uses}
    due = question.rules.extended_use_due
    await validator.async_validate_usage(needed, purposes, extended_optional=not due)


def _policy(needed: Needed | None) -> Any:
    """Status is asked of those that tell where; else OCSP signers would need one too."""
    from pyhanko_certvalidator.policy_decl import (
        CertRevTrustPolicy,
        RevocationCheckingPolicy,
        RevocationCheckingRule,
    )

    none, declared = RevocationCheckingRule.NO_CHECK, RevocationCheckingRule.CHECK_IF_DECLARED
    leaf = none if needed is None else declared
    above = declared if needed is Needed.CHAIN else none
    return CertRevTrustPolicy(
        RevocationCheckingPolicy(ee_certificate_rule=leaf, intermediate_ca_cert_rule=above),
    )


def _sorted(statuses: tuple[bytes, ...]) -> tuple[list[Any], list[Any]]:
    """OCSP responses and revocation lists; what is neither is left out, and its lack is what gets refused."""
    from asn1crypto import crl, ocsp

    responses: list[Any] = []
    lists: list[Any] = []
    for one in statuses:
        for kind, kept in ((ocsp.OCSPResponse, responses), (crl.CertificateList, lists)):
            try:
                read = kind.load(one, strict=True)
                read.native  # noqa: B018 - read lazily: broken ones raise here
            except Exception:  # noqa: BLE001, S112 - hostile bytes
                continue
            kept.append(read)
            break
    return responses, lists


def _finish(working: Coroutine[Any, Any, None]) -> None:
    """Run to the end what never waits, for nothing is fetched; no event loop is needed, and one that runs is no bother.

    Raises:
        Exception: whatever the work raises.
    """
    try:
        working.send(None)
    except StopIteration:
        return
    working.close()
    raise RuntimeError("the validator wanted to wait for something")


def _observed(problem: Exception) -> Observation:
    if not type(problem).__module__.startswith("pyhanko_certvalidator"):
        return unreadable(problem)
    name = type(problem).__name__.removesuffix("Error")
    return Observation(code=_WORD.sub("-", name).lower(), text=one_line(problem))
