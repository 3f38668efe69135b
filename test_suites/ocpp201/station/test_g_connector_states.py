"""Block G: what a station says of its connector when a car comes and goes, and of a lock that fails (G01, G05)."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Operation, Role, Trace, case, do, ocpp_states, scene
from harness.kit import ocpp_availability as availability
from harness.kit import ocpp_tokens as tokens
from harness.messages.ocpp import NotifyEvent

QUIET = scene.passes(availability.SETTLES)
LOCK = "ConnectorPlugRetentionLock"


def since(trace: Trace, operation: str) -> Trace:
    """What came after somebody did this."""
    return tokens.awake(trace).since(trace.first(Operation, action=operation))


@case(
    "TC_G_01_CS",
    "A connector that a car is plugged into is told as occupied",
    sut=Role.STATION,
    cites=("G01.FR.01",),
    needs=Feature.OCPP201,
)
async def test_plugged_in(bench: Bench, judge: Judge) -> None:
    """Nobody presents a card."""
    trace = await bench.play(scene.does(do.plug_in(draws=False)) + QUIET)

    told = [one.entry for one in availability.told(since(trace, do.PLUG_IN)) if one.state == "Occupied"]
    judge.some("reports of an occupied connector", told)


@case(
    "TC_G_02_CS",
    "A connector that its car has left is told as available",
    sut=Role.STATION,
    cites=("G01.FR.01",),
    needs=Feature.OCPP201,
)
async def test_unplugged(bench: Bench, judge: Judge) -> None:
    """The car did not charge."""
    trace = await bench.play(scene.does(do.plug_in(draws=False)) + QUIET + scene.does(do.unplug()) + QUIET)

    availability.judge_state(judge, since(trace, do.UNPLUG), "Available")


@case(
    "TC_G_20_CS",
    "A car whose connector cannot be locked gets no energy, and the backend hears of it",
    sut=Role.STATION,
    cites=("G05.FR.01", "G05.FR.02"),
    needs=Feature.OCPP201,
)
async def test_lock_fails(bench: Bench, judge: Judge) -> None:
    """The lock fails before the car comes; its driver's card is good."""
    driver = ocpp_states.plugged_in() + tokens.presented(ocpp_states.TOKEN)
    left = ocpp_states.unplugged() + scene.does(do.repair_connector())

    trace = await bench.play(scene.does(do.jam_lock()) + driver + left)

    after = since(trace, do.PLUG_IN)
    judge.silence("events that tell of energy", tokens.charged(after))
    events = [event for entry in after.all(NotifyEvent) for event in entry.payload["eventData"]]
    lock = [event for event in events if event["component"]["name"] == LOCK and event["variable"]["name"] == "Problem"]
    judge.some("events about the lock", lock)
    judge.equal("what they say", {event["actualValue"].lower() for event in lock}, {"true"})
