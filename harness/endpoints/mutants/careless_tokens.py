"""Stations that decide on tokens with one fault each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.endpoints.station.ocpp.authorisation import Authorisation
from harness.endpoints.station.ocpp.deed import Deed, Payload, done
from harness.endpoints.station.ocpp.half import BackendHalf
from harness.endpoints.station.ocpp.token_cache import AuthorizationCache
from harness.endpoints.station.ocpp.token_memory import Info, group_of
from harness.endpoints.station.ocpp.token_rules import Deauthorization
from harness.endpoints.station.ocpp.token_verdict import Opinion, Verdict
from harness.endpoints.station.ocpp.transactions import Stop
from harness.endpoints.station.quantities import Token
from harness.endpoints.station.station import Station
from harness.messages.ocpp import OcppMessage


def deciding(faulty: type[Authorisation]) -> Callable[[Station], Station]:
    """A maker of stations that decide on tokens so."""
    half = type(f"Deciding{faulty.__name__}", (BackendHalf,), {"decides": faulty})
    return lambda station: station.having(half=half)


class TakesAnyone(Authorisation):
    """Takes every answer for Accepted."""

    def answered(self, call: OcppMessage, payload: Info, at: float) -> None:
        """Whatever it says."""
        info = {**payload["idTokenInfo"], "status": "Accepted"}
        super().answered(call, {**payload, "idTokenInfo": info, "certificateStatus": "Accepted"}, at)


class StopsForAnyone(Authorisation):
    """Lets every card stop, whoever started."""

    def presented(self, token: Token, at: float) -> None:
        """Somebody is there."""
        if self._transactions.authorised_by is not None:
            self._transactions.stop(Stop(trigger="StopAuthorized", reason="Local", token=token), at)
        else:
            super().presented(token, at)


class RemembersNothing(Authorisation):
    """Asks about every card."""

    def opinion(self, token: Token, at: float) -> Verdict:
        """Whatever it knows."""
        found = super().opinion(token, at)
        known = found.opinion is Opinion.TAKE and self._online()
        return Verdict(opinion=Opinion.ASK, info={}) if known else found


class NeverAsksAgain(Authorisation):
    """Takes what it remembers against a card for final."""

    def opinion(self, token: Token, at: float) -> Verdict:
        """Whatever is set."""
        self._tuning.tokens.cache_final = self._tuning.tokens.list_final = True
        return super().opinion(token, at)


class AlwaysAsksAgain(Authorisation):
    """Asks again about every card that was refused."""

    def opinion(self, token: Token, at: float) -> Verdict:
        """Whatever is set."""
        self._tuning.tokens.cache_final = self._tuning.tokens.list_final = False
        return super().opinion(token, at)


class TrustsItsMemory(Authorisation):
    """Goes by what it remembers though it was told to ask, or to forget."""

    def opinion(self, token: Token, at: float) -> Verdict:
        """Whatever is set."""
        self._tuning.tokens.local_pre_authorize, self._tuning.tokens.cache_lifetime = True, 0.0
        return super().opinion(token, at)


class KnowsNoGroups(Authorisation):
    """Lets nobody stop but who started."""

    def _stop_by(self, token: Token, info: Info, at: float) -> None:
        pass


class KnowsNoMaster(Authorisation):
    """Takes a card of the master group for any other."""

    def _may_start(self, one: Any, info: Info) -> bool:
        return super()._may_start(one, {key: value for key, value in info.items() if key != "groupIdToken"})

    def _stop_by(self, token: Token, info: Info, at: float) -> None:
        if group_of(info) == self._tuning.tokens.master_pass_group.lower():
            self._transactions.stop(Stop(trigger="StopAuthorized", reason="Local", token=token), at)


class IgnoresWhatIsAllowedOffline(Authorisation):
    """Takes no card without a backend that it does not know."""

    def opinion(self, token: Token, at: float) -> Verdict:
        """Whatever is set."""
        self._tuning.tokens.unknown_offline = False
        return super().opinion(token, at)


class TrustsAnyoneOffline(Authorisation):
    """Takes every card without a backend."""

    def opinion(self, token: Token, at: float) -> Verdict:
        """Whatever it knows, and whatever is set."""
        found = super().opinion(token, at)
        return found if self._online() else Verdict(opinion=Opinion.TAKE, info={"status": "Accepted"})


class ForgetsAtBoot(AuthorizationCache):
    """Has no memory that outlives a reboot."""

    def restart(self, at: float) -> None:
        """Gone."""
        self.parts.authorisation.memory.cache.clear()


class ClearsNothing(AuthorizationCache):
    """Says that it has forgotten, and has not."""

    def _clear(self, call: OcppMessage, _payload: Payload, _at: float) -> Deed:
        return done(call, "Accepted")


class DeafToSecondThoughts(Deauthorization):
    """Does not care what the backend says of a token beside a transaction."""

    def answered(self, call: OcppMessage, payload: Payload, at: float) -> None:
        """Nothing."""


class StopsAtOnce(Deauthorization):
    """Gives no more energy, whatever is allowed."""

    def taken_back(self, info: Info, at: float) -> None:
        """Over."""
        self.end(at)


class AlwaysStops(Deauthorization):
    """Ends the transaction, whatever is set."""

    def end(self, at: float) -> None:
        """Over."""
        self.parts.tuning.tokens.stop_on_invalid = True
        super().end(at)
