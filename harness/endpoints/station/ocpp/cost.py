"""What charging costs, as the backend tells it while energy flows and at the end (I01 to I05)."""

from __future__ import annotations

from collections.abc import Mapping

from harness.endpoints.station.ocpp.block import Block, Parts
from harness.endpoints.station.ocpp.deed import Answerer, Deed, Payload
from harness.endpoints.station.ocpp.variables import Key, Variable
from harness.messages.ocpp import OcppMessage

CURRENCY = "CAD"
FALLBACK_TARIFF = "0.35 CAD/kWh"
"""Shown where the backend tells no tariff (I04)."""
FALLBACK_COST = "Cost to be determined"
"""Shown where the backend tells no total (I05)."""


class Cost(Block):
    """Shows the driver the latest figure of his transaction."""

    def __init__(self, parts: Parts) -> None:
        """Nobody charges."""
        super().__init__(parts)
        self.totals: dict[str, float] = {}
        """By transaction; those that ended keep their last one."""
        self._texts = {"TariffFallbackMessage": FALLBACK_TARIFF, "TotalCostFallbackMessage": FALLBACK_COST}

    def answers(self) -> dict[str, Answerer]:
        """CostUpdated."""
        return {"CostUpdated": self._updated}

    def answered(self, call: OcppMessage, payload: Payload, at: float) -> None:
        """The answer to an event may tell a total as well (I02, I03)."""
        if call.action == "TransactionEvent" and "totalCost" in payload:
            self.totals[call.payload["transactionInfo"]["transactionId"]] = payload["totalCost"]

    def variables(self) -> Mapping[Key, Variable]:
        """TariffCostCtrlr; its two texts can be changed."""
        fixed: dict[Key, Variable] = {
            ("TariffCostCtrlr", name, instance): Variable(read=lambda: "true")
            for name in ("Enabled", "Available")
            for instance in ("Tariff", "Cost")
        }
        texts: dict[Key, Variable] = {("TariffCostCtrlr", name, None): self._text(name) for name in self._texts}
        return {**fixed, **texts, ("TariffCostCtrlr", "Currency", None): Variable(read=lambda: CURRENCY)}

    def _text(self, name: str) -> Variable:
        return Variable(
            read=lambda: self._texts[name],
            write=lambda text: self._texts.update({name: text}),
        )

    def _updated(self, call: OcppMessage, payload: Payload, _at: float) -> Deed:
        self.totals[payload["transactionId"]] = payload["totalCost"]
        return Deed(answer=call.answered())
