"""EVs with one fault each where they charge with alternating current, or with megawatts."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.core.units import Watts
from harness.endpoints.ev.ev import Ev
from harness.endpoints.mutants.careless_evcc import IgnoresNotices, TakesNoForOk
from harness.endpoints.mutants.mutant import Mutant, series
from harness.messages.iso20.ac import (
    AcChargeLoopReq,
    AcChargeParameterDiscoveryReq,
    AcCpdReqEnergyTransferMode,
    DynamicAcClReqControlMode,
    ScheduledAcClReqControlMode,
)
from harness.messages.iso20.common import ScheduleExchangeReq, ServiceSelectionReq
from harness.messages.iso20.dc import DcCableCheckReq

mutant = series(Ev, Role.EV, ids="ev-ac-", cases="ISO20-EV-")

_LONG = 300.0
_TIRELESS = 200
_GOING_ON = ("charge_parameters", "schedule", "power_start", "charge_loop")


def check_a_cable(_: Any, said: ScheduleExchangeReq) -> DcCableCheckReq:
    """A cable check, as if it were direct current."""
    return DcCableCheckReq(header=said.header)


def plain_parameters(_: Any, said: AcChargeParameterDiscoveryReq) -> AcChargeParameterDiscoveryReq:
    """Limits without those for discharging."""
    block = said.energy_transfer_mode
    kept = {name: getattr(block, name) for name in AcCpdReqEnergyTransferMode.__struct_fields__}
    return replace(said, energy_transfer_mode=AcCpdReqEnergyTransferMode(**kept))


def plain_loop(_: Any, said: AcChargeLoopReq) -> AcChargeLoopReq:
    """A cycle in the block of an EV that only charges."""
    block = said.control_mode
    dynamic = isinstance(block, DynamicAcClReqControlMode)
    kind: Any = DynamicAcClReqControlMode if dynamic else ScheduledAcClReqControlMode
    kept = {name: getattr(block, name) for name in kind.__struct_fields__}
    return replace(said, control_mode=kind(**kept))


def with_phases(_: Any, said: AcChargeLoopReq) -> AcChargeLoopReq:
    """A limit for the second and third phase, whatever the charge parameters said."""
    some = Watts.of(3000.0)
    more = {"ev_maximum_charge_power_l2": some, "ev_maximum_charge_power_l3": some}
    return replace(said, control_mode=replace(said.control_mode, **more))


def greedy(_: Any, said: AcChargeLoopReq) -> AcChargeLoopReq:
    """11 kW, whatever the station wants."""
    return replace(said, control_mode=replace(said.control_mode, ev_present_active_power=Watts.of(11_000.0)))


MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "checks-a-cable",
        "asks for a cable check",
        ("ALT-001",),
        lambda good: good.answering(ScheduleExchangeReq, check_a_cable, nth=2),
    ),
    mutant(
        "forgets-to-discharge",
        "names no limits for discharging where it selected to",
        ("ALT-002",),
        lambda good: good.answering(AcChargeParameterDiscoveryReq, plain_parameters),
    ),
    mutant(
        "names-phases-late",
        "names phases in the charge loop that it did not name before",
        ("ALT-003",),
        lambda good: good.answering(AcChargeLoopReq, with_phases),
    ),
    mutant(
        "forgets-its-service",
        "speaks in the charge loop as if it could not discharge",
        ("ALT-004",),
        lambda good: good.answering(AcChargeLoopReq, plain_loop),
    ),
    mutant(
        "greedy", "draws 11 kW whatever is wanted", ("ALT-005",), lambda good: good.answering(AcChargeLoopReq, greedy)
    ),
    mutant(
        "dawdles",
        "takes 0.7 s for the next request of the charge loop",
        ("ALT-006",),
        lambda good: good.having(loop_interval=0.7),
    ),
    mutant(
        "takes-no-for-ok",
        "goes on after every FAILED code",
        tuple(f"ALT-007[{place}]" for place in _GOING_ON),
        lambda good: good.having(evcc=TakesNoForOk),
    ),
    mutant(
        "never-hangs-up",
        "stays connected when its session is over",
        ("ALT-007", "ALT-008"),
        lambda good: good.having(linger=_LONG),
    ),
    mutant(
        "loses-patience",
        "gives up after a quarter of its time",
        ("ALT-008",),
        lambda good: good.having(factor=0.25),
    ),
    mutant(
        "ignores-notices",
        "does not stop when the station asks for it",
        ("ALT-009",),
        lambda good: good.having(evcc=IgnoresNotices, loops=_TIRELESS),
    ),
    mutant(
        "wants-direct-current",
        "selects a service that the station does not offer",
        ("MCS-001",),
        lambda good: good.but(ServiceSelectionReq, selected_energy_transfer_service__service_id=2),
    ),
)
