"""Requests that the EV makes because a case wants them, beside those of its own way."""

from __future__ import annotations

from harness.endpoints.behaviour import Say
from harness.endpoints.bending import Bender
from harness.endpoints.ev.ev import Ev
from harness.kit.detours import asking_for_every_service, unoffered
from harness.messages.iso20.common import (
    ChargingSession,
    SelectedService,
    Service,
    ServiceDetailReq,
    ServiceDiscoveryRes,
    ServiceList,
    ServiceSelectionReq,
    SessionStopReq,
)
from harness.messages.iso20.types import MessageHeader, ResponseCode

HEADER = MessageHeader(session_id=bytes(8), time_stamp=0)
OFFER = ServiceDiscoveryRes(
    header=HEADER,
    response_code=ResponseCode.OK,
    service_renegotiation_supported=False,
    energy_transfer_service_list=ServiceList(
        service=tuple(Service(service_id=each, free_service=True) for each in (6, 2, 8))
    ),
)
SELECTION = ServiceSelectionReq(
    header=HEADER, selected_energy_transfer_service=SelectedService(service_id=6, parameter_set_id=1)
)


def test_every_service_is_asked_for_once_and_its_own_last() -> None:
    bender = Bender(asking_for_every_service(Ev()).bends)

    said = [bender.bend(OFFER, (Say(message=ServiceDetailReq(header=HEADER, service_id=6)),))]
    said += [bender.bend(None, (Say(message=SELECTION),)) for _ in range(3)]

    messages = [step.message for steps in said for step in steps if isinstance(step, Say)]
    assert [getattr(one, "service_id", None) for one in messages] == [2, 8, 6, None]
    assert messages[-1] == SELECTION


def test_an_ev_that_nothing_suits_asks_on() -> None:
    farewell = SessionStopReq(header=HEADER, charging_session=ChargingSession.TERMINATE)
    bender = Bender(asking_for_every_service(Ev()).bends)

    said = [bender.bend(OFFER, (Say(message=ServiceDetailReq(header=HEADER, service_id=6)),))]
    said += [bender.bend(None, (Say(message=one),)) for one in (farewell, SELECTION, farewell)]

    messages = [step.message for steps in said for step in steps if isinstance(step, Say)]
    assert [getattr(one, "service_id", None) for one in messages] == [2, 8, 6, None]
    assert messages[-1] == farewell


def test_an_unoffered_number_is_near_those_offered() -> None:
    assert unoffered([1, 2, 4]) == 3
    assert unoffered([]) == 1
    assert unoffered(range(3)) == 3
