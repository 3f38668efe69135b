"""The lines of `run.jsonl`: one struct each, told apart by the key `record`."""

from __future__ import annotations

from msgspec import Struct, field

from harness.core.case import Case, Role
from harness.core.feature import Feature
from harness.core.measurement import Datum, Measurement
from harness.core.verdict import Finding, Verdict

FORMAT = "v2x-run"
VERSION = 1


class EvidenceRef(Struct, frozen=True, kw_only=True):
    """A file of evidence: its path in the run folder, and what it must contain."""

    path: str
    sha256: str
    media_type: str
    size: int


class SourceRef(Struct, frozen=True, kw_only=True):
    """The source that a case (or a rule) was judged with."""

    id: str
    sha256: str
    path: str = ""


class DeviceRecord(Struct, frozen=True, kw_only=True):
    """The device profile of one subject, as it was when the run started."""

    id: str
    title: str
    role: Role
    vendor: str = ""
    model: str = ""
    version: str = ""
    serial: str = ""
    notes: tuple[str, ...] = ()
    emulated: bool = False
    """True for the harness's own emulation, which is no product."""
    lenient: tuple[str, ...] = ()
    """What our side let pass on purpose to meet this device, in words; a strict verdict cannot rest on that."""
    features: dict[Feature, bool] = {}
    sha256: str = ""
    """Digest of the profile file."""
    content: str = ""
    """The profile file itself, secrets left out."""


class DocumentGate(Struct, frozen=True, kw_only=True):
    """A paper that the programme wants on file beside the tests."""

    key: str
    any_of: tuple[str, ...]
    when: str = ""


class ProgrammeRecord(Struct, frozen=True, kw_only=True):
    """The programme profile, as it was when the run started."""

    id: str
    title: str
    version: str = ""
    owner: str = ""
    decision_rule: str = "simple-acceptance"
    inconclusive_blocks: bool = True
    not_tested_blocks: bool = True
    documents: tuple[DocumentGate, ...] = ()
    sha256: str = ""
    content: str = ""


class Header(Struct, frozen=True, kw_only=True, tag_field="record", tag="header"):
    """First line: what ran, when, with which versions of everything."""

    run: str
    started: float
    """Unix time in seconds."""
    harness_version: str
    programme: ProgrammeRecord
    devices: tuple[DeviceRecord, ...]
    commit: str = ""
    seed: int | None = None
    command: str = ""
    virtual_time: bool = False
    """True if the clock was the harness's own: dates are then no dates of the calendar."""
    keylog: bool = False
    """True if the secrets of TLS connections were kept: whoever has them and a capture can read it."""
    sources: tuple[SourceRef, ...] = ()
    environment: dict[str, str] = {}
    """Host facts worth keeping: Python, operating system, TLS library."""
    format: str = FORMAT
    format_version: int = VERSION


class PlanLine(Struct, frozen=True, kw_only=True, tag_field="record", tag="plan"):
    """Whether a case was to run, and why not."""

    case: Case
    runs: bool
    reason: str = ""
    missing: Feature | None = None


class KnownFailureNote(Struct, frozen=True, kw_only=True):
    """Somebody answers for this failure: it changes the exit code and nothing else."""

    mechanism: str
    link: str = ""
    expires: str = ""


class CaseResult(Struct, frozen=True, kw_only=True, tag_field="record", tag="result"):
    """One attempt of one case; of all attempts of a case exactly one counts."""

    case: Case
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    data: tuple[Datum, ...] = ()
    attempt: int = 1
    counted: bool = True
    started: float = 0.0
    """Unix time in seconds."""
    ended: float = 0.0
    duration: float = 0.0
    """Seconds of the wall clock; differs from `ended - started` under virtual time."""
    evidence: tuple[EvidenceRef, ...] = ()
    known_failure: KnownFailureNote | None = None
    unexpected_pass: bool = False
    """A known failure that did not fail."""
    reason: str = ""
    """Why there is no verdict of the usual kind: the error's text, or why it was not tested."""


class RuleFinding(Struct, frozen=True, kw_only=True):
    """What a rule says of the trace of one attempt of one case."""

    case: str
    attempt: int
    finding: Finding
    trace: str = ""
    """Path of the trace in the run folder."""


class RuleResult(Struct, frozen=True, kw_only=True, tag_field="record", tag="rule"):
    """One rule over all traces of the run; NOT_APPLICABLE where no trace had anything for it."""

    id: str
    title: str
    verdict: Verdict
    cites: tuple[str, ...] = ()
    findings: tuple[RuleFinding, ...] = ()
    traces: int = 0
    """How many traces had something for it."""
    known_failure: KnownFailureNote | None = None


class ResponseTime(Struct, frozen=True, kw_only=True, tag_field="record", tag="response-time"):
    """How long a subject took to react to one kind of message, over all traces; measured, not judged."""

    device: str
    message: str
    """The request that a station answered, or the response behind which an EV went on."""
    count: int
    median: float
    """Seconds, as all of these."""
    longest: float
    performance: float
    """What the standard expects."""
    timeout: float
    """When the other side gives up."""


class Discovery(Struct, frozen=True, kw_only=True, tag_field="record", tag="discovery"):
    """What a run showed about a feature, beside what the profile declares."""

    device: str
    feature: Feature
    discovered: bool
    how: str = ""
    case: str = ""


class Mutant(Struct, frozen=True, kw_only=True, tag_field="record", tag="mutant"):
    """A deliberately faulty emulated device, and the cases that caught it."""

    id: str
    title: str
    role: Role
    killed_by: tuple[str, ...] = ()


class Interruption(Struct, frozen=True, kw_only=True, tag_field="record", tag="interruption"):
    """The run was stopped before its end."""

    at: float
    why: str
    case: str = ""
    """The case that was running; it was not judged."""


class Footer(Struct, frozen=True, kw_only=True, tag_field="record", tag="footer"):
    """Last line: a run without it is broken."""

    finished: float
    complete: bool
    """Every case that was to run has a counted result."""
    interrupted: bool
    lines: int
    """Lines before this one."""
    counts: dict[Verdict, int] = field(default_factory=dict)
    """Counted results by verdict, the plan's NOT_APPLICABLE and NOT_TESTED among them."""


Record = Header | PlanLine | CaseResult | RuleResult | ResponseTime | Discovery | Mutant | Interruption | Footer
