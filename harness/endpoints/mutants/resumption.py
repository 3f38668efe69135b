"""Devices with one fault each in how they survive pauses, broken links and absent backends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.core.case import Role
from harness.endpoints.behaviour import Moment, Silence, Step
from harness.endpoints.ev.ev import Ev
from harness.endpoints.mutants.careless_events import telling
from harness.endpoints.mutants.mutant import Mutant
from harness.endpoints.mutants.ocpp_station import Uncapped
from harness.endpoints.station import happenings as happen
from harness.endpoints.station.desk import Entropy
from harness.endpoints.station.ocpp.half import BackendHalf
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.quantities import PowerCap
from harness.endpoints.station.resumption import PausedSessions
from harness.endpoints.station.secc import Secc
from harness.endpoints.station.station import Station
from harness.messages.field import Message
from harness.messages.iso20.common import ChargingSession, SessionSetupReq, SessionStopReq
from harness.messages.iso20.types import ResponseCode
from harness.messages.ocpp import OcppMessage
from harness.sessions.ocpp.station import StationSession
from harness.sessions.v2g.sequence import Sequence


class Forgetful(Secc):
    """Forgets every paused session with its connection."""

    def __init__(
        self, plant: Plant, sequence: Sequence, paused: PausedSessions, entropy: Entropy, **settings: Any
    ) -> None:
        """Keep paused sessions where nobody looks."""
        super().__init__(plant, sequence, PausedSessions(), entropy, **settings)


class BlindToCertificates(Secc):
    """Knows vehicles by what they call themselves."""

    def __init__(
        self, plant: Plant, sequence: Sequence, paused: PausedSessions, entropy: Entropy, **settings: Any
    ) -> None:
        """Look at no certificate."""
        super().__init__(plant, sequence, paused, entropy, **{**settings, "certificate": None})


class Hoarder(Secc):
    """Keeps sessions that were ended."""

    def answer(self, ask: Message, moment: Moment) -> tuple[Step, ...]:
        """Remember whoever leaves."""
        steps = super().answer(ask, moment)
        if isinstance(ask, SessionStopReq):
            self.desk.paused.keep(self.desk.visit, self.desk.identity)
        return steps


class CountsAnew(Secc):
    """Counts energy from zero after a pause."""

    def answer(self, ask: Message, moment: Moment) -> tuple[Step, ...]:
        """Forget what the meter showed before."""
        steps = super().answer(ask, moment)
        if isinstance(ask, SessionSetupReq):
            self.desk.visit.import_wh = self.desk.plant.meter.reading(moment.at).import_wh
        return steps


class PausesForAll(Secc):
    """Lets an EV pause whenever it likes."""

    def answer(self, ask: Message, moment: Moment) -> tuple[Step, ...]:
        """Pretend to have asked for a pause."""
        self.desk.pause_asked = True
        return super().answer(ask, moment)


class Oblivious(Secc):
    """Does not notice that its EV has gone."""

    def lost(self, moment: Moment, *, orderly: bool) -> None:
        """Nothing comes of it."""


class StillBusy(Oblivious):
    """Takes the EV that it lost for one that still charges, and refuses the next."""

    def objection(self, ask: Message, moment: Moment) -> ResponseCode | None:
        """Refuse a session while the power path is closed."""
        if isinstance(ask, SessionSetupReq) and self.desk.plant.energy_since is not None:
            return ResponseCode.FAILED
        return super().objection(ask, moment)


class EndsOnPause(BackendHalf):
    """Takes a pause for the end."""

    def _happened(self, what: happen.Happening) -> None:
        if isinstance(what, happen.SessionStopped):
            what = happen.SessionStopped(at=what.at, kind="terminate")
        super()._happened(what)


class BootsAgain(BackendHalf):
    """Introduces itself on every connection."""

    def connected(self, at: float) -> None:
        """Boot whether it is needed or not."""
        known = self.contact.online
        super().connected(at)
        if known:
            self.contact.boot()


class NeverWakes(BackendHalf):
    """Stays at zero once it was there."""

    def __init__(self, plant: Plant, session: StationSession, *, started_at: float) -> None:
        """Nothing is suspended yet."""
        super().__init__(plant, session, started_at=started_at)
        self._suspended = False

    def _caps_changed(self, at: float) -> None:
        super()._caps_changed(at)
        cap = self.profiles.cap(at, self.transactions.running)
        self._suspended = self._suspended or (cap is not None and cap.nothing)
        if self._suspended:
            self._plant.cap_by(lambda _at: PowerCap(watts=0.0), at)


class Unflagged(StationSession):
    """Does not say which events happened offline."""

    def _keep(self, message: OcppMessage, *, deliberate: bool) -> None:
        super()._keep(message, deliberate=deliberate)
        self._kept[-1].message = message


def _hides_the_loss(event: dict[str, Any]) -> dict[str, Any] | Silence:
    return Silence() if event["triggerReason"] == "EVCommunicationLost" else event


def _station(name: str, title: str, make: Callable[[Station], Station], *caught_by: str) -> Mutant:
    return Mutant(id=f"resumption-{name}", role=Role.STATION, title=title, caught_by=caught_by, make=make)


def _terminates(good: Ev) -> Ev:
    return good.but(SessionStopReq, charging_session=ChargingSession.TERMINATE)


MUTANTS: tuple[Mutant, ...] = (
    _station(
        "forgetful",
        "The station forgets the sessions that EVs have paused",
        lambda good: good.having(secc=Forgetful),
        "RES-STN-001",
    ),
    _station(
        "ends-on-pause",
        "The station ends the transaction when the EV only pauses",
        lambda good: good.having(half=EndsOnPause),
        "RES-STN-002",
    ),
    _station(
        "blind-to-certificates",
        "The station hands a paused session to whoever claims to be its EV",
        lambda good: good.having(secc=BlindToCertificates),
        "RES-STN-003",
    ),
    _station(
        "hoarder",
        "The station lets an EV resume a session that was ended",
        lambda good: good.having(secc=Hoarder),
        "RES-STN-004",
    ),
    _station(
        "counts-anew",
        "The station shows the EV an energy that begins at zero after a pause",
        lambda good: good.having(secc=CountsAnew),
        "RES-STN-005",
    ),
    _station(
        "pauses-for-all",
        "The station lets an EV in Dynamic mode pause uninvited",
        lambda good: good.having(secc=PausesForAll),
        "RES-STN-006",
    ),
    _station(
        "oblivious",
        "The station goes on counting energy after its EV's connection broke",
        lambda good: good.having(secc=Oblivious),
        "RES-STN-010",
    ),
    _station(
        "hides-the-loss",
        "The station does not tell that its EV's connection broke",
        telling(_hides_the_loss),
        "RES-STN-010",
    ),
    _station(
        "still-busy",
        "The station refuses the next EV after a broken connection",
        lambda good: good.having(secc=StillBusy),
        "RES-STN-011",
    ),
    _station(
        "no-queue",
        "The station forgets what happens while the backend is away",
        lambda good: good.set(offline_queue=False),
        "RES-STN-020",
    ),
    _station(
        "unflagged",
        "The station tells events of an outage as if they were live",
        lambda good: good.having(session=Unflagged),
        "RES-STN-020",
    ),
    _station(
        "boots-again",
        "The station boots on every new connection",
        lambda good: good.having(half=BootsAgain),
        "RES-STN-022",
    ),
    _station(
        "ignores-zero",
        "The station accepts a limit of zero and lets energy flow",
        lambda good: good.having(half=Uncapped),
        "RES-STN-021",
    ),
    _station(
        "never-wakes",
        "The station stays suspended when the backend raises a limit of zero",
        lambda good: good.having(half=NeverWakes),
        "RES-STN-021",
    ),
    Mutant(
        id="resumption-terminates",
        role=Role.EV,
        title="The EV ends its session when it is asked to pause",
        caught_by=("RES-EV-001",),
        make=_terminates,
    ),
)
