"""Parameter sets: what a station offers, which of them an EV picks, and what stays of the choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from harness.core.errors import UserError
from harness.endpoints.ev.car import DYNAMIC, SCHEDULED, Car
from harness.endpoints.ev.ev import Ev
from harness.endpoints.ev.wishes import pick
from harness.endpoints.station.offers import parameter_sets, variant_of, variants
from harness.endpoints.station.settings import StationSettings
from harness.endpoints.variant import Variant, parameter_set, variant_in
from harness.messages.iso20.common import (
    BoolValue,
    ByteValue,
    FiniteString,
    IntValue,
    Parameter,
    ParameterSet,
    RationalNumberValue,
    ServiceDetailRes,
    ServiceSelectionReq,
    ShortValue,
)
from harness.messages.iso20.energy import EnergyService
from tests.endpoints_v2g.conftest import LABORATORY

if TYPE_CHECKING:
    from tests.endpoints_v2g.conftest import Lab, Meet

AC, AC_BPT, MCS = int(EnergyService.AC), int(EnergyService.AC_BPT), int(EnergyService.MCS)


def laboratory(**settings: Any) -> StationSettings:
    return msgspec.structs.replace(LABORATORY, **settings)


def chosen(lab: Lab) -> Variant:
    """What the set that the EV selected says."""
    (selection,) = lab.said(ServiceSelectionReq)
    number = selection.selected_energy_transfer_service.parameter_set_id
    (detail,) = lab.said(ServiceDetailRes)
    return next(
        variant_in(one) for one in detail.service_parameter_list.parameter_set if one.parameter_set_id == number
    )


def sets(*variants: Variant) -> tuple[ParameterSet, ...]:
    return tuple(parameter_set(variant, number) for number, variant in enumerate(variants, 1))


def test_plain_sets_come_first_one_for_each_control_mode() -> None:
    first, second = variants(StationSettings(), EnergyService.DC_BPT)[:2]

    assert first == Variant(
        control_mode=SCHEDULED, needs_from=1, pricing=0, connector=2, bpt_channel=1, generator_mode=1
    )
    assert second == msgspec.structs.replace(first, control_mode=DYNAMIC)


def test_needs_from_the_station_go_with_dynamic_only() -> None:
    """V2G20-2663."""
    for service in (EnergyService.DC_BPT, AC_BPT, MCS):
        from_station = {one.control_mode for one in variants(StationSettings(), service) if one.needs_from == 2}
        assert from_station == {DYNAMIC}


def test_alternating_current_names_voltage_phases_and_grid_code() -> None:
    said = variants(StationSettings(islanding_detections=(2,)), AC_BPT)

    assert {one.nominal_voltage for one in said} == {230}
    assert {one.connector for one in said} == {1, 2}
    assert {one.islanding_detection for one in said} == {2}
    assert {one.islanding_detection for one in variants(StationSettings(), AC)} == {None}


@pytest.mark.parametrize("base", [0, 1])
def test_ids_count_from_the_base(base: int) -> None:
    settings = StationSettings(parameter_set_base=base)
    there = parameter_sets(settings, EnergyService.DC_BPT).parameter_set

    assert [one.parameter_set_id for one in there] == list(range(base, base + 9))
    for one in there:
        assert variant_of(settings, EnergyService.DC_BPT, one.parameter_set_id) == variant_in(one)
    assert variant_of(settings, EnergyService.DC_BPT, base - 1) is None
    assert variant_of(settings, EnergyService.DC_BPT, base + 9) is None


def test_ev_takes_set_zero(meet: Meet) -> None:
    lab = meet(Ev(tls=False, car=Car(control_mode=SCHEDULED)), settings=laboratory(parameter_set_base=0))

    assert lab.said(ServiceSelectionReq)[0].selected_energy_transfer_service.parameter_set_id == 0
    assert lab.outcome.state == "finished"


def test_more_sets_than_fit_are_an_error_that_says_what_to_do() -> None:
    with pytest.raises(UserError, match="36 parameter sets"):
        variants(StationSettings(bpt_channels=(1, 2)), AC_BPT)


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({}, {"control_mode": DYNAMIC, "needs_from": 1, "pricing": 0, "bpt_channel": 1}),
        ({"control_mode": SCHEDULED, "pricing": 1}, {"control_mode": SCHEDULED, "pricing": 1}),
        ({"pricing": 2}, {"control_mode": DYNAMIC, "pricing": 2, "needs_from": 1}),
        ({"needs_from": 2}, {"control_mode": DYNAMIC, "needs_from": 2, "pricing": 0}),
        ({"bpt_channel": 2}, {"bpt_channel": 2}),
        ({"generator_mode": 2}, {"generator_mode": 2}),
    ],
)
def test_ev_gets_what_it_wishes_for(meet: Meet, wishes: dict[str, Any], said: dict[str, Any]) -> None:
    settings = laboratory(bpt_channels=(1, 2), generator_modes=(1, 2), pricings=(0, 1, 2), mobility_needs_modes=(1, 2))
    settings = msgspec.structs.replace(settings, pricings=(0, 1, 2) if "pricing" in wishes else (0,))
    settings = msgspec.structs.replace(settings, bpt_channels=(1,) if "pricing" in wishes else (1, 2))
    lab = meet(Ev(tls=False).with_car(**wishes), settings=settings)

    got = chosen(lab)
    assert {name: getattr(got, name) for name in said} == said
    assert (lab.outcome.state, lab.violations()) == ("finished", [])


def test_ev_without_the_wish_takes_what_there_is() -> None:
    offered = sets(Variant(control_mode=DYNAMIC, pricing=2, bpt_channel=2, connector=4))

    assert pick(Car(), offered) is not None


def test_ev_that_knows_its_needs_takes_no_set_where_the_station_must() -> None:
    offered = sets(Variant(control_mode=DYNAMIC, needs_from=2))

    assert pick(Car(), offered) is None
    assert pick(Car(needs_from=2), offered) is not None


def test_what_a_peer_leaves_out_is_no_obstacle() -> None:
    bare = ParameterSet(parameter_set_id=0, parameter=())

    picked = pick(Car(), (bare,))
    assert picked == (bare, Variant())


@pytest.mark.parametrize(
    "value",
    [
        IntValue(value=2),
        ShortValue(value=2),
        ByteValue(value=2),
        RationalNumberValue(value=20, exponent=-1),
    ],
)
def test_numbers_of_any_kind_are_understood(value: Any) -> None:
    said = ParameterSet(parameter_set_id=1, parameter=(Parameter(parameter_name="ControlMode", value=value),))

    assert variant_in(said).control_mode == DYNAMIC


def test_strange_parameters_are_passed_over() -> None:
    said = ParameterSet(
        parameter_set_id=1,
        parameter=(
            Parameter(parameter_name="Colour", value=FiniteString(value="green")),
            Parameter(parameter_name="Pricing", value=FiniteString(value="cheap")),
            Parameter(parameter_name="BPTChannel", value=BoolValue(value=True)),
        ),
    )

    assert variant_in(said) == Variant(bpt_channel=1)


@pytest.mark.parametrize(("phases", "connector"), [(1, 1), (3, 3)])
def test_phases_pick_the_connector(phases: int, connector: int) -> None:
    offered = sets(Variant(control_mode=DYNAMIC, connector=3), Variant(control_mode=DYNAMIC, connector=1))

    picked = pick(Car(service=AC, phases=phases), offered)
    assert picked is not None
    assert picked[1].connector == connector
