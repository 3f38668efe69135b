"""What a station remembers of tokens: what the backend said (the cache), and what it sent along (the local list)."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from harness.endpoints.station.quantities import Token
from harness.messages.ocpp_time import parse_timestamp

Info = dict[str, Any]
"""An IdTokenInfo of OCPP 2.0.1."""
Name = tuple[str, str]
"""Two tokens are the same if number, whatever its case, and type are (C01.FR.25)."""

ACCEPTED = "Accepted"


def name_of(token: Token) -> Name:
    """What a token is known by."""
    return token.id_token.lower(), token.type


def name_in(payload: Info) -> Name:
    """What an IdToken of a message is known by."""
    return payload["idToken"].lower(), payload["type"]


def same(one: Token, other: Token) -> bool:
    """Whether two tokens are one."""
    return name_of(one) == name_of(other)


def group_of(info: Info) -> str:
    """The group of a token, lower case; empty for none."""
    return str(info.get("groupIdToken", {}).get("idToken", "")).lower()


def outdated(info: Info, now: float) -> bool:
    """Whether its own date ended it; `now` in the backend's time."""
    return "cacheExpiryDateTime" in info and parse_timestamp(info["cacheExpiryDateTime"]) <= now


class _Remembered(Struct, frozen=True, kw_only=True):
    info: Info
    at: float


class TokenCache:
    """Verdicts of the backend, each for as long as it may be kept; outlives a reboot (C10)."""

    def __init__(self, size: int) -> None:
        """Empty, with room for so many."""
        self._size = size
        self._known: dict[Name, _Remembered] = {}

    def __len__(self) -> int:
        return len(self._known)

    def take(self, name: Name, info: Info, at: float) -> None:
        """Remember; where there is no room, what was refused longest ago goes, else what is oldest."""
        self._known.pop(name, None)
        if len(self._known) >= self._size:
            refused = (one for one, known in self._known.items() if known.info["status"] != ACCEPTED)
            self._known.pop(next(refused, next(iter(self._known))))
        self._known[name] = _Remembered(info=info, at=at)

    def find(self, name: Name, at: float, *, lifetime: float, offset: float) -> Info | None:
        """What is known of a token.

        Args:
            name: of the token.
            at: now.
            lifetime: seconds that a verdict is kept; 0: for ever.
            offset: seconds that the backend's clock is ahead.
        """
        known = self._known.get(name)
        if known is None:
            return None
        if (lifetime > 0 and at - known.at >= lifetime) or outdated(known.info, at + offset):
            del self._known[name]
            return None
        return known.info

    def forget(self, name: Name) -> None:
        """Forget one token (N10)."""
        self._known.pop(name, None)

    def clear(self) -> None:
        """Forget everything (C11)."""
        self._known.clear()


class LocalList:
    """The list that the backend sends; outlives a reboot (D01)."""

    def __init__(self) -> None:
        """Never sent."""
        self.version = 0
        self._entries: dict[Name, Info] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, name: Name, now: float) -> Info | None:
        """What the list says of a token; `now` in the backend's time."""
        info = self._entries.get(name)
        return None if info is None or outdated(info, now) else info

    def updated(self, entries: list[Info], *, full: bool) -> dict[Name, Info]:
        """What the list would be with these entries; one without a verdict is taken off it."""
        result = {} if full else dict(self._entries)
        for entry in entries:
            name = name_in(entry["idToken"])
            if "idTokenInfo" in entry:
                result[name] = entry["idTokenInfo"]
            else:
                result.pop(name, None)
        return result

    def replace(self, entries: dict[Name, Info], version: int) -> None:
        """Have another list from now on."""
        self._entries, self.version = entries, version


class TokenMemory:
    """Cache and list; the list counts first (C13.FR.01, C14.FR.01)."""

    def __init__(self, cache_size: int) -> None:
        """Both empty."""
        self.cache = TokenCache(cache_size)
        self.list = LocalList()
