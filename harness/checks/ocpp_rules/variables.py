"""What a conversation tells of the device model: values reported, asked for and set, each with the moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.checks.metering import keys_of, objects
from harness.trace.entry import Entry

if TYPE_CHECKING:
    from harness.checks.ocpp_rules.talk import Exchange, Talk

Key = tuple[str, str, str, str, Any, Any]
"""Component, its instance, variable, its instance, EVSE, connector; names in lower case, for they are equal so."""
_DONE = frozenset({"Accepted"})


def key_of(element: dict[str, Any]) -> Key:
    """The variable that an element of a request, result or report is about."""
    component, variable = keys_of(element.get("component")), keys_of(element.get("variable"))
    evse = keys_of(component.get("evse"))
    return (
        _lower(component.get("name")),
        _lower(component.get("instance")),
        _lower(variable.get("name")),
        _lower(variable.get("instance")),
        _plain(evse.get("id")),
        _plain(evse.get("connectorId")),
    )


def named(key: Key) -> str:
    """A variable as a finding names it."""
    component, instance, variable, part, *_ = key
    return f"{component}{f'[{instance}]' if instance else ''}.{variable}{f'[{part}]' if part else ''}"


def _lower(name: object) -> str:
    return name.lower() if isinstance(name, str) else ""


def _plain(number: object) -> Any:
    return number if isinstance(number, int) else None


class Variables:
    """Actual values over time, and lists of allowed values."""

    def __init__(self) -> None:
        """Nothing is known."""
        self._values: dict[Key, list[tuple[int, str]]] = {}
        self.allowed: dict[Key, str] = {}
        """valuesList of the variables that were reported with one."""

    def told(self, number: int, key: Key, value: object) -> None:
        """From entry `number` on a variable has a value."""
        if isinstance(value, str):
            self._values.setdefault(key, []).append((number, value))

    def value(
        self, component: str, variable: str, entry: Entry, instance: str = "", evse: int | None = None
    ) -> str | None:
        """The value of a variable as it was known when `entry` was said; None where it is not known."""
        found = self._values.get((component.lower(), "", variable.lower(), instance.lower(), evse, None), ())
        known = [value for number, value in found if number < entry.number]
        return known[-1] if known else None

    def number(self, component: str, variable: str, entry: Entry, instance: str = "") -> float | None:
        """The same as a number; None also where it is none."""
        told = self.value(component, variable, entry, instance)
        try:
            return None if told is None else float(told)
        except ValueError:
            return None

    def is_set(self, component: str, variable: str, entry: Entry) -> bool | None:
        """The same as a yes or no."""
        told = self.value(component, variable, entry)
        return None if told is None else {"true": True, "false": False}.get(told.lower())

    def words(self, component: str, variable: str, entry: Entry) -> set[str] | None:
        """The same as a list of words."""
        told = self.value(component, variable, entry)
        return None if told is None else {word.strip() for word in told.split(",") if word.strip()}


def variables_of(talk: Talk) -> Variables:
    """Everything that reports, gets and sets tell, in order."""
    found = Variables()
    told = [*talk.of("NotifyReport"), *talk.of("GetVariables"), *talk.of("SetVariables")]
    for exchange in sorted(told, key=lambda one: one.done.number):
        if exchange.action == "NotifyReport":
            _reported(found, exchange)
        elif exchange.action == "GetVariables":
            for result in objects(exchange.reply.get("getVariableResult")):
                if result.get("attributeStatus") in _DONE and result.get("attributeType", "Actual") == "Actual":
                    found.told(exchange.done.number, key_of(result), result.get("attributeValue"))
        else:
            _were_set(found, exchange)
    return found


def _reported(found: Variables, exchange: Exchange) -> None:
    for data in objects(exchange.ask.get("reportData")):
        key = key_of(data)
        listed = keys_of(data.get("variableCharacteristics")).get("valuesList")
        if isinstance(listed, str):
            found.allowed[key] = listed
        for attribute in objects(data.get("variableAttribute")):
            if attribute.get("type", "Actual") == "Actual":
                found.told(exchange.call.number, key, attribute.get("value"))


def _were_set(found: Variables, exchange: Exchange) -> None:
    asked = {key_of(one): one for one in objects(exchange.ask.get("setVariableData"))}
    for result in objects(exchange.reply.get("setVariableResult")):
        wanted = asked.get(key_of(result), {})
        actual = wanted.get("attributeType", "Actual") == "Actual"
        if actual and result.get("attributeStatus") in _DONE:
            found.told(exchange.done.number, key_of(result), wanted.get("attributeValue"))
