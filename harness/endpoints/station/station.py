"""An emulated station as a value that cases bend."""

from __future__ import annotations

import msgspec

from harness.endpoints.bending import Bendable
from harness.endpoints.station.settings import StationSettings
from harness.pki.credentials import Credentials
from harness.transports.tls.profile import STRICT_20, TlsProfile


class Station(Bendable, frozen=True, kw_only=True):
    """One station: what it is, how it secures its links, how it differs from a good one on purpose."""

    settings: StationSettings = StationSettings()

    tls: bool = True
    """TLS towards the EV; SDP says so."""
    tls_profile: TlsProfile = STRICT_20
    credentials: Credentials | None = None
    """The station's chain towards the EV."""
    trust: tuple[bytes, ...] = ()
    """DER roots that a vehicle's chain may end at."""

    backend_password: str | None = None
    """Basic authentication at the backend (security profile 1); None sends none."""
    factor: float = 1.0
    """Multiplies every time limit of the station, for slow machines and peers."""
    mute: bool = False
    """Takes connections and never says a word."""

    def set(self, **settings: object) -> Station:
        """The same station with other settings."""
        return self.having(settings=msgspec.structs.replace(self.settings, **settings))
