"""The `[parameters]` table of a device profile: what our emulated parties should be like for it."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, TypeVar, get_type_hints

import msgspec
from msgspec import Struct

from harness.core.errors import ProfileError
from harness.endpoints.ev.car import Car
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.settings import StationSettings
from harness.profile.device import Device

Settings = TypeVar("Settings", bound=Struct)


class Beside(Struct, frozen=True, kw_only=True):
    """What a device profile may tell beside the settings of an emulated car and station."""

    voltage_tolerance: float = Ev().voltage_tolerance
    """Volts that a station's present voltage may be away from the battery's."""
    connectors: int = 1
    """How many connectors the station has."""
    evccid: str = ""
    """The EVCCID that the EV under test tells."""


def check_parameters(device: Device, where: str) -> None:
    """See that each parameter is known, and of the right kind, before anything starts.

    Raises:
        ProfileError: one is not; names file, table and key.
    """
    known = {name: kind for kind in (Beside, StationSettings, Car) for name in _fields(kind)}
    for name, value in device.parameters.items():
        if name not in known:
            near = get_close_matches(name, known, n=1)
            raise ProfileError(
                f"unknown key at parameters.{name}",
                where=where,
                do=f"did you mean {near[0]}?" if near else "see docs/reference/profiles.md for what may stand there",
            )
        _read(known[name], name, value, where)


def settings_of(kind: type[Settings], device: Device, **usual: Any) -> Settings:
    """A settings value with those parameters that it has a field for, and `usual` values for others.

    Raises:
        ProfileError: a parameter is of the wrong kind.
    """
    mine = {name: value for name, value in device.parameters.items() if name in _fields(kind)}
    read = {name: _read(kind, name, value, device.device.id) for name, value in mine.items()}
    return kind(**{**usual, **read})


def _fields(kind: type[Any]) -> tuple[str, ...]:
    return tuple(one.name for one in msgspec.structs.fields(kind))


def _read(kind: type[Any], name: str, value: Any, where: str) -> Any:
    try:
        return msgspec.convert(value, get_type_hints(kind)[name])
    except msgspec.ValidationError as error:
        raise ProfileError(
            f"{str(error).partition(' - at')[0]} at parameters.{name}, which is {value!r}",
            where=where,
            do="write a bare number: powers in W, currents in A, voltages in V, energies in Wh, times in s"
            if isinstance(value, str)
            else "see docs/reference/profiles.md for what may stand there",
        ) from error
