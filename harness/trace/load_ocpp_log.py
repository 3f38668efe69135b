"""OCPP logs of other programs as a trace: JSON lines, plain text with an OCPP-J array in it, or CSV; found out or told.

Each frame needs the side it came from. A log says that by a direction mark (`->`, `send`, `[IN]`…), which is seen from
whoever wrote it: by default the station. Lines without a frame are passed over where they are plain text, and are a
hole in the recording where they look like one and cannot be read.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct

from harness.core.case import Role
from harness.core.errors import UserError
from harness.messages.ocpp_time import parse_timestamp
from harness.trace.entry import Body, Entry, Gap, Link
from harness.trace.reading import Reading
from harness.trace.trace import Trace

OUT, IN = "out", "in"
OTHER = {Role.STATION: Role.CSMS, Role.CSMS: Role.STATION}
_MILLISECONDS = 1e11
"""Numbers from here on are milliseconds, not seconds, since 1970."""
_MOST_TOLD = 3
"""Unreadable lines that an error tells."""


class LogForm(StrEnum):
    """How a log is written."""

    JSON_LINES = "jsonl"
    TEXT = "text"
    CSV = "csv"


class LogError(UserError):
    """A log cannot be read as OCPP."""


class Line(Struct, frozen=True):
    """One line of a log as far as it was understood."""

    number: int
    frame: str = ""
    mark: str = ""
    """`in`, `out`, `station` or `csms`; empty where nothing tells."""
    at: float | None = None
    station: str = ""
    problem: str = ""


_STRONG = re.compile(
    r"(?P<out>-{1,2}>|=>|>{2,}|→|\[(?:out|send|sent|tx)\]|\b(?:send|sent|sending|tx|outgoing|outbound|transmitted)\b)"
    r"|(?P<inn><-{1,2}|<=|<{2,}|←|\[(?:in|recv|received|rx)\]|\b(?:recv|receive|received|receiving|rx|incoming|inbound)\b)",
    re.IGNORECASE,
)
_WEAK = re.compile(r"(?P<out>\bout\b)|(?P<inn>\bin\b)", re.IGNORECASE)
"""Words that a sentence may hold by chance: they count where nothing else tells."""
_FROM_TO = re.compile(r"(\w+)\s*(?:-{1,2}>|=>|→)\s*(\w+)")
_SIDES = {
    "station": "station", "cs": "station", "cp": "station", "chargepoint": "station", "charge_point": "station",
    "chargingstation": "station", "charging_station": "station", "charger": "station", "client": "station",
    "csms": "csms", "central": "csms", "centralsystem": "csms", "central_system": "csms", "backend": "csms",
    "server": "csms", "cpo": "csms",
}  # fmt: skip
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?")
_FRAME = re.compile(r"\[\s*[2-6]\s*,")
_BROKEN = re.compile(r"\[\s*[2-6]\s*,\s*\"")
_SHORTEST = 3
_FRAME_KEYS = ("frame", "message", "msg", "payload", "data", "raw", "text", "content", "json")
_MARK_KEYS = ("direction", "dir", "sender", "from", "source", "side", "by", "type", "origin")
_TIME_KEYS = ("timestamp", "time", "at", "ts", "date", "datetime", "@timestamp", "utc", "created")
_STATION_KEYS = (
    "station",
    "station_id",
    "stationid",
    "chargepoint",
    "charge_point_id",
    "chargepointid",
    "identity",
    "cpid",
    "cp_id",
    "id",
)


def read(
    text: str,
    *,
    where: str = "log",
    form: LogForm | None = None,
    side: Role = Role.STATION,
    station: str = "",
    subject: Role | None = None,
) -> Trace:
    """The trace of a log.

    Args:
        text: what stands in the file.
        where: what an error calls it.
        form: how it is written; found out where it is left out.
        side: who wrote it, as "out" is from there.
        station: the station to read, where the log has several.
        subject: whose doing the trace is to judge.

    Raises:
        LogError: nothing in it is an OCPP frame with a direction, or it holds several stations and none was chosen.
    """
    chosen = form or form_of(text)
    lines = list(_READERS[chosen](text))
    if station:
        # A line that names nobody belongs to the one before it, whoever that was: only what is named can be left out.
        lines = [line for line in lines if line.station in {"", station}]
    _check(lines, where, chosen, station)
    return Trace(entries=tuple(_entries(lines, side)), subject=subject)


def form_of(text: str) -> LogForm:
    """How a log is written, by its first lines."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if first.startswith("{"):
        return LogForm.JSON_LINES
    columns = [name.strip().strip('"').lower() for name in re.split("[,;\t]", first)]
    known = {*_FRAME_KEYS, *_MARK_KEYS, *_TIME_KEYS}
    if len(columns) > 1 and len([name for name in columns if name in known]) > 1 and not _FRAME.search(first):
        return LogForm.CSV
    return LogForm.TEXT


def _check(lines: list[Line], where: str, form: LogForm, station: str) -> None:
    frames = [line for line in lines if line.frame]
    named = {line.station for line in frames if line.station}
    if len(named) > 1 and not station:
        told = ", ".join(sorted(named)[:5])
        raise LogError(f"holds {len(named)} stations ({told})", where=where, do="choose one with --station")
    if not any(line.mark for line in frames):
        bad = [f"line {line.number}: {line.problem}" for line in lines if line.problem][:_MOST_TOLD]
        bad += [f"line {line.number}: says not who sent it" for line in frames][: _MOST_TOLD - len(bad)]
        what = "; ".join(bad) or "no line has an OCPP frame (an array that begins with 2, 3 or 4)"
        raise LogError(
            f"cannot be read as {form.value}: {what}", where=where, do="see docs/how-to/check-a-log.md for the forms"
        )


def _entries(lines: list[Line], side: Role) -> Iterator[Entry]:
    """The entries of lines; a line that cannot be read is a hole, as nobody knows what it said."""
    reading = Reading()
    at, number = next((line.at for line in lines if line.at is not None), 0.0), 0
    for line in lines:
        at = at if line.at is None else line.at
        sender = _sender(line.mark, side)
        body: Body
        if line.frame and sender is not None:
            body = reading.seen(Link.OCPP, sender, line.frame.encode())
        elif line.frame or line.problem:
            why = line.problem or "says not who sent it"
            body, sender = Gap(text=f"line {line.number} {why}"), None
        else:
            continue
        number += 1
        yield Entry(number=number, at=at, link=Link.OCPP, sender=sender, body=body)


def _sender(mark: str, side: Role) -> Role | None:
    if mark in {OUT, IN}:
        return side if mark == OUT else OTHER[side]
    return Role(mark) if mark else None


def _json_lines(text: str) -> Iterator[Line]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
        except ValueError as problem:
            yield Line(number, problem=f"is no JSON ({problem})")
            continue
        if isinstance(fields, dict):
            yield _of_fields({str(key).lower(): value for key, value in fields.items()}, number)
        else:
            yield Line(number, problem="is no JSON object")


def _csv(text: str) -> Iterator[Line]:
    first = text.lstrip().splitlines()[0]
    separator = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text), delimiter=separator, doublequote=True)
    names = [name.strip().lower() for name in next(rows, [])]
    before = rows.line_num
    for row in rows:
        number, before = before + 1, rows.line_num
        if not row:
            continue
        if len(row) != len(names):
            yield Line(number, problem=f"has {len(row)} columns, the first line has {len(names)}")
        else:
            yield _of_fields(dict(zip(names, row, strict=True)), number)


