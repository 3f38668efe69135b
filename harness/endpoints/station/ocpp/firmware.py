"""Updates of a station's firmware (L01): asked for, fetched, checked, installed and running; nothing unsigned (L02)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cryptography import x509
from msgspec import Struct

from harness.endpoints.station.certificate_store import MANUFACTURER_ROOT
from harness.endpoints.station.errands import Cancel, Errand, Outcome
from harness.endpoints.station.ocpp.availability import Availability
from harness.endpoints.station.ocpp.block import NEVER, Block, Parts, Trigger
from harness.endpoints.station.ocpp.deed import Answerer, Deed, Payload, done, status
from harness.endpoints.station.ocpp.firmware_image import is_signed_by, read_image, signer_of
from harness.endpoints.station.ocpp.rule_variables import told, truth
from harness.endpoints.station.ocpp.status_telling import StatusTeller
from harness.endpoints.station.ocpp.variables import Key, Variable
from harness.messages import ocpp
from harness.messages.ocpp import OcppMessage
from harness.messages.ocpp_time import parse_timestamp

BAD_CERTIFICATE, BAD_SIGNATURE, UPDATED = (
    "InvalidFirmwareSigningCertificate",
    "InvalidFirmwareSignature",
    "FirmwareUpdated",
)
"""Security events."""
FAILURES = ("DownloadFailed", "InvalidSignature", "InstallVerificationFailed", "InstallationFailed")
_REFUSALS = ("InvalidCertificate", "RevokedCertificate", "Rejected")
_CERTIFICATE_REFUSALS = _REFUSALS[:2]


class Update(Struct, frozen=True, kw_only=True):
    """One update as the backend wants it; times in the station's own time."""

    request_id: int
    location: str
    retrieve_at: float
    install_at: float
    signer: x509.Certificate
    signature: str
    retries: int
    retry_interval: float


