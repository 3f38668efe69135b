"""The project as a whole: its commands agree, its README shows them, and nothing is in it that must not be."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.project import ROOT, files, named, text_of

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGET = re.compile(r"^([a-z]+):(?!=)([^#\n]*)", re.MULTILINE)
TARGETS = {name: set(needs.split()) for name, needs in TARGET.findall(MAKEFILE)}
HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("maven", "org"),
        ("crates", "io"),
        ("golang", "org"),
        ("rubygems", "org"),
    )
)
"""Hosts of package indexes: which one is used is the business of whoever installs."""
OUTSIDE = re.compile(r"(?<![\w.:%-])/(?:work|root|home|Users|mnt)/[\w.-]+")
KEY = re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----\s+(?:[A-Z][\w-]*: [^\n]*\n)*\s*[A-Za-z0-9+/=]{40,}")
KEY_FILES = {".pem", ".key", ".der", ".p12", ".pfx", ".jks", ".keylog"}


def test_make_check_is_what_the_house_promises() -> None:
    assert {"lint", "types", "layers", "suites", "test"} <= TARGETS["check"]


def test_continuous_integration_runs_make_check() -> None:
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    commands = [line.strip() for line in ci.splitlines() if line.strip().startswith("make")]
    assert commands == ["make check"]


def test_every_target_is_declared_phony() -> None:
    phony = re.search(r"^\.PHONY:(.*)$", MAKEFILE, re.MULTILINE)
    assert phony is not None
    assert set(TARGETS) == set(phony.group(1).split())


def test_the_prepared_environment_is_made_by_every_target_that_uses_it() -> None:
    recipes = re.findall(r"^([a-z]+):(?!=)([^\n]*)\n((?:\t[^\n]*\n?)+)", MAKEFILE, re.MULTILINE)
    unprepared = [name for name, needs, recipe in recipes if "$(V)/" in recipe and "$(READY)" not in needs]
    assert unprepared == []


def test_the_readme_shows_the_two_commands_first() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make run" in readme
    assert "make test" in readme
    assert readme.index("make run") < len(readme) / 3


def test_every_make_target_that_is_named_exists() -> None:
    named_targets = {
        (named(path), target)
        for path in files()
        if path.suffix == ".md"
        for target in re.findall(r"`make ([a-z]+)`|^make ([a-z]+)", text_of(path) or "", re.MULTILINE)
    }
    unknown = {(name, target) for name, pair in named_targets for target in pair if target and target not in TARGETS}
    assert unknown == set()


@pytest.mark.parametrize("host", HOSTS)
def test_no_package_index_is_named(host: str) -> None:
    assert [named(path) for path in files() if host in (text_of(path) or "")] == []


def test_no_path_outside_the_project_is_named() -> None:
    found = {(named(path), place) for path in files() for place in OUTSIDE.findall(text_of(path) or "")}
    assert found == set()


def test_no_private_key_is_kept() -> None:
    assert [named(path) for path in files() if path.suffix in KEY_FILES] == []
    assert [named(path) for path in files() if KEY.search(text_of(path) or "")] == []


def test_the_search_finds_what_it_looks_for() -> None:
    block = "-----BEGIN " + "PRIVATE KEY-----\n" + "A" * 64 + "\n-----END " + "PRIVATE KEY-----\n"
    assert KEY.search(block)
    assert not KEY.search("-----BEGIN " + "PRIVATE KEY-----\\n")
    assert OUTSIDE.search("see " + "/ho" + "me/somebody/notes")
    assert not OUTSIDE.search("https://example.org/ho" + "me/page")


def test_scripts_can_be_run() -> None:
    scripts = [path for path in files() if (text_of(path) or "").startswith("#!")]
    assert scripts
    assert all(_has_interpreter(path) for path in scripts)


def _has_interpreter(path: Path) -> bool:
    return bool(re.match(r"#!(/usr/bin/env )?(/bin/)?(bash|sh|python3?)\n", path.read_text(encoding="utf-8")))
