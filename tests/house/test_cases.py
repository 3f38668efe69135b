"""Cases and rules keep the habits of the house: named once, cited, told, short, and judging only by the kit."""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from pathlib import Path

import pytest

from harness.checks.rules import ALL_RULES
from harness.core.case import Kind, Role
from harness.core.feature import Feature
from harness.endpoints.mutants.catalogue import MUTANTS
from harness.standards.catalogue import is_clause, requirement
from tests.house.project import cases, named, python_files, text_of, tree_of

MOST_BODY_LINES = 25
ALLOWED = ("harness.kit", "harness.messages")
FORBIDDEN = {"time", "random", "asyncio", "socket", "ssl", "threading", "subprocess", "unittest"}
CITED = re.compile(r"\b(?:V2G20-\d+|V2G2-\d+|V2G-DC-\d+|V2G3-[AM]\d\d-\d+|[A-P]\d\d\.FR\.\d+)\b")
FOLDERS = {"station": Role.STATION, "ev": Role.EV, "csms": Role.CSMS}
ENOUGH = {
    (Kind.SEQUENCE, Role.STATION): 10,
    (Kind.SEQUENCE, Role.EV): 5,
    (Kind.OCPP, Role.STATION): 6,
    (Kind.OCPP, Role.CSMS): 3,
}
"""How many cases the first slice promises of each kind and party."""
ENOUGH_OF_KIND = {Kind.TLS: 6, Kind.RESUMPTION: 4, Kind.AVAILABILITY: 4}
ENOUGH_IN_ALL = 38

IMPLIED = {
    Feature.ISO20_DC_BPT: Feature.ISO20_DC,
    Feature.TLS13_MUTUAL: Feature.TLS13,
    Feature.PAUSE: Feature.ISO20,
    Feature.OFFLINE_QUEUE: Feature.OCPP201,
    Feature.SMART_CHARGING: Feature.OCPP201,
}
"""Claims that the profile loader lets nobody make without the other."""

SUITES = python_files("test_suites")


def test_case_ids_are_unique() -> None:
    counts = Counter(one.case.id for one in cases())
    assert [case_id for case_id, count in counts.items() if count > 1] == []


def test_there_are_enough_cases_of_every_kind() -> None:
    counts = Counter((one.case.kind, one.case.sut) for one in cases())
    missing = {key: counts[key] for key, least in ENOUGH.items() if counts[key] < least}
    assert missing == {}
    kinds = Counter(one.case.kind for one in cases())
    assert {kind: kinds[kind] for kind, least in ENOUGH_OF_KIND.items() if kinds[kind] < least} == {}
    assert len(cases()) >= ENOUGH_IN_ALL


def test_every_case_sets_the_scene() -> None:
    assert [one.case.id for one in cases() if not one.case.purpose.rstrip().endswith(".")] == []


def test_every_title_is_a_sentence_about_the_subject() -> None:
    assert [one.case.title for one in cases() if not one.case.title[:1].isupper() or one.case.title.endswith(".")] == []


def test_titles_are_unique() -> None:
    counts = Counter((one.case.sut, one.case.title) for one in cases())
    assert [title for title, count in counts.items() if count > 1] == []


def test_controls_exist_and_need_no_more_than_their_cases() -> None:
    known = {one.case.id: one.case for one in cases()}
    for one in cases():
        if one.case.control:
            control = known[one.case.control]
            assert control.control is None, f"{control.id} is a control and has one itself"
            granted = set(one.case.needs) | {IMPLIED[need] for need in one.case.needs if need in IMPLIED}
            assert set(control.needs) <= granted, f"{one.case.id} may run where {control.id} does not"


def test_the_folder_says_who_is_under_test() -> None:
    misplaced = [
        one.case.id
        for one in cases()
        if one.path.parent.name in FOLDERS and one.case.sut is not FOLDERS[one.path.parent.name]
    ]
    assert misplaced == []


def test_what_cases_cite_is_known() -> None:
    unknown = {(one.case.id, cited) for one in cases() for cited in one.case.cites if not _known(cited)}
    assert unknown == set()


def test_what_rules_cite_is_known() -> None:
    unknown = {(rule.id, cited) for rule in ALL_RULES for cited in rule.cites if not _known(cited)}
    assert unknown == set()


def test_every_id_in_the_source_is_known() -> None:
    found = {
        (named(path), cited)
        for path in python_files("harness", "test_suites")
        for cited in CITED.findall(text_of(path) or "")
    }
    assert len(found) > 50
    assert {(name, cited) for name, cited in found if requirement(cited) is None} == set()


def test_rule_ids_are_unique_and_titled() -> None:
    counts = Counter(rule.id for rule in ALL_RULES)
    assert [rule_id for rule_id, count in counts.items() if count > 1] == []
    assert [rule.id for rule in ALL_RULES if not rule.title or not rule.judges or not rule.find.__doc__] == []


def test_every_case_has_a_mutant_and_every_mutant_a_case() -> None:
    aimed_at = {case_id.partition("[")[0] for mutant in MUTANTS for case_id in mutant.caught_by}
    known = {one.case.id: one.case for one in cases()}
    assert set(known) - aimed_at == set(), "a check that was never seen to fail is no check"
    assert aimed_at - set(known) == set(), "a mutant names a case that does not exist"
    assert [mutant.id for mutant in MUTANTS if not mutant.caught_by] == []
    wrong_side = [
        (mutant.id, case_id)
        for mutant in MUTANTS
        for case_id in mutant.caught_by
        if known[case_id.partition("[")[0]].sut is not mutant.role
    ]
    assert wrong_side == []


def test_mutant_ids_are_unique_and_variants_exist() -> None:
    counts = Counter(mutant.id for mutant in MUTANTS)
    assert [mutant_id for mutant_id, count in counts.items() if count > 1] == []
    variants = {f"{one.case.id}[{name}]" for one in cases() for name in one.variants}
    named_variants = {case_id for mutant in MUTANTS for case_id in mutant.caught_by if "[" in case_id}
    assert named_variants - variants == set()


@pytest.mark.parametrize("path", SUITES, ids=named)
def test_suites_import_the_kit_and_messages_only(path: Path) -> None:
    imported = {name for node in ast.walk(tree_of(path)) for name in _imports(node)}
    ours = {name for name in imported if name.partition(".")[0] == "harness"}
    assert {name for name in ours if not name.startswith(ALLOWED)} == set()
    others = {name.partition(".")[0] for name in imported} - {"harness", "pytest"}
    assert others <= sys.stdlib_module_names - FORBIDDEN


@pytest.mark.parametrize("path", SUITES, ids=named)
def test_suites_judge_by_the_judge(path: Path) -> None:
    asserts = [node.lineno for node in ast.walk(tree_of(path)) if isinstance(node, ast.Assert)]
    assert asserts == [], "an assert carries neither requirement nor evidence; ask the judge"


def test_cases_are_short() -> None:
    functions = {
        f"{named(path)}::{node.name}": _body_lines(node)
        for path in SUITES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.AsyncFunctionDef) and node.name.startswith("test_")
    }
    assert len(functions) == len(cases())
    assert {name: lines for name, lines in functions.items() if lines > MOST_BODY_LINES} == {}


def _known(cited: str) -> bool:
    return requirement(cited) is not None or is_clause(cited)


def _imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [name.name for name in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return []


def _body_lines(node: ast.AsyncFunctionDef) -> int:
    """Lines from the first statement behind the docstring to the last."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
