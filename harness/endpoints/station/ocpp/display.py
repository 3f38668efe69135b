"""What a station shows its drivers at the backend's wish, for good or for a transaction (O01 to O06)."""

from __future__ import annotations

from collections.abc import Mapping

from harness.endpoints.station.ocpp.block import NEVER, Block, Parts
from harness.endpoints.station.ocpp.deed import Answerer, Deed, Payload, done, status
from harness.endpoints.station.ocpp.variables import Key, Variable
from harness.messages.ocpp import NotifyDisplayMessages, OcppMessage
from harness.messages.ocpp_time import parse_timestamp

_FORMATS = ("ASCII", "UTF8")
_PRIORITIES = ("AlwaysFront", "InFront", "NormalCycle")
_STATES = ("Charging", "Faulted", "Idle", "Unavailable")
_MOST = 10
_PER_MESSAGE = 4
"""MessageInfo objects that go into one NotifyDisplayMessages."""


class Display(Block):
    """Keeps the messages over a reboot, but for those of transactions that ended (O02.FR.02)."""

    def __init__(self, parts: Parts) -> None:
        """Nothing is shown."""
        super().__init__(parts)
        self.messages: dict[int, Payload] = {}

    def answers(self) -> dict[str, Answerer]:
        """Set, get and clear."""
        return {
            "SetDisplayMessage": self._set,
            "GetDisplayMessages": self._get,
            "ClearDisplayMessage": self._clear,
        }

    def variables(self) -> Mapping[Key, Variable]:
        """DisplayMessageCtrlr."""
        return {
            ("DisplayMessageCtrlr", "Enabled", None): Variable(read=lambda: "true"),
            ("DisplayMessageCtrlr", "Available", None): Variable(read=lambda: "true"),
            ("DisplayMessageCtrlr", "DisplayMessages", None): Variable(read=lambda: str(len(self.messages))),
            ("DisplayMessageCtrlr", "SupportedFormats", None): Variable(read=lambda: ",".join(_FORMATS)),
            ("DisplayMessageCtrlr", "SupportedPriorities", None): Variable(read=lambda: ",".join(_PRIORITIES)),
            ("DisplayMessageCtrlr", "SupportedStates", None): Variable(read=lambda: ",".join(_STATES)),
        }

    def deadline(self) -> float:
        """When the next message has been shown long enough."""
        ends = (parse_timestamp(one["endDateTime"]) for one in self.messages.values() if "endDateTime" in one)
        return min(ends, default=NEVER) - self.parts.tuning.clock_offset

    def expire(self, at: float) -> None:
        """Take down what has been shown long enough (O01.FR.04)."""
        now = at + self.parts.tuning.clock_offset
        over = [
            number
            for number, one in self.messages.items()
            if "endDateTime" in one and parse_timestamp(one["endDateTime"]) <= now
        ]
        for number in over:
            del self.messages[number]

    def transaction_ended(self, transaction_id: str, at: float) -> None:
        """What was shown for a transaction goes with it (O02.FR.02)."""
        self.messages = {
            number: one for number, one in self.messages.items() if one.get("transactionId") != transaction_id
        }

    def _set(self, call: OcppMessage, payload: Payload, _at: float) -> Deed:
        message = payload["message"]
        refusal = self._refusal(message)
        if refusal:
            return done(call, refusal)
        if message["priority"] == "AlwaysFront":
            self.messages = {number: one for number, one in self.messages.items() if one["priority"] != "AlwaysFront"}
        self.messages[message["id"]] = message
        return done(call, "Accepted")

    def _refusal(self, message: Payload) -> str:
        if message["message"]["format"] not in _FORMATS:
            return "NotSupportedMessageFormat"
        if message["priority"] not in _PRIORITIES:
            return "NotSupportedPriority"
        if message.get("state", _STATES[0]) not in _STATES:
            return "NotSupportedState"
        running = self.parts.transactions.running
        if "transactionId" in message and (running is None or running.transaction_id != message["transactionId"]):
            return "UnknownTransaction"
        full = len(self.messages) >= _MOST and message["id"] not in self.messages
        return "Rejected" if full else ""

    def _get(self, call: OcppMessage, payload: Payload, _at: float) -> Deed:
        found = [one for one in self.messages.values() if _fits(one, payload)]
        if not found:
            return done(call, "Unknown")
        return Deed(answer=status(call, "Accepted"), then=lambda: self._tell(payload["requestId"], found))

    def _tell(self, request_id: int, found: list[Payload]) -> None:
        parts = [found[start : start + _PER_MESSAGE] for start in range(0, len(found), _PER_MESSAGE)]
        for number, part in enumerate(parts, 1):
            self.parts.say(NotifyDisplayMessages(requestId=request_id, messageInfo=part, tbc=number < len(parts)))

    def _clear(self, call: OcppMessage, payload: Payload, _at: float) -> Deed:
        return done(call, "Unknown" if self.messages.pop(payload["id"], None) is None else "Accepted")


def _fits(message: Payload, wanted: Payload) -> bool:
    ids = wanted.get("id")
    return (
        (ids is None or message["id"] in ids)
        and wanted.get("priority", message["priority"]) == message["priority"]
        and wanted.get("state", message.get("state")) == message.get("state")
    )
