"""Combinations in a device profile that no emulated device can be: told with file and key before anything starts."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from harness.core.case import Role
from harness.core.errors import ProfileError, UserError
from harness.core.feature import Feature
from harness.endpoints.ev.car import DYNAMIC, SCHEDULED, Car
from harness.endpoints.ev.evcc import WAYS
from harness.endpoints.station.offers import variants
from harness.endpoints.station.settings import StationSettings
from harness.endpoints.variant import NeedsFrom
from harness.kit.parameters import check_parameters
from harness.kit.parties import Keys, ev_of, station_of
from harness.messages.iso20.energy import NAMESPACES, EnergyService, flow_of, is_bidirectional
from harness.profile.device import Device

_SERVICES = {
    Feature.ISO20_AC: EnergyService.AC,
    Feature.ISO20_AC_BPT: EnergyService.AC_BPT,
    Feature.ISO20_DC: EnergyService.DC,
    Feature.ISO20_DC_BPT: EnergyService.DC_BPT,
    Feature.ISO20_MCS: EnergyService.MCS,
    Feature.ISO20_MCS_BPT: EnergyService.MCS_BPT,
    Feature.ISO20_WPT: EnergyService.WPT,
    Feature.ISO20_ACDP: EnergyService.DC_ACDP,
}
"""The service that a feature claims."""
_PLAIN = {
    EnergyService.AC_BPT: EnergyService.AC,
    EnergyService.DC_BPT: EnergyService.DC,
    EnergyService.MCS_BPT: EnergyService.MCS,
    EnergyService.DC_ACDP_BPT: EnergyService.DC_ACDP,
}
_SECURITY = {1: Feature.OCPP_BASIC, 2: Feature.OCPP_TLS, 3: Feature.OCPP_TLS_MUTUAL}
"""What a security profile of OCPP takes."""
_PROTOCOLS = {Feature.ISO20: "iso20", Feature.ISO2: "iso2", Feature.DIN: "din"}
_BACK = ("max_discharge_power", "min_discharge_power", "max_discharge_current", "min_discharge_current")
_PAIRS = ("charge_power", "discharge_power", "charge_current", "discharge_current", "voltage")


class Objection(Struct, frozen=True):
    """What cannot be, and what to do about it."""

    what: str
    do: str


def check_device(device: Device, where: str) -> None:
    """See that the parameters are known, and that an emulated device can be what its profile says.

    Raises:
        ProfileError: it cannot; names file and key, and says what to do.
    """
    check_parameters(device, where)
    if device.connection.kind != "emulated" or device.role is Role.CSMS:
        return
    objection = next(_objections(device), None)
    if objection is not None:
        raise ProfileError(objection.what, where=where, do=objection.do)


def _objections(device: Device) -> Iterator[Objection]:
    yield from _about_protocols(device)
    if device.role is Role.EV:
        ev = ev_of(device, Keys())
        yield from _about_car(device, ev.car)
    else:
        settings = station_of(device, Keys()).settings
        yield from _about_station(device, settings)
        yield from _about_offers(settings)
    yield from _about_contracts(device)
    yield from _about_security(device)


def _claims(device: Device, feature: Feature) -> bool:
    return bool(device.features.get(feature))


def _about_protocols(device: Device) -> Iterator[Objection]:
    for feature, name in _PROTOCOLS.items():
        if _claims(device, feature) and name not in device.behaviour.speaks:
            spoken = ", ".join(device.behaviour.speaks)
            yield Objection(
                f"table [features] claims {feature.value}, behaviour.speaks has {spoken}",
                f'add "{name}" to behaviour.speaks, or answer {feature.value} with false',
            )


def _about_security(device: Device) -> Iterator[Objection]:
    profile = device.connection.security_profile
    feature = _SECURITY.get(profile)
    if feature is not None and not _claims(device, feature):
        yield Objection(
            f"connection.security_profile is {profile}, table [features] does not claim {feature.value}",
            f"answer {feature.value} with true, or name another security profile",
        )


def _about_contracts(device: Device) -> Iterator[Objection]:
    if _claims(device, Feature.PNC) and not device.behaviour.contract:
        yield Objection(
            "table [features] claims pnc, behaviour.contract is missing: Plug and Charge needs a contract",
            "write contract = true in [behaviour], or answer pnc with false",
        )


def _about_car(device: Device, car: Car) -> Iterator[Objection]:
    told = device.parameters
    taken = (car.service, *car.other_services)
    for service in taken:
        if flow_of(service) not in WAYS:
            yield Objection(f"no emulated EV can charge by service {service} at parameters.service", _numbers())
            return
    able = {*taken, *(_PLAIN.get(EnergyService(service)) for service in taken)}
    for feature, service in _SERVICES.items():
        if "service" in told and _claims(device, feature) and service not in able:
            yield Objection(
                f"table [features] claims {feature.value}, which is service {service.value}; parameters.service is "
                f"{car.service}",
                f"answer {feature.value} with false, or take another service",
            )
    if not car.bidirectional:
        yield from _charge_only(device, "parameters.service", str(car.service))
    if car.needs_from == NeedsFrom.SECC and not (car.dynamic or car.either_mode):
        yield Objection(
            "parameters.needs_from is 2 without Dynamic control mode: MobilityNeedsMode 2 goes with that alone",
            'write control_mode = "dynamic", or needs_from = 1',
        )
    for feature, mode in ((Feature.SCHEDULED, SCHEDULED), (Feature.DYNAMIC, DYNAMIC)):
        if _claims(device, feature) and car.control_mode != mode and not car.either_mode:
            yield Objection(
                f"table [features] claims {feature.value}, parameters.control_mode is {car.control_mode}",
                f"write either_mode = true, or answer {feature.value} with false",
            )
    if _claims(device, Feature.DISPLAY_PARAMETERS) and not car.display_parameters:
        yield Objection(
            "table [features] claims display_parameters, parameters.display_parameters is false", "correct one of them"
        )
    yield from _in_order(car)
    if not 0 <= car.min_soc <= car.target_soc <= car.max_soc <= 100:
        yield Objection(
            f"states of charge out of order: parameters.min_soc {car.min_soc:g}, target_soc {car.target_soc:g}, "
            f"max_soc {car.max_soc:g}",
            "write percents, the lowest first",
        )


def _about_station(device: Device, settings: StationSettings) -> Iterator[Objection]:
    if not settings.services:
        yield Objection("no service at parameters.services", _numbers())
        return
    for feature, service in _SERVICES.items():
        if _claims(device, feature) and service not in settings.services:
            yield Objection(
                f"table [features] claims {feature.value}, parameters.services lacks {service.value}",
                f"add {service.value} to parameters.services, or answer {feature.value} with false",
            )
    if not any(is_bidirectional(service) for service in settings.services):
        yield from _charge_only(device, "parameters.services", str(list(settings.services)))
    for feature, mode in ((Feature.SCHEDULED, SCHEDULED), (Feature.DYNAMIC, DYNAMIC)):
        if _claims(device, feature) and mode not in settings.control_modes:
            yield Objection(
                f"table [features] claims {feature.value}, parameters.control_modes lacks {mode}",
                f"add {mode} to parameters.control_modes, or answer {feature.value} with false",
            )
    if _claims(device, Feature.METER_INFO) and not settings.meter_info:
        yield Objection(
            "table [features] claims meter_info, parameters.meter_info (or the flavour) says that none is sent",
            "write meter_info = true in [parameters], or answer meter_info with false",
        )
    yield from _in_order(settings)


def _about_offers(settings: StationSettings) -> Iterator[Objection]:
    """Services, protocols and parameter sets that do not go together."""
    newest = set(NAMESPACES.values()) & set(settings.protocols)
    for service in settings.services:
        flow = flow_of(service)
        if flow is None:
            yield Objection(f"there is no energy transfer service {service} at parameters.services", _numbers())
        elif newest and NAMESPACES[flow] not in newest:
            yield Objection(
                f"no protocol in parameters.protocols carries service {service} of parameters.services",
                f"add {NAMESPACES[flow]} to the protocols, or leave the service out",
            )
    if not settings.protocols:
        yield Objection("nothing is spoken at parameters.protocols", "leave the key out, or name a namespace")
    if settings.mobility_needs_modes == (NeedsFrom.SECC,) and DYNAMIC not in settings.control_modes:
        yield Objection(
            "parameters.mobility_needs_modes is 2, but Dynamic control mode, which it needs, is not offered",
            'add "dynamic" to parameters.control_modes, or take mode 1',
        )
    for service in settings.services:
        if flow_of(service) is None:
            continue
        try:
            there = variants(settings, service)
        except UserError as problem:
            yield Objection(f"parameters: {problem.what}", problem.do)
            return
        if not there:
            yield Objection(
                f"parameters leave no parameter set of service {service}",
                "name one control mode, pricing, MobilityNeedsMode and connector at least",
            )


def _charge_only(device: Device, key: str, said: str) -> Iterator[Objection]:
    for name in _BACK:
        if device.parameters.get(name):
            yield Objection(
                f"parameters.{name} on a device that cannot discharge: {key} is {said}",
                "take a bidirectional service, or leave the limit out",
            )


def _in_order(settings: Car | StationSettings) -> Iterator[Objection]:
    for name in _PAIRS:
        low, high = getattr(settings, f"min_{name}", 0.0), getattr(settings, f"max_{name}")
        if not 0 <= low <= high:
            yield Objection(f"parameters.min_{name} {low:g} is above max_{name} {high:g}", "write the lower first")


def _numbers() -> str:
    return "services are: " + ", ".join(f"{one.value} {one.name}" for one in EnergyService)