class FirmwareUpdates(Block):
    """One update at a time; where it stands is kept over a reboot."""

    def __init__(self, parts: Parts) -> None:
        """With the firmware that the station came with."""
        super().__init__(parts)
        self._terms = parts.plant.settings.firmware_terms
        self.version = parts.plant.settings.firmware
        self.allows_new_sessions = self._terms.allows_new_sessions
        self._teller = StatusTeller(parts, ocpp.FirmwareStatusNotification)
        self._update: Update | None = None
        self._image = b""
        self._tries = 0
        self._errand: Cancel = lambda: None
        self._due = NEVER
        self._next: Callable[[float], None] = self._download
        self._waiting: Callable[[float], None] | None = None
        """What goes on once no transaction runs."""
        self._rebooting: Callable[[float], None] | None = None
        """What goes on after a boot."""
        self._installing = False

    def answers(self) -> Mapping[str, Answerer]:
        """UpdateFirmware; publishing is for local controllers (L03, L04), which this station is not."""
        return {"UpdateFirmware": self._ask, "PublishFirmware": _not_here, "UnpublishFirmware": _not_here}

    def triggers(self) -> Mapping[str, Trigger]:
        """FirmwareStatusNotification."""
        return {"FirmwareStatusNotification": lambda _payload, _at: self._teller.on_demand("Installed")}

    def variables(self) -> Mapping[Key, Variable]:
        """What runs, and whether drivers may come while something else is to run."""
        return {
            ("ChargingStation", "FirmwareVersion", None): told(lambda: self.version),
            ("ChargingStation", "AllowNewSessionsPendingFirmwareUpdate", None): truth(self, "allows_new_sessions"),
        }

    # Asking.

    def _ask(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        """L01.FR.01, .21, .22, .24 and .27; unsigned firmware is refused."""
        firmware = payload["firmware"]
        fails = self._terms.fails_with
        if "signature" not in firmware or "signingCertificate" not in firmware:
            return done(call, "Rejected", "UnsignedFirmware")
        signer = signer_of(firmware["signingCertificate"], self._roots(), at)
        if signer is None or fails in _CERTIFICATE_REFUSALS:
            refusal = fails if fails in _CERTIFICATE_REFUSALS else "InvalidCertificate"
            answer = status(call, refusal, "InvalidCertificate")
            return Deed(answer=answer, then=lambda: self._report(BAD_CERTIFICATE, at))
        if fails in _REFUSALS:
            return done(call, fails, "NotEnabled")
        running = self._update is not None
        if running and (self._installing or not self._terms.cancels):
            return done(call, "Rejected", "UpdateInProgress")
        update = self._read(payload, signer)
        answer = status(call, "AcceptedCanceled" if running else "Accepted")
        return Deed(answer=answer, then=lambda: self._begin(update, at))

    def _read(self, payload: Payload, signer: x509.Certificate) -> Update:
        firmware, offset = payload["firmware"], self.parts.tuning.clock_offset
        retrieve = parse_timestamp(firmware["retrieveDateTime"]) - offset
        install = firmware.get("installDateTime")
        return Update(
            request_id=payload["requestId"],
            location=firmware["location"],
            retrieve_at=retrieve,
            install_at=retrieve if install is None else parse_timestamp(install) - offset,
            signer=signer,
            signature=firmware["signature"],
            retries=payload.get("retries", self._terms.retries),
            retry_interval=float(payload.get("retryInterval", self._terms.retry_interval)),
        )

    def _roots(self) -> tuple[bytes, ...]:
        return self.parts.plant.certificates.trusted(MANUFACTURER_ROOT, self._terms.roots)

    def _begin(self, update: Update, at: float) -> None:
        self._give_up(at)
        self._update, self._tries = update, 0
        if update.retrieve_at > at:
            self._tell("DownloadScheduled")
            self._later(update.retrieve_at, self._download_when_free)
        else:
            self._download_when_free(at)

    # Fetching.

    def _download_when_free(self, at: float) -> None:
        if self._terms.waits == "download" and self.parts.transactions.running is not None:
            if self._teller.status != "DownloadScheduled":
                self._tell("DownloadScheduled")
            self._wait(self._download, at)
        else:
            self._download(at)

    def _download(self, _at: float) -> None:
        if self._update is None:
            return
        if self._tries == 0:
            self._tell("Downloading")
        self._tries += 1
        self._errand = self.parts.errands.send(Errand(url=self._update.location, done=self._fetched))

    def _fetched(self, outcome: Outcome, at: float) -> None:
        update = self._update
        if update is None:
            return
        if not outcome.good or self._terms.fails_with == "DownloadFailed":
            if self._tries <= update.retries and not outcome.unsupported:
                self._later(at + update.retry_interval, self._download)
            else:
                self._end("DownloadFailed", at)
            return
        self._image = outcome.body
        self._tell("Downloaded")
        bad = self._terms.fails_with == "InvalidSignature"
        if bad or not is_signed_by(self._image, update.signature, update.signer):
            self._end("InvalidSignature", at)
            self._report(BAD_SIGNATURE, at)
            return
        self._tell("SignatureVerified")
        if update.install_at > at:
            self._tell("InstallScheduled")
            self._later(update.install_at, self._install_when_free)
        else:
            self._install_when_free(at)

    # Installing.

    def _install_when_free(self, at: float) -> None:
        if self._terms.waits != "never" and self.parts.transactions.running is not None:
            if self._teller.status != "InstallScheduled":
                self._tell("InstallScheduled")
            self._wait(self._install, at)
        elif self._terms.reboots == "before":
            self._withhold(at)
            self._reboot(self._install, at)
        else:
            self._install(at)

    def _install(self, at: float) -> None:
        self._installing = True
        if self._terms.waits != "never":
            self._withhold(at)
        self._tell("Installing")
        self._later(at + self._terms.install_time, self._installed)

    def _installed(self, at: float) -> None:
        failure = self._flaw()
        if failure:
            self._end(failure, at)
            return
        image = read_image(self._image)
        self.version = image.version if image is not None else self.version
        if self._terms.reboots == "after" and self._terms.waits != "never":
            self._reboot(self._finish, at)
        else:
            self._finish(at)

    def _flaw(self) -> str:
        if self._terms.fails_with in FAILURES:
            return self._terms.fails_with
        image = read_image(self._image)
        if image is None:
            return "InstallVerificationFailed"
        return "" if image.model == self.parts.plant.settings.model else "InstallationFailed"

    def _finish(self, at: float) -> None:
        self._end("Installed", at)
        self._report(UPDATED, at)

    def _reboot(self, then: Callable[[float], None], at: float) -> None:
        self._rebooting = then
        self._tell("InstallRebooting")
        self.parts.reset("FirmwareUpdate", at)

    # Time, and what else happens.

    def accepted(self, at: float) -> None:
        """Back after a boot."""
        self.catch_up()
        then, self._rebooting = self._rebooting, None
        if then is not None:
            then(at)

    def connected(self, _at: float) -> None:
        """What could not be told meanwhile."""
        self.catch_up()

    def catch_up(self) -> None:
        """Tell it."""
        self._teller.catch_up()

    def failed(self, call: OcppMessage, _at: float) -> None:
        """A step did not get through."""
        self._teller.failed(call)

    def transaction_ended(self, _transaction_id: str, at: float) -> None:
        """What waited for that goes on."""
        then, self._waiting = self._waiting, None
        if then is not None:
            self._later(at, then)

    def restart(self, at: float) -> None:
        """A new firmware runs from now on; a download that was cut short begins again."""
        self.parts.contact.firmware = self.version
        self._errand()
        if self._update is not None and self._teller.status == "Downloading":
            self._later(at, self._download)
        if self._rebooting is not None and self._rebooting != self._install:
            self.parts.blocks().one(Availability).withheld = False

    def deadline(self) -> float:
        """When the next step is due."""
        return self._due

    def expire(self, at: float) -> None:
        """Take it."""
        if at >= self._due:
            self._due = NEVER
            self._next(at)

    def _later(self, when: float, then: Callable[[float], None]) -> None:
        self._due, self._next = when, then

    def _wait(self, then: Callable[[float], None], at: float) -> None:
        self._waiting = then
        if not self.allows_new_sessions:
            self._withhold(at)

    def _withhold(self, at: float) -> None:
        """Nobody may charge here for now (L01.FR.07)."""
        self.parts.blocks().one(Availability).withheld = True
        self.parts.contact.tell_status_if_new(at)

    def _give_up(self, at: float) -> None:
        self._errand()
        self._due, self._waiting, self._installing, self._update = NEVER, None, False, None
        self.parts.blocks().one(Availability).withheld = False
        self.parts.contact.tell_status_if_new(at)

    def _end(self, how: str, at: float) -> None:
        self._tell(how)
        self._give_up(at)

    def _tell(self, step: str) -> None:
        if self._update is not None:
            self._teller.tell(step, self._update.request_id)

    def _report(self, event: str, at: float) -> None:
        self.parts.say(ocpp.SecurityEventNotification(type=event, timestamp=self.parts.stamp(at)))


def _not_here(call: OcppMessage, _payload: Payload, _at: float) -> Deed:
    return Deed(answer=call.refused("NotSupported", "this station is no local controller"))
