"""Who may charge: tokens at the reader and from the backend, and what becomes of them (C01 to C16, F01, F02)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from harness.endpoints.ocpp_certificates import write_pem
from harness.endpoints.station.ocpp.contract import hash_data
from harness.endpoints.station.ocpp.token_memory import Info, TokenMemory, group_of, name_in, name_of, same
from harness.endpoints.station.ocpp.token_verdict import Opinion, Verdict, fits, is_master, verdict
from harness.endpoints.station.ocpp.transactions import Stop, Transactions
from harness.endpoints.station.ocpp.tuning import Tuning
from harness.endpoints.station.plant import ACCEPTED, NONE, PENDING, REJECTED, Plant
from harness.endpoints.station.quantities import Token
from harness.messages import ocpp
from harness.messages.ocpp import OcppMessage

_NEVER_ASKED_ABOUT = frozenset({"NoAuthorization", "Central"})
"""Token types that no Authorize is sent for (C02.FR.01, C05.FR.01)."""
_FREE = Token(id_token="", type="NoAuthorization")
"""Who charges where nobody needs to be authorised (C02)."""

_NEVER = float("inf")


class _Open(Struct, frozen=True, kw_only=True):
    """A token that nobody has decided on yet."""

    token: Token
    remote_start_id: int | None = None
    tries: int = 0
    stops: bool = False
    """It was presented while somebody else charges."""


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
    """Decides on tokens, by what the station knows and with the backend's help."""

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
        self.memory = TokenMemory(plant.settings.authorization.cache_size)
        self.gates: list[Callable[[Token, str], bool]] = []
        """Each says whether a token, of a group, may start now; blocks put theirs in."""
        self.welcomes: list[Callable[[Token, str], None]] = []
        """Each hears of a token, of a group, that is about to start."""
        self.locks: Callable[[float], bool] = lambda _at: True
        """Whether the connector can be locked."""
        self._open: _Open | None = None
        self._group = ""
        self._chooses: Token | None = None
        """The master-pass card whose owner stands before the screen."""
        self._present_at = _NEVER
        self._ask_at = _NEVER

    def wanted(self, at: float) -> None:
        """The EV waits; whoever stands beside it takes a moment to present a token."""
        settings = self._plant.settings
        if not self._tuning.tokens.enabled:
            self.free(at)
        elif settings.token is not None and self._open is None:
            self._present_at = at + settings.authorisation_delay

    def free(self, at: float) -> None:
        """Authorise whoever is there, where nobody needs a token (C02)."""
        if self._transactions.authorised_by is None:
            self._settle(_Open(token=_FREE), Verdict(opinion=Opinion.TAKE, info={"status": "Accepted"}), at)

    def presented(self, token: Token, at: float) -> None:
        """A token is at the reader: to stop if it started, else to start."""
        self._present_at = _NEVER
        started_by = self._transactions.authorised_by
        if started_by is None:
            self._decide(_Open(token=token), at)
        elif same(started_by, token):
            self._transactions.stop(Stop(trigger="StopAuthorized", reason="Local", token=token), at)
        elif self._group or self._tuning.tokens.master_pass_group:
            self._decide(_Open(token=token, stops=True), at)

    def start_remotely(self, token: Token, remote_start_id: int, at: float, *, group: str = "") -> None:
        """The backend started with this token (F01.FR.01, F01.FR.02)."""
        self._present_at = _NEVER
        one = _Open(token=token, remote_start_id=remote_start_id)
        if self._tuning.authorize_remote_start:
            self._decide(one, at)
        else:
            self._accept(one, {"status": "Accepted", "groupIdToken": {"idToken": group}}, at)

    def answered(self, call: OcppMessage, payload: Info, at: float) -> None:
        """The backend answered an Authorize."""
        name, info = name_in(call.payload["idToken"]), payload["idTokenInfo"]
        self.learn(name, info, at)
        one = self._open
        if one is None or name_of(one.token) != name:
            return
        self._plant.contract_status = payload.get("certificateStatus", "")
        good = fits(info) and payload.get("certificateStatus", "Accepted") == "Accepted"
        self._settle(one, Verdict(opinion=Opinion.TAKE if good else Opinion.REFUSE, info=info), at)

    def learn(self, name: tuple[str, str], info: Info, at: float) -> None:
        """The backend says what a token counts as (C10)."""
        if self._tuning.tokens.cache:
            self.memory.cache.take(name, info, at)
        current = self._transactions.authorised_by
        if current is not None and name_of(current) == name and group_of(info):
            self._group = group_of(info)

    def failed(self, at: float) -> None:
        """An Authorize got no answer: ask again, now and then, or on the next connection."""
        if self._open is None:
            return
        if self._online() and self._open.tries >= self._plant.settings.message_attempts:
            self._settle(self._open, Verdict(opinion=Opinion.REFUSE, info={}), at)
        else:
            self._ask_at = at + self._plant.settings.message_attempt_interval

    def forget(self) -> None:
        """The EV is gone, or its session over."""
        self._open = self._chooses = None
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

    def opinion(self, token: Token, at: float) -> Verdict:
        """What the station makes of a token by itself."""
        if not self._plant.settings.backend or token.type in _NEVER_ASKED_ABOUT:
            return Verdict(opinion=Opinion.TAKE, info={"status": "Accepted"})
        online, tuning = self._online(), self._tuning
        if not online and len(hash_data(token.chain, token.roots)) < len(token.chain):
            return Verdict(opinion=Opinion.REFUSE, info={})
        alone = tuning.tokens.asks_nobody
        asked = online and not alone
        found = verdict(token, tuning.tokens, self.memory, at, online=asked, offset=tuning.clock_offset)
        return Verdict(opinion=Opinion.REFUSE, info={}) if alone and found.opinion is Opinion.ASK else found

    def _decide(self, one: _Open, at: float) -> None:
        self._ask_at = _NEVER
        found = self.opinion(one.token, at)
        if found.opinion is Opinion.ASK:
            self._ask(one, at)
        else:
            self._settle(one, found, at)

    def _ask(self, one: _Open, at: float) -> None:
        """Ask the backend; the EV, or whoever stands there, waits."""
        tries = one.tries + self._online()
        self._open = _Open(token=one.token, remote_start_id=one.remote_start_id, tries=tries, stops=one.stops)
        if not one.stops:
            self._plant.authorise(PENDING, at)
        if self._online():
            self._say(ocpp.Authorize(**_asked(one.token, central=self._plant.settings.certificates.central_validation)))
        else:
            self._ask_at = at

    def _settle(self, one: _Open, found: Verdict, at: float) -> None:
        """Do what a verdict says."""
        self._open = None
        taken = found.opinion is Opinion.TAKE
        if one.stops:
            if taken:
                self._stop_by(one.token, found.info, at)
        elif taken and self._may_start(one, found.info):
            self._accept(one, found.info, at)
        else:
            self._plant.authorise(REJECTED if self._plant.connected else NONE, at)

    def _may_start(self, one: _Open, info: Info) -> bool:
        """Nobody of the master-pass group starts (C16.FR.03); nor does who comes where the EVSE is not for him."""
        if is_master(info, self._tuning.tokens):
            return False
        remote = one.remote_start_id is not None
        return remote or all(allows(one.token, group_of(info)) for allows in self.gates)

    def _stop_by(self, token: Token, info: Info, at: float) -> None:
        """Somebody else may stop: who is of the same group (C09), or of the master-pass group (C16.FR.02)."""
        if is_master(info, self._tuning.tokens):
            self._chooses = token
            if not self._plant.settings.authorization.screen:
                self.choose_stop(at)
        elif self._group and group_of(info) == self._group:
            self._transactions.stop(Stop(trigger="StopAuthorized", reason="Local", token=token), at)

    def choose_stop(self, at: float) -> None:
        """Who presented a master-pass card wants the transaction stopped (C16.FR.02)."""
        chooses, self._chooses = self._chooses, None
        if chooses is not None and self._transactions.authorised_by is not None:
            self._transactions.stop(Stop(trigger="StopAuthorized", reason="MasterPass", token=chooses), at)

    def _accept(self, one: _Open, info: Info, at: float) -> None:
        self._open = None
        self._group = group_of(info)
        for welcome in self.welcomes:
            welcome(one.token, self._group)
        self._transactions.authorised(one.token, at, remote_start_id=one.remote_start_id)
        self._plant.authorise(ACCEPTED if not self._plant.connected or self.locks(at) else REJECTED, at)
