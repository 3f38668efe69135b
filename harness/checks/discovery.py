"""What a trace shows of a device's features, to be held against what its profile declares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from harness.core.case import Role
from harness.core.feature import Feature
from harness.messages.din import session as din_session
from harness.messages.iso2 import session as iso2_session
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationReq,
    AuthorizationSetupRes,
    CertificateInstallationReq,
    ParameterSet,
    ServiceDetailRes,
    ServiceDiscoveryRes,
    ServiceSelectionReq,
    SessionSetupReq,
    SessionSetupRes,
)
from harness.messages.iso20.energy import EnergyService, ValueAddedService, flow_of
from harness.messages.iso20.types import ChargeLoopReq, ChargeLoopRes
from harness.messages.ocpp import BootNotification, NotifyEVChargingNeeds
from harness.trace.entry import Entry, Link, TlsSeen
from harness.trace.trace import Trace, What

SERVICES = {
    EnergyService.AC: Feature.ISO20_AC,
    EnergyService.DC: Feature.ISO20_DC,
    EnergyService.WPT: Feature.ISO20_WPT,
    EnergyService.DC_ACDP: Feature.ISO20_ACDP,
    EnergyService.AC_BPT: Feature.ISO20_AC_BPT,
    EnergyService.DC_BPT: Feature.ISO20_DC_BPT,
    EnergyService.MCS: Feature.ISO20_MCS,
    EnergyService.MCS_BPT: Feature.ISO20_MCS_BPT,
}
_PARAMETERS = (
    ("ControlMode", {1: Feature.SCHEDULED, 2: Feature.DYNAMIC}),
    ("Pricing", {1: Feature.PRICE_SCHEDULES, 2: Feature.PRICE_SCHEDULES}),
    ("MobilityNeedsMode", {2: Feature.MOBILITY_NEEDS_SECC}),
)
"""Parameters of a service, and what their values stand for."""


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
    yield from _seen(trace, iso2_session.SessionSetupRes, Feature.ISO2, "it answers SessionSetup of ISO 15118-2")
    yield from _seen(trace, din_session.SessionSetupRes, Feature.DIN, "it answers SessionSetup of DIN SPEC 70121")
    for entry in _said(trace, ServiceDiscoveryRes):
        yield from _offered(entry)
    for entry in _said(trace, ServiceDetailRes):
        yield from _variants(entry)
    for entry in _said(trace, AuthorizationSetupRes):
        services = entry.message.authorization_services
        told = f"authorization on offer: {', '.join(services)}"
        yield _shown(Feature.EIM, entry, told, has=Authorization.EIM in services)
        yield _shown(Feature.PNC, entry, told, has=Authorization.PNC in services)
        if entry.message.certificate_installation_service:
            how = "certificate installation on offer"
            yield _shown(Feature.CERTIFICATE_INSTALLATION, entry, how, has=True)
    for entry in _said(trace, ChargeLoopRes):
        if entry.message.meter_info is not None:
            yield _shown(Feature.METER_INFO, entry, "MeterInfo in a charge loop", has=True)
    yield from _seen(trace, BootNotification, Feature.OCPP201, "it sends BootNotification")
    yield from _seen(trace, NotifyEVChargingNeeds, Feature.ISO15118_CHARGING_NEEDS, "it sends NotifyEVChargingNeeds")


def _ev(trace: Trace) -> Iterator[Shown]:
    yield from _tls(trace)
    yield from _seen(trace, SessionSetupReq, Feature.ISO20, "it sends SessionSetup")
    yield from _seen(trace, iso2_session.SessionSetupReq, Feature.ISO2, "it sends SessionSetup of ISO 15118-2")
    yield from _seen(trace, din_session.SessionSetupReq, Feature.DIN, "it sends SessionSetup of DIN SPEC 70121")
    yield from _seen(trace, CertificateInstallationReq, Feature.CERTIFICATE_INSTALLATION, "it asks for a contract")
    for entry in _said(trace, AuthorizationReq):
        if entry.message.selected_authorization_service is Authorization.PNC:
            yield _shown(Feature.PNC, entry, "it pays by a contract", has=True)
    for entry in _said(trace, ServiceSelectionReq):
        selected = entry.message.selected_energy_transfer_service.service_id
        if selected in SERVICES:
            yield _shown(SERVICES[EnergyService(selected)], entry, f"it selects service {selected}", has=True)
    for entry in _said(trace, ChargeLoopReq):
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


def _offered(entry: Entry) -> Iterator[Shown]:
    """The services listed; what is missing counts only among those of the same messages."""
    message = entry.message
    offered = {service.service_id for service in message.energy_transfer_service_list.service}
    flows = {flow_of(service) for service in offered}
    for service, feature in SERVICES.items():
        if service in offered or flow_of(service) in flows:
            yield _shown(feature, entry, f"services on offer: {sorted(offered)}", has=service in offered)
    yield _shown(
        Feature.SERVICE_RENEGOTIATION,
        entry,
        "ServiceRenegotiationSupported",
        has=message.service_renegotiation_supported,
    )
    beside = {service.service_id for service in message.vas_list.service} if message.vas_list is not None else set()
    if beside:
        yield _shown(Feature.VAS, entry, f"services beside energy: {sorted(beside)}", has=True)
    if ValueAddedService.PARKING_STATUS in beside:
        yield _shown(Feature.PARKING_STATUS, entry, f"services beside energy: {sorted(beside)}", has=True)


def _variants(entry: Entry) -> Iterator[Shown]:
    """What the parameter sets of a service say; a missing control mode is a lack, anything else may stand elsewhere."""
    if flow_of(entry.message.service_id) is None:
        return
    sets = entry.message.service_parameter_list.parameter_set
    for name, meanings in _PARAMETERS:
        offered = {_value(one, name) for one in sets}
        told = f"{name} on offer: {sorted(value for value in offered if value is not None)}"
        for value, feature in meanings.items():
            if value in offered or name == "ControlMode":
                yield _shown(feature, entry, told, has=value in offered)


def _value(parameters: ParameterSet, name: str) -> int | None:
    values = (one.value.value for one in parameters.parameter if one.parameter_name == name)
    return next((value for value in values if isinstance(value, int)), None)


def _seen(trace: Trace, what: What, feature: Feature, how: str) -> Iterator[Shown]:
    for entry in _said(trace, what):
        yield _shown(feature, entry, how, has=True)
        return


def _said(trace: Trace, what: What) -> tuple[Entry, ...]:
    return trace.all(what, sent_by=trace.subject)


def _shown(feature: Feature, entry: Entry, how: str, *, has: bool) -> Shown:
    return Shown(feature=feature, has=has, how=how, entry=entry.number)
