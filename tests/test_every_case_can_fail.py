"""Every case passes the good device, fails each of its mutants, and says nothing about a device that says nothing."""

from __future__ import annotations

import importlib.util
import itertools
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from msgspec.structs import replace

from harness.core.case import Role
from harness.core.feature import Feature
from harness.core.verdict import Verdict
from harness.endpoints.mutants.catalogue import MUTANTS, Mutant, mutants_of
from harness.kit.case import case_of
from harness.kit.workshop import Workshop
from harness.profile.load import load_device
from harness.runner.execute import Runnable, execute
from harness.runner.mutation import verdict_on
from harness.runner.outcome import Outcome

ROOT = Path(__file__).resolve().parent.parent
SUITES = ROOT / "test_suites"
DEVICES = ("emulated-station", "emulated-ev", "emulated-csms")

Variant = tuple[str, dict[str, Any]]
"""What brackets hold in an id, and the arguments behind it."""


def suite_files() -> Iterator[ModuleType]:
    for path in sorted(SUITES.rglob("test_*.py")):
        name = "_".join(path.relative_to(ROOT).with_suffix("").parts)
        spec = importlib.util.spec_from_file_location(f"can_fail_{name}", path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module


def variants(function: Any) -> Iterator[Variant]:
    """As pytest expands the parametrize marks of a function, the closest first."""
    marks = [mark for mark in getattr(function, "pytestmark", ()) if mark.name == "parametrize"]
    for combined in itertools.product(*(list(choices(mark)) for mark in marks)):
        named: dict[str, Any] = {}
        for _, arguments in combined:
            named |= arguments
        yield "-".join(label for label, _ in combined), named


def choices(mark: pytest.Mark) -> Iterator[Variant]:
    name, values = mark.args
    ids = mark.kwargs.get("ids")
    for index, value in enumerate(values):
        label = ids(value) if callable(ids) else ids[index] if ids else getattr(value, "id", None) or str(value)
        yield label, {name: value.values[0] if hasattr(value, "marks") else value}


@cache
def runnables() -> dict[str, Runnable]:
    found: list[Runnable] = []
    for module in suite_files():
        for function in vars(module).values():
            for label, arguments in variants(function) if case_of(function) else ():
                case = case_of(function, label)
                assert case is not None
                found.append(Runnable(case=case, function=function, parameters=arguments))
    assert len({one.case.id for one in found}) == len(found), "two cases share an id"
    return {one.case.id: one for one in found}


@cache
def workshop(lacks: tuple[Feature, ...] = ()) -> Workshop:
    """The good devices, without what a case wants them to lack."""
    devices = [load_device(ROOT / "profiles" / "devices" / f"{name}.toml") for name in DEVICES]
    denied = dict.fromkeys(lacks, False)
    return Workshop(tuple(replace(device, features={**device.features, **denied}) for device in devices))


@cache
def control_verdict(case_id: str | None, *, silent: bool) -> Verdict | None:
    return None if case_id is None else tried(runnables()[case_id], silent=silent).verdict


def tried(runnable: Runnable, *, silent: bool = False) -> Outcome:
    bench = workshop(runnable.case.lacks).bench(runnable.case.sut, silent=silent)
    control = control_verdict(runnable.case.control, silent=silent)
    return execute(runnable, bench, virtual=True, control=control)


def told(outcome: Outcome) -> str:
    return "\n".join(f"{one.verdict} {one.what}: {one.detail}" for one in outcome.findings)


PAIRS = [(case_id, mutant) for case_id in runnables() for mutant in mutants_of(case_id)]


@pytest.mark.parametrize("case_id", runnables())
def test_good_device_passes(case_id: str) -> None:
    outcome = tried(runnables()[case_id])

    assert outcome.verdict is Verdict.PASS, told(outcome)


@pytest.mark.parametrize(("case_id", "mutant"), PAIRS, ids=[f"{case_id}-{mutant.id}" for case_id, mutant in PAIRS])
def test_mutant_is_caught(case_id: str, mutant: Mutant) -> None:
    runnable = runnables()[case_id]

    makers = workshop(runnable.case.lacks)

    assert verdict_on(runnable, mutant, lambda one: makers.bench(runnable.case.sut, one)) is Verdict.FAIL


@pytest.mark.parametrize("case_id", runnables())
def test_silent_device_proves_nothing(case_id: str) -> None:
    outcome = tried(runnables()[case_id], silent=True)

    assert outcome.verdict is Verdict.INCONCLUSIVE, told(outcome)


def test_every_case_has_a_mutant() -> None:
    assert [case_id for case_id in runnables() if not mutants_of(case_id)] == []


def test_every_mutant_has_an_id_of_its_own() -> None:
    assert [name for name, count in Counter(mutant.id for mutant in MUTANTS).items() if count > 1] == []


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.id)
def test_mutant_names_cases_that_judge_its_role(mutant: Mutant) -> None:
    plain = {case_id.partition("[")[0]: one.case.sut for case_id, one in runnables().items()}
    exact = {case_id: one.case.sut for case_id, one in runnables().items()}
    judged: list[Role | None] = [(plain | exact).get(name) for name in mutant.caught_by]

    assert judged
    assert set(judged) == {mutant.role}


def test_every_control_is_a_case_of_the_same_subject_without_a_control_of_its_own() -> None:
    controlled = [one.case for one in runnables().values() if one.case.control is not None]

    assert controlled
    for case in controlled:
        control = runnables()[case.control or ""].case
        assert (control.sut, control.control) == (case.sut, None), case.id
