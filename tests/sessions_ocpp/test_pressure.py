"""What is given up where there is no room for all that waits."""

from __future__ import annotations

from harness.messages.ocpp import OcppMessage, SecurityEventNotification, TransactionEvent
from harness.sessions.ocpp.pressure import thinned
from harness.sessions.ocpp.station import StationSession


def event(kind: str, number: int) -> OcppMessage:
    return TransactionEvent(eventType=kind, seqNo=number, transactionInfo={"transactionId": "t"})


def numbers(kept: list[OcppMessage]) -> list[int]:
    return [one.payload["seqNo"] for one in kept if one.action == "TransactionEvent"]


def test_every_other_piece_of_news_goes_and_nothing_else() -> None:
    waiting = [event("Started", 0), *(event("Updated", number) for number in range(1, 6)), event("Ended", 6)]
    waiting.insert(2, SecurityEventNotification(type="SettingSystemTime"))

    kept = thinned([(one, one) for one in waiting])

    assert numbers(kept) == [0, 2, 4, 6]
    assert len(kept) == 5


def test_a_station_without_a_connection_never_gives_up_starts_and_ends() -> None:
    session = StationSession(ids=lambda: "id", capacity=10)

    session.send(event("Started", 0), 0.0)
    for number in range(1, 100):
        session.send(event("Updated", number), 0.0)
    session.send(event("Ended", 100), 0.0)

    kept = numbers([one.message for one in session._kept])
    assert (kept[0], kept[-1], len(kept) <= 11) == (0, 100, True)
    assert session.waiting("t") and session.waiting() and not session.waiting("other")
