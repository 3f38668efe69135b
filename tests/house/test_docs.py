"""The documentation tells what is in the tree: links lead somewhere, options exist, code is real code."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest
import typer

from harness.cli.main import app
from harness.core.feature import FEATURE_MEANING, Feature
from harness.core.verdict import Verdict
from harness.endpoints.ev.car import Car
from harness.endpoints.station.settings import StationSettings
from harness.profile import device, programme
from harness.profile.actuators import Actuators
from harness.profile.ocpp import Ocpp
from tests.house.project import ROOT, files, generator, named, text_of

PAGES = tuple(
    path for path in files() if path.suffix == ".md" and named(path).startswith(("docs/", "README", "CONTRIB"))
)
BY_HAND = tuple(path for path in PAGES if path.name not in {"cases.md", "rules.md", "messages.md"})
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"(?:^|[\s`/])v2x ((?:run|plan|watch|emulate|rejudge|check|report|exi)\b[^`\n#]*)")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def test_generated_pages_are_fresh() -> None:
    assert generator().stale() == [], "run python docs/generate.py"


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_links_lead_somewhere(path: Path) -> None:
    text = text_of(path) or ""
    broken = [target for target in LINK.findall(text) if not _leads_somewhere(path, target)]
    assert broken == []


@pytest.mark.parametrize("path", BY_HAND, ids=named)
def test_toml_in_docs_is_toml(path: Path) -> None:
    for kind, block in BLOCK.findall(text_of(path) or ""):
        if kind == "toml":
            assert tomllib.loads(block)


@pytest.mark.parametrize("path", BY_HAND, ids=named)
def test_python_in_docs_is_taken_from_the_tree(path: Path) -> None:
    text = text_of(path) or ""
    blocks = [kind for kind, _ in BLOCK.findall(text) if kind == "python"]
    assert len(blocks) == len(re.findall(r"^<!-- code: ", text, re.MULTILINE)), "mark it for docs/generate.py"


def test_every_command_and_option_is_told() -> None:
    page = (ROOT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    for words, options in _commands().items():
        assert f"v2x {words}" in page
        assert {option for option in options if option not in page} == set(), words


def test_every_command_that_is_told_exists() -> None:
    known = _commands()
    groups = {words.partition(" ")[0] for words in known if " " in words}
    for path in BY_HAND:
        for told in COMMAND.findall(text_of(path) or ""):
            if told.strip() in groups:
                continue
            words = next((words for words in sorted(known, key=len, reverse=True) if told.startswith(words)), None)
            assert words is not None, f"{named(path)}: v2x {told}"
            assert set(OPTION.findall(told)) <= known[words], f"{named(path)}: v2x {told}"


def test_every_key_of_a_profile_is_told() -> None:
    page = (ROOT / "docs" / "reference" / "profiles.md").read_text(encoding="utf-8")
    kinds: tuple[type[Any], ...] = (
        device.Identity,
        device.Connection,
        device.Trust,
        device.Limits,
        device.Behaviour,
        device.Launch,
        device.KnownFailure,
        Ocpp,
        Actuators,
        programme.ProgrammeIdentity,
        programme.Asked,
        programme.Decision,
        programme.Document,
        Car,
        StationSettings,
    )
    untold = {
        f"{kind.__name__}.{one.name}"
        for kind in kinds
        for one in msgspec.structs.fields(kind)
        if f"`{one.name}`" not in page
    }
    assert untold == set()
    tables = {one.name for one in msgspec.structs.fields(device.Device)}
    assert {table for table in tables if f"[{table}]" not in page} == set()


def test_every_feature_is_told_in_the_words_of_the_plan() -> None:
    page = (ROOT / "docs" / "reference" / "profiles.md").read_text(encoding="utf-8")
    assert set(FEATURE_MEANING) == set(Feature)
    untold = [one for one, meaning in FEATURE_MEANING.items() if f"| `{one.value}` | {meaning} |" not in page]
    assert untold == []


def test_every_verdict_is_explained() -> None:
    page = (ROOT / "docs" / "explanation" / "verdicts.md").read_text(encoding="utf-8")
    assert [one for one in Verdict if one.value.replace("_", " ") not in page] == []


def test_every_page_is_on_the_map() -> None:
    the_map = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = [path.relative_to(ROOT / "docs").as_posix() for path in PAGES if path.is_relative_to(ROOT / "docs")]
    lost = [page for page in pages if page not in the_map and page != "README.md" and not page.startswith("decisions/")]
    assert lost == []


def _commands() -> dict[str, set[str]]:
    """Each command's words with the options that it takes."""
    found: dict[str, set[str]] = {}

    def walk(command: Any, words: tuple[str, ...]) -> None:
        inner = getattr(command, "commands", {})
        for name, one in inner.items():
            walk(one, (*words, name))
        if not inner:
            names = (option for one in command.params for option in (*one.opts, *one.secondary_opts))
            found[" ".join(words)] = {name for name in names if name.startswith("--")} - {"--help"}

    walk(typer.main.get_command(app), ())
    return found


def _leads_somewhere(page: Path, target: str) -> bool:
    if target.startswith(("https://", "mailto:")):
        return True
    place, _, anchor = target.partition("#")
    path = (page.parent / place).resolve() if place else page
    if not path.exists():
        return False
    return not anchor or anchor in _anchors(path.read_text(encoding="utf-8"))


def _anchors(text: str) -> set[str]:
    """Anchors of the headings of a page, as the usual viewers make them."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
