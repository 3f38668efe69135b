"""What all generated pages share: the notice at their top, table cells, and the table of requirements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from harness.core.case import Role
from harness.report.words import SHORT_PARTY
from harness.standards.catalogue import requirement

NOTICE = "<!-- Made by `python docs/generate.py`; do not edit by hand. -->\n"
CAUTION = (
    "The gist is in this project's words, and no text of a standard. *Known by* says how well we know it: `published`\n"
    "is the publisher's free text, `several` and `one` count public sources, `practice` is how public implementations\n"
    "read it, `unverified` is a guess. For the wording that binds, read the standard."
)


def requirements_cited(cites: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """A table of what the cited requirements ask, and who cites them."""
    users: dict[str, list[str]] = defaultdict(list)
    for user, cited in cites.items():
        for name in cited:
            users[name].append(user)
    yield "| requirement | gist | known by | cited by |"
    yield "|---|---|---|---|"
    for name in sorted(users):
        known = requirement(name)
        gist = known.gist if known else "a place in a document"
        confidence = known.confidence.value if known else ""
        yield f"| {name} | {cell(gist)} | {confidence} | {', '.join(f'`{user}`' for user in users[name])} |"


def parties(roles: Iterable[Role]) -> str:
    """Roles in a row."""
    return ", ".join(SHORT_PARTY[role] for role in roles)


def cell(text: str) -> str:
    """Text that a table cell can hold."""
    return " ".join(text.split()).replace("|", "\\|")
