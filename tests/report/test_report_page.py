"""The page stands alone, shows everything, and lets nothing that a device said act in it."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from harness.report.build import build
from harness.report.html import anchor, duration, families, marks, render_html, size
from harness.store.reader import RunReader

_VOID = {"meta", "link", "br", "hr", "img", "path", "rect", "circle", "input"}


class Page(HTMLParser):
    """Collects ids, links, tags and text, and checks that what was opened is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.links: set[str] = set()
        self.tags: Counter[str] = Counter()
        self.sources: list[str] = []
        self.said = ""
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._seen(tag, dict(attrs))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._seen(tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said += data

    def _seen(self, tag: str, attrs: dict[str, str | None]) -> None:
        self.tags[tag] += 1
        self.ids.update([attrs["id"] or ""] if "id" in attrs else [])
        self.links.update([attrs["href"] or ""] if tag == "a" else [])
        self.sources += [value or "" for key, value in attrs.items() if key in {"src", "srcset", "data", "action"}]
        assert not [key for key in attrs if key.startswith("on")]


@pytest.fixture
def report(run_folder: Path) -> dict[str, Any]:
    return build(RunReader.verified(run_folder))


@pytest.fixture
def text(report: dict[str, Any]) -> str:
    return render_html(report)


def test_it_needs_nothing_from_outside(text: str) -> None:
    page = Page(text)

    assert page.sources == []
    assert all(link.startswith("#") for link in page.links)
    assert page.tags["link"] == page.tags["img"] == page.tags["iframe"] == 0
    assert not re.search(r"url\(|@import|https?://(?!example\.org/42)", text)
    assert "default-src 'none'" in text


def test_every_link_leads_somewhere_and_every_id_is_one(text: str) -> None:
    page = Page(text)

    assert [name for name, count in page.ids.items() if count > 1] == []
    assert {link[1:] for link in page.links} - set(page.ids) == set()


def test_nothing_a_device_said_acts(text: str) -> None:
    page = Page(text)

    assert page.tags["script"] == 1
    assert "<script>alert" not in text
    assert "<script>alert('x')</script>" in page.said
    assert "\x07" not in text


def test_all_cases_are_there_with_purpose_requirement_and_verdict(text: str, report: dict[str, Any]) -> None:
    page = Page(text)

    for result in report["results"]:
        assert page.ids[anchor(result["id"])] == 1
        assert result["title"] in page.said
        assert result["purpose"].split(",")[0] in page.said
        assert all(cite in page.said for cite in result["requirements"])
    assert {"Failed", "Passed", "Inconclusive", "Harness error", "Not applicable", "Not tested"} <= set(
        re.findall(r"Failed|Passed|Inconclusive|Harness error|Not applicable|Not tested", page.said)
    )
    assert page.tags["svg"] == 3
    assert "EVTargetEnergyRequest: 20000 Wh" in page.said
    assert "2 of 2 were caught" in page.said


def _section(text: str, name: str) -> str:
    return text[text.index(f'<section id="{name}">') :].partition("</section>")[0] + "</section>"


def test_requirements_are_told_in_words_wherever_they_matter(text: str, report: dict[str, Any]) -> None:
    gist = next(one["gist"] for one in report["requirements"] if one["id"] == "V2G20-443")

    for section in ("attention", "results", "requirements"):
        part = _section(text, section)
        assert gist in Page(part).said
        assert "what it says is not verified" in Page(part).said
    assert f'title="{gist}' in text


def test_response_times_are_shown_with_what_was_late(text: str) -> None:
    part = _section(text, "times")

    assert "DC_ChargeLoopReq" in part
    assert 'late">310 ms' in part
    assert "virtual" not in part


def test_every_datum_has_one_row_and_what_ocpp_cannot_carry_is_explained(text: str) -> None:
    part = _section(text, "availability")

    assert part.count("<tr class=") == 4
    assert '<tr class="t-none"><th>departure time' in part
    assert "no message of OCPP 2.0.1 has a field for it" in part


def test_limits_of_the_report_are_told(text: str, report: dict[str, Any]) -> None:
    said = Page(text).said

    assert all(limit in said for limit in report["limits"])
    assert report["conformity"]["decision_rule"] in said


def test_the_same_report_gives_the_same_page(text: str, report: dict[str, Any]) -> None:
    assert render_html(report) == text


def test_marks_name_the_worst_and_leave_out_notices_and_ambiguous_numbers() -> None:
    def finding(verdict: str, *entries: int, notice: bool = False) -> dict[str, Any]:
        return {"verdict": verdict, "entries": list(entries), "notice": notice}

    findings = [finding("PASS", 1, 2), finding("FAIL", 2), finding("REPORTED", 3, notice=True), finding("FAIL", 9)]
    one, two = {"first": 1, "last": 5}, {"first": 4, "last": 8}

    assert marks({"findings": findings, "traces": [one]}, 0) == {1: "PASS", 2: "FAIL"}
    assert marks({"findings": [finding("FAIL", 4, 6)], "traces": [one, two]}, 0) == {}
    assert marks({"findings": [finding("FAIL", 4, 6)], "traces": [one, two]}, 1) == {6: "FAIL"}


@pytest.mark.parametrize(
    ("seconds", "shown"), [(None, ""), (0.0204, "20.4 ms"), (2.5, "2.5 s"), (90, "90 s"), (185, "3 min 5 s")]
)
def test_durations(seconds: float | None, shown: str) -> None:
    assert duration(seconds) == shown


def test_variants_that_ended_alike_are_told_once() -> None:
    told = [("A[1]", "PASS"), ("A[2]", "PASS"), ("A[3]", "FAIL"), ("B", "PASS")]
    shown = families([{"id": name, "verdict": verdict} for name, verdict in told])

    assert [(one["id"], one["verdict"], one["more"]) for one in shown] == [
        ("A[1]", "PASS", 1),
        ("A[3]", "FAIL", 0),
        ("B", "PASS", 0),
    ]


def test_sizes_and_anchors() -> None:
    assert (size(812), size(14_210)) == ("812 B", "14.2 kB")
    assert anchor("TLS-STN-014[a b]") == "c-TLS-STN-014.5b.a.20.b.5d."
    assert anchor('"><x') != anchor("x")
