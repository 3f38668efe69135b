"""Calls with one flaw each in their frame, as values: what goes out, and which answers to it are as Part 4 has it."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from harness.framing.ocppj_frames import UNREADABLE_ID

FRAME_CODES = frozenset({"FormatViolation", "GenericError", "ProtocolError", "RpcFrameworkError"})
"""What may be said of a frame that is no CALL; Part 4, 4.3 means the last, which not every edition has."""
_UNKNOWN_ACTION = frozenset({"NotImplemented"})
_NESTED = 200
_LONG_ID = b"i" * 37


class FrameFlaw(Struct, frozen=True, kw_only=True):
    """One way to spoil a good CALL."""

    what: str
    """What the receiver is given, in words."""
    template: bytes
    """What goes out; `<id>`, `<action>` and `<payload>` stand for those of the good CALL."""
    codes: frozenset[str] = FRAME_CODES
    """Error codes that fit."""
    readable: bool = False
    """Whether the message id can be read; an answer must carry it then, and may not be left out."""
    may_obey: bool = False
    """Whether a lenient receiver may take it for the good call."""

    def spoil(self, message_id: str, action: str, payload: dict[str, Any]) -> bytes:
        """What goes out instead of this CALL."""
        parts = {b"<id>": message_id.encode(), b"<action>": action.encode(), b"<payload>": msgspec.json.encode(payload)}
        text = self.template
        for place, value in parts.items():
            text = text.replace(place, value)
        return text

    def ids(self, message_id: str) -> frozenset[str]:
        """The ids that an answer may carry."""
        return frozenset({message_id} if self.readable else {message_id, UNREADABLE_ID})


FRAME_FLAWS: dict[str, FrameFlaw] = {
    # No JSON text at all, or not one: such content may be dropped.
    "not_json": FrameFlaw(what="a text that is no JSON", template=b'{[2,"<id>","<action>",<payload>]'),
    "truncated": FrameFlaw(what="a call that is cut off", template=b'[2,"<id>","<action>",{'),
    "empty": FrameFlaw(what="an empty message", template=b""),
    "bad_utf8": FrameFlaw(what="a call that is no UTF-8", template=b'[2,"<id>\xff","<action>",<payload>]'),
    "byte_order_mark": FrameFlaw(
        what="a call behind a byte order mark", template=b'\xef\xbb\xbf[2,"<id>","<action>",<payload>]', may_obey=True
    ),
    "two_calls": FrameFlaw(
        what="two calls in one message", template=b'[2,"<id>","<action>",<payload>][2,"<id>2","<action>",<payload>]'
    ),
    "not_a_number": FrameFlaw(what="a call with NaN in it", template=b'[2,"<id>","<action>",{"a":NaN}]'),
    # JSON, and no array of OCPP-J.
    "object": FrameFlaw(what="an object where an array is due", template=b'{"2":"<id>"}'),
    "empty_array": FrameFlaw(what="an empty array", template=b"[]"),
    "type_as_text": FrameFlaw(what="a message type in quotes", template=b'["2","<id>","<action>",<payload>]'),
    "unknown_type": FrameFlaw(
        what="a message type that does not exist",
        template=b'[9,"<id>","<action>",<payload>]',
        codes=frozenset({"MessageTypeNotSupported"}),
    ),
    "nested": FrameFlaw(
        what=f"arrays {_NESTED} deep", template=b'[2,"<id>","<action>",{"a":' + b"[" * _NESTED + b"]" * _NESTED + b"}]"
    ),
    # A CALL whose id cannot be used.
    "id_as_number": FrameFlaw(what="a message id that is a number", template=b'[2,4711,"<action>",<payload>]'),
    "id_null": FrameFlaw(what="null for a message id", template=b'[2,null,"<action>",<payload>]'),
    "id_empty": FrameFlaw(what="an empty message id", template=b'[2,"","<action>",<payload>]'),
    "id_too_long": FrameFlaw(
        what="a message id of 37 characters", template=b'[2,"' + _LONG_ID + b'","<action>",<payload>]'
    ),
    # A CALL with a good id: it must be answered.
    "no_payload": FrameFlaw(what="a call without a payload", template=b'[2,"<id>","<action>"]', readable=True),
    "five_elements": FrameFlaw(
        what="a call with a fifth element", template=b'[2,"<id>","<action>",<payload>,{}]', readable=True
    ),
    "payload_null": FrameFlaw(
        what="null for a payload",
        template=b'[2,"<id>","<action>",null]',
        readable=True,
        codes=FRAME_CODES | {"TypeConstraintViolation", "OccurrenceConstraintViolation"},
    ),
    "payload_array": FrameFlaw(
        what="an array for a payload",
        template=b'[2,"<id>","<action>",[]]',
        readable=True,
        codes=FRAME_CODES | {"TypeConstraintViolation"},
    ),
    "action_as_number": FrameFlaw(
        what="a number for an action",
        template=b'[2,"<id>",7,<payload>]',
        readable=True,
        codes=FRAME_CODES | _UNKNOWN_ACTION | {"TypeConstraintViolation"},
    ),
    "action_with_suffix": FrameFlaw(
        what="an action with the suffix Request",
        template=b'[2,"<id>","<action>Request",<payload>]',
        readable=True,
        codes=_UNKNOWN_ACTION,
    ),
    "action_in_capitals": FrameFlaw(
        what="an action in other capitals", template=b'[2,"<id>","hEARTBEAT",{}]', readable=True, codes=_UNKNOWN_ACTION
    ),
    "repeated_key": FrameFlaw(
        what="a key that stands twice",
        template=b'[2,"<id>","<action>",{"a":1,"a":2}]',
        readable=True,
        codes=FRAME_CODES | {"PropertyConstraintViolation", "OccurrenceConstraintViolation"},
    ),
}
