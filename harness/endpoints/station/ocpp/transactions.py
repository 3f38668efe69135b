"""Transactions of one EVSE: when they start and end, and the TransactionEvents that tell of them (E01 to E15)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from harness.endpoints.station.ocpp.measurands import meter_value
from harness.endpoints.station.ocpp.profiles import Running
from harness.endpoints.station.ocpp.tuning import Tuning
from harness.endpoints.station.plant import NONE, Plant
from harness.endpoints.station.quantities import Token
from harness.messages import ocpp
from harness.messages.ocpp import OcppMessage

EVSE_ID = CONNECTOR_ID = 1
"""The station's only EVSE and its only connector."""

_STOP_GRACE = 30.0
"""Seconds that an EV gets to end its session before the transaction ends without it."""

_MEANS_POWER = frozenset({"Authorized", "PowerPathClosed", "EnergyTransfer"})
"""TxStopPoints that are reached once a session has ended, whether or not the cable is still in."""


class Stop(Struct, frozen=True, kw_only=True):
    """Why a transaction is being stopped."""

    trigger: str
    reason: str
    token: Token | None = None
    """The token that asked for it, if one did."""


class _Open(Struct, kw_only=True):
    transaction_id: str
    started_at: float
    seq_no: int = 0
    state_told: str = ""
    evse_told: bool = False
    sampled_at: float = 0.0
    """When the last periodic sample was due, or the transaction began."""


