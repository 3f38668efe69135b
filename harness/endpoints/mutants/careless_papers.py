"""EV behaviours that are careless about contracts."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.evcc import Evcc
from harness.endpoints.ev.journey import Steps, say
from harness.endpoints.ev.services import ask_services
from harness.messages.field import Message
from harness.messages.iso20.common import (
    AuthorizationReq,
    AuthorizationRes,
    CertificateInstallationRes,
    PncAReqAuthorizationMode,
    SubCertificates,
)
from harness.messages.iso20.types import Processing, ResponseCode, V2gResponse
from harness.pki.credentials import Credentials
from harness.security.assessment import chain_of
from harness.security.authorization import authorization_request
from harness.security.contract_key import open_sealed
from harness.security.flaw import SignatureFlaw
from harness.security.installation import sealed_of
from harness.security.objection import Objection


class GoesOnWhenWarned(Evcc):
    """Takes a warning about its contract for an authorization."""

    kind: type[V2gResponse] = AuthorizationRes

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `Evcc.follow`."""
        if isinstance(answer, self.kind) and answer.response_code.startswith("WARNING"):
            return ask_services(self.journey, moment)
        return super().follow(answer, moment)


class GoesOnWithoutContract(GoesOnWhenWarned):
    """Asks for services when it gets no contract."""

    kind = CertificateInstallationRes


class DiesSoon(Evcc):
    """Breaks off when its contract expires soon."""

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `Evcc.follow`."""
        soon = ResponseCode.OK_CERTIFICATE_EXPIRES_SOON
        if isinstance(answer, AuthorizationRes) and answer.response_code is soon:
            return self.journey.break_off("the contract expires soon")
        return super().follow(answer, moment)


class BelievesAnyService(Evcc):
    """Pays by whatever contract it is given, with its old key where the new one cannot be had."""

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `Evcc.follow`."""
        papers = self.journey.papers
        finished = isinstance(answer, CertificateInstallationRes) and answer.evse_processing is Processing.FINISHED
        if not finished or papers.contract is None or not isinstance(answer, CertificateInstallationRes):
            return super().follow(answer, moment)
        contract = self._taken(answer, papers.contract)
        papers.said = authorization_request(self.journey.header(moment), papers.challenge, contract)
        return say(papers.said)

    def _taken(self, answer: CertificateInstallationRes, old: Credentials) -> Credentials:
        data, own = answer.signed_installation_data, self.journey.ev.provisioning
        shown, sealed = data.contract_certificate_chain, sealed_of(data)
        chain = chain_of(shown.certificate, shown.sub_certificates.certificate)
        key = old.key
        if own is not None and not isinstance(sealed, Objection):
            opened = open_sealed(sealed, own, shown.certificate)
            key = old.key if isinstance(opened, Objection) else opened
        return Credentials(chain=chain, key=key)


class KeepsItsOldContract(Evcc):
    """Asks for a contract, and goes on paying by the one that was refused."""

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `Evcc.follow`."""
        papers = self.journey.papers
        if isinstance(answer, CertificateInstallationRes) and papers.contract is not None:
            papers.said = authorization_request(self.journey.header(moment), papers.challenge, papers.contract)
            return say(papers.said)
        return super().follow(answer, moment)


def signing_anew(contract_of: Any, *, flaw: SignatureFlaw | None = None, id_: str = "id1") -> Any:
    """For `Ev.answering`: a request by contract signed once more, otherwise than it was."""

    def change(_: Any, usual: AuthorizationReq) -> AuthorizationReq:
        block, contract = usual.authorization_mode, contract_of()
        if not isinstance(block, PncAReqAuthorizationMode) or contract is None:
            return usual
        return authorization_request(usual.header, block.gen_challenge, contract, flaw=flaw, id_=id_)

    return change


def bloated(_: Any, usual: AuthorizationReq) -> AuthorizationReq:
    """A request by contract whose first certificate above the contract has a byte behind its end."""
    block = usual.authorization_mode
    if not isinstance(block, PncAReqAuthorizationMode):
        return usual
    shown = block.contract_certificate_chain
    lowest, *rest = shown.sub_certificates.certificate
    above = (lowest + b"\0", *rest)
    chain = replace(shown, sub_certificates=SubCertificates(certificate=above))
    return replace(usual, authorization_mode=replace(block, contract_certificate_chain=chain))
