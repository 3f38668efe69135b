"""How a case is declared, what it may await, and what its judge makes of what was seen."""

from __future__ import annotations

from typing import Any

import pytest

from harness.core.case import Kind, Role
from harness.core.errors import Unreached
from harness.core.feature import Feature
from harness.core.measurement import Datum, Reach
from harness.core.verdict import Finding, Verdict
from harness.kit.case import case, case_of
from harness.kit.judge import Judge
from harness.kit.reading import parameter
from harness.kit.until import FINISHED, answered, both, closed, either, finished, seen
from harness.messages.iso20.codes import Processing, ResponseCode
from harness.messages.iso20.common import IntValue, Parameter, ParameterSet
from harness.messages.iso20.dc import DcCableCheckReq, DcCableCheckRes
from harness.messages.iso20.types import MessageHeader
from harness.trace.entry import Entry, Link, LinkSeen, Note, Seen, TlsSeen
from harness.trace.recorder import Recorder

HEADER = MessageHeader(session_id=bytes(8), time_stamp=1)
ASK = DcCableCheckReq(header=HEADER)
REPLY = DcCableCheckRes(header=HEADER, response_code=ResponseCode.OK, evse_processing=Processing.ONGOING)


def said(message: Any) -> Seen:
    return Seen(data=b"", message=message)


def entries(*bodies: Any, link: Link = Link.V2G) -> list[Entry]:
    recorder = Recorder()
    for number, body in enumerate(bodies):
        recorder.add(100.0 + number, link, Role.EV if number % 2 == 0 else Role.STATION, body)
    return list(recorder.trace())


@case("TLS-STN-001", "The station does it", sut=Role.STATION, cites=("V2G20-459",), needs=Feature.TLS13, control=None)
async def example() -> None:
    """Sets the scene."""


def test_a_case_keeps_what_it_declares() -> None:
    declared = case_of(example)
    assert declared is not None
    assert (declared.id, declared.kind, declared.sut) == ("TLS-STN-001", Kind.TLS, Role.STATION)
    assert (declared.needs, declared.purpose, declared.control) == ((Feature.TLS13,), "Sets the scene.", None)


def test_a_case_may_want_a_device_to_lack_something() -> None:
    async def lacking() -> None:
        """Sets the scene."""

    for lacks in (Feature.PNC, (Feature.PNC,)):
        declared = case_of(case("TLS-STN-003", "It lacks it", sut=Role.STATION, lacks=lacks)(lacking))
        assert declared is not None
        assert (declared.lacks, declared.needs) == ((Feature.PNC,), ())


def test_a_variant_has_an_id_and_a_title_of_its_own() -> None:
    variant = case_of(example, "no_root")
    assert variant is not None
    assert (variant.id, variant.title) == ("TLS-STN-001[no_root]", "The station does it (no root)")
    assert case_of(print) is None


@pytest.mark.parametrize(
    ("case_id", "kind"),
    [
        ("ISO20-STN-SSU-003", Kind.SEQUENCE),
        ("RES-EV-001", Kind.RESUMPTION),
        ("AVL-E2E-001", Kind.AVAILABILITY),
        ("OCPP-CSMS-B-001", Kind.OCPP),
    ],
)
def test_the_id_says_the_kind(case_id: str, kind: Kind) -> None:
    declared = case_of(case(case_id, "t", sut=Role.EV)(lambda: None))
    assert declared is not None
    assert declared.kind is kind


@pytest.mark.parametrize(
    "case_id", ["", "ISO20-STN", "ISO20-PUMP-001", "FOO-STN-001", "ISO20-STN-1", "ISO20-STN-a-001"]
)
def test_an_id_of_another_form_is_refused(case_id: str) -> None:
    with pytest.raises(ValueError, match="is not of the form"):
        case(case_id, "t", sut=Role.EV)


def fed(condition: Any, *bodies: Any, link: Link = Link.V2G) -> int | None:
    """After how many entries a condition is met."""
    until = condition()
    assert until.text
    for number, entry in enumerate(entries(*bodies, link=link), start=1):
        if until.fed(entry):
            return number
    return None


def test_a_condition_counts_what_it_waits_for() -> None:
    assert fed(seen(DcCableCheckReq), said(REPLY), said(ASK), said(ASK)) == 2
    assert fed(seen(DcCableCheckReq, times=2), said(ASK), said(REPLY), said(ASK)) == 3
    assert fed(seen(DcCableCheckReq, sent_by=Role.STATION), said(ASK), said(ASK)) == 2
    assert fed(seen(DcCableCheckReq), said(REPLY)) is None
    twice = seen(DcCableCheckReq)
    assert (fed(twice, said(ASK)), fed(twice, said(ASK))) == (1, 1)


