"""Whatever the peer sends and whenever the link breaks: no exception, and no event lost or out of order."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from harness.messages import ocpp
from harness.messages.ocpp import OcppMessage
from harness.messages.ocpp_schema import actions
from harness.sessions.events import Received
from harness.sessions.ocpp.registration import Registration
from harness.sessions.ocpp.rpc import RpcSession
from harness.sessions.ocpp.station import StationSession

AT = 1767225600.0
NOW = "2026-01-01T00:00:00Z"

values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | some.text(max_size=8),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
frames = some.lists(values, max_size=6) | some.tuples(
    some.sampled_from([2, 3, 4, 5, 6]),
    some.sampled_from(["m1", "m2", "x"]),
    some.sampled_from(sorted(actions())) | values,
    values,
)


def event(number: int) -> OcppMessage:
    return ocpp.TransactionEvent(
        eventType="Updated",
        timestamp=NOW,
        triggerReason="MeterValuePeriodic",
        seqNo=number,
        transactionInfo={"transactionId": "T1"},
    )


@settings(max_examples=150, deadline=None)
@given(heard=some.lists(some.binary(max_size=40) | frames, max_size=8))
def test_nothing_the_peer_sends_raises(heard: list[Any]) -> None:
    numbers = count(1)
    session = RpcSession(ids=lambda: f"m{next(numbers)}")
    for one in heard:
        session.send(ocpp.Heartbeat(), AT)
        session.receive(one if isinstance(one, bytes) else json.dumps(one).encode(), AT)
    assert sum(isinstance(told, Received) for told in session.events()) == len(heard)
    said = [json.loads(data) for data in session.outbox()]
    assert all(len(frame) == {2: 4, 3: 3, 4: 5}[frame[0]] for frame in said)
    assert all(1 <= len(frame[1]) <= 36 for frame in said)


class Peer:
    """Answers what it is sent, or not, and remembers what it took."""

    def __init__(self) -> None:
        numbers = count(1)
        self.session = StationSession(ids=lambda: f"m{next(numbers)}", attempts=10**9)
        self.session.registration = Registration.ACCEPTED
        self.heard: list[dict[str, Any]] = []
        self.open: list[str] = []

    def listen(self) -> None:
        for data in self.session.outbox():
            _, message_id, _, payload = json.loads(data)
            self.heard.append(payload)
            self.open.append(message_id)

    def answer(self, at: float) -> None:
        if self.open:
            self.session.receive(json.dumps([3, self.open.pop(0), {}]).encode(), at)
            self.listen()


@settings(max_examples=150, deadline=None)
@given(deeds=some.lists(some.sampled_from(["happen", "answer", "cut", "connect", "wait"]), max_size=40))
def test_no_event_is_lost_or_out_of_order(deeds: list[str]) -> None:
    peer, at, made = Peer(), AT, 0
    online = False
    told_offline = set()
    for deed in [*deeds, "cut", "connect", *["answer", "wait"] * (2 * len(deeds) + 2)]:
        at += 1
        if deed == "happen":
            peer.session.send(event(made), at)
            if not online:
                told_offline.add(made)
            made += 1
        elif deed == "answer":
            peer.answer(at)
        elif deed == "cut":
            peer.session.end(at)
            peer.open.clear()
            online = False
        elif deed == "connect":
            if not online:
                peer.session.connect(at)
            online = True
        else:
            at += 60
            peer.session.expire(at)
        peer.listen()
        assert len(peer.open) <= 1 or deed == "wait"
        peer.open = peer.open[-1:]  # the peer forgets a call whose time ran out
    order = [payload["seqNo"] for payload in peer.heard]
    assert sorted(set(order)) == list(range(made))
    assert order == sorted(order)
    assert peer.session.kept == 0
    offline = {payload["seqNo"] for payload in peer.heard if payload.get("offline")}
    assert told_offline <= offline
