"""Writes what the documentation takes from the tree; `--check` says which pages are stale.

Whole pages come from `docs/pages/`; excerpts are the code blocks behind each `<!-- code: FILE::NAME -->`.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from pages.cases import cases_page
from pages.collect import ROOT, collect
from pages.excerpts import EXCERPT, with_excerpts
from pages.features import features_page
from pages.flaws import flaws_page
from pages.messages import messages_page
from pages.requirements import requirements_page
from pages.rules import rules_page
from pages.sequences import sequences_page
from pages.testcases import testcases_page

REFERENCE = ROOT / "docs" / "reference"


def pages() -> dict[Path, str]:
    """What each generated page should hold."""
    found = collect()
    return {
        REFERENCE / "cases.md": cases_page(found),
        REFERENCE / "rules.md": rules_page(),
        REFERENCE / "features.md": features_page(found),
        REFERENCE / "flaws.md": flaws_page(),
        REFERENCE / "messages.md": messages_page(),
        REFERENCE / "requirements.md": requirements_page(found),
        REFERENCE / "sequences.md": sequences_page(),
        REFERENCE / "ocpp_testcases.md": testcases_page(found),
    } | {
        page: with_excerpts(page) for page in sorted((ROOT / "docs").rglob("*.md")) if EXCERPT.search(page.read_text())
    }


def stale() -> list[str]:
    """The generated pages that do not hold what they should."""
    return [
        path.relative_to(ROOT).as_posix()
        for path, text in pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` tell which are stale and end with 1 if there are any."""
    if arguments == ["--check"]:
        found = stale()
        for name in found:
            sys.stderr.write(f"{name} is stale: run python docs/generate.py\n")
        return 1 if found else 0
    if arguments:
        sys.stderr.write("usage: python docs/generate.py [--check]\n")
        return 2
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
