"""An emulated backend as a value that cases bend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

from harness.endpoints.bending import Bendable
from harness.endpoints.csms.known import Known
from harness.messages.ocpp import Action, Answer, OcppMessage
from harness.pki.credentials import Credentials
from harness.sessions.ocpp.csms import CsmsSession

Ask = OcppMessage | Callable[[Known], OcppMessage | None]
"""A call, or what makes one from what is known of the station by then (None: nothing to ask)."""


class Asking(Struct, frozen=True, kw_only=True):
    """A call that the backend makes by itself."""

    ask: Ask
    after: Action | Answer | None = None
    """A call of the station, or its answer; None: its accepted boot."""
    nth: int = 1
    delay: float = 0.0
    """Seconds from then on."""


class ProfilePolicy(Struct, frozen=True, kw_only=True):
    """What the backend sets when an EV has said what it needs (K15.FR.07)."""

    periods: tuple[tuple[int, float], ...] = ((0, 40_000.0),)
    """(s from the start of the schedule, limit)."""
    unit: str = "W"
    duration: int | None = None
    stack_level: int = 0
    delay: float = 0.0


class Csms(Bendable, frozen=True, kw_only=True):
    """One backend."""

    path: str = "/ocpp"
    """Stations connect to this path with their id behind it."""
    stations: tuple[str, ...] = ()
    """The ids let in; empty: every one. Others get HTTP 404."""
    password: str | None = None
    """Asked for with Basic authentication (security profile 1); None: nobody is asked."""

    boots: tuple[str, ...] = ("Accepted",)
    """The answers to a station's BootNotifications in turn; the last one is repeated."""
    heartbeat_interval: int = 300
    """Seconds, told at boot."""
    boot_retry_interval: int = 10
    """Seconds until a station that was not accepted may try again."""
    accepted_tokens: tuple[str, ...] | None = None
    """None: every token."""
    refusal: str = "Invalid"
    """The status of any other token."""
    profile: ProfilePolicy | None = ProfilePolicy()
    """None: needs are answered Rejected, and no profile follows."""
    script: tuple[Asking, ...] = ()

    session: Callable[..., CsmsSession] = CsmsSession
    """Makes the conversation of a connection; a mutant puts its own here."""

    message_timeout: float = 30.0
    tls: bool = False
    credentials: Credentials | None = None

    def asking(self, ask: Ask, *, after: Any = None, nth: int = 1, delay: float = 0.0) -> Csms:
        """The same backend, which also makes this call, `delay` seconds after the `nth` `after`."""
        asking = Asking(ask=ask, after=after, nth=nth, delay=delay)
        return msgspec.structs.replace(self, script=(*self.script, asking))

    def token_status(self, id_token: str) -> str:
        """The AuthorizationStatus of a token."""
        accepted = self.accepted_tokens is None or id_token in self.accepted_tokens or not id_token
        return "Accepted" if accepted else self.refusal
