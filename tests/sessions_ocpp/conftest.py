"""What session tests share: numbered ids, frames to hear, frames that were said."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

Said = Callable[[Any], list[Any]]


@pytest.fixture
def ids() -> Callable[[], str]:
    """Message ids m1, m2, ..."""
    numbers = count(1)
    return lambda: f"m{next(numbers)}"


@pytest.fixture
def said() -> Said:
    """The frames in the outbox of a session, as JSON arrays."""
    return lambda session: [json.loads(data) for data in session.outbox()]
