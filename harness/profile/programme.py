"""A programme profile: what a body asks of a device, readable by somebody who does not program."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from harness.core.feature import Feature


class ProgrammeIdentity(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who asks, and in which edition."""

    id: str
    title: str
    version: str
    owner: str = ""


class Asked(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which cases belong to it, by the beginnings of their ids, and which features it insists on."""

    cases: tuple[str, ...]
    rules: bool = True
    """Whether the rules over every recorded trace count as well."""
    required_features: tuple[Feature, ...] = ()
    variants: Annotated[int, Meta(ge=1)] | None = None
    """Of a case with more variants than this, so many are taken, spread evenly; None takes all."""


class Decision(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How findings become a statement of conformity."""

    rule: Literal["simple-acceptance"] = "simple-acceptance"
    inconclusive: Literal["blocks", "listed"] = "blocks"
    not_tested: Literal["blocks", "listed"] = "blocks"


class Document(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A paper that must be on file beside the tests; the harness asks for it, it does not test it again."""

    key: str
    any_of: tuple[str, ...]
    when: str = ""


class Programme(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a body asks."""

    programme: ProgrammeIdentity
    asked: Asked
    decision: Decision = Decision()
    documents: tuple[Document, ...] = ()
