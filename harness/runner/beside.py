"""The emulated EV or station that meets a device under test in the place of the usual one: `--beside`."""

from __future__ import annotations

import msgspec

from harness.core.case import Role
from harness.core.errors import ProfileError
from harness.core.feature import FEATURE_MEANING, Feature
from harness.kit.fit import misfit
from harness.kit.parties import Keys, ev_of, station_of
from harness.messages.iso20.energy import EnergyService
from harness.pki.build import Pki
from harness.profile.device import Device
from harness.transports.clock import VIRTUAL_EPOCH

_FEATURES = {
    EnergyService.AC: Feature.ISO20_AC,
    EnergyService.AC_BPT: Feature.ISO20_AC_BPT,
    EnergyService.DC: Feature.ISO20_DC,
    EnergyService.DC_BPT: Feature.ISO20_DC_BPT,
    EnergyService.MCS: Feature.ISO20_MCS,
    EnergyService.MCS_BPT: Feature.ISO20_MCS_BPT,
}
_OTHER = {Role.EV: Role.STATION, Role.STATION: Role.EV}


def beside(profile: Device, devices: tuple[Device, ...], where: str) -> Device:
    """The profile as it meets the device under test: on terms that a real one needs, with a PKI that both know.

    Args:
        profile: who is to meet the device.
        devices: the subjects of the run.
        where: the file of `profile`.

    Raises:
        ProfileError: the two are no pair.
    """
    if profile.connection.kind != "emulated":
        raise ProfileError("is not emulated, so it cannot stand beside a device under test", where=where, do=_advice())
    subject = devices[0]
    if len(devices) != 1 or subject.role is Role.CSMS:
        raise ProfileError(
            "stands beside one EV or one station under test", where=where, do="give one --device of the other role"
        )
    if profile.role is not _OTHER[subject.role]:
        raise ProfileError(
            f"plays the {profile.role}; {subject.device.id} is a {subject.role} as well"
            if profile.role is subject.role
            else f"plays the {profile.role}, which is not the other side of the plug",
            where=where,
            do=_advice(),
        )
    meeting = profile if subject.connection.kind == "emulated" else _on_terms_of(subject, profile)
    _check_pair(subject, meeting, where)
    return meeting


def _on_terms_of(subject: Device, profile: Device) -> Device:
    """A real device needs its TLS, its patience and what its profile says of our side, whoever meets it."""
    return msgspec.structs.replace(
        profile,
        connection=msgspec.structs.replace(profile.connection, tls=subject.connection.tls),
        limits=subject.limits,
        parameters={**profile.parameters, **subject.parameters},
    )


def _check_pair(subject: Device, meeting: Device, where: str) -> None:
    if subject.connection.kind == "emulated":
        keys = Keys(credentials=Pki.generate(VIRTUAL_EPOCH).secc_chain())
        sides = {one.role: one for one in (subject, meeting)}
        why = misfit(ev_of(sides[Role.EV], keys), station_of(sides[Role.STATION], keys))
    else:
        why = _denied(subject, meeting)
    if why:
        raise ProfileError(f"does not fit {subject.device.id}: {why}", where=where, do="take another one beside it")


def _denied(subject: Device, meeting: Device) -> str:
    """What a real device says it cannot and the other needs."""
    keys = Keys()
    if meeting.role is Role.EV:
        car = ev_of(meeting, keys).car
        services: tuple[int, ...] = (car.service, *car.other_services)
    else:
        services = station_of(meeting, keys).settings.services
    wanted = [_FEATURES[EnergyService(one)] for one in services if one in set(_FEATURES)]
    if not wanted or any(subject.features.get(feature, True) for feature in wanted):
        return ""
    return "; ".join(f"it denies {feature.value} ({FEATURE_MEANING[feature]})" for feature in wanted)


def _advice() -> str:
    return "name an emulated profile of the other role"
