"""The energy rules over ISO 15118-2 and DIN SPEC 70121: each holds in a good session and breaks where it should."""

from __future__ import annotations

from typing import Any

import pytest

from harness.checks.choices import choices
from harness.checks.codes import codes
from harness.checks.limits import discharge_agreed, limits_kept
from harness.checks.ranges import ranges
from harness.checks.rules import ALL_RULES
from harness.checks.schedules import profiles, targets
from harness.checks.schema import valid
from harness.core.case import Role
from harness.core.verdict import Verdict
from harness.messages import din, iso2
from tests.checks.older_scene import CHARGING, DIN, INTERNET, ISO2, Older
from tests.checks.scene import holds, offences

BOTH = pytest.mark.parametrize("protocol", [ISO2, DIN])


def whole(subject: Role | None = None, protocol: str = ISO2) -> Older:
    """A good session with a few cycles of the loop."""
    scene = Older(subject, protocol)
    scene.offer()
    scene.detail()
    scene.select((CHARGING, None), (INTERNET, 1))
    scene.parameters(10_000.0)
    scene.start(9_000.0)
    for _ in range(3):
        scene.ask()
        scene.answer()
    scene.stop()
    return scene


@BOTH
@pytest.mark.parametrize("rule", [limits_kept, choices, ranges, profiles, codes, valid])
def test_a_good_session_keeps_every_rule(rule: Any, protocol: str) -> None:
    assert holds(rule(whole(protocol=protocol).trace))


@BOTH
def test_a_good_session_breaks_no_rule_at_all(protocol: str) -> None:
    trace = whole(protocol=protocol).trace
    at_all = {"RULE-V2G-ALTERNATION", "RULE-V2G-REQUEST-TIME", "RULE-V2G-RESPONSE-TIME"}
    found = [finding for rule in ALL_RULES if rule.id not in at_all for finding in rule.over(trace)]
    assert [one for one in found if one.verdict is Verdict.FAIL] == []


def test_only_requirements_of_the_protocol_that_was_spoken_are_cited() -> None:
    for protocol, prefix in ((ISO2, "V2G2-"), (DIN, "V2G-DC-")):
        (finding,) = choices(whole(protocol=protocol).trace)
        assert finding.cites
        assert all(cited.startswith(prefix) for cited in finding.cites)
        scene = Older(Role.EV, protocol)
        scene.offer()
        scene.select((4, None))
        (bad,) = choices(scene.trace)
        assert bad.cites == finding.cites


@BOTH
@pytest.mark.parametrize("side", ["ev", "evse"])
@pytest.mark.parametrize("what", ["current", "power", "voltage"])
def test_more_than_either_side_allows(protocol: str, side: str, what: str) -> None:
    scene = Older(Role.STATION, protocol)
    size = scene.kit.physical
    low = {"current": size.amperes(8), "power": size.watts(3_000), "voltage": size.volts(350)}[what]
    changed = {f"{side}_maximum_{what}_limit": low}
    scene.parameters(**({"ev": changed} if side == "ev" else changed))
    scene.ask()
    bad = scene.answer()
    assert offences(limits_kept(scene.trace)) == [(bad.number,)]


@BOTH
def test_the_voltage_of_a_battery_that_nobody_charges_is_held_against_nobody(protocol: str) -> None:
    scene = Older(Role.STATION, protocol)
    scene.parameters()
    scene.answer(0.0, volts=600.0)
    assert holds(limits_kept(scene.trace))
    bad = scene.answer(2.0, volts=600.0)
    assert offences(limits_kept(scene.trace)) == [(bad.number,)]


@BOTH
def test_a_limit_that_the_loop_lowers_binds_after_a_while(protocol: str) -> None:
    scene = Older(Role.STATION, protocol)
    scene.parameters()
    scene.answer(20.0)
    lower = {"ev_maximum_current_limit": scene.kit.physical.amperes(5)}
    scene.ask(5.0, **lower)
    scene.answer(20.0)
    scene.ask(5.0, **lower)
    scene.ask(5.0, **lower)
    bad = scene.answer(20.0)
    assert offences(limits_kept(scene.trace)) == [(bad.number,)]
    scene.answer(30.0, response_code="FAILED")
    assert offences(limits_kept(scene.trace)) == [(bad.number,)]


@BOTH
def test_nothing_comes_back_in_protocols_that_know_charging_only(protocol: str) -> None:
    scene = Older(protocol=protocol)
    scene.parameters()
    scene.ask()
    scene.answer(-0.2)
    assert list(discharge_agreed(scene.trace)) == []
    asked, given = scene.ask(-10.0), scene.answer(-10.0)
    assert offences(discharge_agreed(scene.trace)) == [(asked.number,), (given.number,)]
    told = [finding.detail for finding in discharge_agreed(scene.trace)]
    assert all("this protocol knows charging only" in detail for detail in told)
    assert offences(discharge_agreed(scene.trace.about(Role.STATION))) == [(given.number,)]


@BOTH
@pytest.mark.parametrize(
    ("name", "unit", "size"),
    [
        ("evse_minimum_current_limit", "amperes", 30),
        ("evse_minimum_voltage_limit", "volts", 500),
        ("evse_maximum_current_limit", "amperes", -1),
        ("evse_peak_current_ripple", "amperes", -1),
    ],
)
def test_a_station_whose_values_do_not_fit(protocol: str, name: str, unit: str, size: float) -> None:
    scene = Older(protocol=protocol)
    _, bad = scene.parameters(**{name: getattr(scene.kit.physical, unit)(size)})
    assert offences(ranges(scene.trace)) == [(bad.number,)]


