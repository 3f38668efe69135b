"""Variables behind which one attribute of an object stands: a truth, a number, a text, or something fixed."""

from __future__ import annotations

from collections.abc import Callable

from harness.endpoints.station.ocpp.variables import Variable


def truth(owner: object, name: str) -> Variable:
    """A boolean that may be written."""

    def write(text: str) -> None:
        if text.lower() not in {"true", "false"}:
            raise ValueError(text)
        setattr(owner, name, text.lower() == "true")

    return Variable(read=lambda: str(getattr(owner, name)).lower(), write=write)


def number(owner: object, name: str, *, least: int = 0) -> Variable:
    """A whole number that may be written, kept as a float."""

    def write(text: str) -> None:
        value = int(text)
        if value < least:
            raise ValueError(text)
        setattr(owner, name, float(value))

    return Variable(read=lambda: f"{getattr(owner, name):g}", write=write)


def text(owner: object, name: str, *, longest: int) -> Variable:
    """A text that may be written, of so many characters at most."""

    def write(value: str) -> None:
        if len(value) > longest:
            raise ValueError(value)
        setattr(owner, name, value)

    return Variable(read=lambda: str(getattr(owner, name)), write=write)


def told(read: Callable[[], object]) -> Variable:
    """Something that is only read."""
    return Variable(read=lambda: str(read()))
