"""The message-sequence diagram of a conversation, as SVG that takes its colours from the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from harness.core.case import Role
from harness.report.words import SHORT_PARTY

_WIDTH = 900
_GUTTER = 104
_HEAD = 46
_ROW, _BAND, _FOLD = 34, 27, 32
_CHARACTER = 6.6
"""Mean width of a character of the labels, in the units of the drawing."""
_TIP = 7
_ENDS = {"v2g": (Role.EV, Role.STATION), "sdp": (Role.EV, Role.STATION), "plug": (Role.EV, Role.STATION)}
_BACK = (Role.STATION, Role.CSMS)
_PLACES = {2: (200, 800), 3: (170, 560, 836)}
"""Where the lanes stand; the vehicle's link has the longer names."""
_MARKS = {"FAIL": ("bad", "✕"), "PASS": ("good", "✓"), "INCONCLUSIVE": ("open", "?"), "ERROR": ("bad", "!")}


def diagram(conversation: Mapping[str, Any], marks: Mapping[int, str], anchor: str = "") -> Markup:
    """Draw a conversation.

    Args:
        conversation: rows as `harness.report.conversation` makes them.
        marks: by entry number, the worst verdict of the findings that cite it.
        anchor: beginning of the ids of the decoded messages that arrows lead to; empty: no links.
    """
    return _Drawing(conversation["rows"], marks, anchor).svg()


