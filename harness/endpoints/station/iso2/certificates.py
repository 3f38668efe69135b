"""The station of ISO 15118-2 when contract certificates come over the charging cable: installation and update."""

from __future__ import annotations

from typing import Any

from harness.endpoints.behaviour import Moment
from harness.endpoints.contract_office import installed_iso2, updated_iso2, with_retry
from harness.endpoints.station.contract_post import INSTALL, UPDATE, Letter
from harness.endpoints.station.iso2.desk import Handlers, Iso2Desk, Reply, Waiting
from harness.exi.errors import ExiError
from harness.messages.envelope import body_of, header_of
from harness.messages.field import Message
from harness.messages.iso2.certificates import (
    CertificateInstallationReq,
    CertificateInstallationRes,
    CertificateUpdateReq,
    CertificateUpdateRes,
)
from harness.messages.iso2.codes import ResponseCode
from harness.messages.namespaces import ISO2_MESSAGE
from harness.messages.schema import decode

_ANSWERS: dict[str, type[Message]] = {INSTALL: CertificateInstallationRes, UPDATE: CertificateUpdateRes}


def on_installation(desk: Iso2Desk, ask: CertificateInstallationReq, moment: Moment) -> Reply:
    """Hand out a contract, sealed for the key that the manufacturer put into the EV."""
    if _asks_backend(desk):
        return _fetched(desk, INSTALL, moment)
    signed = installed_iso2(desk.provider, ask, _signature(moment), moment.at, desk.entropy)
    if isinstance(signed, ResponseCode):
        return signed
    desk.signature = signed.signature
    return signed.body


def on_update(desk: Iso2Desk, ask: CertificateUpdateReq, moment: Moment) -> Reply:
    """Hand out the successor of a contract, sealed for the key of the old one."""
    if _asks_backend(desk):
        return _fetched(desk, UPDATE, moment)
    signed = updated_iso2(desk.provider, ask, _signature(moment), moment.at, desk.entropy)
    if isinstance(signed, ResponseCode):
        return signed
    desk.signature = signed.signature
    return with_retry(signed, desk.terms.renew_after)


def _asks_backend(desk: Iso2Desk) -> bool:
    return desk.plant.settings.certificates.contracts_from == "backend"


def _fetched(desk: Iso2Desk, action: str, moment: Moment) -> Reply:
    """Have the backend answer; no response of ISO 15118-2 says that it takes a while, so the EV hears nothing yet."""
    plant = desk.plant
    plant.contract_wanted(Letter(action=action, schema=ISO2_MESSAGE, exi=moment.exi), moment.at)
    if not plant.post.arrived(moment.at, within=plant.settings.certificates.answer_within):
        return Waiting()
    brought = _read(plant.post.take(), _ANSWERS[action])
    if brought is None:
        return ResponseCode.FAILED_NO_CERTIFICATE_AVAILABLE
    desk.signature = getattr(header_of(brought), "signature", None)
    return body_of(brought)


def _read(exi: bytes | None, wanted: type[Message]) -> Message | None:
    """The answer of a backend in its envelope, if it is the wanted one."""
    if exi is None:
        return None
    try:
        read = decode("iso2", exi)
    except ExiError:
        return None
    return read if isinstance(body_of(read), wanted) else None


def _signature(moment: Moment) -> Any:
    return moment.header.signature


HANDLERS: Handlers = {CertificateInstallationReq: on_installation, CertificateUpdateReq: on_update}
