"""A run made by hand through the real store, with every verdict in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec import structs

from harness.core.case import Case, Kind, Role
from harness.core.feature import Feature
from harness.core.measurement import Datum, Measurement, Reach
from harness.core.verdict import Finding, Verdict
from harness.store.records import (
    CaseResult,
    DeviceRecord,
    Discovery,
    DocumentGate,
    Header,
    KnownFailureNote,
    Mutant,
    PlanLine,
    ProgrammeRecord,
    ResponseTime,
    RuleFinding,
    RuleResult,
    SourceRef,
)
from harness.store.writer import RunWriter
from tests.report.story import CANARY, EPOCH, HOSTILE, full_session, outage_session, refused_session


def a_case(case_id: str, title: str, kind: Kind, **terms: Any) -> Case:
    defaults: dict[str, Any] = {"sut": Role.STATION, "cites": ("V2G20-443",), "purpose": f"{title}, told at length."}
    return Case(id=case_id, title=title, kind=kind, **{**defaults, **terms})


def header(**changes: Any) -> Header:
    programme = ProgrammeRecord(
        id="interoperability",
        title="Bidirectional charging interoperability",
        version="2026.1",
        owner="V2X harness",
        documents=(DocumentGate(key="safety", any_of=("CSA C22.2 No. 348:23",), when="the station discharges"),),
        sha256="a" * 64,
    )
    device = DeviceRecord(
        id="nordlicht-bx60",
        title="Nordlicht BX-60",
        role=Role.STATION,
        vendor="Nordlicht",
        model="BX-60",
        version="3.2.1",
        serial="NL-0042",
        notes=("lent by the vendor",),
        features={Feature.ISO20_DC_BPT: True, Feature.PNC: False, Feature.PAUSE: True},
        sha256="b" * 64,
        content=f'[device]\nid = "nordlicht-bx60"\n[trust]\npassphrase = "{CANARY}"\n',
    )
    fields: dict[str, Any] = {
        "run": "2026-09-21-nordlicht",
        "started": EPOCH,
        "harness_version": "0.1.0",
        "commit": "abc1234",
        "programme": programme,
        "devices": (device,),
        "seed": 7,
        "command": "v2x run --device nordlicht-bx60",
        "sources": (SourceRef(id="ISO20-STN-SSU-003", sha256="c" * 64, path="test_suites/x.py"),),
        "environment": {"python": "3.11"},
    }
    return Header(**{**fields, **changes})


def finding(verdict: Verdict, what: str, detail: str = "", *entries: int, **more: Any) -> Finding:
    return Finding(verdict=verdict, what=what, detail=detail, entries=entries, cites=("V2G20-443",), **more)


def write_run(folder: Path, *, cases: int = 1) -> Path:
    """A run with every verdict in it; `cases` passing copies of the long session."""
    writer = RunWriter.create(folder, header())
    _write_plan(writer, cases)
    _write_failing(writer)
    for number in range(1, cases + 1):
        _write_passing(writer, number)
    _write_others(writer)
    _write_rules(writer)
    writer.response_time(
        ResponseTime(
            device="nordlicht-bx60",
            message="DC_ChargeLoopReq",
            count=40,
            median=0.02,
            longest=0.31,
            performance=0.25,
            timeout=0.5,
        )
    )
    writer.discovered(
        Discovery(
            device="nordlicht-bx60",
            feature=Feature.PNC,
            discovered=True,
            how="PnC was offered in AuthorizationSetupRes",
        )
    )
    writer.mutant(
        Mutant(
            id="mute-soc", title="keeps the state of charge to itself", role=Role.STATION, killed_by=("AVL-STN-001",)
        )
    )
    writer.mutant(
        Mutant(id="joins-strangers", title="takes any session id", role=Role.STATION, killed_by=("ISO20-STN-SSU-003",))
    )
    writer.finish(EPOCH + 120)
    return folder


SETUP = a_case("ISO20-STN-SSU-003", "An unknown session id opens a new session", Kind.SEQUENCE)
OUTAGE = a_case("RES-STN-004", "A backend outage leaves no hole in the record", Kind.RESUMPTION, cites=("E04.FR.01",))
CHAIN = a_case("TLS-STN-014[expired]", "A flawed vehicle chain is refused", Kind.TLS, control="TLS-STN-001")
PNC = a_case(
    "ISO20-STN-AUT-009", "Plug and Charge is offered", Kind.SEQUENCE, needs=(Feature.PNC,), cites=("V2G20-999",)
)
LATE = a_case("OCPP-STN-006", "A remote stop ends the transaction", Kind.OCPP, cites=("F03.FR.01",))
BROKEN = a_case("OCPP-STN-007", "A reset is answered", Kind.OCPP, cites=("B11.FR.01",))


def passing_case(number: int) -> Case:
    return a_case(
        f"AVL-STN-{number:03d}",
        "State of charge reaches the backend",
        Kind.AVAILABILITY,
        cites=("V2G20-443", "K15.FR.01"),
    )


def _write_plan(writer: RunWriter, cases: int) -> None:
    for case in (SETUP, *map(passing_case, range(1, cases + 1)), OUTAGE, CHAIN, LATE, BROKEN):
        writer.plan(PlanLine(case=case, runs=True))
    writer.plan(PlanLine(case=PNC, runs=False, reason="the device does not claim pnc", missing=Feature.PNC))


def _write_failing(writer: RunWriter) -> None:
    trace, reply = refused_session()
    evidence = writer.trace(SETUP.id, 1, trace)
    first = CaseResult(
        case=SETUP,
        verdict=Verdict.INCONCLUSIVE,
        counted=False,
        findings=(finding(Verdict.INCONCLUSIVE, "what was awaited", "SessionSetupRes was never seen"),),
        evidence=evidence,
        started=EPOCH,
        ended=EPOCH + 1,
        duration=0.4,
    )
    second = structs.replace(
        first,
        attempt=2,
        counted=True,
        verdict=Verdict.FAIL,
        evidence=writer.trace(SETUP.id, 2, trace),
        findings=(
            finding(Verdict.FAIL, "response code", f"is {HOSTILE}, must be OK_NewSessionEstablished", reply),
            finding(Verdict.PASS, "session id", "is new", reply),
            finding(Verdict.REPORTED, "readings of the standard", "differ", notice=True),
        ),
    )
    writer.result(first)
    writer.result(second)


def _write_passing(writer: RunWriter, number: int) -> None:
    case = passing_case(number)
    writer.result(
        CaseResult(
            case=case,
            verdict=Verdict.PASS,
            findings=(finding(Verdict.PASS, "state of charge", "40 % to 79 %", 15, 34),),
            measurements=(
                Measurement(name="answer to SessionSetupReq", value=0.02, unit="s", limit="<= 2 s", entries=(12,)),
                Measurement(name="charge loops", value=40, unit="1"),
            ),
            data=(
                Datum(
                    name="state of charge",
                    reach=Reach.AVAILABLE,
                    sent="49 %",
                    received="49 Percent",
                    delay=0.02,
                    entries=(34,),
                ),
                Datum(name="departure time", reach=Reach.NOT_REPRESENTABLE, sent="7200 s"),
                Datum(name="battery capacity", reach=Reach.LOST_AT_EV),
                Datum(name="discharge power", reach=Reach.LOST_AT_STATION, sent="11000 W"),
            ),
            evidence=writer.trace(case.id, 1, full_session()),
            started=EPOCH + 2,
            ended=EPOCH + 4,
            duration=0.8,
        )
    )


def _write_others(writer: RunWriter) -> None:
    known = KnownFailureNote(
        mechanism="the queue holds ten events", link="https://example.org/42", expires="2027-01-31"
    )
    writer.result(
        CaseResult(
            case=OUTAGE,
            verdict=Verdict.FAIL,
            findings=(finding(Verdict.FAIL, "sequence numbers", "are 0, 1, 5", 14, 15),),
            evidence=writer.trace(OUTAGE.id, 1, outage_session()),
            known_failure=known,
            started=EPOCH + 5,
            ended=EPOCH + 100,
            duration=1.5,
        )
    )
    writer.result(
        CaseResult(
            case=CHAIN,
            verdict=Verdict.INCONCLUSIVE,
            findings=(finding(Verdict.INCONCLUSIVE, "control", "the control TLS-STN-001 ended without a verdict"),),
            started=EPOCH + 101,
            ended=EPOCH + 102,
        )
    )
    writer.result(
        CaseResult(
            case=BROKEN,
            verdict=Verdict.ERROR,
            findings=(Finding(verdict=Verdict.ERROR, what="the harness failed: KeyError", detail="'x' (a.py:3)"),),
            started=EPOCH + 103,
            ended=EPOCH + 104,
        )
    )


def _write_rules(writer: RunWriter) -> None:
    offence = finding(Verdict.FAIL, "sequence numbers", "3 follows 1", 15, rule="RULE-OCPP-SEQ")
    writer.rule(
        RuleResult(
            id="RULE-OCPP-SEQ",
            title="Sequence numbers of a transaction rise by one",
            verdict=Verdict.FAIL,
            cites=("E01.FR.07",),
            findings=(
                RuleFinding(
                    case=OUTAGE.id, attempt=1, finding=offence, trace="evidence/RES-STN-004/attempt-1/trace.jsonl"
                ),
            ),
            traces=2,
        )
    )
    writer.rule(RuleResult(id="RULE-V2G-ALT", title="Requests and responses alternate", verdict=Verdict.PASS, traces=3))
