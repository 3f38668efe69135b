"""A device profile: identity, addresses, claimed features and known failures of one subject (PICS and PIXIT)."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from msgspec import Struct, field

from harness.core.case import Role
from harness.core.feature import Feature
from harness.profile.actuators import Actuators
from harness.profile.ocpp import Ocpp


class Identity(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who the subject is; printed on the report's first page."""

    id: str
    title: str
    role: Role
    vendor: str
    model: str
    version: str
    serial: str = ""
    notes: tuple[str, ...] = ()


class Connection(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the subject is reached."""

    kind: Literal["emulated", "network"]
    interface: str = ""
    """Network interface on our side of the vehicle link."""
    tls: Literal["none", "1.2", "1.3", "1.3-lenient"] = "1.3"
    csms_url: str = ""
    """Where a backend under test listens."""
    csms_port: int = 0
    """Where our backend listens for a station under test; 0 picks a free port."""
    csms_urls: dict[str, str] = {}
    """Where it listens by security profile ("1", "2", "3"), if that is not at `csms_url`."""
    csms_host: str = ""
    """Name that a backend's certificate bears: the subject's own, or the one that the subject knows ours by."""
    operator: str = ""
    """Organisation that a station's certificate names, where OCPP is secured by one."""
    password_file: str = ""
    """File with the password of HTTP Basic authentication in its first line, for security profiles 1 and 2."""
    security_profile: Literal[0, 1, 2, 3] = 0
    """Security profile of OCPP where a case asks for none; 0: without TLS, and nobody is asked who they are."""
    station_id: str = "CS-1"
    ocsp_address: str = ""
    """`http://host:port/` of this machine where the subject can ask whether a vehicle's chain was revoked; the run's
    certificates name it, and a responder listens there. Empty: nobody could be asked."""


class Trust(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Certificates that our side must present and trust with this subject; empty: the PKI made for the run."""

    roots: tuple[str, ...] = ()
    """PEM files of the roots that the subject's chain must reach."""
    chain: tuple[str, ...] = ()
    """PEM files of our chain, leaf first."""
    key: str = ""
    passphrase: str = ""
    backend_roots: tuple[str, ...] = ()
    """PEM files of the roots that the subject's chain must reach on its OCPP link."""
    backend_chain: tuple[str, ...] = ()
    """PEM files of our chain on that link, leaf first."""
    backend_key: str = ""
    backend_passphrase: str = ""


class Limits(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How patient our own side is; limits of the standards are not changed by it."""

    run_s: float = 300.0
    """How long one run may take before what was awaited counts as not seen, seconds."""
    charge_loops: int = 10
    loop_interval_s: float = 0.2
    timeout_factor: float = 1.0
    """Stretches the timers of our emulated side for a slow subject."""
    handshake_s: float = 10.0
    """How long a TLS handshake may take, seconds."""


class Behaviour(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How an emulated device goes about a session; what is left out is as its flavour has it."""

    flavour: Literal["strict", "field"] = "strict"
    """`strict`: the standard to the letter; `field`: the habits of devices that are on the road."""
    speaks: tuple[Literal["iso20", "iso2", "din"], ...] = ("iso20",)
    """Protocols; an EV likes the first best."""
    contract: bool = False
    """An EV with a contract for Plug and Charge; a station that takes contracts."""
    response_delay_s: float | None = None
    """What it takes for everything it says."""
    poll_interval_s: float | None = None
    """From an answer that says Ongoing to the EV's next request."""
    loop_interval_s: float | None = None
    """From an answer in the charge loop to the EV's next request."""
    timeout_factor: float | None = None
    """Stretches all its timers."""


class Launch(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How to start the subject, where the harness does that itself."""

    command: tuple[str, ...]
    namespace: str = "v2xdut"
    host_interface: str = "v2xh0"
    device_interface: str = "v2xd0"
    environment: dict[str, str] = {}
    ready: str = ""
    """Regular expression of the output line that says the subject is ready."""
    ready_within_s: float = 60.0
    per_session: bool = False
    """Whether it must be started anew for each run."""


class KnownFailure(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A failure somebody answers for: changes the exit code only, and only until it expires."""

    case: str
    """Id of a case, with all its variants, of one variant, or of a rule."""
    variants: tuple[str, ...] = ()
    """Of the case, these alone, by what stands between the brackets; empty: all."""
    mechanism: str
    link: str = ""
    expires: date | None = None


class Device(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One subject under test."""

    device: Identity
    features: dict[Feature, bool]
    connection: Connection
    trust: Trust = field(default_factory=Trust)
    limits: Limits = field(default_factory=Limits)
    behaviour: Behaviour = field(default_factory=Behaviour)
    launch: Launch | None = None
    ocpp: Ocpp | None = None
    """What it claims of OCPP; needed once a case of the published catalogue is asked of it."""
    actuators: Actuators = field(default_factory=Actuators)
    parameters: dict[str, Any] = {}
    """Extra information for testing (PIXIT): power in W, current in A, voltage in V, as the names say."""
    known_failures: tuple[KnownFailure, ...] = ()

    @property
    def role(self) -> Role:
        """The party that the subject is."""
        return self.device.role

    def offers(self, feature: Feature) -> bool:
        """Whether the subject claims `feature`; an unanswered feature counts as an error before a run starts."""
        return self.features.get(feature, False)
