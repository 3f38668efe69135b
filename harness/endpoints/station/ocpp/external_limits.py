"""Limits that somebody else than the backend sets, and events that tell how the charging rate changed (K11 to K13)."""

from __future__ import annotations

from collections.abc import Mapping

from harness.endpoints import operations as do
from harness.endpoints.operations import Operation
from harness.endpoints.station.happenings import CapChanged, EnergyStarted, EnergyStopped, Happening
from harness.endpoints.station.ocpp.block import Block, Parts
from harness.endpoints.station.ocpp.charging_variables import LimitTuning
from harness.endpoints.station.ocpp.profiles import Profile
from harness.endpoints.station.ocpp.smart_charging import SmartCharging
from harness.endpoints.station.ocpp.variables import Key, Variable
from harness.messages.ocpp import ClearedChargingLimit, NotifyChargingLimit
from harness.sessions.ocpp.composite import EXTERNAL

_SOURCES = ("EMS", "Other", "SO")
"""Who may limit the station; what the backend sets has the source CSO (K11.FR.05, K12.FR.04)."""


class ExternalLimits(Block):
    """Hears of such limits, passes them on, and watches what becomes of the rate."""

    def __init__(self, parts: Parts) -> None:
        """No limit is set."""
        super().__init__(parts)
        self.tuning = LimitTuning(parts.plant.settings.charging)
        self._rate: float | None = None
        """W that were allowed when it was told last; None: no energy flows."""

    def variables(self) -> Mapping[Key, Variable]:
        """What the backend may change of this."""
        return self.tuning.variables()

    def operate(self, operation: Operation, at: float) -> bool:
        """Somebody sets a limit, or lifts it."""
        given = operation.arguments
        match operation.name:
            case do.LIMIT_EXTERNALLY:
                self._limit(float(given["watts"]), given["source"], int(given["evse_id"]), at)
            case do.RELEASE_EXTERNAL_LIMIT:
                self._release(given["source"], int(given["evse_id"]), at)
            case _:
                return False
        return True

    def happened(self, what: Happening) -> None:
        """Energy flows, or may flow faster or slower."""
        match what:
            case EnergyStarted(at=at):
                self._rate = self.parts.plant.limits(at).max_charge_power
            case EnergyStopped():
                self._rate = None
            case CapChanged(at=at):
                self._compare(at)

    def _limit(self, watts: float, source: str, evse_id: int, at: float) -> None:
        profile = self._profile(watts, source, evse_id, at)
        self.parts.profiles.install(evse_id, profile, source)
        message = {"chargingLimit": {"chargingLimitSource": source}}
        if self.tuning.tells_schedules:
            message["chargingSchedule"] = profile["chargingSchedule"]
        self.parts.say(NotifyChargingLimit(**message, **_place(evse_id)))
        self.parts.blocks().one(SmartCharging).changed(at)

    def _release(self, source: str, evse_id: int, at: float) -> None:
        if self.parts.profiles.remove(_number(source, evse_id)):
            self.parts.say(ClearedChargingLimit(chargingLimitSource=source, **_place(evse_id)))
            self.parts.blocks().one(SmartCharging).changed(at)

    def _profile(self, watts: float, source: str, evse_id: int, at: float) -> Profile:
        number = _number(source, evse_id)
        schedule = {
            "id": -number,
            "startSchedule": self.parts.stamp(at),
            "chargingRateUnit": "W",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": watts}],
        }
        return {
            "id": number,
            "stackLevel": 0,
            "chargingProfilePurpose": EXTERNAL,
            "chargingProfileKind": "Absolute",
            "chargingSchedule": [schedule],
        }

    def _compare(self, at: float) -> None:
        """Tell of a limit that changed by more than LimitChangeSignificance (K11.FR.04, K13.FR.03)."""
        transactions, before = self.parts.transactions, self._rate
        if before is None or transactions.running is None:
            return
        now = self.parts.plant.limits(at).max_charge_power
        if abs(now - before) > before * self.tuning.significance / 100:
            self._rate = now
            transactions.look(at)
            transactions.rate_changed(at)


def _number(source: str, evse_id: int) -> int:
    """The id of a profile that nobody sent: below zero, so that no backend comes by the same."""
    return -1 - _SOURCES.index(source) - len(_SOURCES) * evse_id


def _place(evse_id: int) -> dict[str, int]:
    """A limit for the whole station names no EVSE."""
    return {"evseId": evse_id} if evse_id else {}
