"""What a backend makes of contracts: hands them out (M01, M02), and says whether they may pay (C07)."""

from __future__ import annotations

import binascii
import os
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any

from cryptography import x509

from harness.endpoints.contract_office import contracts_for, handed_out, installed_iso2, plain, updated_iso2
from harness.endpoints.csms.csms import Csms
from harness.endpoints.csms.known import Known
from harness.endpoints.ocpp_certificates import read_pem
from harness.exi.errors import ExiError
from harness.messages.envelope import body_of, header_of, session_id_of, wrap
from harness.messages.field import Message
from harness.messages.iso2.certificates import CertificateInstallationReq as Iso2InstallationReq
from harness.messages.iso2.certificates import CertificateUpdateReq
from harness.messages.iso20.common import CertificateInstallationReq
from harness.messages.iso20.types import MessageHeader, ResponseCode
from harness.messages.namespaces import COMMON_MESSAGES, ISO2_MESSAGE
from harness.messages.ocpp import OcppMessage
from harness.messages.schema import decode, encode
from harness.pki.path import check_path
from harness.security.authorization import common_name
from harness.security.keys import read_certificate
from harness.security.message import SignedBody

Payload = dict[str, Any]

_SCHEMAS = {COMMON_MESSAGES: "common", ISO2_MESSAGE: "iso2"}
_INSTALL, _UPDATE = "Install", "Update"
_LONGEST = 5_500
"""Characters of a chain in Authorize."""
_BY_CODE = {
    "path.expired": "CertificateExpired",
    "path.not_yet_valid": "CertChainError",
    "path.revoked": "CertificateRevoked",
    "path.signature": "SignatureError",
}
"""Which status says what was found; all else that is wrong with a chain is a chain error."""
_TOKEN_STATUS = {"CertificateExpired": "Expired", "ContractCancelled": "Blocked"}
"""What the token counts as beside a status of its certificate; Invalid otherwise (C07.FR.13 to C07.FR.17)."""


def ev_certificate(csms: Csms, known: Known, call: OcppMessage, at: float) -> OcppMessage:
    """A response for the EV as it is to travel; Failed and empty where there is none (M01.FR.01)."""
    office = csms.office
    if office.provider.service is None:
        return call.refused("NotSupported", "this backend hands out no contracts")
    ask = _read(call.payload)
    answer = None if ask is None else _answer(csms, known, call.payload["action"], ask, at)
    response = "" if answer is None else b64encode(encode(answer)).decode()
    if not response or len(response) > office.longest_response:
        reason = "NoContract" if not response else "ResponseTooLong"
        return call.answered(status="Failed", exiResponse="", statusInfo={"reasonCode": reason})
    return call.answered(status="Accepted", exiResponse=response)


def contract_verdict(csms: Csms, known: Known, payload: Payload, at: float) -> tuple[str, str]:
    """What a contract counts as, and its token: certificateStatus, and the status of idTokenInfo (C07)."""
    status = _chain_status(csms, payload, at) or _hashes_status(csms, known, payload, at)
    account = csms.token_status(payload["idToken"]["idToken"])
    if status:
        return status, _TOKEN_STATUS.get(status, "Invalid")
    if _cancelled(csms, payload["idToken"]["idToken"]):
        return "ContractCancelled", _TOKEN_STATUS["ContractCancelled"]
    return ("Accepted" if account == "Accepted" else "ContractCancelled"), account


def _read(payload: Payload) -> Message | None:
    """The request of the EV, in its envelope where it has one."""
    schema = _SCHEMAS.get(payload["iso15118SchemaVersion"])
    if schema is None:
        return None
    try:
        return decode(schema, b64decode(payload["exiRequest"], validate=True))
    except (binascii.Error, ValueError, ExiError):
        return None


def _answer(csms: Csms, known: Known, action: str, ask: Message, at: float) -> Message | None:
    provider, body = csms.office.provider, body_of(ask)
    if isinstance(body, CertificateInstallationReq) and action == _INSTALL:
        contracts = contracts_for(provider, body, at)
        if isinstance(contracts, ResponseCode):
            return None
        session = body.header.session_id
        before = known.handed_out.get(session, 0)
        known.handed_out[session] = before + 1
        header = MessageHeader(session_id=session, time_stamp=int(at))
        return handed_out(provider, body, contracts, header, before=before, chance=os.urandom)
    earlier, signature = provider.earlier or provider, getattr(header_of(ask), "signature", None)
    signed: object = None
    if isinstance(body, Iso2InstallationReq) and action == _INSTALL:
        signed = installed_iso2(earlier, body, signature, at, os.urandom)
    elif isinstance(body, CertificateUpdateReq) and action == _UPDATE:
        signed = updated_iso2(earlier, body, signature, at, os.urandom)
    if not isinstance(signed, SignedBody):
        return None
    return wrap(signed.body, session_id_of(ask) or bytes(8), signature=signed.signature)


def _chain_status(csms: Csms, payload: Payload, at: float) -> str:
    """What is wrong with a chain that came as a whole; empty for nothing, or where none came."""
    text = payload.get("certificate")
    if text is None:
        return ""
    chain = read_pem(text, longest=_LONGEST)
    if not chain:
        return "CertChainError"
    roots = csms.office.contract_roots
    if not roots:
        return ""
    found = check_path(chain, roots, at, revoked=csms.office.revoked)
    if not found and plain(common_name(chain[0])) != plain(payload["idToken"]["idToken"]):
        return "CertChainError"
    return _BY_CODE.get(found[0].code, "CertChainError") if found else ""


def _hashes_status(csms: Csms, known: Known, payload: Payload, at: float) -> str:
    """What is known against certificates that hashes name; of those that nobody knows here, nothing is."""
    issued = tuple(chain[0] for chain in known.issued)
    for asked in payload.get("iso15118CertificateHashData", ()):
        der = csms.office.certificate_of(asked, issued)
        read = None if der is None else read_certificate(der)
        if not isinstance(read, x509.Certificate):
            continue
        if der in csms.office.revoked:
            return "CertificateRevoked"
        if at > read.not_valid_after_utc.timestamp():
            return "CertificateExpired"
    return ""


def _cancelled(csms: Csms, emaid: str) -> bool:
    provider = csms.office.provider
    if plain(emaid) in {plain(one) for one in provider.cancelled}:
        return True
    return provider.accounts is not None and plain(emaid) not in {plain(one) for one in provider.accounts}


ANSWERERS: dict[str, Callable[[Csms, Known, OcppMessage, float], OcppMessage]] = {
    "Get15118EVCertificate": ev_certificate,
}
