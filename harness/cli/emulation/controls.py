"""Lines from standard input, and the keys that interrupt a program, as they come."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable

QUIT = "quit"
_CHUNK = 4096


class Controls:
    """A queue of lines; None in it says that there will be no more."""

    def __init__(self) -> None:
        """Listen to standard input and to Ctrl-C from now on, in the running loop."""
        self._loop = asyncio.get_running_loop()
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self.interactive = sys.stdin is not None and sys.stdin.isatty()
        for number in (signal.SIGINT, signal.SIGTERM):
            self._loop.add_signal_handler(number, self._put, QUIT)
        # Reading waits in a thread of its own: not everything that may be standard input can be polled.
        threading.Thread(target=self._read, daemon=True, name="standard input").start()

    async def line(self) -> str | None:
        """The next line; None once, at the end of standard input."""
        return await self._lines.get()

    def close(self) -> None:
        """Leave Ctrl-C to whoever had it before."""
        for number in (signal.SIGINT, signal.SIGTERM):
            self._loop.remove_signal_handler(number)

    def _put(self, line: str | None) -> None:
        self._lines.put_nowait(line)

    def _read(self) -> None:
        """Raw reads: a thread that waits in a buffered one would hold a lock that the end of the program wants."""
        rest = b""
        while chunk := _read_some():
            *whole, rest = (rest + chunk).split(b"\n")
            for line in whole:
                self._hand_over(line.decode(errors="replace"))
        if rest:
            self._hand_over(rest.decode(errors="replace"))
        self._hand_over(None)

    def _hand_over(self, line: str | None) -> None:
        call: Callable[[str | None], None] = self._put
        try:
            self._loop.call_soon_threadsafe(call, line)
        except RuntimeError:
            return  # The loop is closed: nobody listens any more.


def _read_some() -> bytes:
    try:
        return os.read(0, _CHUNK)
    except OSError:
        return b""
