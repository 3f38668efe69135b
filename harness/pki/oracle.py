"""What is to be thought of a chain: our own rules decide, three foreign validators say what they think."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from harness.pki.lint import bounds_objection, first_error, lint_chain
from harness.pki.objection import Objection
from harness.pki.oracle_openssl import openssl_opinion
from harness.pki.oracle_pkilint import pkilint_opinion
from harness.pki.oracle_pyhanko import pyhanko_opinion
from harness.pki.oracle_voice import Opinion, Question, Voice
from harness.pki.path import check_path
from harness.pki.revocation import Needed, status_objections
from harness.pki.rules import ChainRules

__all__ = ["Assessment", "Judgement", "Needed", "Opinion", "Voice", "assess"]


class Judgement(StrEnum):
    """What a strict endpoint does with a chain."""

    TAKE = "take"
    NOTICE = "notice"
    """It takes it, and there is something to tell."""
    REFUSE = "refuse"


class Assessment(Struct, frozen=True, kw_only=True):
    """Everything that is held against a chain, and by whom."""

    objections: tuple[Objection, ...]
    """Ours: structure and profile, the path to a root, and revocation where it is needed."""
    opinions: tuple[Opinion, ...] = ()
    """Of the foreign validators, in the order of `Voice`; none where the chain is too large to be handed on."""

    @property
    def verdict(self) -> Judgement:
        """Ours alone; a foreign voice changes nothing."""
        if first_error(self.objections) is not None:
            return Judgement.REFUSE
        return Judgement.NOTICE if self.objections else Judgement.TAKE

    def opinion(self, voice: Voice) -> Opinion | None:
        """What one validator said."""
        return next((one for one in self.opinions if one.voice is voice), None)

    @property
    def disagreements(self) -> tuple[str, ...]:
        """Where a foreign validator would do otherwise than we, in words; that pkilint is silent says nothing."""
        refused = first_error(self.objections)
        found = []
        for one in self.opinions:
            if one.accepts and refused is not None and one.voice is not Voice.PKILINT:
                found.append(f"{one.voice.value} takes what we refuse: {refused.text} [{refused.code}]")
            elif not one.accepts and refused is None:
                found.append(f"{one.voice.value} refuses what we take: {one.summary}")
        return tuple(found)


def assess(
    chain: Sequence[bytes],
    *,
    rules: ChainRules,
    roots: Sequence[bytes],
    at: float,
    statuses: Sequence[bytes] = (),
    needed: Needed | None = None,
) -> Assessment:
    """Ask everybody about a chain; nothing is fetched, and whatever the bytes are, no exception comes of it.

    Args:
        chain: DER, in the order in which the peer sent it, leaf first.
        rules: what kind of chain it should be, in which profile and edition: `rules_for`.
        roots: DER of the trusted roots.
        at: Unix time.
        statuses: OCSP responses and revocation lists, DER; stapled ones in the order of the chain, an empty one where
            there was none.
        needed: whose status must be known to be good; None to ask for none.
    """
    objections = [*lint_chain(chain, rules), *check_path(chain, roots, at)]
    if needed is not None:
        objections += status_objections(chain, roots, statuses, at, needed=needed)
    ours = tuple(dict.fromkeys(objections))
    if bounds_objection(chain) is not None:
        return Assessment(objections=ours)
    question = Question(
        chain=tuple(chain), rules=rules, roots=tuple(roots), at=at, statuses=tuple(statuses), needed=needed
    )
    opinions = (
        pyhanko_opinion(question),
        pkilint_opinion(question),
        openssl_opinion(question),
        openssl_opinion(question, ignoring_critical=True),
    )
    return Assessment(objections=ours, opinions=opinions)
