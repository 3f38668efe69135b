"""Emulated parties of an OCPP link at a security profile: what the profile needs is taken from the PKI of the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.core.errors import ProfileError
from harness.endpoints.csms.csms import Csms
from harness.endpoints.ocpp_security import SecurityProfile
from harness.endpoints.station.station import Station
from harness.endpoints.sut.trust import read_certificates, read_credentials
from harness.pki.build import Pki
from harness.pki.credentials import Credentials
from harness.pki.recipe import ChainKind
from harness.pki.variants import ChainVariant
from harness.profile.device import Device

CSMS_HOST = "csms.v2x-harness.invalid"
"""Name of our backend, whatever its address is."""
CSO = "Harness CSO"
"""Who owns the stations of the run, and the backend."""
PASSWORD = "correct-horse-battery-staple"  # noqa: S105 - known to everybody, for emulated parties alone


def backend_host(device: Device) -> str:
    """The name that a backend's certificate bears, as the profile says or for our own."""
    return device.connection.csms_host or CSMS_HOST


def operator(device: Device) -> str:
    """The organisation in a station's certificate."""
    return device.connection.operator or CSO


def secured_station(station: Station, profile: SecurityProfile, pki: Pki, device: Device) -> Station:
    """The station at a security profile; what it was told before stays."""
    own = station.security
    credentials = own.credentials
    if credentials is None and profile.secured:
        named = pki.station_chain(station.settings.serial, operator(device))
        credentials = _given(device, Role.CSMS) or named
    changes: dict[str, Any] = {
        "profile": profile,
        "host": backend_host(device) if own.host is None else own.host,
        "credentials": credentials,
        "roots": _roots(own.roots, pki, ChainKind.CSMS, device),
    }
    password = _password(station.backend_password, profile, device)
    return station.having(security=replace(own, **changes), backend_password=password)


def secured_csms(csms: Csms, profile: SecurityProfile, pki: Pki, device: Device, station: Station) -> Csms:
    """The backend at a security profile; what it was told before stays."""
    own = csms.security
    settings = station.settings
    changes: dict[str, Any] = {
        "profile": profile,
        "roots": _roots(own.roots, pki, ChainKind.STATION, device),
        "owner": operator(device) if own.owner is None else own.owner,
        "serials": own.serials or {settings.station_id: settings.serial},
    }
    if own.chains is None and profile.secured:
        given = _given(device, Role.STATION)
        changes["chains"] = (given,) if given else csms_chains(pki, backend_host(device))
    return csms.having(security=replace(own, **changes), password=_password(csms.password, profile, device))


def ocpp_roots(pki: Pki, kind: ChainKind) -> tuple[bytes, ...]:
    """What chains of a kind may end at, with keys on a curve and with RSA keys."""
    return (*pki.roots(kind), *pki.roots(kind, ChainVariant.RSA))


def csms_chains(pki: Pki, host: str) -> tuple[Credentials, ...]:
    """What a backend shows: the same name, once with a key on a curve and once with an RSA key (A00.FR.318)."""
    return (pki.csms_chain(host), pki.chain(ChainKind.CSMS, name=host, variant=ChainVariant.RSA))


def _roots(told: tuple[bytes, ...] | None, pki: Pki, kind: ChainKind, device: Device) -> tuple[bytes, ...]:
    given = device.trust.backend_roots
    return told if told is not None else (*ocpp_roots(pki, kind), *(read_certificates(given) if given else ()))


def _given(device: Device, subject: Role) -> Credentials | None:
    """The chain that a device profile brings for our side, if that is the one asked for."""
    trust = device.trust
    if not trust.backend_chain or device.role is not subject:
        return None
    made: Credentials = read_credentials(trust.backend_chain, trust.backend_key, trust.backend_passphrase)
    return made


def _password(told: str | None, profile: SecurityProfile, device: Device) -> str | None:
    if not profile.by_password:
        return None
    if told is not None:
        return told
    return read_password(device.connection.password_file) if device.connection.password_file else PASSWORD


def read_password(path: str) -> str:
    """The first line of a file, so that no password stands in a profile, and none in a report.

    Raises:
        ProfileError: there is no such file, or nothing in it.
    """
    try:
        lines = Path(path).read_text().splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise ProfileError(
            str(problem), where=path, do="name a text file with the password in its first line"
        ) from problem
    if not lines or not lines[0]:
        raise ProfileError("holds no password", where=path, do="write the password into its first line")
    return lines[0]
