"""Stations with one fault each in how they offer and sell their services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.endpoints.mutants.mutant import Mutant, series
from harness.endpoints.station.station import Station
from harness.messages.field import Message
from harness.messages.iso20.common import (
    IntValue,
    Parameter,
    ParameterSet,
    Service,
    ServiceDetailReq,
    ServiceDetailRes,
    ServiceDiscoveryReq,
    ServiceDiscoveryRes,
    ServiceList,
    ServiceSelectionReq,
    ServiceSelectionRes,
)
from harness.messages.iso20.energy import FIRST_VALUE_ADDED_SERVICE, EnergyService
from harness.messages.iso20.types import ResponseCode

OK = ResponseCode.OK
DIRECT_CURRENT = {EnergyService.DC, EnergyService.DC_BPT}
_LONG_NAME = "Z" * 81
"""One letter more than the schema gives to the name of a parameter."""
mutant = series(Station, Role.STATION, ids="station-", cases="ISO20-STN-")


def _listing(services: Callable[[ServiceDiscoveryReq, tuple[int, ...]], tuple[int, ...]]) -> Any:
    """Another list of energy transfer services, from the request and the list of a good station."""

    def change(heard: ServiceDiscoveryReq, said: ServiceDiscoveryRes) -> ServiceDiscoveryRes:
        usual = tuple(each.service_id for each in said.energy_transfer_service_list.service)
        listed = tuple(Service(service_id=each, free_service=True) for each in services(heard, usual))
        return replace(said, energy_transfer_service_list=ServiceList(service=listed))

    return lambda good: good.answering(ServiceDiscoveryRes, change)


def _refusing(kind: type[Message], unwanted: Callable[[Any], bool]) -> Callable[[Station], Station]:
    """A station that refuses requests for no good reason."""

    def change(heard: Any, said: Any) -> Any:
        return replace(said, response_code=ResponseCode.FAILED) if unwanted(heard) else said

    return lambda good: good.answering(kind, change)


def _filtered(heard: ServiceDiscoveryReq, usual: tuple[int, ...]) -> tuple[int, ...]:
    known = heard.supported_service_ids
    kept = usual if known is None else tuple(each for each in usual if each in known.service_id)
    return kept or usual[:1]


def _confused(_: Any, said: ServiceDiscoveryRes) -> ServiceDiscoveryRes:
    return replace(said, vas_list=ServiceList(service=(Service(service_id=EnergyService.DC, free_service=True),)))


def _describing(change: Callable[[ServiceDetailReq, tuple[ParameterSet, ...]], tuple[ParameterSet, ...]]) -> Any:
    """Other parameter sets, from the request and those of a good station; refusals stay as they are."""

    def describe(heard: ServiceDetailReq, said: ServiceDetailRes) -> ServiceDetailRes:
        if said.response_code is not OK:
            return said
        sets = change(heard, said.service_parameter_list.parameter_set)
        return replace(said, service_parameter_list=replace(said.service_parameter_list, parameter_set=sets))

    return lambda good: good.answering(ServiceDetailRes, describe)


def _with(name: str, value: int | None) -> Callable[[Any, tuple[ParameterSet, ...]], tuple[ParameterSet, ...]]:
    """Every set with another value of one parameter, or without it."""

    def change(_: Any, sets: tuple[ParameterSet, ...]) -> tuple[ParameterSet, ...]:
        added = () if value is None else (Parameter(parameter_name=name, value=IntValue(value=value)),)
        return tuple(
            replace(one, parameter=tuple(each for each in one.parameter if each.parameter_name != name) + added)
            for one in sets
        )

    return change


def _only_bidirectional(heard: ServiceDetailReq, sets: tuple[ParameterSet, ...]) -> tuple[ParameterSet, ...]:
    return sets if heard.service_id == EnergyService.DC_BPT else sets[:1]


def _shuffled() -> Callable[[Any, tuple[ParameterSet, ...]], tuple[ParameterSet, ...]]:
    """Sets whose ids are given anew with every answer."""
    told = 0

    def change(_: Any, sets: tuple[ParameterSet, ...]) -> tuple[ParameterSet, ...]:
        nonlocal told
        told += 1
        return tuple(replace(one, parameter_set_id=one.parameter_set_id + told) for one in sets)

    return change


def _malformed(_: Any, said: ServiceDetailRes) -> ServiceDetailRes:
    if said.response_code is OK:
        return said
    named = Parameter(parameter_name=_LONG_NAME, value=IntValue(value=0))
    sets = (ParameterSet(parameter_set_id=0, parameter=(named,)),)
    return replace(said, service_parameter_list=replace(said.service_parameter_list, parameter_set=sets))


def _anything(heard: ServiceDetailReq, said: ServiceDetailRes) -> ServiceDetailRes:
    if said.response_code is OK:
        return said
    return replace(_malformed(heard, said), response_code=OK)


def _blind_to(wrong: Callable[[ServiceSelectionReq], bool]) -> Callable[[Station], Station]:
    """A station that agrees to a selection that it should refuse."""

    def change(heard: ServiceSelectionReq, said: ServiceSelectionRes) -> ServiceSelectionRes:
        return replace(said, response_code=OK) if wrong(heard) else said

    return lambda good: good.answering(ServiceSelectionRes, change)


def _first_set_only(heard: ServiceSelectionReq, said: ServiceSelectionRes) -> ServiceSelectionRes:
    good = heard.selected_energy_transfer_service.parameter_set_id == 1
    return said if good else replace(said, response_code=ResponseCode.FAILED_SERVICE_SELECTION_INVALID)


MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "hides-bidirectional",
        "does not offer the bidirectional service that it has",
        ("SDI-001",),
        _listing(lambda _, usual: (EnergyService.DC,)),
    ),
    mutant(
        "filters-energy",
        "filters its energy services by the EV's list",
        ("SDI-002",),
        _listing(_filtered),
    ),
    mutant(
        "stumbles-over-filters",
        "refuses service discovery when the EV names the services that it knows",
        ("SDI-002",),
        _refusing(ServiceDiscoveryRes, lambda heard: heard.supported_service_ids is not None),
    ),
    mutant(
        "lists-twice",
        "lists a service twice",
        ("SDI-003",),
        _listing(lambda _, usual: (*usual, usual[0])),
    ),
    mutant(
        "lists-energy-beside",
        "lists an energy transfer service among the value-added ones",
        ("SDI-003",),
        lambda good: good.answering(ServiceDiscoveryRes, _confused),
    ),
    mutant(
        "lists-extras-as-energy",
        "lists Internet access among the energy transfer services",
        ("SDI-003",),
        _listing(lambda _, usual: (*usual, FIRST_VALUE_ADDED_SERVICE + 5)),
    ),
    mutant(
        "knows-one-service",
        "describes nothing but its bidirectional service",
        ("SDE-001",),
        lambda good: good.answering(
            ServiceDetailRes,
            lambda heard, said: (
                said if heard.service_id == EnergyService.DC_BPT else replace(said, response_code=ResponseCode.FAILED)
            ),
        ),
    ),
    mutant(
        "describes-another",
        "describes another service than the one asked for",
        ("SDE-001",),
        lambda good: good.but(ServiceDetailRes, service_id=EnergyService.DC_BPT),
    ),
    mutant(
        "numbers-anew",
        "numbers its parameter sets anew with every answer",
        ("SDE-002",),
        _describing(_shuffled()),
    ),
    mutant(
        "no-connector",
        "does not say which connector it has",
        ("SDE-003",),
        _describing(_with("Connector", None)),
    ),
    mutant(
        "strange-generator",
        "tells a generator mode that nobody defined",
        ("SDE-003",),
        _describing(_with("GeneratorMode", 7)),
    ),
    mutant(
        "plans-for-scheduled",
        "lets the station plan where the EV follows a schedule",
        ("SDE-004",),
        _describing(_with("MobilityNeedsMode", 2)),
    ),
    mutant(
        "one-mode-for-charging",
        "offers the plain service in Scheduled control mode alone",
        ("SDE-005",),
        _describing(_only_bidirectional),
    ),
    mutant(
        "describes-anything",
        "describes services that it never listed",
        ("SDE-006", "SDE-007"),
        lambda good: good.answering(ServiceDetailRes, _anything),
    ),
    mutant(
        "refuses-in-other-words",
        "refuses details of a service with a code of another message",
        ("SDE-006",),
        lambda good: good.answering(
            ServiceDetailRes,
            lambda _, said: said if said.response_code is OK else replace(said, response_code=ResponseCode.FAILED),
        ),
    ),
    mutant(
        "refuses-malformed",
        "fills a refusal with a name that the schema does not allow",
        ("SDE-007",),
        lambda good: good.answering(ServiceDetailRes, _malformed),
    ),
    mutant(
        "sells-first-set-only",
        "lets nobody have its second parameter set",
        ("SSE-001",),
        lambda good: good.answering(ServiceSelectionRes, _first_set_only),
    ),
    mutant(
        "sells-unlisted-services",
        "lets services be selected that it never listed",
        ("SSE-002",),
        _blind_to(lambda heard: heard.selected_energy_transfer_service.service_id not in DIRECT_CURRENT),
    ),
    mutant(
        "sells-no-energy",
        "lets the EV select no energy transfer service at all",
        ("SSE-003",),
        _blind_to(lambda heard: heard.selected_energy_transfer_service.service_id >= FIRST_VALUE_ADDED_SERVICE),
    ),
    mutant(
        "sells-unlisted-extras",
        "lets value-added services be selected that it never listed",
        ("SSE-004",),
        _blind_to(lambda heard: heard.selected_vas_list is not None),
    ),
    mutant(
        "sells-neighbouring-sets",
        "looks at the service of a selection alone",
        ("SSE-005",),
        _blind_to(lambda heard: heard.selected_energy_transfer_service.service_id in DIRECT_CURRENT),
    ),
)
