"""Block B: what a station tells once it is connected again."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, LinkSeen, Role, Trace, case, do, scene
from harness.kit import ocpp_boots as boots
from harness.kit.ocpp_states import variable_set
from harness.messages.ocpp import BootNotification, SetVariables

LIMIT = 900.0
THRESHOLD = "OfflineThreshold"
BACK = scene.hears(LinkSeen, state="open", within=400.0) + scene.passes(20.0)
MINIMUM, REPEATS = 10, 2
"""What the station is told of its waits, s and times."""


def away(trace: Trace) -> Trace:
    """What came after the connection was there again."""
    return trace.since(trace.all(LinkSeen, state="open")[-1])


async def without_backend(bench: Bench, threshold: int, seconds: float) -> Trace:
    """A car is plugged in while there is no connection, for so long."""
    outage = scene.breaks(seconds) + scene.passes(5.0)
    # What is heard counts from the last step on, and the station comes back only after that one.
    play = variable_set("OCPPCommCtrlr", THRESHOLD, str(threshold)) + outage + scene.does(do.plug_in()) + BACK
    return await bench.play(play, limit=LIMIT)


@case(
    "TC_B_51_CS",
    "After a long time without a connection the station reports every connector",
    sut=Role.STATION,
    cites=("B04.FR.01",),
    needs=Feature.OCPP201,
)
async def test_long(bench: Bench, judge: Judge) -> None:
    """Longer than the threshold that it was given; meanwhile a car was plugged in."""
    trace = await without_backend(bench, 20, 90.0)

    trace.first(SetVariables.response)
    told = boots.last_states(away(trace))
    judge.equal("connectors reported", len(told), bench.device.parameters.get("connectors", 1))
    judge.equal("state of the first connector", told.get((1, 1)), "Occupied")
    judge.silence("boots", away(trace).all(BootNotification))


@case(
    "TC_B_52_CS",
    "After a short time without a connection the station reports what has changed",
    sut=Role.STATION,
    cites=("B04.FR.02",),
    needs=Feature.OCPP201,
)
async def test_short(bench: Bench, judge: Judge) -> None:
    """Shorter than the threshold; only the connector with the new car may be told of."""
    trace = await without_backend(bench, 600, 60.0)

    trace.first(SetVariables.response)
    told = boots.last_states(away(trace))
    judge.equal("states that are told", told, {(1, 1): "Occupied"})
    judge.silence("boots", away(trace).all(BootNotification))


@case(
    "TC_B_57_CS",
    "A station that finds no backend waits longer each time, and does not boot once it is back",
    sut=Role.STATION,
    cites=("Part 4, 5.3",),
    needs=Feature.OCPP201,
)
async def test_back_off(bench: Bench, judge: Judge) -> None:
    """It is told to wait 10 s at least and to double that twice; the backend refuses its first three attempts."""
    settings = variable_set("OCPPCommCtrlr", "RetryBackOffWaitMinimum", str(MINIMUM))
    settings += variable_set("OCPPCommCtrlr", "RetryBackOffRepeatTimes", str(REPEATS))
    settings += variable_set("OCPPCommCtrlr", "RetryBackOffRandomRange", "0")
    csms = bench.csms.at_first().at_first(times=3, status=503)

    trace = await bench.play(settings + scene.breaks(1.0) + scene.passes(1.5) + BACK, csms, limit=LIMIT)

    trace.nth(SetVariables.response, 3)
    lost = trace.first(LinkSeen, where=lambda entry: entry.body.state in {"closed", "reset"})
    later = trace.since(lost)
    tried = [*later.all(LinkSeen, state="refused"), *later.all(LinkSeen, state="open")]
    if not judge.any("attempts", tried[:1]):
        return
    moments = [lost.at, *(entry.at for entry in tried)]
    due = [MINIMUM * 2**place for place in range(REPEATS + 1)]
    for place, (before, after, least) in enumerate(zip(moments, moments[1:], due, strict=False)):
        judge.holds(f"wait {place + 1}", after - before >= least - 0.5, f"{after - before:g} s, {least} s are due")
    judge.equal("attempts until there is a connection", len(tried), 4, at=tried)
    judge.silence("boots", later.all(BootNotification))
