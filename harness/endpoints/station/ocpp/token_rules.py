"""The rules by which a station decides on tokens, and what it does once a token is taken back (C15, E05)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.endpoints.operations import CHOOSE_STOP, Operation
from harness.endpoints.station.happenings import Happening, Plugged, Unplugged
from harness.endpoints.station.ocpp.block import NEVER, Block
from harness.endpoints.station.ocpp.deed import Payload
from harness.endpoints.station.ocpp.rule_variables import number, text, truth
from harness.endpoints.station.ocpp.token_memory import Info, name_in, name_of
from harness.endpoints.station.ocpp.token_verdict import fits
from harness.endpoints.station.ocpp.transactions import EVSE_ID, Stop
from harness.endpoints.station.ocpp.variables import Key, Variable
from harness.messages.ocpp import OcppMessage

_LOOK_AGAIN = 1.0
"""Seconds between two looks at the meter while no more than so much energy may flow."""
_LONGEST_GROUP = 36


class TokenControl(Block):
    """AuthCtrlr; where it says so, everybody may charge."""

    def variables(self) -> Mapping[Key, Variable]:
        """What a backend may set of authorization."""
        rules = self.parts.tuning.tokens
        return {
            ("AuthCtrlr", "Enabled", None): truth(rules, "enabled"),
            ("AuthCtrlr", "DisableRemoteAuthorization", None): truth(rules, "asks_nobody"),
            ("AuthCtrlr", "LocalPreAuthorize", None): truth(rules, "local_pre_authorize"),
            ("AuthCtrlr", "LocalAuthorizeOffline", None): truth(rules, "local_authorize_offline"),
            ("AuthCtrlr", "OfflineTxForUnknownIdEnabled", None): truth(rules, "unknown_offline"),
            ("AuthCtrlr", "MasterPassGroupId", None): text(rules, "master_pass_group", longest=_LONGEST_GROUP),
            ("ISO15118Ctrlr", "ContractValidationOffline", None): truth(rules, "contract_validation_offline"),
        }

    def operate(self, operation: Operation, at: float) -> bool:
        """Somebody chooses at the screen; a station without one has nothing to choose, and has stopped already."""
        if operation.name != CHOOSE_STOP:
            return False
        if operation.arguments["evse_id"] in {0, EVSE_ID}:
            self.parts.authorisation.choose_stop(at)
        return True

    def happened(self, what: Happening) -> None:
        """A car is there, and nobody needs to ask for it (C02)."""
        if isinstance(what, Plugged) and not self.parts.tuning.tokens.enabled:
            self.parts.authorisation.free(what.at)


class Deauthorization(Block):
    """What the backend says of the token of a running transaction counts, also when it comes late."""

    allowance: float | None = None
    """What the meter (Wh) may show before the power goes; None: no bound."""

    def variables(self) -> Mapping[Key, Variable]:
        """StopTxOnInvalidId and MaxEnergyOnInvalidId."""
        rules = self.parts.tuning.tokens
        return {
            ("TxCtrlr", "StopTxOnInvalidId", None): truth(rules, "stop_on_invalid"),
            ("TxCtrlr", "MaxEnergyOnInvalidId", None): number(rules, "max_energy_on_invalid"),
        }

    def answered(self, call: OcppMessage, payload: Payload, at: float) -> None:
        """An event with a token was answered: learn from that, and see whether its transaction may go on."""
        if call.action != "TransactionEvent" or "idToken" not in call.payload or "idTokenInfo" not in payload:
            return
        name, info = name_in(call.payload["idToken"]), payload["idTokenInfo"]
        self.parts.authorisation.learn(name, info, at)
        if not fits(info) and self._pays(name, call.payload):
            self.taken_back(info, at)

    def _pays(self, name: tuple[str, str], event: Any) -> bool:
        """Whether the transaction that the event is about goes on, on this token."""
        transactions = self.parts.transactions
        running, current = transactions.running, transactions.authorised_by
        return (
            running is not None
            and running.transaction_id == event["transactionInfo"]["transactionId"]
            and current is not None
            and name_of(current) == name
        )

    def taken_back(self, info: Info, at: float) -> None:
        """The backend would not have started it: stop, or give a little more first (C15.FR.03 to C15.FR.07)."""
        more = self.parts.tuning.tokens.max_energy_on_invalid
        if more <= 0:
            self.end(at)
        elif self.allowance is None:
            self.allowance = self._energy(at) + more

    def end(self, at: float) -> None:
        """No more energy; whether the transaction ends as well is configured."""
        self.allowance = None
        if self.parts.tuning.tokens.stop_on_invalid:
            self.parts.transactions.stop(Stop(trigger="Deauthorized", reason="DeAuthorized"), at)
        else:
            self.parts.plant.bar(at, shut=True)
            self.parts.transactions.look(at)

    def happened(self, what: Happening) -> None:
        """The next driver has nothing to do with it."""
        if isinstance(what, Unplugged):
            self._forget(what.at)

    def transaction_ended(self, transaction_id: str, at: float) -> None:
        """Over."""
        self._forget(at)

    def deadline(self) -> float:
        """Look at the meter."""
        return NEVER if self.allowance is None else self._looked + _LOOK_AGAIN

    _looked = 0.0

    def expire(self, at: float) -> None:
        """Whether that much has flowed."""
        self._looked = at
        if self.allowance is not None and self._energy(at) >= self.allowance:
            self.end(at)

    def _energy(self, at: float) -> float:
        return float(self.parts.plant.meter.reading(at).import_wh)

    def _forget(self, at: float) -> None:
        self.allowance = None
        self.parts.plant.bar(at, shut=False)
