"""Lets faults strike: from each outgoing message to what is really done, without doing any of it."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from harness.core.case import Role
from harness.faults.fault import (
    Action,
    Close,
    CloseLink,
    Delay,
    Deliver,
    Drop,
    Fault,
    Flip,
    LinkDown,
    Outage,
    Prefix,
    Raw,
    Repeat,
    Split,
    Strike,
    Swap,
    Truncate,
)

Lane = tuple[str, Role]
"""A link and who sends on it: messages of one lane keep their order."""


class Injection(Struct, frozen=True, kw_only=True):
    """What is to be done instead of sending one message, and which faults made it so."""

    actions: tuple[Action, ...]
    struck: tuple[Fault, ...] = ()


class Injector:
    """The faults of one run; counts what goes out and remembers which faults have struck."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        """Begin a run; where several faults mean one message they strike in this order."""
        self._faults = tuple(faults)
        self._seen = [0] * len(self._faults)
        self._struck: set[int] = set()
        self._held: dict[Lane, list[tuple[int, Deliver]]] = {}

    def outgoing(self, link: str, sender: Role, name: str, data: bytes) -> Injection:
        """What to do about one outgoing message.

        Args:
            link: `v2g`, `sdp` or `ocpp`.
            sender: who sends it.
            name: as `harness.faults.where.name_of_message` makes it.
            data: the whole frame.
        """
        actions: list[Action] = [Deliver(data)]
        struck: list[int] = []
        swapped = None
        for index in self._due(link, sender, name):
            strike = self._faults[index].strike
            if isinstance(strike, Swap):
                swapped = index
            elif (changed := _struck(strike, actions)) != actions:
                actions = changed
                struck.append(index)
        if swapped is not None:
            actions = self._hold((link, sender), swapped, actions)
        elif any(isinstance(action, Deliver) for action in actions):
            overtaken = self._held.pop((link, sender), [])
            place = _behind_deliveries(actions)
            actions[place:place] = [deliver for _, deliver in overtaken]
            struck.extend(dict.fromkeys(index for index, _ in overtaken))
        self._struck.update(struck)
        return Injection(actions=tuple(actions), struck=tuple(self._faults[index] for index in struck))

    def release(self, link: str, sender: Role) -> tuple[Action, ...]:
        """What still waits to be overtaken on a lane, to be sent when nothing more will; its swap has not struck."""
        return tuple(deliver for _, deliver in self._held.pop((link, sender), []))

    def unstruck(self) -> tuple[Fault, ...]:
        """The faults that never took effect."""
        return tuple(fault for index, fault in enumerate(self._faults) if index not in self._struck)

    def _hold(self, lane: Lane, swapped: int, actions: list[Action]) -> list[Action]:
        """Keep deliveries until the next message of the lane; what is none is still done now."""
        held = self._held.setdefault(lane, [])
        held.extend((swapped, action) for action in actions if isinstance(action, Deliver))
        return [action for action in actions if not isinstance(action, Deliver)]

    def _due(self, link: str, sender: Role, name: str) -> list[int]:
        due = []
        for index, fault in enumerate(self._faults):
            if fault.where.fits(link, sender, name):
                self._seen[index] += 1
                if fault.where.nth in {None, self._seen[index]}:
                    due.append(index)
        return due


def _behind_deliveries(actions: list[Action]) -> int:
    """Where a message belongs that was overtaken: behind what is sent, before the link goes away."""
    return 1 + max(index for index, action in enumerate(actions) if isinstance(action, Deliver))


def _struck(strike: Strike, actions: list[Action]) -> list[Action]:
    """The actions after a strike; what is no delivery stays as it is."""
    if isinstance(strike, Close):
        return [*actions, CloseLink(strike.how)]
    if isinstance(strike, Outage):
        return [*actions, LinkDown(strike.lasting)]
    if isinstance(strike, Delay):
        return [replace(action, after=action.after + strike.seconds) for action in actions[:1]] + actions[1:]
    changed: list[Action] = []
    for action in actions:
        changed.extend(_changed(strike, action) if isinstance(action, Deliver) else [action])
    return changed


def _changed(strike: Strike, sent: Deliver) -> list[Deliver]:
    match strike:
        case Drop():
            return []
        case Repeat(times, gap):
            return [sent, *(Deliver(sent.data, gap) for _ in range(times))]
        case Truncate(keep):
            return [replace(sent, data=sent.data[:keep])]
        case Flip(bit):
            return [replace(sent, data=_flipped(sent.data, bit))]
        case Raw(data):
            return [replace(sent, data=data)]
        case Prefix(data):
            return [replace(sent, data=data + sent.data)]
        case Split(sizes, gap):
            pieces = _pieces(sent.data, sizes)
            return [Deliver(piece, gap if index else sent.after) for index, piece in enumerate(pieces)]
    return [sent]


def _flipped(data: bytes, bit: int) -> bytes:
    """`data` with one bit inverted; a bit beyond its end wraps around, so that the fault always has effect."""
    if not data:
        return data
    number = bit % (8 * len(data))
    changed = bytearray(data)
    changed[number // 8] ^= 0x80 >> number % 8
    return bytes(changed)


def _pieces(data: bytes, sizes: tuple[int, ...]) -> list[bytes]:
    pieces = []
    for size in sizes:
        pieces.append(data[:size])
        data = data[size:]
    return [piece for piece in (*pieces, data) if piece]
