"""A chain as a drawing: a box for each certificate, the root on top, and what is held against each beside it."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from harness.pki.description import CertificateFacts
from harness.pki.objection import Objection, Severity

_SVG = "http://www.w3.org/2000/svg"
_WIDTH, _BOX, _GAP, _LINE, _MARGIN = 980, 430, 34, 18, 20
_COLUMNS = 74
"""Characters of a line beside the box."""
_COLOURS = {Severity.ERROR: "#b3261e", Severity.NOTICE: "#9a6700"}
_GOOD, _INK, _PAPER, _SOFT = "#1a7f37", "#1f2328", "#ffffff", "#59636e"
_STYLE = "font-family: system-ui, sans-serif; font-size: 13px"


def diagram(chain: Sequence[CertificateFacts], objections: Sequence[Objection] = (), *, title: str = "") -> str:
    """An SVG of a chain.

    Args:
        chain: leaf first, as a peer sends it; a root may stand at its end.
        objections: what the linter or the path check has against it, by depth counted from the leaf.
        title: stands above the chain.
    """
    heights = [_height(facts, _against(objections, depth)) for depth, facts in enumerate(chain)]
    top = _MARGIN + (2 * _LINE if title else 0)
    whole = top + sum(heights) + _GAP * max(0, len(chain) - 1) + _MARGIN
    attributes = {"width": str(_WIDTH), "height": str(whole), "viewBox": f"0 0 {_WIDTH} {whole}", "style": _STYLE}
    root = etree.Element(f"{{{_SVG}}}svg", attributes, nsmap={None: _SVG})
    _add(root, "rect", width="100%", height="100%", fill=_PAPER)
    if title:
        _text(root, _MARGIN, _MARGIN + 14, title, weight="bold")
    for depth in reversed(range(len(chain))):
        _box(root, top, heights[depth], chain[depth], _against(objections, depth))
        top += heights[depth]
        if depth:
            _arrow(root, top)
            top += _GAP
    return str(etree.tostring(root, pretty_print=True, encoding="unicode"))


def _against(objections: Sequence[Objection], depth: int) -> list[Objection]:
    return [one for one in objections if one.depth == depth]


def _height(facts: CertificateFacts, found: Sequence[Objection]) -> int:
    beside = sum(len(_lines(one)) for one in found) or 1
    return _LINE * max(len(_facts(facts)), beside) + 18


def _facts(facts: CertificateFacts) -> tuple[str, ...]:
    kind = "root" if facts.self_issued else "CA" if facts.authority else "leaf"
    return (
        f"{facts.common_name[:52]}",
        f"{kind} · {facts.key} · {facts.signature} · {facts.size} bytes",
        f"valid {facts.validity}",
        f"SHA-256 {facts.sha256[:29]}…",
    )


def _lines(objection: Objection) -> list[str]:
    cites = f" [{', '.join(objection.cites)}]" if objection.cites else ""
    return wrap(f"{objection.severity.value}: {objection.text}{cites}", _COLUMNS) or [objection.severity.value]


def _box(root: Any, top: int, height: int, facts: CertificateFacts, found: Sequence[Objection]) -> None:
    worst = min((one.severity for one in found), key=list(Severity).index, default=None)
    colour = _COLOURS[worst] if worst else _GOOD
    edge = {"rx": "6", "fill": _PAPER, "stroke": colour, "stroke-width": "2"}
    _add(root, "rect", x=str(_MARGIN), y=str(top), width=str(_BOX), height=str(height), **edge)
    for number, line in enumerate(_facts(facts)):
        weight = "normal" if number else "bold"
        _text(root, _MARGIN + 12, top + 22 + number * _LINE, line, weight=weight, fill=_SOFT if number else _INK)
    row = 0
    for one in found:
        for line in _lines(one):
            _text(root, _MARGIN + _BOX + 16, top + 22 + row * _LINE, line, fill=_COLOURS[one.severity])
            row += 1
    if not found:
        _text(root, _MARGIN + _BOX + 16, top + 22, "nothing against it", fill=_GOOD)


def _arrow(root: Any, top: int) -> None:
    middle, end = _MARGIN + _BOX // 2, top + _GAP
    _add(root, "path", d=f"M{middle} {top} V{end - 7}", stroke=_SOFT, fill="none")
    _add(root, "path", d=f"M{middle - 5} {end - 8} L{middle} {end} L{middle + 5} {end - 8} Z", fill=_SOFT)
    _text(root, middle + 12, top + 21, "issued", fill=_SOFT)


def _text(root: Any, x: int, y: int, words: str, *, weight: str = "normal", fill: str = _INK) -> None:
    _add(root, "text", x=str(x), y=str(y), fill=fill, **{"font-weight": weight}).text = _printable(words)


def _printable(words: str) -> str:
    """Names come from strangers: what XML cannot hold is shown as a box."""
    return "".join(character if character.isprintable() else "\N{WHITE SQUARE}" for character in words)


def _add(root: Any, tag: str, **attributes: str) -> Any:
    return etree.SubElement(root, f"{{{_SVG}}}{tag}", attributes)