class _Drawing:
    def __init__(self, rows: list[dict[str, Any]], marks: Mapping[int, str], anchor: str) -> None:
        self._rows, self._marks, self._anchor = rows, marks, anchor
        self._lanes = _lanes(rows)
        self._y = _HEAD
        self._parts: list[str] = []

    def svg(self) -> Markup:
        for row in self._rows:
            self._draw(row)
        height = self._y + 14
        top = "".join(self._lane(role, x, height) for role, x in self._lanes.items())
        told = f'role="img" aria-label="Message sequence, {len(self._rows)} rows"'
        drawing = f'<svg class="seq" viewBox="0 0 {_WIDTH} {height}" {told}>{top}{"".join(self._parts)}</svg>'
        return Markup(drawing)  # noqa: S704 - every text in it went through `escape`

    def _lane(self, role: Role, x: int, height: int) -> str:
        return (
            f'<path class="life" d="M{x} {_HEAD - 8}V{height}"/><rect class="head {role}" x="{x - 58}" y="8" '
            f'width="116" height="26" rx="13"/><text class="role" x="{x}" y="25.5">{SHORT_PARTY[role]}</text>'
        )

    def _draw(self, row: dict[str, Any]) -> None:
        if "fold" in row:
            self._fold(row)
        elif row["kind"] == "frame" and row["by"]:
            self._arrow(row)
        else:
            self._band(row)

    def _arrow(self, row: dict[str, Any]) -> None:
        source, target = self._ends(row)
        self._y += _ROW
        y = self._y - 7
        kind = " ".join(filter(None, [row["by"], "bent" if row.get("deliberate") else "", self._mark_class(row)]))
        tip = _TIP if target > source else -_TIP
        line = f'<path class="arrow" d="M{source} {y}H{target}m{-tip} -4l{tip} 4l{-tip} 4"/>'
        label = self._label(row, abs(target - source) - 16, (source + target) // 2, y - 7)
        self._parts.append(
            f'<g class="{kind}">{self._when(row, y)}{line}{label}{self._mark(row, source, target, y)}</g>'
        )

    def _label(self, row: dict[str, Any], room: float, x: int, y: int) -> str:
        fits = int(room / _CHARACTER)
        name = _cut(row["label"], fits)
        told = row.get("problem") or row.get("gist", "")
        left = fits - len(name) - 2
        gist = f'<tspan class="gist" dx="7">{escape(_cut(told, left))}</tspan>' if told and left > 3 else ""
        text = f'<text class="label" x="{x}" y="{y}">{escape(name)}{gist}</text>'
        if not self._anchor or "view" not in row:
            return text
        return f'<a href="#{escape(self._anchor)}{row["n"]}">{text}</a>'

    def _mark(self, row: dict[str, Any], source: int, target: int, y: int) -> str:
        style = _MARKS.get(self._marks.get(row["n"], ""))
        if style is None:
            return ""
        x = target + 19 if target > source else target - 19
        disc = f'<circle class="mark {style[0]}" cx="{x}" cy="{y}" r="8"/>'
        return f'{disc}<text class="sign" x="{x}" y="{y + 4}">{style[1]}</text>'

    def _mark_class(self, row: dict[str, Any]) -> str:
        if self._marks.get(row["n"]) == "FAIL":
            return "failed"
        return "unread" if row.get("problem") else ""

    def _band(self, row: dict[str, Any]) -> None:
        self._y += _BAND
        left, right = self._span(row)
        y = self._y - 19
        told = row["label"] + (f": {row['gist']}" if row.get("gist") else "")
        text = _cut(told, int((right - left - 16) / _CHARACTER))
        kind = f"band {row['kind']} {self._mark_class(row)}".rstrip()
        self._parts.append(
            f'<g class="{kind}">{self._when(row, y + 13)}'
            f'<rect x="{left}" y="{y}" width="{right - left}" height="20" rx="4"/>'
            f'<text class="told" x="{(left + right) // 2}" y="{y + 14}">{escape(text)}</text>'
            f"{self._mark(row, left, right, y + 10)}</g>"
        )

    def _fold(self, row: dict[str, Any]) -> None:
        self._y += _FOLD
        y, fold = self._y - 24, row["fold"]
        left, right = min(self._lanes.values()), max(self._lanes.values())
        names = ", ".join(f"{count} × {name}" for name, count in fold["names"].items())
        told = _cut(f"⋮ {names} in {fold['until'] - row['t']:.3g} s", int((right - left - 24) / _CHARACTER))
        self._parts.append(
            f'<g class="fold"><text class="when" x="8" y="{y + 15}">{row["n"]}–{fold["to"]}</text>'
            f'<rect x="{left}" y="{y}" width="{right - left}" height="22" rx="11"/>'
            f'<text class="told" x="{(left + right) // 2}" y="{y + 15}">{escape(told)}</text></g>'
        )

    def _when(self, row: dict[str, Any], y: int) -> str:
        return (
            f'<text class="number" x="8" y="{y + 4}">{row["n"]}</text>'
            f'<text class="when" x="{_GUTTER - 12}" y="{y + 4}">{row["t"]:.3f}</text>'
        )

    def _ends(self, row: dict[str, Any]) -> tuple[int, int]:
        first, second = _parties(row)
        near, far = self._lanes[first], self._lanes[second]
        return (near, far) if row["by"] == first else (far, near)

    def _span(self, row: dict[str, Any]) -> tuple[int, int]:
        """Bands about one link stand between its two parties, all others over the whole width."""
        lanes = list(self._lanes.values())
        if row["link"] == "harness" or row["kind"] in {"fault", "gap", "note"}:
            return min(lanes), max(lanes)
        first, second = _parties(row)
        return tuple(sorted((self._lanes[first], self._lanes[second])))  # type: ignore[return-value]


def _parties(row: Mapping[str, Any]) -> tuple[Role, Role]:
    return _ENDS.get(row["link"], _BACK)


def _lanes(rows: list[dict[str, Any]]) -> dict[Role, int]:
    """The parties that take part, from left to right; two at least."""
    links = {row["link"] for row in rows if "fold" not in row}
    roles = set(_BACK) if "ocpp" in links else set()
    if not roles or links & set(_ENDS):
        roles |= {Role.EV, Role.STATION}
    ordered = [role for role in Role if role in roles]
    return dict(zip(ordered, _PLACES[len(ordered)], strict=True))


def _cut(text: str, characters: int) -> str:
    return text if len(text) <= characters else text[: max(1, characters - 1)] + "…"
