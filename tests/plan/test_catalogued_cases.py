"""Cases of the published OCPP catalogue in a plan: what a device claims and answers decides."""

from __future__ import annotations

import pytest

from harness.core.case import Case, Kind, Role
from harness.core.errors import ProfileError
from harness.core.feature import Feature
from harness.plan.plan import make_plan
from harness.profile.device import Connection, Device, Identity
from harness.profile.ocpp import Ocpp
from harness.profile.programme import Asked, Programme, ProgrammeIdentity
from harness.standards.testcases import CertificationProfile

PROGRAMME = Programme(programme=ProgrammeIdentity(id="p1", title="P", version="1"), asked=Asked(cases=("TC_",)))
CORE = (CertificationProfile.CORE,)


def a_case(case_id: str, sut: Role = Role.STATION) -> Case:
    return Case(id=case_id, title="A title", sut=sut, kind=Kind.OCPP, needs=(Feature.OCPP201,))


def a_station(ocpp: Ocpp | None, *, speaks: bool = True) -> Device:
    identity = Identity(id="mine", title="D", role=Role.STATION, vendor="V", model="M", version="1")
    answers = {Feature.OCPP201: speaks}
    return Device(device=identity, features=answers, connection=Connection(kind="emulated"), ocpp=ocpp)


def test_a_case_runs_if_the_catalogue_asks_it_of_a_claimed_profile() -> None:
    station = a_station(Ocpp(profiles=CORE, answers={"C-13": True}))
    plan = make_plan([a_case("TC_B_01_CS"), a_case("TC_B_25_CS"), a_case("TC_B_28_CS")], [station], PROGRAMME)
    assert [case.id for case in plan.to_run] == ["TC_B_01_CS", "TC_B_25_CS"]
    assert [(one.case.id, one.reason) for one in plan.not_applicable] == [
        ("TC_B_28_CS", "C-13 is answered yes (a single EVSE can be reset)")
    ]


def test_an_open_question_keeps_the_plan_from_being() -> None:
    with pytest.raises(ProfileError) as problem:
        make_plan([a_case("TC_B_25_CS"), a_case("TC_L_12_CS")], [a_station(Ocpp(profiles=CORE))], PROGRAMME)
    told = str(problem.value)
    assert "mine: table [ocpp.answers] does not answer: AQ-7 (" in told
    assert "C-13 (a single EVSE can be reset)" in told
    assert "HFS-8 (number of EVSEs)" in told


def test_a_device_without_the_table_is_asked_for_it() -> None:
    with pytest.raises(ProfileError, match=r"there is no table \[ocpp\], which 1 cases"):
        make_plan([a_case("TC_B_01_CS")], [a_station(None)], PROGRAMME)


def test_nobody_who_speaks_no_ocpp_is_asked_for_it() -> None:
    (left_out,) = make_plan([a_case("TC_B_25_CS")], [a_station(None, speaks=False)], PROGRAMME).not_applicable
    assert left_out.missing is Feature.OCPP201


def test_a_case_that_is_not_in_the_catalogue_is_ours_to_mend() -> None:
    with pytest.raises(ProfileError, match="TC_B_999_CS is not in the catalogue"):
        make_plan([a_case("TC_B_999_CS")], [a_station(Ocpp(profiles=CORE))], PROGRAMME)


def test_a_variant_is_weighed_as_its_case() -> None:
    station = a_station(Ocpp(profiles=CORE, answers={"C-13": False}))
    (left_out,) = make_plan([a_case("TC_B_25_CS[dc]")], [station], PROGRAMME).not_applicable
    assert left_out.reason == "C-13 is answered no (a single EVSE can be reset)"
