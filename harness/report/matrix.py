"""The data-availability matrix as a page shows it: one row for each datum, whatever the number of cases about it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from harness.core.measurement import Reach
from harness.report.words import REACH_MEANING, REACH_WORD, listed, plural

_BY_WEIGHT = (
    Reach.WRONG,
    Reach.LOST_AT_STATION,
    Reach.STALE,
    Reach.AVAILABLE,
    Reach.NOT_REPRESENTABLE,
    Reach.LOST_AT_EV,
)
"""Which of several outcomes a row shows: the one that says most."""
_GAPS = {Reach.WRONG, Reach.LOST_AT_STATION, Reach.STALE}
_TALLIED = {
    Reach.WRONG: ("arrived wrong", "arrived wrong"),
    Reach.STALE: ("arrived too late", "arrived too late"),
    Reach.LOST_AT_STATION: ("was lost in the charger", "were lost in the charger"),
    Reach.NOT_REPRESENTABLE: ("has no place in OCPP 2.0.1", "have no place in OCPP 2.0.1"),
    Reach.LOST_AT_EV: ("was not said by the vehicle", "were not said by the vehicle"),
}
_GROUPED = re.compile(r"(?<![\d.])\d{5,}(?![\d.])")


def matrix(told: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row for each datum, those that arrived first, then the gaps, then what no protocol or vehicle offers."""
    by_name: dict[str, list[dict[str, Any]]] = {}
    for datum in told:
        by_name.setdefault(datum["name"], []).append(datum)
    rows = [_row(members) for members in by_name.values()]
    return sorted(rows, key=lambda row: list(REACH_WORD).index(Reach(row["reach"])))


def tally(rows: list[dict[str, Any]]) -> str:
    """The matrix in a sentence."""
    arrived = sum(bool(row["ok"]) for row in rows)
    others = [
        f"{count} {_TALLIED[reach][count > 1]}"
        for reach in REACH_WORD
        if reach is not Reach.AVAILABLE and (count := sum(row["reach"] == reach for row in rows))
    ]
    return listed([f"{arrived} of {plural(len(rows), 'datum', 'data')} arrived", *others]) + "."


def legend(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """The results that occur, and what they mean."""
    found = {row["reach"] for row in rows}
    return [(word, REACH_MEANING[reach]) for reach, word in REACH_WORD.items() if reach in found]


def amount(told: str) -> str:
    """A value with its unit, thousands set apart and kept on one line."""
    grouped = _GROUPED.sub(lambda number: f"{int(number.group()):,}".replace(",", "\u202f"), told)
    return grouped.replace(" ", "\u00a0", 1)


def _row(members: list[dict[str, Any]]) -> dict[str, Any]:
    shown = min(members, key=lambda datum: _BY_WEIGHT.index(Reach(datum["reach"])))
    return {**shown, "told": members, "tone": _tone(shown)}


def _tone(datum: dict[str, Any]) -> str:
    """Red only where a case failed over it; what nobody could pass on is no fault."""
    reach = Reach(datum["reach"])
    if reach is Reach.AVAILABLE:
        return "good"
    if reach in _GAPS:
        return "bad" if datum["verdict"] == "FAIL" else "gap"
    return "none"