@pytest.mark.parametrize("body", [LinkSeen(state="closed"), LinkSeen(state="reset"), LinkSeen(state="refused")])
def test_the_vehicles_connection_is_gone(body: LinkSeen) -> None:
    assert fed(closed(), LinkSeen(state="open"), body) == 2
    assert fed(closed(), body, link=Link.OCPP) is None


def test_a_refusal_by_tls_ends_the_connection_too() -> None:
    assert fed(closed(), TlsSeen(event="handshake", facts={}), TlsSeen(event="refused", facts={})) == 2


def test_conditions_can_be_joined() -> None:
    done = Note(text=FINISHED)
    assert fed(finished(), Note(text="other"), done) == 2
    assert fed(both(seen(DcCableCheckReq), finished()), done, said(ASK)) == 2
    assert fed(both(seen(DcCableCheckReq), finished()), done) is None
    assert fed(either(seen(DcCableCheckReq), finished()), done) == 1
    assert fed(answered(DcCableCheckRes), said(ASK), LinkSeen(state="closed")) == 2
    assert fed(answered(DcCableCheckRes), said(ASK), said(REPLY)) == 2
    assert both(finished(), closed())().text == "the EV done and the vehicle's connection gone"
    assert either(finished(), closed())().text == "the EV done or the vehicle's connection gone"


def test_a_parameter_of_a_set_by_its_name() -> None:
    parameters = ParameterSet(
        parameter_set_id=1, parameter=(Parameter(parameter_name="Connector", value=IntValue(value=2)),)
    )
    assert parameter(parameters, "Connector") == 2
    assert parameter(parameters, "Colour") is None


ONE, TWO, THREE = entries(said(ASK), said(REPLY), said(ASK))


def judged(name: str, *arguments: Any, **terms: Any) -> Finding:
    judge = Judge(("V2G20-459",))
    getattr(judge, name)(*arguments, **terms)
    (finding,) = judge.findings
    assert finding.cites == ("V2G20-459",)
    return finding


@pytest.mark.parametrize(
    ("name", "arguments", "verdict"),
    [
        ("holds", ("w", True), Verdict.PASS),
        ("holds", ("w", False), Verdict.FAIL),
        ("equal", ("w", 1, 1), Verdict.PASS),
        ("equal", ("w", 1, 2), Verdict.FAIL),
        ("among", ("w", 1, [1, 2]), Verdict.PASS),
        ("among", ("w", 3, [1, 2]), Verdict.FAIL),
        ("excludes", ("w", 3, iter([1, 2])), Verdict.PASS),
        ("excludes", ("w", 1, iter([1, 2])), Verdict.FAIL),
        ("between", ("w", 1.0, 1.0, 2.0), Verdict.PASS),
        ("between", ("w", 0.9, 1.0, 2.0), Verdict.FAIL),
        ("between", ("w", 2.1, 1.0, 2.0), Verdict.FAIL),
        ("within", ("w", ONE, TWO, 1.0), Verdict.PASS),
        ("within", ("w", ONE, THREE, 1.9), Verdict.FAIL),
        ("silence", ("w", ()), Verdict.PASS),
        ("silence", ("w", (ONE,)), Verdict.FAIL),
        ("some", ("w", (ONE,)), Verdict.PASS),
        ("some", ("w", ()), Verdict.FAIL),
        ("any", ("w", (ONE,)), Verdict.PASS),
        ("any", ("w", ()), Verdict.FAIL),
        ("every", ("w", (ONE, TWO), lambda entry: entry.number < 3), Verdict.PASS),
        ("every", ("w", (ONE, THREE), lambda entry: entry.number < 3), Verdict.FAIL),
        ("every", ("w", (), lambda entry: True), Verdict.INCONCLUSIVE),
        ("contiguous", ("w", (4, 5, 6)), Verdict.PASS),
        ("contiguous", ("w", (4, 6)), Verdict.FAIL),
        ("contiguous", ("w", ()), Verdict.INCONCLUSIVE),
        ("rising", ("w", (1.0, 1.0, 2.0)), Verdict.PASS),
        ("rising", ("w", (1.0, 0.5)), Verdict.FAIL),
        ("rising", ("w", (1.0,)), Verdict.INCONCLUSIVE),
        ("spaced", ("w", (0.0, 10.0, 20.5), 9.0, 11.0), Verdict.PASS),
        ("spaced", ("w", (0.0, 10.0, 30.0), 9.0, 11.0), Verdict.FAIL),
        ("spaced", ("w", (0.0,), 9.0, 11.0), Verdict.INCONCLUSIVE),
        ("inconclusive", ("w", "why"), Verdict.INCONCLUSIVE),
    ],
)
def test_what_a_judgement_says(name: str, arguments: tuple[Any, ...], verdict: Verdict) -> None:
    assert judged(name, *arguments).verdict is verdict


