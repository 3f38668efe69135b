"""What kind of value a variable has: its data type, unit, bounds and choices (VariableCharacteristics)."""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct

from harness.messages.ocpp_time import timestamp_problem

BOOLEAN, INTEGER, DECIMAL, TEXT, MOMENT = "boolean", "integer", "decimal", "string", "dateTime"
OPTION, SEQUENCE, MEMBERS = "OptionList", "SequenceList", "MemberList"

_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)


class Kind(Struct, frozen=True, kw_only=True):
    """The characteristics of one variable."""

    type: str = TEXT
    """A DataEnumType."""
    unit: str = ""
    values: tuple[str, ...] = ()
    """What a list is chosen from."""
    least: float | None = None
    most: float | None = None
    """Of a text or a list: the most characters."""
    monitored: bool = False
    """Whether monitors can be set on it."""

    def objection(self, text: str) -> str:
        """What is wrong with a value; empty if nothing is (B05.FR.07, B05.FR.08)."""
        match self.type:
            case "boolean":
                return "" if text in {"true", "false"} else "is neither true nor false"
            case "integer":
                return self._bounds(float(text)) if _INTEGER.fullmatch(text) else "is no whole number"
            case "decimal":
                return self._bounds(float(text)) if _DECIMAL.fullmatch(text) else "is no number"
            case "dateTime":
                return timestamp_problem(text)
            case "OptionList":
                return self._choices([text])
            case "SequenceList" | "MemberList":
                return self._choices([part.strip() for part in text.split(",")] if text else [])
        return "is too long" if self.most is not None and len(text) > self.most else ""

    def told(self) -> dict[str, Any]:
        """As variableCharacteristics."""
        told: dict[str, Any] = {"dataType": self.type, "supportsMonitoring": self.monitored}
        if self.unit:
            told["unit"] = self.unit
        if self.values:
            told["valuesList"] = ",".join(self.values)
        if self.least is not None:
            told["minLimit"] = self.least
        if self.most is not None:
            told["maxLimit"] = self.most
        return told

    def _bounds(self, value: float) -> str:
        if self.least is not None and value < self.least:
            return f"is less than {self.least:g}"
        if self.most is not None and value > self.most:
            return f"is more than {self.most:g}"
        return ""

    def _choices(self, chosen: list[str]) -> str:
        if self.values and not set(chosen) <= set(self.values):
            return f"is none of {', '.join(self.values)}"
        return "names a value twice" if len(set(chosen)) < len(chosen) else ""


def boolean(*, monitored: bool = False) -> Kind:
    """True or false."""
    return Kind(type=BOOLEAN, monitored=monitored)


def integer(unit: str = "", *, least: float | None = 0, most: float | None = None, monitored: bool = False) -> Kind:
    """A whole number."""
    return Kind(type=INTEGER, unit=unit, least=least, most=most, monitored=monitored)


def decimal(unit: str = "", *, least: float | None = None, most: float | None = None, monitored: bool = False) -> Kind:
    """A number."""
    return Kind(type=DECIMAL, unit=unit, least=least, most=most, monitored=monitored)


def text(most: int | None = None) -> Kind:
    """Any text of so many characters at most."""
    return Kind(type=TEXT, most=most)


def option(*values: str, monitored: bool = False) -> Kind:
    """One of these."""
    return Kind(type=OPTION, values=values, monitored=monitored)


def members(*values: str) -> Kind:
    """Any of these, each once, in whatever order."""
    return Kind(type=MEMBERS, values=values)


def sequence(*values: str) -> Kind:
    """Any of these, each once; their order matters."""
    return Kind(type=SEQUENCE, values=values)
