"""`--beside`: an emulated personality meets the device under test, or it is told why it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.case import Role
from harness.core.errors import ProfileError
from harness.kit.workshop import Workshop
from harness.runner.data import data_folder
from harness.runner.setup import make_options

FOLDER = data_folder("profiles") / "devices"


def _bench(tmp_path: Path, device: str, beside: str, role: Role):  # type: ignore[no-untyped-def]
    options = make_options((device,), "interoperability", tmp_path, beside=beside)
    return Workshop(options.devices, beside=options.beside).bench(role)


def test_a_station_under_test_is_met_by_a_city_car(tmp_path: Path) -> None:
    bench = _bench(tmp_path, "ac-wallbox", "city-car", Role.STATION)
    assert (bench.ev.car.service, bench.ev.car.capacity) == (1, 52_000.0)
    assert bench.station.settings.services == (5, 1)


def test_an_ev_under_test_is_met_by_a_charger(tmp_path: Path) -> None:
    bench = _bench(tmp_path, "truck", "mcs-charger", Role.EV)
    assert bench.station.settings.model == "Megawatt 1500"
    assert bench.ev.car.service == 8


def test_without_it_the_usual_one_wants_what_there_is(tmp_path: Path) -> None:
    assert _bench(tmp_path, "ac-wallbox", "", Role.STATION).ev.car.service == 5
    assert _bench(tmp_path, "truck", "", Role.EV).station.settings.services == (9, 8)


def test_a_real_station_keeps_its_terms(tmp_path: Path) -> None:
    text = (FOLDER / "ac-wallbox.toml").read_text().partition("[parameters]")[0]
    text = text.replace('kind = "emulated"\ntls = "1.3"', 'kind = "network"\ninterface = "lo"\ntls = "1.3-lenient"')
    mine = tmp_path / "mine.toml"
    mine.write_text(text + "\n[limits]\ntimeout_factor = 3\n[parameters]\nvoltage_tolerance = 99\nsoc = 5\n")
    ev = _bench(tmp_path, str(mine), "city-car", Role.STATION).ev
    assert (ev.tls_profile.name, ev.factor, ev.voltage_tolerance, ev.car.soc) == ("lenient-20", 3, 99, 5)
    assert ev.car.capacity == 52_000.0


@pytest.mark.parametrize(
    ("device", "beside", "told"),
    [
        ("ac-wallbox", "dc-charger", "plays the station; ac-wallbox is a station as well"),
        ("ac-wallbox", "josev-evcc", "is not emulated"),
        ("ac-wallbox", "emulated-csms", "plays the csms, which is not the other side"),
        ("emulated-csms", "city-car", "stands beside one EV or one station"),
        ("ac-wallbox", "dc-suv", "does not fit ac-wallbox: no common protocol"),
        ("truck", "dc-charger", "does not fit truck: the EV wants service 8"),
        ("josev-secc", "city-car", "does not fit josev-secc: it denies iso20_ac"),
        ("ac-wallbox", "nobody", "there is no profile 'nobody'"),
    ],
)
def test_who_is_no_pair_is_told_before_the_run(tmp_path: Path, device: str, beside: str, told: str) -> None:
    with pytest.raises(ProfileError) as problem:
        make_options((device,), "interoperability", tmp_path, beside=beside)
    assert told in problem.value.what
    assert problem.value.do


def test_not_beside_a_whole_trio(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="one EV or one station under test"):
        make_options((), "interoperability", tmp_path, beside="city-car")
