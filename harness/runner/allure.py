"""Tells Allure what a verdict was made of: labels, steps, and the trace as attachments."""

from __future__ import annotations

from contextlib import suppress

import allure

from harness.core.case import Case
from harness.core.verdict import Finding, Verdict
from harness.runner.outcome import Outcome
from harness.trace import jsonl


def hide_event_loop() -> None:
    """The event loop is no parameter of a case: its address would give every run a history of its own.

    To be called before Allure writes down the parameters of the test.
    """
    allure.dynamic.parameter("_asyncio_loop_factory", "", excluded=True, mode=allure.parameter_mode.HIDDEN)


def label(case: Case) -> None:
    """Give the current Allure result the case's id, title and requirements."""
    allure.dynamic.id(case.id)
    allure.dynamic.title(f"{case.id} {case.title}")
    allure.dynamic.description(case.purpose)
    allure.dynamic.feature(case.kind.value)
    allure.dynamic.label("sut", case.sut.value)
    for cited in case.cites:
        allure.dynamic.label("requirement", cited)


def attach(outcome: Outcome) -> None:
    """A step for each finding and an attachment for each trace; does nothing unless Allure listens."""
    allure.dynamic.label("verdict", outcome.verdict.value)
    for finding in outcome.findings:
        _step(finding)
    for number, trace in enumerate(outcome.traces, start=1):
        text = jsonl.write(trace).decode()
        allure.attach(text, name=f"trace {number}", attachment_type="application/jsonl", extension="jsonl")


def _step(finding: Finding) -> None:
    """A step ends red by an exception only, so one passes through it."""
    with suppress(_Broken), allure.step(f"{finding.what}: {finding.detail}"):
        _break(finding)


def _break(finding: Finding) -> None:
    if finding.verdict in {Verdict.FAIL, Verdict.ERROR} and not finding.notice:
        raise _Broken(finding.detail)


class _Broken(AssertionError):
    """Colours a step red; never leaves this module."""
