"""What an OCPP session keeps for its owner to fetch: calls, answers, failures, events, frames to send."""

from __future__ import annotations

from msgspec import Struct

from harness.messages.ocpp import OcppMessage
from harness.sessions.events import Event


class Answered(Struct, frozen=True, kw_only=True):
    """A CALL of ours and the CALLRESULT or CALLERROR that it got."""

    call: OcppMessage
    answer: OcppMessage


class Mailbox:
    """Each method hands out what has come since its last call, and forgets it."""

    def __init__(self) -> None:
        """Nothing has come yet."""
        self._calls: list[OcppMessage] = []
        self._news: list[OcppMessage] = []
        self._answers: list[Answered] = []
        self._failed: list[OcppMessage] = []
        self._events: list[Event] = []
        self._outbox: list[bytes] = []

    def calls(self) -> list[OcppMessage]:
        """CALLs of the peer that want an answer from us."""
        calls, self._calls = self._calls, []
        return calls

    def news(self) -> list[OcppMessage]:
        """SENDs of the peer (OCPP 2.1), which want no answer."""
        news, self._news = self._news, []
        return news

    def answers(self) -> list[Answered]:
        """What the peer answered."""
        answers, self._answers = self._answers, []
        return answers

    def failed(self) -> list[OcppMessage]:
        """Our CALLs that got no answer, or none that could be used; kept ones once they are given up."""
        failed, self._failed = self._failed, []
        return failed

    def events(self) -> list[Event]:
        """What happened."""
        events, self._events = self._events, []
        return events

    def outbox(self) -> list[bytes]:
        """What is to be sent, each a WebSocket text message."""
        outbox, self._outbox = self._outbox, []
        return outbox
