"""The link between our station and our backend: outages, faults, bends and scripts."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from harness.core.case import Role
from harness.endpoints.behaviour import Silence
from harness.endpoints.csms.csms import Csms
from harness.endpoints.csms.known import Known
from harness.endpoints.csms.profiles import ProfilePolicy
from harness.endpoints.station.quantities import Needs
from harness.endpoints.station.station import Station
from harness.faults.fault import delay, drop, outage, repeat, reset
from harness.kit import asks
from harness.messages import ocpp
from harness.messages.ocpp import Kind, OcppMessage
from harness.trace.entry import FaultStruck, LinkSeen, Seen

if TYPE_CHECKING:
    from tests.endpoints_ocpp.conftest import Lab, Play


async def nothing(_: Lab) -> None:
    """Only boot."""


async def session(lab: Lab) -> None:
    """A whole session of 70 s."""
    await lab.session()


def remote_stop(known: Known) -> OcppMessage | None:
    running = known.running
    return ocpp.RequestStopTransaction(transactionId=running.transaction_id) if running else None


def test_an_outage_in_the_charge_loop_loses_nothing(play: Play) -> None:
    async def script(lab: Lab) -> None:
        await lab.plug()
        await lab.wait(1)
        await lab.charge(200)
        await lab.leave()
        await lab.wait(60)

    cut = outage(after=ocpp.TransactionEvent, nth=4, lasting=90)
    station = Station().set(tx_updated_interval=20.0)
    lab = play(script, station=station, faults=(cut,))
    (transaction,) = lab.known.transactions.values()
    assert transaction.complete
    assert lab.injector.unstruck() == ()
    assert len(lab.seen(FaultStruck)) == 1
    assert len(lab.trace.all(ocpp.BootNotification)) == 1
    offline = [event["seqNo"] for event in transaction.in_order if event.get("offline")]
    assert len(offline) >= 4
    assert offline == list(range(offline[0], offline[-1] + 1))
    (cut_at,) = [entry.at for entry in lab.seen(LinkSeen) if entry.body.state == "reset"]
    back_at = [entry.at for entry in lab.seen(LinkSeen) if entry.body.state == "open"][-1]
    assert back_at - cut_at >= 90
    numbers = [event["seqNo"] for event in lab.events]
    assert numbers.count(3) == 2  # not acknowledged before the cut, so told again
    assert next(event for event in lab.events if event["seqNo"] == 3) == lab.events[3]
    assert lab.plant.limits(lab.now).max_charge_power == 50_000.0


def test_a_profile_stays_in_force_during_an_outage(play: Play) -> None:
    async def script(lab: Lab) -> None:
        await lab.plug()
        await lab.wait(1)
        await lab.csms.outage(60)
        await lab.charge(30)
        assert not lab.link.session.connected
        assert lab.plant.limits(lab.now).max_charge_power == 9_000.0
        await lab.wait(60)
        assert lab.link.session.connected

    play(script, csms=Csms(profile=ProfilePolicy(periods=((0, 9_000.0),))))


def test_a_session_that_begins_and_ends_offline_is_told_afterwards(play: Play) -> None:
    async def script(lab: Lab) -> None:
        lab.plant.plugged(lab.now)
        lab.plant.authorise("accepted", lab.now)
        await lab.csms.outage(100)
        await lab.wait(5)
        lab.plant.unplugged(lab.now)
        await lab.wait(150)

    lab = play(script)
    assert [event["eventType"] for event in lab.events] == ["Started", "Ended"]
    assert lab.events[-1]["offline"] is True
    statuses = [status["connectorStatus"] for status in lab.trace.messages(ocpp.StatusNotification)]
    assert statuses == ["Available", "Available"]


def test_a_token_waits_for_the_backend(play: Play) -> None:
    async def script(lab: Lab) -> None:
        await lab.csms.outage(50)
        await lab.plug()

    lab = play(script)
    assert lab.plant.authorisation == "accepted"
    assert len(lab.known.needs) == 1


def test_back_off_doubles(play: Play) -> None:
    async def script(lab: Lab) -> None:
        await lab.csms.outage(40)
        await lab.wait(70)

    lab = play(script, observer=Role.STATION)
    tries = [entry.at for entry in lab.seen(LinkSeen) if entry.body.state in {"unanswered", "open"}][1:]
    gaps = [round(after - before) for before, after in pairwise(tries)]
    assert gaps == [4, 8, 16, 32]


def test_a_silent_backend_makes_the_station_reconnect(play: Play) -> None:
    async def script(lab: Lab) -> None:
        await lab.wait(200)

    lab = play(script, csms=Csms(mute=True))
    assert len([entry for entry in lab.seen(LinkSeen) if entry.body.state == "open"]) >= 2
    assert not [entry for entry in lab.seen(Seen) if entry.sender is Role.CSMS]


def test_a_mute_station_connects_and_says_nothing(play: Play) -> None:
    lab = play(nothing, station=Station(mute=True))
    assert [entry.body.state for entry in lab.seen(LinkSeen)] == ["open"]
    assert not lab.seen(Seen)


def test_faults_strike_what_comes_and_what_goes(play: Play) -> None:
    faults = (
        drop(ocpp.Authorize),
        repeat(ocpp.StatusNotification.response),
        delay(ocpp.Heartbeat.response, 3),
        reset(ocpp.NotifyEVChargingNeeds),
    )
    station = Station().set(heartbeat_interval=5.0, message_timeout=5.0)
    lab = play(session, station=station, csms=Csms(heartbeat_interval=5), faults=faults)
    assert {entry.body.fault.split()[0] for entry in lab.seen(FaultStruck)} == {
        "drop",
        "repeat",
        "delay",
        "close",
    }
    assert lab.injector.unstruck() == ()
    assert len(lab.trace.all(ocpp.Authorize)) == 1  # the other one was swallowed before it was read
    swallowed = [entry for entry in lab.seen(Seen) if "dropped" in entry.body.problem]
    assert len(swallowed) == 1
    assert len(lab.known.needs) == 2


@pytest.mark.parametrize(
    ("bend", "count"),
    [
        (lambda station: station.silent_on(ocpp.SecurityEventNotification), 0),
        (lambda station: station.but(ocpp.SecurityEventNotification, type="Tampered"), 1),
        (lambda station: station.late_on(ocpp.SecurityEventNotification, 0.5), 1),
        (lambda station: station.answering(ocpp.SecurityEventNotification, lambda _, __: Silence()), 0),
        (lambda station: station.answering(ocpp.SecurityEventNotification, lambda _, __: b"[]"), 0),
    ],
)
def test_a_station_can_be_bent(play: Play, bend: Any, count: int) -> None:
    lab = play(nothing, station=bend(Station()), observer=Role.STATION)
    said = lab.trace.all(ocpp.SecurityEventNotification)
    assert len(said) == count
    assert all(entry.deliberate for entry in said)
    assert any(entry.deliberate for entry in lab.trace)


def test_a_backend_can_be_bent(play: Play) -> None:
    csms = (
        Csms()
        .answering(ocpp.StatusNotification.response, lambda _, said: said.refused("InternalError", "bent"), nth=1)
        .but(ocpp.SetChargingProfile, chargingProfile__chargingSchedule__0__id=77)
        .asking(ocpp.GetVariables(getVariableData=[]), delay=2.0)
    )
    lab = play(session, csms=csms)
    errors = [entry for entry in lab.trace if getattr(entry.message, "kind", None) is Kind.ERROR]
    assert [entry.message.payload["code"] for entry in errors] == [
        "InternalError",
        "OccurrenceConstraintViolation",
    ]
    assert errors[0].deliberate
    sent = lab.trace.one(ocpp.SetChargingProfile)
    assert sent.deliberate
    assert sent.payload["chargingProfile"]["chargingSchedule"][0]["id"] == 77


def test_a_script_asks_at_its_time(play: Play) -> None:
    csms = (
        Csms()
        .asking(remote_stop, after=ocpp.TransactionEvent, nth=3, delay=10.0)
        .asking(ocpp.TriggerMessage(requestedMessage="Heartbeat"), after=ocpp.SetChargingProfile.response)
        .asking(lambda _: None)
    )
    lab = play(session, csms=csms)
    third = lab.trace.nth(ocpp.TransactionEvent, 3)
    stop = lab.trace.one(ocpp.RequestStopTransaction)
    assert stop.at - third.at == pytest.approx(10.0, abs=0.01)
    assert len(lab.trace.all(ocpp.Heartbeat)) == 1
    assert lab.events[-1]["triggerReason"] == "RemoteStop"


def test_both_sides_see_the_same(play: Play) -> None:
    def frames(observer: Role) -> list[bytes]:
        lab = play(session, observer=observer)
        return [entry.body.data for entry in lab.seen(Seen)]

    assert frames(Role.CSMS) == frames(Role.STATION)


def test_a_backend_starts_limits_to_zero_amperes_lifts_and_stops(play: Play) -> None:
    powers: list[float] = []

    async def script(lab: Lab) -> None:
        lab.plant.ev_connected_hlc("WMIV2XEV0001", lab.now)
        lab.plant.authorisation_wanted(lab.now)
        await lab.wait(3)
        assert lab.plant.authorisation == "accepted"
        lab.plant.needs_given(Needs(max_charge_current=100.0, max_voltage=500.0), lab.now)
        await lab.wait(1)
        lab.plant.energy_started(lab.now)
        while lab.plant.notification(lab.now) is None:
            lab.plant.advance(lab.now, 400.0, lab.plant.setpoint(lab.now) / 400.0)
            powers.append(lab.plant.meter.power_w)
            await lab.wait(1)
        await lab.leave()

    token = {"idToken": "REMOTE", "type": "Central"}
    start = ocpp.RequestStartTransaction(idToken=token, remoteStartId=1, evseId=1)
    csms = (
        Csms(profile=None)
        .asking(start, delay=2.0)
        .asking(asks.limit(0.0, unit="A"), after=ocpp.NotifyEVChargingNeeds, delay=10.0)
        .asking(asks.limit(32.0, unit="A"), after=ocpp.NotifyEVChargingNeeds, delay=20.0)
        .asking(asks.remote_stop, after=ocpp.NotifyEVChargingNeeds, delay=30.0)
    )
    lab = play(script, csms=csms, station=Station().set(token=None))
    assert [power for power, before in zip(powers, [None, *powers], strict=False) if power != before] == [
        50_000.0,  # before the first cycle nobody knows the voltage
        40_000.0,
        0.0,
        12_800.0,
    ]
    states = [event["transactionInfo"].get("chargingState") for event in lab.events]
    assert [state for state in states if state] == [
        "EVConnected",
        "Charging",
        "SuspendedEVSE",
        "Charging",
        "EVConnected",
        "EVConnected",
    ]
    assert lab.events[-1]["triggerReason"] == "RemoteStop"
    assert lab.trace.one(ocpp.NotifyEVChargingNeeds.response).payload["status"] == "Rejected"
