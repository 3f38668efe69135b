"""The diagram draws each entry where it belongs, and escapes what it writes."""

from __future__ import annotations

from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from harness.report.diagram import diagram


def _row(n: int, label: str = "M", **terms: Any) -> dict[str, Any]:
    return {"n": n, "t": n / 10, "link": "v2g", "by": "ev", "kind": "frame", "label": label, **terms}


def _draw(rows: list[dict[str, Any]], marks: dict[int, str] | None = None, anchor: str = "") -> Any:
    return etree.fromstring(str(diagram({"rows": rows}, marks or {}, anchor)))


def _texts(drawing: Any) -> list[str]:
    return ["".join(text.itertext()) for text in drawing.iter("text")]


def test_only_parties_that_take_part_have_a_lane() -> None:
    v2g, ocpp = _row(1), _row(2, link="ocpp", by="csms")

    assert _texts(_draw([v2g]))[:2] == ["EV", "Station"]
    assert _texts(_draw([ocpp]))[:2] == ["Station", "CSMS"]
    assert _texts(_draw([v2g, ocpp]))[:3] == ["EV", "Station", "CSMS"]
    assert _texts(_draw([])) == ["EV", "Station"]


def test_arrows_point_from_the_sender_to_its_peer() -> None:
    there, back = (_draw([_row(1, by=by)]).find("g/path").get("d") for by in ("ev", "station"))

    assert there.startswith("M200 ")
    assert "H800" in there
    assert back.startswith("M800 ")
    assert "H200" in back


def test_marks_colours_and_bent_messages() -> None:
    rows = [_row(1), _row(2, deliberate=True), _row(3, problem="no frame"), _row(4)]
    groups = _draw(rows, {1: "FAIL", 4: "PASS"}).findall("g")

    assert [group.get("class") for group in groups] == ["ev failed", "ev bent", "ev unread", "ev"]
    assert [group.find("circle") is not None for group in groups] == [True, False, False, True]
    assert groups[3].find("circle").get("class") == "mark good"


def test_folds_bands_and_gaps_say_what_they_stand_for() -> None:
    rows = [
        {"n": 5, "t": 1.0, "fold": {"to": 76, "until": 4.0, "count": 72, "names": {"A": 36, "B": 36}}},
        _row(77, "outage", kind="fault", link="ocpp", by=None),
        _row(78, "a hole", kind="gap", link="harness", by=None, gist="three frames"),
        _row(79, "TLS handshake complete", kind="tls"),
    ]
    drawing = _draw(rows)
    told = _texts(drawing)

    assert "5–76" in told
    assert "⋮ 36 × A, 36 × B in 3 s" in told
    assert "a hole: three frames" in told
    assert [group.get("class") for group in drawing.findall("g")] == ["fold", "band fault", "band gap", "band tls"]


def test_a_cited_event_is_marked_like_a_message() -> None:
    band = _draw([_row(1, kind="tls")], {1: "PASS"}).find("g")

    assert band.find("circle").get("class") == "mark good"


def test_texts_are_escaped_and_cut_to_fit() -> None:
    drawing = _draw([_row(1, "<b>&" + "x" * 400, gist="</svg>")])
    label = next(text for text in _texts(drawing) if text.startswith("<b>"))

    assert label.endswith("…")
    assert len(label) < 110


def test_labels_lead_to_the_decoded_message_if_there_is_one() -> None:
    drawing = _draw([_row(1, view={"a": 1}), _row(2)], anchor="c-X-")

    assert [link.get("href") for link in drawing.iter("a")] == ["#c-X-1"]
