"""A shelf of files: what a server of the harness hands out to stations, and where they bring theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from msgspec import Struct

from harness.endpoints.plain_http import HttpMessage, http_answer

LISTENS, FETCHED, BROUGHT = "the file server listens", "a file was fetched", "a file was brought"
"""Texts of the notes that tell of it; the first one has its `url`, the others `path`, `size` and `status`."""
BRING_TO = "/in/"
"""Stations bring files under this path, by PUT or POST."""
_KIND = "application/octet-stream"
_MOST_SHOWN = 2_000


class Item(Struct, frozen=True, kw_only=True):
    """One file, or what becomes of whoever wants it."""

    body: bytes = b""
    pause: float = 0.0
    """Seconds within its transfer."""
    status: int = 200
    """Of HTTP; whatever is no 200 comes without the body."""
    breaks: bool = False
    """The connection ends half-way."""


class Shelf(Struct, frozen=True, kw_only=True):
    """What is there at the start of a run."""

    files: Mapping[str, Item] = {}
    """By path, with the slash."""
    taking: Mapping[str, Item] = {}
    """By a path that files are brought to, what becomes of who brings them; elsewhere under `BRING_TO` all goes well.
    The path may end with the name of a directory."""


class Reply(Struct, frozen=True, kw_only=True):
    """The bytes of an answer, the pause within it, and whether the connection breaks instead of its second half."""

    data: bytes
    pause: float = 0.0
    breaks: bool = False


class FileDesk:
    """Hands out and takes files; knows no network."""

    def __init__(self, shelf: Shelf, tell: Callable[[str, dict[str, Any]], None]) -> None:
        """Open.

        Args:
            shelf: what is there.
            tell: takes note of what is fetched and brought.
        """
        self._shelf, self._tell = shelf, tell

    def answer(self, request: HttpMessage) -> Reply:
        """The answer to a request."""
        method, target, _ = request.start
        path = target.partition("?")[0]
        if method == "GET":
            return self._hand_out(path)
        if method not in {"PUT", "POST"}:
            return Reply(data=http_answer(405))
        return self._take(path, request)

    def _hand_out(self, path: str) -> Reply:
        item = self._shelf.files.get(path, Item(status=404))
        given = item.body if item.status == 200 else b""
        self._tell(FETCHED, {"path": path, "size": len(given), "status": item.status})
        data = http_answer(item.status, kind=_KIND, body=given)
        return Reply(data=data, pause=item.pause, breaks=item.breaks)

    def _take(self, path: str, request: HttpMessage) -> Reply:
        found = [item for place, item in self._shelf.taking.items() if path.startswith(place)]
        usual = Item(status=201) if path.startswith(BRING_TO) else Item(status=404)
        item = found[0] if found else usual
        body = request.body
        facts = {"path": path, "size": len(body), "sha256": sha256(body).hexdigest(), "status": item.status}
        shown = body[:_MOST_SHOWN].decode("utf-8", "replace")
        self._tell(BROUGHT, {**facts, "begins": shown})
        return Reply(data=http_answer(item.status), pause=item.pause, breaks=item.breaks)
