"""Transactions of one EVSE: when they start, what becomes of them, and when they end (E01 to E15)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.endpoints.station.ocpp.profiles import Running
from harness.endpoints.station.ocpp.sampling import Sampler
from harness.endpoints.station.ocpp.transaction_events import CONNECTOR_ID as CONNECTOR_ID
from harness.endpoints.station.ocpp.transaction_events import ENDED, STARTED, UPDATED, EventTeller, News, Open
from harness.endpoints.station.ocpp.transaction_events import EVSE_ID as EVSE_ID
from harness.endpoints.station.ocpp.transaction_events import Stop as Stop
from harness.endpoints.station.ocpp.transaction_points import Facts, begins, ends_unauthorised, ends_unplugged
from harness.endpoints.station.ocpp.tuning import Tuning
from harness.endpoints.station.plant import ACCEPTED, NONE, Plant
from harness.endpoints.station.quantities import Token
from harness.endpoints.station.transaction_terms import DATA_SIGNED, ENERGY, PARKING_BAY
from harness.messages.ocpp import OcppMessage

_STOP_GRACE = 30.0
"""Seconds that an EV gets to end its session before the transaction ends without it."""
_NEVER = float("inf")


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
        self._plant, self._tuning, self._ids = plant, tuning, ids
        self.sampler = Sampler(plant, tuning, stamp)
        self.teller = EventTeller(plant, self.sampler, say=say, stamp=stamp)
        self._open: Open | None = None
        self._parked = False
        self.authorised_by: Token | None = None
        self.on_end: Callable[[str], None] = lambda _transaction_id: None
        self._waiting_since = _NEVER
        """Since when somebody is authorized and no cable is in."""
        self._stop: Stop | None = None
        self._stop_by = _NEVER
        self._opening = False
        """The power path is being opened for a stop, which is told instead."""

    @property
    def running(self) -> Running | None:
        """The transaction that is going on."""
        if self._open is None:
            return None
        return Running(transaction_id=self._open.transaction_id, started_at=self._open.started_at)

    # What happens.

    def parked(self, at: float) -> None:
        """A car stands in the bay."""
        self._parked = True
        self._report("EVDetected", at, may_start=True)

    def departed(self, at: float) -> None:
        """The bay is free again (E06.FR.01)."""
        self._parked = False
        stop = self._stop or Stop(trigger="EVDeparted", reason="Local")
        if self._open is not None and (PARKING_BAY in self._points or not self._plant.connected):
            self._end("EVDeparted", stop, at)
            self._forget()
            self._plant.authorise(NONE, at)
        else:
            self._report("EVDeparted", at)

    def plugged(self, at: float) -> None:
        """The cable is in; one that was out for a while goes on as before (E10.FR.01)."""
        self._waiting_since = _NEVER
        self._report("CablePluggedIn", at, may_start=True)
        if self.authorised_by is not None and self._plant.authorisation == NONE:
            self._plant.authorise(ACCEPTED, at)

    def authorised(self, token: Token, at: float, *, remote_start_id: int | None = None) -> None:
        """A token was accepted, or the backend started with it."""
        self.authorised_by = token
        self.teller.news = News(token=token, remote_start_id=remote_start_id)
        self._waiting_since = _NEVER if self._plant.connected else at
        self._stop, self._stop_by = None, _NEVER
        if self._open is not None:
            self._open.stop_told = False
        self._report("Authorized" if remote_start_id is None else "RemoteStart", at, may_start=True)

    def look(self, at: float) -> None:
        """Tell of a charging state that changed."""
        if self._opening:
            return
        one, state, energy = self._open, self._plant.charging_state(at), self._plant.energy_since is not None
        if one is None:
            if state == "Charging" and self.authorised_by is not None:
                self._report("ChargingStateChanged", at, may_start=True)
            return
        if state != one.state_told:
            if one.had_energy and not energy and ENERGY in self._points:
                self._energy_over(at)
                return
            self._report("ChargingStateChanged", at)
        one.had_energy = one.had_energy or energy

    def rate_changed(self, at: float) -> None:
        """The limit changed by more than a little (K11.FR.04, K13.FR.03)."""
        self._report("ChargingRateChanged", at)

    def mode_changed(self, mode: str, at: float) -> None:
        """Another operation mode is in force (OCPP 2.1, K01.FR.110)."""
        self.teller.news.mode = mode
        self._report("OperationModeChanged", at)

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
        """The cable is out (E06.FR.02, E09, E10)."""
        stays = self._authorised and not self._tuning.transactions.stop_on_disconnect
        one, facts = self._open, self._facts
        trigger = "EVCommunicationLost"
        stop = self._stop or Stop(trigger=trigger, reason="EVDisconnected")
        if one is not None and ends_unplugged(self._points, facts, stays_authorised=stays):
            self._end(trigger, Stop(trigger=trigger, reason=stop.reason), at)
            stays = False
        else:
            self._report(trigger, at)
        if stays:
            self._waiting_since = at
        else:
            self._forget()
            self._stop = None if self._open is None else stop

    def stop(self, stop: Stop, at: float) -> None:
        """Stop: ask the EV to end its session, or end at once where there is none."""
        self._stop = stop
        if self._plant.evcc_id is not None and not self._plant.paused:
            self._plant.ask("terminate")
            self._stop_by = at + _STOP_GRACE
        else:
            self._finish(stop, at)

    def abandon(self, stop: Stop, at: float) -> None:
        """End without waiting for anybody (a reset, a loss of power)."""
        if self._open is not None:
            self._end(stop.trigger, stop, at)
        self._forget()

    def trigger(self, at: float) -> None:
        """The backend wants an event now (F06.FR.07)."""
        self._report("Trigger", at)

    def clock_sample(self, at: float) -> None:
        """Tell what the EVSE measures at a full multiple of the interval (J01)."""
        self._report("MeterValueClock", at)

    def keep(self, values: dict[str, Any] | None) -> None:
        """A sample that is to be told with the end of the transaction."""
        if self._open is not None and values is not None:
            self._open.kept.append(values)

    # Time.

    def deadline(self) -> float:
        """When `expire` wants to be called."""
        plugging = self._waiting_since + self._tuning.ev_connection_timeout
        return min(self._stop_by, plugging, self._next_sample(), self._next_kept())

    def expire(self, at: float) -> None:
        """Let what is due happen."""
        if at >= self._stop_by and self._stop is not None:
            self._finish(self._stop, at)
        if at >= self._waiting_since + self._tuning.ev_connection_timeout:
            self._finish(Stop(trigger="EVConnectTimeout", reason="Timeout"), at)
        if self._open is None:
            return
        if at >= self._next_kept():
            self._open.kept_at = at
            self.keep(self.sampler.values(self._tuning.metering.ended_measurands, "Sample.Periodic", at))
        if at >= self._next_sample():
            every = self._tuning.tx_updated_interval
            self._open.sampled_at += every * ((at - self._open.sampled_at) // every)
            self._report("MeterValuePeriodic", at)

    def _next_sample(self) -> float:
        """When the next sample is due; an interval that the backend changes counts at once."""
        every = self._tuning.tx_updated_interval
        return self._open.sampled_at + every if self._open is not None and every > 0 else _NEVER

    def _next_kept(self) -> float:
        """The same of the samples that are told in the end."""
        every = self._tuning.metering.ended_interval
        return self._open.kept_at + every if self._open is not None and every > 0 else _NEVER

    # What becomes of it.

    @property
    def _points(self) -> tuple[str, ...]:
        return self._tuning.transactions.stop_points

    @property
    def _authorised(self) -> bool:
        return self.authorised_by is not None

    @property
    def _facts(self) -> Facts:
        plant = self._plant
        return Facts(
            parked=self._parked,
            connected=plant.connected,
            authorised=self._authorised,
            energy=plant.energy_since is not None,
        )

    def _report(self, trigger: str, at: float, *, may_start: bool = False) -> None:
        if self._open is not None:
            self.teller.tell(self._open, UPDATED, trigger, at)
        elif may_start and begins(self._tuning.transactions.start_points, self._facts):
            if DATA_SIGNED in self._tuning.transactions.start_points and trigger in {"Authorized", "CablePluggedIn"}:
                trigger = self._first_trigger(trigger)
            self._open = Open(transaction_id=self._ids(), started_at=at, sampled_at=at, kept_at=at)
            self._open.had_energy = self._plant.energy_since is not None
            self.sampler.new_transaction()
            self.teller.tell(self._open, STARTED, trigger, at)

    def _first_trigger(self, trigger: str) -> str:
        """What begins a transaction where only the meter's signature does (E01.FR.04)."""
        others = tuple(point for point in self._tuning.transactions.start_points if point != DATA_SIGNED)
        return trigger if begins(others, self._facts) else "SignedDataReceived"

    def _energy_over(self, at: float) -> None:
        """The power path is open, and that ends the transaction (E06.FR.07)."""
        stop = self._stop or Stop(trigger="ChargingStateChanged", reason="StoppedByEV")
        self._end(stop.trigger, stop, at)
        self._drop_authorisation(at)

    def _finish(self, stop: Stop, at: float) -> None:
        """Nobody is authorized any longer; whether the transaction is over as well depends on the stop points."""
        self._stop_by = self._waiting_since = _NEVER
        self._stop = stop
        self._opening = True
        self._plant.energy_stopped(at)
        self._opening = False
        if self._open is not None and not self._open.stop_told:
            if ends_unauthorised(self._points, self._facts):
                self._end(stop.trigger, stop, at)
            else:
                self._open.stop_told = True
                self.teller.tell(self._open, UPDATED, stop.trigger, at, stop)
        self._drop_authorisation(at)

    def _drop_authorisation(self, at: float) -> None:
        self.authorised_by = None
        self.teller.news = News()
        self._plant.authorise(NONE, at)

    def _end(self, trigger: str, stop: Stop, at: float) -> None:
        assert self._open is not None  # noqa: S101 - callers looked
        ended = self._open
        self.teller.tell(ended, ENDED, trigger, at, stop)
        self._open = self._stop = None
        self._stop_by = _NEVER
        self.on_end(ended.transaction_id)

    def _forget(self) -> None:
        self.authorised_by = self._stop = None
        self.teller.news = News()
        self._stop_by = self._waiting_since = _NEVER
