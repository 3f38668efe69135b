"""Faults strike where they are meant to, once told so, and own up when they never did."""

from __future__ import annotations

import pytest

from harness.core.case import Role
from harness.faults.fault import (
    Action,
    CloseLink,
    Deliver,
    Fault,
    LinkDown,
    close,
    delay,
    drop,
    flip,
    outage,
    prefix,
    raw,
    repeat,
    reset,
    split,
    swap,
    truncate,
)
from harness.faults.injector import Injector
from harness.faults.where import name_of, name_of_message
from harness.messages.field import Message
from harness.messages.ocpp import Kind, OcppMessage, TransactionEvent


class Ask(Message, frozen=True, kw_only=True):
    name = "AskReq"


ASK = b"\x01\xfe\x80\x02"

EFFECTS: list[tuple[Fault, tuple[Action, ...]]] = [
    (drop(Ask), ()),
    (repeat(Ask, times=2, gap=0.5), (Deliver(ASK), Deliver(ASK, 0.5), Deliver(ASK, 0.5))),
    (delay(Ask, 3.0), (Deliver(ASK, 3.0),)),
    (truncate(Ask, 1), (Deliver(b"\x01"),)),
    (truncate(Ask, -1), (Deliver(b"\x01\xfe\x80"),)),
    (flip(Ask, 0), (Deliver(b"\x81\xfe\x80\x02"),)),
    (flip(Ask, -1), (Deliver(b"\x01\xfe\x80\x03"),)),
    (raw(Ask, b"nonsense"), (Deliver(b"nonsense"),)),
    (prefix(Ask, b"before"), (Deliver(b"before\x01\xfe\x80\x02"),)),
    (split(Ask, (1, 2), gap=0.1), (Deliver(b"\x01"), Deliver(b"\xfe\x80", 0.1), Deliver(b"\x02", 0.1))),
    (outage(Ask, lasting=90.0), (Deliver(ASK), LinkDown(90.0))),
    (reset(Ask), (Deliver(ASK), CloseLink("reset"))),
    (close(Ask), (Deliver(ASK), CloseLink("closed"))),
]


@pytest.mark.parametrize(("fault", "actions"), EFFECTS, ids=lambda value: str(value)[:30])
def test_each_fault_has_its_effect_and_says_so(fault: Fault, actions: tuple[Action, ...]) -> None:
    injector = Injector([fault])
    assert injector.unstruck() == (fault,)

    injection = injector.outgoing("v2g", Role.EV, "AskReq", ASK)

    assert injection.actions == actions
    assert injection.struck == (fault,)
    assert injector.unstruck() == ()


@pytest.mark.parametrize(
    "fault", [truncate(Ask, 4), delay(Ask, 0.0), split(Ask, (9,)), raw(Ask, ASK), repeat(Ask, times=0)]
)
def test_a_fault_without_effect_has_not_struck(fault: Fault) -> None:
    injector = Injector([fault])

    injection = injector.outgoing("v2g", Role.EV, "AskReq", ASK)

    assert injection.actions == (Deliver(ASK),)
    assert injection.struck == ()
    assert injector.unstruck() == (fault,)


def test_a_bit_of_an_empty_message_cannot_be_flipped() -> None:
    injector = Injector([flip(None, 3)])

    assert injector.outgoing("ocpp", Role.CSMS, "", b"").struck == ()


def test_only_the_nth_of_the_named_sender_and_link_is_struck() -> None:
    injector = Injector([drop("A", nth=2, sender=Role.STATION, link="ocpp")])
    outgoing = [
        ("ocpp", Role.STATION, "A"),
        ("ocpp", Role.CSMS, "A"),
        ("v2g", Role.STATION, "A"),
        ("ocpp", Role.STATION, "B"),
        ("ocpp", Role.STATION, "A"),
        ("ocpp", Role.STATION, "A"),
    ]

    lost = [not injector.outgoing(*where, b"x").actions for where in outgoing]

    assert lost == [False, False, False, False, True, False]


def test_every_one_is_struck_when_no_number_is_given() -> None:
    injector = Injector([drop(None, nth=None)])

    assert [injector.outgoing("v2g", Role.EV, name, b"x").actions for name in "ABC"] == [(), (), ()]


def test_a_swapped_message_leaves_behind_the_next_of_its_lane() -> None:
    fault = swap("A")
    injector = Injector([fault, reset("B")])

    held = injector.outgoing("ocpp", Role.STATION, "A", b"a")
    other = injector.outgoing("ocpp", Role.CSMS, "B2", b"c")
    assert (held.actions, held.struck, other.actions) == ((), (), (Deliver(b"c"),))
    assert fault in injector.unstruck()

    overtaking = injector.outgoing("ocpp", Role.STATION, "B", b"b")

    assert overtaking.actions == (Deliver(b"b"), Deliver(b"a"), CloseLink("reset"))
    assert fault in overtaking.struck
    assert injector.unstruck() == ()


def test_a_message_that_nothing_overtook_can_be_released() -> None:
    injector = Injector([swap("A"), close("A")])

    assert injector.outgoing("v2g", Role.EV, "A", b"a").actions == (CloseLink("closed"),)
    assert injector.release("v2g", Role.EV) == (Deliver(b"a"),)
    assert injector.release("v2g", Role.EV) == ()
    assert injector.unstruck() == (swap("A"),)


def test_what_is_dropped_overtakes_nothing() -> None:
    injector = Injector([swap("A"), drop("B")])
    injector.outgoing("v2g", Role.EV, "A", b"a")

    assert injector.outgoing("v2g", Role.EV, "B", b"b").actions == ()
    assert injector.outgoing("v2g", Role.EV, "C", b"c").actions == (Deliver(b"c"), Deliver(b"a"))


def test_faults_on_one_message_add_up() -> None:
    injector = Injector([truncate("A", 2), repeat("A"), delay("A", 1.0), outage("A", lasting=5.0)])

    injection = injector.outgoing("v2g", Role.EV, "A", b"abc")

    assert injection.actions == (Deliver(b"ab", 1.0), Deliver(b"ab"), LinkDown(5.0))
    assert len(injection.struck) == 4


def test_messages_have_the_names_that_faults_ask_for() -> None:
    call = OcppMessage(action="TransactionEvent", kind=Kind.REQUEST, message_id="1", payload={})
    result = OcppMessage(action="TransactionEvent", kind=Kind.RESPONSE, message_id="1", payload={})
    error = OcppMessage(action="TransactionEvent", kind=Kind.ERROR, message_id="1", payload={})

    assert name_of_message(call) == name_of(TransactionEvent)
    assert name_of_message(result) == name_of(TransactionEvent.response)
    assert name_of_message(error) not in {name_of_message(call), name_of_message(result)}
    assert name_of_message(Ask()) == name_of(Ask) == "AskReq"
    assert name_of_message(b"raw") == name_of(None) == ""


def test_a_fault_reads_like_a_sentence() -> None:
    fault = outage(TransactionEvent, nth=3, lasting=90.0, sender=Role.STATION, link="ocpp")

    assert str(fault) == "outage (lasting 90.0) at TransactionEvent no. 3 sent by station on ocpp"
    assert str(drop(None, nth=None)) == "drop at every message"
