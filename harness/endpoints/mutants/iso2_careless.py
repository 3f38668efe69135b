"""Stations of the older protocols that overlook what a good one objects to."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from msgspec.structs import replace

from harness.endpoints.behaviour import Hang, Moment, Say, Step
from harness.endpoints.station.din.secc import DinSecc
from harness.endpoints.station.iso2.desk import Waiting
from harness.endpoints.station.iso2.secc import Iso2Secc
from harness.endpoints.station.secc import Secc
from harness.endpoints.station.station import Station
from harness.messages.envelope import body_of
from harness.messages.field import Message
from harness.messages.iso2.charging import ChargeParameterDiscoveryReq
from harness.messages.iso2.codes import ResponseCode
from harness.messages.iso2.payment import AuthorizationReq
from harness.messages.iso2.session import ChargingSession, SessionSetupRes, SessionStopReq
from harness.sessions.v2g.iso2_state import Iso2State

SEQUENCE, SESSION = ResponseCode.FAILED_SEQUENCE_ERROR, ResponseCode.FAILED_UNKNOWN_SESSION
_STOPPED = frozenset({Iso2State.STOPPED, Iso2State.WELDING_DETECTION})


def serving(iso2: type[Iso2Secc] = Iso2Secc, din: type[Iso2Secc] = DinSecc) -> Callable[[Station], Station]:
    """A station that serves EVs of the older protocols in its own way."""
    served = type("Served", (Secc,), {"older": {"iso2": iso2, "din": din}})
    return lambda good: good.having(secc=served)


class TakesAnySession(Iso2Secc):
    """Looks at no session id."""

    def objection(self, ask: Message, moment: Moment) -> ResponseCode | None:
        """See `Iso2Secc.objection`."""
        found = super().objection(ask, moment)
        return None if found is SESSION else found


class DinTakesAnySession(TakesAnySession, DinSecc):
    """The same in DIN SPEC 70121."""


class PausesAnywhere(Iso2Secc):
    """Lets an EV pause its session under voltage."""

    def objection(self, ask: Message, moment: Moment) -> ResponseCode | None:
        """See `Iso2Secc.objection`."""
        found = super().objection(ask, moment)
        pauses = isinstance(ask, SessionStopReq) and ask.charging_session is ChargingSession.PAUSE
        return None if pauses and found is SEQUENCE else found


class KeepsTheEv(Iso2Secc):
    """Lets an EV go only once power has stopped."""

    def objection(self, ask: Message, moment: Moment) -> ResponseCode | None:
        """See `Iso2Secc.objection`."""
        if isinstance(ask, self.closes) and self._sequence.state not in _STOPPED:
            return SEQUENCE
        return super().objection(ask, moment)


class DinKeepsTheEv(KeepsTheEv, DinSecc):
    """The same in DIN SPEC 70121."""


class HangsUp(Iso2Secc):
    """Closes the connection where it should refuse."""

    def answer(self, ask: Message, moment: Moment) -> tuple[Step, ...]:
        """See `Iso2Secc.answer`."""
        steps = super().answer(ask, moment)
        return (Hang(),) if _refuses(steps) else steps


class ServesAnybody(Iso2Secc):
    """Says OK to whatever comes out of order, and after the end of a session."""

    def answer(self, ask: Message, moment: Moment) -> tuple[Step, ...]:
        """See `Iso2Secc.answer`."""
        if self._over or self.objection(ask, moment) is SEQUENCE:
            return (Say(message=self._wrapped(self.refusal(ask, ResponseCode.OK, moment), moment)),)
        return super().answer(ask, moment)


class DinServesAnybody(ServesAnybody, DinSecc):
    """The same in DIN SPEC 70121."""


class SignedEachTime(Iso2Secc):
    """Wants every AuthorizationReq of a contract signed, not the first alone."""

    def reply(self, ask: Message, moment: Moment) -> Message | StrEnum | Waiting:
        """See `Iso2Secc.reply`."""
        if isinstance(ask, AuthorizationReq) and self.desk.visit.contract and ask.gen_challenge is None:
            return ResponseCode.FAILED_SIGNATURE_ERROR
        return super().reply(ask, moment)


class ForgetsSchedules(Iso2Secc):
    """Makes new schedules after a pause."""

    def reply(self, ask: Message, moment: Moment) -> Message | StrEnum | Waiting:
        """See `Iso2Secc.reply`."""
        if isinstance(ask, ChargeParameterDiscoveryReq):
            self.desk.visit.tuples = ()
        return super().reply(ask, moment)


class JoinsEverybody(Iso2Secc):
    """Lets an EV join where there was a pause, or whatever session it names."""

    def reply(self, ask: Message, moment: Moment) -> Message | StrEnum | Waiting:
        """See `Iso2Secc.reply`."""
        paused = self.desk.plant.paused
        said = super().reply(ask, moment)
        if isinstance(said, SessionSetupRes) and (paused or any(moment.header.session_id)):
            return replace(said, response_code=ResponseCode.OK_OLD_SESSION_JOINED)
        return said


def _refuses(steps: tuple[Step, ...]) -> bool:
    said = [step.message for step in steps if isinstance(step, Say)]
    return any(str(getattr(body_of(one), "response_code", "")).startswith("FAILED") for one in said)
