"""Operations by HTTP: a vendor's adapter does them; docs/how-to/hooks.md tells how it is asked."""

from __future__ import annotations

import asyncio
import http.client
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from harness.core.errors import ProfileError
from harness.endpoints.sut.means import Declined, Errand

_MOST = 65_536
"""Bytes of an answer that are read."""


class Hook:
    """Asks an adapter by POST."""

    name = "the hook"

    def __init__(self, url: str, *, token: str = "", within: float = 60.0) -> None:
        """Prepare.

        Args:
            url: of the adapter, http or https.
            token: sent as a bearer token, and written nowhere.
            within: seconds that it may take.
        """
        self._url, self._token, self._within = urlsplit(url), token, within

    async def do(self, errand: Errand) -> str:
        """Ask for it.

        Raises:
            Declined: nobody answers, or the answer is not that it is done.
        """
        try:
            async with asyncio.timeout(self._within + 1.0):
                status, body = await asyncio.to_thread(self._post, json.dumps(errand.fields()).encode())
        except TimeoutError:
            raise Declined(f"did not answer within {self._within:g} s") from None
        except (OSError, http.client.HTTPException) as problem:
            raise Declined(f"cannot be asked: {problem}") from problem
        return _judged(status, body)

    def _post(self, body: bytes) -> tuple[int, bytes]:
        secured = self._url.scheme == "https"
        kind = http.client.HTTPSConnection if secured else http.client.HTTPConnection
        connection = kind(self._url.hostname or "", self._url.port, timeout=self._within)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        query = f"?{self._url.query}" if self._url.query else ""
        try:
            connection.request("POST", (self._url.path or "/") + query, body=body, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read(_MOST)
        finally:
            connection.close()


def _judged(status: int, body: bytes) -> str:
    """What an adapter had to say, if it is that the thing is done."""
    if status != http.client.OK:
        raise Declined(f"answers with HTTP status {status}")
    try:
        told: Any = json.loads(body)
    except ValueError:
        raise Declined("answers with something that is no JSON") from None
    if not isinstance(told, dict) or not isinstance(told.get("done"), bool):
        raise Declined('answers without "done": true or false')
    detail = str(told.get("detail") or "")
    if not told["done"]:
        raise Declined(f"says that it is not done{': ' + detail if detail else ''}")
    return detail


def read_token(file: str) -> str:
    """The bearer token in the first line of a file; empty for no file.

    Raises:
        ProfileError: the file cannot be read, or its first line is empty.
    """
    if not file:
        return ""
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        do = "correct actuators.token_file of the device profile"
        raise ProfileError(f"the hook's token cannot be read: {problem}", where=file, do=do) from problem
    if not lines or not lines[0].strip():
        raise ProfileError("the hook's token is empty", where=file, do="write it into the first line")
    return lines[0].strip()
