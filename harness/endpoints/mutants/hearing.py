"""Faulty ways to read a byte stream, for `Bendable.hears`."""

from __future__ import annotations

from harness.framing.v2gtp import HEADER_SIZE, INVERSE_VERSION, VERSION, PayloadType
from harness.messages.iso20.dc import DcChargeParameterDiscoveryReq
from harness.sessions.v2g.wire import look, write

_SYNC = bytes((VERSION, INVERSE_VERSION))


def one_message_a_read(data: bytes) -> bytes:
    """Take each read for one message: the rest of it is lost, and so is a piece of one."""
    end = HEADER_SIZE + int.from_bytes(data[4:HEADER_SIZE], "big")
    return data[:end] if HEADER_SIZE <= end <= len(data) else b""


def one_message_or_none(data: bytes) -> bytes:
    """Pass over a read that is not exactly one frame."""
    return data if HEADER_SIZE + int.from_bytes(data[4:HEADER_SIZE], "big") == len(data) else b""


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


def repairs_headers(data: bytes) -> bytes:
    """Read every frame in the middle of a session as a good one of common messages."""
    known = data[2:4] in {PayloadType.SAP.to_bytes(2, "big"), PayloadType.DC.to_bytes(2, "big")}
    return data if known else _SYNC + PayloadType.COMMON.to_bytes(2, "big") + data[4:]


class DeafAfterPadding:
    """Hears nothing any more, on any connection, once bytes followed the end of a message within its frame."""

    def __init__(self) -> None:
        """Nothing odd heard yet."""
        self._deaf = False

    def __call__(self, data: bytes) -> bytes:
        """Listen as long as all is well."""
        message = look(data).message
        self._deaf = self._deaf or (message is not None and len(write(message).data) < len(data))
        return b"" if self._deaf else data


def any_schema(data: bytes) -> bytes:
    """Read what comes as a common message as one of direct current, if that gives one."""
    relabelled = data[:2] + PayloadType.DC.to_bytes(2, "big") + data[4:]
    common = data[2:4] == PayloadType.COMMON.to_bytes(2, "big")
    return relabelled if common and isinstance(look(relabelled).message, DcChargeParameterDiscoveryReq) else data
