"""Stations with one fault each in what interrupts the transfer of energy: standby, renegotiation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.endpoints.behaviour import Moment
from harness.endpoints.mutants.careless_secc import TakesAnyOrder
from harness.endpoints.mutants.changed_answers import coding, on_main_stream, progress
from harness.endpoints.mutants.mutant import Mutant, series
from harness.endpoints.station.secc import Secc
from harness.endpoints.station.station import Station
from harness.messages.field import Message
from harness.messages.iso20.common import (
    ChargeProgress,
    ChargingSession,
    PowerDeliveryReq,
    PowerDeliveryRes,
    ScheduleExchangeReq,
    ScheduleExchangeRes,
    ServiceDiscoveryRes,
    SessionStopRes,
)
from harness.messages.iso20.dc import DcChargeLoopReq, DcChargeLoopRes
from harness.messages.iso20.types import Processing, ResponseCode
from harness.sessions.v2g.state import State

FAILED = ResponseCode.FAILED
STANDBY, RESCHEDULE, START = ChargeProgress.STANDBY, ChargeProgress.SCHEDULE_RENEGOTIATION, ChargeProgress.START
mutant = series(Station, Role.STATION, ids="station-", cases="ISO20-STN-")


class LoopsInStandby(TakesAnyOrder):
    """Serves the charge loop in standby."""

    early = (DcChargeLoopReq,)


class SchedulesUnannounced(TakesAnyOrder):
    """Settles a schedule beside the charge loop before the EV has announced that."""

    early = (ScheduleExchangeReq,)


class StaysInStandby(Secc):
    """Lets nobody out of standby but to stop."""

    def objection(self, ask: Message, moment: Moment) -> ResponseCode | None:
        """See `Secc.objection`."""
        starting = isinstance(ask, PowerDeliveryReq) and ask.charge_progress in {START, RESCHEDULE}
        if starting and self._sequence.state is State.STANDBY:
            return ResponseCode.FAILED_SEQUENCE_ERROR
        return super().objection(ask, moment)


def _never_again() -> Callable[[Any, ScheduleExchangeRes], ScheduleExchangeRes]:
    """Answers that settle one schedule and none after it."""
    settled = False

    def change(_: Any, said: ScheduleExchangeRes) -> ScheduleExchangeRes:
        nonlocal settled
        if settled:
            return replace(said, evse_processing=Processing.ONGOING)
        settled = said.evse_processing is Processing.FINISHED
        return said

    return change


def _second_start() -> Callable[[PowerDeliveryReq, PowerDeliveryRes], PowerDeliveryRes]:
    """Answers of which those to a second start are refusals."""
    starts = 0

    def change(heard: PowerDeliveryReq, said: PowerDeliveryRes) -> PowerDeliveryRes:
        nonlocal starts
        starts += heard.charge_progress is START
        return replace(said, response_code=FAILED) if starts > 1 else said

    return change


def _counting_on() -> Callable[[DcChargeLoopReq, DcChargeLoopRes], DcChargeLoopRes]:
    """Readings that go up by 100 Wh in every cycle."""
    shown = 0

    def change(_: DcChargeLoopReq, said: DcChargeLoopRes) -> DcChargeLoopRes:
        nonlocal shown
        shown += 100
        if said.meter_info is None:
            return said
        return replace(said, meter_info=replace(said.meter_info, charged_energy_reading_wh=shown))

    return change


def _once_only() -> Callable[[Any, ServiceDiscoveryRes], ServiceDiscoveryRes]:
    """Offers to renegotiate services the first time that it is asked."""
    told = 0

    def change(_: Any, said: ServiceDiscoveryRes) -> ServiceDiscoveryRes:
        nonlocal told
        told += 1
        return replace(said, service_renegotiation_supported=told == 1)

    return change


def _under_another_id(_: Any, said: ServiceDiscoveryRes) -> ServiceDiscoveryRes:
    header = replace(said.header, session_id=bytes(reversed(said.header.session_id)))
    return replace(said, header=header)


MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "fails-on-standby",
        "ends the session of an EV that asks to stand by",
        ("SBY-001", "SBY-002", "SBY-003"),
        coding(PowerDeliveryRes, FAILED, progress(STANDBY)),
    ),
    mutant(
        "no-way-out-of-standby",
        "lets nobody start again out of standby",
        ("SBY-002", "SBY-004"),
        lambda good: good.having(secc=StaysInStandby),
    ),
    mutant(
        "counts-in-standby",
        "counts energy in standby",
        ("SBY-005",),
        lambda good: good.answering(DcChargeLoopRes, _counting_on()),
    ),
    mutant(
        "loops-in-standby",
        "serves the charge loop in standby",
        ("SBY-006",),
        lambda good: good.having(secc=LoopsInStandby),
    ),
    mutant(
        "no-services-anew",
        "refuses to have services chosen anew",
        ("REN-001",),
        coding(SessionStopRes, FAILED, lambda heard: heard.charging_session is ChargingSession.SERVICE_RENEGOTIATION),
    ),
    mutant(
        "changes-its-name",
        "tells another session id with every list of services",
        ("REN-001",),
        lambda good: good.answering(ServiceDiscoveryRes, _under_another_id, nth=2),
    ),
    mutant(
        "offers-once",
        "offers to renegotiate services once, and then no more",
        ("REN-002",),
        lambda good: good.answering(ServiceDiscoveryRes, _once_only()),
    ),
    mutant(
        "fails-on-rescheduling",
        "ends the session of an EV that asks for another schedule",
        ("REN-003", "REN-004", "SBY-004"),
        coding(PowerDeliveryRes, FAILED, progress(RESCHEDULE)),
    ),
    mutant(
        "schedules-on-main",
        "answers on the main stream what it was asked beside it",
        ("REN-004",),
        on_main_stream(ScheduleExchangeRes),
    ),
    mutant(
        "reschedules-for-ever",
        "never settles another schedule",
        ("REN-004",),
        lambda good: good.answering(ScheduleExchangeRes, _never_again()),
    ),
    mutant(
        "no-second-start",
        "refuses to start under another schedule",
        ("REN-005",),
        lambda good: good.answering(PowerDeliveryRes, _second_start()),
    ),
    mutant(
        "schedules-unannounced",
        "settles schedules that nobody announced",
        ("REN-006",),
        lambda good: good.having(secc=SchedulesUnannounced),
    ),
)
