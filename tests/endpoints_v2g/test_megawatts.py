"""The megawatt services: messages of direct current behind another connector, with other ratings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from harness.endpoints.ev.car import DYNAMIC, SCHEDULED
from harness.endpoints.ev.ev import Ev
from harness.endpoints.variant import variant_in
from harness.messages.iso20.common import ScheduleExchangeRes, ServiceDetailRes, ServiceSelectionReq
from harness.messages.iso20.dc import (
    BptDcCpdReqEnergyTransferMode,
    DcChargeLoopRes,
    DcChargeParameterDiscoveryReq,
    DcChargeParameterDiscoveryRes,
    DcCpdReqEnergyTransferMode,
)
from harness.messages.iso20.energy import EnergyService
from tests.endpoints_v2g.conftest import LABORATORY

if TYPE_CHECKING:
    from tests.endpoints_v2g.conftest import Lab, Meet

MCS, MCS_BPT = int(EnergyService.MCS), int(EnergyService.MCS_BPT)
YARD = msgspec.structs.replace(LABORATORY, services=(MCS_BPT, MCS))


def lorry(service: int, mode: str = DYNAMIC, loops: int = 40, **car: Any) -> Ev:
    return Ev(tls=False, loops=loops).on_megawatts(bidirectional=service == MCS_BPT, control_mode=mode, **car)


def last_power(lab: Lab) -> float:
    last = lab.said(DcChargeLoopRes)[-1]
    return float(last.evse_present_current) * float(last.evse_present_voltage)


@pytest.mark.parametrize("mode", [SCHEDULED, DYNAMIC])
@pytest.mark.parametrize("service", [MCS, MCS_BPT])
def test_lorry_charges_with_more_than_a_megawatt(meet: Meet, service: int, mode: str) -> None:
    lab = meet(lorry(service, mode), settings=YARD)

    assert (lab.outcome.state, lab.violations(), lab.expired()) == ("finished", [], [])
    assert last_power(lab) == pytest.approx(1_440_750, rel=0.01)
    block = BptDcCpdReqEnergyTransferMode if service == MCS_BPT else DcCpdReqEnergyTransferMode
    assert type(lab.said(DcChargeParameterDiscoveryReq)[0].energy_transfer_mode) is block
    assert lab.said(ServiceSelectionReq)[0].selected_energy_transfer_service.service_id == service


def test_parameter_sets_name_the_megawatt_connector(meet: Meet) -> None:
    lab = meet(lorry(MCS_BPT), settings=YARD)

    said = [variant_in(one) for one in lab.said(ServiceDetailRes)[0].service_parameter_list.parameter_set]
    assert {(one.connector, one.bpt_channel, one.nominal_voltage) for one in said} == {(1, 1, None)}


def test_ratings_are_those_of_the_service(meet: Meet) -> None:
    lab = meet(lorry(MCS_BPT, SCHEDULED), settings=YARD)

    told = lab.said(DcChargeParameterDiscoveryRes)[0].energy_transfer_mode
    assert (float(told.evse_maximum_charge_power), float(told.evse_maximum_voltage)) == (3_000_000, 1_250)
    (offered,) = lab.said(ScheduleExchangeRes)[-1].control_mode.schedule_tuple
    (entry,) = offered.charging_schedule.power_schedule.power_schedule_entries.power_schedule_entry
    assert float(entry.power) == 3_000_000


def test_lorry_feeds_a_ship(meet: Meet) -> None:
    settings = msgspec.structs.replace(YARD, site_plan=((0.0, -400_000.0),))
    lab = meet(lorry(MCS_BPT), settings=settings)

    assert last_power(lab) == pytest.approx(-400_000, rel=0.01)
