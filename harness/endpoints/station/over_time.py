"""What a station has to give from now on, as steps that an EV can take."""

from __future__ import annotations

from collections.abc import Callable

_STEP = 60
"""Seconds between two looks at the limits to come; where they differ, the second of the change is searched for."""

Steps = tuple[tuple[int, float], ...]
"""Seconds and the W that hold for them, one behind the other."""


def over_time(watts: Callable[[float], float], at: float, duration: int, points: int) -> Steps:
    """The power from `at` on, in as many steps as an EV can take; where it cannot take all, the lower power counts."""
    changes = [0]
    for before in range(0, duration, _STEP):
        after = min(before + _STEP, duration)
        if after < duration and watts(at + before) != watts(at + after):
            changes.append(_change(watts, at, before, after))
    group = -(-len(changes) // max(1, points))
    starts = changes[::group]
    return tuple(
        (end - start, min(watts(at + change) for change in changes if start <= change < end))
        for start, end in zip(starts, [*starts[1:], duration], strict=True)
    )


def _change(watts: Callable[[float], float], at: float, before: int, after: int) -> int:
    """The first second that differs from `before`."""
    first = watts(at + before)
    while after - before > 1:
        middle = (before + after) // 2
        if watts(at + middle) == first:
            before = middle
        else:
            after = middle
    return after
