"""Certificates between a station and its backend: signed, installed, listed, deleted (A02, A03, M03 to M06)."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from harness.endpoints.ocpp_certificates import loaded
from harness.endpoints.station.certificate_store import Outcome
from harness.endpoints.station.certificate_terms import SECC, STATION
from harness.endpoints.station.ocpp.block import Block, Parts, Trigger
from harness.endpoints.station.ocpp.deed import Answerer, Deed, Payload, done
from harness.endpoints.station.ocpp.statuses import StatusQuestions
from harness.endpoints.station.signing import Signing
from harness.messages import ocpp
from harness.messages.ocpp import OcppMessage

_TRIGGERS = {"SignChargingStationCertificate": STATION, "SignV2GCertificate": SECC}
"""What a TriggerMessage may ask for, and which certificate it means."""
_NEVER = float("inf")


class _Asked(Struct, frozen=True, kw_only=True):
    """A request for a certificate that has not come yet."""

    tries: int = 1
    again_at: float = _NEVER


class Certificates(Block):
    """What a station says and answers about its certificates."""

    def __init__(self, parts: Parts) -> None:
        """Nothing is asked for yet."""
        super().__init__(parts)
        plant = parts.plant
        self.store, self._terms, self._tuning = plant.certificates, plant.settings.certificates, parts.tuning
        self._say, self._stamp, self._online = parts.say, parts.stamp, parts.online
        self.signing = Signing(self.store, serial=plant.settings.serial)
        self.statuses = StatusQuestions(self.store, say=parts.say)
        self.renewed: Callable[[str, float], None] = lambda _use, _at: None
        """Called once a new certificate has taken the place of another."""
        self._asked: dict[str, _Asked] = {}
        self._renew_at: dict[str, float] = {}
        self._booted = False

    def answers(self) -> dict[str, Answerer]:
        """What the backend asks about certificates."""
        return {
            "CertificateSigned": self._take_signed,
            "DeleteCertificate": self._delete,
            "GetInstalledCertificateIds": self._list,
            "InstallCertificate": self._install,
        }

    def triggers(self) -> dict[str, Trigger]:
        """New certificates on demand."""
        return {name: self._triggered(use) for name, use in _TRIGGERS.items()}

    def _triggered(self, use: str) -> Trigger:
        return lambda _payload, _at: lambda: self.request(use)

    def accepted(self, at: float) -> None:
        """The backend listens from now on."""
        self._plan_renewals()
        if not self._booted:
            self._booted = True
            for use in self._terms.renews_at_boot:
                self.request(use)
            if self._terms.asks_status_at_boot:
                self.statuses.ask(at)

    def request(self, use: str, tries: int = 1) -> None:
        """Say SignCertificate with a new key (A02.FR.02)."""
        self._asked[use] = _Asked(tries=tries)
        self._renew_at.pop(use, None)
        self._say(ocpp.SignCertificate(csr=self.signing.request(use), certificateType=use))

    def tries(self, use: str) -> int:
        """How often a certificate was asked for that has not come yet."""
        asked = self._asked.get(use)
        return 0 if asked is None else asked.tries

    def answered(self, call: OcppMessage, payload: Payload, at: float) -> None:
        """The backend answered SignCertificate or GetCertificateStatus."""
        if call.action == "GetCertificateStatus":
            self.statuses.answered(call, payload)
        if call.action != "SignCertificate":
            return
        use = call.payload["certificateType"]
        if payload["status"] == "Accepted":
            self._wait(use, at)
        else:
            # Whoever will not sign now is not pressed.
            self._asked.pop(use, None)
            self.signing.forget(use)

    def failed(self, call: OcppMessage, at: float) -> None:
        """SignCertificate got no answer, or an error."""
        if call.action == "SignCertificate":
            self._wait(call.payload["certificateType"], at)

    def _install(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        return _told(call, self.store.install(payload["certificateType"], payload["certificate"], at))

    def _delete(self, call: OcppMessage, payload: Payload, _at: float) -> Deed:
        return _told(call, self.store.delete(payload["certificateHashData"]))

    def deadline(self) -> float:
        """When `expire` wants to be called."""
        if not self._online():
            return _NEVER
        waits = (asked.again_at for asked in self._asked.values())
        return min((*waits, *self._renew_at.values(), self.statuses.due), default=_NEVER)

    def expire(self, at: float) -> None:
        """Ask again for what did not come (A02.FR.17 to .19), and for what runs out soon (A03.FR.02)."""
        if not self._online():
            return
        for use, asked in tuple(self._asked.items()):
            if at < asked.again_at:
                continue
            if asked.tries > self._tuning.signing_repeats:
                self._asked.pop(use)
            else:
                self.request(use, asked.tries + 1)
        for use, due in tuple(self._renew_at.items()):
            if at >= due:
                self.request(use)
        if at >= self.statuses.due:
            self.statuses.ask(at)

    def _wait(self, use: str, at: float) -> None:
        asked = self._asked.get(use)
        if asked is not None:
            wait = self._tuning.signing_wait * 2 ** (asked.tries - 1)
            self._asked[use] = _Asked(tries=asked.tries, again_at=at + wait)

    def _take_signed(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        use = payload.get("certificateType", STATION)
        objection = self.signing.take(use, payload["certificateChain"], at)
        if objection:
            event = ocpp.SecurityEventNotification(
                type="InvalidChargingStationCertificate", timestamp=self._stamp(at), techInfo=objection[:255]
            )
            deed = _told(call, Outcome("Rejected", "InvalidCertificate"))
            return Deed(answer=deed.answer, then=lambda: self._refused(use, event))
        return Deed(answer=call.answered(status="Accepted"), then=lambda: self._took(use, at))

    def _refused(self, use: str, event: OcppMessage) -> None:
        """Tell of it, and ask no more: what the backend signs next would be no better (A02.FR.07, A02.FR.20)."""
        self._asked.pop(use, None)
        self._say(event)

    def _took(self, use: str, at: float) -> None:
        self._asked.pop(use, None)
        self._plan_renewals()
        if use == SECC:
            self.statuses.ask(at)
        self.renewed(use, at)

    def _list(self, call: OcppMessage, payload: Payload, _at: float) -> Deed:
        found = self.store.listed(payload.get("certificateType", ()))
        if not found:
            return done(call, "NotFound")
        return done(call, "Accepted", certificateHashDataChain=found)

    def _plan_renewals(self) -> None:
        for use, own in self.store.chains.items():
            ends = loaded(own.chain[0]).not_valid_after_utc.timestamp()
            self._renew_at[use] = ends - self._terms.renews_before


def _told(call: OcppMessage, outcome: Outcome) -> Deed:
    return done(call, outcome.status, outcome.reason)
