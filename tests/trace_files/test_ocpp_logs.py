"""Logs of other programs: what is read, who is said to have sent it, and what is told of what cannot be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.core.case import Role
from harness.trace.entry import Gap, Seen
from harness.trace.load_ocpp_log import LogError, LogForm, form_of, read
from harness.trace.trace import Trace

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "check-a-log.md"
CALL, RESULT = '[2,"1","Heartbeat",{}]', '[3,"1",{"currentTime":"2026-03-01T10:00:00Z"}]'


def heard(trace: Trace) -> list[tuple[str | None, str]]:
    return [(entry.sender, entry.message.action) for entry in trace.all(Seen)]


HEARD = [("station", "Heartbeat"), ("csms", "Heartbeat")]


def examples() -> list[str]:
    blocks = re.findall(r"^```\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [block for block in blocks if "Heartbeat" in block]


@pytest.mark.parametrize("text", examples(), ids=["json lines", "text", "csv"])
def test_the_examples_of_the_page_are_read(text: str) -> None:
    trace = read(text)
    assert heard(trace) == HEARD
    assert [entry.at for entry in trace] == [1772359200.0, 1772359200.2]
    assert trace.all(Gap) == ()


def test_each_form_is_found_out() -> None:
    assert [form_of(text) for text in examples()] == [LogForm.JSON_LINES, LogForm.TEXT, LogForm.CSV]


@pytest.mark.parametrize(
    ("out", "inn"),
    [
        ("->", "<-"), ("-->", "<--"), ("=>", "<="), (">>", "<<"), ("send", "recv"), ("Sent", "Received"), ("TX", "RX"),
        ("[OUT]", "[IN]"), ("outgoing", "incoming"), ("CP1 -> CSMS", "CSMS -> CP1"),
        ("in the log: sent", "not out: received"),
    ],
)  # fmt: skip
def test_marks_of_direction(out: str, inn: str) -> None:
    text = f"10:00 {out} {CALL}\nnothing of interest\n10:01 {RESULT} {inn}\n"
    assert heard(read(text)) == HEARD


def test_a_log_of_a_backend_says_out_from_its_own_side() -> None:
    assert heard(read(f"<- {CALL}\n-> {RESULT}\n", side=Role.CSMS)) == HEARD


def test_a_sender_may_be_named() -> None:
    text = f'{{"sender":"ChargePoint","ts":1772359200000,"msg":{CALL}}}\n'
    text += f'{{"sender":"central","ts":1772359201,"msg":{RESULT}}}\n'
    trace = read(text)
    assert heard(trace) == HEARD
    assert [entry.at for entry in trace] == [1772359200.0, 1772359201.0]


def test_one_of_several_stations_is_chosen() -> None:
    text = "\n".join(f'{{"station":"{name}","direction":"out","frame":{CALL}}}' for name in ("A", "B", "B"))
    with pytest.raises(LogError, match=r"holds 2 stations \(A, B\).*--station"):
        read(text)
    assert len(read(text, station="B")) == 2


def test_an_answer_whose_call_came_before_the_log_has_no_action() -> None:
    assert heard(read(f"<- {RESULT}\n-> {CALL}")) == [("csms", ""), ("station", "Heartbeat")]


def test_what_cannot_be_read_is_a_hole() -> None:
    trace = read(f'-> {CALL}\n<- [3,"1",{{"currentTi\n{CALL}\nstarted at [3,14]\n')
    assert [entry.body.text for entry in trace if isinstance(entry.body, Gap)] == [
        "line 2 has a frame that is no JSON, or is cut off",
        "line 3 says not who sent it",
    ]
    assert [entry.number for entry in trace] == [1, 2, 3]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no line has an OCPP frame"),
        ("hello\nworld\n", "no line has an OCPP frame"),
        (f"{CALL}\n{RESULT}\n", "line 1: says not who sent it; line 2: says not who sent it"),
        ('{"direction":"in"\n', "line 1: is no JSON"),
        (f"time,direction,message\n1,in\n2,out,{CALL}\n", "line 2: has 2 columns, the first line has 3"),
    ],
)
def test_an_error_names_the_line(text: str, told: str) -> None:
    with pytest.raises(LogError, match=re.escape(told)):
        read(text)


def test_a_frame_that_breaks_the_protocol_is_kept_as_it_stands() -> None:
    (entry,) = read('-> [2,"1","Heartbeat"]\n')
    assert isinstance(entry.body, Seen)
    assert (entry.body.data, entry.body.message) == (b'[2,"1","Heartbeat"]', None)
    assert "4 elements" in entry.problem
