"""Makes benches: knows the devices of a run, their certificates, and how to start those that need it."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from random import Random  # noqa: TID251 - seeded by the run
from typing import Any, Literal

from msgspec import Struct

from harness.core.case import Role
from harness.core.feature import Feature
from harness.endpoints.csms.csms import Csms
from harness.endpoints.ev.car import Car
from harness.endpoints.ev.ev import Ev
from harness.endpoints.mutants.mutant import Mutant
from harness.endpoints.station.station import Station
from harness.endpoints.sut.actuators import Actuators, actuators
from harness.endpoints.sut.launch import LaunchedDevice, launched
from harness.endpoints.sut.trust import read_certificates, read_credentials
from harness.kit.backend import with_office
from harness.kit.bench import Bench
from harness.kit.cast import Stage
from harness.kit.contracts import is_strict, with_contract, with_provider
from harness.kit.older import with_older_papers, with_older_provider
from harness.kit.parties import BOTH_WAYS as BOTH_WAYS
from harness.kit.parties import Keys, ev_for, ev_of, station_for, station_of
from harness.kit.reach import await_caller, find_backend, find_ports, find_station
from harness.kit.status import minding_ev, minding_station
from harness.kit.subject import Party, faulty, mute
from harness.pki.build import Pki
from harness.pki.catalogue import OCSP_ADDRESS
from harness.profile.device import Device
from harness.trace.trace import Trace
from harness.transports.clock import VIRTUAL_EPOCH, run
from harness.transports.tls.keylog import KeyLogFile


class Parties(Struct, frozen=True, kw_only=True):
    """The three good emulated parties, set up for one device."""

    ev: Ev
    station: Station
    csms: Csms

    def of(self, role: Role) -> Party:
        """The one that plays `role`."""
        if role is Role.EV:
            return self.ev
        return self.station if role is Role.STATION else self.csms


class Workshop:
    """One for a run; `close` ends the devices that it started."""

    def __init__(
        self,
        devices: tuple[Device, ...],
        *,
        network: Literal["memory", "loopback"] = "memory",
        seed: int = 1,
        now: float = VIRTUAL_EPOCH,
        places: dict[str, str] | None = None,
        beside: Device | None = None,
        attended: bool = False,
        run_name: str = "",
    ) -> None:
        """Prepare for these devices.

        Args:
            devices: the subjects, at most one for each role.
            network: where emulated parties meet.
            seed: of everything drawn by chance.
            now: Unix time around which certificates are valid.
            places: what `{name}` means in a device's launch table.
            beside: the emulated EV or station that meets the subject, in the place of the usual one.
            attended: whether somebody is at the terminal, who may be asked to do things at a real device.
            run_name: what adapters of real devices are told the run is called.
        """
        self._attended, self._run_name = attended, run_name
        self._devices = {device.role: device for device in devices}
        self._network, self._seed = network, seed
        named = (device.connection.ocsp_address for device in devices)
        self.pki = Pki.generate(now, ocsp_address=next(filter(None, named), OCSP_ADDRESS))
        self._places, self._beside = dict(places or {}), beside
        self._made: dict[Role, Parties] = {}
        self._started: dict[str, LaunchedDevice] = {}
        self._read: dict[str, int] = {}
        self._stack = ExitStack()
        self._keylog: KeyLogFile | None = None

    def bench(
        self, role: Role, mutant: Mutant | None = None, *, silent: bool = False, replay: list[Trace] | None = None
    ) -> Bench:
        """A fresh bench around the device that plays `role`: good, one of its mutants, mute, real, or replayed.

        Raises:
            UnreachableError: a real device could not be started.
        """
        device = self._devices[role]
        emulated = device.connection.kind == "emulated"
        parties = self._parties(device)
        subject = parties.of(role) if emulated else None
        if subject is not None:
            subject = mute(subject) if silent else faulty(subject, mutant)
        network = "memory" if mutant or silent else self._network
        bench = Bench(
            Stage(
                device=device,
                pki=self.pki,
                ev=parties.ev.having(keylog=self._keylog),
                station=parties.station.having(keylog=self._keylog),
                csms=parties.csms,
                subject=subject,
                network=network if emulated else "interface",
                rng=Random(self._seed),  # noqa: S311 - reproducible on purpose
                launched=None if emulated or replay is not None else self._launched(device),
                hands=None if emulated or replay is not None else self._hands(device),
                replay=replay,
            )
        )
        return bench.secured(usual) if (usual := device.connection.security_profile) else bench

    def prepare(self) -> None:
        """Start the devices that need it, and see that those in reach of a question answer it.

        Raises:
            UnreachableError: one cannot be started or does not answer; says what was tried.
        """
        for role, device in self._devices.items():
            if device.connection.kind == "emulated":
                continue
            self._launched(device)
            run(find_ports(device), virtual=False)
            if role is Role.STATION and not _has_vehicle_side(device):
                run(await_caller(device), virtual=False)
            elif role is Role.STATION:
                run(find_station(device, self._parties(device).ev), virtual=False)
            elif role is Role.CSMS:
                run(find_backend(device), virtual=False)

    def keep_keys(self, folder: Path) -> None:
        """From now on write the secrets of the TLS connections of our EV and station into `folder`.

        Raises:
            UserError: the folder or the file cannot be made.
        """
        self._keylog = self._stack.enter_context(KeyLogFile(folder))

    def logs(self) -> list[tuple[str, bytes]]:
        """What the devices that we started have printed since the last call."""
        fresh: list[tuple[str, bytes]] = []
        for name, device in self._started.items():
            printed = device.log.read_bytes()
            fresh.append((f"{name}.log", printed[self._read.get(name, 0) :]))
            self._read[name] = len(printed)
        return fresh

    def close(self) -> None:
        """End every device that was started."""
        self._stack.close()

    def _parties(self, device: Device) -> Parties:
        """The good parties for a device; they are frozen values, so that all its benches can share them."""
        if device.role not in self._made:
            self._made[device.role] = self._make(device)
        return self._made[device.role]

    def _make(self, device: Device) -> Parties:
        ours, beside = device.connection.kind == "emulated", self._beside
        ev_keys, station_keys = self._keys(device, Role.EV), self._keys(device, Role.STATION)
        if ours and device.role is Role.EV:
            ev = ev_of(device, ev_keys)
        elif beside is not None and beside.role is Role.EV:
            ev = ev_of(beside, ev_keys)
        else:
            ev = ev_for(device, ev_keys)
        if ours and device.role is Role.STATION:
            station = station_of(device, station_keys, site_plan=BOTH_WAYS)
        elif beside is not None and beside.role is Role.STATION:
            station = station_of(beside, station_keys, site_plan=BOTH_WAYS)
        else:
            station = station_for(device, station_keys)
        ev = minding_ev(ev, device, self._profile(device, Role.EV))
        station = minding_station(station, device, self._profile(device, Role.STATION), self.pki)
        return Parties(
            ev=with_older_papers(with_contract(ev, device, self.pki, self._profile(device, Role.EV)), device, self.pki),
            station=with_older_provider(self._taking_contracts(station, device), self.pki),
            csms=with_office(Csms(), self.pki),
        )

    def _taking_contracts(self, station: Station, device: Device) -> Station:
        profile, trusted = self._profile(device, Role.STATION), _own_roots(device)
        return with_provider(station, self.pki, profile, trusted=trusted, strict=is_strict(device))

    def _profile(self, device: Device, role: Role) -> Device | None:
        """The profile that our party in this role is made from, if it is made from one."""
        emulated = device.connection.kind == "emulated"
        named = (device if emulated else None, self._beside)
        return next((one for one in named if one is not None and one.role is role), None)

    def _keys(self, device: Device, ours: Role) -> Keys:
        """What our EV or station presents, and the roots it trusts: those of the run and of the device's own PKI."""
        roots = self.pki.v2g_roots if ours is Role.EV else (*self.pki.oem_roots, *self.pki.v2g_roots)
        return Keys(credentials=self._credentials(device, ours), trust=(*roots, *_own_roots(device)))

    def _credentials(self, device: Device, ours: Role) -> Any:
        """What our EV or station presents: the device's own PKI if its profile brings one, else that of the run."""
        trust = device.trust
        if trust.chain and device.role is not ours:
            return read_credentials(trust.chain, trust.key, trust.passphrase)
        return self.pki.vehicle_chain(Car().evcc_id) if ours is Role.EV else self.pki.secc_chain()

    def _hands(self, device: Device) -> Actuators:
        return actuators(device.actuators, attended=self._attended, run=self._run_name)

    def _launched(self, device: Device) -> LaunchedDevice | None:
        if device.launch is None:
            return None
        if device.device.id not in self._started:
            folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="v2x-")))
            self.pki.write_pem(folder / "pki")
            if device.offers(Feature.ED448):
                self.pki.additional.write_pem(folder / "pki" / "ed448")
            places = {**self._places, "pki": str(folder / "pki")}
            log = folder / f"{device.device.id}.log"
            started = self._stack.enter_context(launched(device.launch, log=log, places=places))
            self._started[device.device.id] = started
        return self._started[device.device.id]


def _has_vehicle_side(device: Device) -> bool:
    """Whether it claims a protocol of the vehicle link."""
    return any(device.offers(feature) for feature in (Feature.ISO20, Feature.ISO2, Feature.DIN))


def _own_roots(device: Device) -> tuple[bytes, ...]:
    """The roots of a device's own PKI."""
    return read_certificates(device.trust.roots) if device.trust.roots else ()
