"""The page of all messages that travel by themselves."""

from __future__ import annotations

from harness.messages import ocpp, registry
from harness.messages.field import Message
from pages.text import NOTICE

SCHEMA_TITLES = {
    "sap": "SupportedAppProtocol",
    "common": "ISO 15118-20 CommonMessages",
    "ac": "ISO 15118-20 AC",
    "dc": "ISO 15118-20 DC",
    "acdp": "ISO 15118-20 ACDP",
    "wpt": "ISO 15118-20 WPT",
}


def messages_page() -> str:
    """The page of all messages that travel by themselves."""
    lines = [
        "# Messages",
        "",
        NOTICE,
        "What a case may build, bend and look for. An ISO 15118 message is a frozen class with a field for each",
        "element; `but(...)` and the trace take Python names, reports show the names of the wire. Every request and",
        "response of ISO 15118-20 has a `header` as well.",
        "",
        "- A **unit is a type**: `Volts`, `Amperes`, `Watts`, `WattHours` are unequal even where their numbers are",
        "  equal. `float(value)` is the size, `Volts.of(400)` writes one.",
        "- **Building never fails.** A tester must be able to send what is wrong; `harness.messages.problems` says",
        "  what the schema has against a message.",
        "- `response_code` and the like are enumerations that compare with their wire names.",
        "- An **OCPP message** is an action with the payload as it travels: camelCase keys, numbers, lists.",
        "  `Heartbeat()` builds a call; `Heartbeat` finds calls in a trace, `Heartbeat.response` finds answers.",
    ]
    for key in SCHEMA_TITLES:
        lines += ["", f"## {SCHEMA_TITLES[key]}", "", "| Python | wire | fields |", "|---|---|---|"]
        lines += [_message_row(kind) for kind in _messages(key)]
    actions = sorted(one.name for one in vars(ocpp).values() if isinstance(one, ocpp.Action))
    lines += [
        "",
        "## OCPP 2.0.1",
        "",
        "From `harness.messages.ocpp`: " + ", ".join(f"`{one}`" for one in actions) + ".",
    ]
    return "\n".join(lines) + "\n"


def _messages(key: str) -> list[type[Message]]:
    namespace = registry.schema(key).namespace
    return [kind for kind in registry.schema(key).classes() if kind.namespace == namespace and _travels(kind)]


def _travels(kind: type[Message]) -> bool:
    return registry.is_request(kind) or registry.is_response(kind)


def _message_row(kind: type[Message]) -> str:
    fields = ", ".join(f"`{name}`" for name in kind.__struct_fields__ if name not in {"header", "signature"})
    return f"| `{kind.__name__}` | {kind.name} | {fields or 'none'} |"
