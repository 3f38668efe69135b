"""How a case bends an endpoint: another value, another answer, another message, nothing at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import msgspec
from msgspec import Struct

from harness.endpoints.behaviour import Hang, Say, SayRaw, Silence, Step
from harness.framing.sdp import SdpRequest, SdpResponse
from harness.messages.envelope import body_of, header_of, session_id_of, with_body, wrap
from harness.messages.field import Message
from harness.messages.ocpp import Action, Answer, Kind, OcppMessage

Change = Callable[[Any, Any], Any]
"""From what was heard last (None at the start) and the usual message to another message, bytes, or a step.

For OCPP a `dict` is another payload; a CALLERROR comes from `said.refused(code, why)`.
"""


class Bend(Struct, frozen=True, kw_only=True):
    """One deliberate difference in what an endpoint says."""

    usual: Any
    """The message class, OCPP action (its CALLs) or `action.response` (its answers) whose usual form is changed."""
    change: Change
    nth: int | None = None
    """Only the n-th time (from 1); None: every time."""
    whole: bool = False
    """`change` takes the message in its envelope, where it has one, instead of its body."""


class Bendable(Struct, frozen=True, kw_only=True):
    """A frozen endpoint description; every method returns a copy, so that a case cannot leak into the next."""

    bends: tuple[Bend, ...] = ()
    mute: bool = False
    """Accepts connections and never says a word."""
    linger: float = 0.0
    """Seconds to stay connected where it would usually hang up, to see whether the other side does."""
    hears: Callable[[bytes], bytes] = bytes
    """What it makes of the bytes of one read before it looks for frames; a mutant puts its own here."""

    def but(self, usual: type[Message] | Action | Answer, *, nth: int | None = None, **fields: Any) -> Self:
        """The same message with other values; `header__session_id=...` reaches into a part.

        `session_id=...` means the header of whatever has no such field itself. The body of an envelope (ISO 15118-2,
        DIN SPEC 70121) is meant by its own class and its own fields, `header__...` its header.
        In an OCPP payload a number reaches into a list: `chargingProfile__chargingSchedule__0__id=7`.
        """
        bend = Bend(usual=usual, change=lambda _, said: replace_fields(said, fields), nth=nth, whole=True)
        return msgspec.structs.replace(self, bends=(*self.bends, bend))

    def answering(self, usual: Any, change: Change, *, nth: int | None = None) -> Self:
        """Another message computed from what was heard and what would be said; bytes are sent as they are.

        Where messages travel in envelopes, `change` sees bodies; a body that it gives goes into the usual envelope,
        an envelope goes out as it is.
        """
        bend = Bend(usual=usual, change=change, nth=nth)
        return msgspec.structs.replace(self, bends=(*self.bends, bend))

    def silent_on(self, usual: Any, *, nth: int | None = None) -> Self:
        """Say nothing where this message would be said."""
        return self.answering(usual, lambda _heard, _said: Silence(), nth=nth)

    def late_on(self, usual: Any, after: float, *, nth: int | None = None) -> Self:
        """Say the usual, but `after` that many seconds."""
        return self.answering(usual, lambda _, said: Say(message=said, after=after), nth=nth)

    def having(self, **settings: Any) -> Self:
        """The same endpoint with other settings."""
        return msgspec.structs.replace(self, **settings)


class Bender:
    """Applies the bends of one endpoint during one run; counts how often each message came up."""

    def __init__(self, bends: tuple[Bend, ...], *, mute: bool = False, linger: float = 0.0) -> None:
        """Begin a run with nothing said yet; `mute` and `linger` as in `Bendable`."""
        self._bends = bends
        self._mute, self._linger = mute, linger
        self._counts: dict[Any, int] = {}

    def bend(self, heard: Any, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        """The steps an endpoint takes instead of `steps`."""
        if not self._bends and not self._mute and not self._linger:
            return steps
        if self._mute:
            return tuple(Silence() if isinstance(step, Say | SayRaw) else step for step in steps)
        return tuple(self._bend_step(heard, step) for step in steps)

    def _bend_step(self, heard: Any, step: Step) -> Step:
        if isinstance(step, Hang):
            return msgspec.structs.replace(step, after=step.after + self._linger)
        return self._bend_one(heard, step) if isinstance(step, Say) else step

    def _bend_one(self, heard: Any, step: Say) -> Step:
        usual = _selector(step.message)
        self._counts[usual] = self._counts.get(usual, 0) + 1
        result: Step = step
        for bend in self._bends:
            if bend.usual == usual and bend.nth in {None, self._counts[usual]} and isinstance(result, Say):
                said = result.message if bend.whole else _body(result.message)
                result = _as_step(bend.change(heard, said), result)
        return result


def _selector(message: Any) -> Any:
    """What a bend must name to mean this message."""
    if not isinstance(message, OcppMessage):
        return type(_body(message))
    return Action(message.action) if message.kind is Kind.REQUEST else Answer(message.action)


def _body(message: Any) -> Any:
    """A message without its envelope."""
    return body_of(message) if isinstance(message, Message) else message


def _as_step(changed: Any, usual: Say) -> Step:
    if changed is usual.message:
        return usual
    if isinstance(changed, bytes):
        return SayRaw(data=changed, after=usual.after)
    if isinstance(changed, Say):
        after, message = usual.after + changed.after, _enveloped(changed.message, usual)
        return msgspec.structs.replace(changed, message=message, after=after, deliberate=True)
    if isinstance(changed, dict):
        changed = msgspec.structs.replace(usual.message, payload=changed)
    if isinstance(changed, OcppMessage) and not changed.message_id:
        changed = msgspec.structs.replace(changed, message_id=usual.message.message_id)
    if isinstance(changed, Message | OcppMessage):
        return msgspec.structs.replace(usual, message=_enveloped(changed, usual), deliberate=True)
    if isinstance(changed, SdpRequest | SdpResponse):
        return msgspec.structs.replace(usual, message=changed, deliberate=True)
    return changed  # type: ignore[no-any-return]


def _enveloped(changed: Any, usual: Say) -> Any:
    """A body in the envelope of the usual message, if that has one of its kind; anything else as it is."""
    if not isinstance(changed, Message) or header_of(changed) is not None:
        return changed
    fresh = wrap(changed, session_id_of(usual.message) or bytes(8))
    return with_body(usual.message, changed) if type(fresh) is type(usual.message) else fresh


def replace_fields(message: Any, fields: dict[str, Any]) -> Any:
    """`message` with other values; a double underscore reaches into a part, and an envelope opens by itself."""
    for path, value in fields.items():
        if isinstance(message, OcppMessage):
            payload = _replace_keys(message.payload, path.split("__"), value)
            message = msgspec.structs.replace(message, payload=payload)
            continue
        head, _, rest = path.partition("__")
        body = _body(message)
        if body is not message and hasattr(body, head):
            message = with_body(message, replace_fields(body, {path: value}))
            continue
        if head == "session_id" and not hasattr(body, head):
            head, rest = "header", path
        new = replace_fields(getattr(message, head), {rest: value}) if rest else value
        message = msgspec.structs.replace(message, **{head: new})
    return message


def _replace_keys(part: Any, path: list[str], value: Any) -> Any:
    head, rest = path[0], path[1:]
    if isinstance(part, list):
        index = int(head)
        new = _replace_keys(part[index], rest, value) if rest else value
        return [*part[:index], new, *part[index + 1 :]]
    new = _replace_keys(part[head], rest, value) if rest else value
    return {**part, head: new}
