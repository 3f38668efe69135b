"""Changes of a good station's answers that several mutants share: another code, another stream."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from harness.endpoints.behaviour import Say
from harness.endpoints.station.station import Station
from harness.framing.v2gtp import PayloadType
from harness.messages.field import Message
from harness.messages.iso20.common import ChargeProgress, PowerDeliveryReq
from harness.messages.iso20.types import ResponseCode

Asks = Callable[[Any], bool]
"""Whether a request is meant."""


def coding(kind: type[Message], code: ResponseCode, where: Asks) -> Callable[[Station], Station]:
    """A station that answers some requests with another code."""

    def bend(heard: Any, said: Any) -> Any:
        return replace(said, response_code=code) if where(heard) else said

    return lambda good: good.answering(kind, bend)


def on_main_stream(kind: type[Message]) -> Callable[[Station], Station]:
    """A station that says on the main stream what belongs beside it."""
    return lambda good: good.answering(kind, lambda _, said: Say(message=said, payload_type=PayloadType.COMMON))


def progress(wanted: ChargeProgress) -> Asks:
    """Requests of PowerDelivery that are for this."""
    return lambda heard: isinstance(heard, PowerDeliveryReq) and heard.charge_progress is wanted