def test_values_are_told_as_a_reader_wants_them() -> None:
    assert judged("equal", "id", b"\x01\xab", b"").detail == "is 01AB, must be nothing"
    assert judged("between", "power", 5.0, 1.0, 2.0, unit="W").detail == "is 5 W, must lie in 1 to 2 W"
    assert judged("every", "codes", (ONE, TWO), lambda _: False, "wrong").detail == "wrong in 2 of 2"
    assert judged("rising", "register", (3.0, 1.0, 2.0, 0.0)).detail == "3 to 1; 2 to 0"
    assert len(judged("contiguous", "numbers", range(0, 1000, 2)).detail) < 200


def test_evidence_may_be_one_entry_several_or_numbers() -> None:
    assert judged("holds", "w", True, at=TWO).entries == (2,)
    assert judged("holds", "w", True, at=(ONE, THREE)).entries == (1, 3)
    assert judged("holds", "w", True, at=(7, 8)).entries == (7, 8)
    assert judged("holds", "w", True).entries == ()
    assert judged("every", "w", (ONE, TWO, THREE), lambda entry: entry.number != 2).entries == (2,)
    assert judged("some", "w", [object()]).entries == ()


def test_a_deadline_is_measured_as_well() -> None:
    judge = Judge()
    judge.within("response", ONE, THREE, 5.0)
    (measured,) = judge.measurements
    assert (measured.name, measured.value, measured.unit, measured.limit) == ("response", 2.0, "s", "<= 5 s")
    assert judge.findings[0].entries == (1, 3)


def test_spacing_is_measured_as_well() -> None:
    judge = Judge()
    judge.spaced("samples", (0.0, 10.0), 9.0, 11.0)
    assert judge.measurements[0].value == 10.0


def test_any_tells_whether_there_was_one() -> None:
    judge = Judge()
    assert judge.any("w", (ONE,))
    assert not judge.any("w", ())


def test_an_answer_is_of_the_wanted_kind_another_or_missing() -> None:
    trace = Recorder()
    for entry in (ONE, TWO, THREE):
        trace.add(entry.at, entry.link, entry.sender, entry.body)
    recorded = trace.trace()
    judge = Judge()
    first, _, last = recorded
    assert judge.answered(recorded, first, DcCableCheckRes) == recorded.entries[1]
    assert judge.answered(recorded, first, DcCableCheckReq) is None
    assert judge.answered(recorded, last, DcCableCheckRes) is None
    assert [finding.verdict for finding in judge.findings] == [Verdict.PASS, Verdict.FAIL, Verdict.FAIL]
    assert "was never answered" in judge.findings[2].detail
    assert "was answered by DC_CableCheckRes, must be DC_CableCheckReq" in judge.findings[1].detail


def test_a_session_that_ran_to_its_end_or_did_not() -> None:
    for state, verdict in (("finished", Verdict.PASS), ("paused", Verdict.PASS), ("failed", Verdict.FAIL)):
        recorder = Recorder()
        recorder.add(1.0, Link.HARNESS, None, Note(text=FINISHED, data={"state": state, "why": "because"}))
        judge = Judge()
        judge.ran_to_the_end(recorder.trace())
        assert judge.findings[0].verdict is verdict
    with pytest.raises(Unreached):
        Judge().ran_to_the_end(Recorder().trace())


def test_failed_codes_are_found() -> None:
    for code, verdict in ((ResponseCode.OK, Verdict.PASS), (ResponseCode.FAILED, Verdict.FAIL)):
        recorder = Recorder()
        reply = DcCableCheckRes(header=HEADER, response_code=code, evse_processing=Processing.ONGOING)
        recorder.add(1.0, Link.V2G, Role.STATION, said(reply))
        judge = Judge()
        judge.no_failures(recorder.trace(), sent_by=Role.STATION)
        assert judge.findings[0].verdict is verdict


@pytest.mark.parametrize(
    ("reach", "verdict"),
    [
        (Reach.AVAILABLE, Verdict.PASS),
        (Reach.WRONG, Verdict.FAIL),
        (Reach.LOST_AT_STATION, Verdict.FAIL),
        (Reach.LOST_AT_EV, Verdict.INCONCLUSIVE),
    ],
)
def test_a_datum_that_must_arrive(reach: Reach, verdict: Verdict) -> None:
    judge = Judge()
    judge.reaches(Datum(name="state of charge", reach=reach, entries=(3,)))
    assert judge.findings[0].verdict is verdict
    assert judge.data[0].reach is reach


def test_findings_of_a_check_get_the_cases_requirements_where_they_name_none() -> None:
    judge = Judge(("V2G20-459",))
    judge.take([Finding(verdict=Verdict.PASS, what="a"), Finding(verdict=Verdict.PASS, what="b", cites=("X",))])
    assert [finding.cites for finding in judge.findings] == [("V2G20-459",), ("X",)]


def test_a_notice_is_no_judgement() -> None:
    judge = Judge()
    judge.notice("by the way", "it is Tuesday", at=ONE)
    assert (judge.findings[0].notice, judge.findings[0].entries) == (True, (1,))
