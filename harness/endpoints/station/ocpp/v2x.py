"""Bidirectional charging as the backend steers it: operation modes, dynamic schedules, signals (block Q, K28, K29)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.endpoints.operations import GRID_FREQUENCY, Operation
from harness.endpoints.station.announcements import SERVICE_RENEGOTIATION
from harness.endpoints.station.happenings import Happening
from harness.endpoints.station.ocpp.block import NEVER, Block, Parts
from harness.endpoints.station.ocpp.deed import Answerer, Deed, Payload, done, status
from harness.endpoints.station.ocpp.operation_mode import SUPPORTED, InForce, in_force, steering
from harness.endpoints.station.ocpp.smart_charging import SmartCharging
from harness.endpoints.station.ocpp.variables import Key, Variable
from harness.endpoints.station.quantities import Steering
from harness.messages.ocpp import OcppMessage
from harness.messages.ocpp21 import PullDynamicScheduleUpdate
from harness.sessions.ocpp.composite import Installed

_NOMINAL = 60.0
"""Hz of the grid in Canada."""
_DYNAMIC = "Dynamic"


class V2x(Block):
    """Makes the EVSE's setpoint from the period in force, and keeps dynamic schedules up to date."""

    def __init__(self, parts: Parts) -> None:
        """At the nominal frequency, nothing asked for."""
        super().__init__(parts)
        self._hertz, self._signal = _NOMINAL, 0.0
        self._mode = ""
        self._pull_at = NEVER
        self._lost_at: float | None = None
        parts.plant.steer_by(self._steering)

    def answers(self) -> Mapping[str, Answerer]:
        """What OCPP 2.1 adds for a transaction that goes both ways."""
        return {
            "AFRRSignal": self._take_signal,
            "NotifyAllowedEnergyTransfer": self._allow,
            "UpdateDynamicSchedule": self._update,
        }

    def variables(self) -> Mapping[Key, Variable]:
        """V2XChargingCtrlr."""
        return {
            ("V2XChargingCtrlr", "Available", None): Variable(read=lambda: "true"),
            ("V2XChargingCtrlr", "Enabled", None): Variable(read=lambda: "true"),
            ("V2XChargingCtrlr", "SupportedOperationModes", None): Variable(read=lambda: ",".join(SUPPORTED)),
        }

    def operate(self, operation: Operation, at: float) -> bool:
        """The grid's frequency changes."""
        if operation.name != GRID_FREQUENCY:
            return False
        self._hertz = operation.arguments["hertz"]
        self.parts.plant.cap_passed(at)
        return True

    def period(self, at: float) -> InForce | None:
        """The period that counts; none while it is void for want of a backend (K01.FR.101 to .103)."""
        parts = self.parts
        found = in_force(tuple(parts.profiles), at, parts.transactions.running)
        return None if found is None or self._void(found.profile, at) else found

    def _void(self, profile: Installed, at: float) -> bool:
        longest = profile.payload.get("maxOfflineDuration")
        return longest is not None and self._lost_at is not None and at - self._lost_at > longest

    def _steering(self, at: float) -> Steering | None:
        found = self.period(at)
        if found is None or not found.mode:
            return None
        volts = self.parts.profiles.supply().voltage
        return steering(found, volts=volts, hertz=self._hertz, signal=self._signal)

    # What happens.

    def happened(self, what: Happening) -> None:
        """The mode may be another one by now."""
        self._look(what.at)

    def connected(self, at: float) -> None:
        """Profiles that were void count again, but for those that an outage makes invalid."""
        lost, self._lost_at = self._lost_at, None
        if lost is None:
            return
        for one in tuple(self.parts.profiles):
            longest = one.payload.get("maxOfflineDuration")
            if longest is not None and at - lost > longest and one.payload.get("invalidAfterOfflineDuration"):
                self.parts.profiles.remove(one.plan.id)
        self.parts.blocks().one(SmartCharging).changed(at)

    def disconnected(self, at: float) -> None:
        """From now on it counts how long."""
        self._lost_at = at

    def answered(self, call: OcppMessage, payload: Payload, at: float) -> None:
        """An update that was pulled has come."""
        if call.action == PullDynamicScheduleUpdate.name and payload["status"] == "Accepted":
            self._apply(call.payload["chargingProfileId"], payload.get("scheduleUpdate", {}), at)

    def deadline(self) -> float:
        """When the next update is to be pulled."""
        return self._pull_at if self.parts.online() else NEVER

    def expire(self, at: float) -> None:
        """Pull (K28.FR.10)."""
        found = self.period(at)
        self._pull_at = NEVER
        if found is not None and self._interval(found) is not None:
            self.parts.say(PullDynamicScheduleUpdate(chargingProfileId=found.profile.plan.id))
        self._look(at)

    def _look(self, at: float) -> None:
        found = self.period(at)
        interval = None if found is None else self._interval(found)
        if interval is None:
            self._pull_at = NEVER
        elif self._pull_at == NEVER:
            self._pull_at = at + interval
        mode = "" if found is None else found.mode
        running = self.parts.transactions.running
        if running is None:
            self._mode = ""
        elif mode != self._mode and mode:
            self._mode = mode
            self.parts.transactions.mode_changed(mode, at)

    def _interval(self, found: InForce) -> float | None:
        payload = found.profile.payload
        every = payload.get("dynUpdateInterval")
        return float(every) if payload["chargingProfileKind"] == _DYNAMIC and every else None

    # What it is asked.

    def _update(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        """K28.FR.11, K28.FR.12: of a dynamic profile alone."""
        found = self._dynamic(payload["chargingProfileId"])
        if found is None:
            return done(call, "Rejected", "InvalidProfile")
        profile_id, news = payload["chargingProfileId"], payload["scheduleUpdate"]
        return Deed(answer=status(call, "Accepted"), then=lambda: self._apply(profile_id, news, at))

    def _dynamic(self, profile_id: int) -> Installed | None:
        known = (one for one in self.parts.profiles if one.plan.id == profile_id)
        return next((one for one in known if one.payload["chargingProfileKind"] == _DYNAMIC), None)

    def _apply(self, profile_id: int, news: dict[str, Any], at: float) -> None:
        found = self._dynamic(profile_id)
        if found is None:
            return
        schedule = found.payload["chargingSchedule"][0]
        period = {**schedule["chargingSchedulePeriod"][0], **news}
        schedules = [{**schedule, "chargingSchedulePeriod": [period]}]
        self.parts.profiles.install(found.evse_id, {**found.payload, "chargingSchedule": schedules})
        self.parts.blocks().one(SmartCharging).changed(at)

    def _take_signal(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        """Q08.FR.11."""
        found = self.period(at)
        if found is None or "v2xSignalWattCurve" not in found.period:
            return done(call, "Rejected", "NoSignalWattCurve")
        self._signal = float(payload["signal"])
        self.parts.plant.cap_passed(at)
        return done(call, "Accepted")

    def _allow(self, call: OcppMessage, payload: Payload, _at: float) -> Deed:
        """The EV is asked to choose its service anew (Q02.FR.05 to .07)."""
        running, plant = self.parts.transactions.running, self.parts.plant
        if running is None or running.transaction_id != payload["transactionId"]:
            return done(call, "Rejected", "TxNotFound")
        ask = None if plant.evcc_id is None else lambda: plant.ask(SERVICE_RENEGOTIATION)
        return Deed(answer=status(call, "Accepted"), then=ask)
