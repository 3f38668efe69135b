"""What is held against a chain, as a person reads it: the finding, the rule, and what the rule asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer
from msgspec import Struct

from harness.pki.objection import Objection, Severity
from harness.pki.oracle import Assessment
from harness.standards.catalogue import requirement


class Grievance(Struct, frozen=True, kw_only=True):
    """An objection with what its sources ask for, as JSON carries it."""

    certificate: int
    """Counted from the leaf, which is 0."""
    severity: str
    code: str
    text: str
    rules: dict[str, str]
    """What each cited id asks for, in our own words; empty where the catalogue knows no more than the id."""


def explained(objection: Objection) -> Grievance:
    """The objection with the gist of what it cites."""
    rules = {cited: (found.gist if (found := requirement(cited)) else "") for cited in objection.cites}
    return Grievance(
        certificate=objection.depth,
        severity=objection.severity.value,
        code=objection.code,
        text=objection.text,
        rules=rules,
    )


def print_objections(objections: Sequence[Objection]) -> None:
    """Errors first; each with its rules below it."""
    for objection in sorted(objections, key=_weight):
        grievance = explained(objection)
        colour = typer.colors.RED if objection.severity is Severity.ERROR else typer.colors.YELLOW
        head = f"{grievance.severity:6}  certificate {grievance.certificate}: {grievance.text}  [{grievance.code}]"
        typer.secho(head, fg=colour)
        for cited, gist in grievance.rules.items():
            typer.echo(f"        {cited}: {gist}" if gist else f"        {cited}")


def print_opinions(said: Assessment) -> None:
    """What the other validators say, and where they would do otherwise than we."""
    for opinion in said.opinions:
        verdict = "takes it" if opinion.accepts else f"refuses it: {opinion.summary}"
        typer.secho(f"{opinion.voice.value:26} {verdict}", fg=typer.colors.BRIGHT_BLACK)
    for told in said.disagreements:
        typer.secho(f"they differ: {told}", fg=typer.colors.BRIGHT_BLACK)


def summary(objections: Sequence[Objection], certificates: int) -> str:
    """One sentence."""
    errors = sum(one.severity is Severity.ERROR for one in objections)
    notices = len(objections) - errors
    shown = "1 certificate" if certificates == 1 else f"{certificates} certificates"
    return f"{shown}: {errors} to refuse it for, {notices} to take note of"


def has_error(objections: Sequence[Objection]) -> bool:
    """Whether a strict endpoint would refuse."""
    return any(one.severity is Severity.ERROR for one in objections)


def as_json(objections: Sequence[Objection]) -> list[Any]:
    """For `--json`."""
    return [explained(one) for one in objections]


def _weight(objection: Objection) -> tuple[int, int, str]:
    return list(Severity).index(objection.severity), objection.depth, objection.code
