"""Services beside the transfer of energy: offered, filtered, detailed, selected, refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from harness.core.case import Role
from harness.core.errors import UserError
from harness.endpoints.behaviour import Moment, Say
from harness.endpoints.ev import services
from harness.endpoints.ev.ev import Ev
from harness.endpoints.ev.evcc import Evcc
from harness.endpoints.station.refusals import filled
from harness.endpoints.station.station import Station
from harness.endpoints.station.value_added import INTERNET, ValueAdded
from harness.messages.iso20.common import (
    BoolValue,
    FiniteString,
    IntValue,
    RationalNumberValue,
    SelectedService,
    SelectedServiceList,
    Service,
    ServiceDetailReq,
    ServiceDetailRes,
    ServiceDiscoveryReq,
    ServiceDiscoveryRes,
    ServiceList,
    ServiceParameterList,
    ServiceSelectionReq,
    ServiceSelectionRes,
)
from harness.messages.iso20.types import ResponseCode
from tests.endpoints_v2g.conftest import LABORATORY

if TYPE_CHECKING:
    from tests.endpoints_v2g.conftest import Lab, Meet

WASH = ValueAdded(
    service_id=4711,
    sets={7: {"Wax": True, "Rounds": 2, "Litres": 12.5, "Program": "deluxe"}},
    free=False,
)
PLAIN = Ev(tls=False)


def wanting(*services: int) -> Ev:
    return PLAIN.with_car(wanted_vas=services)


def offering(*services: ValueAdded) -> Any:
    return msgspec.structs.replace(LABORATORY, value_added_services=services)


def listed(lab: Lab) -> list[int]:
    """Ids in the VASList."""
    vas = lab.said(ServiceDiscoveryRes)[0].vas_list
    return [] if vas is None else [service.service_id for service in vas.service]


def test_station_lists_what_it_has_beside_energy(meet: Meet) -> None:
    lab = meet(PLAIN)

    assert listed(lab) == [65, 66]
    assert lab.said(ServiceSelectionReq)[0].selected_vas_list is None
    assert (lab.outcome.state, lab.violations()) == ("finished", [])


def test_station_without_any_sends_no_list(meet: Meet) -> None:
    lab = meet(PLAIN, settings=offering())

    assert lab.said(ServiceDiscoveryRes)[0].vas_list is None


@pytest.mark.parametrize(("known", "heard"), [((66, 1, 2), [66]), ((6,), []), ((65, 66), [65, 66])])
def test_known_ids_shorten_the_list_of_value_added_services_alone(
    meet: Meet, known: tuple[int, ...], heard: list[int]
) -> None:
    lab = meet(PLAIN.having(supported_services=known))

    assert lab.said(ServiceDiscoveryReq)[0].supported_service_ids.service_id == known
    energy = lab.said(ServiceDiscoveryRes)[0].energy_transfer_service_list.service
    everything = meet(PLAIN).said(ServiceDiscoveryRes)[0].energy_transfer_service_list.service
    assert (listed(lab), energy) == (heard, everything)


def test_service_that_the_ev_did_not_hear_of_has_no_details(meet: Meet) -> None:
    ev = PLAIN.having(supported_services=(66,)).but(ServiceDetailReq, service_id=65)
    lab = meet(ev)

    assert lab.said(ServiceDetailRes)[-1].response_code is ResponseCode.FAILED_SERVICE_ID_INVALID


def test_ev_asks_for_the_details_of_all_that_it_wants_and_selects_it(meet: Meet) -> None:
    lab = meet(wanting(4711, 65, 99), settings=offering(INTERNET, WASH))

    asked = [ask.service_id for ask in lab.said(ServiceDetailReq)]
    assert asked[1:] == [4711, 65]
    selected = lab.said(ServiceSelectionReq)[0].selected_vas_list.selected_service
    assert [(one.service_id, one.parameter_set_id) for one in selected] == [(4711, 7), (65, 3)]
    assert lab.said(ServiceSelectionRes)[0].response_code is ResponseCode.OK
    assert (lab.outcome.state, lab.violations()) == ("finished", [])


def test_parameters_travel_as_what_they_are(meet: Meet) -> None:
    lab = meet(wanting(4711), settings=offering(WASH))

    (chosen,) = lab.said(ServiceDetailRes)[-1].service_parameter_list.parameter_set
    values = {one.parameter_name: one.value for one in chosen.parameter}
    assert (values["Wax"], values["Rounds"]) == (BoolValue(value=True), IntValue(value=2))
    assert values["Program"] == FiniteString(value="deluxe")
    litres = values["Litres"]
    assert isinstance(litres, RationalNumberValue)
    assert litres.value * 10.0**litres.exponent == 12.5
    (service,) = lab.said(ServiceDiscoveryRes)[0].vas_list.service
    assert service.free_service is False


@pytest.mark.parametrize("pair", [(65, 1), (67, 1), (6, 1)])
def test_selected_value_added_service_must_have_been_offered(meet: Meet, pair: tuple[int, int]) -> None:
    chosen = SelectedServiceList(selected_service=(SelectedService(service_id=pair[0], parameter_set_id=pair[1]),))
    lab = meet(PLAIN.but(ServiceSelectionReq, selected_vas_list=chosen))

    assert lab.said(ServiceSelectionRes)[0].response_code is ResponseCode.FAILED_SERVICE_SELECTION_INVALID
    assert lab.outcome.state == "failed"


@pytest.mark.parametrize(
    "bent",
    [
        Station().but(ServiceDiscoveryRes, vas_list=None),
        Station().but(ServiceDetailRes, nth=2, service_id=9),
        Station().but(ServiceSelectionRes, response_code=ResponseCode.WARNING_WPT),
    ],
    ids=["no list", "another service", "a warning"],
)
def test_ev_does_without_what_a_station_garbles(meet: Meet, bent: Station) -> None:
    lab = meet(wanting(65), port=bent, observer=Role.EV)

    assert lab.outcome.state == "finished"


def test_empty_lists_are_no_reason_to_fall_over() -> None:
    """No encoder of ours says these; a decoder of a lenient kind might bring them."""
    journey = Evcc(wanting(65)).journey
    moment = Moment(at=0.0)
    energy = ServiceList(service=(Service(service_id=journey.car.service, free_service=True),))
    offer: Any = filled(ServiceDiscoveryRes, energy_transfer_service_list=energy, vas_list=ServiceList(service=()))
    services.on_services(journey, offer, moment)
    assert journey.details_wanted == [journey.car.service]

    journey.details_wanted = [65]
    nothing: Any = filled(
        ServiceDetailRes, service_id=65, service_parameter_list=ServiceParameterList(parameter_set=())
    )
    (step,) = services.on_service_detail(journey, nothing, moment)
    assert isinstance(step, Say) and step.message.selected_vas_list is None


def test_service_without_parameters_cannot_be_offered() -> None:
    with pytest.raises(UserError, match="99"):
        ValueAdded(service_id=99, sets={})
    with pytest.raises(UserError, match="one set with one parameter"):
        ValueAdded(service_id=99, sets={1: {}})


def test_ev_leaves_a_station_that_tells_of_another_energy_service(meet: Meet) -> None:
    lab = meet(PLAIN, port=Station().but(ServiceDetailRes, service_id=2), observer=Role.EV)

    assert lab.said(ServiceSelectionReq) == []
    assert (lab.outcome.state, lab.outcome.why) == ("unfinished", "asked about service 6, told about 2")


def test_case_adds_a_service_to_those_there_are() -> None:
    station = Station().offering(4711, {1: {"Wax": True}}, free=False).offering(65, {9: {"Port": 21}})

    services = {one.service_id: one for one in station.settings.value_added_services}
    assert list(services) == [66, 4711, 65]
    assert services[65].sets == {9: {"Port": 21}}
    assert len(Station().settings.value_added_services) == 2
