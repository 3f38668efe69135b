"""From messages to OCPP-J frames and back."""

from __future__ import annotations

from harness.framing import ocppj
from harness.framing.ocppj_dialect import Dialect
from harness.messages.ocpp import Kind, OcppMessage


def framed(message: OcppMessage) -> ocppj.AnyFrame:
    """The frame that carries a message."""
    said = message.payload
    match message.kind:
        case Kind.REQUEST:
            return ocppj.Call(message.message_id, message.action, said)
        case Kind.RESPONSE:
            return ocppj.CallResult(message.message_id, said)
        case Kind.SEND:
            return ocppj.Send(message.message_id, message.action, said)
        case Kind.ERROR | Kind.RESULT_ERROR:
            made = ocppj.CallError if message.kind is Kind.ERROR else ocppj.CallResultError
            return made(message.message_id, said["code"], said.get("description", ""), said.get("details", {}))


def asked(frame: ocppj.Call | ocppj.Send, version: Dialect) -> OcppMessage:
    """The message in a CALL or SEND."""
    kind = Kind.REQUEST if isinstance(frame, ocppj.Call) else Kind.SEND
    return OcppMessage(
        action=frame.action, kind=kind, message_id=frame.message_id, payload=frame.payload, version=version
    )
