"""Meter readings that the EV confirms beside the charge loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from harness.core.case import Role
from harness.endpoints.ev.car import DYNAMIC, SCHEDULED
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.station import Station
from harness.messages.iso20.common import (
    DynamicSmdtControlMode,
    MeteringConfirmationReq,
    MeteringConfirmationRes,
    ScheduledSmdtControlMode,
)
from harness.messages.iso20.dc import DcChargeLoopReq, DcChargeLoopRes
from harness.messages.iso20.types import EvseNotification, ResponseCode
from tests.endpoints_v2g.conftest import LABORATORY

if TYPE_CHECKING:
    from tests.endpoints_v2g.conftest import Lab, Meet

PLAIN = Ev(tls=False, loops=20)
TWICE = msgspec.structs.replace(
    LABORATORY, notification_plan=((1.0, "metering_confirmation"), (2.0, "metering_confirmation"))
)


def asking(lab: Lab) -> list[Any]:
    """The responses that ask for a confirmation."""
    replies = [reply for reply in lab.said(DcChargeLoopRes) if reply.evse_status is not None]
    return [r for r in replies if r.evse_status.evse_notification is EvseNotification.METERING_CONFIRMATION]


@pytest.mark.parametrize("mode", [DYNAMIC, SCHEDULED])
@pytest.mark.parametrize("observer", [Role.EV, Role.STATION])
def test_ev_confirms_what_it_was_shown(meet: Meet, mode: str, observer: Role) -> None:
    lab = meet(PLAIN.with_car(control_mode=mode), settings=TWICE, observer=observer)

    shown, confirmed = asking(lab), lab.said(MeteringConfirmationReq)
    assert len(shown) == len(confirmed) == 2
    for reply, ask in zip(shown, confirmed, strict=True):
        data = ask.signed_metering_data
        assert (data.meter_info, data.session_id) == (reply.meter_info, reply.header.session_id)
        kind = DynamicSmdtControlMode if mode == DYNAMIC else ScheduledSmdtControlMode
        assert isinstance(data.control_mode, kind)
    assert [reply.response_code for reply in lab.said(MeteringConfirmationRes)] == [ResponseCode.OK] * 2
    types = {e.body.payload_type for e in lab.trace if isinstance(e.message, MeteringConfirmationReq)}  # type: ignore[union-attr]
    assert types == {0x8102}
    assert len(lab.said(DcChargeLoopReq)) == 20
    assert (lab.outcome.state, lab.violations(), lab.expired()) == ("finished", [], [])


def test_reading_comes_with_the_question_though_nobody_asked_for_it(meet: Meet) -> None:
    lab = meet(PLAIN.with_car(meter_info=False), settings=TWICE)

    assert all(reply.meter_info is not None for reply in asking(lab))
    assert len(lab.said(MeteringConfirmationReq)) == 2
    assert sum(reply.meter_info is not None for reply in lab.said(DcChargeLoopRes)) == 3


@pytest.mark.parametrize(
    "fields",
    [
        {"signed_metering_data__meter_info__charged_energy_reading_wh": 123_456},
        {"signed_metering_data__session_id": b"stranger"},
        {"signed_metering_data__control_mode": ScheduledSmdtControlMode(selected_schedule_tuple_id=1)},
    ],
    ids=["another reading", "another session", "another control mode"],
)
def test_reading_that_was_not_shown_ends_the_session(meet: Meet, fields: dict[str, Any]) -> None:
    lab = meet(PLAIN.having(linger=30.0).but(MeteringConfirmationReq, **fields), settings=TWICE)

    last = lab.said(MeteringConfirmationRes)[-1]
    assert last.response_code is ResponseCode.FAILED_METERING_SIGNATURE_NOT_VALID
    assert lab.outcome.state == "failed"
    assert lab.listener.endings[0].how == "hung up"
    assert "EnergyStopped" in lab.happenings()


def test_confirmation_that_nobody_asked_for_is_not_taken(meet: Meet) -> None:
    usual = meet(PLAIN, settings=TWICE).said(MeteringConfirmationReq)[0]

    def unasked(heard: Any, said: Any) -> Any:
        return msgspec.structs.replace(usual, header=said.header)

    lab = meet(PLAIN.having(linger=30.0).answering(DcChargeLoopReq, unasked, nth=3))

    code = ResponseCode.FAILED_METERING_SIGNATURE_NOT_VALID
    assert lab.said(MeteringConfirmationRes)[-1].response_code is code


def test_signature_is_made_and_checked_by_whoever_is_given_for_it(meet: Meet) -> None:
    def sign(request: MeteringConfirmationReq) -> MeteringConfirmationReq:
        data = msgspec.structs.replace(request.signed_metering_data, id="signed")
        return msgspec.structs.replace(request, signed_metering_data=data)

    def verify(request: MeteringConfirmationReq) -> bool:
        return request.signed_metering_data.id == "signed"

    port = Station(verify_metering=verify)
    signed = meet(PLAIN.having(sign_metering=sign), settings=TWICE, port=port)
    unsigned = meet(PLAIN, settings=TWICE, port=port)

    assert {reply.response_code for reply in signed.said(MeteringConfirmationRes)} == {ResponseCode.OK}
    code = ResponseCode.FAILED_METERING_SIGNATURE_NOT_VALID
    assert [reply.response_code for reply in unsigned.said(MeteringConfirmationRes)] == [code]


def test_missing_confirmation_response_is_noticed(meet: Meet) -> None:
    port = Station().silent_on(MeteringConfirmationRes)
    lab = meet(PLAIN, settings=TWICE, port=port, observer=Role.EV)

    assert lab.expired() == ["V2G_EVCC_Msg_Timeout on 0x8102"]
    asked = next(entry for entry in lab.trace if isinstance(entry.message, MeteringConfirmationReq))
    assert lab.trace.entries[-1].at - asked.at == pytest.approx(2.0)
    assert len(lab.said(MeteringConfirmationReq)) == 1


def test_station_bears_an_ev_that_never_confirms(meet: Meet) -> None:
    lab = meet(PLAIN.silent_on(MeteringConfirmationReq), settings=TWICE)

    assert len(asking(lab)) > 10
    assert lab.outcome.state == "finished"
