"""The decorator that turns a test function into a conformance case."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from harness.core.case import Case, Kind, Role
from harness.core.feature import Feature

Function = TypeVar("Function", bound=Callable[..., Any])

_KINDS = {
    "ISO20": Kind.SEQUENCE,
    "ISO2": Kind.SEQUENCE,
    "DIN": Kind.SEQUENCE,
    "TLS": Kind.TLS,
    "RES": Kind.RESUMPTION,
    "AVL": Kind.AVAILABILITY,
    "OCPP": Kind.OCPP,
}
_ID = re.compile(r"^([A-Z0-9]+)-(STN|EV|CSMS|CST|E2E)(-[A-Z]+)?-\d{3}$")
_CATALOGUE_ID = re.compile(r"^TC_[A-S]_\d{2,3}_(CS|CSMS)$")
_CATALOGUE_SIDES = {"CS": Role.STATION, "CSMS": Role.CSMS}
_ATTRIBUTE = "__case__"


def case(
    case_id: str,
    title: str,
    *,
    sut: Role,
    cites: tuple[str, ...] = (),
    needs: Feature | tuple[Feature, ...] = (),
    lacks: Feature | tuple[Feature, ...] = (),
    control: str | None = None,
    maturity: str = "stable",
) -> Callable[[Function], Function]:
    """Declare a case: `SUITE-ROLE[-AREA]-NNN`, a title for the report, and whom it judges.

    Args:
        case_id: stable id; its first part says the kind of check. Or that of the public catalogue of OCPP cases,
            `TC_B_01_CS`, whose last part says who is under test.
        title: what a report prints: a sentence about the subject.
        sut: the party under test.
        cites: ids or clauses of the requirements judged.
        needs: features that the device must have claimed, or the plan leaves the case out.
        lacks: features that the device must have denied, or the plan leaves the case out.
        control: id of the case without the flaw; unless it passed in this run, nothing is proved.
        maturity: `stable`, or `watch` while a case is young.

    Raises:
        ValueError: the id is not of that form, or another party is under test by it.
    """
    kind = _kind(case_id, sut)
    required = (needs,) if isinstance(needs, Feature) else needs
    denied = (lacks,) if isinstance(lacks, Feature) else lacks

    def declare(function: Function) -> Function:
        declared = Case(
            id=case_id,
            title=title,
            sut=sut,
            kind=kind,
            cites=cites,
            needs=required,
            lacks=denied,
            control=control,
            purpose=inspect.getdoc(function) or "",
            maturity=maturity,
        )
        setattr(function, _ATTRIBUTE, declared)
        return function

    return declare


def _kind(case_id: str, sut: Role) -> Kind:
    listed = _CATALOGUE_ID.match(case_id)
    if listed is not None and _CATALOGUE_SIDES[listed.group(1)] is sut:
        return Kind.OCPP
    matched = _ID.match(case_id)
    if listed is not None or matched is None or matched.group(1) not in _KINDS:
        raise ValueError(f"case id {case_id!r} of the {sut} is not of the form SUITE-ROLE[-AREA]-NNN or TC_B_01_CS")
    return _KINDS[matched.group(1)]


def case_of(function: Callable[..., Any], parameter: str = "") -> Case | None:
    """The case that a test function declares, or None; `parameter` names one of its variants."""
    declared: Case | None = getattr(function, _ATTRIBUTE, None)
    if declared is None or not parameter:
        return declared
    return msgspec.structs.replace(
        declared, id=f"{declared.id}[{parameter}]", title=f"{declared.title} ({parameter.replace('_', ' ')})"
    )
