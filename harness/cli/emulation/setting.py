"""From the options of a command line to one emulated party: profile, overrides, certificates, network."""

from __future__ import annotations

import os
import shutil
import tomllib
from pathlib import Path
from typing import Any

import msgspec
from cryptography import x509
from cryptography.x509.oid import NameOID

from harness.core.case import Role
from harness.core.errors import ProfileError, UserError
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.station import Station
from harness.endpoints.sut.trust import read_certificates, read_credentials
from harness.kit.device_check import check_device
from harness.kit.parties import Keys, ev_of, station_of
from harness.pki.build import Pki
from harness.pki.recipe import ChainKind
from harness.profile.device import Device
from harness.runner.setup import load_device_named

ENDLESS = 10**9
"""Cycles of the charge loop of an EV that stops when it is told to."""

_PRESENTED = {Role.EV: ChainKind.VEHICLE, Role.STATION: ChainKind.SECC}
_CONTRACT = "contract"


def personality(
    name: str, role: Role, *, changes: list[str], flavour: str = "", tls: str = "", loops: int | None = None
) -> Device:
    """The profile of that name with what the command line changes in it.

    Args:
        name: of a profile, or its path.
        role: whom it must describe.
        changes: `key=value` each, as in the `[parameters]` of a profile.
        flavour: in the place of the profile's own.
        tls: likewise.
        loops: cycles of the charge loop; None: until somebody says stop.

    Raises:
        ProfileError: the profile is missing, wrong, or of another role, or a change is none.
    """
    device, _ = load_device_named(name)
    if device.role is not role:
        raise ProfileError(f"describes a {device.role}, not a {role}", where=name, do=f"name a profile of a {role}")
    if device.connection.kind != "emulated":
        raise ProfileError("describes a real device, which cannot be emulated", where=name, do="name another profile")
    own, connection = device.behaviour, device.connection
    changed = msgspec.structs.replace(
        device,
        # What is claimed to a test programme does not matter here; what contradicts itself still does.
        features={},
        behaviour=msgspec.structs.replace(own, flavour=flavour or own.flavour),
        connection=msgspec.structs.replace(connection, tls=tls or connection.tls),
        limits=msgspec.structs.replace(device.limits, charge_loops=ENDLESS if loops is None else loops),
        parameters=_with(device.parameters, changes),
    )
    check_device(changed, "--set" if changes else name)
    return changed


def ev_party(device: Device, folder: Path | None, at: float) -> Ev:
    """The EV, with its certificates.

    Raises:
        UserError: certificates cannot be read or written.
    """
    keys = keys_of(device, folder, at)
    ev = ev_of(device, keys).having(standby_interval=1.0)
    named = None if keys.credentials is None else _common_name(keys.credentials.chain[0])
    # The certificate and the EV must call it the same (V2G20-2598).
    return ev if named is None or "evcc_id" in device.parameters else ev.with_car(evcc_id=named)


def station_party(device: Device, folder: Path | None, at: float, *, asks: bool) -> Station:
    """The station, with its certificates; with `asks` nobody presents a token by himself.

    Raises:
        UserError: certificates cannot be read or written.
    """
    station = station_of(device, keys_of(device, folder, at))
    return station.set(token=None) if asks else station


def keys_of(device: Device, folder: Path | None, at: float) -> Keys:
    """Certificates: those that the profile names, else those of a folder, else of a PKI that nobody else has.

    Raises:
        UserError: they cannot be read or written.
    """
    if device.connection.tls == "none" and not device.behaviour.contract:
        return Keys()
    trust = device.trust
    if trust.chain:
        own = read_credentials(trust.chain, trust.key, trust.passphrase)
        return Keys(credentials=own, trust=read_certificates(trust.roots))
    if folder is None:
        return _keys_from(Pki.generate(at), device)
    _fill(folder, at)
    kind = _PRESENTED[device.role]
    own = read_credentials((folder / f"{kind}_chain.pem",), folder / f"{kind}_key.pem", label=kind.value)
    roots = read_certificates((folder / "v2g_root.pem", folder / "oem_root.pem"))
    known = Keys(credentials=own, trust=(*roots, *read_certificates(trust.roots)))
    if not device.behaviour.contract:
        return known
    contract = read_credentials((folder / f"{_CONTRACT}_chain.pem",), folder / f"{_CONTRACT}_key.pem", label=_CONTRACT)
    anchors = read_certificates((folder / "mo_root.pem",))
    return msgspec.structs.replace(known, contract=contract, contract_roots=anchors)


def _keys_from(pki: Pki, device: Device) -> Keys:
    own = pki.chain(_PRESENTED[device.role])
    return Keys(
        credentials=own,
        trust=(*pki.v2g_roots, *pki.oem_roots),
        contract=pki.contract_chain(),
        contract_roots=pki.mo_roots,
    )


def _fill(folder: Path, at: float) -> None:
    """Make a PKI there, unless there is one; of two that do so at once, the first is taken by both."""
    known = folder / "v2g_root.pem"
    if known.exists():
        return
    made = folder.with_name(f"{folder.name}.{os.getpid()}")
    try:
        Pki.generate(at).write_pem(made)
        made.rename(folder)
    except OSError as error:
        shutil.rmtree(made, ignore_errors=True)
        if not known.exists():
            what, do = f"no PKI can be written there: {error.strerror}", "name a folder that is new or empty"
            raise UserError(what, where=str(folder), do=do) from error


def _common_name(certificate: bytes) -> str:
    names = x509.load_der_x509_certificate(certificate).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value)


def _with(parameters: dict[str, Any], changes: list[str]) -> dict[str, Any]:
    """The parameters with each change; a dot in a key reaches into a table."""
    result = dict(parameters)
    for change in changes:
        key, equals, text = change.partition("=")
        if not equals or not key.strip():
            raise ProfileError("is no key=value", where=f"--set {change}", do="write --set soc=20, for instance")
        *path, last = key.strip().split(".")
        table = result
        for part in path:
            inner = table.get(part)
            table[part] = dict(inner) if isinstance(inner, dict) else {}
            table = table[part]
        table[last] = _value(text.strip())
    return result


def _value(text: str) -> Any:
    """A value as TOML has it; what is no TOML is a text."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
