"""HTTP Basic at the backend, with TLS and without: whose password opens the door."""

from __future__ import annotations

from typing import Any

import pytest

from harness.kit import Bench, Feature, Judge, Role, case, ocpp_links, seen
from harness.messages.ocpp import BootNotification

ANSWERED = seen(BootNotification.response)
WRONG: dict[str, dict[str, Any]] = {
    "wrong_password": {"password": "not-the-right-password"},
    "longer_password": {"password": "correct-horse-battery-staple-"},
    "empty_password": {"password": ""},
    "no_header": {"shows_password": False},
    "another_user": {"user": "V2X-STATION-2"},
}


@pytest.mark.parametrize("how", WRONG)
@case(
    "TLS-CSMS-030",
    "Over TLS, wrong credentials are answered with 401",
    sut=Role.CSMS,
    cites=("A00.FR.324", "A00.FR.202", "A00.FR.203"),
    needs=(Feature.OCPP201, Feature.OCPP_TLS),
    control="TLS-CSMS-002",
)
async def test_wrong_password_over_tls(bench: Bench, judge: Judge, how: str) -> None:
    """Security profile 2; the station comes with something wrong first, then as it should."""
    secured = bench.secured(2)

    trace = await secured.run(secured.station.at_first(**WRONG[how]), plug=False, until=ANSWERED, limit=60.0)

    judge.take(ocpp_links.kept_out(trace))
    refused = ocpp_links.status(trace)
    judge.equal("HTTP status", ocpp_links.status_of(refused) if refused else 0, 401, at=refused)
    judge.any("answers to the next station", trace.all(BootNotification.response))


@pytest.mark.parametrize("how", WRONG)
@case(
    "TLS-CSMS-031",
    "Without TLS, wrong credentials are answered with 401",
    sut=Role.CSMS,
    cites=("A00.FR.207", "A00.FR.202", "A00.FR.203"),
    needs=(Feature.OCPP201, Feature.OCPP_BASIC),
    control="TLS-CSMS-003",
)
async def test_wrong_password(bench: Bench, judge: Judge, how: str) -> None:
    """Security profile 1; the station comes with something wrong first, then as it should."""
    secured = bench.secured(1)

    trace = await secured.run(secured.station.at_first(**WRONG[how]), plug=False, until=ANSWERED, limit=60.0)

    judge.take(ocpp_links.kept_out(trace))
    refused = ocpp_links.status(trace)
    judge.equal("HTTP status", ocpp_links.status_of(refused) if refused else 0, 401, at=refused)
    judge.any("answers to the next station", trace.all(BootNotification.response))
