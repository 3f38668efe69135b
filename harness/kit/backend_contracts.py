"""What cases about contracts read out of a link to the backend, beside the EV's own."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any

from harness.core.case import Role
from harness.core.errors import Unreached
from harness.endpoints.ocpp_certificates import read_pem
from harness.exi.errors import ExiError
from harness.framing.v2gtp import HEADER_SIZE
from harness.kit.bench import Bench
from harness.kit.contracts import by_contract
from harness.kit.until import seen
from harness.messages.envelope import body_of
from harness.messages.field import Message
from harness.messages.iso2 import certificates as iso2
from harness.messages.iso20.common import CertificateInstallationRes, PncAReqAuthorizationMode
from harness.messages.ocpp import GetVariables, OcppMessage
from harness.messages.schema import decode
from harness.security.assessment import chain_of
from harness.security.authorization import common_name
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


def exi_of(asked: Entry) -> bytes:
    """The EXI in a Get15118EVCertificate; empty where there is none."""
    return _decoded(asked.payload.get("exiRequest"))


def exi_sent(trace: Trace) -> tuple[bytes, ...]:
    """Every EXI document that the EV sent."""
    frames = trace.all(Seen, link=Link.V2G, sent_by=Role.EV)
    return tuple(entry.body.data[HEADER_SIZE:] for entry in frames if isinstance(entry.body, Seen))


def brought(answer: Entry, schema: str) -> Message | None:
    """The response for the EV in an answer to Get15118EVCertificate; None where there is none.

    Args:
        answer: of the backend.
        schema: `common` or `iso2`.
    """
    try:
        return body_of(decode(schema, _decoded(answer.payload.get("exiResponse"))))
    except ExiError:
        return None


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


def _decoded(text: object) -> bytes:
    try:
        return b64decode(str(text or ""), validate=True)
    except (binascii.Error, ValueError):
        return b""
