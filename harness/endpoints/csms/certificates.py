"""What a backend answers about certificates of stations, and what it sends of its own accord then."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Any

from harness.endpoints.csms.authority import common_name_of, read_request
from harness.endpoints.csms.csms import Csms
from harness.endpoints.csms.known import Known
from harness.endpoints.ocpp_certificates import write_pem
from harness.endpoints.station.certificate_terms import STATION
from harness.messages.ocpp import CertificateSigned, OcppMessage
from harness.pki.ocsp import Status

Payload = dict[str, Any]

_LONGEST = 5_500
"""Characters of ocspResult."""


def sign_certificate(csms: Csms, known: Known, call: OcppMessage, _at: float) -> OcppMessage:
    """Whether a certificate will come (A02.FR.11)."""
    if not csms.office.authorities:
        return call.refused("NotSupported", "this backend signs no certificates")
    objection = _objection(csms, known, call.payload)
    if objection:
        info = {"reasonCode": "InvalidCSR", "additionalInfo": objection}
        return call.answered(status="Rejected", statusInfo=info)
    return call.answered(status="Accepted")


def certificate_signed(csms: Csms, known: Known, call: OcppMessage, at: float) -> OcppMessage | None:
    """The certificate that was promised, for the use that was asked for (A02.FR.14)."""
    use = _use(call.payload)
    authority, request = csms.office.authorities.get(use), read_request(call.payload["csr"])
    if authority is None or isinstance(request, str):
        return None
    chain = authority.sign(request, at)
    known.issued.append(chain)
    return CertificateSigned(certificateChain=write_pem(chain), certificateType=use)


def certificate_status(csms: Csms, known: Known, call: OcppMessage, at: float) -> OcppMessage:
    """An OCSP response in base64, for a certificate that is known here (M06.FR.02, M06.FR.03)."""
    office, asked = csms.office, call.payload["ocspRequestData"]
    if office.respond is None and not office.authorities:
        return call.refused("NotSupported", "this backend knows no responder")
    issued = tuple(chain[0] for chain in known.issued)
    found = office.certificate_of(asked, issued)
    if found is None:
        return call.answered(status="Failed", statusInfo={"reasonCode": "UnknownCertificate"})
    status = Status.REVOKED if found in office.revoked else Status.GOOD
    response = _response(csms, known, found, status, at)
    text = b64encode(response).decode() if response is not None else ""
    if not text or len(text) > _LONGEST:
        return call.answered(status="Failed", statusInfo={"reasonCode": "NoResponder"})
    return call.answered(status="Accepted", ocspResult=text)


def _response(csms: Csms, known: Known, certificate: bytes, status: Status, at: float) -> bytes | None:
    office = csms.office
    for chain in known.issued:
        signer = next((one for one in office.authorities.values() if one.issuer.chain == chain[1:]), None)
        if certificate == chain[0] and signer is not None:
            return signer.status(certificate, at, status)
    return office.respond(certificate, status) if office.respond is not None else None


def _objection(csms: Csms, known: Known, payload: Payload) -> str:
    use = _use(payload)
    if use not in csms.office.authorities:
        return f"nobody here signs a {use}"
    request = read_request(payload["csr"])
    if isinstance(request, str):
        return request
    serial = known.boots[-1]["chargingStation"].get("serialNumber", "") if known.boots else ""
    if use == STATION and serial and common_name_of(request) != serial:
        return "the request is for another station"
    return ""


def _use(payload: Payload) -> str:
    return str(payload.get("certificateType", STATION))


ANSWERERS: dict[str, Callable[[Csms, Known, OcppMessage, float], OcppMessage]] = {
    "GetCertificateStatus": certificate_status,
    "SignCertificate": sign_certificate,
}
