"""Stations with one fault each in how they pass on what an EV needs, and what the backend makes of it."""

from __future__ import annotations

from typing import Any

from harness.core.case import Role
from harness.endpoints.mutants.blocks import with_block
from harness.endpoints.mutants.careless_events import telling
from harness.endpoints.mutants.mutant import series
from harness.endpoints.station.ocpp.deed import Payload
from harness.endpoints.station.ocpp.needs import NeedsTeller
from harness.endpoints.station.ocpp.smart_charging import SmartCharging
from harness.endpoints.station.station import Station
from harness.messages.ocpp import NotifyEVChargingNeeds, NotifyEVChargingSchedule, OcppMessage

_mutant = series(Station, Role.STATION, ids="ocpp-station-needs-", cases="TC_K_")


def _of_the_other_current(_heard: Any, said: OcppMessage) -> Payload:
    """Alternating current is asked for, and the parameters are those of direct current."""
    needs = {**said.payload["chargingNeeds"], "requestedEnergyTransfer": "AC_three_phase"}
    return {**said.payload, "chargingNeeds": needs}


def _beyond_the_limits(_heard: Any, said: OcppMessage) -> Payload:
    """The EV's schedule with twice the power."""
    schedule = said.payload["chargingSchedule"]
    periods = [{**period, "limit": period["limit"] * 2} for period in schedule["chargingSchedulePeriod"]]
    return {**said.payload, "chargingSchedule": {**schedule, "chargingSchedulePeriod": periods}}


def _without_rates(event: Payload) -> Payload:
    changed = event["triggerReason"] == "ChargingRateChanged"
    return {**event, "triggerReason": "MeterValuePeriodic"} if changed else event


class NeverAnew(NeedsTeller):
    """Tells the needs of an EV once."""

    def tell(self) -> None:
        """Say nothing while energy flows."""
        if self.parts.plant.energy_since is None:
            super().tell()


class Unbound(SmartCharging):
    """Takes profiles and does not keep to them."""

    def changed(self, at: float) -> None:
        """Let everything flow."""
        self.parts.plant.cap_by(None, at)


MUTANTS = (
    _mutant(
        "other-current",
        "The station mixes up the parameters of direct and alternating current",
        ("53_CS", "54_CS"),
        lambda good: good.answering(NotifyEVChargingNeeds, _of_the_other_current),
    ),
    _mutant(
        "no-schedules",
        "The station does not tell what schedule the EV follows",
        ("53_CS", "54_CS", "56_CS", "57_CS", "58_CS"),
        lambda good: good.silent_on(NotifyEVChargingSchedule),
    ),
    _mutant(
        "beyond-limits",
        "The station tells a schedule of the EV that lies outside the limits",
        ("53_CS", "57_CS", "58_CS"),
        lambda good: good.answering(NotifyEVChargingSchedule, _beyond_the_limits),
    ),
    _mutant("same-rate", "The station does not say that the rate changed", ("57_CS", "58_CS"), telling(_without_rates)),
    _mutant("needs-once", "The station tells the needs of an EV once", ("57_CS",), with_block(NeedsTeller, NeverAnew)),
    _mutant(
        "unbound",
        "The station takes profiles and does not keep to them",
        ("56_CS",),
        with_block(SmartCharging, Unbound),
    ),
)
