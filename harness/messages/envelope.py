"""Header and body, the same way for every protocol, so that sessions need not know which one is spoken.

In ISO 15118-2 and DIN SPEC 70121 the body stands in a V2G_Message; in ISO 15118-20 each message has a header of its
own; supportedAppProtocol has neither. What travels is made by `wrap`, and taken apart by `body_of` and `header_of`.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from harness.messages.din import message as din
from harness.messages.din import types as din_types
from harness.messages.field import Message
from harness.messages.iso2 import message as iso2
from harness.messages.iso2 import types as iso2_types
from harness.messages.iso20 import types as iso20
from harness.messages.xmldsig import Signature

Header = iso2.MessageHeader | din.MessageHeader | iso20.MessageHeader


_ENVELOPES = frozenset({iso2.V2gMessage, din.V2gMessage})


def wrap(body: Message, session_id: bytes, *, at: float = 0.0, signature: Signature | None = None) -> Message:
    """What travels: the body under a header of its protocol; a body that knows no header as it is.

    Args:
        body: a request or response; of ISO 15118-20, the whole message, whose header is replaced.
        session_id: at most 8 bytes.
        at: Unix time in seconds; only ISO 15118-20 tells it.
        signature: over parts of the body.
    """
    if isinstance(body, iso2_types.BodyElement):
        header: Any = iso2.MessageHeader(session_id=session_id, signature=signature)
        return iso2.V2gMessage(header=header, body=iso2.Body(element=body))
    if isinstance(body, din_types.BodyElement):
        header = din.MessageHeader(session_id=session_id, signature=signature)
        return din.V2gMessage(header=header, body=din.Body(element=body))
    if isinstance(body, iso20.V2gMessage):
        header = iso20.MessageHeader(session_id=session_id, time_stamp=int(at), signature=signature)
        return replace(body, header=header)
    return body


def body_of(message: Message) -> Message:
    """The request or response: what stands in an envelope, or the message itself where there is none or it is empty."""
    if type(message) not in _ENVELOPES:
        return message
    element = getattr(message.body, "element", None)  # type: ignore[attr-defined]
    return element if isinstance(element, Message) else message


def with_body(message: Message, body: Message) -> Message:
    """The same envelope around another body; where there is no envelope, the other body."""
    if isinstance(message, iso2.V2gMessage):
        return replace(message, body=iso2.Body(element=body))  # type: ignore[arg-type]
    if isinstance(message, din.V2gMessage):
        return replace(message, body=din.Body(element=body))  # type: ignore[arg-type]
    return body


def header_of(message: Message) -> Header | None:
    """The header of what travels; None if it has none."""
    header = getattr(message, "header", None)
    return header if isinstance(header, Header) else None


def session_id_of(message: Message) -> bytes | None:
    """The session id in the header of what travels; None if it has no header."""
    header = header_of(message)
    return None if header is None else header.session_id


def signature_of(message: Message) -> Signature | None:
    """The signature in the header of what travels; None if it is not signed."""
    header = header_of(message)
    return None if header is None else header.signature
