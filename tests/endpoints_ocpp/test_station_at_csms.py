"""Our station at our backend: boot, transactions, meter values, profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from harness.core.case import Role
from harness.endpoints.csms.csms import Csms
from harness.endpoints.csms.profiles import ProfilePolicy
from harness.endpoints.station.station import Station
from harness.messages import ocpp
from harness.messages.ocpp_time import parse_timestamp
from harness.sessions.ocpp.registration import Registration
from tests.endpoints_ocpp.readings import actions, assert_clean, contiguous, nothing, session

if TYPE_CHECKING:
    from tests.endpoints_ocpp.conftest import Lab, Play


@pytest.mark.parametrize("observer", [Role.CSMS, Role.STATION])
def test_a_boot(play: Play, observer: Role) -> None:
    lab = play(nothing, observer=observer)
    assert actions(lab) == ["BootNotification", "StatusNotification", "SecurityEventNotification"]
    boot = lab.trace.one(ocpp.BootNotification).payload
    assert boot["reason"] == "PowerUp"
    assert lab.known.statuses == {(1, 1): "Available"}
    assert lab.known.security_events[0]["type"] == "StartupOfTheDevice"
    assert_clean(lab)


@pytest.mark.parametrize("status", ["Pending", "Rejected"])
def test_a_station_waits_until_it_is_accepted(play: Play, status: str) -> None:
    async def script(lab: Lab) -> None:
        await lab.wait(25)

    lab = play(script, csms=Csms(boots=(status, status, "Accepted"), boot_retry_interval=10))
    boots = lab.trace.all(ocpp.BootNotification)
    assert [round(boot.at - lab.began) for boot in boots] == [0, 10, 20]
    assert actions(lab)[:3] == ["BootNotification"] * 3
    assert lab.known.registration is Registration.ACCEPTED or lab.link.session.registration == "Accepted"
    assert_clean(lab)


def test_a_boot_interval_of_zero_does_not_flood(play: Play) -> None:
    async def script(lab: Lab) -> None:
        await lab.wait(100)

    lab = play(script, csms=Csms(boots=("Rejected",), boot_retry_interval=0))
    assert len(lab.trace.all(ocpp.BootNotification)) == 2


def test_heartbeats_follow_the_interval_of_the_boot(play: Play) -> None:
    async def script(lab: Lab) -> None:
        await lab.wait(35)

    lab = play(script, csms=Csms(heartbeat_interval=10))
    assert [round(beat.at - lab.began) for beat in lab.trace.all(ocpp.Heartbeat)] == [10, 20, 30]


def test_a_whole_session(play: Play) -> None:
    lab = play(session)
    assert lab.triggers == [
        "CablePluggedIn",
        "Authorized",
        "ChargingStateChanged",
        "MeterValuePeriodic",
        "ChargingStateChanged",
        "StopAuthorized",
    ]
    assert [event["eventType"] for event in lab.events] == ["Started", *["Updated"] * 4, "Ended"]
    states = [event["transactionInfo"].get("chargingState") for event in lab.events]
    assert states == ["EVConnected", None, "Charging", None, "EVConnected", "EVConnected"]
    assert lab.events[0]["evse"] == {"id": 1, "connectorId": 1}
    assert lab.events[1]["idToken"]["type"] == "ISO14443"
    assert [event for event in lab.events if "idToken" in event] == [lab.events[1]]
    assert lab.events[-1]["transactionInfo"]["stoppedReason"] == "StoppedByEV"
    assert contiguous(lab)
    (transaction,) = lab.known.transactions.values()
    assert transaction.complete
    assert transaction.charging_state == "EVConnected"
    assert lab.known.statuses == {(1, 1): "Available"}
    assert_clean(lab)


def measured(value: dict[str, Any], measurand: str) -> Any:
    return next(one["value"] for one in value["sampledValue"] if one["measurand"] == measurand)


def test_meter_values_add_up(play: Play) -> None:
    lab = play(session, csms=Csms(profile=ProfilePolicy(periods=((0, 36_000.0),))))
    (transaction,) = lab.known.transactions.values()
    begin, middle, end = transaction.samples
    contexts = [value["sampledValue"][0]["context"] for value in (begin, middle, end)]
    assert contexts == ["Transaction.Begin", "Sample.Periodic", "Transaction.End"]
    imported = [measured(value, "Energy.Active.Import.Register") for value in (begin, middle, end)]
    assert imported == pytest.approx([0.0, 580.0, 700.0], abs=15)
    assert measured(middle, "Power.Active.Import") == 36_000.0
    assert measured(middle, "Power.Active.Export") == 0.0
    assert measured(end, "SoC") == 55.0


def test_discharging_counts_as_export(play: Play) -> None:
    plan = ((0.0, 5_000.0), (30.0, -36_000.0))
    lab = play(session, station=Station().set(site_plan=plan, tx_updated_interval=10.0))
    (transaction,) = lab.known.transactions.values()
    exported = [measured(value, "Energy.Active.Export.Register") for value in transaction.samples]
    imported = [measured(value, "Energy.Active.Import.Register") for value in transaction.samples]
    assert exported == sorted(exported)
    assert imported == sorted(imported)
    assert exported[-1] == pytest.approx(40 * 10_000 / 3600, abs=15)  # the EV gives 10 kW at most
    assert measured(transaction.samples[-2], "Power.Active.Export") == 10_000.0


def test_needs_go_up_and_a_profile_comes_down(play: Play) -> None:
    caps: list[float] = []

    async def script(lab: Lab) -> None:
        caps.append(lab.plant.limits(lab.now).max_charge_power)
        await session(lab)

    async def look(lab: Lab) -> None:
        await lab.plug()
        await lab.wait(1)
        caps.append(lab.plant.limits(lab.now).max_charge_power)
        await lab.wait(30)
        caps.append(lab.plant.limits(lab.now).max_charge_power)
        await lab.leave()
        caps.append(lab.plant.limits(lab.now).max_charge_power)

    policy = ProfilePolicy(periods=((0, 11_000.0), (20, 5_000.5)))
    lab = play(look, csms=Csms(profile=policy))
    assert caps == [11_000.0, 5_000.5, 50_000.0]
    (needs,) = lab.known.needs
    assert needs["chargingNeeds"]["dcChargingParameters"] == {
        "evMaxCurrent": 120,
        "evMaxVoltage": 800,
        "energyAmount": 30_000,
        "evMaxPower": 60_000,
        "stateOfCharge": 40,
        "evEnergyCapacity": 70_000,
    }
    said = lab.trace.one(ocpp.NotifyEVChargingNeeds)
    assert parse_timestamp(needs["chargingNeeds"]["departureTime"]) == pytest.approx(said.at + 7200, abs=0.01)
    assert_clean(lab)

    lab = play(script, csms=Csms(profile=policy))
    (schedule,) = lab.known.schedules
    assert [period["limit"] for period in schedule["chargingSchedule"]["chargingSchedulePeriod"]] == [
        11_000.0,
        5_000.5,
    ]


def test_a_limit_of_zero_suspends_and_a_new_one_resumes(play: Play) -> None:
    async def script(lab: Lab) -> None:
        await lab.plug()
        await lab.wait(1)
        await lab.charge(60)
        await lab.leave()

    policy = ProfilePolicy(periods=((0, 11_000.0), (20, 0.0), (40, 11_000.0)))
    lab = play(script, csms=Csms(profile=policy))
    states = [event["transactionInfo"].get("chargingState") for event in lab.events]
    assert [state for state in states if state] == [
        "EVConnected",
        "Charging",
        "SuspendedEVSE",
        "Charging",
        "EVConnected",
        "EVConnected",
    ]


def test_an_ev_that_draws_nothing_suspends(play: Play) -> None:
    async def script(lab: Lab) -> None:
        await lab.plug()
        await lab.charge(30, amperes=0.0)
        await lab.charge(5, amperes=10.0)
        await lab.leave()

    lab = play(script)
    states = [event["transactionInfo"].get("chargingState") for event in lab.events]
    assert [state for state in states if state][1:4] == ["Charging", "SuspendedEV", "Charging"]


def test_a_pause_keeps_the_transaction(play: Play) -> None:
    async def script(lab: Lab) -> None:
        await lab.plug()
        await lab.charge(10)
        await lab.leave("pause")
        assert lab.plant.paused
        await lab.wait(100)
        lab.plant.ev_connected_hlc("WMIV2XEV0001", lab.now)
        await lab.charge(10)
        await lab.leave()

    lab = play(script)
    assert len(lab.known.transactions) == 1
    states = [event["transactionInfo"].get("chargingState") for event in lab.events]
    assert [state for state in states if state] == [
        "EVConnected",
        "Charging",
        "EVConnected",
        "SuspendedEV",
        "EVConnected",
        "Charging",
        "EVConnected",
        "EVConnected",
    ]
    assert contiguous(lab)


def test_an_unplugged_cable_ends_the_transaction(play: Play) -> None:
    async def script(lab: Lab) -> None:
        await lab.plug()
        await lab.charge(10)
        lab.plant.link_lost(lab.now)
        await lab.wait(5)
        lab.plant.unplugged(lab.now)

    lab = play(script)
    lost, ended = lab.events[-2:]
    assert lost["triggerReason"] == "EVCommunicationLost"
    assert lost["eventType"] == "Updated"
    assert lost["transactionInfo"]["chargingState"] == "EVConnected"
    assert ended["transactionInfo"]["stoppedReason"] == "EVDisconnected"
    assert ended["transactionInfo"]["chargingState"] == "Idle"
    assert ended["triggerReason"] == "EVCommunicationLost"


def test_with_stop_point_connection_the_transaction_outlives_the_session(play: Play) -> None:
    lab = play(session, station=Station().set(tx_stop_points=("EVConnected",)))
    stopped, ended = lab.events[-2:]
    assert (stopped["eventType"], stopped["triggerReason"]) == ("Updated", "StopAuthorized")
    assert (ended["eventType"], ended["triggerReason"]) == ("Ended", "EVCommunicationLost")
    assert ended["transactionInfo"]["stoppedReason"] == "StoppedByEV"


def test_start_points_decide_when_a_transaction_begins(play: Play) -> None:
    begun = {
        points: play(session, station=Station().set(tx_start_points=points)).events[0]["triggerReason"]
        for points in (("EVConnected",), ("Authorized",), ("PowerPathClosed",), ("EnergyTransfer",))
    }
    assert list(begun.values()) == ["CablePluggedIn", "Authorized", "Authorized", "ChargingStateChanged"]
