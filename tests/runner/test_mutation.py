"""Mutants beside a run: who was caught, by whom, and what a case that cannot fail shows."""

from __future__ import annotations

from typing import Any

import pytest

from harness.core.case import Case, Kind, Role
from harness.core.verdict import Verdict
from harness.endpoints.mutants.catalogue import Mutant, mutants_of
from harness.kit.bench import Bench
from harness.kit.judge import Judge
from harness.kit.until import seen
from harness.kit.workshop import Workshop
from harness.messages.iso20.common import SessionSetupRes
from harness.profile.load import load_device
from harness.runner.data import data_folder
from harness.runner.execute import Runnable
from harness.runner.mutation import Mutation, verdict_on

CASE = Case(id="ISO20-STN-SSU-001", title="A new session gets an id of its own", sut=Role.STATION, kind=Kind.SEQUENCE)


async def looks(*, bench: Bench, judge: Judge) -> None:
    trace = await bench.run(until=seen(SessionSetupRes))
    judge.excludes("session id", trace.one(SessionSetupRes).message.header.session_id, {bytes(8)})


async def looks_away(*, bench: Bench, judge: Judge) -> None:
    await bench.run(until=seen(SessionSetupRes))
    judge.holds("anything", condition=True)


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    return Workshop((load_device(data_folder("profiles") / "devices" / "emulated-station.toml"),))


def shown(function: Any, workshop: Workshop) -> dict[str, tuple[str, ...]]:
    def bench(case: Case, mutant: Mutant) -> Bench:
        return workshop.bench(case.sut, mutant)

    mutation = Mutation([Runnable(case=CASE, function=function)], bench)
    mutation.show(CASE)
    return mutation.killers()


def test_a_case_that_looks_catches_its_mutants(workshop: Workshop) -> None:
    killers = shown(looks, workshop)
    assert killers
    assert set(killers) <= {mutant.id for mutant in mutants_of(CASE.id)}
    assert set(killers.values()) == {(CASE.id,)}


def test_a_case_that_looks_away_catches_nobody(workshop: Workshop) -> None:
    assert shown(looks_away, workshop) == {}


def test_a_case_without_mutants_starts_no_process(workshop: Workshop) -> None:
    mutation = Mutation([], lambda case, mutant: workshop.bench(case.sut, mutant))
    mutation.show(Case(id="ISO20-STN-XXX-999", title="nobody's", sut=Role.STATION, kind=Kind.SEQUENCE))
    assert mutation.killers() == {}


def test_the_verdict_on_a_mutant_takes_the_control_as_passed(workshop: Workshop) -> None:
    controlled = Runnable(
        case=Case(id=CASE.id, title=CASE.title, sut=CASE.sut, kind=CASE.kind, control="ISO20-STN-SAP-001"),
        function=looks_away,
    )
    mutant = mutants_of(CASE.id)[0]
    assert verdict_on(controlled, mutant, lambda one: workshop.bench(Role.STATION, one)) is Verdict.PASS
