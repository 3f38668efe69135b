"""Which datum got how far: from the EV's messages to the charger, and on to the backend, in which unit, how late."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from harness.checks.metering import instant, samples
from harness.core.case import Role
from harness.core.measurement import Datum, Reach
from harness.messages.field import Message
from harness.messages.ocpp import NotifyEVChargingNeeds
from harness.trace.entry import Entry, Link
from harness.trace.trace import Trace


class Item(Struct, frozen=True, kw_only=True):
    """A datum of the EV and the place that OCPP 2.0.1 has for it."""

    name: str
    attr: str
    """Field of an ISO 15118-20 message part, wherever it stands."""
    unit: str
    path: tuple[str, ...] | None
    """Keys into NotifyEVChargingNeeds.chargingNeeds; None: OCPP 2.0.1 has no place for it."""
    measurand: str = ""
    """A sampled value that may carry it as well."""
    instant: bool = False
    """Seconds from now on one side, an instant on the other."""


_DC = "dcChargingParameters"
ITEMS = (
    Item(name="departure time", attr="departure_time", unit="s", path=("departureTime",), instant=True),
    Item(name="state of charge", attr="present_soc", unit="%", path=(_DC, "stateOfCharge"), measurand="SoC"),
    Item(name="battery capacity", attr="battery_energy_capacity", unit="Wh", path=(_DC, "evEnergyCapacity")),
    Item(name="target state of charge", attr="target_soc", unit="%", path=(_DC, "fullSoC")),
    Item(name="minimum state of charge", attr="minimum_soc", unit="%", path=None),
    Item(name="time to the target state of charge", attr="remaining_time_to_target_soc", unit="s", path=None),
    Item(name="target energy", attr="ev_target_energy_request", unit="Wh", path=(_DC, "energyAmount")),
    Item(name="maximum charge power", attr="ev_maximum_charge_power", unit="W", path=(_DC, "evMaxPower")),
    Item(name="maximum charge current", attr="ev_maximum_charge_current", unit="A", path=(_DC, "evMaxCurrent")),
    Item(name="maximum voltage", attr="ev_maximum_voltage", unit="V", path=(_DC, "evMaxVoltage")),
    Item(name="maximum discharge power", attr="ev_maximum_discharge_power", unit="W", path=None),
    Item(name="maximum discharge current", attr="ev_maximum_discharge_current", unit="A", path=None),
    Item(name="maximum energy", attr="ev_maximum_energy_request", unit="Wh", path=None),
    Item(name="minimum energy", attr="ev_minimum_energy_request", unit="Wh", path=None),
    Item(name="V2X energy, maximum", attr="ev_maximum_v2x_energy_request", unit="Wh", path=None),
    Item(name="V2X energy, minimum", attr="ev_minimum_v2x_energy_request", unit="Wh", path=None),
)


class Said(Struct, frozen=True):
    """A value and the entry that carried it."""

    value: float
    entry: Entry


def rows(trace: Trace) -> Iterator[Datum]:
    """The data-availability matrix of a trace."""
    for item in ITEMS:
        yield row(trace, item)


def row(trace: Trace, item: Item) -> Datum:
    """How far one datum got; the delay is that of its first arrival, counted from when the EV said it first."""
    sent = list(said_by_ev(trace, item.attr))
    if not sent:
        return Datum(name=item.name, reach=Reach.LOST_AT_EV)
    got = _first(told_to_csms(trace, item))
    told = f"{sent[0].value:g} {item.unit}"
    if got is None:
        reach = Reach.NOT_REPRESENTABLE if item.path is None else Reach.LOST_AT_STATION
        return Datum(name=item.name, reach=reach, sent=told, entries=(sent[0].entry.number,))
    source = _latest_before(sent, got.entry)
    right = _equal(item, source, got)
    return Datum(
        name=item.name,
        reach=Reach.AVAILABLE if right else Reach.WRONG,
        sent=f"{source.value:g} {item.unit}",
        received=_shown(item, source, got),
        delay=round(max(0.0, got.entry.at - sent[0].entry.at), 6),
        entries=(source.entry.number, got.entry.number),
    )


def not_representable(datum: Datum) -> bool:
    """Whether OCPP 2.0.1 has no place for it: a gap to be known, and nobody's failure."""
    return datum.reach is Reach.NOT_REPRESENTABLE


def said_by_ev(trace: Trace, attr: str) -> Iterator[Said]:
    """Every value of a field in the EV's V2G messages, in order."""
    for entry in trace:
        if entry.link is Link.V2G and entry.sender is Role.EV and isinstance(entry.message, Message):
            value = _find(entry.message, attr)
            if value is not None:
                yield Said(float(value), entry)


def told_to_csms(trace: Trace, item: Item) -> Iterator[Said]:
    """Every value of the datum in the station's OCPP messages, in order."""
    found: list[Said] = []
    for entry in trace.all(NotifyEVChargingNeeds, sent_by=Role.STATION):
        value = _dig(entry.payload, ("chargingNeeds", *item.path)) if item.path else None
        number = instant(value) if item.instant else value
        if isinstance(number, int | float):
            found.append(Said(float(number), entry))
    if item.measurand:
        found += [Said(one.value, one.entry) for one in samples(trace) if one.measurand == item.measurand]
    yield from sorted(found, key=lambda said: said.entry.number)


def _equal(item: Item, source: Said, got: Said) -> bool:
    if item.instant:
        return abs(source.entry.at + source.value - got.value) <= _CLOCK_TOLERANCE
    return abs(source.value - got.value) <= 1.0


_CLOCK_TOLERANCE = 4.0
"""Seconds that two clocks may differ by; the tolerance that test laboratories use for OCPP."""


def _shown(item: Item, source: Said, got: Said) -> str:
    if not item.instant:
        return f"{got.value:g} {item.unit}"
    return f"{got.value - source.entry.at:.0f} s after the EV's message"


def _latest_before(sent: list[Said], got: Entry) -> Said:
    earlier = [said for said in sent if said.entry.number < got.number]
    return earlier[-1] if earlier else sent[0]


def _find(part: Any, attr: str) -> Any:
    """The first value of a field named `attr` in a message or its parts."""
    if not isinstance(part, Message):
        return None
    value = getattr(part, attr, None)
    if value is not None:
        return value
    inner = (_find(getattr(part, name), attr) for name in part.__struct_fields__)
    return next((found for found in inner if found is not None), None)


def _dig(payload: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        payload = payload.get(key) if isinstance(payload, dict) else None
    return payload


def _first(found: Iterator[Said]) -> Said | None:
    return next(found, None)


def item(name: str) -> Item:
    """The datum of that name.

    Raises:
        KeyError: there is no such datum.
    """
    return {one.name: one for one in ITEMS}[name]


def soc_is_the_evs(trace: Trace, needs: Entry) -> bool:
    """Whether the state of charge in NotifyEVChargingNeeds, if there is one, is a value that the EV sent before."""
    told = _dig(needs.payload, ("chargingNeeds", _DC, "stateOfCharge"))
    sent = {round(said.value) for said in said_by_ev(trace, "present_soc") if said.entry.number < needs.number}
    return told is None or told in sent
