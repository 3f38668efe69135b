"""Valid messages for every class, drawn from the declarations themselves, and a few written by hand."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import strategies as st
from msgspec import Meta
from msgspec.structs import replace

from harness.core.units import Amperes, Rational, Volts
from harness.messages.field import Choice, FieldInfo, Message, Particle, content_of, fields_of, is_abstract
from harness.messages.iso20.dc import DcChargeLoopReq, ScheduledDcClReqControlMode
from harness.messages.iso20.types import MessageHeader
from harness.messages.simple import Identity, IdentityReference, In, Uri


@st.composite
def _valid(draw: st.DrawFn, kind: type[Message]) -> Message:
    """A message that its schema takes."""
    held: dict[str, list[Any]] = {field.attr: [] for field in fields_of(kind)}
    for field in fields_of(kind):
        due = not field.optional or draw(st.booleans())
        if due and (field.wire.attribute or field.wire.text):
            held[field.attr].append(draw(_value(field, field.types[0])))
    _walk(draw, content_of(kind), held)
    return kind(
        **{
            field.attr: tuple(held[field.attr]) if field.many else next(iter(held[field.attr]), None)
            for field in fields_of(kind)
        }
    )


def _walk(draw: st.DrawFn, part: Any, held: dict[str, list[Any]]) -> None:
    most = part.low + 1 if part.high is None else min(part.high, part.low + 1)
    for _ in range(draw(st.integers(part.low, most))):
        if isinstance(part, Particle):
            if not part.field.wire.wildcard:
                kinds = [option for option in part.field.types if not _abstract(option)]
                held[part.field.attr].append(draw(_value(part.field, draw(st.sampled_from(kinds)))))
        elif isinstance(part, Choice):
            known = [p for p in part.parts if not (isinstance(p, Particle) and p.field.wire.wildcard)]
            _walk(draw, draw(st.sampled_from(known)), held)
        else:
            for inner in part.parts:
                _walk(draw, inner, held)


def _abstract(option: type) -> bool:
    return issubclass(option, Message) and is_abstract(option)


def _value(field: FieldInfo, option: Any) -> st.SearchStrategy[Any]:
    if issubclass(option, Message):
        due = [unit for mark in field.meta if isinstance(mark, In) for unit in mark.units]
        return _valid(option).map(lambda part: replace(part, unit=due[0])) if due else _valid(option)
    if issubclass(option, Rational):
        return st.builds(option, exponent=st.integers(-128, 127), value=st.integers(-(2**15), 2**15 - 1))
    if issubclass(option, StrEnum):
        return st.sampled_from(list(option))
    if option is bool:
        return st.booleans()
    bounds = {"ge": None, "le": None, "min_length": 0, "max_length": 12}
    for mark in field.meta:
        if isinstance(mark, Meta):
            bounds |= {name: getattr(mark, name) for name in bounds if getattr(mark, name) is not None}
    if option is int:
        highest = 2**64 - 1 if bounds["ge"] == 0 and bounds["le"] is None else bounds["le"]
        return st.integers(bounds["ge"], highest)
    low, high = bounds["min_length"] or 0, bounds["max_length"]
    if option is bytes:
        return st.binary(min_size=low, max_size=high)
    if any(isinstance(mark, Identity | IdentityReference | Uri) for mark in field.meta):
        return st.from_regex(r"[a-z_][a-z0-9._\-]{0,11}", fullmatch=True)
    letters = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
    return st.text(letters, min_size=low, max_size=high)


@pytest.fixture(scope="session")
def valid() -> Callable[[type[Message]], st.SearchStrategy[Message]]:
    """Maps a class to the strategy that draws its valid messages."""
    return _valid


@pytest.fixture
def loop_request() -> DcChargeLoopReq:
    """One cycle under a schedule: 20 A at 400 V."""
    return DcChargeLoopReq(
        header=MessageHeader(session_id=bytes(range(8)), time_stamp=1_700_000_000),
        meter_info_requested=True,
        ev_present_voltage=Volts(value=3995, exponent=-1),
        control_mode=ScheduledDcClReqControlMode(
            ev_target_current=Amperes(value=20), ev_target_voltage=Volts(value=400)
        ),
    )
