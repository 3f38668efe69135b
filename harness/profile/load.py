"""Reads profiles from TOML; what is wrong is told with file, table and key before anything starts."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from harness.core.errors import ProfileError
from harness.core.feature import Feature
from harness.profile.actuators import check_actuators
from harness.profile.device import Behaviour, Device
from harness.profile.ocpp import check_ocpp
from harness.profile.programme import Programme

Profile = TypeVar("Profile", Device, Programme)

_AT = re.compile(r"^(?P<what>.*?)(?: - at (?:`key` in )?`(?P<path>[^`]*)`)?$", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<key>[^`]+)`")
_MISSING = re.compile(r"Object missing required field `(?P<key>[^`]+)`")


def load_device(path: Path) -> Device:
    """Read a device profile.

    Raises:
        ProfileError: the file is not there, is no TOML, or says something that we do not know.
    """
    return read_device(read_text(path), where=str(path))


def load_programme(path: Path) -> Programme:
    """Read a programme profile.

    Raises:
        ProfileError: as `load_device`.
    """
    return read_programme(read_text(path), where=str(path))


def read_device(text: str, *, where: str) -> Device:
    """The device profile that `text` is; `where` names its place in an error.

    Raises:
        ProfileError: it is no TOML, or says something that we do not know.
    """
    device = _read(text, where, Device)
    _check_consistency(device, where)
    return device


def read_programme(text: str, *, where: str) -> Programme:
    """The programme profile that `text` is.

    Raises:
        ProfileError: as `read_device`.
    """
    return _read(text, where, Programme)


def read_text(path: Path) -> str:
    """The text of a profile.

    Raises:
        ProfileError: there is none.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"cannot be read: {error}", where=str(path), do="name a TOML profile") from error


def _read(text: str, where: str, kind: type[Profile]) -> Profile:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"is not TOML: {error}", where=where, do="mend that line") from error
    try:
        return msgspec.convert(tables, kind)
    except msgspec.ValidationError as error:
        raise _explain(_named(str(error), tables), where) from error


def _named(told: str, tables: dict[str, Any]) -> str:
    """The same words with the key of an answer that is neither yes nor no, which they leave out."""
    answers = tables.get("features")
    if "$.features[...]" not in told or not isinstance(answers, dict):
        return told
    wrong = next((key for key, answer in answers.items() if not isinstance(answer, bool)), "[...]")
    return told.replace("$.features[...]", f"$.features.{wrong}")


def _explain(told: str, where: str) -> ProfileError:
    matched = _AT.match(told)
    what, place = (matched.group("what"), matched.group("path") or "$") if matched else (told, "$")
    table = place.removeprefix("$").strip(".")
    if unknown := _UNKNOWN.search(what):
        problem, key = "unknown key", unknown.group("key")
    elif missing := _MISSING.search(what):
        problem, key = "missing key", missing.group("key")
    elif what.startswith("Invalid enum value"):
        problem, key = f"unknown name: {what}", ""
    else:
        problem, key = what, ""
    full = ".".join(part for part in (table, key) if part)
    return ProfileError(
        f"{problem} at {full or 'the top level'}",
        where=where,
        do="see docs/reference/profiles.md for what may stand there",
    )


_OF_ISO2 = tuple(feature for feature in Feature if feature.value.startswith("iso2_"))


def _check_consistency(device: Device, where: str) -> None:
    """Combinations of answers that contradict each other are errors of the profile."""
    features = device.features
    contradictions = (
        (Feature.ISO20_DC_BPT, Feature.ISO20_DC, "a bidirectional DC service without the DC service"),
        (Feature.PAUSE, Feature.ISO20, "pause of a protocol that is not spoken"),
        (Feature.ISO20_DC, Feature.ISO20, "a service of a protocol that is not spoken"),
        (Feature.ISO20_AC, Feature.ISO20, "a service of a protocol that is not spoken"),
        (Feature.ISO20_MCS, Feature.ISO20, "a service of a protocol that is not spoken"),
        (Feature.ISO20_AC_BPT, Feature.ISO20_AC, "a bidirectional AC service without the AC service"),
        (Feature.ISO20_MCS_BPT, Feature.ISO20_MCS, "a bidirectional megawatt service without the megawatt service"),
        *((feature, Feature.ISO2, "a part of a protocol that is not spoken") for feature in _OF_ISO2),
        (Feature.STRICT_TLS_PROFILE, Feature.TLS13, "the TLS profile of ISO 15118-20 without TLS 1.3"),
        (Feature.TLS13_MUTUAL, Feature.TLS13, "mutual TLS 1.3 without TLS 1.3"),
        (Feature.CERTIFICATE_INSTALLATION, Feature.PNC, "contract certificates without Plug and Charge"),
        (Feature.OFFLINE_QUEUE, Feature.OCPP201, "an offline queue without OCPP"),
        (Feature.SMART_CHARGING, Feature.OCPP201, "charging profiles without OCPP"),
    )
    for claimed, needed, text in contradictions:
        if features.get(claimed) and not features.get(needed, True):
            raise ProfileError(
                f"table [features] claims {claimed.value} but denies {needed.value}: {text}",
                where=where,
                do="correct one of the two answers",
            )
    _check_behaviour(device, where)
    if device.ocpp is not None:
        check_ocpp(device.ocpp, device.role, where)
    check_actuators(device.actuators, emulated=device.connection.kind == "emulated", where=where)
    if device.connection.kind == "network" and device.role.value != "csms" and not device.connection.interface:
        raise ProfileError(
            "missing key at connection.interface", where=where, do="name the network interface to the device"
        )


def _check_behaviour(device: Device, where: str) -> None:
    """How a device behaves is ours to say only where it is ours, and only what it can do at all."""
    own, tls = device.behaviour, device.connection.tls
    emulated = device.connection.kind == "emulated"
    objections = (
        (
            not emulated and own != Behaviour(),
            "[behaviour] of a device that is not emulated",
            "leave the table out; our side may be told with --beside",
        ),
        (not own.speaks, "nothing is spoken at behaviour.speaks", "name one protocol at least: iso20, iso2 or din"),
        (
            emulated and "iso20" in own.speaks and tls == "1.2",
            'behaviour.speaks has iso20, connection.tls is "1.2": ISO 15118-20 needs TLS 1.3',
            'write tls = "1.3" or "1.3-lenient", or leave iso20 out',
        ),
        (
            own.contract and tls == "none",
            'behaviour.contract with connection.tls = "none": Plug and Charge needs TLS',
            "take a version of TLS, or leave the contract out",
        ),
        (
            bool(device.features.get(Feature.PNC)) and tls == "none",
            'table [features] claims pnc, connection.tls is "none": Plug and Charge needs TLS',
            "take a version of TLS, or answer pnc with false",
        ),
    )
    for broken, what, do in objections:
        if broken:
            raise ProfileError(what, where=where, do=do)
