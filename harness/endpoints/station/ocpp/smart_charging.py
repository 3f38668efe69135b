"""Smart charging: takes, reports and clears profiles, tells what they come to, and follows them (K01 to K10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from harness.endpoints.station.happenings import AuthorisationChanged, Happening
from harness.endpoints.station.ocpp.block import NEVER, Block, Parts
from harness.endpoints.station.ocpp.charging_variables import charging_variables
from harness.endpoints.station.ocpp.deed import Answerer, Deed, Payload, done, status
from harness.endpoints.station.ocpp.profiles import Profile
from harness.endpoints.station.ocpp.transactions import EVSE_ID
from harness.endpoints.station.ocpp.variables import Key, Variable
from harness.endpoints.station.plant import NONE
from harness.messages.iso20.energy import Flow, flow_of
from harness.messages.ocpp import OcppMessage, ReportChargingProfiles
from harness.sessions.ocpp.composite import TRANSACTION, Installed, Supply

_PLACES = (0, EVSE_ID)


class SmartCharging(Block):
    """Answers what a backend asks about profiles; at each boundary of a schedule the EVSE hears of the new limit."""

    def __init__(self, parts: Parts) -> None:
        """No profile is installed."""
        super().__init__(parts)
        self.terms = parts.plant.settings.charging
        parts.profiles.terms = self.terms
        parts.profiles.supply = self.supply
        self._to_come: Profile | None = None
        """The profile of a transaction that is yet to begin."""
        self._boundary = NEVER

    def answers(self) -> dict[str, Answerer]:
        """The requests of block K; a station without smart charging supports none (K01.FR.29)."""
        if not self.terms.enabled:
            return {}
        return {
            "ClearChargingProfile": self._clear,
            "GetChargingProfiles": self._get,
            "GetCompositeSchedule": self._composite,
            "SetChargingProfile": self._set,
        }

    def variables(self) -> Mapping[Key, Variable]:
        """SmartChargingCtrlr."""
        return charging_variables(self.terms)

    def supply(self) -> Supply:
        """Voltage and phases that turn amperes into watts now."""
        plant = self.parts.plant
        if flow_of(plant.service_id) is Flow.AC:
            return Supply(voltage=plant.settings.mains.nominal_voltage, phases=plant.phases)
        return Supply(voltage=plant.voltage or self.terms.nominal_voltage)

    def objection_to_start(self, profile: Profile) -> str:
        """Why a remote start with this profile is rejected; empty: it is not (F01.FR.10, K05)."""
        return self.parts.profiles.objection_to_start(profile) if self.terms.enabled else ""

    def expect(self, profile: Profile, at: float) -> None:
        """A remote start brought the profile of its transaction (K05); without smart charging it counts for nothing."""
        if self.terms.enabled:
            self._to_come = profile
            self._claim(at)

    # What happens.

    def happened(self, what: Happening) -> None:
        """A transaction may have begun for which a profile waits."""
        if isinstance(what, AuthorisationChanged) and what.authorisation == NONE:
            self._to_come = None
        self._claim(what.at)
        self._look_ahead(what.at)

    def restart(self, at: float) -> None:
        """Profiles outlive a boot, those that wait do not."""
        self._to_come = None
        self._look_ahead(at)

    def deadline(self) -> float:
        """When the limit may change next by itself."""
        return self._boundary

    def expire(self, at: float) -> None:
        """A period begins or ends."""
        self._look_ahead(at)
        self.parts.plant.cap_passed(at)

    def changed(self, at: float) -> None:
        """Profiles came or went."""
        self._look_ahead(at)
        self.parts.capped(at)

    def _claim(self, at: float) -> None:
        running = self.parts.transactions.running
        if self._to_come is None or running is None:
            return
        profile, self._to_come = {**self._to_come, "transactionId": running.transaction_id}, None
        self.parts.profiles.install(EVSE_ID, profile)
        self.changed(at)

    def _look_ahead(self, at: float) -> None:
        self._boundary = self.parts.profiles.next_change(at, self.parts.transactions.running)

    # What it is asked.

    def _set(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        evse_id, profile = payload["evseId"], payload["chargingProfile"]
        parts = self.parts
        reason = parts.profiles.objection(evse_id, profile, parts.transactions.running)
        if evse_id not in _PLACES:
            reason = "UnknownEvse"
        elif not reason and profile["chargingProfilePurpose"] == TRANSACTION and self._needs_missing():
            reason = "InvalidMessageSeq"
        if reason:
            return done(call, "Rejected", reason)
        parts.profiles.install(evse_id, profile)
        return Deed(answer=status(call, "Accepted"), then=lambda: self.changed(at))

    def _needs_missing(self) -> bool:
        """An EV talks ISO 15118 and has not said yet what it needs (K15.FR.17)."""
        return self.parts.plant.evcc_id is not None and self.parts.plant.needs is None

    def _clear(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        criteria = payload.get("chargingProfileCriteria", {})
        cleared = self.parts.profiles.clear(payload.get("chargingProfileId"), criteria)
        return Deed(answer=status(call, "Accepted" if cleared else "Unknown"), then=lambda: self.changed(at))

    def _get(self, call: OcppMessage, payload: Payload, _at: float) -> Deed:
        found = self.parts.profiles.found(payload.get("evseId"), payload["chargingProfile"])
        if not found:
            return done(call, "NoProfiles")
        return Deed(answer=status(call, "Accepted"), then=self._teller(payload["requestId"], found))

    def _teller(self, request_id: int, found: list[Installed]) -> Callable[[], None]:
        """What reports profiles: one message names one source and one EVSE (K09.FR.02)."""
        most = self.terms.profiles_per_report
        groups: dict[tuple[str, int], list[Profile]] = {}
        for one in found:
            groups.setdefault((one.source, one.evse_id), []).append(one.payload)
        portions = [
            (source, evse_id, profiles[start : start + most])
            for (source, evse_id), profiles in groups.items()
            for start in range(0, len(profiles), most)
        ]

        def tell() -> None:
            for number, (source, evse_id, profiles) in enumerate(portions, 1):
                self.parts.say(
                    ReportChargingProfiles(
                        requestId=request_id,
                        chargingLimitSource=source,
                        evseId=evse_id,
                        chargingProfile=profiles,
                        tbc=number < len(portions),
                    )
                )

        return tell

    def _composite(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        if payload["evseId"] not in _PLACES:
            return done(call, "Rejected", "UnknownEvse")
        unit = payload.get("chargingRateUnit", "W" if "W" in self.terms.units else self.terms.units[0])
        if unit not in self.terms.units:
            return done(call, "Rejected", "UnsupportedRateUnit")
        since = float(int(at))
        return done(call, "Accepted", schedule=self._schedule(payload, unit, since))

    def _schedule(self, payload: Payload, unit: str, since: float) -> dict[str, Any]:
        parts, seconds = self.parts, payload["duration"]
        ratings = parts.plant.rated()
        ceiling = ratings.max_charge_power if unit == "W" else ratings.max_charge_current
        running = parts.transactions.running
        steps = parts.profiles.composite(since, seconds, running=running, unit=unit, ceiling=ceiling)
        periods = [
            {"startPeriod": step.start, "limit": step.limit}
            | ({} if step.phases is None else {"numberPhases": step.phases})
            for step in steps
        ]
        return {
            "evseId": payload["evseId"],
            "duration": seconds,
            "scheduleStart": parts.stamp(since),
            "chargingRateUnit": unit,
            "chargingSchedulePeriod": periods,
        }
