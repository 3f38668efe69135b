"""Everything that interrupts or accompanies the flow of energy, with alternating current and megawatts as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from harness.checks.rules import ALL_RULES
from harness.core.case import Role
from harness.core.verdict import Verdict
from harness.endpoints.ev.car import DYNAMIC, SCHEDULED
from harness.endpoints.ev.ev import Ev
from harness.messages.iso20.common import (
    MeteringConfirmationRes,
    PowerDeliveryReq,
    ScheduleExchangeReq,
    ServiceSelectionReq,
    SessionStopReq,
    VehicleCheckOutRes,
)
from harness.messages.iso20.energy import EnergyService
from harness.transports.clock import run
from harness.transports.memory import in_pieces, joined
from tests.endpoints_v2g.conftest import LABORATORY, Lab

if TYPE_CHECKING:
    from tests.endpoints_v2g.conftest import Meet

PLAIN = Ev(tls=False, loops=40)
AC_BPT, AC, MCS, MCS_BPT = EnergyService.AC_BPT, EnergyService.AC, EnergyService.MCS, EnergyService.MCS_BPT
EVERYTHING = msgspec.structs.replace(LABORATORY, services=tuple(int(each) for each in EnergyService))


def having(**changes: Any) -> Any:
    return msgspec.structs.replace(EVERYTHING, **changes)


def car(service: EnergyService, mode: str) -> Ev:
    ev = PLAIN.on_ac() if service in {AC, AC_BPT} else PLAIN
    return ev.with_car(service=int(service), control_mode=mode)


def eventful(before: EnergyService, after: EnergyService, mode: str) -> Ev:
    """An EV that does all it can in one session."""
    ev = car(before, mode).with_car(wanted_vas=(65, 66)).standing_by(after=4, lasting=20.0)
    ev = ev.renegotiating_schedule(after=8, departure_time=3000)
    return ev.renegotiating_service(after=20, service=int(after))


CONFIRMING = having(notification_plan=((2.0, "metering_confirmation"),))


@pytest.mark.parametrize("observer", [Role.EV, Role.STATION])
@pytest.mark.parametrize("mode", [DYNAMIC, SCHEDULED])
@pytest.mark.parametrize(("before", "after"), [(AC_BPT, AC), (AC, AC_BPT), (MCS_BPT, MCS), (MCS, EnergyService.DC_BPT)])
def test_one_session_has_it_all(
    meet: Meet, before: EnergyService, after: EnergyService, mode: str, observer: Role
) -> None:
    lab = meet(eventful(before, after, mode), settings=CONFIRMING, observer=observer)

    assert (lab.outcome.state, lab.outcome.why, lab.violations(), lab.expired()) == ("finished", "", [], [])
    progress = [str(ask.charge_progress) for ask in lab.said(PowerDeliveryReq) if ask.charge_progress != "Standby"]
    assert progress == ["Start", "Start", "ScheduleRenegotiation", "Start", "Stop", "Start", "Stop"]
    selected = [ask.selected_energy_transfer_service.service_id for ask in lab.said(ServiceSelectionReq)]
    assert selected == [before, after]
    assert [str(ask.charging_session) for ask in lab.said(SessionStopReq)] == ["ServiceRenegotiation", "Terminate"]
    assert len(lab.said(ScheduleExchangeReq)) == 6
    assert len(lab.said(MeteringConfirmationRes)) == 1
    assert lab.said(VehicleCheckOutRes)


@pytest.mark.parametrize("service", [AC_BPT, MCS_BPT])
@pytest.mark.parametrize(
    "way", [{"notification_plan": ((1.0, "pause"),)}, {"go_to_pause": True}], ids=["loop", "schedule"]
)
def test_station_sends_any_ev_into_a_pause(service: EnergyService, way: dict[str, Any]) -> None:
    async def session() -> Lab:
        lab = Lab(having(**way))
        ev = car(service, DYNAMIC)
        await lab.drive(ev)
        await lab.drive(ev.having(resume=lab.outcome.session_id))
        return lab

    lab = run(session(), virtual=True)

    assert [(outcome.state, outcome.why) for outcome in lab.outcomes] == [("paused", ""), ("finished", "")]
    assert lab.violations() == []


@pytest.mark.parametrize("wish", ["terminate", "service_renegotiation", "schedule_renegotiation", "exit_standby"])
def test_station_turns_any_standby_into_something_else(meet: Meet, wish: str) -> None:
    ev = car(AC_BPT, SCHEDULED).standing_by(after=4, lasting=3000.0)
    lab = meet(ev, settings=having(notification_plan=((40.0, wish),)))

    assert (lab.outcome.state, lab.violations(), lab.expired()) == ("finished", [], [])
    assert lab.trace.entries[-1].at - lab.trace.entries[0].at < 120.0


@pytest.mark.parametrize("segmentation", [in_pieces(1), joined], ids=["ones", "joined"])
def test_streams_may_split_and_join_frames_of_all_streams_at_will(meet: Meet, segmentation: Any) -> None:
    lab = meet(eventful(AC_BPT, AC, SCHEDULED), settings=CONFIRMING, segmentation=segmentation)

    assert (lab.outcome.state, lab.violations(), lab.expired()) == ("finished", [], [])


@pytest.mark.parametrize("mode", [DYNAMIC, SCHEDULED])
@pytest.mark.parametrize(("before", "after"), [(AC_BPT, AC), (EnergyService.DC, EnergyService.DC_BPT)])
def test_no_rule_takes_offence(meet: Meet, before: EnergyService, after: EnergyService, mode: str) -> None:
    trace = meet(eventful(before, after, mode), settings=CONFIRMING).trace

    found = [(rule.id, one.detail) for rule in ALL_RULES for one in rule.find(trace) if one.verdict is Verdict.FAIL]
    assert found == []


def test_reading_is_confirmed_beside_the_very_last_cycle(meet: Meet) -> None:
    lab = meet(car(EnergyService.DC, DYNAMIC).having(loops=11), settings=CONFIRMING)

    names = lab.names()
    asked = names.index("MeteringConfirmationReq")
    assert "PowerDeliveryReq" in names[asked:] and "DC_ChargeLoopReq" not in names[asked:]
    assert (lab.outcome.state, lab.violations()) == ("finished", [])
