"""Stores and requests for certificates that a careless station has, and halves that put them to use."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from harness.endpoints.behaviour import Say
from harness.endpoints.ocpp_certificates import HashData, read_pem
from harness.endpoints.spoken import Spoken
from harness.endpoints.station.certificate_store import V2G_CHAIN, CertificateStore, Outcome
from harness.endpoints.station.certificate_terms import SECC
from harness.endpoints.station.ocpp.half import BackendHalf
from harness.endpoints.station.ocpp.statuses import StatusQuestions
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.signing import Signing
from harness.messages.ocpp import GetCertificateStatus, Kind, OcppMessage
from harness.pki.credentials import Credentials
from harness.sessions.ocpp.station import StationSession

_ACCEPTED = Outcome("Accepted")


class TakesAnySignature(Signing):
    """Takes whatever chain comes for the one that it asked for."""

    def take(self, use: str, text: str, at: float) -> str:
        """See `Signing.take`."""
        chain, own = read_pem(text, longest=10_000), self.store.chains.get(use)
        if chain and own is not None:
            self.store.chains[use] = Credentials(chain=chain, key=own.key)
        return ""


class TakesNoSignature(Signing):
    """Finds fault with every chain."""

    def take(self, use: str, text: str, at: float) -> str:
        """See `Signing.take`."""
        return "it does not please"


class KeepsTheOldChain(Signing):
    """Takes a new certificate and goes on showing the old one."""

    def take(self, use: str, text: str, at: float) -> str:
        """See `Signing.take`."""
        objection = super().take(use, text, at)
        self.store.renewed.discard(use)
        return objection


class ForgetsRoots(CertificateStore):
    """Says that it installs roots, and keeps none."""

    def install(self, use: str, text: str, at: float) -> Outcome:
        """See `CertificateStore.install`."""
        return _ACCEPTED


class TakesAnyRoot(CertificateStore):
    """Says of whatever comes that it was installed."""

    def install(self, use: str, text: str, at: float) -> Outcome:
        """See `CertificateStore.install`."""
        super().install(use, text, at)
        return _ACCEPTED


class InstallsTwice(CertificateStore):
    """Lists a root twice that came twice."""

    def install(self, use: str, text: str, at: float) -> Outcome:
        """See `CertificateStore.install`."""
        self.roots[use] += read_pem(text, longest=5_500)
        return _ACCEPTED


class ListsTheFirst(CertificateStore):
    """Asked for everything, tells of one entry alone."""

    def listed(self, uses: Sequence[str] = ()) -> list[HashData]:
        """See `CertificateStore.listed`."""
        found = super().listed(uses)
        return found if uses else found[:1]


class ListsNoChildren(CertificateStore):
    """Tells of the certificate towards EVs and not of the CAs above it."""

    def listed(self, uses: Sequence[str] = ()) -> list[HashData]:
        """See `CertificateStore.listed`."""
        found = super().listed(uses)
        return [{name: one[name] for name in one if name != "childCertificateHashData"} for one in found]


class ListsTheWrongHash(CertificateStore):
    """Tells of roots by hashes that are not theirs."""

    def listed(self, uses: Sequence[str] = ()) -> list[HashData]:
        """See `CertificateStore.listed`."""
        return [_misnamed(one) for one in super().listed(uses)]


class DeletesNothing(CertificateStore):
    """Says that it deletes, and keeps everything."""

    def delete(self, asked: HashData) -> Outcome:
        """See `CertificateStore.delete`."""
        return _ACCEPTED


class IgnoresInstalledRoots(CertificateStore):
    """Installs roots and trusts those that it was made with."""

    def trusted(self, use: str, usual: Sequence[bytes]) -> tuple[bytes, ...]:
        """See `CertificateStore.trusted`."""
        return tuple(usual)


def keeping(kind: type[CertificateStore]) -> type[BackendHalf]:
    """A half whose station has such a store."""

    class Half(BackendHalf):
        def __init__(self, plant: Plant, session: StationSession, *, started_at: float) -> None:
            old = plant.certificates
            plant.certificates = kind(old.terms, roots=old.roots, chains=old.chains)
            super().__init__(plant, session, started_at=started_at)

    return Half


def signing(kind: type[Signing]) -> type[BackendHalf]:
    """A half that asks for certificates, and takes them, in such a way."""

    class Half(BackendHalf):
        def __init__(self, plant: Plant, session: StationSession, *, started_at: float) -> None:
            super().__init__(plant, session, started_at=started_at)
            self.certificates.signing = kind(plant.certificates, serial=plant.settings.serial)

    return Half


class Insists(BackendHalf):
    """Asks for a certificate again as soon as it was refused one."""

    def _take_answer(self, call: OcppMessage, answer: OcppMessage, at: float) -> None:
        super()._take_answer(call, answer, at)
        if call.action == "SignCertificate" and answer.payload.get("status") == "Rejected":
            self.certificates.request(call.payload["certificateType"])


class AsksForMore(BackendHalf):
    """Wants another certificate as soon as one came, good or bad."""

    def _put(self, spoken: Spoken) -> None:
        super()._put(spoken)
        heard = spoken.heard
        answers = isinstance(spoken.step, Say) and spoken.step.message.kind is not Kind.REQUEST
        if answers and heard is not None and heard.action == "CertificateSigned":
            self.certificates.request(heard.payload["certificateType"])


class NeverWaitsLonger(BackendHalf):
    """Asks again for a certificate after the same time each time."""

    def _take_answer(self, call: OcppMessage, answer: OcppMessage, at: float) -> None:
        wait = self.tuning.signing_wait
        if call.action == "SignCertificate":
            self.tuning.signing_wait = wait / 2 ** (self.certificates.tries(call.payload["certificateType"]) - 1)
        super()._take_answer(call, answer, at)
        self.tuning.signing_wait = wait


class NeverAsksAgain(BackendHalf):
    """Gives a certificate up that does not come."""

    def expire(self, at: float) -> None:
        """See `BackendHalf.expire`."""
        self.tuning.signing_repeats = 0
        super().expire(at)


class NeverAsksStatus(BackendHalf):
    """Does not care for the status of its chain."""

    def __init__(self, plant: Plant, session: StationSession, *, started_at: float) -> None:
        super().__init__(plant, session, started_at=started_at)
        self.certificates.statuses = StatusQuestions(plant.certificates, say=lambda _message: None)


class AsksTheWrongStatus(BackendHalf):
    """Asks for the status of other certificates than its own."""

    def __init__(self, plant: Plant, session: StationSession, *, started_at: float) -> None:
        super().__init__(plant, session, started_at=started_at)
        self.certificates.statuses = StatusQuestions(plant.certificates, say=self._misname)

    def _misname(self, message: OcppMessage) -> None:
        data = {**message.payload["ocspRequestData"], "issuerKeyHash": "00" * 32}
        self._say(GetCertificateStatus(ocspRequestData=data))


class ClosesWithoutStatus(BackendHalf):
    """Lets no EV charge where the status of its chain is not to be had."""

    def _take_answer(self, call: OcppMessage, answer: OcppMessage, at: float) -> None:
        super()._take_answer(call, answer, at)
        if call.action == "GetCertificateStatus" and answer.payload.get("status") == "Failed":
            chains = self._plant.certificates.chains
            chains[SECC] = replace(chains[SECC], chain=chains[SECC].chain[:1])


class ChargesAnybody(BackendHalf):
    """Reads every answer about a contract as Accepted."""

    def _take_answer(self, call: OcppMessage, answer: OcppMessage, at: float) -> None:
        if call.action == "Authorize" and answer.kind is Kind.RESPONSE:
            answer = replace(answer, payload={"idTokenInfo": {"status": "Accepted"}})
        super()._take_answer(call, answer, at)


def _misnamed(one: HashData) -> HashData:
    if one["certificateType"] == V2G_CHAIN:
        return one
    return {**one, "certificateHashData": {**one["certificateHashData"], "issuerKeyHash": "00" * 32}}
