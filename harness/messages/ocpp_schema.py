"""What the official JSON schemas of OCPP 2.0.1, 2.1 and 1.6 object to in a payload, worded here."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import jsonschema_rs
from msgspec import Struct

from harness.framing.ocppj_dialect import Dialect
from harness.messages.ocpp_time import timestamp_problem

REQUEST = "request"
RESPONSE = "response"
SEND = "send"

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


def actions(version: Dialect = Dialect.OCPP201) -> frozenset[str]:
    """The names of all actions of a version that are called and answered."""
    return _files(version)[0]


def sends(version: Dialect = Dialect.OCPP21) -> frozenset[str]:
    """The names of all actions of a version that are sent and never answered."""
    return _files(version)[1]


def problems(action: str, kind: str, payload: Any, version: Dialect = Dialect.OCPP201) -> tuple[Objection, ...]:
    """What is wrong with a payload; `kind` is `request`, `response` or `send`."""
    wanted, others = _files(version)[:: -1 if kind == SEND else 1]
    if action not in wanted:
        known = action in others
        how = ("called and answered" if kind == SEND else "sent and never answered") if known else ""
        what = f"{action} is {how}" if known else f"OCPP {version.version} has no action {action!r}"
        return (Objection(path="", what=what, code="ProtocolError" if known else "NotImplemented"),)
    validator = _validator(version, action, kind)
    if validator.is_valid(payload):
        return ()
    return tuple(_objection(error, version) for error in validator.iter_errors(payload))


def _folder(version: Dialect) -> Traversable:
    return files("ocpp") / f"v{version.version.replace('.', '')}" / "schemas"


@cache
def _files(version: Dialect) -> tuple[frozenset[str], frozenset[str]]:
    """Actions that are answered, and those that are not."""
    stems = {entry.name.removesuffix(".json") for entry in _folder(version).iterdir() if entry.name.endswith(".json")}
    if version is Dialect.OCPP16:
        return frozenset(stem for stem in stems if f"{stem}Response" in stems), frozenset()
    called = frozenset(stem.removesuffix("Request") for stem in stems if stem.endswith("Request"))
    return called, frozenset(stem for stem in stems if not stem.endswith(("Request", "Response")))


_SUFFIXES = {REQUEST: "Request", RESPONSE: "Response", SEND: ""}


@cache
def _validator(
    version: Dialect, action: str, kind: str
) -> jsonschema_rs.Draft6Validator | jsonschema_rs.Draft4Validator:
    old = version is Dialect.OCPP16
    name = f"{action}{'' if old and kind == REQUEST else _SUFFIXES[kind]}.json"
    schema = json.loads((_folder(version) / name).read_text("utf-8-sig"))
    if name == "Get15118EVCertificateResponse.json" and version is Dialect.OCPP201:
        schema["properties"]["exiResponse"]["maxLength"] = _EXI_RESPONSE_LIMIT
    if old:
        return jsonschema_rs.Draft4Validator(schema, validate_formats=True, formats={"date-time": _is_any_timestamp})
    return jsonschema_rs.Draft6Validator(schema, validate_formats=True, formats={"date-time": _is_timestamp})


def _is_timestamp(text: str) -> bool:
    return not timestamp_problem(text)


def _is_any_timestamp(text: str) -> bool:
    """OCPP 1.6 bounds no digits."""
    return not timestamp_problem(text, most_digits=None)


def _objection(error: jsonschema_rs.ValidationError, version: Dialect) -> Objection:
    path = list(error.instance_path)
    kind: Any = error.kind
    code, what = _WORDING.get(kind.name, _unforeseen)(kind, error)
    return Objection(path=_written(path), what=what, code=version.spelt(code))


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


def _format(kind: Any, error: Any) -> tuple[str, str]:
    why = timestamp_problem(error.instance) if kind.format == "date-time" else f"is no {kind.format}"
    return _PROPERTY, f"{_short(error.instance)} {why}"


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
