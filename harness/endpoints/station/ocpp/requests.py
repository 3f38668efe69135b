"""What a station answers to the calls of its backend."""

from __future__ import annotations

from harness.endpoints.station.ocpp.block import Blocks
from harness.endpoints.station.ocpp.deed import Deed
from harness.messages.ocpp import OcppMessage


def respond(blocks: Blocks, call: OcppMessage, at: float) -> Deed:
    """The answer to any call that the schema allows; what no block of the station can do is NotSupported."""
    deed = blocks.answer(call, at)
    if deed is not None:
        return deed
    return Deed(answer=call.refused("NotSupported", f"this station does not support {call.action}"))
