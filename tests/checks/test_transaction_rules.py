"""Transactions as their events tell them."""

from __future__ import annotations

from typing import Any

import pytest

from harness.checks.transactions import sequence_numbers, transactions, whole_transactions
from harness.core.case import Role
from harness.messages.ocpp_time import timestamp
from harness.trace.entry import Link
from tests.checks.scene import EPOCH, Scene, holds, notices, offences

RULES = (sequence_numbers, whole_transactions)


def running() -> Scene:
    scene = Scene(Role.STATION)
    scene.open(Link.OCPP)
    return scene


def acknowledged(scene: Scene, number: int, kind: str = "Updated", **terms: Any) -> int:
    event = scene.event(number, kind, **terms)
    scene.result(Role.CSMS, "TransactionEvent", {}, id_=event.message.message_id)
    return event.number


@pytest.mark.parametrize("rule", RULES)
def test_transactions_in_order_break_no_rule(rule: Any) -> None:
    scene = running()
    for transaction in ("A", "B"):
        acknowledged(scene, 0, "Started", transaction=transaction)
        acknowledged(scene, 1, transaction=transaction)
        acknowledged(scene, 2, "Ended", transaction=transaction)
    assert holds(rule(scene.trace))
    assert notices(rule(scene.trace)) == []
    assert [told.id for told in transactions(scene.trace)] == ["A", "B"]


@pytest.mark.parametrize("rule", RULES)
def test_nobody_elses_events_are_judged(rule: Any) -> None:
    scene = running()
    scene.event(0, "Started", deliberate=True)
    scene.event(5, "Started", deliberate=True)
    assert list(rule(scene.trace)) == []


def test_a_missing_number_is_found_with_its_neighbours() -> None:
    scene = running()
    acknowledged(scene, 0, "Started")
    before = acknowledged(scene, 1)
    behind = acknowledged(scene, 4)
    assert offences(sequence_numbers(scene.trace)) == [(before, behind)]


def test_a_live_event_may_overtake_those_that_waited() -> None:
    scene = running()
    acknowledged(scene, 0, "Started")
    scene.event(3, told={"timestamp": timestamp(EPOCH + 30)})
    scene.event(1, told={"offline": True, "timestamp": timestamp(EPOCH + 10)})
    scene.event(2, told={"offline": True, "timestamp": timestamp(EPOCH + 20)})
    assert holds(sequence_numbers(scene.trace))
    assert holds(whole_transactions(scene.trace))


def test_an_event_may_be_told_again_with_the_mark_of_having_waited() -> None:
    scene = running()
    acknowledged(scene, 0, "Started")
    at = timestamp(EPOCH + 9)
    scene.event(1, told={"timestamp": at})
    scene.event(1, told={"timestamp": at, "offline": True})
    scene.event(1, told={"timestamp": at, "offline": True})
    assert holds(sequence_numbers(scene.trace))
    (one,) = transactions(scene.trace)
    assert (len(one.events), len(one.again), one.clashes) == (2, 2, ())


def test_a_number_stands_for_one_event() -> None:
    scene = running()
    acknowledged(scene, 0, "Started")
    first, second = acknowledged(scene, 1), acknowledged(scene, 1)
    assert offences(sequence_numbers(scene.trace)) == [(first, second)]


@pytest.mark.parametrize("number", [None, "1", True, 1.5])
def test_an_event_needs_a_number(number: Any) -> None:
    scene = running()
    bad = scene.event(number)
    assert offences(sequence_numbers(scene.trace)) == [(bad.number,)]


def test_an_event_needs_a_transaction() -> None:
    scene = running()
    bad = [scene.event(0, transaction=7), scene.event(0, told={"transactionInfo": "T1"})]
    assert offences(sequence_numbers(scene.trace)) == [(one.number,) for one in bad]


def test_numbers_should_begin_at_zero() -> None:
    scene = running()
    start = scene.event(5, "Started")
    assert holds(sequence_numbers(scene.trace))
    assert notices(sequence_numbers(scene.trace)) == [(start.number,)]


def test_a_recording_may_begin_in_the_middle_of_a_transaction() -> None:
    scene = running()
    scene.event(7)
    scene.event(8)
    assert holds(sequence_numbers(scene.trace))
    assert notices(sequence_numbers(scene.trace)) == []


@pytest.mark.parametrize("kind", ["Started", "Ended"])
def test_a_transaction_begins_and_ends_once(kind: str) -> None:
    scene = running()
    first, second = scene.event(0, kind), scene.event(1, kind)
    assert (first.number, second.number) in offences(whole_transactions(scene.trace))


def test_nothing_lies_before_the_start_or_behind_the_end() -> None:
    scene = running()
    early = scene.event(0)
    start = scene.event(1, "Started")
    end = scene.event(2, "Ended")
    late = scene.event(3)
    assert offences(whole_transactions(scene.trace)) == [(early.number, start.number), (end.number, late.number)]


def test_nothing_new_comes_when_the_end_was_acknowledged() -> None:
    scene = running()
    acknowledged(scene, 0, "Started")
    end = acknowledged(scene, 2, "Ended")
    late = scene.event(1, told={"timestamp": timestamp(EPOCH + 0.3)})
    assert offences(whole_transactions(scene.trace)) == [(end + 1, late.number)]


def test_an_end_told_again_is_no_new_event() -> None:
    scene = running()
    acknowledged(scene, 0, "Started")
    at = timestamp(EPOCH + 9)
    acknowledged(scene, 1, "Ended", told={"timestamp": at})
    acknowledged(scene, 1, "Ended", told={"timestamp": at, "offline": True})
    assert holds(whole_transactions(scene.trace))


def test_a_straggler_may_come_before_the_end_is_acknowledged() -> None:
    scene = running()
    acknowledged(scene, 0, "Started")
    scene.event(2, "Ended")
    scene.event(1, told={"timestamp": timestamp(EPOCH + 0.25)})
    assert holds(whole_transactions(scene.trace))


def test_time_does_not_run_backwards() -> None:
    scene = running()
    start = scene.event(0, "Started", told={"timestamp": timestamp(EPOCH + 20)})
    same = scene.event(1, told={"timestamp": timestamp(EPOCH + 20)})
    back = scene.event(2, told={"timestamp": timestamp(EPOCH + 10)})
    scene.event(3, told={"timestamp": "some time"})
    assert start.number < same.number
    assert offences(whole_transactions(scene.trace)) == [(same.number, back.number)]
