"""An emulated backend as a value that cases bend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import msgspec
from msgspec import Struct

from harness.endpoints.bending import Bendable
from harness.endpoints.csms.known import Known
from harness.endpoints.csms.office import Office
from harness.endpoints.csms.profiles import ProfilePolicy
from harness.endpoints.csms.security import CsmsSecurity
from harness.endpoints.csms.tokens import CARDS, Account, account_of
from harness.endpoints.ocpp_terms import LinkTerms
from harness.messages.ocpp import Action, Answer, OcppMessage
from harness.sessions.ocpp.csms import CsmsSession

Ask = OcppMessage | Callable[[Known], OcppMessage | None]
"""A call, or what makes one from what is known of the station by then (None: nothing to ask)."""

Where = Callable[[OcppMessage], bool]
"""Whether a message of the station is meant."""


class Asking(Struct, frozen=True, kw_only=True):
    """A call that the backend makes by itself."""

    ask: Ask
    after: Action | Answer | None = None
    """A call of the station, or its answer; None: its accepted boot."""
    where: Where | None = None
    """Which of those count; None: all."""
    nth: int = 1
    delay: float = 0.0
    """Seconds from then on."""


NEWCOMER = "V2X-NEWCOMER"
"""A station that nobody has set up yet."""


class Csms(Bendable, frozen=True, kw_only=True):
    """One backend."""

    path: str = "/ocpp"
    """Stations connect to this path with their id behind it."""
    stations: tuple[str, ...] = ()
    """The ids let in; empty: every one. Others get HTTP 404."""
    password: str | None = None
    """Asked for with Basic authentication, but for security profile 3; None: nobody is asked."""
    security: CsmsSecurity = CsmsSecurity()
    """The security profile that stations meet."""

    boots: tuple[str, ...] = ("Accepted",)
    """The answers to a station's BootNotifications in turn; the last one is repeated."""
    newcomers: tuple[str, ...] = (NEWCOMER,)
    """Stations that are pending after their first boot, whatever `boots` says."""
    heartbeat_interval: int = 300
    """Seconds, told at boot."""
    boot_retry_interval: int = 10
    """Seconds until a station that was not accepted may try again."""
    accepted_tokens: tuple[str, ...] | None = None
    """None: every token."""
    refusal: str = "Invalid"
    """The status of any other token."""
    accounts: tuple[Account, ...] = tuple(CARDS.values())
    """Tokens that it knows better; where one is named twice, the later account counts."""
    profile: ProfilePolicy | None = ProfilePolicy()
    """None: needs are answered Rejected, and no profile follows."""
    office: Office = Office()
    """Who signs certificates, hands out contracts and knows of revocations behind it."""
    script: tuple[Asking, ...] = ()

    link: LinkTerms = LinkTerms()
    """Versions, compression, pings and sizes of its connections."""

    session: Callable[..., CsmsSession] = CsmsSession
    """Makes the conversation of a connection; a mutant puts its own here."""

    message_timeout: float = 30.0

    def secured(self, **changes: Any) -> Self:
        """The same backend with other fields of `CsmsSecurity`."""
        return self.having(security=msgspec.structs.replace(self.security, **changes))

    def at_first(self, times: int = 1, **changes: Any) -> Self:
        """The same backend, but for one more of the first connections, or several, with other fields."""
        other = msgspec.structs.replace(self.security, earlier=(), **changes)
        return self.secured(earlier=(*self.security.earlier, *(other,) * times))

    def asking(
        self, ask: Ask, *, after: Any = None, where: Where | None = None, nth: int = 1, delay: float = 0.0
    ) -> Self:
        """The same backend, which also makes this call, `delay` seconds after the `nth` `after` that fits `where`.

        Calls that many cases make are in `harness.kit.asks`.
        """
        asking = Asking(ask=ask, after=after, where=where, nth=nth, delay=delay)
        return msgspec.structs.replace(self, script=(*self.script, asking))

    def knowing(self, *accounts: Account) -> Self:
        """The same backend with more accounts, which go before those that it has."""
        return self.having(accounts=(*self.accounts, *accounts))

    def token_info(self, id_token: str, kind: str, at: float) -> dict[str, Any]:
        """The idTokenInfo of a token; one that needs no authorization is always accepted (C02.FR.02)."""
        account = None if kind == "NoAuthorization" else account_of(self.accounts, id_token, kind)
        return {"status": self.token_status(id_token)} if account is None else account.info(at)

    def token_status(self, id_token: str, kind: str = "") -> str:
        """The AuthorizationStatus of a token."""
        account = account_of(self.accounts, id_token, kind)
        if account is not None:
            return account.status
        accepted = self.accepted_tokens is None or id_token in self.accepted_tokens or not id_token
        return "Accepted" if accepted else self.refusal
