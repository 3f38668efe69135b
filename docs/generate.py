"""Writes what the documentation takes from the tree; `--check` says which pages are stale.

Whole pages: cases, rules and messages. Excerpts: the code block behind each `<!-- code: FILE::NAME -->`, where NAME is
a function or class of the file, or the id that a call in it begins with.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
import textwrap
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from harness.checks.rules import ALL_RULES
from harness.core.case import Case, Kind, Role
from harness.endpoints.mutants.catalogue import mutants_of
from harness.kit.case import case_of
from harness.messages import ocpp, registry
from harness.messages.field import Message
from harness.report.words import KIND_MEANING, SHORT_PARTY
from harness.standards.catalogue import requirement

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
NOTICE = "<!-- Made by `python docs/generate.py`; do not edit by hand. -->\n"
SCHEMA_TITLES = {
    "sap": "SupportedAppProtocol",
    "common": "ISO 15118-20 CommonMessages",
    "ac": "ISO 15118-20 AC",
    "dc": "ISO 15118-20 DC",
    "acdp": "ISO 15118-20 ACDP",
    "wpt": "ISO 15118-20 WPT",
}


class Found(NamedTuple):
    """A case, the function that declares it, and how many variants of it there are."""

    case: Case
    function: Callable[..., Any]
    variants: tuple[str, ...]
    path: Path


def suites() -> Iterator[tuple[Path, ModuleType]]:
    """Every suite file, imported by its path."""
    for path in sorted((ROOT / "test_suites").rglob("test_*.py")):
        name = "_suite_" + "_".join(path.relative_to(ROOT).with_suffix("").parts)
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is None or spec.loader is None:
            raise ImportError(f"{path} cannot be imported")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield path, module


def collect() -> list[Found]:
    """Every case of the suites, in the order of their ids."""
    found = [
        Found(case, function, _variants(function), path)
        for path, module in suites()
        for function in vars(module).values()
        if callable(function) and (case := case_of(function)) is not None
    ]
    return sorted(found, key=lambda one: one.case.id)


def cases_page(found: list[Found]) -> str:
    """The page of all cases."""
    total = sum(max(1, len(one.variants)) for one in found)
    lines = [
        "# Cases",
        "",
        NOTICE,
        f"{len(found)} cases, {total} with their variants. A case provokes the device in one way and judges one thing.",
        "What every recorded session is asked as well stands in [rules](rules.md); what the verdicts mean, in",
        "[verdicts](../explanation/verdicts.md).",
        "",
        "*Needs* are questions of the [device profile](profiles.md#features): a device that answers no to one is not",
        "asked. *Control* is the case that must have passed in the same run. *Caught* are the deliberately faulty",
        "devices on which the case is seen to fail.",
    ]
    for kind in Kind:
        mine = [one for one in found if one.case.kind is kind]
        if mine:
            lines += ["", f"## {kind.value[0].upper()}{kind.value[1:]}", "", KIND_MEANING[kind]]
            for role in Role:
                lines += _cases_of(role, [one for one in mine if one.case.sut is role])
    lines += ["", "## What the cited requirements ask", "", _CAUTION, ""]
    lines += _requirements({one.case.id: one.case.cites for one in found})
    return "\n".join(lines) + "\n"


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
        f"| `{rule.id}` | {rule.title} | {_parties(rule.judges)} | {_cell(_first_paragraph(rule.find))} |"
        for rule in ALL_RULES
    ]
    lines += ["", "## What the cited requirements ask", "", _CAUTION, ""]
    lines += _requirements({rule.id: rule.cites for rule in ALL_RULES})
    return "\n".join(lines) + "\n"


def messages_page() -> str:
    """The page of all messages that travel by themselves."""
    lines = [
        "# Messages",
        "",
        NOTICE,
        "What a case may build, bend and look for. An ISO 15118 message is a frozen class with a field for each",
        "element; `but(...)` and the trace take Python names, reports show the names of the wire. Every request and",
        "response of ISO 15118-20 has a `header` as well.",
        "",
        "- A **unit is a type**: `Volts`, `Amperes`, `Watts`, `WattHours` are unequal even where their numbers are",
        "  equal. `float(value)` is the size, `Volts.of(400)` writes one.",
        "- **Building never fails.** A tester must be able to send what is wrong; `harness.messages.problems` says",
        "  what the schema has against a message.",
        "- `response_code` and the like are enumerations that compare with their wire names.",
        "- An **OCPP message** is an action with the payload as it travels: camelCase keys, numbers, lists.",
        "  `Heartbeat()` builds a call; `Heartbeat` finds calls in a trace, `Heartbeat.response` finds answers.",
    ]
    for key in SCHEMA_TITLES:
        lines += ["", f"## {SCHEMA_TITLES[key]}", "", "| Python | wire | fields |", "|---|---|---|"]
        lines += [_message_row(kind) for kind in _messages(key)]
    actions = sorted(one.name for one in vars(ocpp).values() if isinstance(one, ocpp.Action))
    lines += [
        "",
        "## OCPP 2.0.1",
        "",
        "From `harness.messages.ocpp`: " + ", ".join(f"`{one}`" for one in actions) + ".",
    ]
    return "\n".join(lines) + "\n"


def pages() -> dict[Path, str]:
    """What each generated page should hold."""
    return {
        REFERENCE / "cases.md": cases_page(collect()),
        REFERENCE / "rules.md": rules_page(),
        REFERENCE / "messages.md": messages_page(),
    } | {
        page: _with_excerpts(page)
        for page in sorted((ROOT / "docs").rglob("*.md"))
        if _EXCERPT.search(page.read_text())
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


def excerpt(path: Path, name: str) -> str:
    """The source of a function or class of that name, or of the call that declares something of that id.

    Raises:
        LookupError: the file has nothing of that name.
    """
    source = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == name:
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
        elif isinstance(node, ast.Call) and node.args and _is(node.args[0], name):
            first = node.lineno
        else:
            continue
        return textwrap.dedent("\n".join(source.splitlines()[first - 1 : node.end_lineno])).rstrip(",") + "\n"
    raise LookupError(f"{path.relative_to(ROOT)} has no {name}")


def _is(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == name


_EXCERPT = re.compile(
    r"(<!-- code: (?P<path>\S+)::(?P<name>\S+) -->\n```python\n)(?P<code>.*?)(^```$)", re.MULTILINE | re.DOTALL
)


def _with_excerpts(page: Path) -> str:
    def renewed(found: re.Match[str]) -> str:
        return found[1] + excerpt(ROOT / found["path"], found["name"]) + found[5]

    return _EXCERPT.sub(renewed, page.read_text(encoding="utf-8"))


_CAUTION = (
    "The gist is in this project's words, and no text of a standard. *Known by* says how well we know it: `published`\n"
    "is the publisher's free text, `several` and `one` count public sources, `practice` is how public implementations\n"
    "read it, `unverified` is a guess. For the wording that binds, read the standard."
)


def _cases_of(role: Role, found: list[Found]) -> Iterator[str]:
    if not found:
        return
    yield from ("", f"### {SHORT_PARTY[role]}", "", "| case | what must hold | scene | needs | caught |")
    yield "|---|---|---|---|---|"
    for one in found:
        case = one.case
        scene = _cell(case.purpose)
        if one.variants:
            scene += f" Variants: {', '.join(name.replace('_', ' ') for name in one.variants)}."
        if case.control:
            scene += f" Control: `{case.control}`."
        needs = ", ".join(f"`{feature}`" for feature in case.needs) or "nothing"
        caught = ", ".join(f"`{name}`" for name in _mutants(one))
        yield f"| `{case.id}` | {case.title} | {scene} | {needs} | {caught} |"


def _mutants(one: Found) -> list[str]:
    ids = (one.case.id, *(f"{one.case.id}[{name}]" for name in one.variants))
    return list(dict.fromkeys(mutant.id for case_id in ids for mutant in mutants_of(case_id)))


def _requirements(cites: dict[str, tuple[str, ...]]) -> Iterator[str]:
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
        yield f"| {name} | {_cell(gist)} | {confidence} | {', '.join(f'`{user}`' for user in users[name])} |"


def _messages(key: str) -> list[type[Message]]:
    namespace = registry.schema(key).namespace
    return [kind for kind in registry.schema(key).classes() if kind.namespace == namespace and _travels(kind)]


def _travels(kind: type[Message]) -> bool:
    return registry.is_request(kind) or registry.is_response(kind)


def _message_row(kind: type[Message]) -> str:
    fields = ", ".join(f"`{name}`" for name in kind.__struct_fields__ if name not in {"header", "signature"})
    return f"| `{kind.__name__}` | {kind.name} | {fields or 'none'} |"


def _variants(function: Callable[..., Any]) -> tuple[str, ...]:
    """Ids of the variants of a parametrized case, as pytest makes them."""
    marks = [mark for mark in getattr(function, "pytestmark", []) if mark.name == "parametrize"]
    if not marks:
        return ()
    names = [_names(list(mark.args[1]), mark.kwargs.get("ids")) for mark in marks]
    return tuple("-".join(parts) for parts in product(*names))


def _names(values: list[Any], ids: Any) -> list[str]:
    if ids is not None and not callable(ids):
        return [str(name) for name in ids]
    return [_name(value, ids) for value in values]


def _name(value: Any, ids: Any) -> str:
    given = getattr(value, "id", None)
    if isinstance(given, str):
        return given
    return str(ids(value)) if ids else str(value)


def _parties(roles: Iterable[Role]) -> str:
    return ", ".join(SHORT_PARTY[role] for role in roles)


def _first_paragraph(find: Callable[..., Any]) -> str:
    return (find.__doc__ or "").strip().partition("\n\n")[0]


def _cell(text: str) -> str:
    """Text that a table cell can hold."""
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
