"""Every code that the linter and the path check use is explained, and every explanation is of a code in use."""

from __future__ import annotations

import ast
from pathlib import Path

import harness.pki
from harness.pki.rules_codes import CODES

SOURCES = [path for path in Path(harness.pki.__path__[0]).glob("*.py") if path.stem == "path" or "lint" in path.stem]
AREAS = ("chain.", "certificate.", "leaf.", "path.", "root.")


def used() -> set[str]:
    texts = (node for path in SOURCES for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    words = {node.value for node in texts if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {word for word in words if word.startswith(AREAS) and " " not in word}


def test_codes_and_explanations_are_the_same_set() -> None:
    assert len(SOURCES) > 8
    assert used() == set(CODES)


def test_explanations_are_one_short_phrase_each() -> None:
    assert len(set(CODES.values())) == len(CODES)
    assert all(len(text) < 100 and not text.endswith(".") for text in CODES.values())
