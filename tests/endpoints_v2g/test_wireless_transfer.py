"""Wireless transfer: over the coil, paired, aligned, charged, paused and resumed; and every refusal on the way."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from harness.endpoints.coils import GroundCoil, Methods, VehicleCoil
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.station import Station
from harness.messages.iso20.energy import EnergyService
from harness.messages.iso20.types import Processing, ResponseCode
from harness.messages.iso20.wpt import (
    WptAlignmentCheckReq,
    WptAlignmentCheckRes,
    WptChargeLoopReq,
    WptChargeLoopRes,
    WptChargeParameterDiscoveryReq,
    WptChargeParameterDiscoveryRes,
    WptFinePositioningMethod,
    WptFinePositioningMethodList,
    WptFinePositioningReq,
    WptFinePositioningRes,
    WptFinePositioningSetupRes,
    WptPairingReq,
    WptPairingRes,
)
from harness.transports.clock import run
from tests.endpoints_v2g.conftest import LABORATORY, Lab, Meet

STATION = replace(LABORATORY, services=(EnergyService.WPT,))
CAR = Ev(tls=False).over_a_coil()


@pytest.mark.parametrize("ev", [CAR.dynamic(), CAR.scheduled()], ids=["dynamic", "scheduled"])
def test_whole_session_over_a_coil(meet: Meet, ev: Ev) -> None:
    lab = meet(ev, settings=STATION)

    assert (lab.outcome.state, lab.outcome.why) == ("finished", "")
    assert lab.violations() == []
    order = [name for name in dict.fromkeys(lab.names()) if name.startswith("WPT") and name.endswith("Req")]
    steps = ("FinePositioningSetup", "FinePositioning", "Pairing", "ChargeParameterDiscovery", "AlignmentCheck")
    assert order == [f"WPT_{step}Req" for step in (*steps, "ChargeLoop")]
    assert len(lab.said(WptChargeLoopRes)) == 5
    assert lab.outcome.soc > 40.0
    assert "EnergyStarted" in lab.happenings()


def test_each_side_waits_until_the_other_is_done(meet: Meet) -> None:
    lab = meet(CAR, settings=STATION)

    for request, response in (
        (WptFinePositioningReq, WptFinePositioningRes),
        (WptPairingReq, WptPairingRes),
        (WptAlignmentCheckReq, WptAlignmentCheckRes),
    ):
        told = [one.evse_processing for one in lab.said(response)]
        assert told == [Processing.ONGOING] * 2 + [Processing.FINISHED] * 2
        assert [one.ev_processing for one in lab.said(request)] == [Processing.ONGOING] * 3 + [Processing.FINISHED]


def test_power_keeps_to_the_limit_of_the_coil_and_of_the_backend(meet: Meet) -> None:
    lab = meet(CAR, settings=STATION, prepare=lambda lab: lab.cap(3_000.0))

    loops = lab.said(WptChargeLoopRes)
    assert {float(one.spc_max_output_power_limit) for one in loops} == {3_000.0}
    assert max(float(one.evpc_power_request) for one in loops) <= 3_000.0


def test_paused_session_goes_on_with_charge_parameters() -> None:
    async def session() -> Lab:
        lab = Lab(STATION)
        await lab.drive(CAR.scheduled().having(pause=True))
        await lab.drive(CAR.scheduled().having(resume=lab.outcome.session_id))
        return lab

    lab = run(session(), virtual=True)
    assert [outcome.state for outcome in lab.outcomes] == ["paused", "finished"]
    assert len({outcome.session_id for outcome in lab.outcomes}) == 1
    assert lab.violations() == []
    assert len(lab.said(WptFinePositioningReq)) == len(lab.said(WptPairingReq)) == 4


def refused(lab: Lab, kind: type, code: ResponseCode) -> None:
    answers = lab.said(kind)
    assert answers[-1].response_code is code
    assert lab.outcome.state == "failed"


def test_coil_that_knows_no_common_way(meet: Meet) -> None:
    strange = Methods(positioning=(WptFinePositioningMethod.PROPRIETARY,))
    ev = CAR.with_car(coil=VehicleCoil(methods=strange))
    refused(meet(ev, settings=STATION), WptFinePositioningSetupRes, ResponseCode.FAILED_ASSOCIATION_ERROR)


def test_ev_leaves_where_the_station_names_no_common_way(meet: Meet) -> None:
    station = replace(STATION, coil=GroundCoil(rounds=0))
    proprietary = WptFinePositioningMethodList(wpt_fine_positioning_method=(WptFinePositioningMethod.PROPRIETARY,))
    bent = Station().but(WptFinePositioningSetupRes, primary_device_fine_positioning_method_list=proprietary)
    lab = meet(CAR, settings=station, port=bent)
    assert lab.outcome.state == "unfinished"
    assert "no common way" in lab.outcome.why


def test_code_of_another_coil(meet: Meet) -> None:
    ev = CAR.but(WptPairingReq, observed_id_code=1)
    refused(meet(ev, settings=STATION), WptPairingRes, ResponseCode.FAILED_ASSOCIATION_ERROR)


@pytest.mark.parametrize(("highest", "lowest"), [(90, 50), (400, 300), (150, 200)])
def test_coil_out_of_reach(meet: Meet, highest: int, lowest: int) -> None:
    ev = CAR.but(WptChargeParameterDiscoveryReq, sd_max_ground_clearence=highest, sd_min_ground_clearence=lowest)
    refused(meet(ev, settings=STATION), WptChargeParameterDiscoveryRes, ResponseCode.FAILED_WRONG_CHARGE_PARAMETER)


def test_meter_reading_and_display_reach_the_station(meet: Meet) -> None:
    lab = meet(CAR, settings=STATION)
    assert all(one.display_parameters is not None for one in lab.said(WptChargeLoopReq))
    assert lab.said(WptChargeLoopRes)[0].meter_info is not None
    assert "DisplayGiven" in lab.happenings()
