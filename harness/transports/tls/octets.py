"""Reading the vectors that handshake messages are made of (RFC 8446, 3)."""

from __future__ import annotations

MOST_BYTES = 65_536
"""A longer handshake message is not looked into."""


class Malformed(ValueError):
    """A handshake message that cannot be read."""


class Reader:
    """Takes numbers and length-prefixed vectors off a message, one after the other.

    Raises:
        Malformed: from each method, if fewer bytes are left than it needs.
    """

    def __init__(self, data: bytes) -> None:
        if len(data) > MOST_BYTES:
            raise Malformed(f"{len(data)} bytes are more than the {MOST_BYTES} that are looked into")
        self._data, self._at = data, 0

    @property
    def more(self) -> bool:
        """Whether something is left."""
        return self._at < len(self._data)

    @property
    def rest(self) -> bytes:
        """All that is left, still to be taken."""
        return self._data[self._at :]

    def take(self, count: int) -> bytes:
        """So many bytes."""
        part = self._data[self._at : self._at + count]
        if len(part) != count:
            raise Malformed(f"{count} bytes expected at {self._at}, {len(part)} there")
        self._at += count
        return part

    def number(self, width: int) -> int:
        """A number of so many bytes."""
        return int.from_bytes(self.take(width), "big")

    def vector(self, width: int) -> bytes:
        """What stands behind a length of `width` bytes."""
        return self.take(self.number(width))

    def numbers(self, width: int, size: int = 2) -> tuple[int, ...]:
        """A vector of numbers of `size` bytes each."""
        data = self.vector(width)
        if len(data) % size:
            raise Malformed(f"{len(data)} bytes are no list of numbers of {size} bytes")
        return tuple(int.from_bytes(data[at : at + size], "big") for at in range(0, len(data), size))

    def vectors(self, width: int, size: int) -> tuple[bytes, ...]:
        """A vector of vectors."""
        inner = Reader(self.vector(width))
        found = []
        while inner.more:
            found.append(inner.vector(size))
        return tuple(found)

    def extensions(self) -> tuple[tuple[int, bytes], ...]:
        """The extensions of a message, in order; none at its end."""
        if not self.more:
            return ()
        data, at = self.vector(2), 0
        found = []
        while at < len(data):
            kind, size = int.from_bytes(data[at : at + 2], "big"), int.from_bytes(data[at + 2 : at + 4], "big")
            body = data[at + 4 : at + 4 + size]
            if len(data) < at + 4 or len(body) != size:
                raise Malformed(f"an extension at {at} of {len(data)} bytes of extensions has no end")
            found.append((kind, body))
            at += 4 + size
        return tuple(found)
