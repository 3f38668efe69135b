"""The automated connection device: a bus stops under it, is connected, charges or gives, and is released."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.station import Station
from harness.messages.iso20.acdp import (
    AcdpConnectReq,
    AcdpDisconnectReq,
    AcdpDisconnectRes,
    AcdpSystemStatusReq,
    AcdpSystemStatusRes,
    AcdpVehiclePositioningReq,
    AcdpVehiclePositioningRes,
    MechanicalChargingDeviceStatus,
)
from harness.messages.iso20.dc import DcChargeLoopRes
from harness.messages.iso20.energy import EnergyService
from tests.endpoints_v2g.conftest import LABORATORY, Meet

STATION = replace(LABORATORY, services=(EnergyService.DC_ACDP_BPT, EnergyService.DC_ACDP))
BUS = Ev(tls=False).under_a_pantograph()


@pytest.mark.parametrize(
    "ev",
    [BUS.dynamic(), BUS.scheduled(), Ev(tls=False).under_a_pantograph(bidirectional=False)],
    ids=["dynamic", "scheduled", "charging only"],
)
def test_whole_session_under_the_device(meet: Meet, ev: Ev) -> None:
    lab = meet(ev, settings=STATION)

    assert (lab.outcome.state, lab.outcome.why) == ("finished", "")
    assert lab.violations() == []
    order = [name for name in dict.fromkeys(lab.names()) if name.endswith("Req")]
    first, last = order.index("ACDP_VehiclePositioningReq"), order.index("ACDP_DisconnectReq")
    assert order[first : first + 4] == [
        "ACDP_VehiclePositioningReq",
        "ACDP_ConnectReq",
        "ACDP_SystemStatusReq",
        "DC_ChargeParameterDiscoveryReq",
    ]
    assert order[last - 1 : last + 2] == ["DC_WeldingDetectionReq", "ACDP_DisconnectReq", "SessionStopReq"]
    assert len(lab.said(DcChargeLoopRes)) == 5


def test_device_takes_its_time_and_comes_home(meet: Meet) -> None:
    lab = meet(BUS, settings=replace(STATION, device_rounds=3))
    for kind in (AcdpVehiclePositioningReq, AcdpConnectReq, AcdpDisconnectReq):
        assert len(lab.said(kind)) == 4
    assert lab.said(AcdpDisconnectRes)[-1].evse_mechanical_charging_device_status is MechanicalChargingDeviceStatus.HOME


def test_state_is_told_beside_every_cycle(meet: Meet) -> None:
    lab = meet(BUS, settings=STATION)
    entries = [entry for entry in lab.trace if isinstance(entry.message, AcdpSystemStatusReq | AcdpSystemStatusRes)]
    assert {entry.stream for entry in entries} == {0x8103}
    assert len(lab.said(AcdpSystemStatusReq)) == len(lab.said(AcdpSystemStatusRes)) >= 5


def test_station_in_trouble_ends_the_transfer(meet: Meet) -> None:
    lab = meet(BUS.having(loops=50), settings=replace(STATION, emergency_shutdown=True))
    assert lab.outcome.state == "finished"
    assert len(lab.said(DcChargeLoopRes)) <= 2
    assert lab.violations() == []


def test_vehicle_that_moves_never_stands(meet: Meet) -> None:
    ev = BUS.but(AcdpVehiclePositioningReq, ev_mobility_status=True)
    lab = meet(ev, settings=STATION)
    assert not any(one.ev_in_charge_position for one in lab.said(AcdpVehiclePositioningRes))
    assert lab.outcome.state == "timeout"


def test_ev_leaves_where_the_device_cannot_reach_it(meet: Meet) -> None:
    bent = Station().but(AcdpVehiclePositioningRes, nth=3, ev_in_charge_position=False)
    lab = meet(BUS, settings=STATION, port=bent)
    assert lab.outcome.state == "unfinished"
    assert "cannot reach" in lab.outcome.why
