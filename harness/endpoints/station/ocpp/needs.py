"""What of an EV's needs OCPP 2.0.1 can carry, and the schedule that the EV gets in return (K15)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from harness.endpoints.station.happenings import DisplayGiven, EnergyStarted, Happening, NeedsGiven
from harness.endpoints.station.ocpp import needs_v2x
from harness.endpoints.station.ocpp.block import Block, Parts
from harness.endpoints.station.ocpp.deed import Payload
from harness.endpoints.station.ocpp.transactions import EVSE_ID
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.quantities import Display, Needs
from harness.framing.ocppj import Dialect
from harness.messages import ocpp
from harness.messages.ocpp import OcppMessage


class NeedsTeller(Block):
    """Tells the backend what the EV needs, once per change, and what schedule the EV follows."""

    def __init__(self, parts: Parts) -> None:
        """Nothing is known of an EV yet."""
        super().__init__(parts)
        self._plant, self._transactions, self._profiles = parts.plant, parts.transactions, parts.profiles
        self._say, self._stamp, self._online = parts.say, parts.stamp, parts.online
        self._due = self._schedule_due = False
        self._told: Needs | None = None

    def happened(self, what: Happening) -> None:
        """What the EV says and does."""
        match what:
            case NeedsGiven():
                # While energy flows, this is the EV's wish for another schedule (K17.FR.01).
                self._due = True
                self.tell()
            case DisplayGiven():
                self._due = self._due or self._shown_but_untold()
                self.tell()
            case EnergyStarted(at=at):
                self.tell_schedule(at)

    def connected(self, at: float) -> None:
        """What could not be told meanwhile."""
        self._catch_up(at)

    def accepted(self, at: float) -> None:
        """The backend listens from now on."""
        self._catch_up(at)

    def answered(self, call: OcppMessage, payload: Payload, at: float) -> None:
        """No profile comes of new needs that the backend refused: the EV gets what there is (K17.FR.04)."""
        refused = call.action == "NotifyEVChargingNeeds" and payload["status"] == "Rejected"
        if refused and self._plant.energy_since is not None:
            self.tell_schedule(at)

    def failed(self, call: OcppMessage, at: float) -> None:
        """The backend did not take the needs; after an outage they are told again."""
        if call.action == "NotifyEVChargingNeeds":
            self._due = not self._online()

    def transaction_ended(self, transaction_id: str, at: float) -> None:
        """The transaction is over."""
        self._due, self._schedule_due, self._told = False, False, None

    def _catch_up(self, at: float) -> None:
        if self._schedule_due and self._plant.energy_since is not None:
            self.tell_schedule(at)
        self.tell()

    def tell(self) -> None:
        """Say NotifyEVChargingNeeds if that is due and possible."""
        needs, said_at = self._plant.needs, self._plant.needs_at
        if not self._due or needs is None or said_at is None or not self._online():
            return
        whole = _with_display(needs, self._plant)
        message = self._message(whole, said_at)
        if message is not None and self._transactions.running is not None:
            self._due, self._told = False, whole
            self._say(message)

    def _message(self, needs: Needs, said_at: float) -> OcppMessage | None:
        """In the version of OCPP that is spoken; None: it cannot be told in that."""
        if self.parts.dialect() is not Dialect.OCPP21:
            return charging_needs(needs, said_at, self._stamp)
        limits = self._plant.limits(said_at)
        return needs_v2x.charging_needs(needs, limits, self._plant.settings.services, said_at, self._stamp)

    def tell_schedule(self, at: float) -> None:
        """Say NotifyEVChargingSchedule, once it can be said, if an EV follows a schedule (K15.FR.09, K16.FR.09)."""
        running = self._transactions.running
        if running is None or self._plant.evcc_id is None:
            return
        self._schedule_due = not self._online()
        schedule = self._profiles.transaction_schedule(running) or self._profiles.default_schedule()
        if schedule is None and self._told is not None:
            schedule = self._schedule_without_profiles(at)
        if schedule is not None and not self._schedule_due:
            self._say(charging_schedule(schedule, self._plant.needs, self._stamp(at)))

    def _schedule_without_profiles(self, at: float) -> dict[str, Any]:
        """What the EV may take where no profile says so."""
        most = self._plant.limits(at).max_charge_power
        return {"id": 0, "chargingRateUnit": "W", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": most}]}

    def _shown_but_untold(self) -> bool:
        """Whether the EV shows a state of charge or a capacity where the backend was told none.

        An EV of ISO 15118-20 has no place for either before the charge loop: what it says of its needs comes without.
        """
        told = self._told
        if told is None or self._plant.needs is None or told.phases is not None:
            # Of alternating current OCPP 2.0.1 carries neither.
            return False
        whole = _with_display(self._plant.needs, self._plant)
        return (told.soc is None and whole.soc is not None) or (told.capacity is None and whole.capacity is not None)


def charging_needs(needs: Needs, said_at: float, stamp: Callable[[float], str]) -> OcppMessage | None:
    """NotifyEVChargingNeeds, values rounded to integers; None if the EV said too little for it.

    Not representable: bidirectional services, discharge limits, the V2X window, least energy, control mode.
    """
    if needs.max_charge_current is None or needs.max_voltage is None:
        return None
    said = _direct(needs) if needs.phases is None else _alternating(needs, needs.phases)
    if needs.departure_time is not None:
        said["departureTime"] = stamp(said_at + needs.departure_time)
    return ocpp.NotifyEVChargingNeeds(evseId=EVSE_ID, chargingNeeds=said)


def _direct(needs: Needs) -> dict[str, Any]:
    values = {
        "evMaxCurrent": needs.max_charge_current,
        "evMaxVoltage": needs.max_voltage,
        "energyAmount": needs.target_energy,
        "evMaxPower": needs.max_charge_power,
        "stateOfCharge": needs.soc,
        "evEnergyCapacity": needs.capacity,
        "fullSoC": needs.target_soc,
    }
    return {
        "requestedEnergyTransfer": "DC",
        "dcChargingParameters": {key: round(value) for key, value in values.items() if value is not None},
    }


def _alternating(needs: Needs, phases: int) -> dict[str, Any]:
    """Currents are those of each phase; what the EV did not say counts as nothing, for all four are mandatory."""
    values = {
        "energyAmount": needs.target_energy,
        "evMinCurrent": needs.min_charge_current,
        "evMaxCurrent": needs.max_charge_current,
        "evMaxVoltage": needs.max_voltage,
    }
    return {
        "requestedEnergyTransfer": "AC_single_phase" if phases == 1 else "AC_three_phase",
        "acChargingParameters": {key: round(value or 0) for key, value in values.items()},
    }


def charging_schedule(schedule: dict[str, Any], needs: Needs | None, now: str) -> OcppMessage:
    """NotifyEVChargingSchedule: the backend's schedule as far as the EV can follow it (K15.FR.09)."""
    bound = None
    if needs is not None:
        bound = needs.max_charge_power if schedule["chargingRateUnit"] == "W" else needs.max_charge_current
    periods = [_followed(period, bound) for period in schedule["chargingSchedulePeriod"]]
    followed = {
        "id": schedule["id"],
        "chargingRateUnit": schedule["chargingRateUnit"],
        "chargingSchedulePeriod": periods,
    }
    for key in ("startSchedule", "duration"):
        if key in schedule:
            followed[key] = schedule[key]
    return ocpp.NotifyEVChargingSchedule(timeBase=now, evseId=EVSE_ID, chargingSchedule=followed)


def _followed(period: dict[str, Any], bound: float | None) -> dict[str, Any]:
    """A period as the EV can follow it; in OCPP 2.1 it may have no limit of its own."""
    limits = [limit for limit in (period.get("limit"), bound) if limit is not None]
    return {"startPeriod": period["startPeriod"]} | ({"limit": min(limits)} if limits else {})


def _with_display(needs: Needs, plant: Plant) -> Needs:
    """The needs with state of charge and capacity, where the EV has shown them elsewhere."""
    shown = plant.display or Display()
    return replace(
        needs,
        soc=shown.soc if needs.soc is None else needs.soc,
        capacity=shown.capacity if needs.capacity is None else needs.capacity,
    )
