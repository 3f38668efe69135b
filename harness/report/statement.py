"""Statements of conformity, what they rest on, and what the report does not say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from harness.core.case import Kind, Role, suite_of
from harness.core.verdict import Verdict
from harness.report.words import KIND_MEANING, PARTY, STATEMENT, listed, plural
from harness.store.records import ProgrammeRecord
from harness.store.run import Run, Standing

_VERBS = {
    "does-not-conform": ("does not conform", "do not conform"),
    "not-determined": ("could not be determined", "could not be determined"),
}
_RULE = "Simple acceptance: every applicable case must pass, no measurement uncertainty is subtracted or added."


def conformity(run: Run) -> dict[str, Any]:
    """The overall statement, one per kind of check, and one per party where several are under test."""
    standings = run.standings()
    parts = [
        _part(kind.value, [s for s in standings if s.case.kind is kind], run, KIND_MEANING[kind])
        for kind in Kind
        if any(standing.case.kind is kind for standing in standings)
    ]
    if run.rules:
        parts.append(_rules_part(run))
    roles = [role for role in Role if any(standing.case.sut is role for standing in standings)]
    by_party = [_part(PARTY[role], [s for s in standings if s.case.sut is role], run) for role in roles]
    overall = "not-determined" if run.broken else _worst_statement(part["statement"] for part in parts)
    return {
        "statement": overall,
        "word": STATEMENT[overall],
        "text": _overall_text(run, overall, parts),
        "decision_rule": _decision_rule(run.header.programme),
        "parts": parts,
        "by_party": by_party if len(by_party) > 1 else [],
    }


def summary(run: Run) -> dict[str, Any]:
    """Counts of counted verdicts, in all and by suite (the first part of a case's id)."""
    standings = run.standings()
    suites: dict[str, list[Standing]] = {}
    for standing in standings:
        suites.setdefault(suite_of(standing.case.id), []).append(standing)
    return {
        "cases": len(standings),
        "counts": counts(standings),
        "suites": [
            {"suite": name, "cases": len(members), "counts": counts(members)}
            for name, members in sorted(suites.items())
        ],
        "attempts": len(run.results),
        "duration": round(sum(result.duration for result in run.results), 6),
        "known_failures": sorted(r.case.id for r in run.counted.values() if r.known_failure),
        "unexpected_passes": sorted(r.case.id for r in run.counted.values() if r.unexpected_pass),
    }


def counts(standings: Iterable[Standing]) -> dict[str, int]:
    """How many of each verdict; those that did not occur are left out."""
    found = Counter(standing.verdict for standing in standings)
    return {verdict.value: found[verdict] for verdict in Verdict if found[verdict]}


def limits(run: Run) -> list[str]:
    """What this report does not say."""
    told = [
        "The results relate only to the items tested, in the version tested, on the dates given.",
        "This is no certificate and no type approval. It does not stand in for a certificate of any programme.",
        "Electrical safety, insulation, grounding and electromagnetic compatibility were not tested.",
        "Behaviour towards the grid (anti-islanding, ride-through of voltage and frequency, power quality) was not "
        "tested: that is the business of type tests on real power hardware.",
        "Physical quantities are those that the parties told each other; no measuring instrument took part.",
        "A requirement that no case cites was not looked at.",
    ]
    if any(standing.case.id.startswith("TC_") for standing in run.standings()):
        told.append(
            "Ids that begin with TC_ are those of the public catalogue of OCPP test cases, so that results can be laid "
            "side by side. The cases are this harness's own; they are no results of the official test tool."
        )
    emulated = [device.title for device in run.header.devices if device.emulated]
    if emulated:
        told.append(
            f"{listed(emulated)}: emulated by this harness, no product. The results show that the harness works, "
            "no more."
        )
    if run.header.virtual_time:
        told.append("The run kept a virtual clock: times are durations within a session, not dates of a calendar.")
    told += [
        f"{device.title}: our side was lenient on purpose: {listed(list(device.lenient))}. Whether the device keeps to "
        "the TLS profile of the standard is not determined."
        for device in run.header.devices
        if device.lenient
    ]
    if run.header.keylog:
        told.append(
            "The secrets of the TLS connections of our side were kept on request, in keys/ beside this report: whoever "
            "has them and a capture can read it. They are no part of the report; remove them when they have served."
        )
    documents = run.header.programme.documents
    if documents:
        told.append(
            "Documents that the programme asks for were not examined: "
            + listed([gate.key for gate in documents], most=12)
            + "."
        )
    return told


def _part(scope: str, standings: list[Standing], run: Run, meaning: str = "") -> dict[str, Any]:
    failing = [s for s in standings if s.verdict is Verdict.FAIL]
    open_ones = [s for s in standings if s.verdict in _open(run.header.programme)]
    judged = [s for s in standings if s.verdict in {Verdict.PASS, Verdict.FAIL, Verdict.REPORTED}]
    statement = "conforms"
    lenient = scope == Kind.TLS.value and any(device.lenient for device in run.header.devices)
    if failing:
        statement = "does-not-conform"
    elif open_ones or not judged or lenient:
        statement = "not-determined"
    blocking = [{"case": s.case.id, "verdict": s.verdict.value} for s in (*failing, *open_ones)]
    return {
        "scope": scope,
        "meaning": meaning,
        "statement": statement,
        "word": STATEMENT[statement],
        "cases": len(standings),
        "counts": counts(standings),
        "blocking": blocking,
        "text": _part_text(statement, failing, open_ones, judged),
    }


def _rules_part(run: Run) -> dict[str, Any]:
    failing = [rule for rule in run.rules if rule.verdict is Verdict.FAIL]
    open_ones = [rule for rule in run.rules if rule.verdict in _open(run.header.programme)]
    found = Counter(rule.verdict for rule in run.rules)
    statement = "does-not-conform" if failing else "not-determined" if open_ones else "conforms"
    text = "Every rule held over every trace that had something for it."
    if failing:
        text = f"{plural(len(failing), 'rule')} broken: {listed([rule.id for rule in failing])}."
    elif open_ones:
        text = f"{plural(len(open_ones), 'rule')} without a verdict: {listed([rule.id for rule in open_ones])}."
    return {
        "scope": "rules over every trace",
        "meaning": "Rules that hold in any session, judged over all that was recorded.",
        "statement": statement,
        "word": STATEMENT[statement],
        "cases": len(run.rules),
        "counts": {verdict.value: found[verdict] for verdict in Verdict if found[verdict]},
        "blocking": [{"case": rule.id, "verdict": rule.verdict.value} for rule in (*failing, *open_ones)],
        "text": text,
    }


def _part_text(statement: str, failing: list[Standing], open_ones: list[Standing], judged: list[Standing]) -> str:
    if statement == "conforms":
        return f"All {plural(len(judged), 'applicable case')} passed."
    if failing:
        return f"{plural(len(failing), 'case')} failed: {listed([s.case.id for s in failing])}."
    if not judged and not open_ones:
        return "No case of this kind applies to what was tested."
    if not open_ones:
        return f"{plural(len(judged), 'applicable case')} passed with a lenient tester, which determines nothing."
    return f"{plural(len(open_ones), 'case')} without a verdict: {listed([s.case.id for s in open_ones])}."


def _overall_text(run: Run, overall: str, parts: list[dict[str, Any]]) -> str:
    if run.broken:
        return "The record of this run is not whole, so nothing can be concluded from it: " + run.broken[0] + "."
    if overall == "conforms":
        text = "Every applicable case of the programme passed."
    else:
        named = [part["scope"] for part in parts if part["statement"] == overall]
        verb = _VERBS[overall][len(named) > 1]
        share = f"{len(named)} of {plural(len(parts), 'part')}"
        text = f"{share} {verb}: {'; '.join(named)}." if named else "Nothing was judged."
    if run.interrupted:
        text += " The run was interrupted; what was judged until then counts."
    return text


def _decision_rule(programme: ProgrammeRecord) -> str:
    blocks = [
        word
        for word, blocking in (
            ("inconclusive", programme.inconclusive_blocks),
            ("not tested", programme.not_tested_blocks),
        )
        if blocking
    ]
    rule = _RULE if programme.decision_rule == "simple-acceptance" else programme.decision_rule
    return (
        f"{rule} Cases that are {' or '.join([*blocks, 'in error'])} block the statement. "
        "Failures known beforehand are failures here; they only change what the command returns."
    )


def _open(programme: ProgrammeRecord) -> set[Verdict]:
    found = {Verdict.ERROR}
    if programme.inconclusive_blocks:
        found.add(Verdict.INCONCLUSIVE)
    if programme.not_tested_blocks:
        found.add(Verdict.NOT_TESTED)
    return found


def _worst_statement(statements: Iterable[str]) -> str:
    told = set(statements)
    if "does-not-conform" in told:
        return "does-not-conform"
    return "conforms" if told == {"conforms"} else "not-determined"
