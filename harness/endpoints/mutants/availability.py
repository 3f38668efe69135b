"""Devices with one fault each in what they pass on of the EV's data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.core.case import Role
from harness.endpoints.ev.ev import Ev
from harness.endpoints.mutants.careless_events import telling
from harness.endpoints.mutants.mutant import Mutant
from harness.endpoints.station.station import Station
from harness.messages.iso20.dc import DcChargeLoopReq
from harness.messages.ocpp import NotifyEVChargingNeeds, OcppMessage
from harness.messages.ocpp_time import parse_timestamp, timestamp

Payload = dict[str, Any]

_HOUR = 3600.0
_INVENTED_SOC = 55
_DC = "dcChargingParameters"


def _needing(change: Callable[[Payload], Payload]) -> Callable[[Station], Station]:
    """A station whose NotifyEVChargingNeeds say something else of the DC parameters."""

    def bend(_heard: Any, usual: OcppMessage) -> Payload:
        needs = usual.payload["chargingNeeds"]
        return {**usual.payload, "chargingNeeds": {**needs, _DC: change(needs[_DC])}}

    return lambda good: good.answering(NotifyEVChargingNeeds, bend)


def _without_soc(event: Payload) -> Payload:
    samples = [
        {**sample, "sampledValue": [value for value in sample["sampledValue"] if value["measurand"] != "SoC"]}
        for sample in event.get("meterValue", [])
    ]
    return {**event, "meterValue": samples} if samples else event


def _keeps_soc(good: Station) -> Station:
    told = telling(_without_soc)(good)
    return _needing(lambda said: {key: value for key, value in said.items() if key != "stateOfCharge"})(told)


def _in_kwh(said: Payload) -> Payload:
    return _scaled(said, "evEnergyCapacity")


def _in_kw(said: Payload) -> Payload:
    return _scaled(said, "evMaxPower")


def _scaled(said: Payload, key: str) -> Payload:
    return {**said, key: round(said[key] / 1000)} if key in said else said


def _swapped(said: Payload) -> Payload:
    return {**said, "evMaxCurrent": said["evMaxVoltage"], "evMaxVoltage": said["evMaxCurrent"]}


def _an_hour_late(good: Station) -> Station:
    def bend(_heard: Any, usual: OcppMessage) -> Payload:
        needs = usual.payload["chargingNeeds"]
        late = timestamp(parse_timestamp(needs["departureTime"]) + _HOUR)
        return {**usual.payload, "chargingNeeds": {**needs, "departureTime": late}}

    return good.answering(NotifyEVChargingNeeds, bend)


def _only_at_the_end(event: Payload) -> Payload:
    return _without_soc(event) if event["eventType"] == "Updated" else event


def _hides_its_battery(good: Ev) -> Ev:
    return good.but(DcChargeLoopReq, display_parameters=None)


def _hides_its_capacity(good: Ev) -> Ev:
    return good.but(DcChargeLoopReq, display_parameters__battery_energy_capacity=None)


def _station(name: str, title: str, make: Callable[[Station], Station], *caught_by: str) -> Mutant:
    return Mutant(id=f"availability-{name}", role=Role.STATION, title=title, caught_by=caught_by, make=make)


def _ev(name: str, title: str, make: Callable[[Ev], Ev], *caught_by: str) -> Mutant:
    return Mutant(id=f"availability-{name}", role=Role.EV, title=title, caught_by=caught_by, make=make)


MUTANTS: tuple[Mutant, ...] = (
    _station(
        "keeps-soc",
        "The station keeps the state of charge to itself",
        _keeps_soc,
        "AVL-STN-001",
        "AVL-STN-005",
    ),
    _station(
        "capacity-kwh",
        "The station tells the capacity of the battery in kWh",
        _needing(_in_kwh),
        "AVL-STN-001",
    ),
    _station(
        "hour-late",
        "The station tells the departure an hour late",
        _an_hour_late,
        "AVL-STN-002",
    ),
    _station(
        "power-kw",
        "The station tells the power of the EV in kW",
        _needing(_in_kw),
        "AVL-STN-003",
    ),
    _station(
        "swapped",
        "The station confuses the EV's current with its voltage",
        _needing(_swapped),
        "AVL-STN-003",
    ),
    _station(
        "invents-soc",
        "The station invents a state of charge before the EV has shown one",
        _needing(lambda said: {**said, "stateOfCharge": _INVENTED_SOC}),
        "AVL-STN-004",
    ),
    _station(
        "soc-at-the-end",
        "The station tells the state of charge only when the transaction is over",
        telling(_only_at_the_end),
        "AVL-STN-005",
    ),
    _ev("hides-its-battery", "The EV shows nothing of its battery", _hides_its_battery, "AVL-EV-001"),
    _ev("hides-its-capacity", "The EV does not say how large its battery is", _hides_its_capacity, "AVL-EV-001"),
)
