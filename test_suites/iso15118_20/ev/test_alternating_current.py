"""Sessions with alternating current: the EV's limits, its charge loop, its phases, and how it ends."""

from __future__ import annotations

from typing import Any

import pytest

from harness.kit import Bench, Entry, Feature, Judge, Role, Trace, Watts, case, closed, either, finished, seen
from harness.kit.reactions import FAREWELL, JITTER, gives_up
from harness.kit.station_preambles import AC_ENERGY, Place, changed
from harness.messages.field import Message
from harness.messages.iso20.ac import (
    AcChargeLoopReq,
    AcChargeLoopRes,
    AcChargeParameterDiscoveryReq,
    BptAcCpdReqEnergyTransferMode,
    BptDynamicAcClReqControlMode,
    BptScheduledAcClReqControlMode,
    DynamicAcClReqControlMode,
    DynamicAcClResControlMode,
    ScheduledAcClReqControlMode,
)
from harness.messages.iso20.common import (
    ChargeProgress,
    ChargingSession,
    PowerDeliveryReq,
    ScheduleExchangeReq,
    ServiceSelectionReq,
    SessionStopReq,
)
from harness.messages.iso20.dc import DcChargeLoopReq
from harness.messages.iso20.energy import EnergyService, is_bidirectional
from harness.messages.iso20.types import EvseNotification, EvseStatus, ResponseCode
from harness.messages.namespaces import DC

SERVICES = (int(EnergyService.AC_BPT), int(EnergyService.AC))
LOOPS = either(seen(AcChargeLoopReq, times=6), closed())
TIMEOUT = 0.5
"""Seconds after which a station ends a session whose charge loop stands still."""
TARGET = 3_000.0
"""W that the station wants the EV to draw."""
REACTION = 1.5
"""Seconds that the EV may take to follow it."""
ABOVE = 500.0
"""W by which it may miss it from above."""
SOON = EvseStatus(notification_max_delay=5, evse_notification=EvseNotification.TERMINATE)
BLOCKS: dict[tuple[str, bool], type[Message]] = {
    ("scheduled", False): ScheduledAcClReqControlMode,
    ("scheduled", True): BptScheduledAcClReqControlMode,
    ("dynamic", False): DynamicAcClReqControlMode,
    ("dynamic", True): BptDynamicAcClReqControlMode,
}


def on_ac(bench: Bench, *modes: str) -> Any:
    """Our station, with alternating current alone, and these control modes."""
    return bench.station.set(services=SERVICES, control_modes=modes or ("scheduled", "dynamic"))


def selected(trace: Trace) -> int:
    """The service that the EV selected."""
    chosen: int = trace.first(ServiceSelectionReq).message.selected_energy_transfer_service.service_id
    return chosen


def drawn(entry: Entry) -> float:
    """W that the EV says it draws, over all phases that it names."""
    block = entry.message.control_mode
    phases = (block.ev_present_active_power, block.ev_present_active_power_l2, block.ev_present_active_power_l3)
    return sum(float(one) for one in phases if one is not None)


@case(
    "ISO20-EV-ALT-001",
    "With alternating current power follows the schedule at once, and no message of direct current is said",
    sut=Role.EV,
    cites=("V2G20-1989", "V2G20-1615", "V2G20-1311"),
    needs=Feature.ISO20_AC,
)
async def test_order(bench: Bench, judge: Judge) -> None:
    """A whole session of the EV's own making."""
    trace = await bench.run(on_ac(bench), until=either(finished(), closed()))

    first = trace.first(AcChargeParameterDiscoveryReq)
    said = trace.since(first).all(Message, sent_by=Role.EV)
    judge.silence("messages of direct current", [one for one in said if one.message.namespace == DC])
    order = list(dict.fromkeys(one.message.name for one in said))
    wanted = [kind.name for kind in (ScheduleExchangeReq, PowerDeliveryReq, AcChargeLoopReq, SessionStopReq)]
    judge.equal("requests, each when it came first", order, wanted, at=said[:1])


