"""Stations with one fault each in how they authorize a driver."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.endpoints.behaviour import Moment
from harness.endpoints.mutants.mutant import Mutant, series
from harness.endpoints.station.secc import Secc
from harness.endpoints.station.station import Station
from harness.messages.field import Message
from harness.messages.iso20.common import AuthorizationReq, AuthorizationRes
from harness.messages.iso20.types import Processing, ResponseCode
from harness.sessions.v2g.state import State

OK = ResponseCode.OK
mutant = series(Station, Role.STATION, ids="station-", cases="ISO20-STN-")


class OneAttempt(Secc):
    """Takes a second attempt at authorization for a request out of order."""

    def objection(self, ask: Message, moment: Moment) -> ResponseCode | None:
        """See `Secc.objection`."""
        if isinstance(ask, AuthorizationReq) and self._sequence.state is State.AUTHORIZATION_REFUSED:
            return ResponseCode.FAILED_SEQUENCE_ERROR
        return super().objection(ask, moment)


def _when_warning(**changes: Any) -> Callable[[Any, AuthorizationRes], AuthorizationRes]:
    def change(_: Any, said: AuthorizationRes) -> AuthorizationRes:
        return replace(said, **changes) if said.response_code.startswith("WARNING") else said

    return change


MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "authorizes-in-other-words",
        "answers an authorized driver with a code of another message",
        ("AUT-002",),
        lambda good: good.but(AuthorizationRes, response_code=ResponseCode.OK_NEW_SESSION_ESTABLISHED),
    ),
    mutant(
        "authorizes-for-ever",
        "never ends an authorization",
        ("AUT-002", "AUT-003"),
        lambda good: good.but(AuthorizationRes, response_code=OK, evse_processing=Processing.ONGOING),
    ),
    mutant(
        "refuses-drivers-fatally",
        "breaks the session off when the backend refuses a token",
        ("AUT-004",),
        lambda good: good.answering(AuthorizationRes, _when_warning(response_code=ResponseCode.FAILED)),
    ),
    mutant(
        "warns-and-goes-on",
        "warns of a failed authorization without calling it finished",
        ("AUT-004",),
        lambda good: good.answering(AuthorizationRes, _when_warning(evse_processing=Processing.ONGOING)),
    ),
    mutant(
        "allows-one-attempt",
        "lets no EV try again after a failed authorization",
        ("AUT-005",),
        lambda good: good.having(secc=OneAttempt),
    ),
)
