"""How a station keeps in touch: boot, heartbeat, clock, and the status of its connector (B01 to B04, G01, G02)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.endpoints.station.ocpp.transactions import CONNECTOR_ID, EVSE_ID
from harness.endpoints.station.ocpp.tuning import Tuning
from harness.endpoints.station.settings import StationSettings
from harness.messages import ocpp
from harness.messages.ocpp import OcppMessage
from harness.messages.ocpp_time import parse_timestamp
from harness.sessions.ocpp.registration import Registration
from harness.sessions.ocpp.station import StationSession

_NEVER = float("inf")
_OWN_BOOT_WAIT = 60.0
"""Seconds between boots where the backend leaves it to the station (B02.FR.07, B03.FR.05)."""
_NOTABLE_OFFSET = 2.0
"""Seconds of difference below which two clocks count as equal; backends may cut off the fraction of a second."""


class Contact:
    """What a station says about itself, whoever charges there."""

    def __init__(
        self,
        settings: StationSettings,
        tuning: Tuning,
        session: StationSession,
        *,
        say: Callable[[OcppMessage], None],
        stamp: Callable[[float], str],
        status: Callable[[], str],
    ) -> None:
        """A station that has not booted yet.

        Args:
            settings: what the station is.
            tuning: what the backend may change; gets interval and clock of the backend.
            session: the conversation with the backend.
            say: takes messages.
            stamp: writes a moment in the backend's time.
            status: the connectorStatus at this moment.
        """
        self._settings, self._tuning, self._session = settings, tuning, session
        self._say, self._stamp, self._status = say, stamp, status
        self.status_message: Callable[[str, float], OcppMessage] = self._status_notification
        """Makes what tells the state of the connector."""
        self.boot_reason = "PowerUp"
        self.firmware = settings.firmware
        self._boot_at = _NEVER
        self._heartbeat_at = _NEVER
        self._status_told = ""
        self._lost_at: float | None = None

    @property
    def online(self) -> bool:
        """Whether the backend listens to everything."""
        return self._session.connected and self._session.registration is Registration.ACCEPTED

    def connected(self, at: float) -> None:
        """There is a connection: boot, or report what changed meanwhile (B04, Part 4, 5.3)."""
        if self._session.registration is not Registration.ACCEPTED:
            if self._boot_at == _NEVER or self._boot_at <= at:
                self.boot()
            return
        offline = at - self._lost_at if self._lost_at is not None else 0.0
        if offline > self._tuning.offline_threshold:
            self.tell_status(at)
        else:
            self.tell_status_if_new(at)

    def disconnected(self, at: float) -> None:
        """The connection is gone."""
        self._lost_at = at

    def restart(self, reason: str) -> None:
        """The station is about to boot again."""
        self._session.restart()
        self.boot_reason = reason
        self._boot_at = self._heartbeat_at = _NEVER
        self._status_told = ""

    def boot(self, reason: str | None = None) -> None:
        """Say BootNotification."""
        self._boot_at = _NEVER
        told = self._settings
        station = {
            "model": told.model,
            "vendorName": told.vendor,
            "serialNumber": told.serial,
            "firmwareVersion": self.firmware,
        }
        self._say(ocpp.BootNotification(reason=reason or self.boot_reason, chargingStation=station))

    def boot_failed(self, at: float) -> None:
        """BootNotification got no answer, or an error."""
        self._boot_at = at + self._settings.back_off_minimum

    def booted(self, payload: dict[str, Any], at: float) -> None:
        """BootNotification was answered; the session has taken note of the status."""
        self.set_clock(payload, at)
        interval = float(payload["interval"])
        if self._session.registration is not Registration.ACCEPTED:
            self._boot_at = at + (interval if interval > 0 else _OWN_BOOT_WAIT)
            return
        if interval > 0:
            self._tuning.heartbeat_interval = interval
        self._heartbeat_at = at + self._tuning.heartbeat_interval
        self.tell_status(at)
        event = "StartupOfTheDevice" if self.boot_reason == "PowerUp" else "ResetOrReboot"
        self._say(ocpp.SecurityEventNotification(type=event, timestamp=self._stamp(at)))

    def set_clock(self, payload: dict[str, Any], at: float) -> None:
        """The backend told its time (B01.FR.06)."""
        before = self._tuning.clock_offset
        offset = parse_timestamp(payload["currentTime"]) - at
        self._tuning.clock_offset = offset if abs(offset) >= _NOTABLE_OFFSET else 0.0
        if abs(self._tuning.clock_offset - before) >= _NOTABLE_OFFSET:
            self._say(ocpp.SecurityEventNotification(type="SettingSystemTime", timestamp=self._stamp(at)))

    def tell_status(self, at: float) -> None:
        """Say what the state of the connector is."""
        self._status_told = self._status()
        self._say(self.status_message(self._status_told, at))

    def _status_notification(self, told: str, at: float) -> OcppMessage:
        evse = {"evseId": EVSE_ID, "connectorId": CONNECTOR_ID}
        return ocpp.StatusNotification(timestamp=self._stamp(at), connectorStatus=told, **evse)

    def tell_status_if_new(self, at: float) -> None:
        """The same, if the backend knows another state."""
        if self._status() != self._status_told:
            self.tell_status(at)

    def status_failed(self) -> None:
        """It did not get through."""
        self._status_told = ""

    def deadline(self) -> float:
        """When `expire` wants to be called."""
        return min(self._boot_at, self._heartbeat_at) if self._session.connected else _NEVER

    def expire(self, at: float) -> None:
        """Boot again, or show that the station lives."""
        if not self._session.connected:
            return
        if at >= self._boot_at:
            self.boot()
        if at >= self._heartbeat_at:
            self._heartbeat_at = at + self._tuning.heartbeat_interval
            self._say(ocpp.Heartbeat())