class Transactions:
    """The EVSE's transactions, one after the other; hands every event to `say`."""

    def __init__(
        self,
        plant: Plant,
        tuning: Tuning,
        *,
        ids: Callable[[], str],
        say: Callable[[OcppMessage], None],
        stamp: Callable[[float], str],
    ) -> None:
        """Begin without a transaction.

        Args:
            plant: the EVSE.
            tuning: what the backend may change.
            ids: makes transaction ids that no transaction of this station ever had.
            say: takes messages for the backend.
            stamp: writes a moment in the backend's time.
        """
        self._plant = plant
        self._tuning = tuning
        self._ids = ids
        self._say = say
        self._stamp = stamp
        self._open: _Open | None = None
        self.authorised_by: Token | None = None
        self.on_end: Callable[[str], None] = lambda _transaction_id: None
        self._authorised_at = 0.0
        self._untold_token: Token | None = None
        self._untold_remote: int | None = None
        self._stop: Stop | None = None
        self._stop_told = False
        self._stop_by = float("inf")

    @property
    def running(self) -> Running | None:
        """The transaction that is going on."""
        if self._open is None:
            return None
        return Running(transaction_id=self._open.transaction_id, started_at=self._open.started_at)

    # What happens.

    def plugged(self, at: float) -> None:
        """The cable is in."""
        self._report("CablePluggedIn", at, may_start=True)

    def authorised(self, token: Token, at: float, *, remote_start_id: int | None = None) -> None:
        """A token was accepted, or the backend started with it."""
        self.authorised_by = self._untold_token = token
        self._untold_remote = remote_start_id
        self._authorised_at = at
        self._stop, self._stop_told, self._stop_by = None, False, float("inf")
        self._report("Authorized" if remote_start_id is None else "RemoteStart", at, may_start=True)

    def look(self, at: float) -> None:
        """Tell of a charging state that changed."""
        state = self._plant.charging_state(at)
        if self._open is None:
            if state == "Charging" and self.authorised_by is not None:
                self._report("ChargingStateChanged", at, may_start=True)
        elif state != self._open.state_told:
            self._report("ChargingStateChanged", at)

    def rate_changed(self, at: float) -> None:
        """The limit changed by more than a little (K11.FR.04, K13.FR.03)."""
        self._report("ChargingRateChanged", at)

    def link_lost(self, at: float) -> None:
        """The EV went silent, the cable is still in."""
        self._report("EVCommunicationLost", at)

    def session_stopped(self, kind: str, at: float) -> None:
        """The EV ended its session; a pause leaves the transaction open."""
        if kind == "pause":
            self.look(at)
        else:
            self._finish(self._stop or Stop(trigger="StopAuthorized", reason="StoppedByEV"), at)

    def unplugged(self, at: float) -> None:
        """The cable is out."""
        if self._open is not None:
            reason = self._stop.reason if self._stop else "EVDisconnected"
            self._end(Stop(trigger="EVCommunicationLost", reason=reason), at)
        self._forget()

    def stop(self, stop: Stop, at: float) -> None:
        """Stop: ask the EV to end its session, or end at once where there is none."""
        self._stop = stop
        if self._plant.evcc_id is not None and not self._plant.paused:
            self._plant.ask("terminate")
            self._stop_by = at + _STOP_GRACE
        else:
            self._finish(stop, at)

    def abandon(self, stop: Stop, at: float) -> None:
        """End without waiting for anybody (a reset)."""
        if self._open is not None:
            self._end(stop, at)
        self._forget()

    def trigger(self, at: float) -> None:
        """The backend wants an event now (F06.FR.07)."""
        self._report("Trigger", at)

    # Time.

    def deadline(self) -> float:
        """When `expire` wants to be called."""
        plugging = float("inf")
        if self._open is not None and not self._plant.connected:
            plugging = self._authorised_at + self._tuning.ev_connection_timeout
        return min(self._stop_by, plugging, self._next_sample())

    def expire(self, at: float) -> None:
        """Let what is due happen."""
        if at >= self._stop_by and self._stop is not None:
            self._finish(self._stop, at)
        if self._open is None:
            return
        if not self._plant.connected and at >= self._authorised_at + self._tuning.ev_connection_timeout:
            self._finish(Stop(trigger="EVConnectTimeout", reason="Timeout"), at)
        elif at >= self._next_sample():
            every = self._tuning.tx_updated_interval
            self._open.sampled_at += every * ((at - self._open.sampled_at) // every)
            self._report("MeterValuePeriodic", at)

    def _next_sample(self) -> float:
        """When the next sample is due; an interval that the backend changes counts at once."""
        every = self._tuning.tx_updated_interval
        return self._open.sampled_at + every if self._open is not None and every > 0 else float("inf")

    # How it is told.

    def _report(self, trigger: str, at: float, *, may_start: bool = False) -> None:
        if self._open is not None:
            self._event("Updated", trigger, at)
        elif may_start and self._start_point_reached():
            self._open = _Open(transaction_id=self._ids(), started_at=at, sampled_at=at)
            self._event("Started", trigger, at)

    def _start_point_reached(self) -> bool:
        authorised, connected = self.authorised_by is not None, self._plant.connected
        reached = {
            "EVConnected": connected,
            "Authorized": authorised,
            "PowerPathClosed": authorised and connected,
            "EnergyTransfer": self._plant.energy_since is not None,
        }
        return any(reached.get(point, False) for point in self._plant.settings.tx_start_points)

    def _finish(self, stop: Stop, at: float) -> None:
        """The session is over; whether the transaction is as well depends on the stop points."""
        self._stop_by = float("inf")
        self._stop = stop
        if self._open is not None and not self._stop_told:
            if not self._plant.connected or _MEANS_POWER & set(self._plant.settings.tx_stop_points):
                self._end(stop, at)
            else:
                self._stop_told = True
                self._event("Updated", stop.trigger, at, token=stop.token)
        self.authorised_by = self._untold_token = None
        self._plant.authorise(NONE, at)

    def _end(self, stop: Stop, at: float) -> None:
        assert self._open is not None  # noqa: S101 - callers looked
        transaction_id = self._open.transaction_id
        self._event("Ended", stop.trigger, at, reason=stop.reason, token=stop.token)
        self._open = None
        self.on_end(transaction_id)

    def _forget(self) -> None:
        self.authorised_by = self._untold_token = self._untold_remote = self._stop = None
        self._stop_told = False
        self._stop_by = float("inf")

    def _event(self, event_type: str, trigger: str, at: float, *, reason: str = "", token: Token | None = None) -> None:
        assert self._open is not None  # noqa: S101 - callers looked
        payload: dict[str, Any] = {
            "eventType": event_type,
            "timestamp": self._stamp(at),
            "triggerReason": trigger,
            "seqNo": self._open.seq_no,
            "transactionInfo": self._info(event_type, trigger, at, reason),
        }
        self._open.seq_no += 1
        if not self._open.evse_told and self._plant.connected:
            payload["evse"] = {"id": EVSE_ID, "connectorId": CONNECTOR_ID}
            self._open.evse_told = True
        token = token or self._untold_token
        if token is not None:
            payload["idToken"] = token.payload()
            self._untold_token = None
        if (context := _context(event_type, trigger)) and (values := self.meter_values(context, at)):
            payload["meterValue"] = [values]
        self._say(ocpp.TransactionEvent(**payload))

    def _info(self, event_type: str, trigger: str, at: float, reason: str) -> dict[str, Any]:
        assert self._open is not None  # noqa: S101 - callers looked
        info: dict[str, Any] = {"transactionId": self._open.transaction_id}
        state = self._plant.charging_state(at)
        wanted = event_type != "Updated" or trigger in {"ChargingStateChanged", "Trigger"}
        if wanted or state != self._open.state_told:
            info["chargingState"] = self._open.state_told = state
        if self._untold_remote is not None:
            info["remoteStartId"], self._untold_remote = self._untold_remote, None
        if reason:
            info["stoppedReason"] = reason
        return info

    def meter_values(self, context: str, at: float) -> dict[str, Any] | None:
        """What the EVSE measures now; None if it samples nothing."""
        values = meter_value(
            self._tuning.tx_updated_measurands,
            self._plant.meter.reading(at),
            self._plant.soc,
            context,
            self._stamp(at),
        )
        return values if values["sampledValue"] else None


def _context(event_type: str, trigger: str) -> str:
    by_event = {"Started": "Transaction.Begin", "Ended": "Transaction.End"}
    by_trigger = {"MeterValuePeriodic": "Sample.Periodic", "Trigger": "Trigger"}
    return by_event.get(event_type) or by_trigger.get(trigger, "")
