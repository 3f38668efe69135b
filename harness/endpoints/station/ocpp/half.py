"""The backend half of a station: boots, keeps in touch, and turns what happens at the EVSE into messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.endpoints.behaviour import Hang, Say
from harness.endpoints.identifiers import counted_uuids
from harness.endpoints.operations import Operation
from harness.endpoints.spoken import Spoken
from harness.endpoints.station import happenings as happen
from harness.endpoints.station.errands import Errands
from harness.endpoints.station.ocpp.authorisation import Authorisation
from harness.endpoints.station.ocpp.availability import Availability
from harness.endpoints.station.ocpp.block import Block, Blocks, Parts
from harness.endpoints.station.ocpp.blocks import BLOCKS
from harness.endpoints.station.ocpp.certificates import Certificates
from harness.endpoints.station.ocpp.contact import Contact
from harness.endpoints.station.ocpp.needs import NeedsTeller
from harness.endpoints.station.ocpp.network import NetworkProfiles
from harness.endpoints.station.ocpp.profiles import Profiles
from harness.endpoints.station.ocpp.requests import respond
from harness.endpoints.station.ocpp.security import SecurityTeller
from harness.endpoints.station.ocpp.transactions import Stop, Transactions
from harness.endpoints.station.ocpp.tuning import Tuning
from harness.endpoints.station.plant import Plant
from harness.messages.ocpp import Kind, OcppMessage
from harness.messages.ocpp_time import timestamp
from harness.sessions.ocpp.station import StationSession

_LAST_WORDS = 2.0
"""Seconds between a Reset and the end of the connection, for what is still to be said."""


class BackendHalf:
    """Holds no socket: `steps` says what to send, the caller feeds `session` and calls `digest`."""

    decides: type[Authorisation] = Authorisation
    profiles_of_network: type[NetworkProfiles] = NetworkProfiles
    kinds: tuple[type[Block], ...] = BLOCKS
    """What it consists of beside what stands here; a mutant puts its own in (`harness.endpoints.mutants.blocks`)."""

    def __init__(self, plant: Plant, session: StationSession, *, started_at: float) -> None:
        """A station that has not booted yet.

        Args:
            plant: the EVSE, shared with the V2G half.
            session: the conversation with the backend.
            started_at: Unix time of this start; makes transaction ids unlike those of any other.
        """
        self._plant = plant
        self._session = session
        self._settings = plant.settings
        self.tuning = Tuning(self._settings)
        self.profiles = Profiles()
        self.network = self.profiles_of_network()
        self.network.on_password = self.reconnect
        self.on_step: Callable[[], None] = lambda: None
        self._steps: list[Spoken] = []
        self._heard: OcppMessage | None = None
        self.transactions = Transactions(
            plant,
            self.tuning,
            ids=counted_uuids(self._settings.station_id, started_at, "transaction"),
            say=self._say,
            stamp=self._stamp,
        )
        self.transactions.on_end = self._transaction_ended
        self.security = SecurityTeller(say=self._say, stamp=self._stamp)
        self.contact = Contact(
            self._settings, self.tuning, session, say=self._say, stamp=self._stamp, status=self._status
        )
        self.authorisation = self.decides(plant, self.tuning, self.transactions, say=self._say, online=self._online)
        self.errands = Errands()
        self.blocks = Blocks(self._parts(), self.kinds)
        self._reset_when_idle = False
        self._rebooting = ""
        self._ended = ""
        plant.listen(self._happened)
        plant.cap_by(lambda at: self.profiles.cap(at, self.transactions.running), started_at)

    def _parts(self) -> Parts:
        return Parts(
            plant=self._plant,
            tuning=self.tuning,
            transactions=self.transactions,
            authorisation=self.authorisation,
            profiles=self.profiles,
            contact=self.contact,
            network=self.network,
            say=self._say,
            stamp=self._stamp,
            online=self._online,
            registration=lambda: self._session.registration,
            dialect=lambda: self._session.dialect,
            waiting=self._session.waiting,
            reset=self._reset,
            capped=self._caps_changed,
            errands=self.errands,
            blocks=lambda: self.blocks,
        )

    @property
    def certificates(self) -> Certificates:
        """What it says and answers about its certificates."""
        return self.blocks.one(Certificates)

    def operate(self, operation: Operation, at: float) -> bool:
        """Somebody does something at the station; False: nobody here knows how."""
        return self.blocks.operate(operation, at)

    # What the driver calls.

    def connected(self, at: float) -> None:
        """There is a connection: boot, or go on where the last one ended."""
        self.security.connected()
        self.contact.connected(at)
        for block in self.blocks:
            block.connected(at)

    def disconnected(self, at: float) -> None:
        """The connection is gone."""
        self.contact.disconnected(at)
        for block in self.blocks:
            block.disconnected(at)
        if self._rebooting:
            self._restart(self._rebooting, at)

    def digest(self, at: float) -> None:
        """Work on what the session has heard."""
        for answered in self._session.answers():
            self._heard = answered.answer
            self._take_answer(answered.call, answered.answer, at)
        for call in self._session.failed():
            self._take_failure(call, at)
        for call in self._session.calls():
            self._heard = call
            deed = respond(self.blocks, call, at)
            self._put(Spoken(heard=call, step=Say(message=deed.answer)))
            if deed.then is not None:
                deed.then()

    def deadline(self) -> float:
        """When `expire` wants to be called; infinity for never."""
        parts = (self.contact, self.authorisation, self.transactions, self.blocks)
        return min(part.deadline() for part in parts)

    def expire(self, at: float) -> None:
        """Let what is due happen."""
        self.contact.expire(at)
        self.authorisation.expire(at)
        self.transactions.expire(at)
        self.blocks.expire(at)
        if self._ended:
            self._after_transaction(at)

    def steps(self) -> list[Spoken]:
        """What is to be done since the last call."""
        steps, self._steps = self._steps, []
        return steps

    # What happens at the EVSE.

    def _happened(self, what: happen.Happening) -> None:
        at = what.at
        match what:
            case happen.Plugged():
                self.contact.tell_status_if_new(at)
                self.transactions.plugged(at)
            case happen.Unplugged():
                self.transactions.unplugged(at)
                self.authorisation.forget()
                self.contact.tell_status_if_new(at)
            case happen.AuthorisationWanted():
                self.authorisation.wanted(at)
            case happen.TokenPresented(token=token):
                self.authorisation.presented(token, at)
            case happen.SessionStopped(kind=kind):
                self.transactions.session_stopped(kind, at)
                self.authorisation.forget()
            case happen.LinkLost():
                self.transactions.link_lost(at)
            case happen.Advanced() | happen.EnergyStarted() | happen.EnergyStopped() | happen.EvIdentified():
                self.transactions.look(at)
            case _:
                pass
        for block in self.blocks:
            block.happened(what)
        if self._ended:
            self._after_transaction(at)
        self.on_step()

    def _after_transaction(self, at: float) -> None:
        """What had to wait for the end of a transaction (B12.FR.01, G03.FR.05)."""
        ended, self._ended = self._ended, ""
        for block in self.blocks:
            block.transaction_ended(ended, at)
        if self._reset_when_idle:
            self._reset("ScheduledReset", at)
        else:
            self.contact.tell_status_if_new(at)

    def _caps_changed(self, at: float) -> None:
        self._plant.cap_by(lambda when: self.profiles.cap(when, self.transactions.running), at)
        self.transactions.look(at)
        if self._plant.energy_since is not None:
            self.blocks.one(NeedsTeller).tell_schedule(at)

    def _transaction_ended(self, transaction_id: str) -> None:
        self.profiles.transaction_ended(transaction_id)
        self._ended = transaction_id

    # What the backend says.

    def _take_answer(self, call: OcppMessage, answer: OcppMessage, at: float) -> None:
        if answer.kind is Kind.ERROR:
            self._take_failure(call, at)
            return
        payload: dict[str, Any] = answer.payload
        match call.action:
            case "BootNotification":
                self.contact.booted(payload, at)
                if self.contact.online:
                    for block in self.blocks:
                        block.accepted(at)
            case "Heartbeat":
                self.contact.set_clock(payload, at)
            case "Authorize":
                self.authorisation.answered(call, payload, at)
        for block in self.blocks:
            block.answered(call, payload, at)

    def _take_failure(self, call: OcppMessage, at: float) -> None:
        match call.action:
            case "BootNotification":
                self.contact.boot_failed(at)
            case "Authorize":
                self.authorisation.failed(at)
            case "StatusNotification":
                self.contact.status_failed()
        for block in self.blocks:
            block.failed(call, at)

    # What the backend sets in motion.

    def _reset(self, reason: str, at: float) -> None:
        if reason == "ScheduledReset" and self.transactions.running is not None:
            self._reset_when_idle = True
            return
        self._reset_when_idle = False
        self.transactions.abandon(Stop(trigger="ResetCommand", reason="ImmediateReset"), at)
        self._rebooting = reason
        self._put(Spoken(heard=self._heard, step=Hang(after=_LAST_WORDS)))

    def boot_again(self, reason: str, at: float, *, abruptly: bool = False) -> None:
        """Somebody at the station makes it boot (`LocalReset`), or its power is gone (`PowerUp`, abruptly).

        What becomes of a transaction is told as after a Reset, or once the station is back.
        """
        if not self._session.connected:
            self._restart(reason, at)
        elif abruptly:
            self._rebooting = reason
            self._put(Spoken(heard=None, step=Hang(abort=True)))
        else:
            self._reset(reason, at)

    def _restart(self, reason: str, at: float) -> None:
        self._rebooting = ""
        self.contact.restart(reason)
        self.network.restart()
        for block in self.blocks:
            block.restart(at)

    def reconnect(self) -> None:
        """Hang up, so that the next connection shows what is new."""
        self._put(Spoken(heard=self._heard, step=Hang(after=_LAST_WORDS)))

    def _status(self) -> str:
        return self.blocks.one(Availability).status()

    def say(self, message: OcppMessage) -> None:
        """Make a call that comes from nothing that happened here."""
        self._put(Spoken(step=Say(message=message)))

    def _say(self, message: OcppMessage) -> None:
        self._put(Spoken(heard=self._heard, step=Say(message=message)))

    def _put(self, spoken: Spoken) -> None:
        self._steps.append(spoken)
        self.on_step()

    def _stamp(self, at: float) -> str:
        return timestamp(at + self.tuning.clock_offset)

    def _online(self) -> bool:
        return self.contact.online
