"""One session of the trio on a terminal."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from harness.cli.main import app


@pytest.mark.parametrize("mode", [[], ["--scheduled"]], ids=["dynamic", "scheduled"])
def test_watch_shows_a_session_from_discovery_to_the_end_of_the_transaction(mode: list[str]) -> None:
    told = CliRunner().invoke(app, ["watch", "--network", "memory", *mode])

    assert told.exit_code == 0
    order = [
        "SECC discovery request",
        "TLS handshake: TLSv1.3",
        "supportedAppProtocolReq",
        "NotifyEVChargingNeedsRequest",
        "SetChargingProfileRequest",
        "DC_ChargeLoopRes",
        "SessionStopRes",
        "TransactionEventRequest Ended",
    ]
    places = [told.output.find(name) for name in order]
    assert -1 not in places, dict(zip(order, places, strict=True))
    assert places[:6] == sorted(places[:6])


def test_watch_tells_that_energy_flowed_both_ways() -> None:
    told = CliRunner().invoke(app, ["watch", "--network", "memory"])
    summary = next(line for line in told.output.splitlines() if "charge loops, present current from" in line)
    lowest, highest = _currents(summary)
    assert lowest < 0 < highest


def _currents(line: str) -> tuple[float, float]:
    words = line.partition(" from ")[2].split()
    return float(words[0]), float(words[3])
