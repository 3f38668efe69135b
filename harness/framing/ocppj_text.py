"""What a JSON text tells before, or instead of, being read: how deeply it nests, why it is none, keys that repeat."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import msgspec


def possible_depth(text: str | bytes) -> int:
    """An upper bound of the nesting, cheap enough for every message."""
    if isinstance(text, str):
        return text.count("[") + text.count("{")
    return text.count(b"[") + text.count(b"{")


def depth(text: str | bytes) -> int:
    """The nesting, brackets inside strings left out."""
    deepest = level = 0
    in_string = escaped = False
    for character in text if isinstance(text, str) else text.decode("latin-1"):
        if in_string:
            in_string = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            in_string = True
        elif character in "[{":
            level += 1
            deepest = max(deepest, level)
        elif character in "]}":
            level -= 1
    return deepest


def why_no_json(text: str | bytes, problem: Exception) -> str:
    """Names the reason; the fast parser's own words mislead where an escape stands for half a character."""
    try:
        readable = text if isinstance(text, str) else text.decode()
    except UnicodeDecodeError as found:
        return f"not UTF-8: {found.reason} at byte {found.start}"
    if readable.startswith("\ufeff"):
        return "not JSON: a byte order mark stands before it"
    if isinstance(problem, msgspec.ValidationError):
        return f"JSON that cannot be held: {problem}"
    try:
        json.loads(readable, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return f"not JSON: {str(problem) or 'nested too deeply'}"
    return "JSON that cannot be held: an escape stands for half a surrogate pair"


def repeated_keys(text: str | bytes) -> tuple[str, ...]:
    """Keys that stand twice in one object, of which only the last value counts; none of what is no JSON."""
    found: list[str] = []

    def take(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found.extend(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        return dict(pairs)

    try:
        json.loads(text, object_pairs_hook=take)
    except (ValueError, RecursionError):
        return ()
    return tuple(found)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON value")
