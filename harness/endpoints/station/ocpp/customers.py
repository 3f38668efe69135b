"""What a station knows of a customer, told and erased when the backend asks for it (N09, N10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.endpoints.ocpp_certificates import same
from harness.endpoints.station.ocpp.block import Block, Parts
from harness.endpoints.station.ocpp.deed import Answerer, Deed, Payload, done, status
from harness.endpoints.station.ocpp.token_memory import Name, name_in
from harness.messages import ocpp
from harness.messages.ocpp import OcppMessage

_KEYS = ("idToken", "customerIdentifier", "customerCertificate")
_LONGEST = 512
"""Characters of data in one message."""


class Customers(Block):
    """Remembers who authorized when, by token and by contract; reads cache and list besides."""

    def __init__(self, parts: Parts) -> None:
        """Nobody came yet."""
        super().__init__(parts)
        self._visits: list[tuple[Name, str]] = []
        self._contracts: list[tuple[dict[str, Any], Name]] = []

    def answers(self) -> Mapping[str, Answerer]:
        """CustomerInformation."""
        return {"CustomerInformation": self._ask}

    def answered(self, call: OcppMessage, _payload: Payload, at: float) -> None:
        """Whoever was told to the backend is known here from now on."""
        if call.action not in {"Authorize", "TransactionEvent"} or "idToken" not in call.payload:
            return
        name = name_in(call.payload["idToken"])
        self._visits.append((name, f"{self.parts.stamp(at)} {call.action}"))
        for hashes in call.payload.get("iso15118CertificateHashData", ())[:1]:
            self._contracts.append((hashes, name))

    def _ask(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        """One customer, by one kind of name; neither to report nor to clear is nothing to do (N09, N10)."""
        if sum(key in payload for key in _KEYS) != 1:
            return done(call, "Invalid", "InvalidValue")
        if not (payload["report"] or payload["clear"]):
            return done(call, "Rejected", "InvalidValue")
        return Deed(answer=status(call, "Accepted"), then=lambda: self._work(payload, at))

    def _work(self, payload: Payload, at: float) -> None:
        names = self._names(payload)
        found = self._found(names, at) if payload["report"] else ""
        if payload["clear"]:
            self._erase(names)
        self._tell(found, payload["requestId"], at)

    def _names(self, payload: Payload) -> set[Name]:
        """The tokens of a customer."""
        if "idToken" in payload:
            return {name_in(payload["idToken"])}
        if "customerCertificate" in payload:
            wanted = payload["customerCertificate"]
            return {name for hashes, name in self._contracts if same(hashes, wanted)}
        wanted = payload["customerIdentifier"].lower()
        return {name for name, _ in self._visits if name[0] == wanted}

    def _found(self, names: set[Name], at: float) -> str:
        memory, now = self.parts.authorisation.memory, at + self.parts.tuning.clock_offset
        lines = [f"{what}, {name[1]} {name[0]}" for name, what in self._visits if name in names]
        for name in sorted(names):
            cached = memory.cache.find(name, at, lifetime=0.0, offset=self.parts.tuning.clock_offset)
            listed = memory.list.find(name, now)
            lines += [f"cache: {name[0]} {cached['status']}"] if cached is not None else []
            lines += [f"local list: {name[0]} {listed['status']}"] if listed is not None else []
        return "\n".join(lines)

    def _erase(self, names: set[Name]) -> None:
        """The local list is the backend's, which takes the token off it (N10.FR.02)."""
        self._visits = [(name, what) for name, what in self._visits if name not in names]
        self._contracts = [(hashes, name) for hashes, name in self._contracts if name not in names]
        for name in names:
            self.parts.authorisation.memory.cache.forget(name)

    def _tell(self, text: str, request_id: int, at: float) -> None:
        """In as many parts as it takes; one without data where there is none (N09.FR.06)."""
        parts = [text[start : start + _LONGEST] for start in range(0, len(text), _LONGEST)] or [""]
        for number, data in enumerate(parts):
            more = number < len(parts) - 1
            told = {"requestId": request_id, "seqNo": number, "tbc": more, "generatedAt": self.parts.stamp(at)}
            self.parts.say(ocpp.NotifyCustomerInformation(data=data, **told))
