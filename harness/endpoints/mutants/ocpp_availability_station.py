"""Stations with one fault each in what of them is in service, or in what they say of that."""

from __future__ import annotations

from harness.core.case import Role
from harness.endpoints.mutants.blocks import with_block
from harness.endpoints.mutants.mutant import series
from harness.endpoints.station.ocpp.availability import Availability
from harness.endpoints.station.ocpp.deed import Deed, Payload
from harness.endpoints.station.station import Station
from harness.messages.ocpp import ChangeAvailability, NotifyEvent, OcppMessage, StatusNotification

_mutant = series(Station, Role.STATION, ids="ocpp-station-availability-", cases="TC_G_")

_OUT = ("03_CS", "05_CS", "07_CS")
_BACK = ("04_CS", "06_CS", "08_CS")
_AGAIN = ("09_CS", "10_CS", "12_CS", "13_CS", "15_CS", "16_CS")
_LATER = ("11_CS", "14_CS", "17_CS")
_BOOTS = ("18_CS", "19_CS", "21_CS")


class ForgetsAtBoot(Availability):
    """Is in service whenever it boots."""

    def restart(self, at: float) -> None:
        """All of it."""
        self.operative = dict.fromkeys(self.operative, True)
        self.parts.tuning.operative = True


class CannotWait(Availability):
    """Says that it is out of service while a car charges."""

    def status(self) -> str:
        """At once."""
        return super().status() if self.parts.tuning.operative else "Unavailable"

    def _change(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        deed = super()._change(call, payload, at)
        self.parts.contact.tell_status_if_new(at)
        return deed


class ChargesUnlocked(Availability):
    """Does not care whether the connector is locked."""

    def _lock(self, at: float) -> bool:
        super()._lock(at)
        return True


MUTANTS = (
    _mutant(
        "always-free",
        "The station tells every state of its connector as Available",
        ("01_CS", *_OUT, *_LATER, *_BOOTS),
        lambda good: good.but(StatusNotification, connectorStatus="Available"),
    ),
    _mutant(
        "never-free",
        "The station tells every state of its connector as Occupied",
        ("02_CS", *_BACK),
        lambda good: good.but(StatusNotification, connectorStatus="Occupied"),
    ),
    _mutant(
        "rejects-changes",
        "The station rejects every change of availability",
        (*_OUT, *_BACK, *_AGAIN, *_LATER, *_BOOTS),
        lambda good: good.but(ChangeAvailability.response, status="Rejected"),
    ),
    _mutant(
        "never-later",
        "The station accepts to go out of service at once while a car charges",
        _LATER,
        lambda good: good.but(ChangeAvailability.response, status="Accepted"),
    ),
    _mutant(
        "cannot-wait",
        "The station tells a connector as unavailable while a car charges there",
        _LATER,
        with_block(Availability, CannotWait),
    ),
    _mutant(
        "forgets-at-boot",
        "The station is in service whenever it boots",
        _BOOTS,
        with_block(Availability, ForgetsAtBoot),
    ),
    _mutant(
        "charges-unlocked",
        "The station gives energy to a car whose connector is not locked",
        ("20_CS",),
        with_block(Availability, ChargesUnlocked),
    ),
    _mutant(
        "silent-about-the-lock",
        "The station does not tell that a connector cannot be locked",
        ("20_CS",),
        lambda good: good.silent_on(NotifyEvent),
    ),
)
