"""An emulated EV as a value that cases bend: a car, and how it goes about a session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from harness.endpoints.bending import Bendable
from harness.endpoints.ev.car import DYNAMIC, SCHEDULED, Car
from harness.endpoints.ev.iso2.terms import DIN as DIN
from harness.endpoints.ev.iso2.terms import ISO2 as ISO2
from harness.endpoints.ev.iso2.terms import EvIso2Terms
from harness.endpoints.ev.moves import (
    SCHEDULE_RENEGOTIATION,
    SERVICE_RENEGOTIATION,
    STANDBY,
    START,
    Move,
)
from harness.endpoints.ev.wheel import Wishes
from harness.messages.iso20.common import MeteringConfirmationReq
from harness.messages.iso20.energy import NAMESPACES, EnergyService, Flow, flow_of
from harness.messages.namespaces import DC
from harness.messages.sap import AppProtocol
from harness.pki.credentials import Credentials
from harness.sessions.discovery import SdpClient
from harness.transports.tls.adversary import Adversary
from harness.transports.tls.profile import STRICT_20, TlsProfile
from harness.transports.tls.setup import KeyLog, Revocation

ISO20_DC = AppProtocol(protocol_namespace=DC, version_number_major=1, version_number_minor=0, schema_id=1, priority=1)

ISO20_AC = msgspec.structs.replace(ISO20_DC, protocol_namespace=NAMESPACES[Flow.AC], schema_id=2)
PROTOCOLS = {
    flow: msgspec.structs.replace(ISO20_DC, protocol_namespace=NAMESPACES[flow], schema_id=number)
    for number, flow in enumerate((Flow.DC, Flow.AC, Flow.WPT, Flow.ACDP), 1)
}
"""The protocol of each energy transfer."""

_LEISURELY = 0.4
"""Seconds from a response in the charge loop to the next request, where much time is to pass."""


class Ev(Bendable, frozen=True, kw_only=True):
    """One EV in one connection; times in seconds."""

    car: Car = Car()
    protocols: tuple[AppProtocol, ...] = ()
    """What it offers to speak; empty: the protocols of the car's services, see `offers`."""
    iso2: EvIso2Terms = EvIso2Terms()
    """How it goes about ISO 15118-2 and DIN SPEC 70121, where it offers them and the station chooses one."""
    loops: int = 5
    """Cycles of the charge loop until the EV stops by itself."""
    loop_interval: float = 0.2
    """From a response in the charge loop to the next request."""
    poll_interval: float = 0.5
    """From an `Ongoing` to the next request."""
    response_delay: float = 0.0
    """What it takes from any response to the next request, beside those two."""
    detects_welding: Literal["always", "unless pausing"] = "always"
    """When it looks for welded contacts behind a charge with direct current."""
    wishes: Wishes | None = None
    """What somebody at the wheel wants while a session runs; None: nobody sits there."""
    pause: bool = False
    """End the session with Pause instead of Terminate."""
    resume: bytes | None = None
    """Id of the paused session to come back to."""
    comes_back_to: Literal["paused", "any", "none"] = "paused"
    """Which kind of its last session it asks to join when it is led to a station again."""
    resume_evse_id: str = ""
    """The station that the session was paused at; another one in the answer ends the session."""
    moves: tuple[Move, ...] = ()
    """What the EV does by itself while energy flows, in this order."""
    heeds_after: float = 0.0
    """Seconds from a station's notification to what it asks for, but never beyond NotificationMaxDelay."""
    renegotiated: dict[str, Any] = {}  # noqa: RUF012 - msgspec copies it
    """What changes in the car when the station has services chosen anew."""
    standby_interval: float = 5.0
    """From one PowerDeliveryReq in standby to the next."""
    contract: Credentials | None = None
    """Pays where Plug and Charge is on offer and `car.authorization` allows it; one that gets installed takes its
    place."""
    provisioning: Credentials | None = None
    """The manufacturer's provisioning chain and key, to have a contract installed."""
    service_roots: tuple[bytes, ...] = ()
    """DER of the V2G roots that a provisioning service's chain may end at; empty: those in `trust`."""
    contracts_wanted: int = 1
    """How many contracts it has installed, if the station has more than one for it."""
    strict_papers: bool = True
    """Refuse a contract also where what is signed proves what it should, and is not written as the standard has it."""
    supported_services: tuple[int, ...] | None = None
    """Ids that ServiceDiscoveryReq names, to shorten the list of value-added services; None: no word of it."""
    sign_metering: Callable[[MeteringConfirmationReq], MeteringConfirmationReq] | None = None
    """Signs what the meter said; None: the contract does, if it pays, else it goes unsigned."""
    voltage_tolerance: float = 20.0
    """V between station and battery at which pre-charge counts as done."""

    tls: bool = True
    tls_profile: TlsProfile = STRICT_20
    tls_check: Literal["strict", "accept"] = "strict"
    """Whether a bad station chain is refused; `accept` takes anything."""
    credentials: Credentials | None = None
    """The vehicle's chain; None presents none."""
    trust: tuple[bytes, ...] = ()
    """DER roots that a station's chain may end at."""
    minds_status: bool = False
    """Whether `revocation` counts; emulated cars leave it aside where a case is about other things."""
    revocation: Revocation = Revocation.CHAIN
    """What it makes of the station's OCSP responses."""
    tls_adversary: Adversary | None = None
    """How it misbehaves in TLS; None: in no way."""
    server_name: str = ""
    """The host that its ClientHello names; ISO 15118 has none."""
    handshake_limit: float = 10.0
    """Seconds that it gives a TLS handshake."""
    keylog: KeyLog | None = None
    """Takes the secrets of its connections to the other side of the plug, if somebody asked for them."""
    accept_plain: bool = False
    """Connect without TLS where the station offers none, though TLS was asked for."""
    older_without_tls: bool = False
    """Connect without TLS likewise, and offer the older protocols alone there."""
    search: Callable[..., SdpClient] = SdpClient
    """Makes the search for a station; a mutant puts its own here."""
    sdp_retry: float = 0.25
    sdp_attempts: int = 50
    factor: float = 1.0
    """Multiplies every time limit of the EV, for slow machines and peers."""
    patient: bool = False
    """Carry on when a timer of the EV runs out."""
    evcc: Callable[..., Any] | None = None
    """Makes the behaviour of a connection from an `Ev` and its battery; a mutant puts its own here."""

    @property
    def offers(self) -> tuple[AppProtocol, ...]:
        """The protocols that the EV offers."""
        services = (self.car.service, *self.car.other_services)
        flows = dict.fromkeys(flow_of(service) or Flow.DC for service in services)
        wanted = (msgspec.structs.replace(PROTOCOLS[flow], priority=rank) for rank, flow in enumerate(flows, 1))
        return self.protocols or tuple(wanted)

    def with_car(self, **changes: Any) -> Ev:
        """The same EV with another `Car`: limits, state of charge, departure and so on."""
        return self.having(car=msgspec.structs.replace(self.car, **changes))

    def charging_for(self, seconds: float) -> Ev:
        """The same EV, which stays in the charge loop for about so many seconds, at a leisurely pace.

        The pace keeps long traces small, and clear of the half second after which a station gives the EV up.
        """
        return self.having(loops=1 + round(seconds / _LEISURELY), loop_interval=_LEISURELY)

    def standing_by(self, *, after: int = 3, lasting: float = 30.0, leaving_by: str = START, **car: Any) -> Ev:
        """The same EV, which stands by for a while once `after` cycles of the charge loop are over."""
        return self._moving(Move(do=STANDBY, after=after, lasting=lasting, leaving_by=leaving_by, car=car))

    def renegotiating_schedule(self, *, after: int = 3, **car: Any) -> Ev:
        """The same EV, which wants another schedule after so many cycles, with `car` changed: its departure say."""
        return self._moving(Move(do=SCHEDULE_RENEGOTIATION, after=after, car=car))

    def renegotiating_service(self, *, after: int = 3, **car: Any) -> Ev:
        """The same EV, which chooses services anew after so many cycles, with `car` changed: its service say."""
        return self._moving(Move(do=SERVICE_RENEGOTIATION, after=after, car=car))

    def _moving(self, move: Move) -> Ev:
        return self.having(moves=(*self.moves, move))

    def dynamic(self) -> Ev:
        """The same EV in Dynamic control mode."""
        return self.with_car(control_mode=DYNAMIC)

    def scheduled(self) -> Ev:
        """The same EV in Scheduled control mode."""
        return self.with_car(control_mode=SCHEDULED)

    def charge_only(self) -> Ev:
        """The same EV with service 2, DC: it cannot discharge."""
        return self.with_car(service=EnergyService.DC)

    def on_ac(self, *, bidirectional: bool = True, **car: Any) -> Ev:
        """The same EV at an outlet of alternating current: three phases, 11 kW, and nothing under 6 A on each."""
        service = EnergyService.AC_BPT if bidirectional else EnergyService.AC
        usual = {"max_charge_power": 11_000.0, "min_charge_power": 4_140.0, "max_discharge_power": 10_000.0}
        return self.with_car(service=int(service), **{**usual, "min_discharge_power": 500.0, **car})

    def in_iso2(self, **terms: Any) -> Ev:
        """The same EV, which speaks ISO 15118-2 and nothing else; `terms` are fields of `EvIso2Terms`.

        TLS is as before: take a profile of TLS 1.2 and chains on secp256r1 where there is to be some.
        """
        return self.having(protocols=(ISO2,), iso2=msgspec.structs.replace(self.iso2, **terms))

    def in_din(self, **terms: Any) -> Ev:
        """The same EV, which speaks DIN SPEC 70121 and nothing else, and therefore no TLS."""
        return self.having(protocols=(DIN,), tls=False, iso2=msgspec.structs.replace(self.iso2, **terms))

    def over_a_coil(self, **car: Any) -> Ev:
        """The same EV without a cable: 11 kW through a coil in the ground."""
        return self.with_car(service=int(EnergyService.WPT), **{"max_charge_power": 11_000.0, **car})

    def under_a_pantograph(self, *, bidirectional: bool = True, **car: Any) -> Ev:
        """The same EV as a bus under an automated connection device."""
        service = EnergyService.DC_ACDP_BPT if bidirectional else EnergyService.DC_ACDP
        return self.with_car(service=int(service), **{"capacity": 300_000.0, **car})

    def on_megawatts(self, *, bidirectional: bool = True, **car: Any) -> Ev:
        """The same EV as a lorry with a connector of the megawatt system."""
        service = EnergyService.MCS_BPT if bidirectional else EnergyService.MCS
        usual = {"capacity": 600_000.0, "max_charge_power": 1_500_000.0, "max_discharge_power": 500_000.0}
        bounds = {"max_charge_current": 1_500.0, "max_discharge_current": 600.0}
        voltages = {"max_voltage": 1_100.0, "min_voltage": 750.0}
        return self.with_car(service=int(service), **{**usual, **bounds, **voltages, **car})
