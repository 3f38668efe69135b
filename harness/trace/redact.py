"""The one place where secrets leave the evidence: everything written to a file passes through here."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from harness.framing import ocppj
from harness.framing.ocppj_dialect import Dialect
from harness.messages.ocpp import OcppMessage
from harness.trace.entry import Entry, FaultStruck, Gap, Link, LinkSeen, Note, Operation, Seen, TlsSeen

MASK = "[redacted]"
"""What stands where a secret stood."""

SECRET_VARIABLES = frozenset({"basicauthpassword", "authorizationkey"})
"""Names of OCPP variables whose value is a secret, in lower case (A01.FR.12)."""
SECRET_KEYS = frozenset(
    {
        "apnpassword",
        "authorization",
        "authorizationkey",
        "basicauthpassword",
        "keylog",
        "passphrase",
        "passwd",
        "password",
        "pre_shared_key",
        "private_key",
        "privatekey",
        "secret",
        "simpin",
        "vpnpassword",
    }
)
"""Keys of any object whose value is a secret, in lower case."""
_VPN_KEYS = frozenset({"key"})
"""Keys whose value is a secret where a VPN is told of, and nowhere else."""
_VALUE_KEYS = frozenset({"attributeValue", "value", "actualValue"})

_PRIVATE_KEY = re.compile(r"-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----.*?(?:-----END \1-----|\Z)", re.DOTALL)
_HEADER = re.compile(r"(?i)(authorization[\"']?\s*[:=]\s*[\"']?(?:basic|bearer|digest)\s+)[^\s\"',;]+")
_URL = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://[^\s/:@\"']*:)[^\s/@\"']+(@)")
_SETTING = re.compile(
    r"(?i)([\"']?\b(?:\w*password|passphrase|passwd|secret|private_?key|pre_shared_key)[\"']?\s*[:=]\s*)"
    r"(\"(?:[^\"\\]|\\.)*\"?|'[^']*'?|[^\s,;}\]\"']+)"
)
_VARIABLE = re.compile(
    r"(?i)(basicauthpassword|authorizationkey)(?P<between>.*?[\"'](?:attributeValue|value)[\"']\s*:\s*)\"(?:[^\"\\]|\\.)*\"?",
    re.DOTALL,
)
_VALUE_FIRST = re.compile(
    r"(?i)([\"'](?:attributeValue|value)[\"']\s*:\s*)\"(?:[^\"\\]|\\.)*\"(?=[^{}]*\{[^{}]*\}?[^{}]*(?:basicauthpassword|authorizationkey))",
)


_VPN_KEY = re.compile(r"(?i)([\"']vpn[\"']\s*:\s*\{[^{}]*?[\"']key[\"']\s*:\s*)\"(?:[^\"\\]|\\.)*\"?")
_SIM_PIN = re.compile(r"(?i)([\"']simPin[\"']\s*:\s*)\d+")


_HINT = re.compile(r"(?i)private[ _]?key|authorization|://|passw|passphrase|secret|pre_shared_key")
"""What a text must hold to be worth a closer look; most hold none of it."""


def redact(entry: Entry) -> Entry:
    """The same entry without secrets; the very same object if it holds none."""
    body = entry.body
    match body:
        case Seen():
            clean: Any = _seen(body) if entry.link is Link.OCPP else body
        case Note():
            clean = _changed(body, text=redact_text(body.text), data=redact_value(body.data))
        case TlsSeen():
            clean = _changed(body, detail=redact_text(body.detail), facts=redact_value(body.facts))
        case LinkSeen() | FaultStruck() | Operation():
            clean = _changed(body, detail=redact_text(body.detail))
        case Gap():
            clean = _changed(body, text=redact_text(body.text))
    return entry if clean is body else msgspec.structs.replace(entry, body=clean)


def redact_text(text: str) -> str:
    """Free text without private keys, authorization headers, passwords in addresses or in settings."""
    if not _HINT.search(text):
        return text
    text = _PRIVATE_KEY.sub(MASK, text)
    text = _HEADER.sub(rf"\g<1>{MASK}", text)
    text = _URL.sub(rf"\g<1>{MASK}\g<2>", text)
    return _SETTING.sub(rf'\g<1>"{MASK}"', text)


def redact_value(value: Any) -> Any:
    """A plain value (objects, arrays, texts) without secrets, however deep they lie."""
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, list | tuple):
        return type(value)(redact_value(member) for member in value)
    if not isinstance(value, dict):
        return value
    secret_here = _names_secret(value)
    return {
        key: _masked(member)
        if _is_secret_key(key) or (secret_here and key in _VALUE_KEYS)
        else _mask_values(member)
        if secret_here and key == "variableAttribute"
        else _mask_values(redact_value(member), _VPN_KEYS)
        if key == "vpn"
        else redact_value(member)
        for key, member in value.items()
    }


def _seen(body: Seen) -> Seen:
    try:
        text = body.data.decode()
    except UnicodeDecodeError:
        return _seen_unreadable(body, body.data.decode("latin-1"), "latin-1")
    # The newest version has the frames of all others; what a link spoke does not matter to what is secret.
    frame = ocppj.parse_as(Dialect.OCPP21, text)
    if isinstance(frame, ocppj.Malformed):
        return _seen_unreadable(body, text, "utf-8")
    clean = _clean_frame(frame)
    if clean == frame:
        return body
    message = body.message
    if isinstance(message, OcppMessage):
        message = msgspec.structs.replace(message, payload=_payload_of(clean))
    return msgspec.structs.replace(body, data=ocppj.encode(clean).encode(), message=message)


def _clean_frame(frame: ocppj.AnyFrame) -> ocppj.AnyFrame:
    if isinstance(frame, ocppj.CallError | ocppj.CallResultError):
        description, details = redact_text(frame.description), redact_value(frame.details)
        return msgspec.structs.replace(frame, description=description, details=details)
    return msgspec.structs.replace(frame, payload=redact_value(frame.payload))


def _payload_of(frame: ocppj.AnyFrame) -> Any:
    if isinstance(frame, ocppj.CallError | ocppj.CallResultError):
        return {"code": frame.code, "description": frame.description, "details": frame.details}
    return frame.payload


def _seen_unreadable(body: Seen, text: str, encoding: str) -> Seen:
    """Text that is no frame: nothing says where a value ends, so more is masked rather than less."""
    clean = _VALUE_FIRST.sub(rf'\g<1>"{MASK}"', text)
    clean = _VARIABLE.sub(rf'\g<1>\g<between>"{MASK}"', clean)
    clean = _SIM_PIN.sub(r"\g<1>0", _VPN_KEY.sub(rf'\g<1>"{MASK}"', clean))
    clean = redact_text(clean)
    problem = redact_text(body.problem)
    if clean == text and problem == body.problem:
        return body
    return msgspec.structs.replace(body, data=clean.encode(encoding), problem=problem)


def _names_secret(value: dict[str, Any]) -> bool:
    """Whether an OCPP object speaks about a variable that is a secret."""
    variable = value.get("variable")
    name = variable.get("name") if isinstance(variable, dict) else value.get("key")
    return isinstance(name, str) and name.lower() in SECRET_VARIABLES


def _is_secret_key(key: Any) -> bool:
    return isinstance(key, str) and key.lower().replace("-", "_") in SECRET_KEYS


def _mask_values(value: Any, keys: frozenset[str] = _VALUE_KEYS) -> Any:
    if isinstance(value, list):
        return [_mask_values(member, keys) for member in value]
    if isinstance(value, dict):
        return {key: _masked(member) if key in keys else member for key, member in value.items()}
    return value


def _masked(value: Any) -> Any:
    """What stands for a secret; a whole number becomes 0, so that judges find the type that was sent."""
    if value in (None, "", MASK) or isinstance(value, bool):
        return value
    return 0 if isinstance(value, int) else MASK


def _changed(body: Any, **fields: Any) -> Any:
    if all(getattr(body, name) == value for name, value in fields.items()):
        return body
    return msgspec.structs.replace(body, **fields)
