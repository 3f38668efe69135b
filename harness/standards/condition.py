"""Conditions of test cases, `C-49 and (C-30 or HFS-8 > 1)`: parsed, evaluated, explained by the answers that count.

What stands in one: names, `not`, `and`, `or`, brackets, and `NAME > NUMBER`. `not` binds before `and`, `and` before
`or`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

Answer = bool | int
"""Yes or no, or a number where a question asks for one."""
Answers = Mapping[str, Answer]
"""By name."""

_TOKEN = re.compile(r"\s*(?:(?P<mark>[()>])|(?P<word>[A-Za-z][\w.-]*)|(?P<number>\d+))")
_WORDS = {"and", "or", "not"}


class ConditionError(ValueError):
    """A text that is no condition; says where."""

    def __init__(self, text: str, place: int, what: str) -> None:
        """`place` counts characters from 0."""
        super().__init__(f"{what} at character {place + 1} of {text!r}")
        self.text, self.place, self.what = text, place, what


class Unanswered(KeyError):
    """A question that a condition asks and nobody answered."""


class Named(Struct, frozen=True):
    """What a name stands for is answered yes."""

    name: str


class MoreThan(Struct, frozen=True):
    """The number that was answered is greater."""

    name: str
    number: int


class Not(Struct, frozen=True):
    """The other way round."""

    part: Condition


class AllOf(Struct, frozen=True):
    """Every part holds."""

    parts: tuple[Condition, ...]


class AnyOf(Struct, frozen=True):
    """One part at least holds."""

    parts: tuple[Condition, ...]


Condition = Named | MoreThan | Not | AllOf | AnyOf


def parse(text: str) -> Condition:
    """The condition that a text is.

    Raises:
        ConditionError: it is none.
    """
    return _Parser(text).whole()


def names(condition: Condition) -> tuple[str, ...]:
    """What a condition asks for, each name once, as they come."""
    match condition:
        case Named(name=name) | MoreThan(name=name):
            return (name,)
        case Not(part=part):
            return names(part)
        case AllOf(parts=parts) | AnyOf(parts=parts):
            return tuple(dict.fromkeys(name for part in parts for name in names(part)))


def holds(condition: Condition, answers: Answers) -> bool:
    """Whether a condition holds.

    Raises:
        Unanswered: one of `names` is not answered; parts that do not matter any more are not asked.
    """
    match condition:
        case Named(name=name):
            return bool(_answer(name, answers))
        case MoreThan(name=name, number=number):
            return int(_answer(name, answers)) > number
        case Not(part=part):
            return not holds(part, answers)
        case AllOf(parts=parts):
            return all(holds(part, answers) for part in parts)
        case AnyOf(parts=parts):
            return any(holds(part, answers) for part in parts)


def reasons(condition: Condition, answers: Answers) -> tuple[str, ...]:
    """The names whose answers make the condition what it is: another answer to one of them might have changed it.

    Raises:
        Unanswered: as `holds`.
    """
    match condition:
        case Named(name=name) | MoreThan(name=name):
            return (name,)
        case Not(part=part):
            return reasons(part, answers)
        case AllOf(parts=parts) | AnyOf(parts=parts):
            held = holds(condition, answers)
            counting = [part for part in parts if holds(part, answers) is held]
            return tuple(dict.fromkeys(name for part in counting for name in reasons(part, answers)))


def _answer(name: str, answers: Answers) -> Answer:
    try:
        return answers[name]
    except KeyError:
        raise Unanswered(name) from None


class _Parser:
    """Recursive descent over the tokens of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_tokens(text))
        self._at = 0

    def whole(self) -> Condition:
        condition = self._alternatives()
        if self._at < len(self._tokens):
            raise self._problem(f"{self._tokens[self._at][0]!r} is too much")
        return condition

    def _alternatives(self) -> Condition:
        parts = [self._conjunction()]
        while self._take("or"):
            parts.append(self._conjunction())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _conjunction(self) -> Condition:
        parts = [self._single()]
        while self._take("and"):
            parts.append(self._single())
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _single(self) -> Condition:
        if self._take("not"):
            return Not(self._single())
        if self._take("("):
            inner = self._alternatives()
            if not self._take(")"):
                raise self._problem("a bracket is not closed")
            return inner
        name = self._next()
        if name in _WORDS or not name[:1].isalpha():
            raise self._problem("a name, `not` or an opening bracket is missing")
        self._at += 1
        return MoreThan(name, self._number()) if self._take(">") else Named(name)

    def _number(self) -> int:
        number = self._next()
        if not number.isdigit():
            raise self._problem("a number is missing")
        self._at += 1
        return int(number)

    def _take(self, token: str) -> bool:
        taken = self._next() == token
        self._at += taken
        return taken

    def _next(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def _problem(self, what: str) -> ConditionError:
        place = self._tokens[self._at][1] if self._at < len(self._tokens) else len(self._text)
        return ConditionError(self._text, place, what)


def _tokens(text: str) -> list[tuple[str, int]]:
    found, at = [], 0
    while text[at:].strip():
        matched = _TOKEN.match(text, at)
        if matched is None:
            place = at + len(text[at:]) - len(text[at:].lstrip())
            raise ConditionError(text, place, f"{text[place]!r} means nothing")
        token = matched.group("mark") or matched.group("word") or matched.group("number")
        found.append((token.lower() if token.lower() in _WORDS else token, matched.end() - len(token)))
        at = matched.end()
    return found
