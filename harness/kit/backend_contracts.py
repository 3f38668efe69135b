"""What cases about contracts read out of a link to the backend, beside the EV's own."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any

from msgspec import structs

from harness.core.case import Role
from harness.core.errors import Unreached
from harness.endpoints.ev.ev import Ev
from harness.endpoints.ocpp_certificates import read_pem
from harness.endpoints.station.station import Station
from harness.exi.errors import ExiError
from harness.framing.v2gtp import HEADER_SIZE
from harness.kit.bench import Bench
from harness.kit.contracts import by_contract
from harness.kit.until import seen
from harness.messages.envelope import body_of, header_of
from harness.messages.field import Message
from harness.messages.iso2 import certificates as iso2
from harness.messages.iso20.common import (
    CertificateInstallationReq,
    CertificateInstallationRes,
    PncAReqAuthorizationMode,
)
from harness.messages.ocpp import GetVariables, OcppMessage
from harness.messages.schema import decode, encode
from harness.pki.credentials import Credentials
from harness.security import installation_iso2
from harness.security.assessment import Trust, chain_of
from harness.security.authorization import common_name
from harness.security.installation import install
from harness.trace.entry import Entry, Link, Seen
from harness.trace.trace import Trace

ACCEPTED = {"idTokenInfo": {"status": "Accepted"}, "certificateStatus": "Accepted"}
"""What a backend answers to Authorize that takes a contract."""
_NONSENSE = b64encode(b"TEST ONLY, no EXI").decode()
_LONGEST = 5_500

FAILURES: dict[str, Callable[[OcppMessage, OcppMessage], Any]] = {
    "failed": lambda _heard, _usual: {"status": "Failed", "exiResponse": ""},
    "nonsense": lambda _heard, _usual: {"status": "Accepted", "exiResponse": _NONSENSE},
    "error": lambda heard, _usual: heard.refused("InternalError", "no contracts today"),
}
"""Ways in which a backend brings no contract."""


BAD_WISHES: dict[str, Callable[[Any, OcppMessage], dict[str, Any]]] = {
    "nonsense": lambda _heard, usual: {**usual.payload, "exiRequest": _NONSENSE},
    "no_base64": lambda _heard, usual: {**usual.payload, "exiRequest": "TEST ONLY!"},
    "another_schema": lambda _heard, usual: {**usual.payload, "iso15118SchemaVersion": "urn:test-only"},
    "broken_signature": lambda _heard, usual: {**usual.payload, "exiRequest": _spoilt(usual.payload["exiRequest"])},
}
"""Requests for contracts that nobody should grant."""
_PAIRS = {
    "CertChainError": ("Invalid",),
    "CertificateExpired": ("Expired",),
    "CertificateRevoked": ("Invalid",),
    "ContractCancelled": ("Blocked", "Expired", "Invalid", "Unknown"),
}
"""What a token counts as beside a status of its certificate (C07.FR.13 to C07.FR.17)."""
_STATUSES = frozenset({"Accepted", "SignatureError", "NoCertificateAvailable", *_PAIRS})


def paying_by_contract(bench: Bench, contract: Credentials | None = None) -> tuple[Ev, Station]:
    """An EV that pays by its contract, its own or this one, at a station that takes nothing else."""
    return bench.contracts.paying(bench.ev, contract=contract), bench.contracts.taking(bench.station, "pnc")


def without_contract(bench: Bench, *, additional: bool = False) -> tuple[Ev, Station]:
    """An EV of ISO 15118-20 without a contract at a station that can have one installed; on Ed448 if `additional`."""
    provisioning = bench.pki.additional.provisioning_chain() if additional else None
    station = bench.contracts.taking(bench.station, "pnc").set(certificate_installation=True)
    return bench.contracts.without(bench.ev, provisioning=provisioning), station


def installation_faults(bench: Bench, reply: Entry, *, additional: bool = False) -> tuple[str, ...]:
    """What keeps our EV of ISO 15118-20 from using the contract in an answer; empty for a good one.

    Args:
        bench: knows the EV's papers, and the roots that provisioning services may end at.
        reply: to Get15118EVCertificate.
        additional: whether the EV's papers are those on Ed448.
    """
    response = brought(reply, "common")
    if not isinstance(response, CertificateInstallationRes):
        return ("it holds no CertificateInstallationRes",)
    pki = bench.pki.additional if additional else bench.pki
    got = install(response, pki.provisioning_chain(), Trust(roots=bench.ev.service_roots), reply.at)
    return () if got.contract is not None else tuple(str(one) for one in got.objections)


def older_faults(bench: Bench, reply: Entry, how: str) -> tuple[str, ...]:
    """The same for an EV of ISO 15118-2; `how` is `installation` or `update`."""
    whole = _whole(reply, "iso2")
    body = None if whole is None else body_of(whole)
    if not isinstance(body, iso2.CertificateInstallationRes | iso2.CertificateUpdateRes) or whole is None:
        return ("it holds no response of that kind",)
    old = bench.pki.earlier
    recipient = old.provisioning_chain() if how == "installation" else old.contract_chain()
    trust = Trust(roots=(*old.v2g_roots, *bench.ev.service_roots), strict=False)
    got = installation_iso2.install(body, getattr(header_of(whole), "signature", None), recipient, trust, reply.at)
    return () if got.contract is not None else tuple(str(one) for one in got.objections)


def brought_nothing(reply: Entry) -> bool:
    """Whether an answer to Get15118EVCertificate brings no contract: an error, a failure, a response that refuses."""
    if reply.payload.get("status") != "Accepted":
        return True
    codes = (getattr(brought(reply, schema), "response_code", "") for schema in ("common", "iso2"))
    return not any(str(code).startswith("OK") for code in codes)


def verdict_faults(reply: Entry) -> tuple[str, ...]:
    """What is wrong with an answer to Authorize about a contract; empty for any clear one."""
    status, account = reply.payload.get("certificateStatus"), reply.payload.get("idTokenInfo", {}).get("status")
    if status not in _STATUSES:
        return (f"certificateStatus is {status!r}",)
    if status == "Accepted":
        return ()
    if account not in _PAIRS.get(status, (account,)) or account == "Accepted":
        return (f"certificateStatus {status} goes with no token that is {account}",)
    return ()


def contract_shown(trace: Trace) -> tuple[bytes, ...]:
    """The contract chain (DER, leaf first) that the EV paid with.

    Raises:
        Unreached: it paid with none.
    """
    block = by_contract(trace).message.authorization_mode
    if not isinstance(block, PncAReqAuthorizationMode):
        raise Unreached("the EV showed no contract")
    shown = block.contract_certificate_chain
    return chain_of(shown.certificate, shown.sub_certificates.certificate)


def emaid_of(chain: tuple[bytes, ...]) -> str:
    """The account that a contract chain (DER, leaf first) names, without hyphens."""
    return plain(common_name(chain[0]))


def plain(emaid: object) -> str:
    """An EMAID without hyphens, in capitals."""
    return str(emaid).replace("-", "").upper()


def certificates_in(text: object) -> tuple[bytes, ...]:
    """The certificates (DER) of a PEM text; none where it cannot be read."""
    return read_pem(str(text), longest=_LONGEST)


async def allows_central_validation(bench: Bench) -> bool:
    """Whether the station says that contracts may be validated by the backend.

    Raises:
        Unreached: it does not answer.
    """
    named = {"component": {"name": "ISO15118Ctrlr"}, "variable": {"name": "CentralContractValidationAllowed"}}
    ask = GetVariables(getVariableData=[named])
    trace = await bench.run(bench.csms.asking(ask, delay=1.0), plug=False, until=seen(GetVariables.response))
    result = trace.first(GetVariables.response).payload["getVariableResult"][0]
    return str(result.get("attributeValue", "")).lower() == "true"


def as_the_ev_sent(asked: Entry, trace: Trace) -> bool:
    """Whether the exiRequest of a Get15118EVCertificate is an EXI document of the EV, to the last bit."""
    request = _decoded(asked.payload.get("exiRequest"))
    frames = trace.all(Seen, link=Link.V2G, sent_by=Role.EV)
    return request in {entry.body.data[HEADER_SIZE:] for entry in frames if isinstance(entry.body, Seen)}


def brought(answer: Entry, schema: str) -> Message | None:
    """The response for the EV in an answer to Get15118EVCertificate; None where there is none.

    Args:
        answer: of the backend.
        schema: `common` or `iso2`.
    """
    whole = _whole(answer, schema)
    return None if whole is None else body_of(whole)


def signed_part(response: Message | None) -> tuple[Any, ...]:
    """What the provisioning service signed of a response; nothing where it is none."""
    if isinstance(response, CertificateInstallationRes):
        return (response.signed_installation_data, response.cps_certificate_chain)
    if isinstance(response, iso2.CertificateInstallationRes | iso2.CertificateUpdateRes):
        return (
            response.contract_signature_cert_chain,
            response.contract_signature_encrypted_private_key,
            response.dh_public_key,
            response.emaid,
        )
    return ()


def _whole(answer: Entry, schema: str) -> Message | None:
    try:
        return decode(schema, _decoded(answer.payload.get("exiResponse")))
    except ExiError:
        return None


def _spoilt(request: str) -> str:
    """A request of ISO 15118-20 with one bit of its signature changed."""
    ask = decode("common", _decoded(request))
    if not isinstance(ask, CertificateInstallationReq) or ask.header.signature is None:
        return request
    signature = ask.header.signature
    value = signature.signature_value
    octets = value.value[:-1] + bytes([value.value[-1] ^ 1])
    signature = structs.replace(signature, signature_value=structs.replace(value, value=octets))
    return b64encode(encode(structs.replace(ask, header=structs.replace(ask.header, signature=signature)))).decode()


def _decoded(text: object) -> bytes:
    try:
        return b64decode(str(text or ""), validate=True)
    except (binascii.Error, ValueError):
        return b""
