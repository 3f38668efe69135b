"""Verifying XML signatures, and telling exactly what is wrong with one, whatever a peer may have sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed448

from harness.messages.xmldsig import Signature
from harness.pki.recipe import KeyKind
from harness.security.algorithm import (
    CANONICAL_EXI,
    ECDSA_URIS,
    ED448_OF_RFC_9231,
    ED448_URIS,
    Algorithm,
    PublicKey,
    raw_of_der,
    raw_size,
    verifies,
)
from harness.security.keys import key_name, read_certificate
from harness.security.objection import Objection, deviation, invalid, notice
from harness.security.octets import Signed, Way, info_ways, part_of, readings
from harness.security.references import reference_objections
from harness.security.terms import ALGORITHMS, Terms, terms_of

Signer = bytes | x509.Certificate | PublicKey
"""Whose signature it should be: a certificate (DER or read) or a public key."""


def verify(
    signature: Signature | None, elements: Sequence[Signed], signer: Signer, *, schema: str
) -> tuple[Objection, ...]:
    """Everything that is wrong with a signature; empty for a good one.

    `INVALID` objections say that it proves nothing, `DEVIATION` ones that it proves what it should and is not
    written as the standard has it: `refusal` turns them into a decision. The value is always verified, also where
    names or encodings are wrong, by each way in which senders are known to go astray. Never raises for what the
    peer sent.

    Args:
        signature: what stood in the header; None if nothing did.
        elements: what should be signed, as received.
        signer: the certificate that it should belong to, or its public key.
        schema: key of the schema of the message: `common` for ISO 15118-20, `iso2` for ISO 15118-2.
    """
    terms = terms_of(schema)
    if signature is None:
        return (invalid("signature.missing", "the header has no signature", *terms.refusal_cites),)
    key = public_key(signer)
    if isinstance(key, Objection):
        return (key,)
    parts = [part_of(one) for one in elements]
    return (
        *_names(signature, key, terms),
        *_surplus(signature, terms),
        *reference_objections(signature.signed_info.reference, parts, schema, _own(key).digest_uri),
        *_value(signature, key, schema),
    )


def public_key(signer: Signer) -> PublicKey | Objection:
    """The key to verify with, or why there is none."""
    read = read_certificate(signer) if isinstance(signer, bytes) else signer
    if isinstance(read, Objection):
        return read
    key = read.public_key() if isinstance(read, x509.Certificate) else read
    if not isinstance(key, ec.EllipticCurvePublicKey | ed448.Ed448PublicKey):
        return invalid("key.kind", f"ISO 15118 has no signature for a key of kind {key_name(key)}")
    return key


def _own(key: PublicKey) -> Algorithm:
    """The algorithm that goes with a key; for a curve that the standard does not have, that of the next strength."""
    strong = isinstance(key, ec.EllipticCurvePublicKey) and key.curve.key_size > 256
    kind = KeyKind.ED448 if isinstance(key, ed448.Ed448PublicKey) else KeyKind.P521 if strong else KeyKind.P256
    return ALGORITHMS[kind]


def _names(signature: Signature, key: PublicKey, terms: Terms) -> Iterator[Objection]:
    """Whether the key is one of the standard, and the names in the signature go with it."""
    if key_name(key) not in terms.keys:
        text = f"key {key_name(key)} where {' or '.join(terms.keys)} is due"
        yield deviation("key.curve", text, *terms.key_cites)
    info = signature.signed_info
    if info.canonicalization_method.algorithm != CANONICAL_EXI:
        text = f"canonicalization {info.canonicalization_method.algorithm} where {CANONICAL_EXI} is due"
        yield deviation("canonicalization", text, *terms.form_cites)
    named, right = info.signature_method.algorithm, _own(key).signature_uri
    if isinstance(key, ed448.Ed448PublicKey):
        if named == ED448_OF_RFC_9231:
            yield deviation("algorithm.name", f"{named} where the standard has a name of its own", "V2G20-2473")
    elif named in ECDSA_URIS and named != right:
        yield deviation("algorithm.hash", f"signature algorithm {named} where a key {key_name(key)} goes with {right}")


def _surplus(signature: Signature, terms: Terms) -> Iterator[Objection]:
    """Optional parts of XML Signature that the standard leaves out."""
    info = signature.signed_info
    found = {
        "Signature/Id": signature.id,
        "SignedInfo/Id": info.id,
        "HMACOutputLength": info.signature_method.hmac_output_length,
        "SignatureValue/Id": signature.signature_value.id,
        "KeyInfo": signature.key_info,
        "Object": signature.objects or None,
    }
    there = [name for name, value in found.items() if value is not None]
    if there:
        yield notice("signature.surplus", f"holds {', '.join(there)}, which the standard leaves out", *terms.form_cites)


def _value(signature: Signature, key: PublicKey, schema: str) -> Iterator[Objection]:
    """Verify the value, by the right way first and then by those that senders are known to take."""
    terms = terms_of(schema)
    raw, form = _raw(signature.signature_value.value, key, terms)
    if form is not None:
        yield form
    if raw is None:
        return
    named = signature.signed_info.signature_method.algorithm
    names = (named, *(name for name in (*ECDSA_URIS, *sorted(ED448_URIS)) if name != named))
    ways = info_ways(schema)
    for name in names:
        for way, octets in readings(signature.signed_info, ways if name == named else ways[:2]):
            if verifies(key, name, raw, octets):
                yield from _astray(named, name, way, terms)
                return
    yield invalid("value.wrong", f"the value is no signature of this {key_name(key)} key", *terms.refusal_cites)


def _astray(named: str, used: str, way: Way, terms: Terms) -> Iterator[Objection]:
    if used != named:
        text = f"the value was made by {used} where SignedInfo names {named}"
        yield invalid("algorithm.other", text, *terms.refusal_cites)
    right = info_ways(terms.schema)[0]
    if way != right:
        yield deviation("encoding.signed_info", f"signed was {way} where {right} is due", *terms.form_cites)


def _raw(value: bytes, key: PublicKey, terms: Terms) -> tuple[bytes | None, Objection | None]:
    """The raw value, read from whatever form it came in, and what is wrong with the form."""
    size = raw_size(key)
    if len(value) == size:
        return value, None
    if isinstance(key, ec.EllipticCurvePublicKey):
        try:
            raw = raw_of_der(value, key.curve)
        except (ValueError, OverflowError):
            pass
        else:
            text = f"the value is DER ({len(value)} octets), raw is due"
            return raw, deviation("value.der", text, *terms.raw_cites)
    text = f"the value has {len(value)} octets where {size} are due"
    if isinstance(key, ed448.Ed448PublicKey) or len(value) % 2 or len(value) < 2:
        return None, invalid("value.length", text, *terms.raw_cites)
    return value, deviation("value.length", text, *terms.raw_cites)
