"""The published catalogue of OCPP cases: complete, readable, and every question that it asks is known."""

from __future__ import annotations

from collections import Counter

import pytest

from harness.core.case import Role
from harness.standards.applicability import Claims, exclusion, unanswered
from harness.standards.condition import Answer, Named
from harness.standards.pics import Basis, all_questions, asked_by, question, told
from harness.standards.testcases import CertificationProfile, ListedCase, all_listed_cases, listed_case

ALL = frozenset(CertificationProfile)
CASES = all_listed_cases()


def the(case_id: str) -> ListedCase:
    found = listed_case(case_id)
    assert found is not None
    return found


def claims(*profiles: CertificationProfile, mode12: bool = False, versions: str = "2.0.1", **answers: Answer) -> Claims:
    said = {name.replace("_", "-"): answer for name, answer in answers.items()}
    return Claims(versions=frozenset(versions.split()), profiles=frozenset(profiles), mode12=mode12, answers=said)


def test_the_whole_catalogue() -> None:
    assert len(CASES) == len({one.id for one in CASES}) == 881
    assert Counter((one.side, one.version) for one in CASES) == {
        (Role.STATION, "2.0.1"): 421,
        (Role.CSMS, "2.0.1"): 250,
        (Role.STATION, "2.1"): 131,
        (Role.CSMS, "2.1"): 79,
    }


@pytest.mark.parametrize(
    ("profile", "station", "csms"),
    [
        (CertificationProfile.CORE, (104, 118), (104, 27)),
        (CertificationProfile.ADVANCED_SECURITY, (5, 2), (4, 0)),
        (CertificationProfile.LOCAL_LIST, (21, 1), (8, 1)),
        (CertificationProfile.SMART_CHARGING, (33, 3), (21, 1)),
        (CertificationProfile.ADVANCED_DEVICE_MANAGEMENT, (37, 4), (17, 0)),
        (CertificationProfile.RESERVATION, (12, 10), (6, 3)),
        (CertificationProfile.ADVANCED_USER_INTERFACE, (26, 7), (21, 0)),
        (CertificationProfile.ISO15118, (54, 7), (36, 2)),
    ],
)
def test_mandatory_and_conditional_cases(
    profile: CertificationProfile, station: tuple[int, int], csms: tuple[int, int]
) -> None:
    for side, counted in ((Role.STATION, station), (Role.CSMS, csms)):
        mine = [one for one in CASES if one.side is side and profile in one.asked_by]
        mandatory = sum(one.mandatory_in(profile) for one in mine)
        assert (mandatory, len(mine) - mandatory) == counted


def test_a_case_is_found_by_its_id_and_by_that_of_a_variant() -> None:
    cached = the("TC_C_37_CS")
    assert cached.side is Role.STATION
    assert cached.block == "C"
    assert cached.use_cases == ("C11",)
    assert "C11.FR.02" in cached.requirements
    assert the("TC_C_37_CS[dc]") is cached
    assert listed_case("TC_C_999_CS") is None
    assert the("TC_F_06_CSMS").asked_by == {CertificationProfile.CORE: Named("C-11")}


def test_cases_without_a_row_have_no_profile() -> None:
    without = [one for one in CASES if one.version == "2.0.1" and not one.asked_by]
    assert len(without) == 36
    assert the("TC_C_14_CS") in without


def test_every_question_asked_is_known_and_every_known_one_asked() -> None:
    asked = {(name, one.side) for one in CASES for name in asked_by(one, ALL)}
    assert asked == {(one.id, side) for one in all_questions() for side in one.sides}


def test_a_meaning_that_was_not_found_says_so() -> None:
    lost = {one.id for one in all_questions() if one.basis is Basis.NOT_FOUND}
    assert lost == {"C-40", "AQ-8"}
    assert [name for name in lost if (known := question(name)) and "not found" not in known.meaning] == []


def test_a_mandatory_case_applies_to_who_claims_the_profile() -> None:
    case = the("TC_A_07_CS")
    assert exclusion(case, claims(CertificationProfile.ADVANCED_SECURITY)) == ""
    told_why = "the device does not claim the certification profile Advanced Security"
    assert exclusion(case, claims(CertificationProfile.CORE)) == told_why


def test_a_conditional_case_is_excluded_by_answers() -> None:
    case = the("TC_C_37_CS")
    device = claims(CertificationProfile.CORE, C_49=False, C_30=True, C_31=False, C_32=False)
    assert exclusion(case, device) == "C-49 is answered no (authorization cache)"
    assert unanswered(case, claims(CertificationProfile.CORE, C_49=True)) == ("C-30", "C-31", "C-32")
    assert unanswered(case, claims(CertificationProfile.SMART_CHARGING)) == ()


def test_claims_and_product_subtypes_exclude_as_answers_do() -> None:
    assert exclusion(the("TC_K_38_CS"), claims(CertificationProfile.CORE)) == ""
    both = claims(CertificationProfile.CORE, CertificationProfile.SMART_CHARGING)
    assert exclusion(the("TC_K_38_CS"), both) == "Smart Charging is claimed"
    outlet = claims(CertificationProfile.CORE, mode12=True, HFS_1=True)
    assert exclusion(the("TC_F_05_CS"), outlet) == "the product is a station for charging modes 1 and 2 only"
    assert told("HFS-8", 1) == "HFS-8 is answered 1 (number of EVSEs)"


def test_one_profile_that_asks_is_enough() -> None:
    case = the("TC_K_10_CSMS")
    charging = claims(CertificationProfile.SMART_CHARGING, SC_4=False)
    assert exclusion(case, charging) == "SC-4 is answered no (sets a default profile for all EVSEs at once)"
    both = claims(CertificationProfile.SMART_CHARGING, CertificationProfile.ISO15118, SC_4=False)
    assert exclusion(case, both) == ""


def test_a_version_that_is_not_spoken_excludes() -> None:
    assert exclusion(the("TC_Q_100_CS"), claims()) == "the device does not speak OCPP 2.1"
    assert exclusion(the("TC_Q_100_CS"), claims(versions="2.0.1 2.1")) == ""
