"""What is used against what was offered: services and their variants, schedules, and the block that goes with them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct, field

from harness.checks.choices_older import OfferedBefore20
from harness.checks.course import block_of, connections
from harness.checks.rule import Rule, Tally, is_subject
from harness.core.case import Role
from harness.core.verdict import Finding
from harness.messages.iso20.common import (
    IntValue,
    PowerDeliveryReq,
    ScheduledSeResControlMode,
    ScheduleExchangeRes,
    ServiceDetailReq,
    ServiceDetailRes,
    ServiceDiscoveryRes,
    ServiceSelectionReq,
)
from harness.messages.iso20.energy import is_bidirectional
from harness.messages.iso20.types import ChargeLoopReq, ChargeLoopRes
from harness.trace.entry import Entry
from harness.trace.trace import Trace

_DYNAMIC = 2
"""Value of the service parameter ControlMode."""
_CHOICES = ("V2G20-433", "V2G20-425", "V2G2-425", "V2G2-465", "V2G2-476", "V2G2-479", "V2G-DC-397")


class Offered(Struct, kw_only=True):
    """What one station offered in one connection, and what was taken of it."""

    services: set[int] = field(default_factory=set)
    sets: dict[int, dict[int, Any]] = field(default_factory=dict)
    """By service, the parameter sets by their ids."""
    schedules: set[int] = field(default_factory=set)
    service: int | None = None
    dynamic: bool | None = None

    def hear(self, message: Any) -> None:
        """Take what a message offers or takes."""
        if isinstance(message, ServiceDiscoveryRes):
            listed = [message.energy_transfer_service_list, message.vas_list]
            self.services = {one.service_id for part in listed if part is not None for one in part.service}
        elif isinstance(message, ServiceDetailRes):
            sets = message.service_parameter_list.parameter_set
            self.sets[message.service_id] = {one.parameter_set_id: one for one in sets}
        elif isinstance(message, ServiceSelectionReq):
            chosen = message.selected_energy_transfer_service
            self.service = chosen.service_id
            self.dynamic = _dynamic(self.sets.get(chosen.service_id, {}).get(chosen.parameter_set_id))
        elif isinstance(message, ScheduleExchangeRes) and isinstance(message.control_mode, ScheduledSeResControlMode):
            self.schedules = {one.schedule_tuple_id for one in message.control_mode.schedule_tuple}

    def objection(self, message: Any) -> str | None:
        """What a request takes that was not offered; empty if all was, None if it takes nothing."""
        if isinstance(message, ServiceDetailReq) and self.services:
            return "" if message.service_id in self.services else f"service {message.service_id} was not offered"
        if isinstance(message, ServiceSelectionReq) and self.services:
            return self._selection(message)
        profile = message.ev_power_profile if isinstance(message, PowerDeliveryReq) else None
        wanted = getattr(getattr(profile, "control_mode", None), "selected_schedule_tuple_id", None)
        if wanted is not None and self.schedules:
            return "" if wanted in self.schedules else f"schedule {wanted} was not offered"
        return None

    def _selection(self, message: ServiceSelectionReq) -> str:
        extra = message.selected_vas_list.selected_service if message.selected_vas_list is not None else ()
        for chosen in (message.selected_energy_transfer_service, *extra):
            known = self.sets.get(chosen.service_id)
            if chosen.service_id not in self.services:
                return f"service {chosen.service_id} was not offered"
            if known is not None and chosen.parameter_set_id not in known:
                return f"service {chosen.service_id} has no parameter set {chosen.parameter_set_id}"
        return ""


def _dynamic(parameters: Any) -> bool | None:
    for one in getattr(parameters, "parameter", ()):
        if one.parameter_name == "ControlMode" and isinstance(one.value, IntValue):
            return bool(one.value.value == _DYNAMIC)
    return None


def choices(trace: Trace) -> Iterable[Finding]:
    """The EV asks for details of services, selects pairs and follows schedules that the station offered.

    By the older protocols it also pays in a way, and takes energy in a mode, that the station offered.
    """
    tally = Tally("RULE-V2G-CHOICES", "only what was offered is taken", _CHOICES)
    for frames in connections(trace):
        offers = (Offered(), OfferedBefore20())
        for entry in frames:
            for offered in offers:
                problem = offered.objection(entry.message) if is_subject(trace, entry) else None
                if problem:
                    tally.bad(problem, entry)
                elif problem is not None:
                    tally.good(entry)
                offered.hear(entry.message)
    return tally


def blocks(trace: Trace) -> Iterable[Finding]:
    """Every cycle of the charge loop uses the block of the service and control mode that were selected."""
    tally = Tally("RULE-V2G-CONTROL-MODE", "the charge loop speaks in the selected control mode", ("V2G20-1600",))
    for frames in connections(trace):
        offered = Offered()
        asked: Entry | None = None
        for entry in frames:
            offered.hear(entry.message)
            if isinstance(entry.message, ChargeLoopReq | ChargeLoopRes) and is_subject(trace, entry):
                answers = asked is not None and isinstance(entry.message, ChargeLoopRes) and asked.deliberate
                problem = "" if answers else _wrong_block(entry, offered)
                tally.bad(problem, entry) if problem else tally.good(entry)
            asked = entry if isinstance(entry.message, ChargeLoopReq) else asked
    return tally


def _wrong_block(entry: Entry, offered: Offered) -> str:
    name = getattr(block_of(entry), "name", "")
    code = str(getattr(entry.message, "response_code", ""))
    if not name or code.startswith("FAILED"):
        return ""
    both_ways = name.startswith("BPT_")
    if offered.service is not None and both_ways is not is_bidirectional(offered.service):
        return f"{name} in service {offered.service}"
    if offered.dynamic is not None and ("Dynamic" in name) is not offered.dynamic:
        return f"{name}, while {'Dynamic' if offered.dynamic else 'Scheduled'} control mode was selected"
    return ""


RULES = (
    Rule(
        id="RULE-V2G-CHOICES",
        title="The EV takes only what the station offered",
        judges=(Role.EV,),
        cites=_CHOICES,
        find=choices,
    ),
    Rule(
        id="RULE-V2G-CONTROL-MODE",
        title="The charge loop speaks in the control mode that was selected",
        judges=(Role.EV, Role.STATION),
        cites=("V2G20-1600",),
        find=blocks,
    ),
)
