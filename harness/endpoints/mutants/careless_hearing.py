"""EV behaviours that take responses as they come: for whatever type, session or code they are."""

from __future__ import annotations

from msgspec.structs import replace

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.evcc import Evcc
from harness.endpoints.ev.journey import Steps
from harness.messages.field import Message
from harness.messages.iso20.types import ResponseCode, V2gResponse

_PLAIN = frozenset({ResponseCode.OK, ResponseCode.OK_NEW_SESSION_ESTABLISHED, ResponseCode.OK_OLD_SESSION_JOINED})


class TakesAnyType(Evcc):
    """Goes on with whatever response it hears, asked for or not."""

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `Evcc.follow`."""
        return super().follow(answer, replace(moment, fits=True))


class TakesAnyId(Evcc):
    """Looks at no session id."""

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `Evcc.follow`."""
        if isinstance(answer, V2gResponse):
            answer = replace(answer, header=replace(answer.header, session_id=moment.session_id))
        return super().follow(answer, moment)


class KnowsOkAlone(Evcc):
    """Breaks off at every code but the plainest ones."""

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `Evcc.follow`."""
        if isinstance(answer, V2gResponse) and answer.response_code not in _PLAIN:
            return self.journey.break_off(f"{type(answer).name} said {answer.response_code}")
        return super().follow(answer, moment)
