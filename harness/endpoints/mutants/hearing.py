"""Faulty ways to read a byte stream, for `Bendable.hears`."""

from __future__ import annotations

from harness.framing.v2gtp import HEADER_SIZE, PayloadType
from harness.sessions.v2g.wire import look


def one_message_a_read(data: bytes) -> bytes:
    """Take each read for one message: the rest of it is lost, and so is a piece of one."""
    end = HEADER_SIZE + int.from_bytes(data[4:HEADER_SIZE], "big")
    return data[:end] if HEADER_SIZE <= end <= len(data) else b""


def whatever_the_type_says(data: bytes) -> bytes:
    """Read messages of the AC schema as common ones."""
    said = int.from_bytes(data[2:4], "big")
    return data[:2] + PayloadType.COMMON.to_bytes(2, "big") + data[4:] if said == PayloadType.AC else data


class DeafAfterNonsense:
    """Hears nothing any more, on any connection, once a frame could not be decoded."""

    def __init__(self) -> None:
        """Nothing bad heard yet."""
        self._deaf = False

    def __call__(self, data: bytes) -> bytes:
        """Listen as long as all is well."""
        self._deaf = self._deaf or bool(look(data).problem)
        return b"" if self._deaf else data
