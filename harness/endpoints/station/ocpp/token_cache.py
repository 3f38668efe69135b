"""The authorization cache: what the backend may set of it, and that it clears it (C10, C11)."""

from __future__ import annotations

from collections.abc import Mapping

from harness.endpoints.station.ocpp.block import Block
from harness.endpoints.station.ocpp.deed import Answerer, Deed, Payload, done
from harness.endpoints.station.ocpp.rule_variables import number, told, truth
from harness.endpoints.station.ocpp.variables import Key, Variable
from harness.messages.ocpp import OcppMessage


class AuthorizationCache(Block):
    """AuthCacheCtrlr and ClearCache."""

    def answers(self) -> Mapping[str, Answerer]:
        """ClearCache."""
        return {"ClearCache": self._clear}

    def variables(self) -> Mapping[Key, Variable]:
        """AuthCacheCtrlr."""
        rules, size = self.parts.tuning.tokens, self.parts.plant.settings.authorization.cache_size
        return {
            ("AuthCacheCtrlr", "Available", None): told(lambda: "true"),
            ("AuthCacheCtrlr", "Enabled", None): truth(rules, "cache"),
            ("AuthCacheCtrlr", "LifeTime", None): number(rules, "cache_lifetime"),
            ("AuthCacheCtrlr", "Storage", None): told(lambda: size),
            ("AuthCacheCtrlr", "DisablePostAuthorize", None): truth(rules, "cache_final"),
        }

    def _clear(self, call: OcppMessage, _payload: Payload, _at: float) -> Deed:
        """C11.FR.03, C11.FR.04."""
        if not self.parts.tuning.tokens.cache:
            return done(call, "Rejected", "NotEnabled")
        self.parts.authorisation.memory.cache.clear()
        return done(call, "Accepted")
