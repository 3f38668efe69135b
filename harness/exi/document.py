"""A stream from its header to its end: one root element, or one element as a fragment."""

from __future__ import annotations

from typing import Any

from harness.exi.bits import width_of
from harness.exi.errors import ExiError
from harness.exi.grammar import Element, Name
from harness.exi.interpreter import Decoding, Encoding

HEADER = 0x80
"""No cookie, no options, version 1: the only header that ISO 15118 knows."""

Entries = tuple[tuple[Name, Element | None], ...]


def root_width(entries: Entries) -> int:
    """Bits of the code of a document's root; the code past the last stands for an element of no schema."""
    return width_of(len(entries) + 1)


def fragment_width(entries: Entries) -> int:
    """Bits of a code in a fragment: its elements, an element of no schema, the end."""
    return width_of(len(entries) + 2)


def read(decoding: Decoding, *, fragment: bool) -> Any:
    """The message of a whole stream.

    Raises:
        ExiError: the stream is none of this schema; with bit offset and element path.
    """
    try:
        return _read_fragment(decoding) if fragment else _read_document(decoding)
    except ExiError as error:
        bit = decoding.reader.at if error.bit is None else error.bit
        raise ExiError(error.what, bit=bit, path="/".join(decoding.path)) from None


def write(encoding: Encoding, element: Element, value: Any, *, fragment: bool) -> bytes:
    """The stream of a message that stands under `element`.

    Raises:
        ExiError: no stream of this schema says that; with element path.
    """
    schema = encoding.grammars.schema
    entries = schema.names if fragment else schema.roots
    width = fragment_width(entries) if fragment else root_width(entries)
    writer = encoding.writer
    try:
        writer.bits(HEADER, 8)
        writer.bits(code_of(entries, element.name), width)
        encoding.element(element, value)
        if fragment:
            writer.bits(len(entries) + 1, width)
    except ExiError as error:
        raise ExiError(error.what, path="/".join(encoding.path)) from None
    return writer.data()


def code_of(entries: Entries, name: Name) -> int:
    """The index of an element name; ExiError if the schema has none such."""
    for index, (candidate, _) in enumerate(entries):
        if candidate == name:
            return index
    raise ExiError(f"{name.local} is no element that may stand here")


def _read_document(decoding: Decoding) -> Any:
    entries = decoding.grammars.schema.roots
    _read_header(decoding)
    start = decoding.reader.at
    code = decoding.reader.bits(root_width(entries))
    return decoding.element(_element(entries, code, start))


def _read_fragment(decoding: Decoding) -> Any:
    entries = decoding.grammars.schema.names
    _read_header(decoding)
    start = decoding.reader.at
    code = decoding.reader.bits(fragment_width(entries))
    value = decoding.element(_element(entries, code, start))
    start = decoding.reader.at
    code = decoding.reader.bits(fragment_width(entries))
    if code != len(entries) + 1:
        raise ExiError(f"event code {code} where the fragment must end ({len(entries) + 1})", bit=start)
    return value


def _read_header(decoding: Decoding) -> None:
    header = decoding.reader.bits(8)
    if header != HEADER:
        raise ExiError(f"header {header:#04x}; ISO 15118 knows only {HEADER:#04x}", bit=0)


def _element(entries: Entries, code: int, start: int) -> Element:
    if code >= len(entries):
        what = "an element that is not in the schema" if code == len(entries) else "no element"
        raise ExiError(f"event code {code} stands for {what}", bit=start)
    name, element = entries[code]
    if element is None:
        raise ExiError(f"{name.local} ({name.uri}) is known by name only", bit=start)
    return element
