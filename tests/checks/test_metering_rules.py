"""Sampled values, registers that must not fall, and power on both protocols."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from harness.checks.consistency import cable_power, power_agrees
from harness.checks.metering import instant, registers, samples
from harness.core.case import Role
from harness.core.verdict import Verdict
from harness.messages.iso20.codes import ResponseCode
from harness.messages.iso20.common import ServiceSelectionRes
from harness.messages.iso20.types import MeterInfo
from harness.messages.ocpp_time import timestamp
from harness.trace.entry import Entry, Link
from tests.checks.scene import (
    EPOCH,
    OTHER_SESSION,
    SESSION,
    Scene,
    check_req,
    header,
    holds,
    loop_req,
    loop_res,
    offences,
    stop_power_req,
    stop_power_res,
)

ENERGY = "Energy.Active.Import.Register"
IMPORT, EXPORT = "Power.Active.Import", "Power.Active.Export"


def metered(at: float, *values: dict[str, Any]) -> dict[str, Any]:
    return {"meterValue": [{"timestamp": timestamp(at), "sampledValue": list(values)}]}


def tell(scene: Scene, value: float, *, evse: int | None = 1, transaction: str = "T1", **sampled: Any) -> Entry:
    """A TransactionEvent with one sampled value of now."""
    told = metered(scene.at, {"value": value, "measurand": ENERGY, **sampled})
    place = {} if evse is None else {"evse": {"id": evse}}
    return scene.event(len(scene.trace), transaction=transaction, told={**told, **place})


@pytest.fixture
def scene() -> Scene:
    scene = Scene(Role.STATION)
    scene.open(Link.OCPP)
    scene.open()
    return scene


def test_samples_come_in_base_units_with_their_defaults(scene: Scene) -> None:
    scene.call(
        Role.STATION,
        "MeterValues",
        {
            "evseId": 2,
            **metered(
                EPOCH,
                {"value": 1.5, "unitOfMeasure": {"unit": "kWh"}},
                {"value": 2, "unitOfMeasure": {"unit": "Wh", "multiplier": 3}, "phase": "L1", "location": "Inlet",
                 "context": "Sample.Clock", "measurand": "Energy.Active.Export.Register"},
                {"value": 3, "unitOfMeasure": {"multiplier": "x"}},
            ),
        },
    )  # fmt: skip
    plain, full, odd = samples(scene.trace)
    assert (plain.measurand, plain.value, plain.phase, plain.location, plain.context, plain.evse, plain.at) == (
        ENERGY, 1500.0, "", "Outlet", "Sample.Periodic", 2, EPOCH
    )  # fmt: skip
    assert (full.measurand, full.value, full.phase, full.location, full.context) == (
        "Energy.Active.Export.Register", 2000.0, "L1", "Inlet", "Sample.Clock"
    )  # fmt: skip
    assert odd.value == 3.0


def test_a_transaction_tells_its_place_once(scene: Scene) -> None:
    tell(scene, 1, evse=3, transaction="A")
    tell(scene, 2, evse=None, transaction="A")
    tell(scene, 3, evse=None, transaction="B")
    assert [one.evse for one in samples(scene.trace)] == [3, 3, None]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-01-01T00:00:00Z", 1767225600.0),
        ("2026-01-01T01:00:00.250+01:00", 1767225600.25),
        ("soon", None),
        (5, None),
    ],
)
def test_instants(text: object, at: float | None) -> None:
    assert instant(text) == at


def test_registers_that_rise_or_stay_break_no_rule(scene: Scene) -> None:
    for value in (0, 5, 5, 7.25):
        tell(scene, value)
    scene.station(loop_res(meter=MeterInfo(meter_id="M", charged_energy_reading_wh=5)))
    scene.station(loop_res(meter=MeterInfo(meter_id="M", charged_energy_reading_wh=5)))
    scene.station(loop_res())
    assert holds(registers(scene.trace))


def test_a_register_that_falls_is_told_once_for_each_fall(scene: Scene) -> None:
    before, fallen, _ = tell(scene, 9), tell(scene, 4), tell(scene, 5)
    (found,) = registers(scene.trace)
    assert (found.verdict, found.entries) == (Verdict.FAIL, (before.number, fallen.number))
    assert found.detail == f"{ENERGY} fell from 9 to 4 Wh"


def test_a_register_falls_across_transactions_and_units_too(scene: Scene) -> None:
    before = tell(scene, 2, unitOfMeasure={"unit": "kWh"})
    after = tell(scene, 1900, transaction="T2")
    assert offences(registers(scene.trace)) == [(before.number, after.number)]


@pytest.mark.parametrize(
    "other",
    [{"evse": 2}, {"phase": "L1"}, {"location": "Inlet"}, {"measurand": "Energy.Active.Export.Register"}],
    ids=lambda other: next(iter(other)),
)
def test_every_register_counts_for_itself(scene: Scene, other: dict[str, Any]) -> None:
    tell(scene, 9)
    tell(scene, 4, **other)
    assert holds(registers(scene.trace))


def test_what_is_no_register_may_fall(scene: Scene) -> None:
    tell(scene, 9, measurand=IMPORT)
    tell(scene, 4, measurand=IMPORT)
    assert list(registers(scene.trace)) == []


def test_registers_are_read_in_the_order_of_their_time(scene: Scene) -> None:
    """A queue that is emptied late tells older values after newer ones."""
    scene.event(1, told={"evse": {"id": 1}, **metered(EPOCH + 60, {"value": 8})})
    scene.event(2, told={"evse": {"id": 1}, **metered(EPOCH + 10, {"value": 3})})
    assert holds(registers(scene.trace))


def test_a_lower_value_on_purpose_is_nobodys_offence(scene: Scene) -> None:
    tell(scene, 9)
    scene.event(7, told={"evse": {"id": 1}, **metered(scene.at + 9, {"value": 1})}, deliberate=True)
    scene.station(loop_res(meter=MeterInfo(meter_id="M", charged_energy_reading_wh=5)))
    scene.station(loop_res(meter=MeterInfo(meter_id="M", charged_energy_reading_wh=1)), deliberate=True)
    assert holds(registers(scene.trace))


@pytest.mark.parametrize(
    ("first", "second", "name"),
    [
        (
            MeterInfo(meter_id="M", charged_energy_reading_wh=5),
            MeterInfo(meter_id="M", charged_energy_reading_wh=4),
            "Charged",
        ),
        (
            MeterInfo(meter_id="M", charged_energy_reading_wh=5, bpt_discharged_energy_reading_wh=3),
            MeterInfo(meter_id="M", charged_energy_reading_wh=6, bpt_discharged_energy_reading_wh=2),
            "Discharged",
        ),
    ],
)  # fmt: skip
def test_a_reading_to_the_ev_that_falls(scene: Scene, first: MeterInfo, second: MeterInfo, name: str) -> None:
    before, after = scene.station(loop_res(meter=first)), scene.station(loop_res(meter=second))
    (found,) = (one for one in registers(scene.trace) if one.verdict is Verdict.FAIL)
    assert found.entries == (before.number, after.number)
    assert name in found.detail


def test_readings_count_anew_with_meter_session_and_service(scene: Scene) -> None:
    scene.station(loop_res(meter=MeterInfo(meter_id="M", charged_energy_reading_wh=50)))
    scene.station(loop_res(meter=MeterInfo(meter_id="N", charged_energy_reading_wh=40)))
    scene.station(loop_res(meter=MeterInfo(meter_id="N", charged_energy_reading_wh=30), session=OTHER_SESSION))
    scene.station(ServiceSelectionRes(header=header(SESSION), response_code=ResponseCode.OK))
    scene.station(loop_res(meter=MeterInfo(meter_id="N", charged_energy_reading_wh=2), session=OTHER_SESSION))
    assert holds(registers(scene.trace))


def loop(scene: Scene, amperes: int, times: int = 3) -> None:
    for _ in range(times):
        scene.ev(loop_req())
        scene.station(loop_res(amperes))


def power(scene: Scene, watts: float, measurand: str = IMPORT, **sampled: Any) -> Entry:
    return tell(scene, watts, measurand=measurand, **sampled)


def test_power_is_that_of_the_cable_and_nothing_from_a_stop_on(scene: Scene) -> None:
    loop(scene, 50, 1)
    scene.ev(stop_power_req())
    scene.station(stop_power_res())
    assert [one.watts for one in cable_power(scene.trace)] == [20_000.0, 0.0]


@pytest.mark.parametrize(
    ("amperes", "watts", "measurand"),
    [(50, 20_000, IMPORT), (50, 19_100, IMPORT), (50, 0, EXPORT),
     (-30, 12_000, EXPORT), (-30, 0, IMPORT), (0, 140, IMPORT)],
)  # fmt: skip
def test_power_that_agrees(scene: Scene, amperes: int, watts: float, measurand: str) -> None:
    loop(scene, amperes)
    power(scene, watts, measurand)
    loop(scene, amperes)
    assert holds(power_agrees(scene.trace))


@pytest.mark.parametrize(
    ("amperes", "watts", "measurand"),
    [(50, 2_000, IMPORT), (50, 20, IMPORT), (50, 20_000, EXPORT),
     (-30, 12_000, IMPORT), (-30, 0, EXPORT), (0, 200, IMPORT)],
)  # fmt: skip
def test_power_that_does_not_agree(scene: Scene, amperes: int, watts: float, measurand: str) -> None:
    loop(scene, amperes)
    bad = power(scene, watts, measurand)
    loop(scene, amperes)
    (found,) = power_agrees(scene.trace)
    assert found.verdict is Verdict.FAIL
    assert bad.number in found.entries
    assert f"{measurand} is {watts} W" in found.detail
    assert list(power_agrees(scene.trace.about(Role.EV))) == []


def test_while_power_ramps_anything_between_is_right(scene: Scene) -> None:
    loop(scene, 10)
    power(scene, 11_000)
    loop(scene, 50)
    assert holds(power_agrees(scene.trace))


@pytest.mark.parametrize("sides", ["neither", "before", "behind"])
def test_what_the_cable_carried_must_be_known_on_both_sides(scene: Scene, sides: str) -> None:
    if sides == "before":
        loop(scene, 50)
    power(scene, 7)
    if sides == "behind":
        loop(scene, 50)
    scene.ev(check_req(), 10.0)
    assert list(power_agrees(scene.trace)) == []


@pytest.mark.parametrize(
    "other", [{"location": "Inlet"}, {"phase": "L1"}, {"evse": 0}], ids=lambda other: next(iter(other))
)
def test_other_power_is_not_compared(scene: Scene, other: dict[str, Any]) -> None:
    loop(scene, 50)
    power(scene, 7, **other)
    loop(scene, 50)
    assert list(power_agrees(scene.trace)) == []


def test_power_that_is_wrong_on_purpose_is_not_judged(scene: Scene) -> None:
    loop(scene, 50)
    scene.event(1, told={"evse": {"id": 1}, **metered(scene.at, {"value": 7, "measurand": IMPORT})}, deliberate=True)
    loop(scene, 50)
    assert list(power_agrees(scene.trace)) == []


def test_a_stop_bounds_what_is_known(scene: Scene) -> None:
    loop(scene, 50)
    scene.ev(stop_power_req())
    scene.station(stop_power_res())
    late = scene.event(9, told={"evse": {"id": 1}, **metered(scene.at - 0.15, {"value": 30_000, "measurand": IMPORT})})
    assert [one[-1] for one in offences(power_agrees(scene.trace))] == [late.number]


def test_a_message_without_meter_values_has_no_samples(scene: Scene) -> None:
    scene.event(0, "Started")
    scene.station(replace(loop_res()))
    assert list(samples(scene.trace)) == []
