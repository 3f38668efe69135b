"""What of a trace a reader gets to see."""

from __future__ import annotations

from typing import Any

from harness.report.conversation import Budget, converse, home

_HEADER = {"kind": "header", "format": "v2x-trace", "version": 1, "subject": "station"}


def _line(n: int, name: str = "A", **terms: Any) -> dict[str, Any]:
    frame = {"link": "v2g", "by": "ev", "kind": "frame", "deliberate": False, "gist": "", "view": {"n": n}}
    return {"n": n, "at": n / 10, "utc": "2026-09-21T14:13:20.000Z", "name": name, **frame, **terms}


def _rows(lines: list[dict[str, Any]], *cited: int, octets: int = 10**6) -> list[dict[str, Any]]:
    return list(converse([_HEADER, *lines], cited, Budget(octets))["rows"])


def test_repetitions_are_folded_between_the_first_and_the_last() -> None:
    rows = _rows([_line(n) for n in range(1, 31)])

    assert [row["n"] for row in rows] == [1, 2, 3, 4, 5, 6, 29, 30]
    assert rows[5]["fold"] == {"to": 28, "until": 2.7, "count": 23, "names": {"A": 23}}


def test_what_differs_is_never_folded() -> None:
    lines = [_line(n) for n in range(1, 31)]
    lines[9]["gist"] = "Pause"
    lines[12]["problem"] = "no frame"
    lines[15]["deliberate"] = True

    shown = {row["n"] for row in _rows(lines, 19) if "fold" not in row}

    assert {10, 13, 16, 19} <= shown


def test_figures_that_change_are_no_difference() -> None:
    rows = _rows([_line(n, gist=f"OK EVSEPresentVoltage={n}.5V") for n in range(1, 31)])

    assert sum("fold" in row for row in rows) == 1


def test_a_long_conversation_without_repetitions_is_cut_in_the_middle() -> None:
    lines = [_line(n, f"M{n}") for n in range(1, 601)]

    rows = _rows(lines, 300)
    shown = [row["n"] for row in rows if "fold" not in row]

    assert shown == [*range(1, 121), 300, *range(541, 601)]
    assert sum(row["fold"]["count"] for row in rows if "fold" in row) == 600 - len(shown)
    assert [(row["n"], row["fold"]["to"]) for row in rows if "fold" in row] == [(121, 299), (301, 540)]


def test_folds_within_the_cut_are_counted() -> None:
    lines = [_line(n, "A" if 200 <= n < 230 else f"M{n}") for n in range(1, 601)]

    folds = [row for row in _rows(lines) if "fold" in row]

    assert len(folds) == 1
    assert folds[0]["fold"]["names"]["A"] == 30
    assert folds[0]["fold"]["count"] == sum(folds[0]["fold"]["names"].values())


def test_the_budget_leaves_out_meanings_never_rows() -> None:
    told = converse([_HEADER, *(_line(n, f"M{n}") for n in range(1, 6))], (), Budget(len(b'{"n":1}') * 2))

    assert len(told["rows"]) == 5
    assert [("view" in row) for row in told["rows"]] == [True, True, False, False, False]
    assert told["views_omitted"] == 3


def test_what_findings_cite_is_served_first() -> None:
    told = converse([_HEADER, *(_line(n, f"M{n}") for n in range(1, 6))], {4}, Budget(len(b'{"n":1}') * 2))

    assert [row["n"] for row in told["rows"] if "view" in row] == [1, 4]


def test_a_conversation_is_as_long_as_it_may_be_and_what_is_cited_stays() -> None:
    lines = [_HEADER, *(_line(n, f"M{n}") for n in range(1, 101))]
    told = converse(lines, {50}, Budget(0), 20)

    assert 20 > len(told["rows"]) > 15
    assert 50 in {row["n"] for row in told["rows"] if "fold" not in row}
    assert sum(row["fold"]["count"] if "fold" in row else 1 for row in told["rows"]) == 100


def test_entries_of_every_kind_have_words() -> None:
    common = {"link": "v2g", "by": None, "deliberate": False}
    lines: list[dict[str, Any]] = [
        {
            "kind": "tls",
            "event": "refused",
            "facts": {"version": "TLSv1.3", "chain": ["0" * 999]},
            "alert": 42,
            "detail": "expired",
        },
        {"kind": "tls", "event": "renegotiated", "facts": {}, "alert": None, "detail": ""},
        {"kind": "link", "state": "reset", "detail": ""},
        {"kind": "fault", "fault": "drop", "detail": "once"},
        {"kind": "operation", "action": "present_token", "detail": ""},
        {"kind": "note", "text": "a timer ran out", "data": {"limit": 60}},
        {"kind": "gap", "text": "two frames lost"},
        {"kind": "frame", "name": "", "hex": "01fe", "payload_type": "0x8042", "problem": "no schema"},
    ]

    rows = _rows([{"n": n, "at": 0.0, "utc": "", **common, **line} for n, line in enumerate(lines, 1)])

    assert [(row["label"], row.get("gist", "")) for row in rows] == [
        ("TLS handshake refused", "TLSv1.3, alert 42, expired"),
        ("TLS: renegotiated", ""),
        ("connection reset", ""),
        ("deliberate fault: drop", "once"),
        ("present token", ""),
        ("a timer ran out", ""),
        ("a hole in our own recording", "two frames lost"),
        ("unreadable frame 0x8042", ""),
    ]
    assert rows[0]["view"]["chain"][0].endswith("(999 characters)")
    assert rows[7]["view"] == {"bytes": "01fe"}


def test_an_empty_trace_is_no_trouble() -> None:
    told = converse([_HEADER, {"kind": "footer", "entries": 0}], (), Budget(10))

    assert (told["rows"], told["entries"], told["first"], told["last"]) == ([], 0, 0, 0)


def test_a_number_belongs_to_one_conversation_or_to_none() -> None:
    traces = [{"first": 1, "last": 5}, {"first": 4, "last": 8}]

    assert [home(n, traces) for n in (1, 4, 8, 9)] == [0, None, 1, None]
