"""What a backend decides on one connection: answers, profiles, and the calls of its script."""

from __future__ import annotations

from collections.abc import Callable

from harness.endpoints.behaviour import Hang, Say
from harness.endpoints.csms.answers import answer
from harness.endpoints.csms.certificates import certificate_signed
from harness.endpoints.csms.csms import Asking, Csms
from harness.endpoints.csms.known import Known
from harness.endpoints.csms.profiles import brings_a_profile, set_profile
from harness.endpoints.spoken import Spoken
from harness.messages.ocpp import Action, Answer, Kind, OcppMessage
from harness.sessions.ocpp.csms import CsmsSession
from harness.sessions.ocpp.registration import Registration

_NEVER = float("inf")


class Agenda:
    """The script of one station: how often what was heard, and which calls are due when; survives reconnects."""

    def __init__(self, script: tuple[Asking, ...]) -> None:
        """Nothing was heard yet."""
        self._script = script
        self._counts = [0] * len(script)
        self._due: list[tuple[float, Asking]] = []

    def heard(self, what: Action | Answer | None, message: OcppMessage, at: float) -> None:
        """Count, and note which calls come of it."""
        for index, asking in enumerate(self._script):
            if asking.after == what and (asking.where is None or asking.where(message)):
                self._counts[index] += 1
                if self._counts[index] == asking.nth:
                    self._due.append((at + asking.delay, asking))

    def take(self, at: float) -> list[Asking]:
        """The calls that are due."""
        due = [asking for moment, asking in self._due if moment <= at]
        self._due = [(moment, asking) for moment, asking in self._due if moment > at]
        return due

    def deadline(self) -> float:
        """When the next call is due."""
        return min((moment for moment, _ in self._due), default=_NEVER)


class CsmsMind:
    """Holds no socket: `steps` says what to send, the caller feeds the session and calls `digest`."""

    def __init__(self, csms: Csms, known: Known, agenda: Agenda, session: CsmsSession) -> None:
        """One connection of the station that `known` is about."""
        self._csms, self._known, self._agenda, self._session = csms, known, agenda, session
        self.on_step: Callable[[], None] = lambda: None
        self._steps: list[Spoken] = []
        self._heard: OcppMessage | None = None

    @property
    def registration(self) -> Registration:
        """Whether the station was accepted."""
        return self._session.registration

    def connected(self, at: float) -> None:
        """A backend waits to be called."""

    def disconnected(self, at: float) -> None:
        """The station may come back."""
        self._known.registration = self._session.registration

    def digest(self, at: float) -> None:
        """Answer, learn, and see whether the script has something to ask."""
        for call in self._session.calls():
            self._heard = call
            if self._known.belies(call):
                self._steps.append(Spoken(heard=call, step=Hang()))
                continue
            self._known.learn(call, at)
            reply = answer(self._csms, self._known, call, at)
            self._put(reply)
            self._agenda.heard(Action(call.action), call, at)
            self._follow(call, reply, at)
        for answered in self._session.answers():
            self._heard = answered.answer
            if answered.answer.kind is Kind.RESPONSE:
                self._known.learn_answer(answered.call, answered.answer)
                self._agenda.heard(Answer(answered.call.action), answered.answer, at)
        self._session.failed()
        self.expire(at)

    def deadline(self) -> float:
        """When `expire` wants to be called; infinity for never."""
        return self._agenda.deadline()

    def expire(self, at: float) -> None:
        """Make the calls that are due."""
        for asking in self._agenda.take(at):
            self._known.now = at
            ask = asking.ask
            call = ask if isinstance(ask, OcppMessage) else ask(self._known)
            if call is not None:
                self._put(call)

    def ask(self, call: OcppMessage) -> None:
        """Make a call that is in no script."""
        self._put(call)

    def steps(self) -> list[Spoken]:
        """What is to be done since the last call."""
        steps, self._steps = self._steps, []
        return steps

    def _follow(self, call: OcppMessage, reply: OcppMessage, at: float) -> None:
        """What comes of our own answer."""
        said = reply.payload if reply.kind is Kind.RESPONSE else {}
        if call.action == "BootNotification" and said.get("status") == Registration.ACCEPTED:
            self._agenda.heard(None, call, at)
        if call.action == "SignCertificate" and said.get("status") == "Accepted":
            signed = certificate_signed(self._csms, self._known, call, at)
            if signed is not None:
                self._put(signed)
        policy = self._csms.profile
        if policy is not None and brings_a_profile(self._known, policy, call, said):
            ask = set_profile(self._known, policy, at + policy.delay)
            if ask is not None:
                self._steps.append(Spoken(heard=call, step=Say(message=ask, after=policy.delay)))

    def _put(self, message: OcppMessage) -> None:
        self._steps.append(Spoken(heard=self._heard, step=Say(message=message)))
        self.on_step()
