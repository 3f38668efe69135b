"""The `[ocpp]` table of a device profile: certification profiles claimed, and answers to what conditions ask."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from harness.core.case import Role
from harness.core.errors import ProfileError
from harness.standards.applicability import Claims
from harness.standards.condition import Answer
from harness.standards.pics import question
from harness.standards.testcases import CertificationProfile

_SEE = "see docs/reference/ocpp_testcases.md for the questions and what each means"


class Ocpp(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the device claims of OCPP, in the words of the certification programme."""

    versions: tuple[Literal["2.0.1", "2.1"], ...] = ("2.0.1",)
    profiles: tuple[CertificationProfile, ...] = ()
    mode12: bool = False
    """The product is a station for charging modes 1 and 2 only."""
    answers: dict[str, bool | int | dict[str, bool | int]] = {}
    """By question. `C-09.1 = true` is, in TOML, a key in a table; so it may be written without quotation marks."""

    def claims(self) -> Claims:
        """The same, as cases are weighed against."""
        return Claims(
            versions=frozenset(self.versions),
            profiles=frozenset(self.profiles),
            mode12=self.mode12,
            answers=self.flat(),
        )

    def flat(self) -> dict[str, Answer]:
        """The answers by the full names of their questions."""
        found: dict[str, Answer] = {}
        for name, answer in self.answers.items():
            parts = {f"{name}.{part}": inner for part, inner in answer.items()} if isinstance(answer, dict) else {}
            found |= parts or ({} if isinstance(answer, dict) else {name: answer})
        return found


def check_ocpp(ocpp: Ocpp, role: Role, where: str) -> None:
    """See that every answer is one to a question of the catalogue, and of the right kind.

    Raises:
        ProfileError: it is not, or an EV claims to speak OCPP.
    """
    if role is Role.EV:
        raise ProfileError("table [ocpp] of an EV, which speaks no OCPP", where=where, do="leave the table out")
    for name, answer in ocpp.flat().items():
        known = question(name)
        if known is None:
            raise ProfileError(f"[ocpp.answers] answers {name}, which no test case asks for", where=where, do=_SEE)
        if known.number is isinstance(answer, bool):
            wanted = "a number" if known.number else "true or false"
            raise ProfileError(
                f"[ocpp.answers] answers {name} ({known.meaning}) with {answer}", where=where, do=f"write {wanted}"
            )
