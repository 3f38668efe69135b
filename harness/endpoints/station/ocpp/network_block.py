"""SetNetworkProfile: where else the backend may be found (B09)."""

from __future__ import annotations

from harness.endpoints.station.ocpp.block import Block
from harness.endpoints.station.ocpp.deed import Answerer, Deed, Payload, done
from harness.messages.ocpp import OcppMessage


class NetworkBlock(Block):
    """Takes network profiles for its slots."""

    def answers(self) -> dict[str, Answerer]:
        """SetNetworkProfile."""
        return {"SetNetworkProfile": self._set}

    def _set(self, call: OcppMessage, payload: Payload, _at: float) -> Deed:
        stored = self.parts.network.store(payload["configurationSlot"], payload["connectionData"])
        return done(call, "Accepted") if stored else done(call, "Rejected", "NoSecurityDowngrade")
