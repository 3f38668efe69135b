"""The events of one transaction: numbered, and saying what is new since the last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct, field

from harness.endpoints.station.ocpp.sampling import BEGIN, CLOCK, END, PERIODIC, Sampler
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.quantities import Token
from harness.messages import ocpp
from harness.messages.iso20.energy import Flow, flow_of
from harness.messages.ocpp import OcppMessage

EVSE_ID = CONNECTOR_ID = 1
"""The station's only EVSE and its only connector."""

STARTED, UPDATED, ENDED = "Started", "Updated", "Ended"
_CONTEXTS = {
    "MeterValueClock": CLOCK,
    "MeterValuePeriodic": PERIODIC,
    "Trigger": "Trigger",
}
"""By triggerReason, in what context an event within a transaction tells samples."""
_TELLS_STATE = frozenset({"ChargingStateChanged", "Trigger"})


class Stop(Struct, frozen=True, kw_only=True):
    """Why a transaction is being stopped."""

    trigger: str
    reason: str
    token: Token | None = None
    """The token that asked for it, if one did."""


class Open(Struct, kw_only=True):
    """A transaction that goes on, and what of it was told."""

    transaction_id: str
    started_at: float
    seq_no: int = 0
    state_told: str = ""
    evse_told: bool = False
    phases_told: int | None = None
    sampled_at: float = 0.0
    """When the last periodic sample was due, or the transaction began."""
    stop_told: bool = False
    """That it is being stopped was told, and a stop point not reached yet."""
    had_energy: bool = False
    kept: list[dict[str, Any]] = field(default_factory=list)
    """Samples that are told with its end."""
    kept_at: float = 0.0
    """When the last of these was due."""


class News(Struct, kw_only=True):
    """What the next event tells beside the usual."""

    token: Token | None = None
    remote_start_id: int | None = None
    mode: str = ""
    """The operation mode, where it is another one than before."""


class EventTeller:
    """Makes TransactionEvents and hands them to `say`."""

    def __init__(
        self, plant: Plant, sampler: Sampler, *, say: Callable[[OcppMessage], None], stamp: Callable[[float], str]
    ) -> None:
        """Tell of what happens at an EVSE.

        Args:
            plant: the EVSE.
            sampler: its meter.
            say: takes messages for the backend.
            stamp: writes a moment in the backend's time.
        """
        self._plant, self._sampler = plant, sampler
        self._say, self._stamp = say, stamp
        self.news = News()
        self.reservation: Callable[[], int | None] = lambda: None
        """The reservation that the next event has used up."""

    def tell(self, one: Open, event_type: str, trigger: str, at: float, stop: Stop | None = None) -> None:
        """Send one event; a `stop` goes with the end, its token also with news of it before that."""
        payload: dict[str, Any] = {
            "eventType": event_type,
            "timestamp": self._stamp(at),
            "triggerReason": trigger,
            "seqNo": one.seq_no,
            "transactionInfo": self._info(one, event_type, trigger, at, stop),
            **self._who_and_where(one, stop),
            **self._phases(one),
        }
        one.seq_no += 1
        if values := self._samples(one, event_type, trigger, at):
            payload["meterValue"] = values
        self._say(ocpp.TransactionEvent(**payload))

    def _who_and_where(self, one: Open, stop: Stop | None) -> dict[str, Any]:
        """E01.FR.10, E01.FR.13, E01.FR.16: once each, in the first event that can."""
        more: dict[str, Any] = {}
        if not one.evse_told and self._plant.connected:
            more["evse"] = {"id": EVSE_ID, "connectorId": CONNECTOR_ID}
            one.evse_told = True
        token = (stop.token if stop is not None else None) or self.news.token
        if token is not None:
            more["idToken"] = token.payload()
            self.news.token = None
        reservation = self.reservation()
        if reservation is not None:
            more["reservationId"] = reservation
        return more

    def _phases(self, one: Open) -> dict[str, Any]:
        """How many phases are in use, where the current alternates and energy flows (E02.FR.18, E02.FR.19)."""
        plant = self._plant
        if plant.energy_since is None or flow_of(plant.service_id) is not Flow.AC or one.phases_told == plant.phases:
            return {}
        one.phases_told = plant.phases
        return {"numberOfPhasesUsed": plant.phases}

    def _info(self, one: Open, event_type: str, trigger: str, at: float, stop: Stop | None) -> dict[str, Any]:
        info: dict[str, Any] = {"transactionId": one.transaction_id}
        state = self._plant.charging_state(at)
        if event_type != UPDATED or trigger in _TELLS_STATE or state != one.state_told:
            info["chargingState"] = one.state_told = state
        if self.news.remote_start_id is not None:
            info["remoteStartId"], self.news.remote_start_id = self.news.remote_start_id, None
        if self.news.mode:
            info["operationMode"], self.news.mode = self.news.mode, ""
        if event_type == ENDED and stop is not None:
            info["stoppedReason"] = stop.reason
        return info

    def _samples(self, one: Open, event_type: str, trigger: str, at: float) -> list[dict[str, Any]]:
        """E01.FR.09, E06.FR.11, J02.FR.11."""
        context = {STARTED: BEGIN, ENDED: END}.get(event_type) or _CONTEXTS.get(trigger, "")
        values = self._sampler.sample(context, at) if context else None
        kept = one.kept if event_type == ENDED else []
        return [*kept, values] if values else list(kept)
