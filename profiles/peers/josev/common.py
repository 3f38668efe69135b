"""What both roles of Josev need to run unattended: certificates, a control line, an orderly end. Runs in .peers/josev.

Everything here uses Josev as it is installed; README.md beside this file lists what is changed, and why.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import mkdtemp

EXIT_UNPREPARED = 3


def say(line: str) -> None:
    """Tell the harness something; each line stands alone and is sent at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def provision() -> Path:
    """Copy Josev's certificates for this process and add the roots that the harness brought.

    `V2X_OEM_ROOTS` and `V2X_V2G_ROOTS` name PEM files; Josev then trusts vehicles, or stations, below them too.
    """
    if shutil.which("java") is None:
        sys.exit(_unprepared("there is no `java` on the path"))
    made = Path(sys.prefix) / "pki" / "iso15118_2"
    if not (made / "certs" / "seccLeafCert.pem").exists():
        sys.exit(_unprepared(f"there are no certificates in {made}"))
    # From here on there is something to clean up, also for who is ended before it is ready.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    folder = Path(mkdtemp(prefix="v2x-josev-"))
    shutil.copytree(made, folder / "iso15118_2")
    _append(folder, "oemRootCACert.pem", os.environ.get("V2X_OEM_ROOTS", ""))
    _append(folder, "v2gRootCACert.pem", os.environ.get("V2X_V2G_ROOTS", ""))
    # Josev joins paths as strings, so the slash at the end counts.
    os.environ["PKI_PATH"] = f"{folder}/"
    return folder


def _append(folder: Path, name: str, roots: str) -> None:
    if roots:
        path = folder / "iso15118_2" / "certs" / name
        path.write_text(path.read_text() + "\n" + Path(roots).read_text())


def _unprepared(what: str) -> int:
    say(f"UNPREPARED {what}; run: make peers")
    return EXIT_UNPREPARED


Command = Callable[[], Awaitable[None]]


async def obey(commands: dict[str, Command]) -> None:
    """Do what the lines on standard input say until it ends, or SIGTERM comes.

    Args:
        commands: what to await for each line; unknown lines are answered with `UNKNOWN`.
    """
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, reader.feed_eof)
    while line := (await reader.readline()).decode().strip():
        command = commands.get(line)
        if command is None:
            say(f"UNKNOWN {line}")
        else:
            await command()
            say(f"DONE {line}")


async def end_tasks(started_after: set[asyncio.Task[object]]) -> None:
    """Cancel every task that is not in the given set; Josev leaves some of its own behind when it is cancelled."""
    ours = asyncio.current_task()
    for _ in range(3):
        strangers = [task for task in asyncio.all_tasks() if task not in started_after and task is not ours]
        if not strangers:
            return
        for task in strangers:
            task.cancel()
        await asyncio.wait(strangers, timeout=0.5)
