"""The `[parameters]` table of a device profile: what an emulated device is, or what ours is for a real one."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec
from msgspec import Struct

from harness.core.case import Role
from harness.core.errors import ProfileError
from harness.endpoints.ev.car import Car
from harness.endpoints.ev.ev import Ev
from harness.endpoints.ev.iso2.terms import EvIso2Terms
from harness.endpoints.station.settings import StationSettings
from harness.profile.device import Device

Settings = TypeVar("Settings", bound=Struct)

_PAGE = "see docs/reference/profiles.md for what may stand there"


class Beside(Struct, frozen=True, kw_only=True):
    """What a device profile may tell beside the settings of an emulated car and station."""

    voltage_tolerance: float = Ev().voltage_tolerance
    """Volts that a station's present voltage may be away from the battery's."""
    evccid: str = ""
    """The EVCCID that the EV under test tells."""
    file_host: str = ""
    """Name or address of this machine by which a real station fetches firmware and brings logs."""
    firmware_file: str = ""
    """File with a firmware that a real station can install; its signature is in the next one, in base64."""
    firmware_signature: str = ""
    firmware_certificate: str = ""
    """PEM file of the certificate that it is signed with."""


class EvBeside(Struct, frozen=True, kw_only=True):
    """What stands beside the `Car` of an EV."""

    iso2: EvIso2Terms = EvIso2Terms()
    """How it goes about the older protocols."""


_KINDS: dict[Role, tuple[Any, ...]] = {Role.EV: (Car, EvBeside), Role.STATION: (StationSettings,), Role.CSMS: ()}


def described(device: Device) -> Role:
    """Whom the parameters describe first: the device itself if it is emulated, else the one of ours that meets it."""
    if device.connection.kind == "emulated":
        return device.role
    return Role.EV if device.role is Role.STATION else Role.STATION


def check_parameters(device: Device, where: str) -> None:
    """See that each parameter is known, and of the right kind, before anything starts.

    Raises:
        ProfileError: one is not; names file, table and key.
    """
    for name, value in device.parameters.items():
        kind = _home(device, name)
        if kind is None:
            kinds: list[Any] = [Beside, *_KINDS[Role.EV], *_KINDS[Role.STATION]]
            known = {one for each in kinds for one in _fields(each)}
            near = get_close_matches(name, known, n=1)
            raise ProfileError(
                f"unknown key at parameters.{name}", where=where, do=f"did you mean {near[0]}?" if near else _PAGE
            )
        _read(kind, name, value, where)


def settings_of(kind: type[Settings], device: Device, **usual: Any) -> Settings:
    """A settings value with those parameters that belong to it, and `usual` values for others.

    Raises:
        ProfileError: a parameter is of the wrong kind.
    """
    mine = {name: value for name, value in device.parameters.items() if _home(device, name) is kind}
    read = {name: _read(kind, name, value, device.device.id) for name, value in mine.items()}
    return kind(**{**usual, **read})


def _home(device: Device, name: str) -> Any:
    """The settings that a parameter belongs to; where both parties have it, those of the one described."""
    first = described(device)
    order = (first, *(role for role in (Role.STATION, Role.EV) if role is not first))
    kinds: list[Any] = [Beside, *(kind for role in order for kind in _KINDS[role])]
    return next((kind for kind in kinds if name in _fields(kind)), None)


@cache
def _fields(kind: Any) -> tuple[str, ...]:
    return tuple(one.name for one in msgspec.structs.fields(kind))


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, name: str, value: Any, where: str) -> Any:
    """The value of one parameter; a table changes what it names and leaves the rest as it usually is."""
    hint = _hints(kind)[name]
    usual = getattr(kind(), name)
    if isinstance(value, dict) and isinstance(usual, Struct):
        parts = {key: _read_part(type(usual), f"{name}.{key}", value[key], where) for key in value}
        return msgspec.structs.replace(usual, **parts)
    _check_inside(hint, name, value, where)
    try:
        return msgspec.convert(value, hint)
    except msgspec.ValidationError as error:
        raise ProfileError(
            f"{str(error).partition(' - at')[0]} at parameters.{name}, which is {value!r}",
            where=where,
            do="write a bare number: powers in W, currents in A, voltages in V, energies in Wh, times in s"
            if isinstance(value, str)
            else _PAGE,
        ) from error


def _read_part(kind: Any, path: str, value: Any, where: str) -> Any:
    name = path.rpartition(".")[2]
    if name not in _fields(kind):
        raise ProfileError(f"unknown key at parameters.{path}", where=where, do=_PAGE)
    hint = _hints(kind)[name]
    _check_inside(hint, path, value, where)
    try:
        return msgspec.convert(value, hint)
    except msgspec.ValidationError as error:
        what = str(error).partition(" - at")[0]
        raise ProfileError(f"{what} at parameters.{path}, which is {value!r}", where=where, do=_PAGE) from error


def _check_inside(hint: Any, path: str, value: Any, where: str) -> None:
    """Tables within lists have no unknown keys either."""
    inner = [each for each in get_args(hint) if isinstance(each, type)]
    kinds = [each for each in (hint, *inner) if isinstance(each, type) and issubclass(each, Struct)]
    tables = value if isinstance(value, list) else [value]
    for table in tables:
        if isinstance(table, dict) and kinds:
            for key in set(table) - set(_fields(kinds[0])):
                raise ProfileError(f"unknown key at parameters.{path}.{key}", where=where, do=_PAGE)
