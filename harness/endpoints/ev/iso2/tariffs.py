"""Whether tariffs come from the mobility operator: its CA signs what an EV with a contract is offered."""

from __future__ import annotations

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.iso2.journey import Iso2Journey
from harness.messages.iso2.schedule import SAScheduleList
from harness.security.objection import refusal
from harness.security.verify import verify


def tariffs_signed(journey: Iso2Journey, offered: SAScheduleList, moment: Moment) -> list[str]:
    """What keeps the EV from believing the tariffs; it charges all the same, by the default schedule (V2G2-297)."""
    tariffs = [each.sales_tariff for each in offered.sa_schedule_tuple if each.sales_tariff is not None]
    contract = journey.contract
    if not tariffs or contract is None or len(contract.chain) < 2:
        return []
    refused = refusal(verify(moment.header.signature, tariffs, contract.chain[1], schema="iso2"))
    return [] if refused is None else [f"tariffs are not the mobility operator's: {refused}"]
