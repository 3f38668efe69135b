"""Mutated EXI streams by the hundred thousand: each must give a message or `ExiError`, and soon.

    python benchmarks/fuzz.py [COUNT [SEED]]

Starts from the streams in `fixtures/exi`; every kind of damage that a wire or a malicious peer does. Each stream is
read twice, by the compiled functions and by the interpreter alone: both must say the same. Exit 1 if any does not.
"""

from __future__ import annotations

import json
import resource
import sys
from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from harness.exi.errors import ExiError
from harness.messages.schema import codec

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "exi"


class Stream(NamedTuple):
    """A stream with what it is to be read as."""

    schema: str
    fragment: bool
    data: bytes


def samples() -> list[Stream]:
    """The kept streams of all schemas, turn about, so that a prefix of them has some of each."""
    files = [
        [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        for file in sorted(FIXTURES.glob("*.jsonl"))
    ]
    longest = max(map(len, files))
    lines = [file[index % len(file)] for index in range(longest) for file in files]
    return [Stream(line["schema"], line["fragment"], bytes.fromhex(line["exi"])) for line in lines]


def cuts(stream: Stream) -> Iterator[Stream]:
    """The stream cut at every bit, the last octet filled with zeros."""
    for bits in range(8 * len(stream.data)):
        data = bytearray(stream.data[: (bits + 7) // 8])
        if bits % 8:
            data[-1] &= 0xFF << (8 - bits % 8) & 0xFF
        yield stream._replace(data=bytes(data))


def damaged(stream: Stream, seed: int) -> Stream:
    """One damage, chosen by the seed: flipped bits, octets changed, doubled, dropped, or all made up."""
    chance = int.from_bytes(blake2b(seed.to_bytes(8, "big")).digest(), "big")
    chance, kind = divmod(chance, 6)
    data = bytearray(stream.data)
    for _ in range(1 + chance % 4):
        chance, at = divmod(chance >> 2, max(len(data), 1))
        if kind < 3:
            data[at] ^= 1 << chance % 8
        elif kind == 3:
            data[at] = chance % 256
        elif kind == 4:
            data[at:at] = data[at // 2 : at]
        elif len(data) > 2:
            del data[at]
        chance >>= 8
    if kind == 5 and chance % 3 == 0:
        data[1:] = blake2b(bytes(data)).digest()
    return stream._replace(data=bytes(data))


def mutants(count: int, seed: int) -> Iterator[Stream]:
    """`count` streams: a third cut, the others damaged."""
    kept = samples()
    cutting = (cut for stream in sorted(kept, key=lambda stream: len(stream.data)) for cut in cuts(stream))
    for index in range(count):
        cut = next(cutting, None) if index % 3 == 0 else None
        yield cut or damaged(kept[index % len(kept)], seed * 1_000_000_007 + index)


def outcome(stream: Stream, *, slowly: bool = False) -> object:
    """The message of a stream, or what is wrong with it, as text; any other exception goes through."""
    reader = codec(stream.schema)
    try:
        decode = reader.decode_slowly if slowly else reader.decode
        return decode(stream.data, fragment=stream.fragment)
    except ExiError as error:
        return str(error)


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    for stream in samples():
        outcome(stream)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    counts: Counter[str] = Counter()
    slowest, wrong = (0.0, b""), []
    begin = perf_counter()
    for stream in mutants(count, seed):
        start = perf_counter()
        try:
            found = outcome(stream)
        except Exception as error:  # noqa: BLE001 - exactly what must not happen
            wrong.append(f"{stream.schema} {stream.data.hex()}: {error!r}")
            continue
        slowest = max(slowest, (perf_counter() - start, stream.data))
        counts["ExiError" if isinstance(found, str) else "message"] += 1
        if found != outcome(stream, slowly=True):
            wrong.append(f"{stream.schema} {stream.data.hex()}: compiled and interpreted differ")
    took = perf_counter() - begin
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"{count} streams in {took:.1f} s (each read twice): {dict(counts)}, {len(wrong)} wrong")
    print(f"slowest {slowest[0] * 1e3:.2f} ms ({len(slowest[1])} bytes), memory grew by {grown / 1024:.1f} MiB")
    for line in wrong[:5]:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
