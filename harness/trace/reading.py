"""From bytes to messages, as a stored trace is read: what a recording says it was does not count, the bytes do."""

from __future__ import annotations

from typing import Any

from harness.core.case import Role
from harness.exi.errors import ExiError
from harness.framing import ocppj, sdp, v2gtp
from harness.framing.ocppj_dialect import Dialect
from harness.messages.ocpp import Kind, OcppMessage
from harness.messages.schema import codec
from harness.trace.entry import Link, Seen


class Reading:
    """Decodes the frames of one trace in order; answers on OCPP take the action of the call they belong to."""

    def __init__(self) -> None:
        """Begin with no call open, and with OCPP 2.0.1."""
        self._actions: dict[tuple[Role | None, str], str] = {}
        self._version = Dialect.OCPP201

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
        version: Dialect | None = None,
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
            version: version of OCPP that the connection spoke; where nothing tells it, that of the frame before.
        """
        self._version = version or self._version
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
        match ocppj.parse_as(self._version, data):
            case ocppj.Malformed() as malformed:
                return None, malformed.what
            case ocppj.Call() | ocppj.Send() as frame:
                action, payload = frame.action, frame.payload
                kind = Kind.REQUEST if isinstance(frame, ocppj.Call) else Kind.SEND
                if kind is Kind.REQUEST:
                    self._actions[sender, frame.message_id] = action
            case ocppj.CallResult(_, payload) as frame:
                kind = Kind.RESPONSE
                action = self._called(sender, frame.message_id) or action
            case ocppj.CallError(_, code, description, details) as frame:
                kind, payload = Kind.ERROR, {"code": code, "description": description, "details": details}
                action = self._called(sender, frame.message_id) or action
            case ocppj.CallResultError(_, code, description, details) as frame:
                # It comes from whoever made the call, and could not use the answer.
                kind, payload = Kind.RESULT_ERROR, {"code": code, "description": description, "details": details}
                action = self._actions.get((sender, frame.message_id), "") or action
        message_id, version = frame.message_id, self._version
        return OcppMessage(action=action, kind=kind, message_id=message_id, payload=payload, version=version), ""

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
