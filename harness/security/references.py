"""The references of a signature against the elements that it should cover."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.messages.xmldsig import Reference
from harness.security.algorithm import CANONICAL_EXI, digest
from harness.security.objection import Objection, deviation, invalid
from harness.security.octets import Part, part_ways, readings
from harness.security.terms import Terms, terms_of


def reference_objections(
    references: Sequence[Reference], parts: Sequence[Part], schema: str, due: str
) -> Iterator[Objection]:
    """What is wrong with the references of a signature.

    Args:
        references: as they stand in SignedInfo.
        parts: the elements that have to be signed, as received.
        schema: key of the schema of the message.
        due: name of the digest that goes with the signer's key.
    """
    terms = terms_of(schema)
    if terms.most_references and len(references) > terms.most_references:
        text = f"{len(references)} references where {terms.most_references} are allowed"
        yield deviation("reference.count", text, *terms.form_cites)
    used: list[Reference] = []
    for part in parts:
        reference, objection = _reference_of(part, references, schema)
        if objection is not None:
            yield objection
        if reference is not None:
            used.append(reference)
            yield from _form(reference, part, due, terms)
            yield from _digest(reference, part, schema)
    for reference in references:
        if not any(reference is one for one in used):
            named = "nothing" if reference.uri is None else repr(reference.uri)
            yield deviation("reference.surplus", f"a reference names {named}, which is none of the signed elements")


def _reference_of(
    part: Part, references: Sequence[Reference], schema: str
) -> tuple[Reference | None, Objection | None]:
    """The reference to a part: by its Id, or else by its digest."""
    if not part.id:
        return None, invalid(
            "element.id", f"{part.title} has no Id, so no reference can name it", *terms_of(schema).refusal_cites
        )
    for reference in references:
        if reference.uri == f"#{part.id}":
            return reference, None
    for reference in references:
        if _way_of(reference, part, schema) is not None:
            named = "nothing" if reference.uri is None else repr(reference.uri)
            text = f"the reference with the digest of {part.title} names {named}, not '#{part.id}'"
            return reference, invalid("reference.uri", text, *terms_of(schema).refusal_cites)
    return None, invalid(
        "reference.missing", f"no reference covers {part.title} (#{part.id})", *terms_of(schema).refusal_cites
    )


def _form(reference: Reference, part: Part, due: str, terms: Terms) -> Iterator[Objection]:
    transforms = reference.transforms.transform if reference.transforms is not None else ()
    names = [transform.algorithm for transform in transforms]
    if names != [CANONICAL_EXI]:
        seen = " and ".join(names) or "none"
        text = f"the reference to {part.title} has transforms {seen} where {CANONICAL_EXI} alone is due"
        yield deviation("reference.transform", text, *terms.form_cites)
    if reference.type is not None and not terms.type_allowed:
        text = f"the reference to {part.title} tells a type, {reference.type!r}"
        yield deviation("reference.type", text, *terms.form_cites)
    named = reference.digest_method.algorithm
    if named != due and digest(named, b"") is not None:
        yield deviation("digest.algorithm", f"digest {named} for {part.title} where the key goes with {due}")


def _digest(reference: Reference, part: Part, schema: str) -> Iterator[Objection]:
    named = reference.digest_method.algorithm
    if digest(named, b"") is None:
        yield invalid("digest.unknown", f"digest algorithm {named!r} for {part.title} is none of the standard")
        return
    way = _way_of(reference, part, schema)
    right = part_ways(schema)[0]
    if way is None:
        size, expected = len(reference.digest_value), len(digest(named, b"") or b"")
        more = "" if size == expected else f" ({size} octets where {named} has {expected})"
        yield invalid(
            "digest.mismatch", f"the digest is not that of {part.title}{more}", *terms_of(schema).refusal_cites
        )
    elif way != right:
        text = f"{part.title} was digested as {way} where {right} is due"
        yield deviation("encoding.element", text, *terms_of(schema).form_cites)


def _way_of(reference: Reference, part: Part, schema: str) -> object:
    """The way of encoding whose digest stands in the reference."""
    for way, octets in readings(part, part_ways(schema)):
        if digest(reference.digest_method.algorithm, octets) == reference.digest_value:
            return way
    return None
