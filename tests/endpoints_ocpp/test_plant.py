"""The EVSE: meter, limits, setpoints, states."""

import pytest

from harness.endpoints.station import happenings as happen
from harness.endpoints.station.meter import Meter
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.quantities import Display, Needs, PowerCap, Token
from harness.endpoints.station.settings import StationSettings
from harness.messages.iso20.energy import EnergyService

AT = 1767225600.0


def charging(settings: StationSettings | None = None, service: int = EnergyService.DC_BPT) -> Plant:
    plant = Plant(settings or StationSettings())
    plant.ev_connected_hlc("WMI", AT)
    plant.service_selected(service, "dynamic", AT)
    plant.energy_started(AT)
    return plant


def test_the_registers_only_rise_and_outlive_transactions() -> None:
    meter = Meter(import_wh=1000.0, export_wh=50.0)
    meter.advance(AT, 3_600.0)
    meter.advance(AT + 10, -7_200.0)
    meter.advance(AT + 20, 0.0)
    reading = meter.reading(AT + 1000)
    assert (reading.import_wh, reading.export_wh, reading.power_w) == (1010.0, 70.0, 0.0)
    assert (meter.import_wh, meter.export_wh, meter.power_w) == (1010.0, 70.0, 0.0)


def test_a_clock_that_goes_back_costs_no_energy() -> None:
    meter = Meter()
    meter.advance(AT, 3_600.0)
    meter.advance(AT - 100, 3_600.0)
    assert meter.reading(AT + 1).import_wh == pytest.approx(1.0)


def test_power_counts_only_while_the_path_is_closed() -> None:
    plant = Plant(StationSettings())
    plant.advance(AT, 400.0, 10.0)
    assert plant.meter.power_w == 0.0
    plant = charging()
    plant.advance(AT, 400.0, 10.0)
    assert plant.meter.power_w == 4_000.0
    plant.link_lost(AT + 9)
    assert plant.meter.power_w == 0.0
    assert plant.meter.import_wh == pytest.approx(10.0)


def test_limits_follow_the_cap() -> None:
    plant = charging()
    plant.advance(AT, 400.0, 0.0)
    assert plant.limits(AT).max_charge_power == 50_000.0
    plant.cap_by(lambda _: PowerCap(watts=9_000.0), AT)
    limits = plant.limits(AT)
    assert (limits.max_charge_power, limits.max_discharge_power, limits.suspended) == (9_000.0, 50_000.0, False)
    plant.cap_by(lambda _: PowerCap(amperes=10.0), AT)
    assert plant.limits(AT).max_charge_current == 10.0
    assert plant.setpoint(AT) == 4_000.0
    plant.cap_by(lambda _: PowerCap(watts=0.0), AT)
    limits = plant.limits(AT)
    assert limits.suspended
    assert (limits.max_charge_power, limits.max_discharge_power, limits.max_discharge_current) == (0, 0, 0)
    assert plant.charging_state(AT) == "SuspendedEVSE"
    plant.cap_by(None, AT)
    assert not plant.limits(AT).suspended


def test_the_site_plan_is_followed_within_the_limits_of_both() -> None:
    plan = ((0.0, 60_000.0), (10.0, -60_000.0), (20.0, 1_000.0))
    plant = charging(StationSettings(site_plan=plan))
    assert [plant.setpoint(AT + after) for after in (0, 10, 20)] == [50_000.0, -50_000.0, 1_000.0]
    plant.needs_given(Needs(max_charge_power=7_000.0, max_discharge_power=3_000.0), AT)
    assert [plant.setpoint(AT + after) for after in (0, 10, 20)] == [7_000.0, -3_000.0, 1_000.0]
    one_way = charging(StationSettings(site_plan=plan), service=EnergyService.DC)
    assert one_way.setpoint(AT + 10) == 0.0


def test_notifications_come_by_plan_or_by_asking() -> None:
    plant = charging(StationSettings(notification_plan=((5.0, "pause"),)))
    assert plant.notification(AT + 4) is None
    assert plant.notification(AT + 5) == "pause"
    plant.ask("terminate")
    assert plant.notification(AT) == "terminate"
    plant.session_stopped("terminate", AT + 6)
    assert plant.notification(AT + 7) is None


def test_states() -> None:
    plant = Plant(StationSettings())
    assert plant.charging_state(AT) == "Idle"
    plant.plugged(AT)
    assert plant.charging_state(AT) == "EVConnected"
    plant.energy_started(AT)
    assert plant.charging_state(AT) == "Charging"
    plant.advance(AT, 400.0, 0.0)
    assert plant.charging_state(AT + 9) == "Charging"
    assert plant.charging_state(AT + 10) == "SuspendedEV"
    plant.session_stopped("pause", AT + 11)
    assert [plant.paused] == [True]
    assert plant.charging_state(AT + 11) == "SuspendedEV"
    plant.ev_connected_hlc("WMI", AT + 12)
    assert plant.charging_state(AT + 12) == "EVConnected"
    plant.unplugged(AT + 13)
    assert plant.charging_state(AT + 13) == "Idle"


def test_who_listens_hears_everything_once() -> None:
    plant, heard = Plant(StationSettings()), list[happen.Happening]()
    plant.listen(heard.append)
    for _ in range(2):
        plant.plugged(AT)
        plant.ev_connected_hlc("WMI", AT)
        plant.authorisation_wanted(AT)
        plant.needs_given(Needs(soc=1.0), AT)
        plant.energy_started(AT)
    plant.token_presented(Token(id_token="X"), AT)
    plant.display_given(Display(soc=2.0), AT)
    assert plant.soc == 2.0
    plant.unplugged(AT)
    plant.unplugged(AT)
    kinds = [type(one).__name__ for one in heard]
    assert kinds == [
        "Plugged",
        "EvIdentified",
        "AuthorisationChanged",
        "AuthorisationWanted",
        "NeedsGiven",
        "EnergyStarted",
        "EvIdentified",
        "TokenPresented",
        "DisplayGiven",
        "EnergyStopped",
        "Unplugged",
        "AuthorisationChanged",
    ]
    assert [plant.soc, plant.authorisation] == [None, "none"]


def test_a_session_that_ends_takes_its_authorisation_along() -> None:
    plant = charging()
    plant.authorise("accepted", AT)
    plant.session_stopped("pause", AT)
    assert [plant.authorisation, plant.evcc_id] == ["accepted", "WMI"]
    plant.ev_connected_hlc("WMI", AT)
    plant.session_stopped("terminate", AT)
    assert plant.authorisation == "none"
    assert plant.evcc_id is None
    assert plant.connected


@pytest.mark.parametrize(
    ("again", "later", "news"),
    [
        (Needs(departure_time=600, target_soc=80), 30.0, False),
        (Needs(departure_time=570, target_soc=80), 30.0, False),
        (Needs(departure_time=569, target_soc=80), 30.0, False),
        (Needs(departure_time=300, target_soc=80), 30.0, True),
        (Needs(departure_time=570, target_soc=90), 30.0, True),
        (Needs(departure_time=None, target_soc=80), 30.0, True),
    ],
)
def test_a_departure_that_came_nearer_is_no_news(again: Needs, later: float, *, news: bool) -> None:
    plant = Plant(StationSettings())
    heard: list[str] = []
    plant.listen(lambda happening: heard.append(type(happening).__name__))
    plant.needs_given(Needs(departure_time=600, target_soc=80), AT)
    plant.needs_given(again, AT + later)
    assert heard.count("NeedsGiven") == 1 + news
    assert plant.needs == (again if news else Needs(departure_time=600, target_soc=80))
