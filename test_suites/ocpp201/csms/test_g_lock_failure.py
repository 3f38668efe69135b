"""Block G: a backend hears that a connector cannot be locked (G05)."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, case, do, ocpp_states, scene
from harness.kit import ocpp_tokens as tokens
from harness.messages.ocpp import NotifyEvent


@case(
    "TC_G_20_CSMS",
    "A backend takes note of a connector that cannot be locked",
    sut=Role.CSMS,
    cites=("G05.FR.02",),
    needs=Feature.OCPP201,
)
async def test_lock_fails(bench: Bench, judge: Judge) -> None:
    """Our station tells it once the driver was authorized, and gives no energy."""
    driver = ocpp_states.plugged_in() + tokens.presented(ocpp_states.TOKEN)

    trace = await bench.play(scene.does(do.jam_lock()) + driver)

    told = tokens.awake(trace).first(NotifyEvent)
    replies = trace.all(NotifyEvent.response)
    if judge.any("answer to the event", replies):
        judge.equal("what it says", {key for key in replies[0].payload if key != "customData"}, set(), at=told)
