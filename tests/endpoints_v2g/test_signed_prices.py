"""The hook by which absolute price schedules get their signatures."""

from __future__ import annotations

from random import Random  # noqa: TID251 - seeded
from typing import Any

import msgspec
import pytest

from harness.core.units import WattHours
from harness.endpoints.behaviour import Moment
from harness.endpoints.station.desk import Desk
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.resumption import PausedSessions
from harness.endpoints.station.secc_schedule import on_schedule
from harness.endpoints.variant import DYNAMIC, SCHEDULED, Variant
from harness.messages.iso20.common import (
    DynamicSeReqControlMode,
    ScheduledSeReqControlMode,
    ScheduleExchangeReq,
    ScheduleExchangeRes,
)
from harness.messages.iso20.types import MessageHeader
from tests.endpoints_v2g.conftest import LABORATORY

AT = 1_767_225_600.0
HEADER = MessageHeader(session_id=b"12345678", time_stamp=int(AT))
ENERGY = WattHours.of(1_000.0)
ASKS: dict[str, Any] = {
    SCHEDULED: ScheduledSeReqControlMode(departure_time=3_600),
    DYNAMIC: DynamicSeReqControlMode(
        departure_time=3_600,
        ev_target_energy_request=ENERGY,
        ev_maximum_energy_request=ENERGY,
        ev_minimum_energy_request=ENERGY,
    ),
}


def desk(mode: str, pricing: int) -> Desk:
    made = Desk(
        Plant(LABORATORY),
        PausedSessions(),
        Random(1).randbytes,
        secure=False,
        certificate=None,
        schedule_rounds=0,
        cable_check_rounds=0,
    )
    made.visit.service_id, made.visit.control_mode = 6, mode
    made.visit.variant = Variant(control_mode=mode, pricing=pricing)
    return made


@pytest.mark.parametrize("mode", [SCHEDULED, DYNAMIC])
@pytest.mark.parametrize(("pricing", "signed"), [(0, False), (1, True), (2, False)])
def test_only_absolute_prices_are_signed(mode: str, pricing: int, signed: bool) -> None:
    seen: list[Any] = []

    def sign(response: ScheduleExchangeRes) -> ScheduleExchangeRes:
        seen.append(response)
        return msgspec.structs.replace(response, header=msgspec.structs.replace(response.header, time_stamp=7))

    table = desk(mode, pricing)
    table.sign_prices = sign
    ask = ScheduleExchangeReq(header=HEADER, maximum_supporting_points=12, control_mode=ASKS[mode])
    reply = on_schedule(table, ask, Moment(at=AT, session_id=HEADER.session_id))

    assert isinstance(reply, ScheduleExchangeRes)
    assert (len(seen) == 1, reply.header.time_stamp == 7) == (signed, signed)


def test_without_a_signer_prices_go_unsigned() -> None:
    ask = ScheduleExchangeReq(header=HEADER, maximum_supporting_points=12, control_mode=ASKS[SCHEDULED])
    reply = on_schedule(desk(SCHEDULED, 1), ask, Moment(at=AT, session_id=HEADER.session_id))

    assert isinstance(reply, ScheduleExchangeRes)
    assert reply.header.signature is None
