"""How an emulated backend answers stations, as its operator says while it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from harness.cli.emulation.commands import CommandError
from harness.endpoints.behaviour import Say, Silence
from harness.endpoints.csms.csms import Csms
from harness.messages.ocpp import Action, OcppMessage
from harness.messages.ocpp_schema import actions

ACCEPT, REJECT, DELAY, WRONG, SILENT, ERROR, PAYLOAD = (
    "accept",
    "reject",
    "delay",
    "wrong",
    "silent",
    "error",
    "payload",
)
KINDS = (ACCEPT, REJECT, DELAY, WRONG, SILENT, ERROR, PAYLOAD)
USUAL_ERROR = "InternalError"
NONSENSE = {"thisIsNoAnswer": True}
"""Breaks every schema: what is needed is missing, what stands there is unknown."""
_REGISTER = "Energy.Active.Import.Register"

Transform = Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]


class Policy(Struct, frozen=True, kw_only=True):
    """What becomes of the answer to one action."""

    kind: str = ACCEPT
    seconds: float = 0.0
    code: str = USUAL_ERROR
    payload: dict[str, Any] = {}

    def __str__(self) -> str:
        """As an operator writes it."""
        behind: dict[str, object] = {DELAY: f"{self.seconds:g}", ERROR: self.code, PAYLOAD: self.payload}
        return f"{self.kind} {behind[self.kind]}" if self.kind in behind else self.kind


class Desk:
    """What an operator may change: answers, tokens, the price of energy; consulted at every answer."""

    def __init__(self) -> None:
        """Everything as the backend has it by itself."""
        self.answers: dict[str, Policy] = {}
        self.tokens: dict[str, str] = {}
        """AuthorizationStatus by idToken."""
        self.price: float | None = None
        """Of a kWh; None: no cost is told."""
        self._registers: dict[str, tuple[float, float]] = {}
        """First and latest energy register, Wh, by transaction."""

    def set(self, action: str, policy: Policy) -> None:
        """Answer an action so from now on.

        Raises:
            CommandError: OCPP has no such action, there is no such policy, or it makes no sense.
        """
        known_action(action)
        if policy.kind not in KINDS:
            raise CommandError(f"{policy.kind!r} is no policy", do=f"take one of {', '.join(KINDS)}")
        if policy.kind == ACCEPT:
            self.answers.pop(action, None)
        else:
            self.answers[action] = policy

    def at(self, csms: Csms) -> Csms:
        """The backend that asks here before it answers anything."""
        for action in sorted(actions()):
            csms = csms.answering(Action(action).response, self._changed)
        return csms

    def _changed(self, heard: OcppMessage, said: OcppMessage) -> Any:
        said = self._with_account(heard, said)
        policy = self.answers.get(said.action)
        if policy is None:
            return said
        match policy.kind:
            case "silent":
                return Silence()
            case "delay":
                return Say(message=said, after=policy.seconds)
            case "error":
                return heard.refused(policy.code, "as the operator wants")
            case "wrong":
                return NONSENSE
            case "payload":
                return policy.payload
        return self._rejected(heard, said)

    def _rejected(self, heard: OcppMessage, said: OcppMessage) -> Any:
        """The usual answer with the status that says no; a CALLERROR where an answer has no such thing."""
        payload = said.payload
        if "idTokenInfo" in payload:
            return {**payload, "idTokenInfo": {**payload["idTokenInfo"], "status": "Invalid"}}
        for status in ("Rejected", "Failed"):
            refusal = {**payload, "status": status}
            if "status" in payload and not _answer(said, refusal).problems():
                return refusal
        return heard.refused(USUAL_ERROR, "as the operator wants")

    def _with_account(self, heard: OcppMessage, said: OcppMessage) -> OcppMessage:
        """The answer with what the operator says of a token, and the cost so far."""
        if heard.action not in {"Authorize", "TransactionEvent"} or "code" in said.payload:
            return said
        payload = dict(said.payload)
        token = heard.payload.get("idToken", {}).get("idToken")
        if token in self.tokens and "idTokenInfo" in payload:
            payload["idTokenInfo"] = {**payload["idTokenInfo"], "status": self.tokens[token]}
        if heard.action == "TransactionEvent" and (cost := self._cost(heard.payload)) is not None:
            payload["totalCost"] = cost
        return said if payload == said.payload else _answer(said, payload)

    def _cost(self, event: dict[str, Any]) -> float | None:
        """The cost of a transaction so far: the energy between the first register told and this one."""
        transaction = event["transactionInfo"]["transactionId"]
        for register in _registers(event):
            first, _ = self._registers.get(transaction, (register, register))
            self._registers[transaction] = (first, register)
        if self.price is None or transaction not in self._registers:
            return None
        first, latest = self._registers[transaction]
        return round((latest - first) / 1000.0 * self.price, 4)


def known_action(action: str) -> str:
    """The action, if OCPP 2.0.1 has it.

    Raises:
        CommandError: it does not.
    """
    if action not in actions():
        near = ", ".join(sorted(one for one in actions() if one.lower().startswith(action[:3].lower())))
        raise CommandError(f"OCPP 2.0.1 has no action {action!r}", do=f"did you mean {near}?" if near else "see help")
    return action


def _answer(said: OcppMessage, payload: dict[str, Any]) -> OcppMessage:
    return OcppMessage(
        action=said.action, kind=said.kind, message_id=said.message_id, payload=payload, version=said.version
    )


def _registers(event: dict[str, Any]) -> list[float]:
    """The energy registers of an event, in Wh, as they come."""
    found = []
    for sample in (one for value in event.get("meterValue", []) for one in value["sampledValue"]):
        if sample.get("measurand", _REGISTER) != _REGISTER or "phase" in sample:
            continue
        unit = sample.get("unitOfMeasure", {})
        factor = 10.0 ** unit.get("multiplier", 0) * (1000.0 if unit.get("unit") == "kWh" else 1.0)
        found.append(sample["value"] * factor)
    return found
