"""The backend half of a station: boots, keeps in touch, and turns what happens at the EVSE into messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from harness.endpoints.behaviour import Hang, Say
from harness.endpoints.identifiers import counted_uuids
from harness.endpoints.spoken import Spoken
from harness.endpoints.station import happenings as happen
from harness.endpoints.station.ocpp_authorisation import Authorisation
from harness.endpoints.station.ocpp_needs import charging_needs, charging_schedule
from harness.endpoints.station.ocpp_profiles import Profiles
from harness.endpoints.station.ocpp_requests import Desk, respond
from harness.endpoints.station.ocpp_transactions import CONNECTOR_ID, EVSE_ID, Stop, Transactions
from harness.endpoints.station.ocpp_tuning import Tuning
from harness.endpoints.station.ocpp_variables import DeviceModel
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.quantities import Display, Needs
from harness.messages import ocpp
from harness.messages.ocpp import Kind, OcppMessage
from harness.messages.ocpp_time import parse_timestamp, timestamp
from harness.sessions.ocpp.registration import Registration
from harness.sessions.ocpp.station import StationSession

_NEVER = float("inf")
_OWN_BOOT_WAIT = 60.0
"""Seconds between boots where the backend leaves it to the station (B02.FR.07, B03.FR.05)."""
_LAST_WORDS = 2.0
"""Seconds between a Reset and the end of the connection, for what is still to be said."""
_NOTABLE_OFFSET = 0.5
"""Seconds of difference below which two clocks count as equal."""


class BackendHalf:
    """Holds no socket: `steps` says what to send, the caller feeds `session` and calls `digest`."""

    def __init__(self, plant: Plant, session: StationSession, *, started_at: float) -> None:
        """A station that has not booted yet.

        Args:
            plant: the EVSE, shared with the V2G half.
            session: the conversation with the backend.
            started_at: Unix time of this start; makes transaction ids unlike those of any other.
        """
        self._plant = plant
        self._session = session
        self._settings = plant.settings
        self.tuning = Tuning(self._settings)
        self.profiles = Profiles()
        self.on_step: Callable[[], None] = lambda: None
        self._steps: list[Spoken] = []
        self._heard: OcppMessage | None = None
        self.transactions = Transactions(
            plant,
            self.tuning,
            ids=counted_uuids(self._settings.station_id, started_at, "transaction"),
            say=self._say,
            stamp=self._stamp,
        )
        self.transactions.on_end = self._transaction_ended
        self.authorisation = Authorisation(plant, self.tuning, self.transactions, say=self._say, online=self._online)
        self._desk = Desk(
            plant=plant,
            tuning=self.tuning,
            transactions=self.transactions,
            profiles=self.profiles,
            variables=DeviceModel(self._settings, self.tuning),
            registration=lambda: session.registration,
            kept=lambda: session.kept,
            start=self.authorisation.start_remotely,
            tell=self._tell_triggered,
            status=self._tell_status,
            reset=self._reset,
            capped=self._caps_changed,
        )
        self._boot_reason = "PowerUp"
        self._boot_at = _NEVER
        self._heartbeat_at = _NEVER
        self._status_told = ""
        self._lost_at: float | None = None
        self._needs_due = False
        self._needs_told: Needs | None = None
        self._reset_when_idle = False
        self._rebooting = False
        self._ended = False
        plant.listen(self._happened)
        plant.cap_by(lambda at: self.profiles.cap(at, self.transactions.running), started_at)

    # What the driver calls.

    def connected(self, at: float) -> None:
        """There is a connection: boot, or go on where the last one ended (Part 4, 5.3)."""
        if self._session.registration is not Registration.ACCEPTED:
            if self._boot_at == _NEVER or self._boot_at <= at:
                self._boot(at)
            return
        offline = at - self._lost_at if self._lost_at is not None else 0.0
        if offline > self.tuning.offline_threshold or self._status() != self._status_told:
            self._tell_status(at)
        self._tell_needs(at)

    def disconnected(self, at: float) -> None:
        """The connection is gone."""
        self._lost_at = at
        if self._rebooting:
            self._rebooting = False
            self._session.restart()
            self._boot_at = self._heartbeat_at = _NEVER
            self._status_told = ""

    def digest(self, at: float) -> None:
        """Work on what the session has heard."""
        for answered in self._session.answers():
            self._heard = answered.answer
            self._take_answer(answered.call, answered.answer, at)
        for call in self._session.failed():
            self._take_failure(call, at)
        for call in self._session.calls():
            self._heard = call
            deed = respond(self._desk, call, at)
            self._put(Spoken(heard=call, step=Say(message=deed.answer)))
            if deed.then is not None:
                deed.then()

    def deadline(self) -> float:
        """When `expire` wants to be called; infinity for never."""
        online = min(self._boot_at, self._heartbeat_at) if self._session.connected else _NEVER
        return min(online, self.authorisation.deadline(), self.transactions.deadline())

    def expire(self, at: float) -> None:
        """Let what is due happen."""
        if self._session.connected and at >= self._boot_at:
            self._boot(at)
        if self._session.connected and at >= self._heartbeat_at:
            self._heartbeat_at = at + self.tuning.heartbeat_interval
            self._say(ocpp.Heartbeat())
        self.authorisation.expire(at)
        self.transactions.expire(at)
        if self._ended:
            self._after_transaction(at)

    def steps(self) -> list[Spoken]:
        """What is to be done since the last call."""
        steps, self._steps = self._steps, []
        return steps

    # What happens at the EVSE.

    def _happened(self, what: happen.Happening) -> None:
        at = what.at
        match what:
            case happen.Plugged():
                self._tell_status(at)
                self.transactions.plugged(at)
            case happen.Unplugged():
                self.transactions.unplugged(at)
                self.authorisation.forget()
                self._tell_status(at)
            case happen.AuthorisationWanted():
                self.authorisation.wanted(at)
            case happen.TokenPresented(token=token):
                self.authorisation.presented(token, at)
            case happen.NeedsGiven():
                self._needs_due = self._needs_due or self._plant.energy_since is None
                self._tell_needs(at)
            case happen.DisplayGiven():
                self._needs_due = self._needs_due or self._shown_but_untold()
                self._tell_needs(at)
            case happen.EnergyStarted():
                self.transactions.look(at)
                self._tell_schedule(at)
            case happen.SessionStopped(kind=kind):
                self.transactions.session_stopped(kind, at)
                self.authorisation.forget()
            case happen.LinkLost():
                self.transactions.link_lost(at)
            case happen.Advanced() | happen.EnergyStopped() | happen.EvIdentified():
                self.transactions.look(at)
            case _:
                pass
        if self._ended:
            self._after_transaction(at)
        self.on_step()

    def _after_transaction(self, at: float) -> None:
        """What had to wait for the end of a transaction (B12.FR.01, G03.FR.05)."""
        self._ended = False
        if self._reset_when_idle:
            self._reset("ScheduledReset", at)
        elif self._status() != self._status_told:
            self._tell_status(at)

    def _caps_changed(self, at: float) -> None:
        self._plant.cap_by(lambda when: self.profiles.cap(when, self.transactions.running), at)
        self.transactions.look(at)
        if self._plant.energy_since is not None:
            self._tell_schedule(at)

    def _transaction_ended(self, transaction_id: str) -> None:
        self.profiles.transaction_ended(transaction_id)
        self._needs_due, self._needs_told = False, None
        self._ended = True

    # What the backend says.

    def _take_answer(self, call: OcppMessage, answer: OcppMessage, at: float) -> None:
        if answer.kind is Kind.ERROR:
            self._take_failure(call, at)
            return
        payload: dict[str, Any] = answer.payload
        match call.action:
            case "BootNotification":
                self._booted(payload, at)
            case "Heartbeat":
                self._set_clock(payload, at)
            case "Authorize":
                self.authorisation.answered(payload, at)
            case "TransactionEvent":
                self._take_token_verdict(payload, call.payload, at)

    def _take_token_verdict(self, payload: dict[str, Any], said: Any, at: float) -> None:
        """The backend may take an authorisation back (E05, C15)."""
        status = payload.get("idTokenInfo", {}).get("status", "Accepted")
        running = self.transactions.running
        same = running is not None and said["transactionInfo"]["transactionId"] == running.transaction_id
        if status != "Accepted" and same and said["eventType"] != "Ended":
            self.transactions.stop(Stop(trigger="Deauthorized", reason="DeAuthorized"), at)

    def _take_failure(self, call: OcppMessage, at: float) -> None:
        match call.action:
            case "BootNotification":
                self._boot_at = at + self._settings.back_off_minimum
            case "Authorize":
                self.authorisation.failed(at)
            case "StatusNotification":
                self._status_told = ""
            case "NotifyEVChargingNeeds":
                self._needs_due = not self._session.connected

    # Boot and clock.

    def _boot(self, at: float) -> None:
        self._boot_at = _NEVER
        told = self._settings
        station = {
            "model": told.model,
            "vendorName": told.vendor,
            "serialNumber": told.serial,
            "firmwareVersion": told.firmware,
        }
        self._say(ocpp.BootNotification(reason=self._boot_reason, chargingStation=station))

    def _booted(self, payload: dict[str, Any], at: float) -> None:
        self._set_clock(payload, at)
        interval = float(payload["interval"])
        if self._session.registration is not Registration.ACCEPTED:
            self._boot_at = at + (interval if interval > 0 else _OWN_BOOT_WAIT)
            return
        if interval > 0:
            self.tuning.heartbeat_interval = interval
        self._heartbeat_at = at + self.tuning.heartbeat_interval
        self._tell_status(at)
        event = "StartupOfTheDevice" if self._boot_reason == "PowerUp" else "ResetOrReboot"
        self._say(ocpp.SecurityEventNotification(type=event, timestamp=self._stamp(at)))
        self._tell_needs(at)

    def _set_clock(self, payload: dict[str, Any], at: float) -> None:
        offset = parse_timestamp(payload["currentTime"]) - at
        self.tuning.clock_offset = offset if abs(offset) >= _NOTABLE_OFFSET else 0.0

    def _reset(self, reason: str, at: float) -> None:
        if reason == "ScheduledReset" and self.transactions.running is not None:
            self._reset_when_idle = True
            return
        self._reset_when_idle = False
        self.transactions.abandon(Stop(trigger="ResetCommand", reason="ImmediateReset"), at)
        self._boot_reason, self._rebooting = reason, True
        self._put(Spoken(heard=self._heard, step=Hang(after=_LAST_WORDS)))

    # What is told.

    def _tell_status(self, at: float) -> None:
        self._status_told = self._status()
        self._say(
            ocpp.StatusNotification(
                timestamp=self._stamp(at),
                connectorStatus=self._status_told,
                evseId=EVSE_ID,
                connectorId=CONNECTOR_ID,
            )
        )

    def _status(self) -> str:
        if not self.tuning.operative and self.transactions.running is None:
            return "Unavailable"
        return "Occupied" if self._plant.connected else "Available"

    def _tell_needs(self, at: float) -> None:
        needs, said_at = self._plant.needs, self._plant.needs_at
        if not self._needs_due or needs is None or said_at is None or not self._online():
            return
        whole = _with_display(needs, self._plant)
        message = charging_needs(whole, said_at, self._stamp)
        if message is not None and self.transactions.running is not None:
            self._needs_due, self._needs_told = False, whole
            self._say(message)

    def _shown_but_untold(self) -> bool:
        """Whether the EV shows a state of charge or a capacity where the backend was told none.

        An EV of ISO 15118-20 has no place for either before the charge loop: what it says of its needs comes without.
        """
        told = self._needs_told
        if told is None or self._plant.needs is None:
            return False
        whole = _with_display(self._plant.needs, self._plant)
        return (told.soc is None and whole.soc is not None) or (told.capacity is None and whole.capacity is not None)

    def _tell_schedule(self, at: float) -> None:
        running = self.transactions.running
        if running is None or self._plant.evcc_id is None or not self._online():
            return
        schedule = self.profiles.transaction_schedule(running)
        if schedule is not None:
            self._say(charging_schedule(schedule, self._plant.needs, self._stamp(at)))

    def _tell_triggered(self, wanted: str, at: float) -> None:
        match wanted:
            case "BootNotification":
                self._boot_reason, reason = "Triggered", self._boot_reason
                self._boot(at)
                self._boot_reason = reason
            case "Heartbeat":
                self._say(ocpp.Heartbeat())
            case "StatusNotification":
                self._tell_status(at)
            case "TransactionEvent":
                self.transactions.trigger(at)
            case "MeterValues":
                values = self.transactions.meter_values("Trigger", at)
                if values is not None:
                    self._say(ocpp.MeterValues(evseId=EVSE_ID, meterValue=[values]))

    def _say(self, message: OcppMessage) -> None:
        self._put(Spoken(heard=self._heard, step=Say(message=message)))

    def _put(self, spoken: Spoken) -> None:
        self._steps.append(spoken)
        self.on_step()

    def _stamp(self, at: float) -> str:
        return timestamp(at + self.tuning.clock_offset)

    def _online(self) -> bool:
        return self._session.connected and self._session.registration is Registration.ACCEPTED


def _with_display(needs: Needs, plant: Plant) -> Needs:
    """The needs with state of charge and capacity, where the EV has shown them elsewhere."""
    shown = plant.display or Display()
    return replace(
        needs,
        soc=shown.soc if needs.soc is None else needs.soc,
        capacity=shown.capacity if needs.capacity is None else needs.capacity,
    )
