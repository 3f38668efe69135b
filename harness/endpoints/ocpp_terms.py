"""The terms on which one side keeps an OCPP link: versions, compression, pings, sizes; odd ones on purpose."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from harness.framing.ocppj import Dialect
from harness.transports.websocket import DEFAULT_MAX_SIZE, prefer


class LinkTerms(Struct, frozen=True, kw_only=True):
    """What a station offers, or a backend accepts."""

    versions: tuple[Dialect, ...] = (Dialect.OCPP201,)
    """Spoken, most wanted first (Part 4, 3.1.2)."""
    deflate: bool | None = None
    """Offer or accept permessage-deflate; None: as is usual, a backend does and a station does not (Part 4, 3.3)."""
    ping_interval: float = 0.0
    """Seconds between our pings; 0: none (WebSocketPingInterval; Part 4, 5.2)."""
    pong_limit: float = 10.0
    """Seconds that the other side gets for a pong; the connection is closed without it."""
    max_size: int = DEFAULT_MAX_SIZE
    """Bytes of the longest message taken; a longer one is refused with close code 1009."""

    withholds_pongs: bool = False
    """Leave pings unanswered."""
    unjoined: bool = False
    """Take each frame of a message for a message of its own."""
    fragment: int = 0
    """Bytes of each frame; 0: one frame a message."""
    binary: bool = False
    """Say everything in binary messages."""
    claims: str | None = None
    """The subprotocol that a lying backend names, whatever was offered; empty: none at all."""

    def choose(self, offered: Sequence[str]) -> str | None:
        """What a backend names of the subprotocols that a station offers."""
        if self.claims is not None:
            return self.claims or None
        return prefer(self.versions)(offered)

    def spoken(self, agreed: str | None) -> Dialect | None:
        """The version of a connection; a liar speaks what it would have chosen. None: there is nothing in common."""
        if self.claims:
            return self.versions[0]
        return next((one for one in self.versions if one.value == agreed), None)
