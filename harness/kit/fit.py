"""Whether an emulated EV and an emulated station can charge together, and if not, why: told before they try."""

from __future__ import annotations

from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.agreement import MAJOR
from harness.endpoints.station.bounds import ratings_of
from harness.endpoints.station.station import Station
from harness.messages.iso20.energy import NAMESPACES, Flow, flow_of
from harness.messages.namespaces import DIN_MESSAGE
from harness.transports.tls.profile import TlsVersion


def misfit(ev: Ev, station: Station) -> str:
    """Why the two cannot charge together; empty if they can."""
    ev = _settled(ev, station)
    return _of_tls(ev, station) or _of_protocols(ev, station) or _of_service(ev, station) or _of_voltage(ev, station)


def _settled(ev: Ev, station: Station) -> Ev:
    """The EV with the service that it would take here, the wanted one if it would take none."""
    for service in (ev.car.service, *ev.car.other_services):
        if service in station.settings.services:
            return ev.with_car(service=service, other_services=())
    return ev


def _of_tls(ev: Ev, station: Station) -> str:
    secured = station.credentials is not None
    if ev.tls and not secured and not ev.accept_plain:
        return "the EV wants TLS, the station has none"
    if not ev.tls and not station.settings.allow_plain_tcp and not _older(station):
        return "the EV connects without TLS, the station takes that for no protocol"
    if ev.tls and secured:
        one, other = ev.tls_profile, station.tls_profile
        if max(one.lowest, other.lowest) > min(one.highest, other.highest):
            return f"no common version of TLS: {one.name} and {other.name}"
    return ""


def _older(station: Station) -> bool:
    return bool(set(MAJOR) & set(station.settings.protocols))


def _of_protocols(ev: Ev, station: Station) -> str:
    if _common(ev, station):
        return ""
    wanted = ", ".join(offer.protocol_namespace for offer in ev.offers)
    needed = {NAMESPACES.get(flow_of(service) or Flow.DC) for service in station.settings.services}
    spoken = [name for name in station.settings.protocols if name in needed or name in MAJOR]
    return f"no common protocol: the EV offers {wanted}, the station {', '.join(spoken)}"


def _common(ev: Ev, station: Station) -> list[str]:
    """Protocols that both speak over the connection they would have, for the energy that the EV wants."""
    settings = station.settings
    tls13 = ev.tls and min(ev.tls_profile.highest, station.tls_profile.highest) == TlsVersion.TLS13
    flows = {flow_of(service) for service in settings.services}
    found = []
    for offer in ev.offers:
        name = offer.protocol_namespace
        newest = name in NAMESPACES.values()
        wanted = {flow_of(service) for service in _wanted(ev)} & flows
        if name not in settings.protocols or not wanted:
            continue
        if newest and not (tls13 or settings.allow_plain_tcp):
            continue
        if newest and name not in {NAMESPACES[flow] for flow in wanted if flow is not None}:
            continue
        if name == DIN_MESSAGE and (ev.tls or Flow.DC not in wanted):
            continue
        found.append(name)
    return found


def _wanted(ev: Ev) -> tuple[int, ...]:
    """The services that the EV takes, the best first."""
    return (ev.car.service, *ev.car.other_services)


def _of_service(ev: Ev, station: Station) -> str:
    settings, car = station.settings, ev.car
    if not set(_common(ev, station)) & set(NAMESPACES.values()):
        return ""
    if not set(_wanted(ev)) & set(settings.services):
        listed = ", ".join(map(str, _wanted(ev)))
        return f"the EV wants service {listed}, the station has {', '.join(map(str, settings.services))}"
    if car.control_mode not in settings.control_modes and not car.either_mode:
        return f"the EV wants control mode {car.control_mode}, the station has {', '.join(settings.control_modes)}"
    return ""


def _of_voltage(ev: Ev, station: Station) -> str:
    car = ev.car
    service = next((each for each in _wanted(ev) if each in station.settings.services), car.service)
    if flow_of(service) is not Flow.DC:
        return ""
    ours = ratings_of(station.settings, service)
    if car.max_voltage < ours.min_voltage or car.min_voltage > ours.max_voltage:
        return (
            f"the battery has {car.min_voltage:g} to {car.max_voltage:g} V, "
            f"the station {ours.min_voltage:g} to {ours.max_voltage:g} V"
        )
    return ""
