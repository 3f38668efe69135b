"""Pausing a session and coming back to it, or failing to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from harness.core.case import Role
from harness.endpoints.ev.car import DYNAMIC, SCHEDULED, Car
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.desk import Desk
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.resumption import PausedSessions, Visit, binding, identity_of
from harness.endpoints.station.station import Station
from harness.messages.iso20.common import (
    AuthorizationSetupReq,
    ServiceDiscoveryReq,
    SessionSetupReq,
    SessionSetupRes,
    SessionStopRes,
)
from harness.messages.iso20.dc import DcChargeLoopRes
from harness.messages.iso20.energy import EnergyService
from harness.messages.iso20.types import ResponseCode
from harness.transports.clock import run
from tests.endpoints_v2g.conftest import LABORATORY, Lab

if TYPE_CHECKING:
    from tests.endpoints_v2g.conftest import Meet

STRANGER = bytes.fromhex("0102030405060708")


def scheduled(**settings: Any) -> Ev:
    return Ev(tls=False, car=Car(service=EnergyService.DC_BPT, control_mode=SCHEDULED), **settings)


async def come_back(lab: Lab, first: Ev, **changes: Any) -> None:
    """Pause, then come back with the id that was given."""
    await lab.drive(first)
    again = msgspec.structs.replace(first, pause=False, resume=lab.outcome.session_id, **changes)
    await lab.drive(again)


def paused_and_back(first: Ev, **changes: Any) -> Lab:
    async def session() -> Lab:
        lab = Lab()
        await come_back(lab, first, **changes)
        return lab

    return run(session(), virtual=True)


@pytest.mark.parametrize("observer", [Role.STATION, Role.EV])
def test_paused_session_goes_on_at_charge_parameters(observer: Role) -> None:
    async def session() -> Lab:
        lab = Lab(observer=observer)
        await come_back(lab, scheduled(pause=True))
        return lab

    lab = run(session(), virtual=True)

    assert [outcome.state for outcome in lab.outcomes] == ["paused", "finished"]
    assert lab.outcomes[0].session_id == lab.outcomes[1].session_id
    joined = lab.said(SessionSetupRes)[1]
    assert joined.response_code is ResponseCode.OK_OLD_SESSION_JOINED
    names = lab.names()
    second = names[names.index("SessionStopRes") + 1 :]
    assert second[:5] == [
        "supportedAppProtocolReq",
        "supportedAppProtocolRes",
        "SessionSetupReq",
        "SessionSetupRes",
        "DC_ChargeParameterDiscoveryReq",
    ]
    assert not lab.said(AuthorizationSetupReq)[1:] and not lab.said(ServiceDiscoveryReq)[1:]
    assert lab.violations() == []


def test_meter_counts_the_service_session_across_the_pause() -> None:
    lab = paused_and_back(scheduled(pause=True, loops=40))

    readings = [reply.meter_info.charged_energy_reading_wh for reply in lab.said(DcChargeLoopRes)]
    assert readings[0] == 0 and readings == sorted(readings)
    assert readings[40] == readings[39] > 0


def test_what_is_charged_stays_in_the_battery() -> None:
    lab = paused_and_back(scheduled(pause=True))

    assert 40 < lab.outcomes[0].soc < lab.outcomes[1].soc


def test_other_ev_with_the_right_id_gets_a_new_session() -> None:
    lab = paused_and_back(scheduled(pause=True), car=Car(evcc_id="WMXVEV0000000000000018", control_mode=SCHEDULED))

    answer = lab.said(SessionSetupRes)[1]
    assert answer.response_code is ResponseCode.OK_NEW_SESSION_ESTABLISHED
    assert answer.header.session_id not in {lab.outcomes[0].session_id, bytes(8)}
    assert len(lab.said(AuthorizationSetupReq)) == 2
    assert (lab.outcome.state, lab.violations()) == ("finished", [])


def test_session_can_be_resumed_once_only() -> None:
    async def session() -> Lab:
        lab = Lab()
        await come_back(lab, scheduled(pause=True))
        await lab.drive(scheduled(resume=lab.outcomes[0].session_id))
        return lab

    lab = run(session(), virtual=True)

    codes = [answer.response_code for answer in lab.said(SessionSetupRes)]
    new, joined = ResponseCode.OK_NEW_SESSION_ESTABLISHED, ResponseCode.OK_OLD_SESSION_JOINED
    assert codes == [new, joined, new]


def test_restarted_station_has_forgotten() -> None:
    async def session() -> Lab:
        lab = Lab()
        await lab.drive(scheduled(pause=True))
        lab.listener.paused.forget()
        await lab.drive(scheduled(resume=lab.outcome.session_id))
        return lab

    lab = run(session(), virtual=True)

    assert lab.said(SessionSetupRes)[1].response_code is ResponseCode.OK_NEW_SESSION_ESTABLISHED
    assert lab.outcome.state == "finished"


def test_unknown_id_opens_a_new_session(meet: Meet) -> None:
    lab = meet(scheduled(resume=STRANGER))

    answer = lab.said(SessionSetupRes)[0]
    assert answer.response_code is ResponseCode.OK_NEW_SESSION_ESTABLISHED
    assert answer.header.session_id not in {STRANGER, bytes(8)}
    assert lab.outcome.state == "finished"


def test_ev_may_not_pause_unasked_in_dynamic_mode(meet: Meet) -> None:
    lab = meet(Ev(tls=False, pause=True, car=Car(control_mode=DYNAMIC)))

    assert lab.said(SessionStopRes)[-1].response_code is ResponseCode.FAILED_PAUSE_NOT_ALLOWED
    assert lab.outcome.state == "failed"
    assert "LinkLost" in lab.happenings()[-2:]


def test_station_may_ask_for_a_pause_in_dynamic_mode(meet: Meet) -> None:
    settings = msgspec.structs.replace(LABORATORY, notification_plan=((0.5, "pause"),))
    lab = meet(Ev(tls=False, loops=100, car=Car(control_mode=DYNAMIC)), settings=settings)

    assert lab.said(SessionStopRes)[-1].response_code is ResponseCode.OK
    assert lab.outcome.state == "paused"
    assert len(lab.said(DcChargeLoopRes)) == 4
    assert lab.listener.endings[0].how == "ended"


def test_ev_breaks_off_at_another_station() -> None:
    lab = paused_and_back(scheduled(pause=True), resume_evse_id="CA*V2X*E9999")

    assert lab.outcome.state == "failed"
    assert "CA*V2X*E9999" in lab.outcome.why


def test_station_that_joins_unasked_is_left(meet: Meet) -> None:
    bent = Station().but(SessionSetupRes, response_code=ResponseCode.OK_OLD_SESSION_JOINED)
    lab = meet(scheduled(), port=bent, observer=Role.EV)

    assert lab.outcome.state == "failed"
    assert any("joined" in text for text in lab.violations())
    assert lab.said(SessionSetupReq) and len(lab.names()) == 4


def test_binding_depends_on_session_and_identity() -> None:
    visit = Visit(session_id=b"12345678", evcc_id="A")
    kept = PausedSessions()
    kept.keep(visit, identity_of(b"certificate", "A"))

    assert kept.join(b"12345678", identity_of(None, "A")) is None
    assert kept.join(b"87654321", identity_of(b"certificate", "A")) is None
    assert kept.join(b"12345678", identity_of(b"certificate", "B")) is visit
    assert binding(b"1", b"2") != binding(b"2", b"1")


def test_session_ids_are_neither_zero_nor_taken() -> None:
    offered = iter([bytes(8), STRANGER, b"fresh---"])
    desk = Desk(
        Plant(LABORATORY),
        PausedSessions(),
        lambda _: next(offered),
        secure=True,
        certificate=None,
        schedule_rounds=0,
        cable_check_rounds=0,
    )
    assert desk.new_session_id(STRANGER) == b"fresh---"
