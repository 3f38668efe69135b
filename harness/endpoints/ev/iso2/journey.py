"""What an EV remembers while it leads one session of ISO 15118-2 or DIN SPEC 70121."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from harness.endpoints.behaviour import Hang, Moment, Say
from harness.endpoints.ev.battery import Battery
from harness.endpoints.ev.car import Car
from harness.endpoints.ev.ev import Ev
from harness.endpoints.ev.iso2.terms import EvIso2Terms
from harness.endpoints.ev.journey import FINISHED, PAUSED, UNFINISHED, Journey
from harness.endpoints.ev.journey import Steps as Steps
from harness.messages.din.schedule import SAScheduleTuple as DinSchedule
from harness.messages.envelope import wrap
from harness.messages.field import Message
from harness.messages.iso2.charging import ChargeProgress
from harness.messages.iso2.codes import EnergyTransferMode, PaymentOption, ServiceCategory
from harness.messages.iso2.schedule import SAScheduleTuple
from harness.messages.iso20.energy import Flow, flow_of
from harness.messages.xmldsig import Signature
from harness.pki.credentials import Credentials
from harness.security.keys import key_name

DAY = 86_400


class Iso2Journey:
    """The state of one session; how it ends, battery and limits are those of `common`."""

    def __init__(self, common: Journey) -> None:
        """Set out after supportedAppProtocol."""
        self.common = common
        self.payment: PaymentOption | None = None
        self.contract = self.terms.contract or _on_p256(common.ev.contract)
        """What it pays by."""
        self.got = False
        """A contract certificate was asked for."""
        self.services: dict[ServiceCategory, int] = {}
        """Services on offer beside charging."""
        self.charge_service = 1
        self.details: list[int] = []
        """Services to ask ServiceDetail about."""
        self.offered: tuple[EnergyTransferMode, ...] = ()
        self.schedule: SAScheduleTuple | None = None
        self.din_schedule: DinSchedule | None = None
        """The schedule on offer in DIN SPEC 70121."""
        self.schedule_at = 0.0
        """When the schedule of ISO 15118-2 was told; it counts from there."""
        self.progress: ChargeProgress | None = None
        """What the last PowerDeliveryReq wanted."""
        self.renegotiated = False
        self.leaving = False
        """Power is to stop as soon as nothing else is open."""
        self.stop_as = "Pause" if common.ev.pause else "Terminate"
        self.remarks: list[str] = []
        """What the EV noticed and bore with: tariffs that nobody signed, and the like."""

    @property
    def provisioning(self) -> Credentials | None:
        """The manufacturer's provisioning certificate and its key."""
        return self.terms.provisioning or _on_p256(self.ev.provisioning)

    @property
    def roots(self) -> tuple[bytes, ...]:
        """The V2G roots that it has."""
        return self.terms.roots or self.ev.service_roots or self.ev.trust

    @property
    def looks_for_welding(self) -> bool:
        """Whether it looks for welded contacts behind a charge with direct current."""
        pausing = self.stop_as == "Pause" and self.ev.detects_welding == "unless pausing"
        return self.terms.detects_welding and not self.alternating and not pausing

    @property
    def ev(self) -> Ev:
        """The EV."""
        return self.common.ev

    @property
    def car(self) -> Car:
        """The car."""
        return self.common.car

    @property
    def battery(self) -> Battery:
        """Its battery."""
        return self.common.battery

    @property
    def terms(self) -> EvIso2Terms:
        """How the EV goes about this protocol."""
        return self.ev.iso2

    @property
    def mode(self) -> EnergyTransferMode:
        """How energy is to flow: what the EV wants, or the like of it that the station offers."""
        wanted = self.terms.transfer_mode
        if wanted is None:
            wanted = EnergyTransferMode.DC_EXTENDED
            if flow_of(self.car.service) is Flow.AC:
                single = self.car.phases == 1
                wanted = EnergyTransferMode.AC_SINGLE_PHASE_CORE if single else EnergyTransferMode.AC_THREE_PHASE_CORE
        alike = [mode for mode in self.offered if str(mode)[:2] == str(wanted)[:2]]
        return alike[0] if alike and wanted not in self.offered else wanted

    @property
    def alternating(self) -> bool:
        """Whether it is alternating current."""
        return str(self.mode).startswith("AC")

    @property
    def phases(self) -> int:
        """Phases of alternating current in use."""
        return 1 if self.mode is EnergyTransferMode.AC_SINGLE_PHASE_CORE else 3

    def say(self, body: Message, moment: Moment, *, after: float = 0.0, signature: Signature | None = None) -> Steps:
        """The one step of saying a body in its envelope."""
        return (Say(message=wrap(body, moment.session_id, signature=signature), after=after),)

    def break_off(self, why: str) -> Steps:
        """Close the connection without another word, as after a FAILED response."""
        return self.common.break_off(why)

    def finish(self) -> Steps:
        """Close the connection after the farewell."""
        common, paused = self.common, self.stop_as == "Pause"
        common.over = True
        common.result = PAUSED if paused else UNFINISHED if common.why else FINISHED
        return (Hang(paused=paused),)


def _on_p256(credentials: Credentials | None) -> Credentials | None:
    """Papers of the newer protocol, if they are of any use here (V2G2-007)."""
    if credentials is None or key_name(credentials.key.reveal()) != "secp256r1":
        return None
    return credentials


Handler = Callable[[Iso2Journey, Any, Moment], Steps]
Handlers = Mapping[type[Message], Handler]
"""What to do on a response, by its class."""