@BOTH
def test_an_ev_whose_values_do_not_fit(protocol: str) -> None:
    scene = Older(protocol=protocol)
    size = scene.kit.physical
    negative, _ = scene.parameters(ev={"ev_maximum_power_limit": size.watts(-1)})
    states, _ = scene.parameters(ev={"full_soc": 70, "bulk_soc": 80})
    current = scene.ask(10.0, ev_maximum_current_limit=size.amperes(5))
    voltage = scene.ask(volts=460.0, ev_maximum_voltage_limit=size.volts(450))
    assert offences(ranges(scene.trace)) == [(one.number,) for one in (negative, states, current, voltage)]
    percent = scene.ask(percent=101)
    assert offences(valid(scene.trace)) == [(percent.number,)]


def test_currents_of_an_ev_on_alternating_current() -> None:
    scene = Older()
    size = iso2.physical
    block = iso2.ac.AcEvChargeParameter(
        e_amount=size.watt_hours(20_000),
        ev_max_voltage=size.volts(400),
        ev_max_current=size.amperes(5),
        ev_min_current=size.amperes(6),
    )
    mode = iso2.codes.EnergyTransferMode.AC_THREE_PHASE_CORE
    bad = scene.ask_for(
        iso2.charging.ChargeParameterDiscoveryReq(requested_energy_transfer_mode=mode, ev_charge_parameter=block)
    )
    assert offences(ranges(scene.trace)) == [(bad.number,)]


def test_what_stands_beside_a_failed_code_only_fills_the_schema() -> None:
    scene = Older(Role.STATION)
    scene.tell(
        scene.station_parameters(0.0, response_code="FAILED", evse_maximum_current_limit=iso2.physical.volts(-1))
    )
    assert list(ranges(scene.trace)) == []


@BOTH
def test_what_was_never_offered_is_not_taken(protocol: str) -> None:
    scene = Older(Role.EV, protocol)
    scene.offer()
    detail = scene.ask_for(scene.kit.service.ServiceDetailReq(service_id=7))
    scene.detail()
    service, parameter_set = scene.select((9, None)), scene.select((INTERNET, 2))
    payment = scene.select(payment="Contract")
    scene.select((CHARGING, None), (INTERNET, 1))
    mode, _ = scene.parameters(mode="AC_single_phase_core")
    tuple_id = scene.start(1_000.0, tuple_id=3)
    expected = [(one.number,) for one in (detail, service, parameter_set, payment, mode, tuple_id)]
    assert offences(choices(scene.trace)) == expected


@pytest.mark.parametrize(
    ("had", "wanted", "fits"),
    [
        ("DC_extended", "DC_core", False),
        ("AC_core3p_DC_extended", "DC_extended", True),
        ("AC_core3p_DC_extended", "AC_three_phase_core", True),
        ("AC_core3p_DC_extended", "AC_single_phase_core", False),
        ("DC_dual", "DC_core", True),
    ],
)
def test_one_value_of_din_stands_for_several_connectors(had: str, wanted: str, fits: bool) -> None:
    scene = Older(Role.EV, DIN)
    scene.offer(had)
    scene.parameters(mode=wanted)
    assert bool(offences(choices(scene.trace))) is not fits


@BOTH
def test_profile_above_the_schedule(protocol: str) -> None:
    scene = Older(Role.EV, protocol)
    scene.parameters(10_000.0, 4_000.0)
    scene.start(10_000.0, 4_000.0)
    later, throughout = scene.start(10_000.0, 6_000.0), scene.start(9_000.0)
    assert offences(profiles(scene.trace)) == [(later.number,), (throughout.number,)]


def test_target_above_the_schedule() -> None:
    scene = Older(Role.EV)
    scene.parameters(4_000.0, 2_000.0)
    scene.start(4_000.0)
    scene.ask(10.0)
    bad = scene.ask(12.0)
    scene.answer(volts=330.0)
    scene.ask(12.0)
    scene.at += 3_600
    late = scene.ask(10.0)
    assert offences(targets(scene.trace)) == [(bad.number,), (late.number,)]


def test_a_renegotiated_schedule_binds_from_the_next_start_on() -> None:
    scene = Older(Role.EV)
    scene.parameters(8_000.0)
    scene.start()
    scene.ask(20.0)
    scene.parameters(2_000.0)
    scene.start()
    bad = scene.ask(20.0)
    assert offences(targets(scene.trace)) == [(bad.number,)]


def test_an_ev_of_din_may_pass_over_the_schedule() -> None:
    scene = Older(Role.EV, DIN)
    scene.parameters(4_000.0)
    scene.start(4_000.0)
    scene.ask(20.0)
    assert list(targets(scene.trace)) == []


def test_response_codes_stand_where_they_mean_something() -> None:
    scene = Older(Role.STATION)
    session: Any = iso2.session
    scene.tell(session.SessionSetupRes(response_code="OK_NewSessionEstablished", evse_id="DE*ABC*E1"))
    plain = scene.tell(session.SessionSetupRes(response_code="OK", evse_id="DE*ABC*E1"))
    strange = scene.tell(session.SessionStopRes(response_code="FAILED_TariffSelectionInvalid"))
    scene.tell(session.SessionStopRes(response_code="FAILED_SequenceError"))
    scene.tell(scene.station_parameters(0.0, response_code="FAILED_WrongEnergyTransferMode"))
    assert offences(codes(scene.trace)) == [(plain.number,), (strange.number,)]
    older, session = Older(Role.STATION, DIN), din.session
    bad = older.tell(session.SessionStopRes(response_code="FAILED_EVSEPresentVoltageToLow"))
    older.tell(older.station_parameters(0.0, response_code="FAILED_WrongEnergyTransferType"))
    assert offences(codes(older.trace)) == [(bad.number,)]
