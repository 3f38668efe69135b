"""Who may charge: tokens at the reader and from the backend, asked about with Authorize (C01, F01, F02)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from harness.endpoints.ocpp_certificates import write_pem
from harness.endpoints.station.ocpp.contract import hash_data
from harness.endpoints.station.ocpp.transactions import Stop, Transactions
from harness.endpoints.station.ocpp.tuning import Tuning
from harness.endpoints.station.plant import ACCEPTED, PENDING, REJECTED, Plant
from harness.endpoints.station.quantities import Token
from harness.messages import ocpp
from harness.messages.ocpp import OcppMessage

_NEVER_ASKED_ABOUT = frozenset({"NoAuthorization", "Central"})
"""Token types that no Authorize is sent for (C02.FR.01, C05.FR.01)."""

_NEVER = float("inf")


class _Open(Struct, frozen=True, kw_only=True):
    """A token that nobody has decided on yet."""

    token: Token
    remote_start_id: int | None = None
    tries: int = 0


def _asked(token: Token, *, central: bool) -> dict[str, Any]:
    """What Authorize says of a token; of a contract its certificates as well (use case C07).

    Args:
        token: as presented.
        central: where no root is known that the chain ends at, the backend may see the chain itself (C07.FR.06).
    """
    found = hash_data(token.chain, token.roots)
    more: dict[str, Any] = {"iso15118CertificateHashData": found} if found else {}
    if central and token.chain and len(found) < len(token.chain):
        more["certificate"] = write_pem(token.chain)
    return {"idToken": token.payload(), **more}


class Authorisation:
    """Decides on tokens, with the backend's help."""

    def __init__(
        self,
        plant: Plant,
        tuning: Tuning,
        transactions: Transactions,
        *,
        say: Callable[[OcppMessage], None],
        online: Callable[[], bool],
    ) -> None:
        """Nobody wants anything yet.

        Args:
            plant: the EVSE to authorise.
            tuning: what the backend may change.
            transactions: hears of accepted tokens.
            say: takes messages for the backend.
            online: whether the backend can be asked now.
        """
        self._plant = plant
        self._tuning = tuning
        self._transactions = transactions
        self._say = say
        self._online = online
        self._open: _Open | None = None
        self._present_at = _NEVER
        self._ask_at = _NEVER

    def wanted(self, at: float) -> None:
        """The EV waits; whoever stands beside it takes a moment to present a token."""
        settings = self._plant.settings
        if settings.token is not None and self._open is None:
            self._present_at = at + settings.authorisation_delay

    def presented(self, token: Token, at: float) -> None:
        """A token is at the reader: to stop if it started, else to start."""
        self._present_at = _NEVER
        started_by = self._transactions.authorised_by
        if started_by is None:
            self._decide(_Open(token=token), at)
        elif started_by == token:
            self._transactions.stop(Stop(trigger="StopAuthorized", reason="Local", token=token), at)

    def start_remotely(self, token: Token, remote_start_id: int, at: float) -> None:
        """The backend started with this token (F01.FR.01, F01.FR.02)."""
        self._present_at = _NEVER
        one = _Open(token=token, remote_start_id=remote_start_id)
        if self._tuning.authorize_remote_start:
            self._decide(one, at)
        else:
            self._accept(one, at)

    def answered(self, payload: dict[str, Any], at: float) -> None:
        """The backend answered an Authorize."""
        if self._open is None:
            return
        self._plant.contract_status = payload.get("certificateStatus", "")
        statuses = {payload["idTokenInfo"]["status"], payload.get("certificateStatus", "Accepted")}
        if statuses == {"Accepted"}:
            self._accept(self._open, at)
        else:
            self._open = None
            self._plant.authorise(REJECTED, at)

    def failed(self, at: float) -> None:
        """An Authorize got no answer: ask again, now and then, or on the next connection."""
        if self._open is None:
            return
        if self._online() and self._open.tries >= self._plant.settings.message_attempts:
            self._open = None
            self._plant.authorise(REJECTED, at)
        else:
            self._ask_at = at + self._plant.settings.message_attempt_interval

    def forget(self) -> None:
        """The EV is gone, or its session over."""
        self._open = None
        self._present_at = self._ask_at = _NEVER

    def deadline(self) -> float:
        """When `expire` wants to be called."""
        return min(self._present_at, self._ask_at if self._online() else _NEVER)

    def expire(self, at: float) -> None:
        """Present or ask what is due."""
        if at >= self._present_at and self._plant.settings.token is not None:
            self._plant.token_presented(self._plant.settings.token, at)
        if at >= self._ask_at and self._online():
            self._ask_at = _NEVER
            if self._open is not None:
                self._decide(self._open, at)

    def _decide(self, one: _Open, at: float) -> None:
        self._ask_at = _NEVER
        if not self._plant.settings.backend or one.token.type in _NEVER_ASKED_ABOUT:
            self._accept(one, at)
            return
        self._open = _Open(token=one.token, remote_start_id=one.remote_start_id, tries=one.tries + self._online())
        self._plant.authorise(PENDING, at)
        if self._online():
            self._say(ocpp.Authorize(**_asked(one.token, central=self._plant.settings.certificates.central_validation)))
        else:
            self._ask_at = at

    def _accept(self, one: _Open, at: float) -> None:
        self._open = None
        self._transactions.authorised(one.token, at, remote_start_id=one.remote_start_id)
        self._plant.authorise(ACCEPTED, at)
