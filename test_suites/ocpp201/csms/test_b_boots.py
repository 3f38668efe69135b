"""Block B: the backend receives a station, has it reset, and tells it where else it can be found."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, Trace, case, conversation, ocpp_states, scene
from harness.kit import ocpp_backend as backend
from harness.kit import ocpp_boots as boots
from harness.messages.ocpp import (
    BootNotification,
    Heartbeat,
    OcppMessage,
    Reset,
    SecurityEventNotification,
    SetNetworkProfile,
    StatusNotification,
    TransactionEvent,
)

LIMIT = 300.0
TOLERANCE = 4.0
"""Seconds that two clocks may differ by; what test laboratories allow."""
SETTLED = scene.passes(10.0)
PROFILE = {
    "ocppVersion": "OCPP20",
    "ocppTransport": "JSON",
    "ocppCsmsUrl": "wss://csms.v2x-harness.invalid/ocpp",
    "messageTimeout": 30,
    "securityProfile": 2,
    "ocppInterface": "Wired0",
}


def judge_welcome(judge: Judge, trace: Trace) -> None:
    """The boot is accepted, and what the station tells behind it is taken."""
    boot = trace.first(BootNotification)
    reply = judge.status(trace, boot, "Accepted")
    judge.between("interval", reply.payload.get("interval", -1), 1, 86_400, unit="s", at=reply)
    off = conversation.moment(reply, "currentTime") - reply.at
    judge.between("clock ahead of ours", off, -TOLERANCE, TOLERANCE, unit="s", at=reply)
    backend.judge_taken(judge, trace.since(boot), StatusNotification, SecurityEventNotification)


@case(
    "TC_B_01_CSMS",
    "A backend accepts a station that boots, and takes what it tells of itself",
    sut=Role.CSMS,
    cites=("B01.FR.04", "G02.FR.03"),
    needs=Feature.OCPP201,
)
async def test_cold_boot(bench: Bench, judge: Judge) -> None:
    """Then a heartbeat."""
    trace = await bench.play(SETTLED + scene.says(Heartbeat()), limit=LIMIT)

    judge_welcome(judge, trace)
    backend.judge_taken(judge, trace, Heartbeat)


def resetting(kind: str, **more: int) -> OcppMessage:
    """What resets the station, or an EVSE of it."""
    return Reset(type=kind, **more)


@case(
    "TC_B_20_CSMS",
    "A backend resets an idle station, and welcomes it back",
    sut=Role.CSMS,
    cites=("B11.FR.01",),
    needs=Feature.OCPP201,
)
async def test_idle(bench: Bench, judge: Judge) -> None:
    """On idle; the station boots at once."""
    call = resetting("OnIdle")

    trace = await bench.play(scene.asks(call) + boots.accepted(60.0) + SETTLED, limit=LIMIT)

    asked = backend.judge_asked(judge, trace, call)
    judge_welcome(judge, trace.since(asked))


@case(
    "TC_B_21_CSMS",
    "A backend resets a charging station once it is idle, and welcomes it back",
    sut=Role.CSMS,
    cites=("B12.FR.01",),
    needs=Feature.OCPP201,
)
async def test_on_idle(bench: Bench, judge: Judge) -> None:
    """The driver stops and drives away before the station boots."""
    call = resetting("OnIdle")
    visit = scene.passes(10.0) + ocpp_states.stopped_locally() + ocpp_states.unplugged()

    play = ocpp_states.charging() + scene.asks(call) + visit + boots.accepted(60.0) + SETTLED
    trace = await bench.play(play, limit=LIMIT)

    asked = backend.judge_asked(judge, trace, call)
    judge_welcome(judge, trace.since(asked))
    backend.judge_taken(judge, trace.since(asked), TransactionEvent)


@case(
    "TC_B_22_CSMS",
    "A backend resets a charging station at once, takes the end of the transaction, and welcomes it back",
    sut=Role.CSMS,
    cites=("B12.FR.02", "B12.FR.04"),
    needs=Feature.OCPP201,
)
async def test_immediately(bench: Bench, judge: Judge) -> None:
    """The transaction ends by the reset."""
    call = resetting("Immediate")

    play = ocpp_states.charging() + scene.asks(call) + boots.accepted(60.0) + SETTLED
    trace = await bench.play(play, limit=LIMIT)

    asked = backend.judge_asked(judge, trace, call)
    judge_welcome(judge, trace.since(asked))
    backend.judge_taken(judge, trace.since(asked), TransactionEvent)


async def judge_evse_reset(bench: Bench, judge: Judge, kind: str, before: scene.Scene, after: scene.Scene) -> Trace:
    """The backend resets the first EVSE of a station that can do so; what came behind the call."""
    call = resetting(kind, evseId=1)
    station = boots.with_single_resets(bench.station)

    trace = await bench.play(before + scene.asks(call) + after + SETTLED, station, limit=LIMIT)

    asked = backend.judge_asked(judge, trace, call)
    return trace.since(asked)


@case(
    "TC_B_25_CSMS",
    "A backend resets one idle EVSE of a station",
    sut=Role.CSMS,
    cites=("B11.FR.01",),
    needs=Feature.OCPP201,
)
async def test_idle_evse(bench: Bench, judge: Judge) -> None:
    """The station does not boot."""
    await judge_evse_reset(bench, judge, "OnIdle", (), ())


@case(
    "TC_B_26_CSMS",
    "A backend resets one EVSE of a station once nobody charges there",
    sut=Role.CSMS,
    cites=("B12.FR.01",),
    needs=Feature.OCPP201,
)
async def test_charging_evse(bench: Bench, judge: Judge) -> None:
    """The driver stops and drives away."""
    visit = ocpp_states.stopped_locally() + ocpp_states.unplugged()

    later = await judge_evse_reset(bench, judge, "OnIdle", ocpp_states.charging(), visit)

    backend.judge_taken(judge, later, TransactionEvent)


@case(
    "TC_B_27_CSMS",
    "A backend resets one EVSE of a station at once, and takes the end of the transaction",
    sut=Role.CSMS,
    cites=("B12.FR.02", "B12.FR.08"),
    needs=Feature.OCPP201,
)
async def test_charging_evse_at_once(bench: Bench, judge: Judge) -> None:
    """The station does not boot."""
    later = await judge_evse_reset(bench, judge, "Immediate", ocpp_states.charging(), ())

    backend.judge_taken(judge, later, TransactionEvent)


@case(
    "TC_B_42_CSMS",
    "A backend gives a station the network profile that its operator names",
    sut=Role.CSMS,
    cites=("B09.FR.01",),
    needs=Feature.OCPP201,
)
async def test_network_profile(bench: Bench, judge: Judge) -> None:
    """For the second slot."""
    call = SetNetworkProfile(configurationSlot=2, connectionData=PROFILE)

    trace = await bench.play(scene.asks(call))

    backend.judge_asked(judge, trace, call)


@case(
    "TC_B_44_CSMS",
    "A backend goes on where a station could not take a network profile",
    sut=Role.CSMS,
    cites=("B09.FR.03",),
    needs=Feature.OCPP201,
)
async def test_failed_network_profile(bench: Bench, judge: Judge) -> None:
    """Our station answers Failed; a heartbeat shows that the backend still listens."""
    call = SetNetworkProfile(configurationSlot=2, connectionData=PROFILE)
    station = bench.station.but(SetNetworkProfile.response, status="Failed")

    trace = await bench.play(scene.asks(call) + scene.passes(5.0) + scene.says(Heartbeat()), station)

    asked = backend.judge_asked(judge, trace, call)
    backend.judge_taken(judge, trace.since(asked), Heartbeat)
