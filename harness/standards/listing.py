"""Which cases of the published OCPP catalogue are written here: of all, by certification profile, by block and side."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from harness.core.case import Role
from harness.standards.testcases import PROFILE_TITLE, CertificationProfile, ListedCase, all_listed_cases

WITHOUT_PROFILE = "without a profile"
"""Cases whose text is public and whose row in the matrix of profiles is not, and those of OCPP 2.1."""


class Row(Struct, frozen=True, kw_only=True):
    """One line of figures."""

    name: str
    side: Role
    written: int
    total: int
    mandatory_written: int = 0
    mandatory: int = 0


class CaseCoverage(Struct, frozen=True, kw_only=True):
    """How much of the catalogue is written."""

    written: int
    total: int
    profiles: tuple[Row, ...]
    """A case that several profiles ask for counts in each."""
    blocks: tuple[Row, ...]
    unwritten: tuple[str, ...]
    """Ids without a case."""


def case_coverage(case_ids: Iterable[str]) -> CaseCoverage:
    """The coverage by the cases of these ids, variants and other ids among them."""
    ours = {case_id.partition("[")[0] for case_id in case_ids}
    every = all_listed_cases()
    written = {one.id for one in every} & ours
    return CaseCoverage(
        written=len(written),
        total=len(every),
        profiles=tuple(_profiles(every, written)),
        blocks=tuple(_blocks(every, written)),
        unwritten=tuple(one.id for one in every if one.id not in written),
    )


def _profiles(every: tuple[ListedCase, ...], written: set[str]) -> Iterable[Row]:
    for profile in CertificationProfile:
        for side in (Role.STATION, Role.CSMS):
            mine = [one for one in every if one.side is side and profile in one.asked_by]
            needed = [one for one in mine if one.mandatory_in(profile)]
            yield Row(
                name=PROFILE_TITLE[profile],
                side=side,
                written=_count(mine, written),
                total=len(mine),
                mandatory_written=_count(needed, written),
                mandatory=len(needed),
            )
    for version in ("2.0.1", "2.1"):
        for side in (Role.STATION, Role.CSMS):
            mine = [one for one in every if one.side is side and not one.asked_by and one.version == version]
            name = f"OCPP {version} {WITHOUT_PROFILE}"
            yield Row(name=name, side=side, written=_count(mine, written), total=len(mine))


def _blocks(every: tuple[ListedCase, ...], written: set[str]) -> Iterable[Row]:
    for block in sorted({one.block for one in every}):
        for side in (Role.STATION, Role.CSMS):
            mine = [one for one in every if one.side is side and one.block == block]
            if mine:
                yield Row(name=block, side=side, written=_count(mine, written), total=len(mine))


def _count(cases: list[ListedCase], written: set[str]) -> int:
    return sum(one.id in written for one in cases)
