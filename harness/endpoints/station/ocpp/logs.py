"""Logs of a station, written and brought to where the backend wants them (N01)."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from harness.endpoints.station.errands import Cancel, Errand, Outcome
from harness.endpoints.station.happenings import Happening
from harness.endpoints.station.ocpp.block import NEVER, Block, Parts, Trigger
from harness.endpoints.station.ocpp.deed import Answerer, Deed, Payload, done, status
from harness.endpoints.station.ocpp.journal import DIAGNOSTICS, SECURITY, Journal
from harness.endpoints.station.ocpp.status_telling import StatusTeller
from harness.messages import ocpp
from harness.messages.ocpp import OcppMessage

FAILURES = {400: "BadMessage", 401: "PermissionDenied", 403: "PermissionDenied", 405: "NotSupportedOperation"}
"""What a server's refusal is called; it is not tried again."""


class Upload(Struct, frozen=True, kw_only=True):
    """One log on its way."""

    request_id: int
    url: str
    body: bytes
    retries: int
    retry_interval: float


class Logs(Block):
    """Writes two logs, and uploads one at a time."""

    def __init__(self, parts: Parts) -> None:
        """Both empty but for the start."""
        super().__init__(parts)
        self._terms = parts.plant.settings.logs
        self.journals = {DIAGNOSTICS: Journal(self._terms.keeps), SECURITY: Journal(self._terms.keeps)}
        self._teller = StatusTeller(parts, ocpp.LogStatusNotification)
        self._upload: Upload | None = None
        self._tries = 0
        self._errand: Cancel = lambda: None
        self._due = NEVER

    def answers(self) -> Mapping[str, Answerer]:
        """GetLog."""
        return {"GetLog": self._ask}

    def triggers(self) -> Mapping[str, Trigger]:
        """LogStatusNotification; Idle while no upload runs (F06.FR.14)."""
        return {"LogStatusNotification": lambda _payload, _at: self._teller.on_demand(self._over())}

    def _over(self) -> str:
        """The step that stands for no upload at all."""
        return self._teller.status if self._upload is None else ""

    def _ask(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        """N01.FR.01 to .04, and .12; a log without a line has no file."""
        if self._terms.refuses:
            return done(call, "Rejected", "NotEnabled")
        running = self._upload
        if running is not None and not self._terms.cancels:
            return done(call, "Rejected", "UploadInProgress")
        text = self.journals[payload["logType"]].text(payload["log"])
        name = f"{payload['logType']}-{payload['requestId']}.txt"
        upload = Upload(
            request_id=payload["requestId"],
            url=f"{payload['log']['remoteLocation'].rstrip('/')}/{name}",
            body=text.encode(),
            retries=payload.get("retries", 0),
            retry_interval=float(payload.get("retryInterval", self._terms.retry_interval)),
        )
        said = "Accepted" if running is None else "AcceptedCanceled"
        return Deed(answer=status(call, said, filename=name), then=lambda: self._begin(upload, at))

    def _begin(self, upload: Upload, at: float) -> None:
        if self._upload is not None:
            self._errand()
            self._end("AcceptedCanceled")
        self._upload, self._tries = upload, 0
        self._teller.tell("Uploading", upload.request_id)
        self._try(at)

    def _try(self, _at: float) -> None:
        upload = self._upload
        if upload is None:
            return
        self._tries += 1
        errand = Errand(url=upload.url, method="PUT", body=upload.body, done=self._brought)
        self._errand = self.parts.errands.send(errand)

    def _brought(self, outcome: Outcome, at: float) -> None:
        upload = self._upload
        if upload is None:
            return
        refusal = "NotSupportedOperation" if outcome.unsupported else FAILURES.get(outcome.status, "")
        if outcome.good:
            self._end("Uploaded")
        elif refusal:
            self._end(refusal)
        elif self._tries <= upload.retries:
            self._due = at + upload.retry_interval
        else:
            self._end("UploadFailure")

    def _end(self, how: str) -> None:
        if self._upload is not None:
            self._teller.tell(how, self._upload.request_id)
        self._upload, self._due = None, NEVER

    # What is written, and time.

    def happened(self, what: Happening) -> None:
        """What happens at the EVSE is for diagnosis."""
        self.journals[DIAGNOSTICS].write(what.at, type(what).__name__)

    def answered(self, call: OcppMessage, _payload: Payload, at: float) -> None:
        """What was told, by its name alone; security events have a log of their own."""
        self.journals[DIAGNOSTICS].write(at, f"{call.action} was answered")
        if call.action == "SecurityEventNotification":
            self.journals[SECURITY].write(at, call.payload["type"])

    def failed(self, call: OcppMessage, at: float) -> None:
        """What did not get through."""
        self.journals[DIAGNOSTICS].write(at, f"{call.action} failed")
        self._teller.failed(call)

    def accepted(self, at: float) -> None:
        """An upload that a boot cut short begins again."""
        self._teller.catch_up()
        self.journals[DIAGNOSTICS].write(at, "the backend accepts the station")
        if self._upload is not None:
            self._try(at)

    def connected(self, _at: float) -> None:
        """What could not be told meanwhile."""
        self._teller.catch_up()

    def restart(self, _at: float) -> None:
        """The upload stops where it is."""
        self._errand()
        self._due = NEVER

    def deadline(self) -> float:
        """When the upload is tried again."""
        return self._due

    def expire(self, at: float) -> None:
        """Try again."""
        if at >= self._due:
            self._due = NEVER
            self._try(at)
