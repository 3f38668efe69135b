"""Whatever the declarations can hold comes back from EXI as it was, through both readers and both writers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.exi.datatypes import Binary, Boolean, Datatype, Enumeration, Packed, Text, Unsigned
from harness.exi.grammar import Complex, InOrder, OneOf, Particle, Simple, Term
from harness.messages.registry import SCHEMA_KEYS
from harness.messages.schema import codec

TEXTS = st.one_of(st.sampled_from(["", "a", "urn:x", "urn:y"]), st.text(st.characters(codec="utf-8"), max_size=12))
INTEGERS = st.one_of(st.integers(0, 300), st.integers(0, 2**70))


def simple(datatype: Datatype) -> st.SearchStrategy[Any]:
    if isinstance(datatype, Boolean):
        return st.booleans()
    if isinstance(datatype, Enumeration):
        return st.sampled_from(datatype.values)
    if isinstance(datatype, Packed):
        return st.integers(datatype.lower, datatype.lower + (1 << datatype.width) - 1)
    if isinstance(datatype, Binary):
        return st.binary(max_size=20)
    if isinstance(datatype, Text):
        return TEXTS
    return INTEGERS if isinstance(datatype, Unsigned) else INTEGERS.flatmap(lambda n: st.sampled_from([n, -n, ~n]))


@st.composite
def value(draw: st.DrawFn, type_: Simple | Complex) -> Any:
    if isinstance(type_, Simple):
        return draw(simple(type_.datatype))
    held: dict[str, list[Any]] = {attr: [] for attr in type_.fields}
    for attribute in type_.attributes:
        if attribute.required or draw(st.booleans()):
            held[attribute.attr].append(draw(simple(attribute.datatype)))
    if type_.text is not None:
        held[type_.text.attr].append(draw(simple(type_.text.datatype)))
    elif type_.content is not None:
        fill(draw, type_.content, held)
    many = type_.lists
    return type_.build(
        **{attr: tuple(held[attr]) if attr in many else next(iter(held[attr]), None) for attr in type_.fields}
    )


def fill(draw: st.DrawFn, term: Term, held: dict[str, list[Any]]) -> None:
    most = term.low + 2 if term.high is None else min(term.high, term.low + 2)
    for _ in range(draw(st.integers(term.low, most))):
        if isinstance(term, Particle):
            held[term.attr].append(draw(value(draw(st.sampled_from(term.options)).type)))
        elif isinstance(term, InOrder):
            for part in term.parts:
                fill(draw, part, held)
        elif isinstance(term, OneOf):
            kept = [part for part in term.parts if isinstance(part, Particle | InOrder | OneOf)]
            if kept:
                fill(draw, draw(st.sampled_from(kept)), held)


@pytest.mark.parametrize("fragment", [False, True])
@pytest.mark.parametrize("key", SCHEMA_KEYS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), hits=st.booleans())
def test_messages_come_back_as_they_were(key: str, fragment: bool, data: st.DataObject, hits: bool) -> None:
    coder = codec(key)
    roots = [element for _, element in coder.schema.roots if element is not None]
    message = data.draw(value(data.draw(st.sampled_from(roots)).type))
    stream = coder.encode(message, fragment=fragment, hits=hits)
    assert stream == coder.encode_slowly(message, fragment=fragment, hits=hits)
    assert coder.decode(stream, fragment=fragment) == message
    assert coder.decode_slowly(stream, fragment=fragment) == message
