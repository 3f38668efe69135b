"""An awaited answer: waited for until it comes or cannot come any more, and judged as the subject's own doing."""

from __future__ import annotations

import pytest

from harness.core.case import Role
from harness.core.verdict import Verdict, worst
from harness.kit.judge import Judge
from harness.kit.until import answered
from harness.messages.field import Message
from harness.messages.iso20.common import SessionSetupReq, SessionSetupRes, SessionStopRes
from harness.messages.iso20.types import MessageHeader, ResponseCode
from harness.trace.entry import Body, Entry, Link, LinkSeen, Seen
from harness.trace.trace import Trace

HEADER = MessageHeader(session_id=bytes(8), time_stamp=0)
ASK = SessionSetupReq(header=HEADER, evcc_id="X")
REPLY = SessionSetupRes(header=HEADER, response_code=ResponseCode.OK, evse_id="Y")
OTHER = SessionStopRes(header=HEADER, response_code=ResponseCode.OK)


def entry(number: int, sender: Role, body: Body | Message) -> Entry:
    said = Seen(data=b"", message=body) if isinstance(body, Message) else body
    return Entry(number=number, at=float(number), link=Link.V2G, sender=sender, body=said)


ASKED = entry(1, Role.EV, ASK)


def trace_of(*entries: Entry) -> Trace:
    return Trace(entries=(ASKED, *entries), subject=Role.STATION)


def test_the_right_answer_passes_and_is_handed_out() -> None:
    judge, reply = Judge(), entry(2, Role.STATION, REPLY)

    assert judge.answered(trace_of(reply), ASKED, SessionSetupRes) is reply
    assert worst(judge.findings) is Verdict.PASS
    assert judge.findings[0].entries == (1, 2)


@pytest.mark.parametrize(
    ("after", "told"),
    [
        ((), "was never answered"),
        ((entry(2, Role.STATION, LinkSeen(state="closed")),), "was never answered"),
        ((entry(2, Role.STATION, OTHER),), "was answered by SessionStopRes"),
        ((entry(2, Role.STATION, Seen(data=b"\x00", problem="no EXI")),), "was answered by no EXI"),
        ((entry(2, Role.STATION, OTHER), entry(3, Role.STATION, REPLY)), "was answered by SessionStopRes"),
    ],
    ids=["silence", "hangs up", "another message", "nonsense", "too late"],
)
def test_anything_else_is_a_failure_of_the_subject(after: tuple[Entry, ...], told: str) -> None:
    judge = Judge()

    assert judge.answered(trace_of(*after), ASKED, SessionSetupRes) is None
    assert worst(judge.findings) is Verdict.FAIL
    assert told in judge.findings[0].detail


def test_waiting_ends_with_the_answer_or_with_the_connection() -> None:
    by_answer, by_end = answered(SessionSetupRes)(), answered(SessionSetupRes)()

    assert not by_answer.fed(ASKED)
    assert by_answer.fed(entry(2, Role.STATION, REPLY))
    assert by_end.fed(entry(2, Role.EV, LinkSeen(state="closed")))


def test_a_response_code_is_one_of_those_allowed() -> None:
    judge, reply = Judge(), entry(2, Role.STATION, REPLY)

    assert judge.coded(trace_of(reply), ASKED, SessionSetupRes, ResponseCode.OK, ResponseCode.FAILED) is reply
    assert worst(judge.findings) is Verdict.PASS
    assert judge.coded(trace_of(reply), ASKED, SessionSetupRes, ResponseCode.FAILED) is reply
    assert worst(judge.findings) is Verdict.FAIL
    assert judge.coded(trace_of(), ASKED, SessionSetupRes, ResponseCode.OK) is None


def test_another_failed_code_than_usual_is_a_refusal_all_the_same() -> None:
    judge = Judge()
    refusal = SessionSetupRes(header=HEADER, response_code=ResponseCode.FAILED, evse_id="")
    unusual = ResponseCode.FAILED_UNKNOWN_SESSION

    assert judge.refused(trace_of(entry(2, Role.STATION, refusal)), ASKED, SessionSetupRes, unusual) is not None
    assert worst(judge.findings) is Verdict.PASS
    assert [finding.detail for finding in judge.findings if finding.notice] == [
        "by FAILED; public sources lead one to expect FAILED_UnknownSession"
    ]


def test_a_request_that_was_granted_was_not_refused() -> None:
    judge = Judge()

    judge.refused(trace_of(entry(2, Role.STATION, REPLY)), ASKED, SessionSetupRes, ResponseCode.FAILED)

    assert worst(judge.findings) is Verdict.FAIL
    assert not any(finding.notice for finding in judge.findings)


def test_a_request_is_granted_by_any_code_but_a_failed_one() -> None:
    judge, reply = Judge(), entry(2, Role.STATION, REPLY)
    refusal = SessionSetupRes(header=HEADER, response_code=ResponseCode.FAILED, evse_id="")

    assert judge.granted(trace_of(reply), ASKED, SessionSetupRes) is reply
    assert worst(judge.findings) is Verdict.PASS
    assert judge.granted(trace_of(entry(2, Role.STATION, refusal)), ASKED, SessionSetupRes) is None
    assert worst(judge.findings) is Verdict.FAIL
