"""Emulated parties made from device profiles: what a profile says it is, or what of ours would meet it."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from harness.core.case import Role
from harness.core.feature import Feature
from harness.endpoints.ev.car import Car
from harness.endpoints.ev.ev import DIN, ISO2, Ev
from harness.endpoints.station.charging_terms import ChargingTerms
from harness.endpoints.station.iso2.provider import Provider
from harness.endpoints.station.settings import StationSettings
from harness.endpoints.station.station import Station
from harness.kit.flavours import habits
from harness.kit.parameters import Beside, EvBeside, settings_of
from harness.messages.iso20.energy import EnergyService, Flow, flow_of
from harness.messages.namespaces import DIN_MESSAGE, ISO2_MESSAGE
from harness.messages.sap import AppProtocol
from harness.pki.credentials import Credentials
from harness.profile.device import Device
from harness.transports.tls.profile import LENIENT_12, LENIENT_20, STRICT_20, TlsProfile

BOTH_WAYS = ((0.0, 20_000.0), (1.0, -12_000.0))
"""What the emulated site wants by itself: (s since energy start, W); first to the EV, then from it."""

TLS: dict[str, TlsProfile] = {"1.3": STRICT_20, "1.3-lenient": LENIENT_20, "1.2": LENIENT_12}
_OLDER = {"iso2": ISO2, "din": DIN}
_OLDER_NAMES = {"iso2": ISO2_MESSAGE, "din": DIN_MESSAGE}
_FAMILIES: tuple[tuple[int, ...], ...] = (
    (EnergyService.DC_BPT, EnergyService.DC),
    (EnergyService.AC_BPT, EnergyService.AC),
    (EnergyService.MCS_BPT, EnergyService.MCS),
    (EnergyService.DC_ACDP_BPT, EnergyService.DC_ACDP),
    (EnergyService.WPT,),
)
"""Services that differ in the direction of energy alone."""


Terms = TypeVar("Terms", bound=Struct)


class Keys(Struct, frozen=True, kw_only=True):
    """What a party presents and trusts: in TLS, and where a contract pays."""

    credentials: Credentials | None = None
    trust: tuple[bytes, ...] = ()
    contract: Credentials | None = None
    """For an EV whose profile has a contract."""
    contract_roots: tuple[bytes, ...] = ()
    """DER, for a station that takes contracts."""


def ev_of(device: Device, keys: Keys) -> Ev:
    """The EV that the profile of an emulated EV describes.

    Raises:
        ProfileError: a parameter is of the wrong kind.
    """
    own, limits = device.behaviour, device.limits
    usual: dict[str, Any] = {"loop_interval": limits.loop_interval_s, "factor": limits.timeout_factor}
    tolerance = habits(own.flavour, Role.EV, "party").get("voltage_tolerance", Beside().voltage_tolerance)
    if "voltage_tolerance" in device.parameters:
        tolerance = settings_of(Beside, device).voltage_tolerance
    said = {
        "response_delay": own.response_delay_s,
        "poll_interval": own.poll_interval_s,
        "loop_interval": own.loop_interval_s,
        "factor": own.timeout_factor,
    }
    paying: dict[str, Any] = {"authorization": "pnc_then_eim"} if own.contract else {}
    car = settings_of(Car, device, **paying, **habits(own.flavour, Role.EV, "own"))
    iso2 = _flavoured(settings_of(EvBeside, device).iso2, device, Role.EV)
    if own.contract:
        iso2 = msgspec.structs.replace(iso2, contract=keys.contract)
        usual["contract"] = keys.contract
    party = {**usual, **habits(own.flavour, Role.EV, "party"), **_given(said), "voltage_tolerance": tolerance}
    return Ev(
        car=car,
        iso2=iso2,
        protocols=_offers(own.speaks, car),
        loops=limits.charge_loops,
        tls=device.connection.tls != "none",
        older_without_tls=bool(set(_OLDER) & set(own.speaks)),
        tls_profile=TLS.get(device.connection.tls, STRICT_20),
        credentials=keys.credentials,
        trust=keys.trust,
        **party,
    )


def station_of(device: Device, keys: Keys, **usual: Any) -> Station:
    """The station that the profile of an emulated station describes; `usual` are settings where it says nothing.

    Raises:
        ProfileError: a parameter is of the wrong kind.
    """
    own, secured = device.behaviour, device.connection.tls != "none"
    said = {"response_delay": own.response_delay_s, "factor": own.timeout_factor}
    settings = settings_of(
        StationSettings,
        device,
        **{
            "allow_plain_tcp": not secured,
            "protocols": _namespaces(own.speaks),
            "charging": ChargingTerms(enabled=device.offers(Feature.SMART_CHARGING)),
            **({"authorization_services": ("pnc", "eim")} if own.contract and device.offers(Feature.PNC) else {}),
            **usual,
            **habits(own.flavour, Role.STATION, "own"),
        },
    )
    settings = msgspec.structs.replace(settings, iso2=_flavoured(settings.iso2, device, Role.STATION))
    party: dict[str, Any] = {
        "factor": device.limits.timeout_factor,
        **habits(own.flavour, Role.STATION, "party"),
        **_given(said),
    }
    if own.contract:
        party["provider"] = Provider(contract_roots=keys.contract_roots)
    return Station(
        settings=settings,
        credentials=keys.credentials if secured else None,
        trust=keys.trust,
        tls_profile=TLS.get(device.connection.tls, STRICT_20),
        **party,
    )


def ev_for(device: Device, keys: Keys) -> Ev:
    """Our EV for a device that is no EV: it wants the first service that the profile says the station has.

    Raises:
        ProfileError: a parameter is of the wrong kind.
    """
    limits = device.limits
    ev = _wanting(_services(device)[0])
    told = {name: getattr(ev.car, name) for name in ev.car.__struct_fields__}
    car = settings_of(Car, device, **told)
    return ev.having(
        car=car,
        iso2=settings_of(EvBeside, device).iso2,
        protocols=_offers(_newest(device), car),
        voltage_tolerance=settings_of(Beside, device).voltage_tolerance,
        loops=limits.charge_loops,
        loop_interval=limits.loop_interval_s,
        factor=limits.timeout_factor,
        handshake_limit=limits.handshake_s,
        tls=device.connection.tls != "none",
        tls_profile=TLS.get(device.connection.tls, STRICT_20),
        credentials=keys.credentials,
        trust=keys.trust,
    )


def station_for(device: Device, keys: Keys) -> Station:
    """Our station for a device that is none: it has the services of the family that the EV wants.

    Raises:
        ProfileError: a parameter is of the wrong kind.
    """
    secured = device.connection.tls != "none"
    usual: dict[str, Any] = {"allow_plain_tcp": not secured, "site_plan": BOTH_WAYS}
    if device.role is Role.EV and device.connection.kind == "emulated":
        usual |= {"services": _family(settings_of(Car, device).service)}
        usual |= {"protocols": _namespaces(_newest(device))}
    return Station(
        settings=settings_of(StationSettings, device, **usual),
        credentials=keys.credentials if secured else None,
        trust=keys.trust,
        tls_profile=TLS.get(device.connection.tls, STRICT_20),
        factor=device.limits.timeout_factor,
        handshake_limit=device.limits.handshake_s,
    )


def _flavoured(terms: Terms, device: Device, role: Role) -> Terms:
    """Terms of the older protocols with the habits of the flavour, but for what the profile itself says."""
    told = device.parameters.get("iso2", {})
    changes = {
        name: value for name, value in habits(device.behaviour.flavour, role, "iso2").items() if name not in told
    }
    return msgspec.structs.replace(terms, **changes)


def _given(said: dict[str, float | None]) -> dict[str, float]:
    return {name: value for name, value in said.items() if value is not None}


def _offers(speaks: tuple[str, ...], car: Car) -> tuple[AppProtocol, ...]:
    """What an EV offers, the first best; nothing said where ISO 15118-20 is all, which follows the car's service."""
    if speaks == ("iso20",) or not speaks:
        return ()
    newest = Ev(car=car).offers
    listed = [each for one in speaks for each in (newest if one == "iso20" else (_OLDER[one],))]
    return tuple(msgspec.structs.replace(one, priority=place) for place, one in enumerate(listed, 1))


