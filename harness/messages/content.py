"""The child elements of a message in the order of its schema, and what its content model objects to."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from harness.messages.field import Choice, FieldInfo, Message, Particle, Sequence, content_of, fields_of


class Child(Struct, frozen=True):
    """One child element: the name it goes under, its value, and the field that holds it."""

    name: str
    namespace: str
    value: Any
    field: FieldInfo


class Arrangement(Struct, frozen=True):
    """All child elements of a message, and why the content model would not have them so."""

    children: tuple[Child, ...]
    objections: tuple[str, ...] = ()


def arrange(message: Message) -> Arrangement:
    """Put the child elements of `message` in order; what fits nowhere comes last and is objected to."""
    fields = [field for field in fields_of(type(message)) if not (field.wire.attribute or field.wire.text)]
    queues = {field.attr: deque(_values(message, field)) for field in fields}
    if type(message).content is None:
        return Arrangement(tuple(_child(field, value) for field in fields for value in queues[field.attr]))
    taken, objections = _group(content_of(type(message)), queues)
    left = [(field, value) for field in fields for value in queues[field.attr]]
    objections += [f"{_title(field)} does not fit here" for field, _ in left]
    return Arrangement(tuple(_child(*pair) for pair in [*taken, *left]), tuple(objections))


def label(field: FieldInfo) -> str:
    """How to call a field in a sentence or a path: its wire name, or its own where it has none."""
    return field.wire.name or field.attr


def _title(field: FieldInfo) -> str:
    return field.wire.name or " or ".join(name for name, _, _ in field.alternatives) or field.attr


def _values(message: Message, field: FieldInfo) -> Iterable[Any]:
    value = getattr(message, field.attr)
    if value is None:
        return ()
    if field.many and isinstance(value, tuple | list):
        return value
    return (value,)


def _child(field: FieldInfo, value: Any) -> Child:
    if field.wire.name:
        return Child(field.wire.name, field.namespace, value, field)
    if isinstance(value, Message):
        return Child(type(value).name, type(value).namespace, value, field)
    return Child("", "", value, field)


_Taken = list[tuple[FieldInfo, Any]]
_Queues = dict[str, deque[Any]]


def _part(part: Any, queues: _Queues) -> tuple[_Taken, list[str]]:
    if isinstance(part, Particle):
        return _particle(part, queues)
    return _group(part, queues)


def _particle(part: Particle, queues: _Queues) -> tuple[_Taken, list[str]]:
    queue = queues[part.field.attr]
    count = len(queue) if part.high is None else min(part.high, len(queue))
    taken = [(part.field, queue.popleft()) for _ in range(count)]
    return taken, [f"{_title(part.field)} is missing"] if count < part.low else []


def _group(group: Sequence | Choice, queues: _Queues) -> tuple[_Taken, list[str]]:
    taken: _Taken = []
    objections: list[str] = []
    rounds = 0
    once = _sequence if isinstance(group, Sequence) else _choice
    while group.high is None or rounds < group.high:
        more, complaints = once(group, queues)
        if not more and rounds >= group.low:
            break
        taken += more
        objections += complaints
        rounds += 1
        if not more:
            break
    return taken, objections


def _sequence(group: Sequence | Choice, queues: _Queues) -> tuple[_Taken, list[str]]:
    taken: _Taken = []
    objections: list[str] = []
    for part in group.parts:
        more, complaints = _part(part, queues)
        taken += more
        objections += complaints
    return taken, objections


def _choice(group: Sequence | Choice, queues: _Queues) -> tuple[_Taken, list[str]]:
    """Take the first part that brings something without objection, or else the first that brings something."""
    best: tuple[_Taken, list[str], _Queues] | None = None
    for part in group.parts:
        trial = {attr: deque(queue) for attr, queue in queues.items()}
        taken, objections = _part(part, trial)
        if taken and (best is None or (best[1] and not objections)):
            best = (taken, objections, trial)
    if best is None:
        return [], ["nothing is chosen"]
    for attr, queue in best[2].items():
        queues[attr] = queue
    return best[0], best[1]
