"""Lines of JSON of which each names the digest of the one before it, so that a change or a loss shows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

FIRST = "0" * 64
"""What the first line names as its predecessor."""
KEY = "prev_sha256"

_ENCODER = msgspec.json.Encoder(order=None)


class Chain:
    """Makes lines one by one; `tip` is the digest of the last."""

    def __init__(self) -> None:
        """Begin with nothing written."""
        self.tip = FIRST

    def line(self, fields: Mapping[str, Any]) -> bytes:
        """The line for these fields, its newline included; keys keep their order.

        Raises:
            TypeError: a value has no JSON form.
        """
        text = _ENCODER.encode({**fields, KEY: self.tip})
        self.tip = hashlib.sha256(text).hexdigest()
        return text + b"\n"


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """One line as it was found."""

    number: int
    """Line number in the file, from 1."""
    fields: dict[str, Any]
    problem: str = ""
    """What is wrong with it; empty if nothing."""
    tip: str = ""
    """Digest of this line, which the next one must name."""


def links(data: bytes) -> Iterator[Link]:
    """Every line of a file, judged against its predecessor; an unreadable line has no fields.

    A last line without its newline is what a crash leaves behind: its problem begins with `cut off`.
    """
    tip = FIRST
    lines = data.split(b"\n")
    rest = lines.pop()
    for number, text in enumerate(lines, 1):
        found = _link(number, text, tip)
        tip = found.tip
        yield found
    if rest:
        yield Link(number=len(lines) + 1, fields={}, problem="cut off in the middle of the line")


def _link(number: int, text: bytes, tip: str) -> Link:
    digest = hashlib.sha256(text).hexdigest()
    try:
        fields = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Link(number=number, fields={}, problem=f"is not JSON: {error}", tip=digest)
    if not isinstance(fields, dict):
        return Link(number=number, fields={}, problem="is no JSON object", tip=digest)
    said = fields.pop(KEY, None)
    problem = ""
    if said != tip:
        problem = "does not follow from the line before it: one of the two was changed, added or removed"
    return Link(number=number, fields=fields, problem=problem, tip=digest)
