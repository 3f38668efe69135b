"""The EV getting contract certificates over the charging cable."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.journey import Journey, Steps, say
from harness.messages.iso20.common import CertificateInstallationRes
from harness.security.assessment import Trust
from harness.security.installation import install, installation_request
from harness.security.objection import refusal


def ask_contract(journey: Journey, moment: Moment) -> Steps:
    """Ask with the provisioning key for a contract, one after the other until the EV has as many as it wants."""
    papers, ev = journey.papers, journey.ev
    if ev.provisioning is None:
        return journey.break_off("there is no provisioning certificate to ask for a contract with")
    header, roots = journey.header(moment), _roots(journey)
    papers.said = installation_request(header, ev.provisioning, roots, most=ev.contracts_wanted)
    return say(papers.said)


def take_contract(journey: Journey, answer: CertificateInstallationRes, moment: Moment) -> Steps:
    """Keep a contract that is rightly signed, sealed and certified (V2G20-1078); then perhaps ask for another."""
    papers, ev = journey.papers, journey.ev
    if answer.response_code.startswith("WARNING"):
        papers.failed.add("installation")
        papers.why = f"no contract: {answer.response_code}"
        return ()
    if ev.provisioning is None:
        return journey.break_off("a contract came that nobody asked for")
    got = install(answer, ev.provisioning, Trust(roots=_roots(journey), strict=ev.strict_papers), moment.at)
    if got.contract is None:
        papers.failed.add("installation")
        papers.why = f"contract not taken: {refusal(got.objections, strict=ev.strict_papers)}"
        journey.remarks.append(papers.why)
        return ()
    papers.take(got.contract)
    if answer.remaining_contract_certificate_chains and len(papers.installed) < ev.contracts_wanted:
        return ask_contract(journey, moment)
    papers.failed.add("installation")
    return ()


def _roots(journey: Journey) -> tuple[bytes, ...]:
    """The V2G roots of the EV."""
    return journey.ev.service_roots or journey.ev.trust
