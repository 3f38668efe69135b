"""Which variables go into a report (B07, B08)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from harness.endpoints.station.ocpp.deed import Payload
from harness.endpoints.station.ocpp.device_model import DeviceModel, Item
from harness.endpoints.station.ocpp.variables import READ_ONLY

_PROBLEMS = frozenset({"Fallback", "Overload", "Problem", "Tripped"})
"""Variables that a summary holds where they are true."""


def base_report(model: DeviceModel, base: str) -> list[Item]:
    """What a predefined report holds: what can be configured, all, or how the station fares."""
    match base:
        case "ConfigurationInventory":
            return [item for item in model if item.variable.mutability != READ_ONLY]
        case "SummaryInventory":
            return [item for item in model if _tells_how_it_fares(item)]
    return list(model)


def _tells_how_it_fares(item: Item) -> bool:
    name = item.key[1]
    return name == "AvailabilityState" or (name in _PROBLEMS and item.variable.read() == "true")


def custom_report(model: DeviceModel, wanted: Sequence[Payload] | None, criteria: Sequence[str] | None) -> list[Item]:
    """The variables that fit one of what is wanted, of components that fit one of the criteria."""
    items = list(model)
    if wanted is not None:
        items = [item for item in items if any(_names(one, item) for one in wanted)]
    if criteria is not None:
        items = [item for item in items if any(_fits(model, item, criterion) for criterion in criteria)]
    return items


def _names(wanted: Payload, item: Item) -> bool:
    """What is left out stands for any: instance, EVSE, variable (B08.FR.11)."""
    return _covers(wanted["component"], item.component) and _covers(wanted.get("variable", {}), item.named)


def _covers(wanted: Any, there: Any) -> bool:
    if isinstance(wanted, dict) and isinstance(there, dict):
        return all(_covers(value, there.get(key)) for key, value in wanted.items() if key != "customData")
    return bool(wanted == there)


def _fits(model: DeviceModel, item: Item, criterion: str) -> bool:
    """A component that does not say is taken as active, available and enabled, and as one without a problem."""
    component = item.component
    said = next((one for one in model if one.key[1] == criterion and one.component == component), None)
    if said is None:
        return criterion != "Problem"
    return said.variable.read() == "true"
