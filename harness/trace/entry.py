"""One thing that was seen: when, on which link, from whom."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from msgspec import Struct

from harness.core.case import Role
from harness.framing.v2gtp import SIDE_STREAMS
from harness.messages.envelope import body_of, header_of
from harness.messages.field import Message
from harness.messages.ocpp import OcppMessage


class Link(StrEnum):
    """Where it was seen."""

    V2G = "v2g"
    SDP = "sdp"
    OCPP = "ocpp"
    PLUG = "plug"
    HARNESS = "harness"


class Seen(Struct, frozen=True, kw_only=True):
    """A frame on the wire, decoded as far as it goes."""

    data: bytes
    """V2GTP frame with its header, SDP datagram, or the UTF-8 text of an OCPP-J frame."""
    payload_type: int = 0
    schema: str = ""
    """Key of the EXI schema that it was read with; empty for OCPP and SDP."""
    message: Message | OcppMessage | Any | None = None
    problem: str = ""
    """Why it could not be read; empty if it could."""


class TlsSeen(Struct, frozen=True, kw_only=True):
    """Something about TLS: `handshake`, `refused`, `alert` or `closed`."""

    event: str
    facts: dict[str, Any]
    """Plain facts for `handshake` and `refused`: role, version, suite, group, verify, peer_chain (hex DER list)…"""
    alert: int | None = None
    detail: str = ""


class LinkSeen(Struct, frozen=True, kw_only=True):
    """A connection came or went: `open`, `closed`, `reset`, `refused`, `unanswered`."""

    state: str
    detail: str = ""


class FaultStruck(Struct, frozen=True, kw_only=True):
    """A deliberate fault took effect."""

    fault: str
    detail: str = ""


class Operation(Struct, frozen=True, kw_only=True):
    """Somebody did something at the plug or at a screen: `plug`, `unplug`, `present_token` and the like."""

    action: str
    detail: str = ""


class Note(Struct, frozen=True, kw_only=True):
    """Something worth knowing later, a timer that ran out or a rule that a session saw broken among it."""

    text: str
    data: dict[str, Any] = {}


class Gap(Struct, frozen=True, kw_only=True):
    """Our own recording lost something here."""

    text: str


Body = Seen | TlsSeen | LinkSeen | FaultStruck | Operation | Note | Gap


class Entry(Struct, frozen=True, kw_only=True):
    """A numbered entry of a trace; numbers rise by one and never repeat within a case."""

    number: int
    at: float
    """Unix time in seconds."""
    link: Link
    sender: Role | None
    """Who did it; None for the harness itself."""
    body: Body
    deliberate: bool = False
    """True where our side was bent: what it says here is no sign of how a good peer talks."""

    @property
    def stream(self) -> int:
        """The stream of a V2G frame: its payload type where that is not one of the main stream, which is 0."""
        payload_type = getattr(self.body, "payload_type", 0)
        return payload_type if payload_type >= SIDE_STREAMS[0] else 0

    @property
    def message(self) -> Any:
        """The decoded request or response, or None; where an envelope travelled, what stood in it."""
        message = self.envelope
        return body_of(message) if isinstance(message, Message) else message

    @property
    def envelope(self) -> Any:
        """What travelled, as a whole: the V2G_Message of ISO 15118-2 and DIN SPEC 70121, else the message itself."""
        return self.body.message if isinstance(self.body, Seen) else None

    @property
    def header(self) -> Any:
        """The header that the message travelled under, whatever its protocol; None if it has none."""
        message = self.envelope
        return header_of(message) if isinstance(message, Message) else None

    @property
    def problem(self) -> str:
        """Why a frame could not be read; empty if it could, or if this is no frame."""
        return self.body.problem if isinstance(self.body, Seen) else ""

    @property
    def facts(self) -> dict[str, Any]:
        """The facts of a TLS event or the data of a note; empty for anything else."""
        if isinstance(self.body, TlsSeen):
            return self.body.facts
        return self.body.data if isinstance(self.body, Note) else {}

    @property
    def payload(self) -> Any:
        """The payload of an OCPP message."""
        return self.message.payload
