"""Operations by a person who stands beside the device and is asked on the terminal, with a time limit."""

from __future__ import annotations

import asyncio
import os
import termios
from contextlib import suppress

from harness.endpoints.sut.means import Declined, Errand

_TERMINAL = "/dev/tty"
_CHUNK = 1024
_NO = {"n", "no"}


class Human:
    """Asks whoever sits at the terminal of this process."""

    name = "the person beside the device"

    def __init__(self, *, attended: bool, within: float = 120.0, terminal: str = _TERMINAL) -> None:
        """Prepare.

        Args:
            attended: whether anybody is there; the command line says so.
            within: seconds that a person has.
            terminal: where to ask; not standard input, which tests and pipes may have taken.
        """
        self._attended, self._within, self._terminal = attended, within, terminal

    async def do(self, errand: Errand) -> str:
        """Ask for it, and wait for the Enter key.

        Raises:
            Declined: nobody is there, time is up, or the person says no.
        """
        if not self._attended:
            raise Declined("is not asked: the run is unattended")
        try:
            terminal = os.open(self._terminal, os.O_RDWR | os.O_NOCTTY)
        except OSError as problem:
            raise Declined(f"cannot be asked: there is no terminal ({problem.strerror})") from problem
        try:
            return await self._asked(terminal, errand)
        finally:
            os.close(terminal)

    async def _asked(self, terminal: int, errand: Errand) -> str:
        with suppress(termios.error):
            termios.tcflush(terminal, termios.TCIFLUSH)  # What was typed before answers no question.
        asked = f"\r\n>>> {errand.operation.instruction}\r\n"
        asked += f"    Enter when it is done, n if it cannot be done; {self._within:g} s from now. "
        os.write(terminal, asked.encode())
        try:
            async with asyncio.timeout(self._within):
                said = await _line(terminal)
        except TimeoutError:
            os.write(terminal, b"\r\n    Time is up.\r\n")
            raise Declined(f"did not say within {self._within:g} s that it is done") from None
        first, _, rest = said.strip().partition(" ")
        if first.lower() in _NO:
            raise Declined(f"says that it cannot be done{': ' + rest if rest else ''}")
        return said.strip()


async def _line(terminal: int) -> str:
    """The next line that somebody types."""
    loop = asyncio.get_running_loop()
    line: asyncio.Future[str] = loop.create_future()
    typed = bytearray()

    def read() -> None:
        chunk = b""
        with suppress(OSError):
            chunk = os.read(terminal, _CHUNK)
        typed.extend(chunk)
        if (b"\n" in typed or not chunk) and not line.done():
            line.set_result(typed.decode(errors="replace"))

    loop.add_reader(terminal, read)
    try:
        return await line
    finally:
        loop.remove_reader(terminal)
