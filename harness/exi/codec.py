"""Messages to streams and back, for one schema: the compiled functions first, the interpreter for the rest."""

from __future__ import annotations

from typing import Any

from harness.exi import document
from harness.exi.errors import ExiError
from harness.exi.grammar import Complex, Element, Schema
from harness.exi.interpreter import Decoding, Encoding, Grammars
from harness.exi.limits import Limits


class Codec:
    """Encodes and decodes the messages of one schema."""

    def __init__(self, schema: Schema, limits: Limits | None = None) -> None:
        """Nothing is compiled before it is needed."""
        self.schema = schema
        self.limits = limits or Limits()
        self._grammars = Grammars(schema)
        self._elements = {**_by_class(schema.names), **_by_class(schema.roots)}

    def encode(self, message: Any, *, fragment: bool = False, hits: bool = True) -> bytes:
        """The stream of a message.

        Args:
            message: a value of one of the types that the schema declares.
            fragment: encode as an EXI fragment, as for signatures.
            hits: name repeated strings by number; without it every string is spelt out.

        Raises:
            ExiError: the grammar cannot say it; names the element path.
        """
        element = self._elements.get(type(message))
        if element is None:
            raise ExiError(f"{type(message).__name__} is no element of {self.schema.title}")
        return document.write(Encoding(self._grammars, hits=hits), element, message, fragment=fragment)

    def decode(self, data: bytes, *, fragment: bool = False) -> Any:
        """The message of a stream.

        Raises:
            ExiError: the stream is none of this schema; names the bit offset and the element path.
        """
        if len(data) > self.limits.octets:
            raise ExiError(f"{len(data)} bytes, more than {self.limits.octets}", bit=0)
        return document.read(Decoding(self._grammars, data, self.limits), fragment=fragment)


def _by_class(entries: document.Entries) -> dict[Any, Element]:
    return {
        element.type.build: element
        for _, element in entries
        if element is not None and isinstance(element.type, Complex)
    }
