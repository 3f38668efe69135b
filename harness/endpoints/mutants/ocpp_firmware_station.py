"""Stations with one fault each in how they go about firmware."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.endpoints.behaviour import Silence
from harness.endpoints.mutants.blocks import with_block
from harness.endpoints.mutants.mutant import series
from harness.endpoints.station.errands import Outcome
from harness.endpoints.station.ocpp.deed import Deed, Payload, status
from harness.endpoints.station.ocpp.firmware import FirmwareUpdates, Update
from harness.endpoints.station.station import Station
from harness.messages.ocpp import FirmwareStatusNotification, OcppMessage, SecurityEventNotification

_mutant = series(Station, Role.STATION, ids="ocpp-station-firmware-", cases="TC_L_")
_COURSES = ("01_CS", "02_CS", "03_CS", "13_CS", "15_CS", "16_CS")


class Hasty(FirmwareUpdates):
    """Minds no date, and no transaction."""

    def _begin(self, update: Update, at: float) -> None:
        super()._begin(replace(update, retrieve_at=at, install_at=at), at)

    def _download_when_free(self, at: float) -> None:
        self._download(at)

    def _install_when_free(self, at: float) -> None:
        self._install(at)


class StaysOpen(FirmwareUpdates):
    """Leaves its connector in service whatever is installed."""

    def _withhold(self, at: float) -> None:
        """Nothing becomes unavailable."""


class TakesAnySigner(FirmwareUpdates):
    """Takes whoever signed for the manufacturer, and any signature."""

    def _ask(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        deed = super()._ask(call, payload, at)
        if deed.answer.payload["status"] != "InvalidCertificate":
            return deed
        return Deed(answer=status(call, "Accepted"))


class ChecksNothing(FirmwareUpdates):
    """Installs whatever it has fetched."""

    def _fetched(self, outcome: Outcome, at: float) -> None:
        self._tell("Downloaded")
        self._tell("SignatureVerified")
        self._image = outcome.body
        self._install_when_free(at)

    def _flaw(self) -> str:
        return ""


class GivesUpSilently(FirmwareUpdates):
    """Never says that something failed."""

    def _end(self, how: str, at: float) -> None:
        if how == "Installed":
            self._tell(how)
        self._give_up(at)


class TakesTwo(FirmwareUpdates):
    """Accepts another update, and goes on with the first."""

    def _ask(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        if self._update is None:
            return super()._ask(call, payload, at)
        return Deed(answer=status(call, "Accepted"))


class TakesUnsigned(FirmwareUpdates):
    """Accepts a firmware that nobody signed."""

    def _ask(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        if "signature" in payload["firmware"]:
            return super()._ask(call, payload, at)
        return Deed(answer=status(call, "Accepted"))


def _never_says(step: str) -> Callable[[Station], Station]:
    def change(_heard: Any, said: OcppMessage) -> Any:
        return Silence() if said.payload["status"] == step else said

    return lambda good: good.answering(FirmwareStatusNotification, change)


def _nameless(_heard: Any, said: OcppMessage) -> Payload:
    return {"status": said.payload["status"]}


MUTANTS = (
    _mutant(
        "no-number",
        "The station does not say which update a step is of",
        _COURSES,
        lambda good: good.answering(FirmwareStatusNotification, _nameless),
    ),
    _mutant(
        "no-check", "The station never says that it checked a signature", _COURSES, _never_says("SignatureVerified")
    ),
    _mutant(
        "not-scheduled",
        "The station minds no date and no transaction",
        ("02_CS", "03_CS", "13_CS", "15_CS"),
        with_block(FirmwareUpdates, Hasty),
    ),
    _mutant(
        "stays-open",
        "The station lets cars charge while it installs",
        ("01_CS", "02_CS", "03_CS"),
        with_block(FirmwareUpdates, StaysOpen),
    ),
    _mutant(
        "no-events",
        "The station tells no security event of its firmware",
        ("01_CS", "05_CS", "06_CS", "16_CS"),
        lambda good: good.silent_on(SecurityEventNotification),
    ),
    _mutant(
        "any-signer",
        "The station takes whoever signed for its manufacturer",
        ("05_CS",),
        with_block(FirmwareUpdates, TakesAnySigner),
    ),
    _mutant(
        "no-verification",
        "The station installs whatever it has fetched",
        ("06_CS", "07_CS", "08_CS"),
        with_block(FirmwareUpdates, ChecksNothing),
    ),
    _mutant(
        "silent-failure",
        "The station never says that an update failed",
        ("06_CS", "07_CS", "08_CS"),
        with_block(FirmwareUpdates, GivesUpSilently),
    ),
    _mutant(
        "takes-two",
        "The station accepts another update and goes on with the first",
        ("10_CS", "11_CS"),
        with_block(FirmwareUpdates, TakesTwo),
    ),
    _mutant(
        "unsigned",
        "The station accepts firmware that nobody signed",
        ("18_CS",),
        with_block(FirmwareUpdates, TakesUnsigned),
    ),
)
