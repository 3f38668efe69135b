"""Whether prices come from the provider of the contract: the CA above it signs what the EV is offered."""

from __future__ import annotations

from harness.endpoints.ev.journey import Journey
from harness.messages.iso20.common import ScheduleExchangeRes
from harness.security.message import signed_parts
from harness.security.objection import refusal
from harness.security.verify import verify


def look_at_signature(journey: Journey, answer: ScheduleExchangeRes) -> None:
    """Remark whether signed prices are the provider's; the EV charges all the same."""
    papers, parts = journey.papers, signed_parts(answer)
    if not papers.paying or papers.contract is None or not parts or answer.header.signature is None:
        return
    if len(papers.contract.chain) < 2:
        journey.remarks.append("signed prices: there is no certificate of the provider to look at them with")
        return
    refused = refusal(verify(answer.header.signature, parts, papers.contract.chain[1], schema="common"))
    told = "are the provider's" if refused is None else f"are not the provider's: {refused}"
    journey.remarks.append(f"signed prices {told}")
