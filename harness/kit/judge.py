"""What a case says about what it saw; every judgement is a finding with its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import msgspec

from harness.core.case import Role
from harness.core.measurement import Datum, Measurement, Reach
from harness.core.verdict import Finding, Verdict
from harness.kit.until import FINISHED
from harness.messages.field import Message
from harness.messages.sap import SupportedAppProtocolRes
from harness.trace.entry import Entry, Link, Note
from harness.trace.trace import Trace, answers, describe

Evidence = Entry | Iterable[Entry] | Iterable[int] | None


class Judge:
    """Collects the findings of one case; a case that judged nothing is inconclusive."""

    def __init__(self, cites: tuple[str, ...] = ()) -> None:
        """Judge for a case that cites these requirements."""
        self._cites = cites
        self.findings: list[Finding] = []
        self.measurements: list[Measurement] = []
        self.data: list[Datum] = []

    def holds(self, what: str, condition: bool, detail: str = "", *, at: Evidence = None) -> None:  # noqa: FBT001
        """`condition` is what the requirement asks for; `detail` says what was seen."""
        self._find(Verdict.PASS if condition else Verdict.FAIL, what, detail, at)

    def equal(self, what: str, got: Any, wanted: Any, *, at: Evidence = None) -> None:
        """`got` is `wanted`."""
        self.holds(what, got == wanted, f"is {_say(got)}, must be {_say(wanted)}", at=at)

    def among(self, what: str, got: Any, allowed: Iterable[Any], *, at: Evidence = None) -> None:
        """`got` is one of `allowed`."""
        options = list(allowed)
        listed = ", ".join(_say(option) for option in options)
        self.holds(what, got in options, f"is {_say(got)}, must be one of {listed}", at=at)

    def excludes(self, what: str, got: Any, forbidden: Iterable[Any], *, at: Evidence = None) -> None:
        """`got` is none of `forbidden`."""
        options = list(forbidden)
        listed = ", ".join(_say(option) for option in options)
        self.holds(what, got not in options, f"is {_say(got)}, must be none of {listed}", at=at)

    def between(self, what: str, got: float, low: float, high: float, *, unit: str = "", at: Evidence = None) -> None:
        """`low` <= `got` <= `high`."""
        detail = f"is {got:g} {unit}".rstrip() + f", must lie in {low:g} to {high:g} {unit}".rstrip()
        self.holds(what, low <= got <= high, detail, at=at)

    def within(self, what: str, earlier: Entry, later: Entry, seconds: float) -> None:
        """`later` came at most `seconds` after `earlier`: a deadline that the standard sets."""
        took = later.at - earlier.at
        self.report(what, round(took, 6), "s", limit=f"<= {seconds:g} s", at=(earlier, later))
        detail = f"took {took:.3f} s, limit {seconds:g} s"
        self.holds(what, took <= seconds + 1e-6, detail, at=(earlier, later))

    def silence(self, what: str, entries: Iterable[Entry]) -> None:
        """Nothing of the kind was seen."""
        found = tuple(entries)
        self.holds(what, not found, f"{len(found)} seen, none allowed", at=found)

    def some(self, what: str, entries: Iterable[Any]) -> None:
        """At least one was seen."""
        found = tuple(entries)
        evidence = tuple(entry for entry in found if isinstance(entry, Entry))
        self.holds(what, bool(found), f"{len(found)} seen, at least one needed", at=evidence)

    def any(self, what: str, entries: Iterable[Entry]) -> bool:
        """At least one was seen, and whether it was, so that a case can go on with it."""
        found = tuple(entries)
        self.holds(what, bool(found), f"{len(found)} seen, at least one needed", at=found)
        return bool(found)

    def answered(self, trace: Trace, request: Entry, wanted: type[Message]) -> Entry | None:
        """`request` was answered by a `wanted`, which is returned; silence or anything else fails, and gives None."""
        said = next((entry for entry in trace.since(request) if answers(entry, request)), None)
        if said is None:
            told = "was never answered"
        else:
            told = f"was answered by {describe(type(said.message)) if said.message is not None else said.problem}"
        right = said is not None and isinstance(said.message, wanted)
        asked = describe(type(request.message))
        evidence = (request,) if said is None else (request, said)
        self.holds(f"answer to {asked}", right, f"{told}, must be {describe(wanted)}", at=evidence)
        return said if right else None

    def coded(self, trace: Trace, request: Entry, wanted: type[Message], *codes: Any) -> Entry | None:
        """`request` was answered by a `wanted` with one of these response codes; None where it was no `wanted`."""
        reply = self.answered(trace, request, wanted)
        if reply:
            self.among("response code", reply.message.response_code, codes, at=reply)
        return reply

    def granted(self, trace: Trace, request: Entry, wanted: type[Message]) -> Entry | None:
        """`request` was answered by a `wanted` with any code but a FAILED one; returns it, or None if it was not."""
        reply = self.answered(trace, request, wanted)
        if reply:
            code = reply.message.response_code
            self.holds("request granted", not code.startswith("FAILED"), f"response code is {_say(code)}", at=reply)
        return reply if reply and not reply.message.response_code.startswith("FAILED") else None

    def refused(self, trace: Trace, request: Entry, wanted: type[Message], *usual: Any) -> Entry | None:
        """`request` was answered by a `wanted` with a FAILED code; one that is not `usual` is told, and no fault.

        For refusals that the standard asks for without a public source of the very code.
        """
        reply = self.answered(trace, request, wanted)
        if reply:
            code = reply.message.response_code
            self.holds("refusal", code.startswith("FAILED"), f"response code is {_say(code)}", at=reply)
            if code.startswith("FAILED") and usual and code not in usual:
                told = ", ".join(_say(one) for one in usual)
                self.notice("refusal", f"by {_say(code)}; public sources lead one to expect {told}", at=reply)
        return reply

    def status(self, trace: Trace, call: Entry, *allowed: str) -> Entry:
        """The answer to an OCPP call has one of these statuses; returns the answer.

        Raises:
            Unreached: it was never answered.
        """
        reply = trace.answer_to(call)
        said = reply.payload.get("status", f"an error, {reply.payload.get('code')}")
        self.among(f"answer to {call.message.action}", said, allowed, at=(call, reply))
        return reply

    def nothing_served(self, trace: Trace) -> None:
        """No request got an answer other than a refusal: the session is over."""
        served = trace.all(Message, sent_by=Role.STATION, link=Link.V2G, where=_grants)
        self.silence("requests served after the end of the session", served)

    def every(self, what: str, entries: Iterable[Entry], test: Any, detail: str = "") -> None:
        """`test` holds for each entry; over no entries nothing is proved, which is inconclusive."""
        looked_at = tuple(entries)
        if not looked_at:
            self.inconclusive(what, "there was nothing to look at")
            return
        bad = tuple(entry for entry in looked_at if not test(entry))
        told = detail or "does not hold"
        self.holds(what, not bad, f"{told} in {len(bad)} of {len(looked_at)}", at=bad or looked_at[:1])

    def contiguous(self, what: str, numbers: Iterable[int], *, at: Evidence = None) -> None:
        """The numbers rise by one."""
        seen = list(numbers)
        if not seen:
            self.inconclusive(what, "there were none")
            return
        wanted = list(range(seen[0], seen[0] + len(seen)))
        self.holds(what, seen == wanted, f"are {_shorten(seen)}", at=at)

    def rising(self, what: str, values: Sequence[float], *, at: Evidence = None) -> None:
        """The values never fall."""
        if len(values) < 2:
            self.inconclusive(what, f"only {len(values)} value(s)")
            return
        fallen = [f"{a:g} to {b:g}" for a, b in pairwise(values) if b < a]
        self.holds(what, not fallen, "; ".join(fallen[:3]) or "never fall", at=at)

    def spaced(self, what: str, moments: Sequence[float], low: float, high: float, *, at: Evidence = None) -> None:
        """From one moment to the next it is `low` to `high` seconds."""
        gaps = [later - earlier for earlier, later in pairwise(moments)]
        if not gaps:
            self.inconclusive(what, f"only {len(moments)} of them")
            return
        bad = [f"{gap:g} s" for gap in gaps if not low <= gap <= high]
        told = f"{len(gaps)} intervals of {min(gaps):g} to {max(gaps):g} s, must be {low:g} to {high:g} s"
        self.report(f"{what}, longest interval", round(max(gaps), 3), "s", limit=f"<= {high:g} s", at=at)
        self.holds(what, not bad, told, at=at)

    def ran_to_the_end(self, trace: Trace) -> None:
        """The EV took leave as it meant to."""
        note = trace.first(Note, text=FINISHED)
        state, why = note.facts.get("state"), note.facts.get("why", "")
        self.holds("the EV's session", state in {"finished", "paused"}, f"ended {state} {why}".rstrip(), at=note)

    def no_failures(self, trace: Trace, *, sent_by: Role) -> None:
        """No response of the party carries a FAILED code."""
        responses = trace.all(Message, sent_by=sent_by, link=Link.V2G, where=_carries_a_code)
        self.every(
            "response codes",
            responses,
            lambda entry: not entry.message.response_code.startswith("FAILED"),
            "a FAILED code",
        )

    def reaches(self, datum: Datum) -> None:
        """The datum got to the backend, with the value that the EV sent; one that the EV never sent proves nothing."""
        self.reached(datum)
        if datum.reach is Reach.LOST_AT_EV:
            self.inconclusive(datum.name, "the EV under the harness's control did not send it")
            return
        told = f"{datum.reach}; sent {datum.sent or 'nothing'}, arrived {datum.received or 'nothing'}"
        self._find(Verdict.PASS if datum.reach is Reach.AVAILABLE else Verdict.FAIL, datum.name, told, datum.entries)

    def take(self, findings: Iterable[Finding]) -> None:
        """Findings of a check, with this case's requirements added where they name none."""
        for finding in findings:
            self.findings.append(finding if finding.cites else msgspec.structs.replace(finding, cites=self._cites))

    def inconclusive(self, what: str, why: str, *, at: Evidence = None) -> None:
        """Nothing can be said, and why."""
        self._find(Verdict.INCONCLUSIVE, what, why, at)

    def notice(self, what: str, detail: str, *, at: Evidence = None) -> None:
        """Something to tell that changes no verdict."""
        entries = _numbers(at)
        self.findings.append(Finding(verdict=Verdict.REPORTED, what=what, detail=detail, entries=entries, notice=True))

    def report(self, name: str, value: Any, unit: str = "", *, limit: str = "", at: Evidence = None) -> None:
        """A measured value for the report."""
        self.measurements.append(Measurement(name=name, value=value, unit=unit, limit=limit, entries=_numbers(at)))

    def reached(self, datum: Datum) -> None:
        """A row of the data-availability matrix."""
        self.data.append(datum)

    def _find(self, verdict: Verdict, what: str, detail: str, at: Evidence) -> None:
        self.findings.append(
            Finding(verdict=verdict, what=what, detail=detail, cites=self._cites, entries=_numbers(at))
        )


def _carries_a_code(entry: Entry) -> bool:
    """Whether it is a response of a session; supportedAppProtocolRes comes before there is one."""
    return hasattr(entry.message, "response_code") and not isinstance(entry.message, SupportedAppProtocolRes)


def _grants(entry: Entry) -> bool:
    return _carries_a_code(entry) and not entry.message.response_code.startswith("FAILED")


def _numbers(at: Evidence) -> tuple[int, ...]:
    if at is None:
        return ()
    if isinstance(at, Entry):
        return (at.number,)
    return tuple(entry.number if isinstance(entry, Entry) else entry for entry in at)


def _say(value: Any) -> str:
    if isinstance(value, bytes):
        return value.hex().upper() or "nothing"
    return str(value)


def _shorten(values: list[int]) -> str:
    told = ", ".join(str(value) for value in values[:12])
    return told + (", …" if len(values) > 12 else "")
