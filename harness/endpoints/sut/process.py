"""A device's process: started, watched through its log, told what to do, and always ended."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from harness.core.errors import UnreachableError
from harness.core.units import Seconds

_LOOK_EVERY = 0.02
_GRACE = Seconds(5.0)
_PREPARE = "`make peers` prepares the peers of this project"


class DeviceProcess:
    """One run of a device's command; all its output goes to a log file, which is evidence.

    It belongs to no event loop: one device may serve many runs, each with a loop of its own. Its standard input
    takes the lines of `tell` and ends when the harness ends, however that happens.

    Args:
        command: program and arguments.
        environment: added to our own environment; Python's variables are left out of that.
        log: file that output is appended to.
        inside: words that run the command in another place (`VehicleLink.inside`).
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], log: Path, *, inside: Sequence[str] = ()
    ) -> None:
        self.command = tuple(command)
        self.environment = dict(environment)
        self.log = log
        self.inside = tuple(inside)
        self._process: subprocess.Popen[bytes] | None = None
        self._begin = 0
        self._seen = 0
        self._unread: deque[str] = deque()

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it.

        Raises:
            UnreachableError: the program is not there, or cannot be started.
        """
        require_program(self.command[0])
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_"))}
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self._begin = self._seen = output.tell()
            self._unread.clear()
            try:
                self._process = subprocess.Popen(  # noqa: S603 - the command of a device profile
                    (*self.inside, *self.command),
                    stdin=subprocess.PIPE,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env=inherited | self.environment,
                    start_new_session=True,
                    bufsize=0,
                )
            except OSError as error:
                raise UnreachableError(f"{self.command[0]} cannot be started: {error}", do=_PREPARE) from error

    def wait_for(self, pattern: str, within: float) -> str:
        """Wait for a line of output that matches, behind the last one that was waited for; returns the line.

        Args:
            pattern: regular expression, searched in each line.
            within: seconds.

        Raises:
            UnreachableError: the process ended, or no such line came in time.
        """
        wanted = re.compile(pattern)
        until = time.monotonic() + within
        while True:
            ended = not self.running
            self._read_on()
            while self._unread:
                line = self._unread.popleft()
                if wanted.search(line):
                    return line
            if ended:
                raise self._problem(f"ended with exit status {self._status()} before it said {pattern!r}")
            if time.monotonic() > until:
                raise self._problem(f"did not say {pattern!r} within {within:g} s")
            self._pause()

    def tell(self, line: str) -> None:
        """Write one line to its standard input.

        Raises:
            UnreachableError: it does not run any more.
        """
        process = self._process
        if process is None or process.stdin is None or not self.running:
            raise self._problem(f"does not run any more, so it cannot be told {line!r}")
        try:
            process.stdin.write(line.encode() + b"\n")
        except OSError as error:
            raise self._problem(f"does not listen, so it cannot be told {line!r}") from error

    def output(self) -> str:
        """All that this run of it wrote so far."""
        with self.log.open("rb") as log:
            log.seek(self._begin)
            return log.read().decode(errors="replace")

    def stop(self) -> int | None:
        """End it and what it started: SIGTERM, 5 s later SIGKILL; returns the exit status, None if never started."""
        process = self._process
        if process is None:
            return None
        self._process = None
        if process.stdin is not None:
            with suppress(OSError):
                process.stdin.close()
        _signal_group(process.pid, signal.SIGTERM)
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            _signal_group(process.pid, signal.SIGKILL)
            process.wait()
        # What it started may have outlived it.
        _signal_group(process.pid, signal.SIGKILL)
        return process.returncode

    def _read_on(self) -> None:
        with self.log.open("rb") as log:
            log.seek(self._seen)
            whole, newline, _ = log.read().rpartition(b"\n")
        self._seen += len(whole) + len(newline)
        self._unread.extend(whole.decode(errors="replace").splitlines())

    def _pause(self) -> None:
        """Let a moment pass; an end of the process cuts it short."""
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_LOOK_EVERY)

    def _status(self) -> int | None:
        return None if self._process is None else self._process.poll()

    def _problem(self, what: str) -> UnreachableError:
        lines = self.output().splitlines() if self.log.exists() else []
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        said = f"; the last line it wrote: {last[:200]}" if last else ""
        return UnreachableError(
            f"the device's process ({Path(self.command[-1]).name}) {what}{said}",
            where=str(self.log),
            do=_PREPARE,
        )


def require_program(program: str) -> None:
    """Check that a program is there.

    Raises:
        UnreachableError: it is not.
    """
    if shutil.which(program) is None:
        raise UnreachableError(f"there is no program {program} to start", do=_PREPARE)


def _signal_group(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
