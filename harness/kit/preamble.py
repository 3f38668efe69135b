"""How to bring a device into each state of a session, and what to do there."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from harness.endpoints.behaviour import Hang, Say, SayRaw, Silence, Step
from harness.endpoints.ev.battery import Battery
from harness.endpoints.ev.ev import Ev
from harness.endpoints.ev.evcc import Evcc
from harness.kit.turning_off import Change, Detour, Here, Turn
from harness.messages.field import Message
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationReq,
    ChargeProgress,
    PowerDeliveryReq,
    ScheduleExchangeReq,
)
from harness.messages.iso20.types import Processing
from harness.sessions.v2g.iso2_state import Iso2State
from harness.sessions.v2g.state import State

PATIENCE = 1.0
"""Seconds that an EV stays on to see what becomes of a request behind a refusal."""

_S = State


class Recipe(Struct, frozen=True, kw_only=True):
    """What it takes to come into a state that a good session passes by."""

    changes: tuple[Change, ...] = ()
    settings: Mapping[str, Any] = {}
    """Of the EV."""
    iso2: Mapping[str, Any] = {}
    """Of its terms for the older protocols."""


def stopping_in(ev: Ev, state: StrEnum, *turns: Turn, nth: int = 1) -> Ev:
    """The same EV, which leads a good session into a state and there takes its turns instead of going on.

    The first turn is taken on arrival, each other one on the response that comes then; a response that nobody expects
    is left to the good EV again once all turns are taken. A device that never comes into the state (a schedule that is
    settled at once never is `SCHEDULING`) sees a good session to its end: a case that asks the trace for what was to be
    said there is inconclusive.

    Args:
        ev: the EV; its bends apply to all that is said.
        state: where to turn off.
        turns: what to do then; see `Turn`.
        nth: the how-manieth time it comes there, from 1; a loop comes to its own state again and again.
    """
    recipe = _RECIPES.get(state, Recipe())
    inner = ev.evcc or Evcc

    def made(settled: Ev, battery: Battery | None = None) -> Detour:
        return Detour(inner(settled, battery), state, turns, recipe.changes, nth)

    terms = replace(ev.iso2, **recipe.iso2)
    return ev.having(**{**recipe.settings, "evcc": made, "iso2": terms})


def asks_for(kind: type[Message], variant: str = "", *, payload_type: int | None = None) -> Turn:
    """A turn: say a request that is good in itself, under another payload type than its own where one is given."""

    def ask(here: Here) -> Say:
        return Say(message=here.request(kind, variant), deliberate=True, payload_type=payload_type)

    return ask


def insists(here: Here) -> tuple[Any, ...]:
    """A turn: go on as if nothing had happened, wait a moment for an answer, and leave."""
    return (*here.usual, Hang(after=PATIENCE + sum(getattr(step, "after", 0.0) for step in here.usual)))


def later(seconds: float) -> Turn:
    """A turn: say nothing for so many seconds, then what a good EV would have said."""
    return lambda here: (Silence(), *(_delayed(step, seconds) for step in here.usual))


def oversleeps(seconds: float) -> Turn:
    """A turn: as `later`, then wait a moment for an answer, and leave."""
    return lambda here: (*later(seconds)(here), Hang(after=seconds + PATIENCE))


def says_nothing(_: Here) -> None:
    """A turn: silence."""


def leaves(_: Here) -> Hang:
    """A turn: close the connection without a word."""
    return Hang()


def breaks_off(_: Here) -> Hang:
    """A turn: reset the connection."""
    return Hang(abort=True)


def _delayed(step: Step, seconds: float) -> Step:
    if isinstance(step, Say):
        return replace(step, after=step.after + seconds, deliberate=True)
    return replace(step, after=step.after + seconds) if isinstance(step, SayRaw | Hang) else step


def _selects_pnc(_: Here, usual: AuthorizationReq) -> Message:
    return replace(usual, selected_authorization_service=Authorization.PNC)


def _is_not_ready(_: Here, usual: PowerDeliveryReq) -> Message:
    return replace(usual, ev_processing=Processing.ONGOING)


def _says_power(progress: ChargeProgress) -> Any:
    return lambda here, _usual: here.request(PowerDeliveryReq, progress)


_NOT_READY = tuple(
    Change(state=state, usual=PowerDeliveryReq, make=_is_not_ready) for state in (_S.SCHEDULED, _S.PRE_CHARGED)
)
_RESCHEDULES = Change(state=_S.TRANSFERRING, usual=Message, make=_says_power(ChargeProgress.SCHEDULE_RENEGOTIATION))
_ASKS_AGAIN = Change(state=_S.RESCHEDULING, usual=Message, make=lambda here, _: here.request(ScheduleExchangeReq))

_O = Iso2State
_RECIPES: Mapping[StrEnum, Recipe] = {
    _O.RENEGOTIATING: Recipe(iso2={"renegotiate_at": 1}),
    _O.RENEGOTIATED: Recipe(iso2={"renegotiate_at": 1}),
    _O.CERTIFICATE_DELIVERED: Recipe(iso2={"get": "installation"}),
    _O.STOPPED: Recipe(settings={"loops": 1}),
    _O.WELDING_DETECTION: Recipe(settings={"loops": 1}),
    _S.AUTHORIZATION_REFUSED: Recipe(
        changes=(Change(state=_S.AUTHORIZATION_OFFERED, usual=AuthorizationReq, make=_selects_pnc),)
    ),
    _S.STARTING: Recipe(changes=_NOT_READY),
    _S.STANDBY: Recipe(
        changes=(Change(state=_S.TRANSFERRING, usual=Message, make=_says_power(ChargeProgress.STANDBY)),)
    ),
    _S.RESCHEDULING: Recipe(changes=(_RESCHEDULES,)),
    _S.RESCHEDULED: Recipe(changes=(_RESCHEDULES, _ASKS_AGAIN, _ASKS_AGAIN, _ASKS_AGAIN)),
    _S.STOPPED: Recipe(settings={"loops": 1}),
    _S.WELDING_DETECTION: Recipe(settings={"loops": 1}),
    _S.WELDING_DETECTED: Recipe(settings={"loops": 1}),
    _S.TERMINATED: Recipe(settings={"loops": 1}),
    _S.PAUSED: Recipe(settings={"loops": 1, "pause": True}),
}
