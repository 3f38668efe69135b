"""Somebody at the wheel, or beside the station, while a session runs; and what a flavour makes of one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from random import Random  # noqa: TID251 - seeded

import msgspec
import pytest

from harness.endpoints.ev.endpoint import EvEndpoint, Outcome
from harness.endpoints.ev.ev import DIN, ISO2, Ev
from harness.endpoints.ev.moves import SCHEDULE_RENEGOTIATION, SERVICE_RENEGOTIATION, STANDBY, Move
from harness.endpoints.ev.wheel import Wishes
from harness.endpoints.station.endpoint import StationEndpoint
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.station import Station
from harness.messages.din.dc import CableCheckRes as DinCableCheckRes
from harness.messages.din.dc import CurrentDemandRes as DinCurrentDemandRes
from harness.messages.iso2.charging import PowerDeliveryReq as Iso2PowerDeliveryReq
from harness.messages.iso2.dc import CableCheckRes, CurrentDemandRes
from harness.messages.iso20.common import PowerDeliveryReq, ScheduleExchangeReq, ServiceSelectionReq, SessionStopReq
from harness.messages.iso20.dc import DcCableCheckRes, DcChargeLoopReq, DcChargeLoopRes, DcWeldingDetectionReq
from harness.messages.iso20.types import ChargeLoopRes
from harness.messages.namespaces import DIN_MESSAGE, ISO2_MESSAGE
from harness.trace.entry import Entry
from harness.trace.recorder import Recorder
from harness.trace.trace import Trace
from harness.transports.clock import run, running_clock
from harness.transports.memory import MemoryNetwork

PLAIN = Station().set(allow_plain_tcp=True, authorisation_delay=0.1)
SITTING = Ev(tls=False, loops=12).scheduled()
Act = Callable[[int], None]
Done = tuple[Outcome, Trace]


def _led(ev: Ev, act: Act, station: Station = PLAIN, counted: type = ChargeLoopRes) -> Done:
    """One session in virtual time; `act` hears of each answer of a class, counted from 1."""
    return run(_lead(ev, act, station, counted), virtual=True)


async def _lead(ev: Ev, act: Act, station: Station, counted: type) -> Done:
    clock, network, recorder, seen = running_clock(), MemoryNetwork(), Recorder(), 0

    def watch(entry: Entry) -> None:
        nonlocal seen
        if isinstance(entry.message, counted):
            seen += 1
            act(seen)

    recorder.listen(watch)
    there = StationEndpoint(station, network, clock, recorder, entropy=Random(1).randbytes)
    await there.open()
    serving = asyncio.create_task(there.run())
    outcome = await EvEndpoint(network.at("fe80::e%memory"), clock, recorder, observe=False).run(ev)
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving
    return outcome, recorder.trace()


def _kinds(trace: Trace, message: type, name: str) -> list[str]:
    return [str(getattr(entry.message, name)) for entry in trace.all(message)]


def test_stop_ends_the_session_in_good_order() -> None:
    wishes = Wishes()
    outcome, trace = _led(SITTING.having(wishes=wishes, loops=999), lambda n: setattr(wishes, "stop", n == 3))
    assert (outcome.state, len(trace.all(DcChargeLoopReq))) == ("finished", 3)
    assert trace.all(DcWeldingDetectionReq)


def test_pause_leaves_a_session_to_come_back_to() -> None:
    wishes = Wishes()
    ev = SITTING.having(wishes=wishes, loops=999)
    outcome, trace = _led(ev, lambda n: setattr(wishes, "pause", n == 3))
    assert outcome.state == "paused"
    assert _kinds(trace, SessionStopReq, "charging_session") == ["Pause"]


def test_stop_before_power_flows_leaves_at_once_and_pause_waits() -> None:
    wishes = Wishes()
    ev = SITTING.having(wishes=wishes)
    outcome, trace = _led(ev, lambda _: setattr(wishes, "stop", True), counted=DcCableCheckRes)
    assert (outcome.state, outcome.why) == ("unfinished", "the driver wants to leave")
    assert not trace.all(DcChargeLoopReq)
    wishes = Wishes()
    ev = SITTING.having(wishes=wishes)
    outcome, trace = _led(ev, lambda _: setattr(wishes, "pause", True), counted=DcCableCheckRes)
    assert outcome.state == "paused"
    assert len(trace.all(DcChargeLoopReq)) == 1


def test_a_limit_holds_from_the_next_cycle_until_it_is_lifted() -> None:
    wishes = Wishes()

    def act(number: int) -> None:
        if number == 3:
            wishes.limit(4_000.0, 8.0)
        elif number == 6:
            wishes.limit(None)

    _, trace = _led(SITTING.having(wishes=wishes), act)
    asked = [float(entry.message.control_mode.ev_target_current) for entry in trace.all(DcChargeLoopReq)]
    powers = [float(entry.message.control_mode.ev_maximum_charge_power) for entry in trace.all(DcChargeLoopReq)]
    assert min(asked[:3]) > 50
    assert max(asked[3:6]) <= 8.0
    assert min(asked[6:]) > 50
    assert powers == [40_000.0] * 3 + [4_000.0] * 3 + [40_000.0] * 6


def test_a_limit_outlives_its_session() -> None:
    wishes = Wishes()
    wishes.limit(5_000.0)
    wishes.stop = True
    wishes.begin()
    assert not wishes.leaving
    _, trace = _led(SITTING.having(wishes=wishes, loops=4), lambda _: None)
    last = trace.all(DcChargeLoopReq)[-1].message
    assert float(last.control_mode.ev_maximum_charge_power) == 5_000.0


def test_moves_are_made_when_they_are_wanted() -> None:
    wishes = Wishes()
    moves = {2: SCHEDULE_RENEGOTIATION, 6: SERVICE_RENEGOTIATION}

    def act(number: int) -> None:
        if number in moves:
            wishes.move(Move(do=moves[number], after=0))

    outcome, trace = _led(SITTING.having(wishes=wishes), act)
    assert outcome.state == "finished"
    assert "ScheduleRenegotiation" in _kinds(trace, PowerDeliveryReq, "charge_progress")
    assert len(trace.all(ServiceSelectionReq)) == 2
    assert len(trace.all(ScheduleExchangeReq)) >= 3


def test_services_that_cannot_be_chosen_anew_are_told() -> None:
    wishes = Wishes()
    told: list[str] = []
    wishes.remark = told.append
    wishes.move(Move(do=SERVICE_RENEGOTIATION, after=0))
    outcome, _ = _led(SITTING.having(wishes=wishes), lambda _: None, PLAIN.set(service_renegotiation=False))
    assert outcome.state == "finished"
    assert told == ["the station does not offer to choose services anew"]


@pytest.mark.parametrize("leaves", ["exits_standby", "stop"])
def test_standby_lasts_until_somebody_has_had_enough(leaves: str) -> None:
    wishes = Wishes()
    wishes.move(Move(do=STANDBY, after=0, lasting=9_999.0))
    seen = []

    def act(_: int) -> None:
        seen.append(1)
        if len(seen) == 5:
            setattr(wishes, leaves, True)

    ev = SITTING.having(wishes=wishes, standby_interval=1.0)
    outcome, trace = _led(ev, act, counted=PowerDeliveryReq)
    assert outcome.state == "finished"
    assert _kinds(trace, PowerDeliveryReq, "charge_progress").count("Standby") in range(3, 7)
    assert len(trace.all(DcChargeLoopReq)) == (12 if leaves == "exits_standby" else 1)


@pytest.mark.parametrize(("offer", "namespace"), [(ISO2, ISO2_MESSAGE), (DIN, DIN_MESSAGE)])
def test_the_older_protocols_have_a_driver_too(offer: object, namespace: str) -> None:
    wishes = Wishes()

    def act(number: int) -> None:
        if number == 2:
            wishes.limit(3_000.0)
        wishes.stop = number >= 5

    counted = CurrentDemandRes if namespace == ISO2_MESSAGE else DinCurrentDemandRes
    ev = SITTING.having(wishes=wishes, loops=999, protocols=(offer,)).charge_only()
    outcome, trace = _led(ev, act, PLAIN.set(protocols=(namespace,)), counted)
    assert outcome.state == "finished"
    flowing = [float(entry.message.evse_present_current) for entry in trace.all(counted)]
    assert len(flowing) == 5
    assert max(flowing) > 20


@pytest.mark.parametrize(
    ("offer", "namespace", "counted"),
    [(ISO2, ISO2_MESSAGE, CableCheckRes), (DIN, DIN_MESSAGE, DinCableCheckRes)],
)
def test_a_driver_of_an_older_car_leaves_before_power_flows(offer: object, namespace: str, counted: type) -> None:
    wishes = Wishes()
    ev = SITTING.having(wishes=wishes, protocols=(offer,)).charge_only()
    act = lambda _: setattr(wishes, "stop", True)  # noqa: E731
    outcome, trace = _led(ev, act, PLAIN.set(protocols=(namespace,)), counted)
    assert (outcome.state, outcome.why) == ("unfinished", "the driver wants to leave")
    assert len(trace.all(counted)) == 1


def test_an_older_schedule_is_settled_anew_when_somebody_wants_it() -> None:
    wishes = Wishes()
    wishes.move(Move(do=SCHEDULE_RENEGOTIATION, after=0))
    ev = SITTING.having(wishes=wishes, loops=4, protocols=(ISO2,)).charge_only()
    outcome, trace = _led(ev, lambda _: None, PLAIN.set(protocols=(ISO2_MESSAGE,)))
    assert outcome.state == "finished"
    assert "Renegotiate" in _kinds(trace, Iso2PowerDeliveryReq, "charge_progress")


def test_somebody_beside_the_station_holds_it_to_a_power() -> None:
    plant = Plant(PLAIN.settings)
    plant.plugged(0.0)
    assert plant.limits(1.0).max_charge_power == 50_000.0
    plant.hold_to(7_000.0, 1.0)
    assert (plant.limits(1.0).max_charge_power, plant.limits(1.0).max_discharge_power) == (7_000.0, 7_000.0)
    plant.hold_to(None, 2.0)
    assert plant.limits(2.0).max_charge_power == 50_000.0


@pytest.mark.parametrize(("patience", "state"), [(None, "lost"), (60.0, "finished")])
def test_how_long_a_station_bears_silence_in_the_charge_loop(patience: float | None, state: str) -> None:
    station = msgspec.structs.replace(PLAIN, loop_patience=patience)
    outcome, _ = _led(SITTING.having(loop_interval=10.0, loops=3), lambda _: None, station)
    assert outcome.state == state


def test_a_slow_station_takes_its_time_for_everything() -> None:
    quick, slow = (
        _led(SITTING, lambda _: None, msgspec.structs.replace(PLAIN, response_delay=delay))[1] for delay in (0.0, 0.2)
    )
    (asked, answered), *_ = zip(slow.all(DcChargeLoopReq), slow.all(DcChargeLoopRes), strict=True)
    assert answered.at - asked.at == pytest.approx(0.2, abs=0.01)
    assert slow.entries[-1].at - slow.entries[0].at > 4 + quick.entries[-1].at - quick.entries[0].at


@pytest.mark.parametrize(("habit", "tested"), [("always", True), ("unless pausing", False)])
def test_whether_contactors_are_tested_before_a_pause(habit: str, tested: bool) -> None:
    outcome, trace = _led(SITTING.having(pause=True, detects_welding=habit), lambda _: None)
    assert outcome.state == "paused"
    assert bool(trace.all(DcWeldingDetectionReq)) is tested


def test_a_station_that_keeps_its_meter_to_itself() -> None:
    for shown in (True, False):
        _, trace = _led(SITTING, lambda _: None, PLAIN.set(meter_info=shown))
        assert {entry.message.meter_info is not None for entry in trace.all(DcChargeLoopRes)} == {shown}
