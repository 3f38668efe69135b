"""What a station remembers while it serves one connection by ISO 15118-2 or DIN SPEC 70121."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from harness.endpoints.behaviour import Moment
from harness.endpoints.station.announcements import SCHEDULE_RENEGOTIATION, TERMINATE
from harness.endpoints.station.desk import Desk, Entropy
from harness.endpoints.station.iso2.provider import Provider
from harness.endpoints.station.iso2.terms import Iso2Terms
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.quantities import Limits
from harness.endpoints.station.resumption import Visit
from harness.messages.field import Message
from harness.messages.iso2.charging import ChargingProfile
from harness.messages.iso2.codes import EnergyTransferMode, EvseNotification, PaymentOption, ResponseCode
from harness.messages.iso2.schedule import SAScheduleTuple
from harness.messages.iso2.types import MeterInfo
from harness.messages.iso20.energy import EnergyService, Flow, flow_of
from harness.messages.xmldsig import Signature

ANYBODY = b"whoever knows the id"
"""Sessions of ISO 15118-2 are joined by their id alone (V2G2-753, V2G2-754)."""
_WHILE_ASKED = 60
"""NotificationMaxDelay beside a notification, seconds."""

_DC_MODES = (EnergyTransferMode.DC_EXTENDED, EnergyTransferMode.DC_CORE)
_AC_MODES = (EnergyTransferMode.AC_THREE_PHASE_CORE, EnergyTransferMode.AC_SINGLE_PHASE_CORE)


class Iso2Visit(Visit, kw_only=True):
    """What stays with a session from its setup to its end, pauses included."""

    payment: PaymentOption | None = None
    mode: EnergyTransferMode | None = None
    tuples: tuple[SAScheduleTuple, ...] = ()
    """The schedules that were offered last."""
    tuples_at: float = 0.0
    """When; they count from there."""
    tuple_id: int = 1
    profile: ChargingProfile | None = None
    profile_at: float = 0.0
    wanted_energy: float | None = None
    """Wh that the EV asked for."""
    emaid: str = ""
    contract: tuple[bytes, ...] = ()
    """The contract chain that the EV showed, leaf first."""


class Iso2Desk:
    """The state of one connection; the EVSE and its power electronics are those of `common`."""

    def __init__(self, common: Desk, entropy: Entropy, *, secure: bool, provider: Provider, terms: Iso2Terms) -> None:
        """Open for one EV that chose one of the older protocols.

        Args:
            common: what all protocols share.
            entropy: where challenges come from.
            secure: TLS protects the connection, of whatever version.
            provider: what is known of contracts.
            terms: how the station goes about it.
        """
        self.common, self.entropy, self.secure = common, entropy, secure
        self.provider, self.terms = provider, terms
        self.stage = common.stage
        self.visit = Iso2Visit(session_id=bytes(8), evcc_id="")
        self.challenge: bytes | None = None
        """GenChallenge of this connection, until the EV has signed it."""
        self.granted = False
        self.parameter_rounds = common.schedule_rounds
        self.cable_rounds = common.cable_check_rounds
        self.cycles = 0
        self.receipt_for: MeterInfo | None = None
        """The reading that is to come back signed."""
        self.renegotiated = False
        self.signature: Signature | None = None
        """Of the response in the making."""

    @property
    def plant(self) -> Plant:
        """The EVSE."""
        return self.common.plant

    @property
    def flow(self) -> Flow:
        """AC or DC, as the EV asked for it."""
        return Flow.AC if str(self.visit.mode).startswith("AC") else Flow.DC

    @property
    def phases(self) -> int:
        """Phases of alternating current in use."""
        single = self.visit.mode is EnergyTransferMode.AC_SINGLE_PHASE_CORE
        return 1 if single else self.plant.settings.mains.phases

    @property
    def transfer_modes(self) -> tuple[EnergyTransferMode, ...]:
        """What the station offers."""
        if self.terms.transfer_modes is not None:
            return self.terms.transfer_modes
        flows = {flow_of(service) for service in self.plant.settings.services}
        return (*(_DC_MODES if Flow.DC in flows else ()), *(_AC_MODES if Flow.AC in flows else ()))

    @property
    def payments(self) -> tuple[PaymentOption, ...]:
        """Ways of paying: after a pause the one that was chosen before it (V2G2-741), no contract without TLS."""
        if self.visit.payment is not None:
            return (self.visit.payment,)
        return tuple(each for each in self.terms.payments if self.secure or each is not PaymentOption.CONTRACT)

    def limits(self, at: float) -> Limits:
        """What the station allows now."""
        return self.plant.limits(at)

    def notification(self, at: float) -> tuple[EvseNotification, int]:
        """What the EV is asked for, and how many seconds it may take; a pause is no word of this protocol."""
        wanted = self.plant.notification(at)
        if wanted == TERMINATE:
            return EvseNotification.STOP_CHARGING, _WHILE_ASKED
        if wanted == SCHEDULE_RENEGOTIATION or self._renegotiation_due(at):
            return EvseNotification.RE_NEGOTIATION, _WHILE_ASKED
        return EvseNotification.NONE, 0

    def _renegotiation_due(self, at: float) -> bool:
        since, after = self.plant.energy_since, self.terms.renegotiate_after
        return not self.renegotiated and after is not None and since is not None and at - since >= after


def service_of(flow: Flow) -> int:
    """The service of ISO 15118-20 that means the same, as the backend half knows it."""
    return EnergyService.AC if flow is Flow.AC else EnergyService.DC


class Waiting(Struct, frozen=True):
    """There is nothing to say yet, and the protocol has no word for that: the handler is asked again."""


Reply = Message | ResponseCode | Waiting
"""The body of a response, the code of a refusal, or none of them yet."""
Handler = Callable[[Iso2Desk, Any, Moment], Reply]
Handlers = Mapping[type[Message], Handler]
"""What to answer to a request, by its class."""