def _newest(device: Device) -> tuple[str, ...]:
    """What ours speaks with a device: nothing older beside ISO 15118-20, which cases ask for by name."""
    return ("iso20",) if "iso20" in device.behaviour.speaks else device.behaviour.speaks


def _namespaces(speaks: tuple[str, ...]) -> tuple[str, ...]:
    newest = StationSettings().protocols
    return tuple(name for one in speaks for name in (newest if one == "iso20" else (_OLDER_NAMES[one],)))


def _services(device: Device) -> tuple[int, ...]:
    """The services that a profile says its station has, as far as our EV can want them."""
    if device.role is not Role.STATION or device.connection.kind != "emulated":
        return (EnergyService.DC_BPT,)
    listed = settings_of(StationSettings, device).services
    return tuple(each for each in listed if flow_of(each) is not None) or (EnergyService.DC_BPT,)


def _family(service: int) -> tuple[int, ...]:
    return next((family for family in _FAMILIES if service in family), (service,))


def _wanting(service: int) -> Ev:
    """A car of a usual size for a service."""
    if flow_of(service) is Flow.AC:
        return Ev().on_ac(bidirectional=service == EnergyService.AC_BPT)
    if service in {EnergyService.MCS, EnergyService.MCS_BPT}:
        return Ev().on_megawatts(bidirectional=service == EnergyService.MCS_BPT)
    return Ev().with_car(service=int(service))
