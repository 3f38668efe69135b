"""Looks up what a cited requirement asks for; the tables beside this file are read when the first question comes."""

from __future__ import annotations

import re
import tomllib
from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec
from msgspec import Struct

_TABLES = (
    "iso15118_20.toml",
    "iso15118_2.toml",
    "iso15118_3.toml",
    "din70121.toml",
    "tls.toml",
    "ocpp201.toml",
    "ocpp21.toml",
)
_CLAUSE = re.compile(
    r"^(ISO \d+(-\d+)?(:\d{4})?|Part \d+|RFC \d+), (Annex [A-Z](\.\d+)*|Table [A-Z]?\.?\d+|\d+(\.\d+)*)$"
)


class Obligation(StrEnum):
    """How strongly a requirement binds."""

    SHALL = "shall"
    SHOULD = "should"
    MAY = "may"
    UNKNOWN = "unknown"
    """The public sources name the id without saying how it binds."""


class Confidence(StrEnum):
    """How well we know what a requirement says; below `one`, read a verdict that rests on it alone with care."""

    PUBLISHED = "published"
    """The publisher's own, freely available text."""
    SEVERAL = "several"
    """Two or more independent public sources."""
    ONE = "one"
    """A single public source."""
    PRACTICE = "practice"
    """How public implementations read it."""
    DERIVED = "derived"
    """Concluded from other requirements."""
    UNVERIFIED = "unverified"
    """The id was seen; what it says is a guess."""


class Proof(StrEnum):
    """What it takes to see here whether a requirement is kept."""

    SEEN = "seen"
    """Any recorded session shows it."""
    PROVOKED = "provoked"
    """The emulated side must do something on purpose."""
    DECLARED = "declared"
    """It depends on what the device says of itself."""
    HARDWARE = "hardware"
    """It needs the pilot line, a contactor or a meter of one's own."""
    INSIDE = "inside"
    """No wire shows it."""


class Requirement(Struct, frozen=True, kw_only=True):
    """One requirement of a standard."""

    id: str
    document: str
    gist: str
    """What it asks for, in our own words."""
    kind: Obligation
    confidence: Confidence
    proof: Proof
    clause: str = ""
    """Clause, table or annex, where a public source tells it."""


class _Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    gist: str
    kind: Obligation
    confidence: Confidence
    proof: Proof
    clause: str = ""


class _Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    document: str
    requirements: dict[str, _Entry]


def requirement(requirement_id: str) -> Requirement | None:
    """The requirement of that id (`V2G20-459`, `E01.FR.07`, `Part 4, 4.1.1`), or None where no catalogue has it."""
    return _catalogue().get(requirement_id)


def all_requirements() -> tuple[Requirement, ...]:
    """Every requirement of the catalogues, table by table, in the order in which they stand there."""
    return tuple(_catalogue().values())


def is_clause(cited: str) -> bool:
    """Whether a citation names a place in a document instead of an id: `Part 4, 4.1.1`, `ISO 15118-20, Annex B`."""
    return _CLAUSE.match(cited) is not None


@cache
def _catalogue() -> dict[str, Requirement]:
    found: dict[str, Requirement] = {}
    for name in _TABLES:
        table = _read(name)
        for requirement_id, entry in table.requirements.items():
            if requirement_id in found:
                raise ValueError(f"{name}: {requirement_id} stands in another catalogue as well")
            found[requirement_id] = _named(requirement_id, table.document, entry)
    return found


def _read(name: str) -> _Table:
    text = files("harness.standards").joinpath(name).read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _Table)


def _named(requirement_id: str, document: str, entry: _Entry) -> Requirement:
    return Requirement(
        id=requirement_id,
        document=document,
        gist=entry.gist,
        kind=entry.kind,
        confidence=entry.confidence,
        proof=entry.proof,
        clause=entry.clause,
    )
