"""Cases of the published OCPP catalogue: which of them a device profile makes applicable, and by which answers not."""

from __future__ import annotations

from collections.abc import Sequence

from harness.core.case import Case
from harness.core.errors import ProfileError
from harness.profile.device import Device
from harness.standards.applicability import exclusion, unanswered
from harness.standards.pics import question
from harness.standards.testcases import ListedCase, is_catalogue_id, listed_case


def check_catalogued(cases: Sequence[Case], device: Device) -> None:
    """See that the device answers whatever those cases of the catalogue ask.

    Raises:
        ProfileError: it does not, or a case is not in the catalogue or judges the other side.
    """
    listed = [found for case in cases if (found := _listed(case)) is not None]
    if not listed:
        return
    if device.ocpp is None:
        raise ProfileError(
            f"there is no table [ocpp], which {len(listed)} cases of the OCPP catalogue ask for",
            where=device.device.id,
            do="claim certification profiles and answer their questions; see docs/how-to/ocpp-device.md",
        )
    claims = device.ocpp.claims()
    missing = dict.fromkeys(name for case in listed for name in unanswered(case, claims))
    if missing:
        told = "; ".join(f"{name} ({asked.meaning})" for name in sorted(missing) if (asked := question(name)))
        raise ProfileError(
            f"table [ocpp.answers] does not answer: {told}",
            where=device.device.id,
            do="answer each of them with true or false, HFS-8 with a number",
        )


def excluded(case: Case, device: Device) -> str:
    """Why a case of the catalogue does not apply to a device; empty: it does, or it is no case of the catalogue."""
    listed = _listed(case)
    return "" if listed is None or device.ocpp is None else exclusion(listed, device.ocpp.claims())


def _listed(case: Case) -> ListedCase | None:
    if not is_catalogue_id(case.id):
        return None
    found = listed_case(case.id)
    if found is None:
        raise ProfileError(f"{case.id} is not in the catalogue of OCPP test cases", do="correct the id of the case")
    if found.side is not case.sut:
        raise ProfileError(f"{case.id} judges the {case.sut}, the catalogue's the {found.side}", do="correct the case")
    return found
