"""The plan: the only source of NOT APPLICABLE, made before anything runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct

from harness.core.case import Case
from harness.core.errors import ProfileError
from harness.core.feature import FEATURE_MEANING, Feature
from harness.plan.catalogued import check_catalogued, excluded
from harness.profile.device import Device
from harness.profile.programme import Programme


class Planned(Struct, frozen=True, kw_only=True):
    """One case of the programme: to be run, or not and why."""

    case: Case
    runs: bool
    reason: str = ""
    missing: Feature | None = None


class Plan(Struct, frozen=True, kw_only=True):
    """The cases of a programme for one device, in the order in which they run: controls first."""

    entries: tuple[Planned, ...]

    @property
    def to_run(self) -> tuple[Case, ...]:
        """The cases that run."""
        return tuple(entry.case for entry in self.entries if entry.runs)

    @property
    def not_applicable(self) -> tuple[Planned, ...]:
        """The cases that do not, each with its reason."""
        return tuple(entry for entry in self.entries if not entry.runs)


def make_plan(
    cases: Sequence[Case],
    devices: Sequence[Device],
    programme: Programme,
    *,
    only: Sequence[str] = (),
    partial: bool = False,
) -> Plan:
    """Decide for each case of the programme whether it runs.

    Args:
        cases: all cases collected.
        devices: the subjects, at most one for each role; a case belongs to the one that plays its role.
        programme: what is asked.
        only: beginnings of case ids; if given, other cases are left out of the plan altogether.
        partial: whether `cases` are a choice of somebody's, in which controls may be missing.

    Raises:
        ProfileError: two cases share an id, a control does not exist, the device leaves a question unanswered, or
            it denies a feature that the programme insists on.
    """
    _check_ids(cases)
    if not partial:
        _check_controls(cases)
    asked = [case for case in cases if case.id.startswith(programme.asked.cases)]
    subjects = {device.role: device for device in devices}
    mine = [case for case in asked if case.sut in subjects]
    if programme.asked.variants is not None:
        mine = _chosen(mine, programme.asked.variants)
    if only:
        wanted = [case for case in mine if case.id.startswith(tuple(only))]
        controls = {case.control for case in wanted}
        mine = [case for case in mine if case in wanted or case.id in controls]
        if not wanted:
            raise ProfileError(
                f"no case of the programme for {', '.join(subjects)} begins with {' or '.join(only)}",
                where=programme.programme.id,
                do="list the cases with `v2x plan`",
            )
    for role, device in subjects.items():
        of_device = [case for case in mine if case.sut is role]
        _check_answers(of_device, device, programme)
        check_catalogued([case for case in of_device if _by_features(case, device).runs], device)
    return Plan(entries=tuple(_decide(case, subjects[case.sut]) for case in _controls_first(mine)))


def _decide(case: Case, device: Device) -> Planned:
    planned = _by_features(case, device)
    if planned.runs and (reason := excluded(case, device)):
        return Planned(case=case, runs=False, reason=reason)
    return planned


def _by_features(case: Case, device: Device) -> Planned:
    for feature in case.needs:
        if not device.offers(feature):
            reason = f"the device does not claim {feature.value}: {FEATURE_MEANING[feature]}"
            return Planned(case=case, runs=False, reason=reason, missing=feature)
    for feature in case.lacks:
        if device.offers(feature):
            reason = f"the device claims {feature.value}, which leaves nothing to judge: {FEATURE_MEANING[feature]}"
            return Planned(case=case, runs=False, reason=reason)
    return Planned(case=case, runs=True)


def _chosen(cases: Sequence[Case], most: int) -> list[Case]:
    """Of each case at most so many variants, spread evenly over them, and those that others are controlled by."""
    families: dict[str, list[Case]] = {}
    for case in cases:
        families.setdefault(case.id.partition("[")[0], []).append(case)
    controls = {case.control for case in cases}
    kept: set[str] = set()
    for members in families.values():
        places = {place * len(members) // most for place in range(most)}
        kept |= {members[place].id for place in places} if len(members) > most else {one.id for one in members}
    return [case for case in cases if case.id in kept or case.id in controls]


def _controls_first(cases: Iterable[Case]) -> list[Case]:
    listed = list(cases)
    controls = {case.control for case in listed if case.control}
    return sorted(listed, key=lambda case: (case.id not in controls, case.id))


def _check_ids(cases: Sequence[Case]) -> None:
    twice = [case_id for case_id, count in Counter(case.id for case in cases).items() if count > 1]
    if twice:
        raise ProfileError(f"two cases share the id {', '.join(twice)}", do="give each case an id of its own")


def _check_controls(cases: Sequence[Case]) -> None:
    known = {case.id for case in cases}
    for case in cases:
        if case.control and case.control not in known:
            raise ProfileError(f"{case.id} names the control {case.control}, which does not exist")


def _check_answers(cases: Sequence[Case], device: Device, programme: Programme) -> None:
    asked = {feature for case in cases for feature in (*case.needs, *case.lacks)}
    asked |= set(programme.asked.required_features)
    unanswered = sorted(feature for feature in asked if feature not in device.features)
    if unanswered:
        told = "; ".join(f"{feature} ({FEATURE_MEANING[feature]})" for feature in unanswered)
        raise ProfileError(
            f"table [features] does not answer: {told}",
            where=device.device.id,
            do="answer each of them with true or false",
        )
    denied = [feature for feature in programme.asked.required_features if not device.offers(feature)]
    if denied:
        raise ProfileError(
            f"the programme insists on {', '.join(denied)}, which the device denies",
            where=device.device.id,
            do=f"correct the answer, or take another programme than {programme.programme.id}",
        )
