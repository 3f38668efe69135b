"""Frames that went wrong on the way: made from good ones, from a seed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from random import Random  # noqa: TID251 - seeded
from typing import Any

ODD_VALUES: list[Any] = [None, True, -1, 10**30, 1e308, "", "x" * 300, "\U0001f50c", [], {}, [[]], {"a": None}, "\x00"]


def _flip(frame: bytes, dice: Random) -> bytes:
    place = dice.randrange(len(frame))
    return frame[:place] + bytes([frame[place] ^ (1 << dice.randrange(8))]) + frame[place + 1 :]


def _cut(frame: bytes, dice: Random) -> bytes:
    return frame[: dice.randrange(len(frame))]


def _double(frame: bytes, dice: Random) -> bytes:
    return frame * dice.choice((2, 3))


def _noise(_: bytes, dice: Random) -> bytes:
    return dice.randbytes(dice.randrange(60))


def _insert(frame: bytes, dice: Random) -> bytes:
    place = dice.randrange(len(frame))
    return (
        frame[:place]
        + dice.choice([b",", b"[", b"}", b"\xff", b"\xef\xbb\xbf", b'"', b"null", b"\x00"])
        + frame[place:]
    )


def _nest(frame: bytes, dice: Random) -> bytes:
    depth = dice.choice((3, 70, 5000))
    return b"[" * depth + frame + b"]" * depth


def _change(frame: bytes, dice: Random) -> bytes:
    """Another value somewhere in the JSON, or one less, or one more."""
    value: Any = json.loads(frame)
    part = value
    while True:
        places: Sequence[Any] = list(part) if isinstance(part, dict) else range(len(part))
        if not places:
            return json.dumps(value).encode()
        place = dice.choice(places)
        if isinstance(part[place], dict | list) and part[place] and dice.random() < 0.8:
            part = part[place]
            continue
        _spoil(part, place, dice)
        return json.dumps(value).encode()


def _spoil(part: Any, place: Any, dice: Random) -> None:
    deed = dice.randrange(3)
    if deed == 0:
        del part[place]
    elif deed == 1 and isinstance(part, dict):
        part["unforeseen"] = dice.choice(ODD_VALUES)
    else:
        part[place] = dice.choice(ODD_VALUES)


CHANGES: tuple[Callable[[bytes, Random], bytes], ...] = (
    _change, _change, _change, _change, _flip, _flip, _cut, _double, _noise, _insert, _nest,
)  # fmt: skip


def spoilt(good: Sequence[bytes], count: int, seed: int) -> Iterator[bytes]:
    """So many frames, one in twenty of them good."""
    dice = Random(seed)
    for _ in range(count):
        frame = dice.choice(good)
        yield frame if dice.random() < 0.05 else dice.choice(CHANGES)(frame, dice)
