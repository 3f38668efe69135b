"""Answers that a good station would not give, as changes of those that it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from msgspec.structs import replace

from harness.core.units import Watts
from harness.endpoints.station.desk import NO_SESSION
from harness.endpoints.station.station import Station
from harness.messages.iso20.common import AuthorizationSetupRes, ServiceDetailRes, SessionSetupReq, SessionSetupRes
from harness.messages.iso20.dc import DcChargeLoopRes
from harness.messages.iso20.types import ResponseCode
from harness.messages.namespaces import DC
from harness.messages.sap import AppProtocol, AppProtocolResponseCode, SupportedAppProtocolReq, SupportedAppProtocolRes

Pick = Callable[[tuple[AppProtocol, ...]], AppProtocol]


def picking(pick: Pick) -> Callable[[Station], Station]:
    """A station that picks its protocol in a way of its own."""

    def choose(heard: SupportedAppProtocolReq, said: SupportedAppProtocolRes) -> SupportedAppProtocolRes:
        agreed = AppProtocolResponseCode.OK_SUCCESSFUL_NEGOTIATION
        return replace(said, response_code=agreed, schema_id=pick(heard.app_protocol).schema_id)

    return lambda good: good.answering(SupportedAppProtocolRes, choose)


def in_dc(offer: tuple[AppProtocol, ...]) -> list[AppProtocol]:
    """The lines of an offer that name ISO 15118-20 DC, of whatever version."""
    return [one for one in offer if one.protocol_namespace == DC]


def joins(heard: SessionSetupReq, said: SessionSetupRes) -> SessionSetupRes:
    """Any session that the EV names counts as paused here."""
    wanted = heard.header.session_id
    if wanted == NO_SESSION:
        return said
    header = replace(said.header, session_id=wanted)
    return replace(said, header=header, response_code=ResponseCode.OK_OLD_SESSION_JOINED)


def nobody(_: Any, said: AuthorizationSetupRes) -> AuthorizationSetupRes:
    """A refusal that names no session."""
    refused = said.response_code.startswith("FAILED")
    return replace(said, header=replace(said.header, session_id=NO_SESSION)) if refused else said


def same_set_id(_: Any, said: ServiceDetailRes) -> ServiceDetailRes:
    """All parameter sets under one id."""
    sets = tuple(replace(one, parameter_set_id=1) for one in said.service_parameter_list.parameter_set)
    return replace(said, service_parameter_list=replace(said.service_parameter_list, parameter_set=sets))


def overstated(_: Any, said: DcChargeLoopRes) -> DcChargeLoopRes:
    """More power than the station is rated for."""
    mode = said.control_mode
    if getattr(mode, "evse_maximum_charge_power", None) is None:
        return said
    return replace(said, control_mode=replace(mode, evse_maximum_charge_power=Watts.of(60_000.0)))


def usable(offer: tuple[AppProtocol, ...]) -> list[AppProtocol]:
    """The lines of an offer that a good station may pick."""
    return [one for one in in_dc(offer) if one.version_number_major == 1]


def best(lines: Iterable[AppProtocol]) -> AppProtocol:
    """The line that the EV likes best."""
    return min(lines, key=lambda one: one.priority)
