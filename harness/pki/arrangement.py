"""Chains as they are sent: in order, out of order, with what does not belong there, or far too long."""

from __future__ import annotations

from collections.abc import Callable

from harness.pki.recipe import Arrangement

HEAP = 20
"""Certificates, where there are to be too many."""
MOUNTAIN = 60_000
"""Bytes, where the message is to be too large."""


def arrange(
    chain: tuple[bytes, ...], arrangement: Arrangement, *, root: bytes, strangers: Callable[[int], bytes]
) -> tuple[bytes, ...]:
    """What is sent of a chain.

    Args:
        chain: DER, leaf first, root left out.
        arrangement: how.
        root: DER of the root above it.
        strangers: makes certificates that do not belong there, by number.
    """
    leaf, *above = chain
    match arrangement:
        case Arrangement.USUAL:
            return chain
        case Arrangement.SWAPPED:
            return (leaf, *reversed(above))
        case Arrangement.REPEATED:
            return (leaf, *above[:1], *above)
        case Arrangement.WITH_STRANGER:
            return (*chain, strangers(0))
        case Arrangement.WITH_ROOT:
            return (*chain, root)
        case Arrangement.HEAP:
            return (*chain, *map(strangers, range(HEAP - len(chain))))
        case Arrangement.MOUNTAIN:
            stranger = strangers(0)
            return (*chain, *[stranger] * (MOUNTAIN // len(stranger) + 1))
