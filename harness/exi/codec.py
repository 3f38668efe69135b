"""Messages to streams and back, for one schema: the compiled functions first, the interpreter for the rest."""

from __future__ import annotations

from functools import partial
from typing import Any

from harness.exi import document
from harness.exi.compiler import Compiled, Function
from harness.exi.errors import ExiError, Unusual
from harness.exi.grammar import Complex, Schema
from harness.exi.interpreter import Decoding, Encoding, Grammars
from harness.exi.limits import Limits
from harness.exi.runtime import EVERYWHERE

FAST_OCTETS = 8192
"""Longer streams are interpreted: compiled functions keep the stream as one integer, which gets slow with length."""
_GIVE_UP = (Unusual, AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError)
"""How compiled functions say that the interpreter should look, which does it or says what is wrong."""


class Codec:
    """Encodes and decodes the messages of one schema."""

    def __init__(self, schema: Schema, limits: Limits | None = None) -> None:
        """Nothing is compiled before it is needed."""
        self.schema = schema
        self.limits = limits or Limits()
        self._grammars = Grammars(schema)
        self.compiled = Compiled(self._grammars)
        """The compiled functions; other limits than the usual leave everything to the interpreter."""
        self._fast = FAST_OCTETS if self.limits == Limits() else 0
        self._documents = _Entrance(self.compiled, schema.roots, document.root_width(schema.roots), end=None)
        width = document.fragment_width(schema.names)
        self._fragments = _Entrance(self.compiled, schema.names, width, end=len(schema.names) + 1)

    def encode(self, message: Any, *, fragment: bool = False, hits: bool = False) -> bytes:
        """The stream of a message.

        Args:
            message: a value of one of the types that the schema declares.
            fragment: encode as an EXI fragment, as for signatures.
            hits: name repeated strings by number, as EXI would have it; without, every string is spelt out, as
                deployed stacks do and as some of them (the C codecs, Josev) must have it.

        Raises:
            ExiError: the grammar cannot say it; names the element path.
        """
        entrance = self._fragments if fragment else self._documents
        try:
            prefix, function = entrance.writers[type(message)]
            a = function(prefix, message, {EVERYWHERE: {}} if hits else None)
            if entrance.end is not None:
                a = a << entrance.width | entrance.end
            size = a.bit_length()
            return int.to_bytes(a << (-size & 7), (size + 7) >> 3, "big")
        except _GIVE_UP:
            return self.encode_slowly(message, fragment=fragment, hits=hits)

    def decode(self, data: bytes, *, fragment: bool = False) -> Any:
        """The message of a stream.

        Raises:
            ExiError: the stream is none of this schema; names the bit offset and the element path.
        """
        size = len(data)
        if size > self._fast:
            return self.decode_slowly(data, fragment=fragment)
        entrance = self._fragments if fragment else self._documents
        try:
            n = int.from_bytes(data, "big")
            s = 8 * size - 8 - entrance.width
            message, s = entrance.readers[n >> s](n, s, [])
            if entrance.end is not None and n >> s - entrance.width & (1 << entrance.width) - 1 != entrance.end:
                return self.decode_slowly(data, fragment=fragment)
        except _GIVE_UP:
            return self.decode_slowly(data, fragment=fragment)
        return message

    def encode_slowly(self, message: Any, *, fragment: bool = False, hits: bool = False) -> bytes:
        """As `encode`, by the interpreter alone."""
        element = self.schema.elements.get(type(message))
        if element is None:
            raise ExiError(f"{type(message).__name__} is no element of the schema {self.schema.title}")
        return document.write(Encoding(self._grammars, hits=hits), element, message, fragment=fragment)

    def decode_slowly(self, data: bytes, *, fragment: bool = False) -> Any:
        """As `decode`, by the interpreter alone."""
        if len(data) > self.limits.octets:
            raise ExiError(f"{len(data)} bytes, more than {self.limits.octets}", bit=0)
        return document.read(Decoding(self._grammars, data, self.limits), fragment=fragment)


class _Entrance:
    """Where a stream begins: its first bits, and the functions that go on from there."""

    def __init__(self, compiled: Compiled, entries: document.Entries, width: int, *, end: int | None) -> None:
        self.width = width
        self.end = end
        self.readers: dict[int, Function] = {}
        self.writers: dict[Any, tuple[int, Function]] = {}
        elements = compiled.schema.elements
        for code, (name, element) in enumerate(entries):
            if element is None or not isinstance(element.type, Complex):
                continue
            prefix = document.HEADER << width | code
            kind = element.type.build
            keep_reader = partial(self.readers.__setitem__, prefix)
            self.readers[prefix] = compiled.entrance("read", element, element.type, keep_reader)
            if (own := elements.get(kind)) is not None and own.name == name:
                keep_writer = partial(self._keep_writer, kind, prefix)
                self.writers[kind] = prefix, compiled.entrance("write", element, element.type, keep_writer)

    def _keep_writer(self, kind: Any, prefix: int, function: Function) -> None:
        self.writers[kind] = prefix, function
