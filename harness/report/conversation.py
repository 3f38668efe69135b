"""A trace as a report shows it: every entry that matters with its meaning, long repetitions folded."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

import msgspec

Line = dict[str, Any]
"""One entry of a trace file."""

_REPEATED = 6
"""How often a message must come before its repetitions are folded."""
_KEPT_BEFORE, _KEPT_AFTER = 4, 2
_LEAST_FOLDED = 4
LONGEST = 240
"""Rows of one conversation; more are folded whatever they are."""
_LONGEST_TEXT = 240
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


class Budget:
    """How many bytes of decoded messages a report may still carry; the rest stays in the evidence."""

    def __init__(self, octets: int) -> None:
        """Start with `octets` to spend."""
        self.left = octets

    def take(self, view: Any) -> bool:
        """Spend what `view` costs, if that much is left."""
        cost = len(msgspec.json.encode(view))
        if cost > self.left:
            return False
        self.left -= cost
        return True


def converse(lines: list[Line], cited: Collection[int], budget: Budget, longest: int = LONGEST) -> dict[str, Any]:
    """The conversation of one trace.

    Args:
        lines: the trace file: header, entries, and the footer if it has one.
        cited: numbers of the entries that findings speak of; they are never folded.
        budget: what decoded messages may cost; those that are cited are served first.
        longest: rows that may be shown, cited ones apart.
    """
    entries = [line for line in lines[1:] if line.get("kind") != "footer"]
    begin = entries[0]["at"] if entries else 0.0
    rows = list(_bounded(list(_folded(entries, cited, begin)), cited, longest))
    omitted = 0
    for row in sorted(rows, key=lambda row: row["n"] not in cited):
        view = row.get("view")
        if view is not None and not budget.take(view):
            del row["view"]
            omitted += 1
    return {
        "subject": lines[0].get("subject"),
        "begins": lines[1]["utc"] if entries else "",
        "entries": len(entries),
        "first": entries[0]["n"] if entries else 0,
        "last": entries[-1]["n"] if entries else 0,
        "rows": rows,
        "views_omitted": omitted,
    }


def _folded(entries: list[Line], cited: Collection[int], begin: float) -> Iterator[dict[str, Any]]:
    frequent = {key for key, count in Counter(map(_key, entries)).items() if count > _REPEATED}
    last_gist: dict[Any, str] = {}
    stretch: list[Line] = []
    for entry in entries:
        key = _key(entry)
        gist = _NUMBER.sub("#", entry.get("gist", ""))
        same = last_gist.get(key) == gist
        last_gist[key] = gist
        dull = key in frequent and same and entry["n"] not in cited
        if dull and not entry.get("problem") and not entry["deliberate"]:
            stretch.append(entry)
            continue
        yield from _stretch(stretch, begin)
        stretch = []
        yield _row(entry, begin)
    yield from _stretch(stretch, begin)


def _stretch(stretch: list[Line], begin: float) -> Iterator[dict[str, Any]]:
    if len(stretch) < _KEPT_BEFORE + _KEPT_AFTER + _LEAST_FOLDED:
        yield from (_row(entry, begin) for entry in stretch)
        return
    yield from (_row(entry, begin) for entry in stretch[:_KEPT_BEFORE])
    yield _fold(stretch[_KEPT_BEFORE:-_KEPT_AFTER], begin)
    yield from (_row(entry, begin) for entry in stretch[-_KEPT_AFTER:])


def _bounded(rows: list[dict[str, Any]], cited: Collection[int], longest: int) -> Iterator[dict[str, Any]]:
    """No more rows than a reader can take: what is beyond the limit and not cited becomes one fold at a time."""
    if len(rows) <= longest:
        yield from rows
        return
    yield from rows[: longest // 2]
    hidden: list[dict[str, Any]] = []
    last = len(rows) - longest // 4
    for index, row in enumerate(rows[longest // 2 :], longest // 2):
        if index < last and row["n"] not in cited:
            hidden.append(row)
            continue
        yield from _merged(hidden)
        hidden = []
        yield row
    yield from _merged(hidden)


def _merged(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    if not rows:
        return
    names: Counter[str] = Counter()
    for row in rows:
        names.update(row["fold"]["names"] if "fold" in row else {row["label"]: 1})
    first, last = rows[0], rows[-1]
    yield _fold_row(
        (first["n"], first["t"]),
        (last["fold"]["to"], last["fold"]["until"]) if "fold" in last else (last["n"], last["t"]),
        names,
    )


def _fold(stretch: list[Line], begin: float) -> dict[str, Any]:
    first, last = stretch[0], stretch[-1]
    names = Counter(entry.get("name") or _label(entry) for entry in stretch)
    return _fold_row((first["n"], _since(first, begin)), (last["n"], _since(last, begin)), names)


def _fold_row(first: tuple[int, float], last: tuple[int, float], names: Counter[str]) -> dict[str, Any]:
    return {
        "n": first[0],
        "t": first[1],
        "fold": {
            "to": last[0],
            "until": last[1],
            "count": sum(names.values()),
            "names": dict(sorted(names.items())),
        },
    }


def _row(entry: Line, begin: float) -> dict[str, Any]:
    row = {
        "n": entry["n"],
        "t": _since(entry, begin),
        "link": entry["link"],
        "by": entry["by"],
        "kind": entry["kind"],
        "label": _label(entry),
    }
    if gist := entry.get("gist") or _told(entry):
        row["gist"] = _shorten(gist)
    if entry["deliberate"]:
        row["deliberate"] = True
    if entry.get("problem"):
        row["problem"] = entry["problem"]
    view = _view(entry)
    if view not in (None, {}, ""):
        row["view"] = view
    return row


def _view(entry: Line) -> Any:
    if entry["kind"] == "frame":
        return entry["view"] if "view" in entry else {"bytes": _shorten(entry.get("hex") or entry.get("json", ""))}
    if entry["kind"] == "tls":
        return _short_values(entry["facts"])
    return _short_values(entry["data"]) if entry["kind"] == "note" else None


def _label(entry: Line) -> str:
    match entry["kind"]:
        case "frame":
            return entry["name"] or f"unreadable frame {entry.get('payload_type', '')}".rstrip()
        case "tls":
            return _TLS_LABELS.get(entry["event"], f"TLS: {entry['event']}")
        case "link":
            return _LINK_LABELS.get(entry["state"], f"connection {entry['state']}")
        case "fault":
            return f"deliberate fault: {entry['fault']}"
        case "operation":
            return str(entry["action"]).replace("_", " ")
        case "gap":
            return "a hole in our own recording"
    return _shorten(str(entry.get("text", "")))


def _told(entry: Line) -> str:
    if entry["kind"] == "tls":
        return _tls_told(entry)
    return str(entry.get("detail") or (entry.get("text", "") if entry["kind"] == "gap" else ""))


def _tls_told(entry: Line) -> str:
    facts = entry["facts"]
    parts = [str(facts[key]) for key in ("version", "suite", "group") if facts.get(key)]
    if entry.get("alert") is not None:
        parts.append(f"alert {entry['alert']}")
    if entry.get("detail"):
        parts.append(str(entry["detail"]))
    return ", ".join(parts)


def _short_values(value: Any) -> Any:
    if isinstance(value, str):
        return _shorten(value)
    if isinstance(value, list):
        return [_short_values(member) for member in value]
    if isinstance(value, dict):
        return {key: _short_values(member) for key, member in value.items()}
    return value


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}… ({len(text)} characters)"


def _since(entry: Line, begin: float) -> float:
    return round(float(entry["at"]) - begin, 6)


def _key(entry: Line) -> tuple[Any, ...]:
    return (entry["kind"], entry["link"], entry["by"], entry.get("name") or _label(entry))


def home(number: int, traces: list[dict[str, Any]]) -> int | None:
    """Which of an attempt's conversations an entry number belongs to; None if none or several could be meant."""
    found = [index for index, trace in enumerate(traces) if trace["first"] <= number <= trace["last"]]
    return found[0] if len(found) == 1 else None


_TLS_LABELS = {
    "handshake": "TLS handshake complete",
    "refused": "TLS handshake refused",
    "alert": "TLS alert",
    "closed": "TLS closed",
}
_LINK_LABELS = {
    "open": "connection open",
    "closed": "connection closed",
    "reset": "connection reset",
    "refused": "connection refused",
    "unanswered": "no answer",
}
