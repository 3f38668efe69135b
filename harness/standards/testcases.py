"""The published catalogue of OCPP test cases: which there are, for whom, and when a certification profile asks for one.

The table beside this file holds ids, conditions, requirement ids and purposes in our own words; what a case does step
by step is not in it. How its conditions were read is told in `docs/decisions/0018-the-catalogue-of-cases.md`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files

from msgspec import Struct

from harness.core.case import Role
from harness.standards.condition import Condition, parse

_TABLE = "ocpp201_testcases.csv"
_MANDATORY = "mandatory"
_SIDES = {"CS": Role.STATION, "CSMS": Role.CSMS}
_PREFIX = "TC_"


class CertificationProfile(StrEnum):
    """The certification profiles of OCPP 2.0.1, by the names that device profiles and conditions use."""

    CORE = "core"
    ADVANCED_SECURITY = "advanced_security"
    LOCAL_LIST = "local_list"
    SMART_CHARGING = "smart_charging"
    ADVANCED_DEVICE_MANAGEMENT = "advanced_device_management"
    RESERVATION = "reservation"
    ADVANCED_USER_INTERFACE = "advanced_user_interface"
    ISO15118 = "iso15118"


PROFILE_TITLE: Mapping[CertificationProfile, str] = {
    CertificationProfile.CORE: "Core",
    CertificationProfile.ADVANCED_SECURITY: "Advanced Security",
    CertificationProfile.LOCAL_LIST: "Local Authorization List Management",
    CertificationProfile.SMART_CHARGING: "Smart Charging",
    CertificationProfile.ADVANCED_DEVICE_MANAGEMENT: "Advanced Device Management",
    CertificationProfile.RESERVATION: "Reservation",
    CertificationProfile.ADVANCED_USER_INTERFACE: "Advanced User Interface",
    CertificationProfile.ISO15118: "ISO 15118 Support",
}


class ListedCase(Struct, frozen=True, kw_only=True):
    """One case of the catalogue."""

    id: str
    side: Role
    version: str
    """Of OCPP: "2.0.1", or "2.1" for the cases that only 2.1 knows."""
    asked_by: Mapping[CertificationProfile, Condition | None]
    """Profiles that ask for it, each with its condition; None: mandatory. Empty: the text is public, the row is not."""
    use_cases: tuple[str, ...]
    requirements: tuple[str, ...]
    purpose: str
    """In our own words; empty where nothing public says what it is for."""

    @property
    def block(self) -> str:
        """The letter of its functional block."""
        return self.id[len(_PREFIX)]

    def mandatory_in(self, profile: CertificationProfile) -> bool:
        """Whether that profile asks for it without a condition."""
        return profile in self.asked_by and self.asked_by[profile] is None


def is_catalogue_id(case_id: str) -> bool:
    """Whether an id is of the form that the catalogue uses; variants of a case have its id before a bracket."""
    return case_id.startswith(_PREFIX)


def listed_case(case_id: str) -> ListedCase | None:
    """The case of that id, of which a case of ours may be a variant (`TC_B_01_CS[dc]`); None where there is none."""
    return _catalogue().get(case_id.partition("[")[0])


def all_listed_cases() -> tuple[ListedCase, ...]:
    """Every case, in the order of the table."""
    return tuple(_catalogue().values())


@cache
def _catalogue() -> dict[str, ListedCase]:
    table = files("harness.standards").joinpath(_TABLE).read_text(encoding="utf-8")
    found = [_read(row) for row in csv.DictReader(io.StringIO(table))]
    return {one.id: one for one in found}


def _read(row: dict[str, str]) -> ListedCase:
    return ListedCase(
        id=row["id"],
        side=_SIDES[row["id"].rpartition("_")[2]],
        version=row["version"],
        asked_by=dict(_asked(part) for part in row["profiles"].split("; ") if part),
        use_cases=tuple(row["use_cases"].split()),
        requirements=tuple(row["requirements"].split()),
        purpose=row["purpose"],
    )


def _asked(part: str) -> tuple[CertificationProfile, Condition | None]:
    name, _, condition = part.partition(": ")
    return CertificationProfile(name), None if condition == _MANDATORY else parse(condition)
