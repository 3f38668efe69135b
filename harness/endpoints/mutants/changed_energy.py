"""Wrong requests of an EV, made from the right ones: limits, needs, profiles and cycles of the charge loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec.structs import replace

from harness.core.units import Amperes, WattHours, Watts
from harness.endpoints.bending import replace_fields
from harness.messages.field import Message
from harness.messages.iso20.common import (
    ChargeProgress,
    DynamicSeReqControlMode,
    PowerDeliveryReq,
    ScheduledSeReqControlMode,
    ScheduleExchangeReq,
)
from harness.messages.iso20.dc import (
    BptDcCpdReqEnergyTransferMode,
    BptDynamicDcClReqControlMode,
    DcChargeLoopReq,
    DcChargeParameterDiscoveryReq,
    DcCpdReqEnergyTransferMode,
    DynamicDcClReqControlMode,
    ScheduledDcClReqControlMode,
)

Change = Callable[[Any, Any], Any]
_HOUR = 3600


def turned_around(_: Any, said: DcChargeParameterDiscoveryReq) -> DcChargeParameterDiscoveryReq:
    """Each minimum and its maximum change places; a minimum of zero becomes one below it."""
    block = said.energy_transfer_mode
    low = {name: getattr(block, name) for name in block.__struct_fields__ if "_minimum_" in name}
    high = {name: getattr(block, name.replace("minimum", "maximum")) for name in low}
    swapped = {name.replace("minimum", "maximum"): value for name, value in low.items()}
    return replace(said, energy_transfer_mode=replace(block, **high, **swapped))


def block_of_the_other_service(_: Any, said: DcChargeParameterDiscoveryReq) -> DcChargeParameterDiscoveryReq:
    """Limits for discharging added or left out."""
    block = said.energy_transfer_mode
    if isinstance(block, BptDcCpdReqEnergyTransferMode):
        return replace(said, energy_transfer_mode=_narrowed(block, DcCpdReqEnergyTransferMode))
    back = BptDcCpdReqEnergyTransferMode(
        **msgspec.structs.asdict(block),
        ev_maximum_discharge_power=Watts.of(1000.0),
        ev_minimum_discharge_power=Watts.of(0.0),
        ev_maximum_discharge_current=Amperes.of(10.0),
        ev_minimum_discharge_current=Amperes.of(0.0),
    )
    return replace(said, energy_transfer_mode=back)


def block_of_the_other_mode(_: Any, said: ScheduleExchangeReq) -> ScheduleExchangeReq:
    """Needs in the block of Scheduled mode instead of Dynamic mode, or the other way round."""
    if isinstance(said.control_mode, DynamicSeReqControlMode):
        return replace(said, control_mode=ScheduledSeReqControlMode())
    much = WattHours.of(10_000.0)
    needs = DynamicSeReqControlMode(
        departure_time=_HOUR,
        ev_target_energy_request=much,
        ev_maximum_energy_request=much,
        ev_minimum_energy_request=much,
    )
    return replace(said, control_mode=needs)


def in_dynamic(block: type[Message], **values: Any) -> Change:
    """Other values in the block of Dynamic control mode; requests of Scheduled mode stay as they are."""

    def change(_: Any, said: Any) -> Any:
        if not isinstance(said.control_mode, block):
            return said
        return replace(said, control_mode=replace(said.control_mode, **values))

    return change


def profile_of(*, watts: float | None = None, **values: Any) -> Change:
    """A start whose power profile has other values, or so many W in every entry."""

    def change(_: Any, said: PowerDeliveryReq) -> PowerDeliveryReq:
        profile = said.ev_power_profile
        if profile is None:
            return said
        entries = profile.ev_power_profile_entries
        if watts is not None:
            more = tuple(replace(one, power=Watts.of(watts)) for one in entries.ev_power_profile_entry)
            profile = replace(profile, ev_power_profile_entries=replace(entries, ev_power_profile_entry=more))
        return replace(said, ev_power_profile=replace_fields(profile, values))

    return change


def delivering(progress: ChargeProgress, *, instead: Callable[[Any], Any] | None = None, **values: Any) -> Change:
    """PowerDelivery of one kind with other values, or something else in its place."""

    def change(_: Any, said: PowerDeliveryReq) -> Any:
        if said.charge_progress is not progress:
            return said
        return instead(said) if instead else replace(said, **values)

    return change


def plain_loop(_: Any, said: DcChargeLoopReq) -> DcChargeLoopReq:
    """A cycle in the block of an EV that only charges."""
    dynamic = isinstance(said.control_mode, BptDynamicDcClReqControlMode | DynamicDcClReqControlMode)
    block = DynamicDcClReqControlMode if dynamic else ScheduledDcClReqControlMode
    return replace(said, control_mode=_narrowed(said.control_mode, block))


def drifting() -> Change:
    """A departure that moves away by five seconds with every cycle."""
    cycles = 0

    def change(_: Any, said: DcChargeLoopReq) -> DcChargeLoopReq:
        nonlocal cycles
        cycles += 1
        if not isinstance(said.control_mode, DynamicDcClReqControlMode):
            return said
        return replace(said, control_mode=replace(said.control_mode, departure_time=_HOUR + 5 * cycles))

    return change


def _narrowed(block: Any, kind: type[Any]) -> Any:
    """The fields of `block` that `kind` has."""
    return kind(**{name: getattr(block, name) for name in kind.__struct_fields__})
