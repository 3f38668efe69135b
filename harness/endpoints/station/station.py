"""An emulated station as a value that cases bend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from harness.endpoints.bending import Bendable
from harness.endpoints.ocpp_terms import LinkTerms
from harness.endpoints.station.beside import VerifyMetering
from harness.endpoints.station.iso2.provider import Provider
from harness.endpoints.station.ocpp.half import BackendHalf
from harness.endpoints.station.ocpp.security import StationSecurity
from harness.endpoints.station.secc import Secc
from harness.endpoints.station.settings import StationSettings
from harness.endpoints.station.value_added import Value, ValueAdded
from harness.messages.namespaces import DIN_MESSAGE, ISO2_MESSAGE
from harness.pki.credentials import Credentials
from harness.security.meter import MeterKey
from harness.sessions.discovery import SdpServer
from harness.sessions.ocpp.station import StationSession
from harness.transports.tls.adversary import Adversary
from harness.transports.tls.profile import STRICT_20, TlsProfile
from harness.transports.tls.setup import KeyLog, Revocation


class Station(Bendable, frozen=True, kw_only=True):
    """One station: what it is, how it secures its links, how it differs from a good one on purpose."""

    settings: StationSettings = StationSettings()

    credentials: Credentials | None = None
    """The station's chain towards the EV; None: no TLS there."""
    trust: tuple[bytes, ...] = ()
    """DER roots that a vehicle's chain may end at."""
    tls_profile: TlsProfile = STRICT_20
    tls_check: Literal["strict", "accept"] = "strict"
    """Whether a bad vehicle chain, or none, is refused; `accept` takes anything."""
    asks_certificate: bool = True
    """Send a CertificateRequest (V2G20-2400)."""
    minds_status: bool = False
    """Whether `staples` and `revocation` count; emulated stations leave them aside where nobody judges them."""
    staples: tuple[bytes, ...] = ()
    """OCSP responses (DER) for its own chain, leaf first, an empty one left out; sent to who asks for them."""
    revocation: Revocation = Revocation.CHAIN
    """What it makes of the status of a vehicle's chain."""
    tls_adversary: Adversary | None = None
    """How it misbehaves in TLS; None: in no way."""
    tickets: bool = False
    """Hand out session tickets."""
    handshake_limit: float = 10.0
    """Seconds that it gives a TLS handshake."""
    keylog: KeyLog | None = None
    """Takes the secrets of its connections to the other side of the plug, if somebody asked for them."""
    survives_refusal: bool = True
    """Go on taking connections after a TLS handshake came to nothing."""
    provider: Provider = Provider()
    """What the station knows of contracts, provisioning certificates and whoever signs tariffs."""
    schedule_rounds: int = 1
    """How often ScheduleExchange is answered with Ongoing."""
    cable_check_rounds: int = 2
    """How often the cable check is answered with Ongoing."""
    response_delay: float = 0.0
    """Seconds that it takes for each answer."""
    loop_patience: float | None = None
    """Seconds of silence in a charge loop after which it gives an EV up; None: half a second, as the standard says."""
    discovery: Callable[..., SdpServer] = SdpServer
    """Makes what answers discovery; a mutant puts its own here."""
    secc: Callable[..., Secc] = Secc
    """Makes the behaviour of a V2G connection; a mutant puts its own here."""

    verify_metering: VerifyMetering | None = None
    """Checks the signature of a MeteringConfirmationReq besides; None: that of the contract counts, if one pays."""
    meter_key: MeterKey | None = None
    """Signs what the meter reads; None: readings go unsigned."""

    backend_password: str | None = None
    """Basic authentication at the backend, but for security profile 3; None sends none."""
    security: StationSecurity = StationSecurity()
    """The security profile of its link to the backend."""
    link: LinkTerms = LinkTerms()
    """Versions, compression, pings and sizes of its connections to the backend."""
    half: Callable[..., BackendHalf] = BackendHalf
    """Makes the behaviour towards the backend; a mutant puts its own here."""
    session: Callable[..., StationSession] = StationSession
    """Makes the conversation with the backend; a mutant puts its own here."""

    factor: float = 1.0
    """Multiplies every time limit of the station, for slow machines and peers."""
    patient: bool = False
    """Carry on when a timer of the station runs out."""

    def offering(self, service_id: int, sets: dict[int, dict[str, Value]], *, free: bool = True) -> Station:
        """The same station with one more service beside energy: by ParameterSetID, its parameters by name.

        Raises:
            UserError: there is no parameter set, or an empty one.
        """
        more = ValueAdded(service_id=service_id, sets=sets, free=free)
        others = tuple(one for one in self.settings.value_added_services if one.service_id != service_id)
        return self.set(value_added_services=(*others, more))

    def in_iso2(self, **terms: Any) -> Station:
        """The same station, which speaks ISO 15118-2 and nothing else; `terms` are fields of `Iso2Terms`."""
        return self._older(ISO2_MESSAGE, terms)

    def in_din(self, **terms: Any) -> Station:
        """The same station, which speaks DIN SPEC 70121 and nothing else; `terms` are fields of `Iso2Terms`."""
        return self._older(DIN_MESSAGE, terms)

    def _older(self, namespace: str, terms: dict[str, Any]) -> Station:
        return self.set(protocols=(namespace,), iso2=msgspec.structs.replace(self.settings.iso2, **terms))

    def secured(self, **changes: Any) -> Station:
        """The same station with other fields of `StationSecurity`."""
        return self.having(security=msgspec.structs.replace(self.security, **changes))

    def at_first(self, times: int = 1, **changes: Any) -> Station:
        """The same station, but for one more of its first connections to the backend, or several, with other fields."""
        other = msgspec.structs.replace(self.security, earlier=(), **changes)
        return self.secured(earlier=(*self.security.earlier, *(other,) * times))

    def set(self, **settings: Any) -> Station:
        """The same station with other `StationSettings`."""
        return self.having(settings=msgspec.structs.replace(self.settings, **settings))
