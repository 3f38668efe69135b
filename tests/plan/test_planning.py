"""Which cases run, in which order, and why the others do not."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from harness.core.case import Case, Kind, Role
from harness.core.errors import ProfileError
from harness.core.feature import Feature
from harness.plan.plan import make_plan
from harness.profile.device import Connection, Device, Identity
from harness.profile.programme import Asked, Programme, ProgrammeIdentity

PROGRAMME = Programme(
    programme=ProgrammeIdentity(id="p1", title="P", version="1"), asked=Asked(cases=("ISO20-", "TLS-", "OCPP-"))
)


def a_case(case_id: str, sut: Role = Role.STATION, *needs: Feature, control: str | None = None) -> Case:
    return Case(id=case_id, title="A title", sut=sut, kind=Kind.SEQUENCE, needs=needs, control=control)


def a_device(role: Role = Role.STATION, **features: bool) -> Device:
    identity = Identity(id=f"my-{role}", title="D", role=role, vendor="V", model="M", version="1")
    answers = {Feature(name): answer for name, answer in features.items()}
    return Device(device=identity, features=answers, connection=Connection(kind="emulated"))


def test_cases_run_in_order_and_controls_first() -> None:
    cases = [a_case("TLS-STN-002", control="TLS-STN-009"), a_case("ISO20-STN-A-001"), a_case("TLS-STN-009")]
    plan = make_plan(cases, [a_device()], PROGRAMME)
    assert [case.id for case in plan.to_run] == ["TLS-STN-009", "ISO20-STN-A-001", "TLS-STN-002"]
    assert plan.not_applicable == ()


def test_a_feature_that_is_denied_leaves_its_case_out_with_a_reason() -> None:
    cases = [a_case("ISO20-STN-A-001", Role.STATION, Feature.ISO20, Feature.PAUSE), a_case("ISO20-STN-A-002")]
    plan = make_plan(cases, [a_device(iso20=True, pause=False)], PROGRAMME)
    (left_out,) = plan.not_applicable
    assert (left_out.case.id, left_out.missing, left_out.runs) == ("ISO20-STN-A-001", Feature.PAUSE, False)
    assert left_out.reason == "the device does not claim pause: pauses and resumes an ISO 15118-20 session"
    assert [case.id for case in plan.to_run] == ["ISO20-STN-A-002"]


def test_a_feature_that_is_claimed_leaves_out_a_case_that_wants_it_lacking() -> None:
    lacking = replace(a_case("ISO20-STN-A-001"), lacks=(Feature.PAUSE,))
    (left_out,) = make_plan([lacking], [a_device(pause=True)], PROGRAMME).not_applicable
    assert (left_out.case.id, left_out.missing, left_out.runs) == ("ISO20-STN-A-001", None, False)
    assert left_out.reason == (
        "the device claims pause, which leaves nothing to judge: pauses and resumes an ISO 15118-20 session"
    )
    assert make_plan([lacking], [a_device(pause=False)], PROGRAMME).to_run == (lacking,)
    with pytest.raises(ProfileError, match="does not answer: pause"):
        make_plan([lacking], [a_device()], PROGRAMME)


def test_an_unanswered_feature_keeps_the_plan_from_being_a_case() -> None:
    cases = [a_case("ISO20-STN-A-001", Role.STATION, Feature.ISO20, Feature.PAUSE)]
    with pytest.raises(ProfileError) as problem:
        make_plan(cases, [a_device(iso20=True)], PROGRAMME)
    assert str(problem.value) == (
        "my-station: table [features] does not answer: pause (pauses and resumes an ISO 15118-20 session)"
        " (answer each of them with true or false)"
    )


def test_only_what_the_programme_asks_belongs_to_the_plan() -> None:
    cases = [a_case("ISO20-STN-A-001"), a_case("AVL-STN-A-001", Role.STATION, Feature.PNC)]
    assert [case.id for case in make_plan(cases, [a_device()], PROGRAMME).to_run] == ["ISO20-STN-A-001"]


def test_each_case_belongs_to_the_device_of_its_role() -> None:
    cases = [
        a_case("ISO20-STN-A-001", Role.STATION, Feature.PAUSE),
        a_case("ISO20-EV-A-001", Role.EV, Feature.PAUSE),
        a_case("OCPP-CSMS-A-001", Role.CSMS),
    ]
    devices = [a_device(Role.STATION, pause=False), a_device(Role.EV, pause=True)]
    plan = make_plan(cases, devices, PROGRAMME)
    assert [case.id for case in plan.to_run] == ["ISO20-EV-A-001"]
    assert [entry.case.id for entry in plan.not_applicable] == ["ISO20-STN-A-001"]


def test_a_narrowed_plan_keeps_the_controls_of_what_is_left() -> None:
    cases = [a_case("TLS-STN-001"), a_case("TLS-STN-002", control="TLS-STN-001"), a_case("ISO20-STN-A-001")]
    plan = make_plan(cases, [a_device()], PROGRAMME, only=("TLS-STN-002",))
    assert [case.id for case in plan.to_run] == ["TLS-STN-001", "TLS-STN-002"]


def test_a_plan_narrowed_to_nothing_is_a_mistake() -> None:
    with pytest.raises(ProfileError, match=r"p1: no case of the programme for station begins with X or Y"):
        make_plan([a_case("TLS-STN-001")], [a_device()], PROGRAMME, only=("X", "Y"))


def test_a_feature_that_the_programme_insists_on_cannot_be_denied() -> None:
    strict = replace(PROGRAMME, asked=replace(PROGRAMME.asked, required_features=(Feature.TLS13,)))
    with pytest.raises(ProfileError, match="does not answer: tls13"):
        make_plan([a_case("TLS-STN-001")], [a_device()], strict)
    with pytest.raises(ProfileError, match="insists on tls13, which the device denies"):
        make_plan([a_case("TLS-STN-001")], [a_device(tls13=False)], strict)
    assert make_plan([a_case("TLS-STN-001")], [a_device(tls13=True)], strict).to_run


def test_ids_are_unique_and_controls_exist() -> None:
    with pytest.raises(ProfileError, match="two cases share the id TLS-STN-001"):
        make_plan([a_case("TLS-STN-001"), a_case("TLS-STN-001")], [a_device()], PROGRAMME)
    with pytest.raises(ProfileError, match="TLS-STN-001 names the control TLS-STN-009, which does not exist"):
        make_plan([a_case("TLS-STN-001", control="TLS-STN-009")], [a_device()], PROGRAMME)


def test_a_programme_may_take_few_of_many_variants() -> None:
    cases = [a_case(f"ISO20-STN-MTX-001[cell_{number:02}]") for number in range(20)]
    cases += [a_case("ISO20-STN-ORD-001"), a_case("ISO20-STN-ORD-002[b]", control="ISO20-STN-MTX-001[cell_07]")]
    few = replace(PROGRAMME, asked=replace(PROGRAMME.asked, variants=4))
    taken = [case.id for case in make_plan(cases, [a_device()], few).to_run]
    cells = [name for name in taken if "MTX" in name]
    assert [name[-3:-1] for name in sorted(cells)] == ["00", "05", "07", "10", "15"]
    assert {"ISO20-STN-ORD-001", "ISO20-STN-ORD-002[b]"} <= set(taken)
    assert len(make_plan(cases, [a_device()], PROGRAMME).to_run) == len(cases)
