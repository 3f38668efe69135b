"""`report.html`: one file that needs no network, no script and no other file."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from harness.core.verdict import Verdict
from harness.report.conversation import home
from harness.report.diagram import diagram
from harness.report.matrix import amount, legend, matrix, tally
from harness.report.printable import outline, printable, scalar
from harness.report.words import PARTY, VERDICT_MEANING, VERDICT_WORD, plural

_WORST = ("FAIL", "ERROR", "INCONCLUSIVE", "PASS")


def render_html(report: dict[str, Any]) -> str:
    """The page for a report."""
    shown = printable(report)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            r=shown,
            style=Markup(_asset("report.css")),  # noqa: S704 - a file of our own
            script=Markup(_asset("report.js")),  # noqa: S704 - a file of our own
            by_id={result["id"]: result for result in shown["results"]},
            asked={requirement["id"]: requirement for requirement in shown["requirements"]},
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("harness.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        anchor=anchor,
        outline=outline,
        scalar=scalar,
        duration=duration,
        size=size,
        segments=segments,
        day=day,
        amount=amount,
        sentence=sentence,
        party=lambda role: PARTY[role],
        word=lambda verdict: VERDICT_WORD[Verdict(verdict)],
        meaning=lambda verdict: VERDICT_MEANING[Verdict(verdict)],
        paragraphs=lambda text: re.split(r"\n\s*\n", text) if text else [],
    )
    environment.globals.update(
        diagram=diagram,
        marks=marks,
        place=place,
        trace_anchor=trace_anchor,
        plural=plural,
        groups=groups,
        families=families,
        reassurance=reassurance,
        matrix=matrix,
        tally=tally,
        legend=legend,
    )
    return environment


def anchor(name: str, kind: str = "c") -> str:
    """An id for a case (or another `kind`) in the page; of plain characters, so that nothing a name holds gets out."""
    return f"{kind}-" + re.sub(r"[^A-Za-z0-9_-]", lambda match: f".{ord(match.group()):x}.", name)


def marks(attempt: dict[str, Any], index: int) -> dict[int, str]:
    """By entry number, the worst verdict of the findings that cite it; notices mark nothing.

    Args:
        attempt: the attempt.
        index: which of its conversations; a number that could mean an entry of another one marks nothing.
    """
    found: dict[int, str] = {}
    for finding in attempt["findings"]:
        verdict = finding["verdict"]
        for number in finding["entries"] if verdict in _WORST and not finding["notice"] else ():
            if home(number, attempt["traces"]) == index:
                found[number] = min(verdict, found.get(number, verdict), key=_WORST.index)
    return found


def place(case_anchor: str, attempt: dict[str, Any], number: int) -> str:
    """The id in the page that a cited entry leads to; empty if it has no decoded message there."""
    index = home(number, attempt["traces"])
    if index is None or not any(row["n"] == number and "view" in row for row in attempt["traces"][index]["rows"]):
        return ""
    return f"{trace_anchor(case_anchor, index)}-{number}"


def trace_anchor(case_anchor: str, index: int) -> str:
    """Beginning of the ids of the messages of one conversation of a case."""
    return case_anchor if index == 0 else f"{case_anchor}-t{index + 1}"


def groups(report: dict[str, Any]) -> list[tuple[str, dict[str, Any], list[dict[str, Any]]]]:
    """The kinds of check in the order of the statement, each with its part and its cases."""
    parts = {part["scope"]: part for part in report["conformity"]["parts"]}
    kinds = list(dict.fromkeys(result["kind"] for result in report["results"]))
    ordered = sorted(kinds, key=lambda kind: list(parts).index(kind))
    return [(kind, parts[kind], [result for result in report["results"] if result["kind"] == kind]) for kind in ordered]


def segments(counts: dict[str, int]) -> list[tuple[str, int]]:
    """Verdicts with their counts, in the order in which a bar shows them."""
    return [(verdict.value, counts[verdict.value]) for verdict in Verdict if counts.get(verdict.value)]


def families(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Variants of a case that ended alike shown as one, with how many more there are; others one by one."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for case in cases:
        found.setdefault((case["id"].partition("[")[0], case["verdict"]), []).append(case)
    return [{**members[0], "more": len(members) - 1} for members in found.values()]


def reassurance(report: dict[str, Any]) -> list[str]:
    """What stands behind a report in which nothing needs attention."""
    counts, rules, validation = report["summary"]["counts"], report["rules"], report["self_validation"]
    told = [f"Every applicable case passed: {plural(counts['PASS'], 'case')}."] if "PASS" in counts else []
    if held := [rule for rule in rules if rule["verdict"] == "PASS"]:
        told.append(f"Every rule held in every session that had something for it: {plural(len(held), 'rule')}.")
    if report["pics"]:
        told.append("Nothing that was seen contradicts what the device profiles declare.")
    if validation["total"] and validation["killed"] == validation["total"]:
        told.append(
            f"Faulty on purpose, and caught by the same cases: {plural(validation['total'], 'device')} of as many."
        )
    if "NOT_APPLICABLE" in counts:
        told.append(f"Not applicable, each for a reason that is listed: {plural(counts['NOT_APPLICABLE'], 'case')}.")
    return told


def sentence(text: str) -> str:
    """The text with a capital letter at its beginning."""
    return text[:1].upper() + text[1:]


def duration(seconds: float | None) -> str:
    """`350 ms`, `2.4 s`, `3 min 5 s`."""
    if seconds is None:
        return ""
    if seconds == 0:
        return "0 s"
    if seconds < 1:
        return f"{seconds * 1000:.3g} ms"
    if seconds < 120:
        return f"{seconds:.3g} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def size(octets: int) -> str:
    """`812 B`, `14.2 kB`."""
    return f"{octets} B" if octets < 1000 else f"{octets / 1000:.1f} kB"


def day(instant: str) -> str:
    """`2026-11-22 11:05:09 UTC`."""
    return instant[:19].replace("T", " ") + " UTC"


@cache
def _asset(name: str) -> str:
    return (files("harness.report") / "templates" / name).read_text(encoding="utf-8")
