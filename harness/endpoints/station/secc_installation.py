"""The station handing out contract certificates over the charging cable: its own, or those of the backend."""

from __future__ import annotations

from msgspec.structs import replace

from harness.endpoints.behaviour import Moment
from harness.endpoints.contract_office import contracts_for, handed_out
from harness.endpoints.station.contract_post import INSTALL, Letter
from harness.endpoints.station.desk import Desk, Handlers, Reply
from harness.endpoints.station.refusals import filled
from harness.exi.errors import ExiError
from harness.messages.iso20.common import CertificateInstallationReq, CertificateInstallationRes
from harness.messages.iso20.types import Processing, ResponseCode
from harness.messages.namespaces import COMMON_MESSAGES
from harness.messages.schema import decode
from harness.sessions.v2g.timers import ONGOING_PERFORMANCE

_ROOM = 5.0
"""Seconds before the EV's own timer ends its patience, in which a refusal still reaches it."""


def on_installation(desk: Desk, ask: CertificateInstallationReq, moment: Moment) -> Reply:
    """Work on it for a while, then hand out one contract, or tell why there is none."""
    if not desk.papers.installs:
        return ResponseCode.FAILED_SEQUENCE_ERROR
    if desk.plant.settings.certificates.contracts_from == "backend":
        return _fetched(desk, ask, moment)
    contracts = contracts_for(desk.provider, ask, moment.at)
    if isinstance(contracts, ResponseCode):
        return contracts if contracts.startswith("FAILED") else _without(desk, ask, moment, contracts)
    if _ongoing(desk):
        return _without(desk, ask, moment, ResponseCode.OK, Processing.ONGOING)
    before = desk.papers.handed_out
    desk.papers.handed_out += 1
    return handed_out(desk.provider, ask, contracts, desk.header(moment), before=before, chance=desk.chance)


def _fetched(desk: Desk, ask: CertificateInstallationReq, moment: Moment) -> Reply:
    """Have the backend answer; the EV, which asks again and again meanwhile, gets it as it comes."""
    plant = desk.plant
    plant.contract_wanted(Letter(action=INSTALL, schema=COMMON_MESSAGES, exi=moment.exi), moment.at)
    if not plant.post.arrived(moment.at, within=ONGOING_PERFORMANCE.limit - _ROOM):
        return _without(desk, ask, moment, ResponseCode.OK, Processing.ONGOING)
    brought = _read(plant.post.take())
    if brought is None:
        return _without(desk, ask, moment, ResponseCode.WARNING_NO_CERTIFICATE_AVAILABLE)
    # The signature, over the data alone, stays; the session is this one.
    return replace(brought, header=replace(desk.header(moment), signature=brought.header.signature))


def _read(exi: bytes | None) -> CertificateInstallationRes | None:
    """The answer of a backend, if it is one."""
    if exi is None:
        return None
    try:
        read = decode("common", exi)
    except ExiError:
        return None
    return read if isinstance(read, CertificateInstallationRes) else None


def _ongoing(desk: Desk) -> bool:
    """Whether it takes longer; the next contract takes its rounds anew."""
    papers = desk.papers
    if papers.installation_rounds is None:
        papers.installation_rounds = desk.plant.settings.installation_rounds
    if papers.installation_rounds > 0:
        papers.installation_rounds -= 1
        return True
    papers.installation_rounds = None
    return False


def _without(
    desk: Desk,
    ask: CertificateInstallationReq,
    moment: Moment,
    code: ResponseCode,
    processing: Processing = Processing.FINISHED,
) -> CertificateInstallationRes:
    """A response that brings nothing: the schema asks for all the parts in any case."""
    header = desk.header(moment)
    reply = filled(CertificateInstallationRes, ask, header=header, response_code=code, evse_processing=processing)
    assert isinstance(reply, CertificateInstallationRes)  # noqa: S101 - what was asked for
    return reply


HANDLERS: Handlers = {CertificateInstallationReq: on_installation}
