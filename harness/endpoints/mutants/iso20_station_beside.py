"""Stations with one fault each in what accompanies or interrupts the transfer of energy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.endpoints.behaviour import Moment, Say
from harness.endpoints.mutants.careless_secc import TakesAnyOrder
from harness.endpoints.mutants.mutant import Mutant, series
from harness.endpoints.station.secc import Secc
from harness.endpoints.station.station import Station
from harness.endpoints.station.value_added import ValueAdded
from harness.messages.field import Message
from harness.messages.iso20.common import (
    ChargeProgress,
    ChargingSession,
    EvseCheckOutStatus,
    MeteringConfirmationRes,
    PowerDeliveryReq,
    PowerDeliveryRes,
    ScheduleExchangeReq,
    ScheduleExchangeRes,
    ServiceDetailReq,
    ServiceDetailRes,
    ServiceDiscoveryRes,
    ServiceSelectionReq,
    ServiceSelectionRes,
    SessionStopRes,
    VehicleCheckInReq,
    VehicleCheckInRes,
    VehicleCheckOutRes,
)
from harness.messages.iso20.dc import DcChargeLoopReq, DcChargeLoopRes
from harness.messages.iso20.energy import FIRST_VALUE_ADDED_SERVICE, ValueAddedService
from harness.messages.iso20.types import EvseNotification, EvseStatus, Processing, ResponseCode
from harness.sessions.v2g.state import State

OK, FAILED = ResponseCode.OK, ResponseCode.FAILED
STANDBY, RESCHEDULE, START = ChargeProgress.STANDBY, ChargeProgress.SCHEDULE_RENEGOTIATION, ChargeProgress.START
_COMMON = 0x8002
mutant = series(Station, Role.STATION, ids="station-", cases="ISO20-STN-")
Asks = Callable[[Any], bool]


class LoopsInStandby(TakesAnyOrder):
    """Serves the charge loop in standby."""

    early = (DcChargeLoopReq,)


class SchedulesUnannounced(TakesAnyOrder):
    """Settles a schedule beside the charge loop before the EV has announced that."""

    early = (ScheduleExchangeReq,)


class GuidesAnybody(TakesAnyOrder):
    """Checks in whoever asks."""

    early = (VehicleCheckInReq,)


class StaysInStandby(Secc):
    """Lets nobody out of standby but to stop."""

    def objection(self, ask: Message, moment: Moment) -> ResponseCode | None:
        """See `Secc.objection`."""
        starting = isinstance(ask, PowerDeliveryReq) and ask.charge_progress in {START, RESCHEDULE}
        if starting and self._sequence.state is State.STANDBY:
            return ResponseCode.FAILED_SEQUENCE_ERROR
        return super().objection(ask, moment)


def _coding(kind: type[Message], code: ResponseCode, where: Asks) -> Callable[[Station], Station]:
    """A station that answers some requests with another code."""

    def bend(heard: Any, said: Any) -> Any:
        return replace(said, response_code=code) if where(heard) else said

    return lambda good: good.answering(kind, bend)


def _on_main_stream(kind: type[Message]) -> Callable[[Station], Station]:
    """A station that says on the main stream what belongs beside it."""
    return lambda good: good.answering(kind, lambda _, said: Say(message=said, payload_type=_COMMON))


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


def _progress(wanted: ChargeProgress) -> Asks:
    return lambda heard: isinstance(heard, PowerDeliveryReq) and heard.charge_progress is wanted


def _extra(heard: ServiceDetailReq) -> bool:
    return heard.service_id >= FIRST_VALUE_ADDED_SERVICE


def _with_extras(heard: ServiceSelectionReq) -> bool:
    return heard.selected_vas_list is not None


def _selling(*services: ValueAdded) -> Callable[[Station], Station]:
    return lambda good: good.set(value_added_services=services)


def _unfiltered(good: Station) -> Station:
    """A station that lists all it has, whatever the EV knows."""
    known = tuple(each.service_id for each in good.settings.value_added_services)

    def bend(_: Any, said: ServiceDiscoveryRes) -> ServiceDiscoveryRes:
        listed = said.vas_list
        if listed is None or len(listed.service) == len(known):
            return said
        every = tuple(replace(listed.service[0], service_id=each) for each in known)
        return replace(said, vas_list=replace(listed, service=every))

    return good.answering(ServiceDiscoveryRes, bend)


def _asking(wish: EvseNotification | None) -> Callable[[Any, DcChargeLoopRes], DcChargeLoopRes]:
    """Answers in the charge loop that ask for something else."""
    status = None if wish is None else EvseStatus(notification_max_delay=60, evse_notification=wish)
    return lambda _, said: replace(said, evse_status=status)


def _more_time() -> Callable[[Any, DcChargeLoopRes], DcChargeLoopRes]:
    """Answers that give the EV more time with every cycle."""
    given = 60

    def change(_: Any, said: DcChargeLoopRes) -> DcChargeLoopRes:
        nonlocal given
        if said.evse_status is None:
            return said
        given += 1
        return replace(said, evse_status=replace(said.evse_status, notification_max_delay=given))

    return change


def _asks_once() -> Callable[[Any, DcChargeLoopRes], DcChargeLoopRes]:
    """Answers of which only the first asks for something."""
    told = 0

    def change(_: Any, said: DcChargeLoopRes) -> DcChargeLoopRes:
        nonlocal told
        told += said.evse_status is not None
        return replace(said, evse_status=None) if told > 1 else said

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


_FTP = ValueAdded(service_id=ValueAddedService.INTERNET, sets={1: {"Protocol": "gopher", "Port": 70}})
_PARKING = ValueAdded(
    service_id=ValueAddedService.PARKING_STATUS, sets={1: {"IntendedService": 9, "ParkingStatusType": 3}}
)

MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "describes-no-extras",
        "describes none of the value-added services that it lists",
        ("VAS-001",),
        _coding(ServiceDetailRes, FAILED, _extra),
    ),
    mutant(
        "sells-no-extras",
        "lets nobody select the value-added services that it lists",
        ("VAS-001",),
        _coding(ServiceSelectionRes, FAILED, _with_extras),
    ),
    mutant(
        "filters-nothing",
        "lists value-added services that the EV does not know",
        ("VAS-002",),
        _unfiltered,
    ),
    mutant(
        "sells-any-extra-set",
        "lets value-added services be selected in ways that it does not have",
        ("VAS-003",),
        _coding(ServiceSelectionRes, OK, _with_extras),
    ),
    mutant(
        "unknown-protocol",
        "offers Internet access by a protocol that the standard does not name",
        ("VAS-004[internet]",),
        _selling(_FTP, _PARKING),
    ),
    mutant(
        "unknown-parking",
        "offers parking for a purpose that nobody defined",
        ("VAS-004[parking_status]",),
        _selling(_FTP, _PARKING),
    ),
    mutant(
        "fails-on-standby",
        "ends the session of an EV that asks to stand by",
        ("SBY-001", "SBY-002", "SBY-003"),
        _coding(PowerDeliveryRes, FAILED, _progress(STANDBY)),
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
        _coding(SessionStopRes, FAILED, lambda heard: heard.charging_session is ChargingSession.SERVICE_RENEGOTIATION),
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
        _coding(PowerDeliveryRes, FAILED, _progress(RESCHEDULE)),
    ),
    mutant(
        "schedules-on-main",
        "answers on the main stream what it was asked beside it",
        ("REN-004",),
        _on_main_stream(ScheduleExchangeRes),
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
    mutant(
        "confirms-anything",
        "takes confirmations of readings that it never showed",
        ("MTR-001",),
        lambda good: good.but(MeteringConfirmationRes, response_code=OK),
    ),
    mutant(
        "confirms-on-main",
        "answers confirmations on the main stream",
        ("MTR-001",),
        _on_main_stream(MeteringConfirmationRes),
    ),
    mutant(
        "checks-nobody-in",
        "refuses EVs that check in",
        ("PRK-001",),
        lambda good: good.but(VehicleCheckInRes, response_code=FAILED),
    ),
    mutant(
        "checks-in-on-main",
        "answers a check-in on the main stream",
        ("PRK-001",),
        _on_main_stream(VehicleCheckInRes),
    ),
    mutant(
        "lets-nobody-go",
        "never lets a parked EV go",
        ("PRK-002",),
        lambda good: good.but(VehicleCheckOutRes, evse_check_out_status=EvseCheckOutStatus.SCHEDULED),
    ),
    mutant(
        "guides-anybody",
        "checks in EVs that did not choose to be guided",
        ("PRK-003",),
        lambda good: good.having(secc=GuidesAnybody).but(VehicleCheckInRes, response_code=OK),
    ),
    mutant(
        "never-asks",
        "never asks an EV for anything",
        ("NTF-001",),
        lambda good: good.answering(DcChargeLoopRes, _asking(None)),
    ),
    mutant(
        "asks-for-a-pause",
        "asks for a pause where the session is to end",
        ("NTF-001",),
        lambda good: good.answering(
            DcChargeLoopRes,
            lambda heard, said: said if said.evse_status is None else _asking(EvseNotification.PAUSE)(heard, said),
        ),
    ),
    mutant(
        "asks-once",
        "asks once and never again",
        ("NTF-002",),
        lambda good: good.answering(DcChargeLoopRes, _asks_once()),
    ),
    mutant(
        "gives-more-time",
        "gives the EV more time whenever it asks",
        ("NTF-002",),
        lambda good: good.answering(DcChargeLoopRes, _more_time()),
    ),
    mutant(
        "resents-the-end",
        "fails on the stop that it asked for",
        ("NTF-003",),
        _coding(PowerDeliveryRes, FAILED, _progress(ChargeProgress.STOP)),
    ),
    mutant(
        "always-terminates",
        "asks every EV to end at once",
        ("NTF-004",),
        lambda good: good.answering(DcChargeLoopRes, _asking(EvseNotification.TERMINATE)),
    ),
)
