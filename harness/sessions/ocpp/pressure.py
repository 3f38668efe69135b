"""What is given up where there is no room for all that waits to be told (E04.FR.07, E04.FR.08, E11.FR.04)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from harness.messages.ocpp import OcppMessage

Waiting = TypeVar("Waiting")


def expendable(message: OcppMessage) -> bool:
    """Whether it may be given up: news from within a transaction; never its start or its end."""
    return message.action == "TransactionEvent" and message.payload.get("eventType") == "Updated"


def thinned(waiting: Sequence[tuple[OcppMessage, Waiting]]) -> list[Waiting]:
    """What is kept of what waits, in order: every other piece of news goes, so that no stretch of time is lost whole.

    What may not be given up stays, whatever room there is.
    """
    kept: list[Waiting] = []
    goes = False
    for message, one in waiting:
        if expendable(message):
            goes = not goes
            if goes:
                continue
        kept.append(one)
    return kept
