"""The device model: the variables that a backend may read, write and have reported (B05 to B08)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from harness.endpoints.station.ocpp.deed import Payload
from harness.endpoints.station.ocpp.kinds import Kind
from harness.endpoints.station.ocpp.standard_kinds import standard_kind
from harness.endpoints.station.ocpp.variables import (
    ACTUAL,
    READ_ONLY,
    READ_WRITE,
    Attribute,
    Key,
    Variable,
)


class Item(Struct, frozen=True, kw_only=True):
    """One variable where it stands."""

    key: Key
    variable: Variable
    kind: Kind

    @property
    def component(self) -> dict[str, Any]:
        """As a ComponentType."""
        place, told = self.variable.place, {"name": self.key[0]}
        if place.instance is not None:
            told["instance"] = place.instance
        if place.evse is None:
            return told
        evse = {"id": place.evse} if place.connector is None else {"id": place.evse, "connectorId": place.connector}
        return {**told, "evse": evse}

    @property
    def named(self) -> dict[str, Any]:
        """As a VariableType."""
        _, name, instance = self.key
        return {"name": name} if instance is None else {"name": name, "instance": instance}

    def attributes(self) -> list[dict[str, Any]]:
        """As a list of VariableAttributeType; what may only be written has no value."""
        variable = self.variable
        actual: dict[str, Any] = {"type": ACTUAL, "mutability": variable.mutability}
        if not variable.write_only:
            actual["value"] = variable.read()
        if variable.persistent:
            actual["persistent"] = True
        if variable.constant:
            actual["constant"] = True
        return [actual, *(_other(name, one) for name, one in variable.others.items())]

    def report(self) -> dict[str, Any]:
        """As a ReportDataType."""
        return {
            "component": self.component,
            "variable": self.named,
            "variableAttribute": self.attributes(),
            "variableCharacteristics": self.kind.told(),
        }


def _other(name: str, attribute: Attribute) -> dict[str, Any]:
    mutability = READ_ONLY if attribute.write is None else READ_WRITE
    return {"type": name, "mutability": mutability, "value": attribute.read()}


class DeviceModel:
    """Finds variables, and answers for each what a backend asks of it."""

    def __init__(self, variables: Mapping[Key, Variable]) -> None:
        """The variables by component, variable and instance; the components are those that they name."""
        self._items = {
            key: Item(key=key, variable=variable, kind=variable.kind or standard_kind(key[0], key[1]))
            for key, variable in sorted(variables.items(), key=lambda one: tuple(part or "" for part in one[0]))
        }
        self._at_first = {
            key: item.variable.read() for key, item in self._items.items() if not item.variable.persistent
        }

    def __iter__(self) -> Iterator[Item]:
        """Each variable, by component."""
        return iter(self._items.values())

    def find(self, component: Payload, variable: Payload) -> Item | str:
        """The variable that a request names; a string says why there is none (B05.FR.04, B05.FR.05)."""
        there = [item for item in self if item.component == _plain(component)]
        if not there:
            return "UnknownComponent"
        return next((item for item in there if item.named == _plain(variable)), "UnknownVariable")

    def value(self, component: str, variable: str, instance: str | None = None) -> str | None:
        """The actual value of a variable of the station itself; None: there is none."""
        item = self._items.get((component, variable, instance))
        return None if item is None or item.variable.write_only else item.variable.read()

    def get(self, asked: Payload) -> Payload:
        """One getVariableResult (B06)."""
        result = {**_named(asked), "attributeStatus": "Accepted"}
        found = self.find(asked["component"], asked["variable"])
        if isinstance(found, str):
            return {**result, "attributeStatus": found}
        if result["attributeType"] != ACTUAL:
            other = found.variable.others.get(result["attributeType"])
            if other is None:
                return {**result, "attributeStatus": "NotSupportedAttributeType"}
            return {**result, "attributeValue": other.read()}
        if found.variable.write_only:
            return {**result, **_rejected("WriteOnly")}
        return {**result, "attributeValue": found.variable.read()}

    def set(self, asked: Payload) -> Payload:
        """One setVariableResult (B05)."""
        result = {**_named(asked), "attributeStatus": "Accepted"}
        found = self.find(asked["component"], asked["variable"])
        if isinstance(found, str):
            return {**result, "attributeStatus": found}
        actual = result["attributeType"] == ACTUAL
        wanted = found.variable if actual else found.variable.others.get(result["attributeType"])
        if wanted is None:
            return {**result, "attributeStatus": "NotSupportedAttributeType"}
        if wanted.write is None:
            return {**result, **_rejected("ReadOnly")}
        value = asked["attributeValue"]
        if found.kind.objection(value):
            return {**result, **_rejected("InvalidValue")}
        try:
            wanted.write(value)
        except ValueError:
            return {**result, **_rejected("InvalidValue")}
        later = actual and found.variable.needs_reboot
        return {**result, "attributeStatus": "RebootRequired"} if later else result

    def restart(self) -> None:
        """The station boots: what no memory keeps is what it was at first."""
        for key, value in self._at_first.items():
            write = self._items[key].variable.write
            if write is not None:
                write(value)


def _named(asked: Payload) -> Payload:
    return {
        "attributeType": asked.get("attributeType", ACTUAL),
        "component": asked["component"],
        "variable": asked["variable"],
    }


def _plain(named: Payload) -> Payload:
    """A component or variable of a request, without what vendors add."""
    told = {key: value for key, value in named.items() if key != "customData"}
    if "evse" in told:
        told["evse"] = _plain(told["evse"])
    return told


def _rejected(reason: str) -> Payload:
    return {"attributeStatus": "Rejected", "attributeStatusInfo": {"reasonCode": reason}}
