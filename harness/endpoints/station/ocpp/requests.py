"""What a station answers to the calls of its backend."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from harness.endpoints.station.ocpp.block import Blocks
from harness.endpoints.station.ocpp.deed import Deed, Payload
from harness.endpoints.station.ocpp.profiles import Profiles
from harness.endpoints.station.ocpp.transactions import Transactions
from harness.endpoints.station.ocpp.tuning import Tuning
from harness.endpoints.station.plant import Plant
from harness.messages.ocpp import OcppMessage
from harness.sessions.ocpp.registration import Registration


class Desk(Struct, frozen=True, kw_only=True):
    """What the answers are made from, and what they may set in motion."""

    plant: Plant
    tuning: Tuning
    transactions: Transactions
    profiles: Profiles
    blocks: Blocks
    registration: Callable[[], Registration]
    kept: Callable[[], int]
    """How many messages wait for the backend."""
    status: Callable[[float], None]
    """Report the connector's status."""
    reset: Callable[[str, float], None]
    """Boot again, with this reason."""
    capped: Callable[[float], None]
    """The profiles changed."""


def respond(desk: Desk, call: OcppMessage, at: float) -> Deed:
    """The answer to any call that the schema allows; what this station cannot do is NotSupported."""
    deed = desk.blocks.answer(call, at)
    if deed is not None:
        return deed
    answerer = _ANSWERERS.get(call.action)
    if answerer is None:
        return Deed(answer=call.refused("NotSupported", f"this station does not support {call.action}"))
    return answerer(desk, call, call.payload, at)


def _transaction_status(desk: Desk, call: OcppMessage, payload: Payload, _at: float) -> Deed:
    running, more = desk.transactions.running, {}
    if "transactionId" in payload:
        more["ongoingIndicator"] = running is not None and running.transaction_id == payload["transactionId"]
    return Deed(answer=call.answered(messagesInQueue=desk.kept() > 0, **more))


_ANSWERERS: dict[str, Callable[[Desk, OcppMessage, Payload, float], Deed]] = {
    "GetTransactionStatus": _transaction_status,
}
