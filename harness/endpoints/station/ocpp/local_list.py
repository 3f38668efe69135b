"""The local authorization list: the backend sends it, in whole or what changed, and asks for its version (D01, D02)."""

from __future__ import annotations

from collections.abc import Mapping

from harness.endpoints.station.ocpp.block import Block
from harness.endpoints.station.ocpp.deed import Answerer, Deed, Payload, done
from harness.endpoints.station.ocpp.rule_variables import told, truth
from harness.endpoints.station.ocpp.token_memory import name_in
from harness.endpoints.station.ocpp.variables import Key, Variable
from harness.messages.ocpp import OcppMessage

_BYTES = 65_536


class LocalAuthorizationList(Block):
    """LocalAuthListCtrlr, SendLocalList and GetLocalListVersion."""

    def answers(self) -> Mapping[str, Answerer]:
        """SendLocalList and GetLocalListVersion."""
        return {"SendLocalList": self._take, "GetLocalListVersion": self._version}

    def variables(self) -> Mapping[Key, Variable]:
        """LocalAuthListCtrlr."""
        terms, rules = self.parts.plant.settings.authorization, self.parts.tuning.tokens
        entries = self.parts.authorisation.memory.list
        return {
            ("LocalAuthListCtrlr", "Available", None): told(lambda: "true"),
            ("LocalAuthListCtrlr", "Enabled", None): truth(rules, "list_enabled"),
            ("LocalAuthListCtrlr", "Entries", None): told(lambda: len(entries)),
            ("LocalAuthListCtrlr", "ItemsPerMessage", None): told(lambda: terms.list_items),
            ("LocalAuthListCtrlr", "BytesPerMessage", None): told(lambda: _BYTES),
            ("LocalAuthListCtrlr", "SupportsExpiryDateTime", None): told(lambda: "true"),
            ("LocalAuthListCtrlr", "DisablePostAuthorize", None): truth(rules, "list_final"),
        }

    def _take(self, call: OcppMessage, payload: Payload, _at: float) -> Deed:
        """All or nothing: a list that has no room, or is none, changes nothing (D01.FR.04, D01.FR.15 to D01.FR.19)."""
        if not self.parts.tuning.tokens.list_enabled:
            return done(call, "Failed", "NotEnabled")
        kept, entries = self.parts.authorisation.memory.list, payload.get("localAuthorizationList", [])
        full, version = payload["updateType"] == "Full", payload["versionNumber"]
        names = [name_in(entry["idToken"]) for entry in entries]
        unclear = full and any("idTokenInfo" not in entry for entry in entries)
        if version <= 0 or len(set(names)) < len(names) or unclear:
            return done(call, "Failed", "InvalidValue")
        if not full and version <= kept.version:
            return done(call, "VersionMismatch")
        updated = kept.updated(entries, full=full)
        terms = self.parts.plant.settings.authorization
        if len(entries) > terms.list_items or len(updated) > terms.list_size:
            return done(call, "Failed", "TooManyElements")
        kept.replace(updated, version)
        return done(call, "Accepted")

    def _version(self, call: OcppMessage, _payload: Payload, _at: float) -> Deed:
        """0 where the list is off or was never sent (D02.FR.02, D02.FR.03)."""
        enabled = self.parts.tuning.tokens.list_enabled
        return Deed(answer=call.answered(versionNumber=self.parts.authorisation.memory.list.version if enabled else 0))
