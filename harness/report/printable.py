"""What a device said, made safe to look at: characters that act instead of showing are shown."""

from __future__ import annotations

from typing import Any

_KEPT = {"\n", "\t"}
_ACTING = {
    **{code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in _KEPT},
    0x7F: "␡",
    **{code: f"⟨U+{code:04X}⟩" for code in range(0x80, 0xA0)},
    **{
        code: f"⟨U+{code:04X}⟩"
        for code in (0x200B, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0xFFFE, 0xFFFF)
    },
    **{code: f"⟨U+{code:04X}⟩" for code in range(0xD800, 0xE000)},
}
"""Control characters, changes of writing direction, and halves of surrogate pairs, which no XML can hold."""


def printable(value: Any) -> Any:
    """The same plain value with every text in it made printable."""
    if isinstance(value, str):
        return value.translate(_ACTING)
    if isinstance(value, list):
        return [printable(member) for member in value]
    if isinstance(value, dict):
        return {printable(key): printable(member) for key, member in value.items()}
    return value


def outline(value: Any, indent: int = 0) -> str:
    """A decoded message as indented lines, `key: value`."""
    pad = "  " * indent
    if isinstance(value, dict):
        return "\n".join(_member(f"{pad}{key}:", member, indent) for key, member in value.items())
    if isinstance(value, list):
        return "\n".join(f"{pad}- {outline(member, indent + 1).lstrip()}" for member in value)
    return f"{pad}{_on_one_line(value)}"


def _member(head: str, value: Any, indent: int) -> str:
    if isinstance(value, dict | list) and value:
        return f"{head}\n{outline(value, indent + 1)}"
    return f"{head} {_on_one_line(value)}"


def _on_one_line(value: Any) -> str:
    """A text that breaks its line could pass for another member."""
    return scalar(value).replace("\n", "⏎")


def scalar(value: Any) -> str:
    """A single value as text."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return "(empty)"
    return f"{value:.12g}" if isinstance(value, float) else str(value)