@case(
    "ISO20-EV-ALT-002",
    "The EV's limits for alternating current fit each other and its service",
    sut=Role.EV,
    cites=("V2G20-2314", "V2G20-1619"),
    needs=Feature.ISO20_AC,
)
async def test_parameters(bench: Bench, judge: Judge) -> None:
    """No minimum is above its maximum, and limits for discharging come with a bidirectional service alone."""
    trace = await bench.run(on_ac(bench), until=either(seen(AcChargeParameterDiscoveryReq), closed()))

    asked = trace.first(AcChargeParameterDiscoveryReq)
    block = asked.message.energy_transfer_mode
    bidirectional = isinstance(block, BptAcCpdReqEnergyTransferMode)
    judge.equal("limits for discharging", bidirectional, is_bidirectional(selected(trace)), at=asked)
    low, high = float(block.ev_minimum_charge_power), float(block.ev_maximum_charge_power)
    judge.between("lowest power", low, 0.0, high, unit="W", at=asked)
    judge.between("highest power", high, 1_000.0, 1_000_000.0, unit="W", at=asked)


@case(
    "ISO20-EV-ALT-003",
    "An EV that named one power for all phases goes on to do so",
    sut=Role.EV,
    cites=("V2G20-1820", "V2G20-1821"),
    needs=Feature.ISO20_AC,
)
async def test_phases(bench: Bench, judge: Judge) -> None:
    """What the charge parameters say of phases binds the limits of the charge loop."""
    trace = await bench.run(on_ac(bench), until=LOOPS)

    told = trace.first(AcChargeParameterDiscoveryReq).message.energy_transfer_mode
    named = told.ev_maximum_charge_power_l2 is not None
    judge.every(
        "phases named in the loop",
        trace.all(AcChargeLoopReq),
        lambda entry: named or entry.message.control_mode.ev_maximum_charge_power_l2 is None,
        "phases that the charge parameters did not name",
    )


@pytest.mark.parametrize("mode", ["scheduled", "dynamic"])
@case(
    "ISO20-EV-ALT-004",
    "In the charge loop of alternating current the EV speaks in the block of its control mode and service",
    sut=Role.EV,
    cites=("V2G20-1600", "V2G20-1216"),
    needs=(Feature.ISO20_AC, Feature.SCHEDULED, Feature.DYNAMIC),
)
async def test_block(bench: Bench, judge: Judge, mode: str) -> None:
    """The station offers one control mode alone."""
    trace = await bench.run(on_ac(bench, mode), until=LOOPS)

    trace.first(AcChargeLoopReq)
    wanted = BLOCKS[mode, is_bidirectional(selected(trace))]
    judge.every(
        f"block {wanted.name}", trace.all(AcChargeLoopReq), lambda entry: type(entry.message.control_mode) is wanted
    )


@case(
    "ISO20-EV-ALT-005",
    "In Dynamic control mode the EV draws no more than the station wants",
    sut=Role.EV,
    cites=("V2G20-1825",),
    needs=(Feature.ISO20_AC, Feature.DYNAMIC),
)
async def test_target(bench: Bench, judge: Judge) -> None:
    """The station wants 3 kW from the first cycle on."""

    def wanting(_: Any, usual: AcChargeLoopRes) -> Any:
        if not isinstance(usual.control_mode, DynamicAcClResControlMode):
            return usual
        return changed(control_mode__evse_target_active_power=Watts.of(TARGET))(_, usual)

    station = on_ac(bench, "dynamic").having(patient=True).answering(AcChargeLoopRes, wanting)

    trace = await bench.run(station, until=either(seen(AcChargeLoopReq, times=10), closed()))

    first = trace.first(AcChargeLoopRes)
    later = [entry for entry in trace.since(first).all(AcChargeLoopReq) if entry.at - first.at > REACTION]
    judge.every("power drawn", later, lambda entry: drawn(entry) <= TARGET + ABOVE, f"above {TARGET:g} W")


