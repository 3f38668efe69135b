"""What the official JSON schemas of OCPP 2.0.1 object to in a payload, worded here."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import jsonschema_rs
from msgspec import Struct

from harness.messages.ocpp_time import timestamp_problem

REQUEST = "request"
RESPONSE = "response"

_EXI_RESPONSE_LIMIT = 5600
"""The package says 7500 where the schema file of OCPP 2.0.1 Edition 3 says 5600."""


class Objection(Struct, frozen=True, kw_only=True):
    """One thing that the schema refuses."""

    path: str
    """Where in the payload, as `chargingProfile.chargingSchedule[0].id`; empty for the payload itself."""
    what: str
    code: str
    """The CALLERROR code that fits (Part 4, 4.3)."""

    def __str__(self) -> str:
        return f"{self.path}: {self.what}" if self.path else self.what


def actions() -> frozenset[str]:
    """The names of all actions of OCPP 2.0.1."""
    return _actions()


def problems(action: str, kind: str, payload: Any) -> tuple[Objection, ...]:
    """What is wrong with a payload; `kind` is `request` or `response`."""
    if action not in _actions():
        return (Objection(path="", what=f"OCPP 2.0.1 has no action {action!r}", code="NotImplemented"),)
    validator = _validator(action, kind)
    if validator.is_valid(payload):
        return ()
    return tuple(_objection(error) for error in validator.iter_errors(payload))


def _folder() -> Traversable:
    return files("ocpp") / "v201" / "schemas"


@cache
def _actions() -> frozenset[str]:
    names = (entry.name for entry in _folder().iterdir())
    suffix = "Request.json"
    return frozenset(name.removesuffix(suffix) for name in names if name.endswith(suffix))


@cache
def _validator(action: str, kind: str) -> jsonschema_rs.Draft6Validator:
    name = f"{action}{'Request' if kind == REQUEST else 'Response'}.json"
    schema = json.loads((_folder() / name).read_text("utf-8-sig"))
    if name == "Get15118EVCertificateResponse.json":
        schema["properties"]["exiResponse"]["maxLength"] = _EXI_RESPONSE_LIMIT
    return jsonschema_rs.Draft6Validator(schema, validate_formats=True, formats={"date-time": _is_timestamp})


def _is_timestamp(text: str) -> bool:
    return not timestamp_problem(text)


def _objection(error: jsonschema_rs.ValidationError) -> Objection:
    path = list(error.instance_path)
    kind: Any = error.kind
    code, what = _WORDING.get(kind.name, _unforeseen)(kind, error)
    return Objection(path=_written(path), what=what, code=code)


def _written(path: list[Any]) -> str:
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in path]
    return "".join(parts).removeprefix(".")


_PROPERTY = "PropertyConstraintViolation"
_OCCURRENCE = "OccurrenceConstraintViolation"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _required(kind: Any, _error: Any) -> tuple[str, str]:
    return _OCCURRENCE, f"lacks {kind.property!r}"


def _enumerated(kind: Any, error: Any) -> tuple[str, str]:
    return _PROPERTY, f"{_short(error.instance)} is none of its {len(list(kind.options))} values"


def _too_long(kind: Any, error: Any) -> tuple[str, str]:
    return _PROPERTY, f"has {len(error.instance)} characters, {kind.limit} are allowed"


def _too_short(kind: Any, error: Any) -> tuple[str, str]:
    return _PROPERTY, f"has {len(error.instance)} characters, {kind.limit} are needed"


def _out_of_range(kind: Any, error: Any) -> tuple[str, str]:
    return _PROPERTY, f"{_short(error.instance)} is beyond the bound {kind.limit:g}"


def _item_count(kind: Any, error: Any) -> tuple[str, str]:
    return _OCCURRENCE, f"has {len(error.instance)} items, the bound is {kind.limit}"


def _additional(kind: Any, _error: Any) -> tuple[str, str]:
    return "FormatViolation", f"has what the schema does not know: {', '.join(kind.unexpected)}"


def _type(kind: Any, error: Any) -> tuple[str, str]:
    return "TypeConstraintViolation", f"{_short(error.instance)} is not of type {'/'.join(kind.types)}"


def _format(_kind: Any, error: Any) -> tuple[str, str]:
    return _PROPERTY, f"{_short(error.instance)} {timestamp_problem(error.instance)}"


def _unforeseen(kind: Any, error: Any) -> tuple[str, str]:
    return "FormatViolation", f"{_short(error.instance)} breaks the rule {kind.name!r}"


_WORDING = {
    "required": _required,
    "enum": _enumerated,
    "maxLength": _too_long,
    "minLength": _too_short,
    "minimum": _out_of_range,
    "maximum": _out_of_range,
    "minItems": _item_count,
    "maxItems": _item_count,
    "additionalProperties": _additional,
    "type": _type,
    "format": _format,
}
