"""Identifiers that never repeat, made without chance: from who makes them, since when, and the how-manieth it is."""

from __future__ import annotations

import uuid
from collections.abc import Callable


def counted_uuids(*origin: object) -> Callable[[], str]:
    """A source of UUIDs (36 characters), different for every origin."""
    count = 0
    prefix = "/".join(repr(part) for part in origin)

    def make() -> str:
        nonlocal count
        count += 1
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{prefix}/{count}"))

    return make
