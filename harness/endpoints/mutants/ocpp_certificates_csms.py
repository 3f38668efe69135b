"""Backends with one fault each in what they sign, tell or hand out."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.endpoints.csms.csms import Csms
from harness.endpoints.csms.known import Known
from harness.endpoints.mutants.mutant import Mutant, series
from harness.endpoints.ocpp_certificates import write_pem
from harness.endpoints.station.refusals import filled
from harness.messages.field import Message
from harness.messages.iso20.common import CertificateInstallationRes
from harness.messages.iso20.types import MessageHeader, Processing, ResponseCode
from harness.messages.namespaces import ISO2_MESSAGE
from harness.messages.ocpp import (
    Authorize,
    CertificateSigned,
    Get15118EVCertificate,
    GetCertificateStatus,
    OcppMessage,
    SignCertificate,
)
from harness.messages.schema import decode, encode
from harness.pki.ocsp import Status

Payload = dict[str, Any]
Make = Callable[[Csms], Csms]

_mutant = series(Csms, Role.CSMS, ids="ocpp-csms-", cases="OCPP-CSMS-")
_OTHER = {"ChargingStationCertificate": "V2GCertificate", "V2GCertificate": "ChargingStationCertificate"}


def _answering(selector: Any, change: Callable[[OcppMessage, OcppMessage], Any]) -> Make:
    return lambda good: good.answering(selector, change)


def _reversed(_heard: OcppMessage, usual: OcppMessage) -> Payload:
    """The chain from its top down."""
    end = "-----END CERTIFICATE-----\n"
    parts = [part + end for part in usual.payload["certificateChain"].split(end) if part.strip()]
    return {**usual.payload, "certificateChain": "".join(reversed(parts))}


def _other_kind(_heard: OcppMessage, usual: OcppMessage) -> Payload:
    return {**usual.payload, "certificateType": _OTHER[usual.payload["certificateType"]]}


def _signs_everything(heard: OcppMessage, _usual: OcppMessage) -> Payload:
    return {"status": "Accepted"}


def _nonsense(_heard: OcppMessage, usual: OcppMessage) -> Any:
    if usual.payload["status"] != "Accepted":
        return usual
    return {**usual.payload, "ocspResult": b64encode(b"TEST ONLY, no OCSP response").decode()}


def _made_up(good: Csms) -> Csms:
    """Where it knows nothing, the status of another certificate."""
    office = good.office

    def change(_heard: OcppMessage, usual: OcppMessage) -> Any:
        known = office.certificates()
        if usual.payload["status"] == "Accepted" or not known or office.respond is None:
            return usual
        response = office.respond(known[0], Status.GOOD)
        return {"status": "Accepted", "ocspResult": b64encode(response).decode()}

    return good.answering(GetCertificateStatus.response, change)


def _without_signature(message: Message) -> Message:
    header: Any = message.header  # type: ignore[attr-defined]
    return replace(message, header=replace(header, signature=None))


def _unsigned(heard: OcppMessage, usual: OcppMessage) -> Any:
    """The response without its signature, where there is one."""
    text = usual.payload.get("exiResponse")
    if not text:
        return usual
    schema = "iso2" if heard.payload["iso15118SchemaVersion"] == ISO2_MESSAGE else "common"
    spoilt = _without_signature(decode(schema, b64decode(text)))
    return {**usual.payload, "exiResponse": b64encode(encode(spoilt)).decode()}


def _to_anybody(_heard: OcppMessage, usual: OcppMessage) -> Any:
    """A made-up answer for whoever gets none."""
    return usual if usual.payload["status"] == "Accepted" else {"status": "Accepted", "exiResponse": _response()}


def _response() -> str:
    """A response that says OK and holds fillers."""
    made = filled(
        CertificateInstallationRes,
        header=MessageHeader(session_id=bytes(8), time_stamp=0),
        response_code=ResponseCode.OK,
        evse_processing=Processing.FINISHED,
    )
    return b64encode(encode(made)).decode()


def _again(known: Known) -> OcppMessage | None:
    return CertificateSigned(certificateChain=write_pem(known.issued[-1])) if known.issued else None


def _presses(good: Csms) -> Csms:
    for nth in (1, 2, 3):
        good = good.asking(_again, after=CertificateSigned.response, nth=nth, delay=1.0)
    return good


def _lenient(good: Csms) -> Csms:
    """Nobody looks at chains, and each is called good."""
    return good.answering(
        Authorize.response, lambda _h, _u: {"idTokenInfo": {"status": "Accepted"}, "certificateStatus": "Accepted"}
    )


MUTANTS: tuple[Mutant, ...] = (
    _mutant(
        "csr-reversed",
        "The backend sends the chain from its top down",
        ("CSR-001", "CSR-002"),
        _answering(CertificateSigned, _reversed),
    ),
    _mutant(
        "csr-other-kind",
        "The backend sends the certificate for another use than it was asked for",
        ("CSR-001", "CSR-002"),
        _answering(CertificateSigned, _other_kind),
    ),
    _mutant(
        "csr-accepts-anything",
        "The backend accepts every request for a certificate",
        ("CSR-003",),
        _answering(SignCertificate.response, _signs_everything),
    ),
    _mutant(
        "csr-presses",
        "The backend sends the same chain again and again to a station that refuses it",
        ("CSR-004",),
        _presses,
    ),
    _mutant(
        "crt-nonsense",
        "The backend answers a question for a status with no OCSP response",
        ("CRT-001",),
        _answering(GetCertificateStatus.response, _nonsense),
    ),
    _mutant(
        "crt-made-up",
        "The backend tells a good status of certificates that it does not know",
        ("CRT-002",),
        _made_up,
    ),
    _mutant(
        "cin-unsigned",
        "The backend hands out contracts without the signature of the provisioning service",
        ("CIN-001", "CIN-002", "CIN-003"),
        _answering(Get15118EVCertificate.response, _unsigned),
    ),
    _mutant(
        "cin-anybody",
        "The backend says that it has a contract for whoever asks",
        ("CIN-004",),
        _answering(Get15118EVCertificate.response, _to_anybody),
    ),
    _mutant(
        "pnc-half-a-verdict",
        "The backend says of a contract what its account is, and nothing of its certificate",
        ("PNC-001",),
        _answering(Authorize.response, lambda _h, usual: {"idTokenInfo": usual.payload["idTokenInfo"]}),
    ),
    _mutant(
        "pnc-lenient",
        "The backend calls every contract good",
        ("PNC-002", "PNC-003"),
        _lenient,
    ),
)
