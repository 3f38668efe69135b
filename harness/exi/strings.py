"""String tables: what was said before is named by number (EXI 1.0, section 7.3)."""

from __future__ import annotations

from harness.exi.bits import BitReader, BitWriter, width_of
from harness.exi.errors import ExiError
from harness.exi.limits import Limits

LOCAL_HIT, GLOBAL_HIT, LENGTH_OFFSET = 0, 1, 2
LAST_CODE_POINT = 0x10FFFF
SURROGATES = range(0xD800, 0xE000)


class ReadStrings:
    """What a decoder has read so far: everywhere, and by the qualified name it was the value of."""

    def __init__(self, limits: Limits) -> None:
        """Start with empty tables."""
        self._limits = limits
        self._everywhere: list[str] = []
        self._by_name: dict[int, list[str]] = {}

    def read(self, reader: BitReader, name: int) -> str:
        """A string value of the qualified name numbered `name`.

        Raises:
            ExiError: it names a string that was never said, is too long, or is no Unicode.
        """
        start = reader.at
        head = reader.unsigned(self._limits.integer)
        if head == LOCAL_HIT:
            return self._hit(reader, self._by_name.get(name, []), "this element", start)
        if head == GLOBAL_HIT:
            return self._hit(reader, self._everywhere, "the stream", start)
        text = self._characters(reader, head - LENGTH_OFFSET, start)
        if text:
            self._everywhere.append(text)
            self._by_name.setdefault(name, []).append(text)
        return text

    @staticmethod
    def _hit(reader: BitReader, table: list[str], whose: str, start: int) -> str:
        index = reader.bits(width_of(len(table)))
        if index >= len(table):
            raise ExiError(f"string {index} of the {len(table)} that {whose} has said so far", bit=start)
        return table[index]

    def _characters(self, reader: BitReader, length: int, start: int) -> str:
        if length > self._limits.text:
            raise ExiError(f"a string of {length} characters, more than {self._limits.text}", bit=start)
        points = [reader.unsigned(self._limits.integer) for _ in range(length)]
        wrong = [point for point in points if point > LAST_CODE_POINT or point in SURROGATES]
        if wrong:
            raise ExiError(f"{wrong[0]:#x} is no character", bit=start)
        return "".join(map(chr, points))


class WriteStrings:
    """What an encoder has written so far."""

    def __init__(self, *, hits: bool) -> None:
        """Without `hits` every string is spelt out, for decoders that know no tables."""
        self._hits = hits
        self._everywhere: dict[str, int] = {}
        self._by_name: dict[int, dict[str, int]] = {}

    def write(self, writer: BitWriter, text: str, name: int) -> None:
        """Append `text` as a value of the qualified name numbered `name`."""
        local = self._by_name.setdefault(name, {})
        if text in local:
            writer.unsigned(LOCAL_HIT)
            writer.bits(local[text], width_of(len(local)))
        elif text in self._everywhere:
            writer.unsigned(GLOBAL_HIT)
            writer.bits(self._everywhere[text], width_of(len(self._everywhere)))
        else:
            self._spell(writer, text)
            if text and self._hits:
                local[text] = len(local)
                self._everywhere[text] = len(self._everywhere)

    @staticmethod
    def _spell(writer: BitWriter, text: str) -> None:
        writer.unsigned(len(text) + LENGTH_OFFSET)
        for character in text:
            writer.unsigned(ord(character))
