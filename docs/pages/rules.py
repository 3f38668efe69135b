"""The page of all rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.checks.rules import ALL_RULES
from pages.text import CAUTION, NOTICE, cell, parties, requirements_cited


def rules_page() -> str:
    """The page of all rules."""
    lines = [
        "# Rules",
        "",
        NOTICE,
        f"{len(ALL_RULES)} rules. A rule looks at a whole recorded session, whatever it was recorded for, and judges",
        "what the device under test did in it. `v2x check TRACE` asks them of a single recording.",
        "",
        "| rule | what must hold | judges | how |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{rule.id}` | {rule.title} | {parties(rule.judges)} | {cell(_first_paragraph(rule.find))} |"
        for rule in ALL_RULES
    ]
    lines += ["", "## What the cited requirements ask", "", CAUTION, ""]
    lines += requirements_cited({rule.id: rule.cites for rule in ALL_RULES})
    return "\n".join(lines) + "\n"


def _first_paragraph(find: Callable[..., Any]) -> str:
    return (find.__doc__ or "").strip().partition("\n\n")[0]
