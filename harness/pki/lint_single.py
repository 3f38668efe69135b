"""Rules for certificates that come alone: trusted roots, and signers of OCSP responses."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography import x509
from msgspec import structs

from harness.pki.lint import MOST_BYTES, first_error, parse_certificate
from harness.pki.lint_certificate import certificate_objections, constraints_of, key_objections, value_of
from harness.pki.lint_encoding import encoding_objections
from harness.pki.lint_leaf import leaf_objections
from harness.pki.objection import Objection, error, notice
from harness.pki.recipe import ExtendedUse, KeyUse
from harness.pki.rules import ChainRules, Pointer
from harness.pki.rules_tables import Named

_PATH_LENGTHS = {None, 3}
"""What public tools write into roots of ISO 15118-20; -2 knows none."""


def lint_root(certificate: bytes, rules: ChainRules) -> tuple[Objection, ...]:
    """What is wrong with a root that a party is asked to trust.

    Args:
        certificate: DER.
        rules: of the chains below it.
    """
    found, read = _read(certificate, rules)
    return (*found, *(_root(read, rules) if read is not None else ()))


def lint_signer(certificate: bytes, rules: ChainRules) -> tuple[Objection, ...]:
    """What is wrong with the certificate of somebody who signs OCSP responses for a chain.

    Args:
        certificate: DER.
        rules: of the chain that is answered for.
    """
    found, read = _read(certificate, rules)
    if read is None:
        return found
    due = structs.replace(
        rules,
        extended_use=ExtendedUse.OCSP,
        extended_use_due=True,
        extended_use_forbidden=False,
        needed_uses=(KeyUse.DIGITAL_SIGNATURE,),
        wished_uses=(),
        needed_cites=(),
        domain="",
        named=Named.FREELY,
        vehicle_subject=False,
        pointer=Pointer.NONE,
    )
    return (*found, *certificate_objections(read, 0, due), *leaf_objections(read, due))


def _read(certificate: bytes, rules: ChainRules) -> tuple[tuple[Objection, ...], x509.Certificate | None]:
    if len(certificate) > MOST_BYTES:
        return (error("certificate.size", f"{len(certificate)} bytes"),), None
    found = encoding_objections(certificate, 0, rules)
    parsed = parse_certificate(certificate, 0)
    if isinstance(parsed, x509.Certificate):
        return found, parsed
    return (found if first_error(found) else (*found, parsed)), None


def _root(root: x509.Certificate, rules: ChainRules) -> Iterator[Objection]:
    yield from key_objections(root, 0, rules)
    if root.issuer != root.subject:
        yield notice("root.issuer", "a root that somebody else issued")
    constraints, usage = constraints_of(root), value_of(root, x509.KeyUsage)
    if constraints is None or not constraints.ca:
        yield error("root.no_authority", "a root that is no CA")
    elif constraints.path_length not in _PATH_LENGTHS:
        yield notice("root.path_length", f"a root that allows {constraints.path_length} CAs below itself")
    if usage is not None and not usage.key_cert_sign:
        yield error("root.no_cert_sign", "a root that may not sign certificates")
    if value_of(root, x509.ExtendedKeyUsage) is not None:
        yield notice("root.extended_use", "a root has ExtendedKeyUsage")
