"""A `v2x` process that a test types into and reads from."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
"""Seconds that a line may take to come; machines are slow now and then."""


class Console:
    """One process; every wait has an end."""

    def __init__(self, cwd: Path, *words: str, typed: bool = True) -> None:
        """Start `v2x` with these words; with `typed` false its standard input is empty."""
        known = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200", "PYTHONUNBUFFERED": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "harness.cli.main", *words],
            cwd=cwd,
            env=known,
            stdin=subprocess.PIPE if typed else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._fresh: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def type(self, line: str) -> None:
        """Give a command."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def see(self, text: str) -> str:
        """The next line that holds `text`."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                line = self._fresh.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no {text!r} in\n{self.told}") from None
            if line is None:
                raise AssertionError(f"ended without {text!r}:\n{self.told}")
            if text in line:
                return line

    def interrupt(self, number: int) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def ends(self) -> int:
        """The exit code, once it has ended."""
        code = self._process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return code

    @property
    def told(self) -> str:
        """Everything printed so far."""
        return "\n".join(self.lines)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.append(line.rstrip("\n"))
            self._fresh.put(self.lines[-1])
        self._fresh.put(None)
