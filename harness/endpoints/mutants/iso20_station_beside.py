"""Stations with one fault each in what accompanies the transfer of energy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.endpoints.mutants.careless_secc import TakesAnyOrder
from harness.endpoints.mutants.changed_answers import coding, on_main_stream, progress
from harness.endpoints.mutants.mutant import Mutant, series
from harness.endpoints.station.station import Station
from harness.endpoints.station.value_added import ValueAdded
from harness.messages.iso20.common import (
    ChargeProgress,
    EvseCheckOutStatus,
    MeteringConfirmationRes,
    PowerDeliveryRes,
    ServiceDetailReq,
    ServiceDetailRes,
    ServiceDiscoveryRes,
    ServiceSelectionReq,
    ServiceSelectionRes,
    VehicleCheckInReq,
    VehicleCheckInRes,
    VehicleCheckOutRes,
)
from harness.messages.iso20.dc import DcChargeLoopRes
from harness.messages.iso20.energy import FIRST_VALUE_ADDED_SERVICE, ValueAddedService
from harness.messages.iso20.types import EvseNotification, EvseStatus, ResponseCode

OK, FAILED = ResponseCode.OK, ResponseCode.FAILED
mutant = series(Station, Role.STATION, ids="station-", cases="ISO20-STN-")


class GuidesAnybody(TakesAnyOrder):
    """Checks in whoever asks."""

    early = (VehicleCheckInReq,)


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


_FTP = ValueAdded(service_id=ValueAddedService.INTERNET, sets={1: {"Protocol": "gopher", "Port": 70}})
_PARKING = ValueAdded(
    service_id=ValueAddedService.PARKING_STATUS, sets={1: {"IntendedService": 9, "ParkingStatusType": 3}}
)

MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "describes-no-extras",
        "describes none of the value-added services that it lists",
        ("VAS-001",),
        coding(ServiceDetailRes, FAILED, _extra),
    ),
    mutant(
        "sells-no-extras",
        "lets nobody select the value-added services that it lists",
        ("VAS-001",),
        coding(ServiceSelectionRes, FAILED, _with_extras),
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
        coding(ServiceSelectionRes, OK, _with_extras),
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
        "confirms-anything",
        "takes confirmations of readings that it never showed",
        ("MTR-001",),
        lambda good: good.but(MeteringConfirmationRes, response_code=OK),
    ),
    mutant(
        "confirms-on-main",
        "answers confirmations on the main stream",
        ("MTR-001",),
        on_main_stream(MeteringConfirmationRes),
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
        on_main_stream(VehicleCheckInRes),
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
        coding(PowerDeliveryRes, FAILED, progress(ChargeProgress.STOP)),
    ),
    mutant(
        "always-terminates",
        "asks every EV to end at once",
        ("NTF-004",),
        lambda good: good.answering(DcChargeLoopRes, _asking(EvseNotification.TERMINATE)),
    ),
)
