"""Whole messages: which of their parts are signed, and that they survive the wire."""

from __future__ import annotations

import pytest
from msgspec import structs

from harness.core.errors import UserError
from harness.core.units import Watts
from harness.messages.iso20.codes import Processing, ResponseCode
from harness.messages.iso20.schedule import (
    ChargingSchedule,
    PowerSchedule,
    PowerScheduleEntry,
    PowerScheduleEntryList,
    ScheduledSeResControlMode,
    ScheduleExchangeRes,
    ScheduleTuple,
)
from harness.messages.iso20.session import SessionSetupReq
from harness.messages.schema import decode, encode
from harness.pki.recipe import Profile
from harness.security.flaw import SignatureFlaw
from harness.security.message import signed, signed_parts, verify_message
from tests.security.parties import AT, HEADER, OF_ISO20, pki, prices

KEY = pki().contract_chain("DEHARPRICES001").key.reveal()
LEAF = pki().contract_chain("DEHARPRICES001").chain[0]


def schedules(*ids: str | None) -> ScheduleExchangeRes:
    """An offer of schedules, each with prices under one of the ids."""
    entries = PowerScheduleEntryList(
        power_schedule_entry=(PowerScheduleEntry(duration=3600, power=Watts(value=11000)),)
    )
    power = PowerSchedule(time_anchor=int(AT), power_schedule_entries=entries)
    tuples = tuple(
        ScheduleTuple(
            schedule_tuple_id=number,
            charging_schedule=ChargingSchedule(power_schedule=power, price_schedule=prices(id_)),
        )
        for number, id_ in enumerate(ids, 1)
    )
    return ScheduleExchangeRes(
        header=HEADER,
        response_code=ResponseCode.OK,
        evse_processing=Processing.FINISHED,
        control_mode=ScheduledSeResControlMode(schedule_tuple=tuples),
    )


def test_every_price_schedule_with_an_id_is_signed() -> None:
    message = schedules("id1", None, "id3")

    assert signed_parts(message) == (prices("id1"), prices("id3"))
    signature = signed(message, KEY).header.signature
    assert signature is not None
    assert [reference.uri for reference in signature.signed_info.reference] == ["#id1", "#id3"]


@pytest.mark.parametrize("profile", OF_ISO20)
def test_a_signature_survives_the_wire(profile: Profile) -> None:
    contract = pki(profile).contract_chain()
    sent = signed(schedules("id1", "id2", "id3"), contract.key.reveal())

    got = decode("common", encode(sent))

    assert isinstance(got, ScheduleExchangeRes)
    assert got == sent
    assert verify_message(got, contract.chain[0]) == ()
    changed = structs.replace(got, control_mode=schedules("id1", "id2", None).control_mode)
    assert [one.code for one in verify_message(changed, contract.chain[0])] == ["reference.surplus"]
    renamed = structs.replace(got, control_mode=schedules("id2", "id1", "id4").control_mode)
    assert [one.code for one in verify_message(renamed, contract.chain[0])] == [
        "reference.missing",
        "reference.surplus",
    ]


def test_a_message_without_a_signature_or_without_a_part_is_told() -> None:
    assert [one.code for one in verify_message(schedules("id1"), LEAF)] == ["signature.missing"]
    assert [one.code for one in verify_message(schedules(None), LEAF)] == ["signature.pointless"]
    with pytest.raises(UserError, match="has no part that is signed"):
        signed(SessionSetupReq(header=HEADER, evcc_id="X"), KEY)


def test_signing_again_replaces_the_signature() -> None:
    once = signed(schedules("id1"), KEY, flaw=SignatureFlaw.WRONG_DIGEST)

    assert verify_message(once, LEAF) != ()
    assert verify_message(signed(once, KEY), LEAF) == ()
