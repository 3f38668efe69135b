"""What a backend sets and asks of transactions, and what befalls them from outside: the bay, a loss of power."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from harness.endpoints import operations as do
from harness.endpoints.operations import Operation
from harness.endpoints.station.ocpp.block import Block, Parts
from harness.endpoints.station.ocpp.deed import Answerer, Deed, Payload
from harness.endpoints.station.ocpp.kinds import members
from harness.endpoints.station.ocpp.reservations import Reservations
from harness.endpoints.station.ocpp.rule_variables import number, truth
from harness.endpoints.station.ocpp.transactions import Stop
from harness.endpoints.station.ocpp.variables import Key, Variable
from harness.endpoints.station.transaction_terms import POINTS
from harness.messages.ocpp import OcppMessage

POWER_LOSS = Stop(trigger="AbnormalCondition", reason="PowerLoss")
REBOOT = Stop(trigger="AbnormalCondition", reason="Reboot")


class TransactionControl(Block):
    """TxCtrlr, GetTransactionStatus; a transaction ends when the station goes down, and that is told once it is up."""

    def __init__(self, parts: Parts) -> None:
        """No transaction yet."""
        super().__init__(parts)
        parts.transactions.teller.reservation = self._reservation

    def answers(self) -> Mapping[str, Answerer]:
        """GetTransactionStatus."""
        return {"GetTransactionStatus": self._status}

    def variables(self) -> Mapping[Key, Variable]:
        """Where transactions begin and end."""
        rules = self.parts.tuning.transactions
        return {
            ("TxCtrlr", "EVConnectionTimeOut", None): number(self.parts.tuning, "ev_connection_timeout", least=1),
            ("TxCtrlr", "StopTxOnEVSideDisconnect", None): truth(rules, "stop_on_disconnect"),
            ("TxCtrlr", "TxStartPoint", None): listed(rules, "start_points", POINTS),
            ("TxCtrlr", "TxStopPoint", None): listed(rules, "stop_points", POINTS),
        }

    def operate(self, operation: Operation, at: float) -> bool:
        """A car comes into the bay, or leaves it."""
        known: dict[str, Callable[[float], None]] = {
            do.PARK: self.parts.transactions.parked,
            do.DRIVE_OFF: self.parts.transactions.departed,
        }
        happens = known.get(operation.name)
        if happens is not None:
            happens(at)
        return happens is not None

    def restart(self, at: float) -> None:
        """Whatever ran when the station went down is over; memory keeps that until somebody listens."""
        lost = self.parts.contact.boot_reason == "PowerUp"
        self.parts.transactions.abandon(POWER_LOSS if lost else REBOOT, at)

    def _status(self, call: OcppMessage, payload: Payload, _at: float) -> Deed:
        """E14.FR.01 to E14.FR.08."""
        named = payload.get("transactionId", "")
        more = {}
        if named:
            running = self.parts.transactions.running
            more["ongoingIndicator"] = running is not None and running.transaction_id == named
        return Deed(answer=call.answered(messagesInQueue=self.parts.waiting(named), **more))

    def _reservation(self) -> int | None:
        used = (block.told() for block in self.parts.blocks() if isinstance(block, Reservations))
        return next(used, None)


def listed(owner: object, name: str, choices: tuple[str, ...]) -> Variable:
    """Some of several names that may be written, kept as a tuple."""

    def write(text: str) -> None:
        setattr(owner, name, tuple(part.strip() for part in text.split(",")) if text else ())

    return Variable(read=lambda: ",".join(getattr(owner, name)), write=write, kind=members(*choices))
