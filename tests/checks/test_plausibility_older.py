"""Meter and state of charge by ISO 15118-2 and DIN SPEC 70121 against the power that flowed."""

from __future__ import annotations

import pytest

from harness.checks.plausibility import charge_fits, meter_fits
from harness.core.case import Role
from tests.checks.older_scene import DIN, ISO2, Older
from tests.checks.scene import holds, offences

BOTH = pytest.mark.parametrize("protocol", [ISO2, DIN])


def cycles(subject: Role, readings: tuple[int, ...] = (), states: tuple[int, ...] = (), protocol: str = ISO2) -> Older:
    """20 kW for ten minutes of 50 kWh, in cycles of two seconds, with these figures at even distances."""
    scene = Older(subject, protocol)
    scene.parameters()
    for cycle in range(300):
        scene.ask(50.0, states[cycle * len(states) // 300] if states else 40)
        due = readings and cycle % (300 // len(readings)) == 0
        scene.answer(50.0, readings[cycle * len(readings) // 300] if due else None)
    return scene


def test_meter_that_fits_the_power() -> None:
    assert holds(meter_fits(cycles(Role.STATION, (100, 1211, 2322)).trace))


@pytest.mark.parametrize("readings", [(100, 100, 100), (100, 2300, 4500), (2322, 1211, 100)])
def test_meter_that_does_not_fit_the_power(readings: tuple[int, ...]) -> None:
    assert len(offences(meter_fits(cycles(Role.STATION, readings).trace))) == 2


def test_meter_of_alternating_current_never_falls() -> None:
    scene = Older(Role.STATION)
    said = [scene.status_of_alternating(reading) for reading in (100, 100, 250, 240, 260)]
    assert offences(meter_fits(scene.trace)) == [(said[2].number, said[3].number)]
    rising = Older(Role.STATION)
    for reading in (100, 100, 250):
        rising.status_of_alternating(reading)
    assert holds(meter_fits(rising.trace))


@BOTH
def test_no_energy_flows_after_the_stop(protocol: str) -> None:
    scene = Older(Role.STATION, protocol)
    scene.answer(50.0, 100)
    scene.stop()
    scene.at += 600
    scene.answer(50.0, 106)
    found = list(meter_fits(scene.trace))
    assert holds(found) if protocol == ISO2 else found == []


@BOTH
def test_state_of_charge_that_follows_the_energy(protocol: str) -> None:
    assert holds(charge_fits(cycles(Role.EV, states=(40, 42, 44, 46), protocol=protocol).trace))


@BOTH
@pytest.mark.parametrize("states", [(40, 40, 40), (40, 50, 60), (40, 38, 36)], ids=["stands", "runs away", "falls"])
def test_state_of_charge_that_does_not(states: tuple[int, ...], protocol: str) -> None:
    assert offences(charge_fits(cycles(Role.EV, states=states, protocol=protocol).trace))
