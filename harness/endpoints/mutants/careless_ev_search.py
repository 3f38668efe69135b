"""Searches for a station that an EV gives up too early."""

from __future__ import annotations

from harness.framing.sdp import SdpFault
from harness.sessions.discovery import Answered, SdpClient


class GivesUpAtNonsense(SdpClient):
    """Looks no further once an answer could not be used."""

    def receive(self, data: bytes) -> Answered | SdpFault:
        """See `SdpClient.receive`."""
        heard = super().receive(data)
        if isinstance(heard, SdpFault) or heard.refusal:
            self.exhausted, self._next = True, None
        return heard
