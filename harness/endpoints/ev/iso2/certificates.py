"""The EV of ISO 15118-2 getting a contract certificate over the charging cable."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.iso2.journey import Iso2Journey, Steps
from harness.messages.iso2.certificates import CertificateInstallationRes, CertificateUpdateRes, SubCertificates
from harness.pki.credentials import Credentials
from harness.pki.path import check_path
from harness.security.authorization import common_name
from harness.security.contract_key_iso2 import SealedIso2, open_sealed
from harness.security.installation_iso2 import installation_request, update_request
from harness.security.objection import Objection, refusal
from harness.security.verify import verify


def ask_certificate(journey: Iso2Journey, moment: Moment) -> Steps:
    """Ask for a first contract with the provisioning key, or for a successor with the contract's own."""
    recipient = _recipient(journey)
    if recipient is None:
        return journey.break_off(f"there is no key to ask for an {journey.terms.get} with")
    asks = installation_request if journey.terms.get == "installation" else update_request
    signed = asks(recipient, journey.roots)
    return journey.say(signed.body, moment, signature=signed.signature)


def installed(
    journey: Iso2Journey, answer: CertificateInstallationRes | CertificateUpdateRes, moment: Moment
) -> Credentials | str:
    """The contract in a response, or why it is not taken: signature and chain of the service, then the key."""
    recipient, service = _recipient(journey), answer.sa_provisioning_certificate_chain
    if recipient is None:
        return "there is no key to open the contract with"
    parts = (
        answer.contract_signature_cert_chain,
        answer.contract_signature_encrypted_private_key,
        answer.dh_public_key,
        answer.emaid,
    )
    objections = verify(moment.header.signature, parts, service.certificate, schema="iso2")
    refused = refusal(objections)
    if refused is not None:
        return f"the contract is not signed by the provisioning service: {refused}"
    above = service.sub_certificates.certificate if service.sub_certificates is not None else ()
    astray = check_path((service.certificate, *above), journey.roots, moment.at)
    if astray:
        return f"the provisioning service is not trusted: {astray[0].text}"
    sealed = SealedIso2(
        dh_public_key=answer.dh_public_key.value, encrypted=answer.contract_signature_encrypted_private_key.value
    )
    leaf = answer.contract_signature_cert_chain.certificate
    key = open_sealed(sealed, recipient, leaf)
    if isinstance(key, Objection):
        return f"the contract's key cannot be used: {key}"
    higher = answer.contract_signature_cert_chain.sub_certificates
    chain = (leaf, *(higher.certificate if higher is not None else ()))
    return Credentials(chain=chain, key=key, label=f"contract {common_name(leaf)}, installed")


def sub_certificates(credentials: Credentials) -> SubCertificates | None:
    """The certificates above a leaf, if there are any."""
    return SubCertificates(certificate=credentials.chain[1:]) if len(credentials.chain) > 1 else None


def _recipient(journey: Iso2Journey) -> Credentials | None:
    """Whose key opens what comes."""
    return journey.provisioning if journey.terms.get == "installation" else journey.contract
