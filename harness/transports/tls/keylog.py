"""A key log on request: the secrets of connections, for a person who wants to read a capture of them."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from harness.core.errors import UserError
from harness.pki.credentials import private_folder

FILE_NAME = "tls_keys.log"


class KeyLogFile:
    """Takes the lines of an NSS key log (`TlsSetup.keylog`) into a file that this user alone can read (0600).

    Nothing else switches a key log on: the environment variable SSLKEYLOGFILE is not looked at. Whoever holds the file
    and a capture can read the connections, Plug and Charge data included, so it is kept out of every report.
    """

    def __init__(self, folder: Path, name: str = FILE_NAME) -> None:
        """Begin a new file in `folder`, which is made, and closed to other users (0700).

        Raises:
            UserError: there is such a file already, or the folder cannot be used.
        """
        self.path = _private(folder) / name
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        try:
            handle = os.open(self.path, flags, 0o600)
        except OSError as problem:
            raise UserError(
                f"the key log cannot be begun: {problem.strerror}",
                where=str(self.path),
                do="name another folder, or remove the old key log once it is of no use",
            ) from problem
        self._file: IO[str] = os.fdopen(handle, "w", encoding="ascii", errors="replace")
        self.lines = 0

    def __call__(self, line: str) -> None:
        """Write one line at once, so that a capture can be read while the run goes on."""
        self._file.write(line.rstrip("\r\n") + "\n")
        self._file.flush()
        self.lines += 1

    def close(self) -> None:
        """Write no more."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"KeyLogFile({self.path}, {self.lines} lines)"


def _private(folder: Path) -> Path:
    """The folder, open to this user alone.

    Raises:
        UserError: it cannot be made or closed to others.
    """
    try:
        return private_folder(folder)
    except OSError as problem:
        raise UserError(
            f"the folder for the key log cannot be used: {problem.strerror}",
            where=str(folder),
            do="name a folder that is yours",
        ) from problem
