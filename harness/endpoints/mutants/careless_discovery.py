"""Faulty ways to answer discovery, for `Station.discovery`."""

from __future__ import annotations

from harness.endpoints.behaviour import Silence
from harness.framing.sdp import SdpFault, SdpRequest, SdpResponse
from harness.sessions.discovery import SdpServer


class AnswersAnything(SdpServer, frozen=True, kw_only=True):
    """Takes every datagram for a request."""

    def read(self, data: bytes) -> SdpRequest | SdpResponse | SdpFault:
        """See `SdpServer.read`."""
        heard = super().read(data)
        return heard if isinstance(heard, SdpRequest) else SdpRequest()


class Echoes(SdpServer, frozen=True, kw_only=True):
    """Repeats security and transport of the request, whatever they are."""

    def answer(self, request: SdpRequest) -> SdpResponse | None:
        """See `SdpServer.answer`."""
        said = super().answer(SdpRequest())
        return said and SdpResponse(said.address, said.port, request.security, request.transport)


class OnlyOnce:
    """Answers the first request, and none after it; for `Station.answering`."""

    def __init__(self) -> None:
        """Nobody answered yet."""
        self._answered = False

    def __call__(self, asked: SdpRequest, said: SdpResponse) -> SdpResponse | Silence:
        """The usual answer, once."""
        if self._answered:
            return Silence()
        self._answered = True
        return said