def _of_fields(fields: dict[str, Any], number: int) -> Line:
    frame = next((found for key in _FRAME_KEYS if (found := _as_frame(fields.get(key)))), "")
    mark = next((found for key in _MARK_KEYS if (found := _mark(str(fields.get(key, ""))))), "")
    at = next((when for key in _TIME_KEYS if (when := _moment(fields.get(key))) is not None), None)
    station = next((str(fields[key]) for key in _STATION_KEYS if fields.get(key)), "")
    texts = [str(value) for key in _FRAME_KEYS if (value := fields.get(key))]
    problem = "" if frame or not any(_FRAME.match(text.strip()) for text in texts) else "has a frame that is no JSON"
    return Line(number, frame, mark, at, station, problem)


def _as_frame(value: Any) -> str:
    """The text of a frame, whether it stands as an array or as a text."""
    if isinstance(value, list) and value and isinstance(value[0], int):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return _cut_out(value)[0] if isinstance(value, str) else ""


def _plain(text: str) -> Iterator[Line]:
    for number, line in enumerate(text.splitlines(), 1):
        found = _FRAME.search(line)
        if found is None:
            continue
        frame, end = _cut_out(line)
        head = line[: found.start()] + " " + line[end:]
        if not frame and _BROKEN.search(line):
            yield Line(number, at=_time_in(head), problem="has a frame that is no JSON, or is cut off")
        elif frame:
            yield Line(number, frame, _mark(head), _time_in(head))


def _cut_out(line: str) -> tuple[str, int]:
    """The first OCPP-J array in a text, as it stands there, and where it ends."""
    for found in _FRAME.finditer(line):
        try:
            array, end = json.JSONDecoder().raw_decode(line, found.start())
        except ValueError:
            continue
        # Numbers in brackets stand in many a sentence; the shortest frame has three elements.
        if len(array) >= _SHORTEST:
            return line[found.start() : end], end
    return "", len(line)


def _mark(text: str) -> str:
    """The direction that a text tells, or the side that it names."""
    word = text.strip().strip("[]").lower()
    if word in _SIDES:
        return _SIDES[word]
    for sender, receiver in _FROM_TO.findall(text):
        if sender.lower() in _SIDES:
            return _SIDES[sender.lower()]
        if receiver.lower() in _SIDES:
            return "csms" if _SIDES[receiver.lower()] == "station" else "station"
    found = _STRONG.search(text) or _WEAK.search(text)
    return "" if found is None else OUT if found.group("out") else IN


def _time_in(text: str) -> float | None:
    found = _TIME.search(text)
    return None if found is None else _moment(found.group())


def _moment(value: Any) -> float | None:
    """Unix time of a number of seconds or milliseconds, or of a timestamp; one without a zone is taken as UTC."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return value / 1000 if value > _MILLISECONDS else float(value)
    text = str(value).strip().replace(" ", "T", 1).replace(",", ".")
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return _moment(float(text))
    try:
        return parse_timestamp(text)
    except ValueError:
        pass
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


_READERS = {LogForm.JSON_LINES: _json_lines, LogForm.CSV: _csv, LogForm.TEXT: _plain}