@case(
    "ISO20-EV-ALT-006",
    "The EV keeps the pace of the charge loop of alternating current",
    sut=Role.EV,
    cites=("V2G20-1499",),
    needs=Feature.ISO20_AC,
)
async def test_pace(bench: Bench, judge: Judge) -> None:
    """From a response to the next request: 0.5 s, as far as the device's own factor does not stretch that."""
    trace = await bench.run(on_ac(bench).having(patient=True), until=LOOPS)

    asked, answered = trace.all(AcChargeLoopReq), trace.all(AcChargeLoopRes)
    waits = zip(answered, asked[1:], strict=False)
    late = {two.number for one, two in waits if two.at - one.at > TIMEOUT * bench.device.limits.timeout_factor}
    judge.every("time to the next request", asked[1:], lambda entry: entry.number not in late, "too long")


@pytest.mark.parametrize("place", AC_ENERGY, ids=str)
@case(
    "ISO20-EV-ALT-007",
    "A plain FAILED ends a session with alternating current wherever it comes",
    sut=Role.EV,
    cites=("V2G20-735",),
    needs=Feature.ISO20_AC,
    control="ISO20-EV-ALT-001",
)
async def test_failed(bench: Bench, judge: Judge, place: Place) -> None:
    """At each response behind the selection of the service."""
    station = place.bend(on_ac(bench), changed(response_code=ResponseCode.FAILED))

    trace = await bench.run(station, until=closed(), limit=30.0)

    gives_up(judge, trace, trace.first(place.response, response_code=ResponseCode.FAILED))


@pytest.mark.parametrize("place", AC_ENERGY, ids=str)
@case(
    "ISO20-EV-ALT-008",
    "Where no response comes in a session with alternating current, the EV waits for its time, then gives up",
    sut=Role.EV,
    cites=("V2G20-436", "V2G20-440", "V2G20-1499"),
    needs=Feature.ISO20_AC,
    control="ISO20-EV-ALT-001",
)
async def test_no_response(bench: Bench, judge: Judge, place: Place) -> None:
    """The station falls silent: the EV has 2 s, half a second in the charge loop."""
    trace = await bench.run(place.silent(on_ac(bench)), until=closed(), limit=40.0)

    gives_up(judge, trace, place.asked(trace), after=place.patience - JITTER, within=place.patience + FAREWELL)


@case(
    "ISO20-EV-ALT-009",
    "Asked to terminate, an EV on alternating current stops within the delay it was given",
    sut=Role.EV,
    cites=("V2G20-1414", "V2G20-1416", "V2G20-2645"),
    needs=Feature.ISO20_AC,
)
async def test_termination(bench: Bench, judge: Judge) -> None:
    """From the first charge loop on the station asks for the end, within 5 s."""
    station = on_ac(bench).having(patient=True).answering(AcChargeLoopRes, changed(evse_status=SOON))

    trace = await bench.run(station, until=either(finished(), closed()), limit=60.0)

    told = trace.first(AcChargeLoopRes)
    stops = trace.since(told).all(PowerDeliveryReq, charge_progress=ChargeProgress.STOP)
    if judge.any("PowerDelivery Stop", stops):
        judge.within("time to it", told, stops[0], SOON.notification_max_delay)
        judge.silence("charge loops behind it", trace.since(stops[0]).all(AcChargeLoopReq))
    judge.any(
        "SessionStop Terminate", trace.since(told).all(SessionStopReq, charging_session=ChargingSession.TERMINATE)
    )


@case(
    "ISO20-EV-MCS-001",
    "At a connector of the megawatt system the EV speaks the messages of direct current",
    sut=Role.EV,
    cites=("V2G20-1216", "V2G20-2122"),
    needs=Feature.ISO20_MCS,
)
async def test_megawatts(bench: Bench, judge: Judge) -> None:
    """The station offers services 9 and 8 alone; the session runs like any with direct current."""
    offered = (int(EnergyService.MCS_BPT), int(EnergyService.MCS))

    trace = await bench.run(bench.station.set(services=offered), until=either(finished(), closed()))

    judge.among("service", selected(trace), offered, at=trace.first(ServiceSelectionReq))
    judge.any("charge loops of direct current", trace.all(DcChargeLoopReq))
    judge.any("SessionStop", trace.all(SessionStopReq))
