"""The three parties of a case: two of ours to bend, one under test; `run` lets them meet and returns the trace."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from msgspec import structs

from harness.core.case import Role
from harness.core.errors import Unreached
from harness.endpoints.csms.csms import Csms
from harness.endpoints.ev.ev import Ev
from harness.endpoints.file_shelf import Shelf
from harness.endpoints.ocpp_security import SecurityProfile
from harness.endpoints.station.station import Station
from harness.endpoints.station.upkeep_terms import FirmwareTerms
from harness.faults.fault import Fault
from harness.kit.backend import with_certificates
from harness.kit.cast import Cast, Stage
from harness.kit.contracts import Contracts
from harness.kit.filing import known_as
from harness.kit.meeting import meet
from harness.kit.ocpp_security import secured_csms, secured_station
from harness.kit.root_names import names_of
from harness.kit.scene import Scene, played
from harness.kit.subject import ROLES, Party
from harness.kit.tls_older import older_ev, older_station
from harness.kit.until import Until, finished
from harness.kit.vehicle_status import VehicleStatus
from harness.pki.build import Pki
from harness.pki.ocsp import Status
from harness.profile.device import Device
from harness.trace.entry import FaultStruck
from harness.trace.trace import Trace
from harness.transports.clock import running_clock
from harness.transports.tls.adversary import Adversary


class Bench:
    """What a case bends and runs; made anew for every attempt.

    `ev`, `station` and `csms` are the good emulated parties, set up for the device under test. The one that plays the
    device's own role is only there to be read: bending it would bend nothing.
    """

    def __init__(self, stage: Stage) -> None:
        """Set up for one attempt on a stage."""
        self._stage = stage
        self.traces: list[Trace] = []
        """What each `run` recorded, in order."""
        self.unstruck: list[str] = []
        """Faults that were to strike and never did."""

    @property
    def device(self) -> Device:
        """The profile of the device under test."""
        return self._stage.device

    @property
    def pki(self) -> Pki:
        """The PKI of this run."""
        return self._stage.pki

    @property
    def contracts(self) -> Contracts:
        """What is signed with the contracts of this run, rightly or not."""
        return Contracts(self.pki)

    @property
    def ev(self) -> Ev:
        """The good EV."""
        return self._stage.ev

    @property
    def station(self) -> Station:
        """The good station."""
        return self._stage.station

    @property
    def csms(self) -> Csms:
        """The good backend."""
        return self._stage.csms

    def minding_status(self) -> Bench:
        """The same bench, with parties that staple OCSP responses and refuse chains without good ones.

        A real device does as its profile says at any time. Emulated ones leave status aside in all other cases, for
        staples to each certificate take the slower TLS engine.
        """
        stage = self._stage
        subject = stage.subject
        if isinstance(subject, Ev | Station):
            subject = subject.having(minds_status=True)
        ev, station = stage.ev.having(minds_status=True), stage.station.having(minds_status=True)
        return self._on(replace(stage, ev=ev, station=station, subject=subject))

    def managing_certificates(
        self, *, contracts: bool = False, central: bool = False, continuing: bool = False
    ) -> Bench:
        """The same bench, whose stations have certificates that their backend can renew, and know its root.

        A real device has them at any time. Emulated ones need none in other cases.

        Args:
            contracts: emulated stations have the backend hand out contracts.
            central: they may have it validate contracts whose root they lack.
            continuing: they want a new root of their backend to be signed by the old one.
        """
        stage, subject = self._stage, self._stage.subject
        terms = {"contracts": contracts, "central": central, "continuing": continuing}
        station = with_certificates(stage.station, stage.pki, **terms)
        if isinstance(subject, Station):
            subject = with_certificates(subject, stage.pki, **terms)
        return self._on(replace(stage, station=station, subject=subject))

    def serving(self, shelf: Shelf, firmware: FirmwareTerms | None = None) -> Bench:
        """The same bench with a file server beside the backend; `harness.kit.filing` tells where it is.

        Args:
            shelf: what it has.
            firmware: how emulated stations go about firmware; None: as they do anyway.

        Raises:
            Unreached: a real station would not find it, for its profile does not say by which host.
        """
        stage, subject = replace(self._stage, shelf=shelf), self._stage.subject
        known_as(stage)
        if firmware is None:
            return self._on(stage)
        if isinstance(subject, Station):
            subject = subject.set(firmware_terms=firmware)
        return self._on(replace(stage, station=stage.station.set(firmware_terms=firmware), subject=subject))

    def limiting_in(self, unit: str) -> Bench:
        """The same bench, whose emulated station takes limits in this unit alone, `W` or `A`.

        A real device does as its profile says at any time.
        """
        subject = self._stage.subject
        if isinstance(subject, Station):
            terms = structs.replace(subject.settings.charging, units=(unit,))
            subject = subject.set(charging=terms)
        return self._on(replace(self._stage, subject=subject))

    def vehicle_status(self, status: Status | None, depth: int | None = None) -> Bench:
        """The same bench minding status, whose responder says this of the vehicle's chain.

        A real station hears it if its profile says where it can ask: `ocsp_address`.

        Args:
            status: what it says, or is wrong with what it says; None: nobody answers at all.
            depth: which certificate, counted from the leaf, the others being good; None: each of them.
        """
        said = VehicleStatus(status=status, depth=depth)
        return self._on(replace(self.minding_status()._stage, vehicle_status=said))

    def over_tls12(self) -> Bench:
        """The same bench, whose parties speak ISO 15118-2 over TLS 1.2, in which the station alone shows a certificate.

        A real device does so at any time. Emulated ones have TLS 1.3 alone in all other cases.
        """
        stage, subject = self._stage, self._stage.subject
        if isinstance(subject, Ev):
            subject = older_ev(subject, stage.ev, stage.pki)
        elif isinstance(subject, Station):
            subject = older_station(subject, stage.station, stage.pki)
        ev = older_ev(stage.ev, stage.ev, stage.pki)
        station = older_station(stage.station, stage.station, stage.pki).in_iso2()
        return self._on(replace(stage, ev=ev, station=station, subject=subject))

    def naming_roots(self) -> Bench:
        """The same bench, whose EV under test names the roots that it trusts in its ClientHello.

        A real one does so at any time, or never. The emulated one speaks in all other cases by OpenSSL, which cannot.
        """
        subject = self._stage.subject
        if not isinstance(subject, Ev) or subject.tls_adversary is not None:
            return self
        names = tuple(bytes.fromhex(name) for name in names_of(subject.trust))
        return self._on(replace(self._stage, subject=subject.having(tls_adversary=Adversary(authorities=names))))

    def trusting(self, *roots: bytes, installed: bool = False) -> Bench:
        """The same bench, whose device under test trusts more roots for the other side's chain.

        Args:
            roots: DER.
            installed: a real device was given them before the run.

        Raises:
            Unreached: nobody could give them to a real device.
        """
        subject = self._stage.subject
        if isinstance(subject, Ev | Station):
            return self._on(replace(self._stage, subject=subject.having(trust=(*subject.trust, *roots))))
        if not installed and self._stage.replay is None:
            raise Unreached("this takes a root that the device under test was never given")
        return self

    def _on(self, stage: Stage) -> Bench:
        """The same bench on another stage; what it records counts for this one."""
        bench = Bench(stage)
        bench.traces, bench.unstruck = self.traces, self.unstruck
        return bench

    def secured(self, profile: int) -> Bench:
        """The same bench, with parties that speak OCPP at this security profile of A00.

        A real device does so at the address, or on the terms, that its profile names for it.
        """
        stage, wanted = self._stage, SecurityProfile(profile)
        subject: Party | None = stage.subject
        station = secured_station(stage.station, wanted, stage.pki, stage.device)
        csms = secured_csms(stage.csms, wanted, stage.pki, stage.device, station)
        if isinstance(subject, Station):
            subject = secured_station(subject, wanted, stage.pki, stage.device)
        elif isinstance(subject, Csms):
            subject = secured_csms(subject, wanted, stage.pki, stage.device, station)
        return self._on(replace(stage, station=station, csms=csms, subject=subject, security_profile=wanted))

    async def run(
        self,
        *parties: Party,
        until: Callable[[], Until] | None = None,
        faults: Iterable[Fault] = (),
        limit: float | None = None,
        gap: float = 2.0,
        plug: bool = True,
        visits: int = 1,
        scene: Scene = (),
        at_once: bool = False,
    ) -> Trace:
        """Let the parties meet until enough was seen, then take them apart.

        Args:
            parties: bent parties of ours, good ones stand in for the rest; several EVs come one after the other.
            until: when enough was seen; by default when the EV is done.
            faults: deliberate faults on what our side sends.
            limit: seconds after which the run ends anyway; what was awaited then counts as not seen.
            gap: seconds between one EV and the next.
            plug: whether an EV comes at all.
            visits: how often an EV under test comes; it stays plugged in between if it paused its session.
            scene: what is played between station and backend meanwhile; see `play`.
            at_once: the scene does not wait for the station to be accepted.

        Raises:
            ValueError: a party plays the role of the device under test.
            UnreachableError: the device cannot be reached.
        """
        if self._stage.replay is not None:
            trace = self._stage.replay.pop(0) if self._stage.replay else Trace(entries=(), subject=self.device.role)
            struck = {entry.body.fault for entry in trace if isinstance(entry.body, FaultStruck)}
            self.unstruck += [str(fault) for fault in faults if str(fault) not in struck]
        else:
            cast = structs.replace(self._cast(parties, plug=plug, visits=visits), scene=scene, at_once=at_once)
            seconds = self.device.limits.run_s if limit is None else limit
            wanted = (until or finished())()
            met = await meet(
                self._stage,
                cast,
                wanted,
                tuple(faults),
                limit=seconds,
                gap=gap,
                clock=running_clock(),
                first=1 + sum(map(len, self.traces)),
            )
            trace = met.trace
            self.unstruck += met.unstruck
        self.traces.append(trace)
        return trace

    async def play(
        self,
        scene: Scene,
        *parties: Party,
        until: Callable[[], Until] | None = None,
        faults: Iterable[Fault] = (),
        limit: float | None = None,
        plug: bool = False,
        at_once: bool = False,
    ) -> Trace:
        """Let station and backend meet, and play a scene between them, step by step.

        Args:
            scene: what happens; see `harness.kit.scene`.
            parties: bent parties of ours, good ones stand in for the rest.
            until: when enough was seen; by default when the scene is played.
            faults: deliberate faults on what our side sends.
            limit: seconds after which the run ends anyway.
            plug: whether an EV that speaks ISO 15118 comes beside the scene.
            at_once: begin before the station was accepted.

        Raises:
            ValueError: a party plays the role of the device under test.
            UnreachableError: the device cannot be reached.
        """
        wanted = until or played()
        return await self.run(
            *parties, until=wanted, faults=faults, limit=limit, plug=plug, scene=scene, at_once=at_once
        )

    def _cast(self, parties: Sequence[Party], *, plug: bool, visits: int) -> Cast:
        under_test = self.device.role
        roles = [ROLES[type(party)] for party in parties]
        if under_test in roles:
            raise ValueError(f"the {under_test} is under test here; bend the others")
        ours: dict[Role, list[Any]] = {role: [] for role in Role}
        for party, role in zip(parties, roles, strict=True):
            ours[role].append(party)
        return self._stage.cast(
            evs=tuple(ours[Role.EV]) or (self.ev,),
            station=(ours[Role.STATION] or [self.station])[-1],
            csms=(ours[Role.CSMS] or [self.csms])[-1],
            plug=plug,
            visits=visits,
        )
