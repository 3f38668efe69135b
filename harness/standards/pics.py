"""What conditions of test cases ask of a device: features, hardware and further questions, and what each means."""

from __future__ import annotations

import tomllib
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec
from msgspec import Struct

from harness.core.case import Role
from harness.standards.condition import Answer, names
from harness.standards.testcases import PROFILE_TITLE, CertificationProfile, ListedCase

_TABLE = "ocpp201_pics.toml"
MODE_1_2 = "mode12"
"""In conditions: the product is a station for charging modes 1 and 2 only."""


class Basis(StrEnum):
    """How well we know what a question means."""

    PUBLISHED = "published"
    DERIVED = "derived"
    """Concluded from the cases that ask."""
    NOT_FOUND = "not found"


class Question(Struct, frozen=True, kw_only=True):
    """One question."""

    id: str
    meaning: str
    basis: Basis
    sides: tuple[Role, ...]
    number: bool = False
    """Whether the answer is a number; otherwise it is yes or no."""


class _Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    meaning: str
    basis: Basis
    sides: Literal["both", "station", "csms"]
    number: bool = False


class _Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    questions: dict[str, _Entry]


def question(name: str) -> Question | None:
    """The question of that id (`C-49`, `HFS-8`); None where there is none."""
    return _questions().get(name)


def all_questions() -> tuple[Question, ...]:
    """Every question, in the order of the table."""
    return tuple(_questions().values())


def is_question(name: str) -> bool:
    """Whether a name in a condition has to be answered; certification profiles and product subtypes are claimed."""
    return name != MODE_1_2 and name not in set(CertificationProfile)


def asked_by(case: ListedCase, profiles: frozenset[CertificationProfile]) -> tuple[str, ...]:
    """The questions that the conditions of a case ask, as far as those profiles are claimed."""
    conditions = [found for profile, found in case.asked_by.items() if profile in profiles and found is not None]
    asked = dict.fromkeys(name for condition in conditions for name in names(condition))
    return tuple(name for name in asked if is_question(name))


def told(name: str, answer: Answer) -> str:
    """An answer as a sentence: `C-49 is answered no (authorization cache)`."""
    if name == MODE_1_2:
        return f"the product is {'' if answer else 'not '}a station for charging modes 1 and 2 only"
    if name in set(CertificationProfile):
        return f"{PROFILE_TITLE[CertificationProfile(name)]} is {'' if answer else 'not '}claimed"
    said = str(answer) if not isinstance(answer, bool) else "yes" if answer else "no"
    known = question(name)
    return f"{name} is answered {said}" + (f" ({known.meaning})" if known else "")


@cache
def _questions() -> dict[str, Question]:
    text = files("harness.standards").joinpath(_TABLE).read_text(encoding="utf-8")
    table = msgspec.convert(tomllib.loads(text), _Table)
    return {name: _named(name, entry) for name, entry in table.questions.items()}


def _named(name: str, entry: _Entry) -> Question:
    sides = (Role.STATION, Role.CSMS) if entry.sides == "both" else (Role(entry.sides),)
    return Question(id=name, meaning=entry.meaning, basis=entry.basis, sides=sides, number=entry.number)
