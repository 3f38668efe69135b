"""Checking in and out of a parking space beside the transfer of energy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from harness.core.case import Role
from harness.endpoints.ev.car import SCHEDULED
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.station import Station
from harness.endpoints.station.value_added import ValueAdded
from harness.messages.iso20.common import (
    ServiceSelectionReq,
    VehicleCheckInReq,
    VehicleCheckInRes,
    VehicleCheckOutReq,
    VehicleCheckOutRes,
)
from harness.messages.iso20.types import ResponseCode
from harness.transports.clock import run
from tests.endpoints_v2g.conftest import LABORATORY, Lab

if TYPE_CHECKING:
    from tests.endpoints_v2g.conftest import Meet

PARKING = Ev(tls=False).with_car(wanted_vas=(66,))


@pytest.mark.parametrize("observer", [Role.EV, Role.STATION])
def test_ev_checks_in_and_out(meet: Meet, observer: Role) -> None:
    lab = meet(PARKING, observer=observer)

    assert [str(ask.ev_check_in_status) for ask in lab.said(VehicleCheckInReq)] == ["CheckIn", "Completed"]
    assert [str(ask.ev_check_out_status) for ask in lab.said(VehicleCheckOutReq)] == ["CheckOut", "Processing"]
    answers = [str(reply.evse_check_out_status) for reply in lab.said(VehicleCheckOutRes)]
    assert answers == ["Scheduled", "Completed"]
    names = lab.names()
    assert names.index("VehicleCheckInReq") == names.index("ServiceSelectionRes") + 1
    assert names.index("VehicleCheckOutReq") > names.index("DC_WeldingDetectionRes")
    assert names[-2:] == ["SessionStopReq", "SessionStopRes"]
    kinds = (VehicleCheckInReq, VehicleCheckInRes, VehicleCheckOutReq, VehicleCheckOutRes)
    assert {e.body.payload_type for e in lab.trace if isinstance(e.message, kinds)} == {0x8104}  # type: ignore[union-attr]
    assert (lab.outcome.state, lab.violations(), lab.expired()) == ("finished", [], [])


def test_ev_does_only_what_it_selected(meet: Meet) -> None:
    only_out = ValueAdded(service_id=66, sets={5: {"IntendedService": 2, "ParkingStatusType": 1}})
    lab = meet(PARKING, settings=msgspec.structs.replace(LABORATORY, value_added_services=(only_out,)))

    assert lab.said(VehicleCheckInReq) == []
    assert len(lab.said(VehicleCheckOutReq)) == 2
    assert lab.outcome.state == "finished"


def test_ev_that_only_pauses_does_not_check_out(meet: Meet) -> None:
    lab = meet(PARKING.having(pause=True).with_car(control_mode=SCHEDULED))

    assert lab.said(VehicleCheckOutReq) == []
    assert (lab.outcome.state, lab.violations()) == ("paused", [])


def test_checking_in_without_having_selected_it_is_refused(meet: Meet) -> None:
    lab = meet(PARKING.having(linger=30.0).but(ServiceSelectionReq, selected_vas_list=None))

    assert lab.said(VehicleCheckInRes)[0].response_code is ResponseCode.FAILED_SEQUENCE_ERROR
    assert lab.names()[-1] == "VehicleCheckInRes"


@pytest.mark.parametrize("silent", [VehicleCheckInRes, VehicleCheckOutRes])
def test_missing_answer_is_noticed_by_a_timer_of_its_own(meet: Meet, silent: Any) -> None:
    lab = meet(PARKING, port=Station().silent_on(silent), observer=Role.EV)

    assert lab.expired() == ["V2G_EVCC_Msg_Timeout on 0x8104"]
    assert lab.outcome.state == "timeout"


def test_station_waits_for_energy_parameters_while_the_ev_parks(meet: Meet) -> None:
    lab = meet(PARKING.silent_on(VehicleCheckInReq, nth=2))

    assert lab.expired() == ["V2G_SECC_Sequence_Timeout"]


def test_ev_that_comes_back_checks_out_when_it_leaves_for_good() -> None:
    async def session() -> Lab:
        lab = Lab()
        first = PARKING.with_car(control_mode=SCHEDULED).renegotiating_service(after=2)
        await lab.drive(first.having(pause=True, loops=1))
        await lab.drive(first.having(resume=lab.outcome.session_id))
        return lab

    lab = run(session(), virtual=True)

    assert [outcome.state for outcome in lab.outcomes] == ["paused", "finished"]
    # Chosen anew after the pause, the space is not entered again.
    assert len(lab.said(VehicleCheckInReq)) == 2
    assert [str(ask.ev_check_out_status) for ask in lab.said(VehicleCheckOutReq)] == ["CheckOut", "Processing"]
    assert len(lab.said(ServiceSelectionReq)) == 2
    assert lab.violations() == []


def test_new_session_knows_nothing_of_the_old_one() -> None:
    async def session() -> Lab:
        lab = Lab()
        first = PARKING.with_car(control_mode=SCHEDULED)
        await lab.drive(first.having(pause=True))
        lab.listener.paused.forget()
        await lab.drive(first.with_car(wanted_vas=()).having(resume=lab.outcome.session_id))
        return lab

    lab = run(session(), virtual=True)

    assert lab.said(VehicleCheckOutReq) == []
    assert [outcome.state for outcome in lab.outcomes] == ["paused", "finished"]
