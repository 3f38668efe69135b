"""What happens at an EVSE and interests its other half."""

from __future__ import annotations

from msgspec import Struct

from harness.endpoints.station.contract_post import Letter
from harness.endpoints.station.quantities import Display, Needs, Token


class Plugged(Struct, frozen=True, kw_only=True):
    """The cable was plugged in."""

    at: float


class Unplugged(Struct, frozen=True, kw_only=True):
    """The cable was taken out."""

    at: float


class EvIdentified(Struct, frozen=True, kw_only=True):
    """An EV opened (or resumed) a session."""

    at: float
    evcc_id: str


class AuthorisationWanted(Struct, frozen=True, kw_only=True):
    """The EV waits for somebody to authorise it."""

    at: float


class TokenPresented(Struct, frozen=True, kw_only=True):
    """A driver held a token to the reader."""

    at: float
    token: Token


class AuthorisationChanged(Struct, frozen=True, kw_only=True):
    """The EVSE is authorised, waiting, refused, or none of them."""

    at: float
    authorisation: str


class ContractWanted(Struct, frozen=True, kw_only=True):
    """An EV asks for a contract that the backend is to give."""

    at: float
    letter: Letter


class ServiceSelected(Struct, frozen=True, kw_only=True):
    """The EV chose how energy shall flow."""

    at: float
    service_id: int
    control_mode: str


class NeedsGiven(Struct, frozen=True, kw_only=True):
    """The EV said what it needs."""

    at: float
    needs: Needs


class DisplayGiven(Struct, frozen=True, kw_only=True):
    """The EV showed its state of charge and the like."""

    at: float
    display: Display


class EnergyStarted(Struct, frozen=True, kw_only=True):
    """The power path is closed, energy may flow."""

    at: float


class Advanced(Struct, frozen=True, kw_only=True):
    """Another cycle of the charge loop."""

    at: float


class EnergyStopped(Struct, frozen=True, kw_only=True):
    """The power path is open."""

    at: float


class CapChanged(Struct, frozen=True, kw_only=True):
    """The backend's limits changed."""

    at: float


class SessionStopped(Struct, frozen=True, kw_only=True):
    """The EV ended its session: `terminate` or `pause`."""

    at: float
    kind: str


class LinkLost(Struct, frozen=True, kw_only=True):
    """The EV's connection broke without a farewell."""

    at: float


Happening = (
    Plugged
    | Unplugged
    | EvIdentified
    | AuthorisationWanted
    | TokenPresented
    | AuthorisationChanged
    | ContractWanted
    | ServiceSelected
    | NeedsGiven
    | DisplayGiven
    | EnergyStarted
    | Advanced
    | EnergyStopped
    | CapChanged
    | SessionStopped
    | LinkLost
)
