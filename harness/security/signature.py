"""Making XML signatures as ISO 15118 has them, rightly or with one flaw."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from harness.core.errors import UserError
from harness.messages.xmldsig import (
    CanonicalizationMethod,
    DigestMethod,
    Reference,
    Signature,
    SignatureMethod,
    SignatureValue,
    SignedInfo,
    Transform,
    Transforms,
)
from harness.pki.credentials import SigningKey
from harness.security.algorithm import CANONICAL_EXI, Algorithm, der_of_raw, digest, sign_value
from harness.security.flaw import SignatureFlaw
from harness.security.keys import another_key
from harness.security.octets import Part, Signed, Way, info_octets, part_octets, part_of

__all__ = ["SignatureFlaw", "sign", "signed_info"]


def sign(
    elements: Sequence[Signed],
    key: SigningKey,
    *,
    schema: str,
    algorithm: Algorithm | None = None,
    flaw: SignatureFlaw | None = None,
) -> Signature:
    """Sign parts of a message: a reference to each, and the raw value over the EXI of SignedInfo.

    Args:
        elements: the elements to sign; each needs an Id. Take `Part` where the class has several element names.
        key: the private key; nothing else of the credentials goes into the signature.
        schema: key of the schema of the message: `common` for ISO 15118-20, `iso2` for ISO 15118-2.
        algorithm: None for the one that goes with the key.
        flaw: what to do wrong.

    Raises:
        UserError: the key has no algorithm, an element has no Id, or the flaw would change nothing.
        ExiError: the schema cannot say an element.
    """
    chosen = algorithm or Algorithm.of(key)
    _refuse_pointless(flaw, chosen)
    hashed = Algorithm.P256_SHA256 if flaw is SignatureFlaw.SHA256 else chosen
    info = signed_info([part_of(one) for one in elements], schema, hashed)
    info = _spoilt_info(info, flaw)
    octets = info_octets(info, Way(schema) if flaw is SignatureFlaw.COMBINED_GRAMMAR else None)
    signer = another_key(key) if flaw is SignatureFlaw.WRONG_KEY else key
    value = sign_value(signer, hashed.signature_uri, octets)
    return Signature(signed_info=info, signature_value=SignatureValue(value=_spoilt_value(value, flaw)))


def signed_info(parts: Sequence[Part], schema: str, algorithm: Algorithm) -> SignedInfo:
    """What the value is computed over: one reference to each part, with its digest."""
    return SignedInfo(
        canonicalization_method=CanonicalizationMethod(algorithm=CANONICAL_EXI),
        signature_method=SignatureMethod(algorithm=algorithm.signature_uri),
        reference=tuple(_reference(part, schema, algorithm) for part in parts),
    )


def _reference(part: Part, schema: str, algorithm: Algorithm) -> Reference:
    if not part.id:
        raise UserError("has no Id that a signature could refer to", where=part.title, do="give it an id")
    value = digest(algorithm.digest_uri, part_octets(part, Way(schema)))
    assert value is not None  # noqa: S101 - our own names are all known
    return Reference(
        uri=f"#{part.id}",
        transforms=Transforms(transform=(Transform(algorithm=CANONICAL_EXI),)),
        digest_method=DigestMethod(algorithm=algorithm.digest_uri),
        digest_value=value,
    )


def _refuse_pointless(flaw: SignatureFlaw | None, algorithm: Algorithm) -> None:
    """A flaw that changes nothing would make a case that proves nothing."""
    if flaw is SignatureFlaw.STALE_CHALLENGE:
        raise UserError("a stale challenge is no flaw of a signature alone", do="give it to authorization_request")
    if flaw is SignatureFlaw.SHA256 and algorithm is not Algorithm.P521_SHA512:
        raise UserError(f"{algorithm} with SHA-256 is no flaw", do="take a secp521r1 key")
    if flaw is SignatureFlaw.DER_VALUE and algorithm is Algorithm.ED448_SHAKE256:
        raise UserError("a signature of Ed448 has no DER form", do="take a key on a NIST curve")


def _spoilt_info(info: SignedInfo, flaw: SignatureFlaw | None) -> SignedInfo:
    *others, last = info.reference
    match flaw:
        case SignatureFlaw.WRONG_DIGEST:
            last = structs.replace(last, digest_value=_one_bit_off(last.digest_value))
        case SignatureFlaw.WRONG_URI:
            last = structs.replace(last, uri=f"{last.uri}-of-nobody")
        case SignatureFlaw.NO_TRANSFORM:
            last = structs.replace(last, transforms=None)
        case SignatureFlaw.MISSING_REFERENCE if others:
            return structs.replace(info, reference=tuple(others))
        case SignatureFlaw.MISSING_REFERENCE:
            # The schema wants one reference at least: this one names nothing, and digests nothing that was sent.
            last = structs.replace(last, uri=None, digest_value=_one_bit_off(last.digest_value))
        case SignatureFlaw.WRONG_ALGORITHM:
            method = SignatureMethod(algorithm=_another(info.signature_method.algorithm))
            return structs.replace(info, signature_method=method)
        case _:
            return info
    return structs.replace(info, reference=(*others, last))


def _spoilt_value(value: bytes, flaw: SignatureFlaw | None) -> bytes:
    if flaw is SignatureFlaw.WRONG_VALUE:
        return _one_bit_off(value)
    if flaw is SignatureFlaw.DER_VALUE:
        return der_of_raw(value)
    return value


def _one_bit_off(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def _another(uri: str) -> str:
    right, other = Algorithm.P256_SHA256.signature_uri, Algorithm.P521_SHA512.signature_uri
    return other if uri == right else right
