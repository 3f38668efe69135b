"""Responses that refuse: the type that belongs to the request, filled with what the station can say truly."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from harness.endpoints.station.iso2.desk import Iso2Desk
from harness.endpoints.station.iso2.parameters import evse_parameters
from harness.endpoints.station.iso2.status import ac_status, dc_status, status
from harness.endpoints.station.refusals import filled
from harness.messages.field import Message, fields_of
from harness.messages.iso2.codes import ResponseCode
from harness.messages.registry import response_of
from harness.messages.sap import AppProtocolResponseCode, SupportedAppProtocolRes


def refusal(desk: Iso2Desk, ask: Message, code: ResponseCode, at: float) -> Message:
    """The body that answers `ask` with `code`; what the schema demands beside it is true or a filler (V2G2-736)."""
    kind = response_of(ask)
    if kind is SupportedAppProtocolRes:
        return SupportedAppProtocolRes(response_code=AppProtocolResponseCode.FAILED_NO_NEGOTIATION)
    known: dict[str, Any] = {
        "evse_id": desk.plant.settings.evse_id,
        "evse_status": status(desk, at),
        "ac_evse_status": ac_status(desk, at),
        "dc_evse_status": dc_status(desk, at),
        "evse_charge_parameter": evse_parameters(desk, at),
        "sa_schedule_tuple_id": desk.visit.tuple_id,
    }
    wanted = {info.attr for info in fields_of(kind) if not info.optional}
    given = {name: known[name] for name in wanted & known.keys()}
    return _told_apart(filled(kind, ask, response_code=code, **given))


def _told_apart(body: Message) -> Message:
    """The same fillers with an identity each, where the schema wants one."""
    for number, info in enumerate(fields_of(type(body)), 1):
        value = getattr(body, info.attr)
        if isinstance(value, Message) and getattr(value, "id", None) is not None:
            body = replace(body, **{info.attr: replace(value, id=f"id{number}")})
    return body
