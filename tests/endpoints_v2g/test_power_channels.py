"""Two power channels (BPTChannel 2): the EV says which it means, and no power flows by the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from harness.endpoints.ev.car import DYNAMIC, SCHEDULED
from harness.endpoints.ev.ev import Ev
from harness.endpoints.phases import total
from harness.messages.iso20.ac import AcChargeLoopReq
from harness.messages.iso20.common import ChannelSelection, ChargeProgress, PowerDeliveryReq
from harness.messages.iso20.dc import DcChargeLoopRes
from harness.messages.iso20.energy import EnergyService
from tests.endpoints_v2g.conftest import LABORATORY

if TYPE_CHECKING:
    from tests.endpoints_v2g.conftest import Lab, Meet

SERVICES = (EnergyService.DC_BPT, EnergyService.AC_BPT)
CHARGE, DISCHARGE = ChannelSelection.CHARGE, ChannelSelection.DISCHARGE


def separated(meet: Meet, ev: Ev, *channels: int, **settings: Any) -> Lab:
    offered = {"bpt_channels": channels or (2,), "pricings": (0,), "services": SERVICES}
    return meet(ev, settings=msgspec.structs.replace(LABORATORY, **offered, **settings))


def plain(mode: str = DYNAMIC, *, alternating: bool = False, **car: Any) -> Ev:
    ev = Ev(tls=False, loops=25)
    ev = ev.on_ac() if alternating else ev
    return ev.with_car(control_mode=mode, bpt_channel=2, **car)


def flowed(lab: Lab) -> list[float]:
    direct = [float(m.evse_present_current) * float(m.evse_present_voltage) for m in lab.said(DcChargeLoopRes)]
    return direct or [total(m.control_mode, "ev_present_active_power") or 0.0 for m in lab.said(AcChargeLoopReq)]


def selections(lab: Lab) -> list[ChannelSelection | None]:
    return [m.bpt_channel_selection for m in lab.said(PowerDeliveryReq) if m.charge_progress is ChargeProgress.START]


@pytest.mark.parametrize("alternating", [False, True], ids=["direct", "alternating"])
@pytest.mark.parametrize(
    ("wish", "channel", "sign"), [(None, CHARGE, 1), (9_000.0, CHARGE, 1), (-9_000.0, DISCHARGE, -1)]
)
def test_ev_names_the_channel_that_it_means(
    meet: Meet, alternating: bool, wish: float | None, channel: ChannelSelection, sign: int
) -> None:
    lab = separated(meet, plain(SCHEDULED, alternating=alternating, wanted_power=wish))

    assert selections(lab) == [channel]
    assert flowed(lab)[-1] * sign > 5_000
    assert (lab.outcome.state, lab.violations()) == ("finished", [])


@pytest.mark.parametrize("alternating", [False, True], ids=["direct", "alternating"])
@pytest.mark.parametrize(("wish", "setpoint"), [(None, -8_000.0), (-8_000.0, 8_000.0)])
def test_nothing_flows_by_the_other_channel(meet: Meet, alternating: bool, wish: float | None, setpoint: float) -> None:
    ev = plain(DYNAMIC, alternating=alternating, wanted_power=wish)
    lab = separated(meet, ev, site_plan=((0.0, setpoint),))

    assert set(flowed(lab)) == {0.0}


def test_one_channel_needs_no_word(meet: Meet) -> None:
    lab = separated(meet, plain(), 1, site_plan=((0.0, -8_000.0),))

    assert selections(lab) == [None]
    assert flowed(lab)[-1] == pytest.approx(-8_000, rel=0.01)


def test_stop_names_no_channel(meet: Meet) -> None:
    lab = separated(meet, plain())

    assert lab.said(PowerDeliveryReq)[-1].bpt_channel_selection is None


@pytest.mark.parametrize("alternating", [False, True], ids=["direct", "alternating"])
def test_choice_outlives_a_pause(meet: Meet, alternating: bool) -> None:
    first = plain(SCHEDULED, alternating=alternating, wanted_power=-9_000.0).having(pause=True)
    settings = {"bpt_channels": (2,), "pricings": (0,), "services": SERVICES}
    lab = meet(first, first.having(pause=False), settings=msgspec.structs.replace(LABORATORY, **settings))

    assert [outcome.state for outcome in lab.outcomes] == ["paused", "finished"]
    assert selections(lab) == [DISCHARGE, DISCHARGE]
    assert flowed(lab)[-1] == pytest.approx(-9_000, rel=0.01)
