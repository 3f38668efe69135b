"""Whether a case of the catalogue applies to a device, by what the device claims and answers, and why not."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from harness.standards.condition import Answer, Answers, holds, reasons
from harness.standards.pics import MODE_1_2, asked_by, told
from harness.standards.testcases import PROFILE_TITLE, CertificationProfile, ListedCase


class Claims(Struct, frozen=True, kw_only=True):
    """What a device claims of OCPP, and what it answers."""

    versions: frozenset[str]
    profiles: frozenset[CertificationProfile]
    mode12: bool
    """The product is a station for charging modes 1 and 2 only."""
    answers: Mapping[str, Answer]

    def by_name(self) -> Answers:
        """Answers to all that may stand in a condition."""
        claimed: dict[str, Answer] = {profile.value: profile in self.profiles for profile in CertificationProfile}
        return {**self.answers, **claimed, MODE_1_2: self.mode12}


def unanswered(case: ListedCase, claims: Claims) -> tuple[str, ...]:
    """The questions that the conditions of a case ask and that the device leaves open."""
    if case.version not in claims.versions:
        return ()
    return tuple(name for name in asked_by(case, claims.profiles) if name not in claims.answers)


def exclusion(case: ListedCase, claims: Claims) -> str:
    """Why a case does not apply, with the answers that exclude it; empty: it does.

    A case that no certification profile is known to ask for applies wherever its version of OCPP is spoken: what the
    device can do decides then, by the features that the case needs.

    Raises:
        Unanswered: see `unanswered`.
    """
    if case.version not in claims.versions:
        return f"the device does not speak OCPP {case.version}"
    if not case.asked_by:
        return ""
    answers = claims.by_name()
    open_ones = {profile: found for profile, found in case.asked_by.items() if profile in claims.profiles}
    if not open_ones:
        asking = " or ".join(PROFILE_TITLE[profile] for profile in case.asked_by)
        return f"the device does not claim the certification profile {asking}"
    if any(condition is None or holds(condition, answers) for condition in open_ones.values()):
        return ""
    excluding = dict.fromkeys(name for found in open_ones.values() if found for name in reasons(found, answers))
    return "; ".join(told(name, answers[name]) for name in excluding)
