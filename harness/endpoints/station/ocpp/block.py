"""A block: one concern of a station towards its backend (reservations, firmware, monitoring...), with all it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from msgspec import Struct

from harness.endpoints.operations import Operation
from harness.endpoints.station.errands import Errands
from harness.endpoints.station.happenings import Happening
from harness.endpoints.station.ocpp.authorisation import Authorisation
from harness.endpoints.station.ocpp.contact import Contact
from harness.endpoints.station.ocpp.deed import Answerer, Deed, Payload
from harness.endpoints.station.ocpp.network import NetworkProfiles
from harness.endpoints.station.ocpp.profiles import Profiles
from harness.endpoints.station.ocpp.transactions import Transactions
from harness.endpoints.station.ocpp.tuning import Tuning
from harness.endpoints.station.ocpp.variables import Key, Variable
from harness.endpoints.station.plant import Plant
from harness.framing.ocppj import Dialect
from harness.messages.ocpp import OcppMessage
from harness.sessions.ocpp.registration import Registration

NEVER = float("inf")

Trigger = Callable[[Payload, float], Callable[[], None] | None]
"""From a TriggerMessage's payload and the moment to what sends the message; None: there is none to send (F06)."""


class Parts(Struct, frozen=True, kw_only=True):
    """What blocks work with; each block may look at the others through `block`."""

    plant: Plant
    tuning: Tuning
    transactions: Transactions
    authorisation: Authorisation
    profiles: Profiles
    contact: Contact
    network: NetworkProfiles
    say: Callable[[OcppMessage], None]
    """Queues a message for the backend; what is not kept for later is lost while there is no connection."""
    stamp: Callable[[float], str]
    """Writes a moment in the backend's time."""
    online: Callable[[], bool]
    """Whether the backend listens to everything."""
    registration: Callable[[], Registration]
    dialect: Callable[[], Dialect]
    """The version of OCPP that is spoken."""
    waiting: Callable[[str], bool]
    """Whether events of a transaction wait for the backend; of any, if none is named."""
    reset: Callable[[str, float], None]
    """Boots again, with this reason; `ScheduledReset` waits for the end of a transaction."""
    capped: Callable[[float], None]
    """Tells that limits changed."""
    errands: Errands
    """What is to be fetched or brought beside the talk with the backend."""
    blocks: Callable[[], Blocks]
    """All blocks of the station."""


class Block:
    """The methods below do nothing; a block has those that it needs. Holds no socket, reads no clock."""

    def __init__(self, parts: Parts) -> None:
        """A station that was never started before."""
        self.parts = parts

    # What it is asked.

    def answers(self) -> Mapping[str, Answerer]:
        """By action, what answers a valid call of the backend."""
        return {}

    def triggers(self) -> Mapping[str, Trigger]:
        """By requestedMessage, what a TriggerMessage sets in motion."""
        return {}

    def variables(self) -> Mapping[Key, Variable]:
        """Variables of the device model, by component, variable and instance."""
        return {}

    def operate(self, operation: Operation, at: float) -> bool:
        """Somebody does something at the station; True if that is this block's concern."""
        return False

    # What happens.

    def happened(self, what: Happening) -> None:
        """Something happened at the EVSE."""

    def answered(self, call: OcppMessage, payload: Payload, at: float) -> None:
        """The backend answered a call of the station."""

    def failed(self, call: OcppMessage, at: float) -> None:
        """A call of the station got no answer, or an error."""

    def accepted(self, at: float) -> None:
        """The backend accepted a boot."""

    def connected(self, at: float) -> None:
        """There is a connection."""

    def disconnected(self, at: float) -> None:
        """The connection is gone."""

    def transaction_ended(self, transaction_id: str, at: float) -> None:
        """A transaction came to its end."""

    def restart(self, at: float) -> None:
        """The station boots again: forget what no memory keeps."""

    # Time.

    def deadline(self) -> float:
        """When `expire` wants to be called; infinity for never."""
        return NEVER

    def expire(self, at: float) -> None:
        """Let what is due happen."""


Kind = TypeVar("Kind", bound=Block)


class Blocks:
    """All blocks of a station; finds the one that a question is for, tells everyone what happens."""

    def __init__(self, parts: Parts, kinds: tuple[type[Block], ...]) -> None:
        """Make one of each kind."""
        self._all = tuple(kind(parts) for kind in kinds)
        self._answers = {action: answer for block in self._all for action, answer in block.answers().items()}
        self._triggers = {wanted: tell for block in self._all for wanted, tell in block.triggers().items()}

    def __iter__(self) -> Iterator[Block]:
        """Each block."""
        return iter(self._all)

    def one(self, kind: type[Kind]) -> Kind:
        """The block of a kind, or of one made from it.

        Raises:
            LookupError: the station has none.
        """
        for block in self._all:
            if isinstance(block, kind):
                return block
        raise LookupError(f"this station has no {kind.__name__}")

    def answer(self, call: OcppMessage, at: float) -> Deed | None:
        """What a block does on a call; None: no block's concern."""
        answerer = self._answers.get(call.action)
        return None if answerer is None else answerer(call, call.payload, at)

    def trigger(self, wanted: str) -> Trigger | None:
        """What sends a message that is asked for by TriggerMessage; None: no block's concern."""
        return self._triggers.get(wanted)

    def variables(self) -> dict[Key, Variable]:
        """The variables of all blocks."""
        return {key: variable for block in self._all for key, variable in block.variables().items()}

    def operate(self, operation: Operation, at: float) -> bool:
        """Hand an operation to the block whose concern it is."""
        return any(block.operate(operation, at) for block in self._all)

    def tell(self, what: str, *news: Any) -> None:
        """Call the method `what` of each block."""
        for block in self._all:
            getattr(block, what)(*news)

    def deadline(self) -> float:
        """When `expire` wants to be called."""
        return min((block.deadline() for block in self._all), default=NEVER)

    def expire(self, at: float) -> None:
        """Let what is due happen."""
        for block in self._all:
            if block.deadline() <= at:
                block.expire(at)
