"""From bytes to messages, as a stored trace is read: what a recording says it was does not count, the bytes do."""

from __future__ import annotations

from typing import Any

from harness.core.case import Role
from harness.exi.errors import ExiError
from harness.framing import ocppj, sdp, v2gtp
from harness.messages.ocpp import Kind, OcppMessage
from harness.messages.schema import codec
from harness.trace.entry import Link, Seen


class Reading:
    """Decodes the frames of one trace in order; answers on OCPP take the action of the call they belong to."""

    def __init__(self) -> None:
        """Begin with no call open."""
        self._actions: dict[tuple[Role | None, str], str] = {}

    def seen(
        self,
        link: Link,
        sender: Role | None,
        data: bytes,
        *,
        payload_type: int = 0,
        schema: str = "",
        problem: str = "",
        action: str = "",
    ) -> Seen:
        """What these bytes are.

        Args:
            link: where they were seen.
            sender: who sent them.
            data: a V2GTP frame, an SDP datagram, or the text of an OCPP-J frame.
            payload_type: V2GTP payload type that they were recorded with.
            schema: key of the EXI schema to read them with.
            problem: why they could not be read when they were recorded.
            action: action of an OCPP answer whose call is not in this trace.
        """
        if link is Link.OCPP:
            message, why = self._ocpp(sender, data, action)
        elif link is Link.SDP:
            message, why = _sdp(data)
        else:
            message, why = _v2g(data, schema)
        if problem and why:
            why = problem
        return Seen(data=data, payload_type=payload_type, schema=schema, message=message, problem=why or problem)

    def _ocpp(self, sender: Role | None, data: bytes, action: str) -> tuple[Any, str]:
        match ocppj.parse(data):
            case ocppj.Call(message_id, called, payload):
                self._actions[sender, message_id] = called
                kind = Kind.REQUEST
                action = called
            case ocppj.CallResult(message_id, payload):
                kind = Kind.RESPONSE
                action = self._called(sender, message_id) or action
            case ocppj.CallError(message_id, code, description, details):
                kind = Kind.ERROR
                payload = {"code": code, "description": description, "details": details}
                action = self._called(sender, message_id) or action
            case ocppj.Malformed() as malformed:
                return None, malformed.what
        return OcppMessage(action=action, kind=kind, message_id=message_id, payload=payload), ""

    def _called(self, answerer: Role | None, message_id: str) -> str:
        callers = [role for role in (Role.STATION, Role.CSMS) if role is not answerer]
        return next((name for role in callers if (name := self._actions.get((role, message_id), ""))), "")


def _sdp(data: bytes) -> tuple[Any, str]:
    found = sdp.decode_datagram(data)
    return (None, found.what) if isinstance(found, sdp.SdpFault) else (found, "")


def _v2g(data: bytes, schema: str) -> tuple[Any, str]:
    deframer = v2gtp.Deframer()
    items = [*deframer.feed(data), *deframer.end()]
    if len(items) != 1:
        return None, "no frame" if not items else f"{len(items)} frames where one was recorded"
    frame = items[0]
    if isinstance(frame, v2gtp.FramingFault):
        return None, f"{frame.kind}: {frame.what}"
    if not schema:
        return None, f"payload type {v2gtp.type_name(frame.payload_type)} was read with no schema"
    try:
        return codec(schema).decode(frame.payload), ""
    except KeyError:
        return None, f"there is no schema {schema!r}"
    except ExiError as problem:
        return None, str(problem)
