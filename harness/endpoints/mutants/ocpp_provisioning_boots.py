"""Stations with one fault each in how they boot, are reset, and find their backend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.core.case import Role
from harness.endpoints.mutants.blocks import with_block
from harness.endpoints.mutants.careless_events import blames_power_loss, telling
from harness.endpoints.mutants.mutant import series
from harness.endpoints.station.device_terms import DeviceTerms
from harness.endpoints.station.ocpp.availability import Availability
from harness.endpoints.station.ocpp.deed import Deed, Payload
from harness.endpoints.station.ocpp.half import BackendHalf
from harness.endpoints.station.ocpp.network import NetworkProfiles
from harness.endpoints.station.ocpp.remote_control import RemoteControl
from harness.endpoints.station.ocpp.reservations import Reservations
from harness.endpoints.station.ocpp.resets import Resets
from harness.endpoints.station.station import Station
from harness.messages.ocpp import (
    BootNotification,
    InstallCertificate,
    OcppMessage,
    Reset,
    StatusNotification,
)
from harness.sessions.ocpp.registration import Registration
from harness.sessions.ocpp.station import StationSession

_mutant = series(Station, Role.STATION, ids="ocpp-station-boots-", cases="TC_B_")

_RESETS = ("20_CS", "21_CS", "22_CS", "23_CS", "24_CS")
_SOON = 1
"""Seconds that an impatient station waits before it boots again."""


class Impatient(BackendHalf):
    """Boots again soon, whatever interval it was told."""

    def _take_answer(self, call: OcppMessage, answer: OcppMessage, at: float) -> None:
        super()._take_answer(call, answer, at)
        if call.action == "BootNotification" and self._session.registration is Registration.REJECTED:
            self.contact.booted({**answer.payload, "interval": _SOON}, at)


class BootsAgain(BackendHalf):
    """Boots on each connection."""

    def connected(self, at: float) -> None:
        """Boot once more."""
        super().connected(at)
        if self._session.registration is Registration.ACCEPTED:
            self.contact.boot("Unknown")


class Eager(RemoteControl):
    """Starts before it was accepted."""

    def _objection(self, payload: Payload) -> str:
        reason = super()._objection(payload)
        return "" if reason == "CSNotAccepted" else reason


class Obedient(StationSession):
    """Answers whatever it is asked, accepted or not."""

    def _gate(self, call: OcppMessage, at: float) -> tuple[str, str] | None:
        super()._gate(call, at)
        return None


class Inert(Resets):
    """Says that it will be reset, and is not."""

    def _reset(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        return Deed(answer=super()._reset(call, payload, at).answer)


class Abrupt(Resets):
    """Is reset at once, whoever charges."""

    def _reset(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        return super()._reset(call, {**payload, "type": "Immediate"}, at)


class ResetsAll(Resets):
    """Is reset as a whole, whatever was meant."""

    def _reset(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        return super()._reset(call, {"type": payload["type"]}, at)


class BackInService(Availability):
    """A boot puts everything back into service."""

    def restart(self, at: float) -> None:
        """Forget."""
        self.operative = dict.fromkeys(self.operative, True)
        self.parts.tuning.operative = True
        super().restart(at)


class FreeAgain(Reservations):
    """A boot ends what was reserved."""

    def restart(self, at: float) -> None:
        """Forget."""
        self.held = None
        super().restart(at)


class AnySlot(NetworkProfiles):
    """Says that it took a profile for a slot that it lacks."""

    def store(self, slot: int, data: dict[str, Any]) -> bool:
        """Take it, or say so."""
        super().store(slot, data)
        return True


class Stays(NetworkProfiles):
    """Takes another order of slots, and keeps to the old one."""

    def restart(self) -> None:
        """Stay."""
        self._order = self._order or self.priority


class Stubborn(NetworkProfiles):
    """Tries one slot for ever."""

    def failed(self) -> None:
        """Try again."""


class Fickle(NetworkProfiles):
    """Gives a slot one attempt."""

    def failed(self) -> None:
        """On to the next one."""
        self._failures = self.attempts
        super().failed()


def _with_network(network: type[NetworkProfiles]) -> Callable[[Station], Station]:
    half = type(f"With{network.__name__}", (BackendHalf,), {"profiles_of_network": network})
    return lambda good: good.having(half=half)


MUTANTS = (
    _mutant(
        "no-reason",
        "The station never says why it boots",
        ("01_CS", *_RESETS),
        lambda good: good.but(BootNotification, reason="Unknown"),
    ),
    _mutant(
        "no-states",
        "The station never reports its connectors",
        ("01_CS", "02_CS", "03_CS", *_RESETS, "46_CS", "51_CS", "52_CS"),
        lambda good: good.silent_on(StatusNotification),
    ),
    _mutant(
        "impatient", "A rejected station boots again at once", ("03_CS",), lambda good: good.having(half=Impatient)
    ),
    _mutant(
        "boots-again",
        "The station boots on each connection",
        ("51_CS", "52_CS", "57_CS"),
        lambda good: good.having(half=BootsAgain),
    ),
    _mutant("eager", "The station starts before it was accepted", ("02_CS",), with_block(RemoteControl, Eager)),
    _mutant(
        "obedient",
        "A rejected station answers whatever it is asked",
        ("30_CS",),
        lambda good: good.having(session=Obedient),
    ),
    _mutant(
        "inert", "The station says that it will be reset, and is not", ("20_CS", "22_CS"), with_block(Resets, Inert)
    ),
    _mutant("abrupt", "The station is reset at once, whoever charges", ("21_CS",), with_block(Resets, Abrupt)),
    _mutant(
        "no-reset",
        "The station rejects every reset and is reset all the same",
        _RESETS,
        lambda good: good.but(Reset.response, status="Rejected"),
    ),
    _mutant(
        "other-end",
        "The station says that a transaction ended for lack of power when it was reset",
        ("22_CS",),
        telling(blames_power_loss),
    ),
    _mutant(
        "back-in-service",
        "A boot puts everything back into service",
        ("23_CS",),
        with_block(Availability, BackInService),
    ),
    _mutant("free-again", "A boot ends what was reserved", ("24_CS",), with_block(Reservations, FreeAgain)),
    _mutant(
        "resets-all",
        "The station resets itself where one EVSE was meant",
        ("25_CS", "26_CS", "27_CS"),
        with_block(Resets, ResetsAll),
    ),
    _mutant(
        "no-evse-reset",
        "The station says that it can reset one EVSE, and rejects it",
        ("25_CS", "26_CS", "27_CS"),
        lambda good: good.set(device=DeviceTerms(resets_evse=False)),
    ),
    _mutant("any-slot", "The station takes profiles for slots that it lacks", ("43_CS",), _with_network(AnySlot)),
    _mutant("stays", "The station keeps to the old order of its slots", ("45_CS",), _with_network(Stays)),
    _mutant("stubborn", "The station tries one slot for ever", ("46_CS", "49_CS"), _with_network(Stubborn)),
    _mutant("fickle", "The station gives a slot one attempt", ("49_CS",), _with_network(Fickle)),
    _mutant(
        "no-new-root",
        "The station rejects every new root",
        ("50_CS",),
        lambda good: good.but(InstallCertificate.response, status="Rejected"),
    ),
)
