"""What a trace shows of a device's features, to be held against what its profile declares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from harness.core.case import Role
from harness.core.feature import Feature
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationSetupRes,
    ParameterSet,
    ServiceDetailRes,
    ServiceDiscoveryRes,
    ServiceSelectionReq,
    SessionSetupReq,
    SessionSetupRes,
)
from harness.messages.iso20.dc import DcChargeLoopReq, DcChargeLoopRes
from harness.messages.ocpp import BootNotification, NotifyEVChargingNeeds
from harness.trace.entry import Entry, Link, TlsSeen
from harness.trace.trace import Trace, What

DC, DC_BPT = 2, 6
"""Service ids of ISO 15118-20, Table 204."""
CONTROL_MODES = {1: Feature.SCHEDULED, 2: Feature.DYNAMIC}


class Shown(Struct, frozen=True, kw_only=True):
    """One thing that a trace shows: the device has a feature, or it said that it has not."""

    feature: Feature
    has: bool
    how: str
    entry: int


def shown(trace: Trace) -> Iterator[Shown]:
    """Everything that the trace shows of its subject's features."""
    if trace.subject is Role.STATION:
        yield from _station(trace)
    elif trace.subject is Role.EV:
        yield from _ev(trace)
    elif trace.subject is Role.CSMS:
        yield from _seen(trace, BootNotification.response, Feature.OCPP201, "it answers BootNotification")


def sum_up(found: Iterable[Shown]) -> dict[Feature, Shown]:
    """One statement for each feature: what was shown once is there, whatever else was said."""
    summed: dict[Feature, Shown] = {}
    for one in found:
        before = summed.get(one.feature)
        if before is None or (one.has and not before.has):
            summed[one.feature] = one
    return summed


def _station(trace: Trace) -> Iterator[Shown]:
    yield from _tls(trace)
    yield from _seen(trace, SessionSetupRes, Feature.ISO20, "it answers SessionSetup")
    for entry in _said(trace, ServiceDiscoveryRes):
        offered = {service.service_id for service in entry.message.energy_transfer_service_list.service}
        for service, feature in ((DC, Feature.ISO20_DC), (DC_BPT, Feature.ISO20_DC_BPT)):
            yield _shown(feature, entry, f"services on offer: {sorted(offered)}", has=service in offered)
    for entry in _said(trace, ServiceDetailRes):
        yield from _control_modes(entry)
    for entry in _said(trace, AuthorizationSetupRes):
        services = entry.message.authorization_services
        told = f"authorization on offer: {', '.join(services)}"
        yield _shown(Feature.EIM, entry, told, has=Authorization.EIM in services)
        yield _shown(Feature.PNC, entry, told, has=Authorization.PNC in services)
    for entry in _said(trace, DcChargeLoopRes):
        if entry.message.meter_info is not None:
            yield _shown(Feature.METER_INFO, entry, "MeterInfo in a charge loop", has=True)
    yield from _seen(trace, BootNotification, Feature.OCPP201, "it sends BootNotification")
    yield from _seen(trace, NotifyEVChargingNeeds, Feature.ISO15118_CHARGING_NEEDS, "it sends NotifyEVChargingNeeds")


def _ev(trace: Trace) -> Iterator[Shown]:
    yield from _tls(trace)
    yield from _seen(trace, SessionSetupReq, Feature.ISO20, "it sends SessionSetup")
    for entry in _said(trace, ServiceSelectionReq):
        selected = entry.message.selected_energy_transfer_service.service_id
        for service, feature in ((DC, Feature.ISO20_DC), (DC_BPT, Feature.ISO20_DC_BPT)):
            if selected == service:
                yield _shown(feature, entry, f"it selects service {service}", has=True)
    for entry in _said(trace, DcChargeLoopReq):
        if entry.message.display_parameters is not None:
            yield _shown(Feature.DISPLAY_PARAMETERS, entry, "DisplayParameters in a charge loop", has=True)


def _tls(trace: Trace) -> Iterator[Shown]:
    for entry in trace:
        if entry.link is not Link.V2G or not isinstance(entry.body, TlsSeen) or entry.body.event != "handshake":
            continue
        version = entry.facts.get("version")
        if version == "TLSv1.3":
            yield _shown(Feature.TLS13, entry, "a handshake with TLS 1.3", has=True)
        elif version == "TLSv1.2":
            yield _shown(Feature.TLS12, entry, "a handshake with TLS 1.2", has=True)


def _control_modes(entry: Entry) -> Iterator[Shown]:
    sets = entry.message.service_parameter_list.parameter_set
    offered = {_control_mode(one) for one in sets}
    for value, feature in CONTROL_MODES.items():
        told = f"control modes on offer: {sorted(mode for mode in offered if mode is not None)}"
        yield _shown(feature, entry, told, has=value in offered)


def _control_mode(parameters: ParameterSet) -> int | None:
    values = (one.value.value for one in parameters.parameter if one.parameter_name == "ControlMode")
    return next((value for value in values if isinstance(value, int)), None)


def _seen(trace: Trace, what: What, feature: Feature, how: str) -> Iterator[Shown]:
    for entry in _said(trace, what):
        yield _shown(feature, entry, how, has=True)
        return


def _said(trace: Trace, what: What) -> tuple[Entry, ...]:
    return trace.all(what, sent_by=trace.subject)


def _shown(feature: Feature, entry: Entry, how: str, *, has: bool) -> Shown:
    return Shown(feature=feature, has=has, how=how, entry=entry.number)
