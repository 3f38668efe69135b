"""Block G: whether the station is there, and how its backend knows."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, case, seen
from harness.messages.ocpp import BootNotification, Heartbeat

INTERVAL = 20
"""Seconds between heartbeats, as the backend wants them."""
TOLERANCE = 4.0
"""Seconds that test laboratories allow for timers of OCPP."""


@case(
    "OCPP-STN-HBT-001",
    "A station with nothing to tell sends heartbeats as often as its backend asked",
    sut=Role.STATION,
    cites=("B01.FR.04", "G02.FR.01", "G02.FR.02"),
    needs=Feature.OCPP201,
)
async def test_heartbeat_interval(bench: Bench, judge: Judge) -> None:
    """The accepted boot names an interval of 20 s; nobody plugs in."""
    csms = bench.csms.having(heartbeat_interval=INTERVAL)

    trace = await bench.run(csms, plug=False, until=seen(Heartbeat, times=4), limit=110.0)

    beats = trace.since(trace.first(BootNotification.response, status="Accepted")).all(Heartbeat)
    judge.between("heartbeats within 110 s", len(beats), 4, 7, at=beats)
    if len(beats) > 1:
        judge.spaced("heartbeats", [beat.at for beat in beats], INTERVAL - TOLERANCE, INTERVAL + TOLERANCE, at=beats)
