"""What a foreign validator is asked, and how it answers."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from harness.pki.objection import shown
from harness.pki.revocation import Needed
from harness.pki.rules import ChainRules


class Voice(StrEnum):
    """Who speaks beside us."""

    PYHANKO = "pyhanko-certvalidator"
    """Path and revocation by RFC 5280 and RFC 6960."""
    PKILINT = "pkilint"
    """The form of single certificates by RFC 5280."""
    OPENSSL = "OpenSSL"
    """What a peer that is built on OpenSSL would say."""
    OPENSSL_LENIENT = "OpenSSL, ignoring critical"
    """The same peer with the switch that lets unknown critical extensions pass."""


class Observation(Struct, frozen=True, kw_only=True):
    """One thing that a validator found."""

    code: str
    """The validator's own name or number for it."""
    text: str
    depth: int = 0
    """Which certificate, counted from the leaf."""
    refuses: bool = True
    """Whether the validator refuses the chain for it."""


class Opinion(Struct, frozen=True, kw_only=True):
    """All that a validator has to say."""

    voice: Voice
    observations: tuple[Observation, ...] = ()

    @property
    def accepts(self) -> bool:
        """Whether it would take the chain."""
        return not any(one.refuses for one in self.observations)

    @property
    def summary(self) -> str:
        """The first thing that it refuses for; empty if there is none."""
        return next((f"{one.text} [{one.code}]" for one in self.observations if one.refuses), "")


class Question(Struct, frozen=True, kw_only=True):
    """A chain, and what it is held against."""

    chain: tuple[bytes, ...]
    rules: ChainRules
    roots: tuple[bytes, ...]
    at: float
    statuses: tuple[bytes, ...] = ()
    needed: Needed | None = None


def unreadable(problem: Exception, depth: int = 0) -> Observation:
    """A validator that could not cope with the bytes: hostile data makes them raise whatever they like."""
    text = f"{type(problem).__name__}: {problem}"
    return Observation(code="unreadable", text=one_line(text), depth=depth)


def one_line(text: object) -> str:
    """A validator's words on one bounded line."""
    return shown(" ".join(str(text).split()))
