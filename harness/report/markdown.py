"""`summary.md`: the report on one screen, for a merge request or a mail."""

from __future__ import annotations

import re
from typing import Any

from harness.core.verdict import Verdict
from harness.report.printable import printable
from harness.report.words import VERDICT_WORD

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|!~&])")


def render_markdown(report: dict[str, Any]) -> str:
    """The summary of a report."""
    shown = printable(report)
    lines = [
        f"# {_text(shown['report']['subject'])}: {_text(shown['conformity']['word'])}",
        "",
        _text(shown["conformity"]["text"]),
        "",
        f"Run {_text(shown['report']['number'])}, programme {_text(shown['programme']['title'])}, "
        f"harness {_text(shown['method']['harness']['version'])}.",
        "",
    ]
    lines += [f"**{_text(problem)}**\n" for problem in shown["report"]["problems"]]
    lines += _kinds(shown)
    lines += _attention(shown)
    return "\n".join(lines).rstrip() + "\n"


def _kinds(report: dict[str, Any]) -> list[str]:
    verdicts = [
        verdict for verdict in Verdict if any(verdict in part["counts"] for part in report["conformity"]["parts"])
    ]
    lines = [
        "| Kind of check | " + " | ".join(VERDICT_WORD[verdict] for verdict in verdicts) + " | Statement |",
        "|---|" + "---:|" * len(verdicts) + "---|",
    ]
    for part in report["conformity"]["parts"]:
        counts = " | ".join(str(part["counts"].get(verdict, "")) for verdict in verdicts)
        lines.append(f"| {_text(part['scope'])} | {counts} | {_text(part['word'])} |")
    return [*lines, ""]


def _attention(report: dict[str, Any]) -> list[str]:
    if not report["attention"]:
        return ["Nothing needs attention."]
    lines = ["## What needs attention", ""]
    for item in report["attention"]:
        word = VERDICT_WORD[Verdict(item["verdict"])]
        known = f" ({_text(item['known'])})" if item["known"] else ""
        lines.append(f"- **{word}**: {_text(item['headline'])} ({_text(item['about'])}){known}")
        lines += [f"  - {_text(told)}" for told in item["seen"]]
    return lines


def _text(text: str) -> str:
    """Text on one line in which nothing is taken for markup."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
