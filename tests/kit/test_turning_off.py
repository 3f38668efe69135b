"""An EV comes into every state of a session, takes its turns there, and finds its way back."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from harness.core.case import Role
from harness.core.errors import Unreached
from harness.core.units import Seconds
from harness.endpoints.behaviour import Hang, Moment
from harness.endpoints.ev.ev import Ev
from harness.endpoints.ev.evcc import Evcc
from harness.framing.sdp import SdpRequest
from harness.framing.v2gtp import Frame
from harness.kit.bench import Bench
from harness.kit.discovery import datagrams, probing
from harness.kit.disturbing import disturbance, disturbing
from harness.kit.judge import Judge
from harness.kit.matrix import states_of
from harness.kit.preamble import asks_for, insists, leaves, oversleeps, says_nothing, stopping_in
from harness.kit.reading import fell_silent, provoked
from harness.kit.turning_off import Here
from harness.kit.until import answered
from harness.kit.visits import PREVIOUS
from harness.kit.workshop import Workshop
from harness.messages.iso20.common import (
    AuthorizationSetupReq,
    AuthorizationSetupRes,
    ServiceDiscoveryReq,
    ServiceDiscoveryRes,
    SessionSetupReq,
    SessionSetupRes,
    SessionStopRes,
)
from harness.messages.iso20.energy import Flow
from harness.profile.load import load_device
from harness.runner.data import data_folder
from harness.sessions.v2g.state import State
from harness.trace.entry import LinkSeen, Note
from harness.trace.trace import Trace
from harness.transports.clock import run

SAME_CONNECTION = [state for state in states_of(Flow.DC) if state not in {State.JOINED, State.INSTALLING}]


@cache
def workshop() -> Workshop:
    return Workshop((load_device(data_folder("profiles") / "devices" / "emulated-station.toml"),))


def bench() -> Bench:
    return workshop().bench(Role.STATION)


def lead(*parties: Any, **terms: Any) -> Trace:
    trace: Trace = run(bench().run(*parties, **terms), virtual=True)
    return trace


def ev() -> Ev:
    return bench().ev


@pytest.mark.parametrize("state", SAME_CONNECTION, ids=lambda state: state.name.lower())
def test_every_state_is_reached(state: State) -> None:
    reached: list[StrEnum] = []

    def turn(here: Here) -> Hang:
        reached.append(here.state)
        return Hang()

    lead(stopping_in(ev(), state, turn))
    assert reached == [state]


def test_a_paused_session_is_joined_again() -> None:
    reached: list[StrEnum] = []
    coming_back = stopping_in(
        ev().scheduled().having(resume=PREVIOUS), State.JOINED, lambda here: reached.append(here.state)
    )
    lead(ev().scheduled().having(pause=True, loops=1), coming_back)
    assert reached == [State.JOINED]


def test_the_nth_arrival_counts() -> None:
    loops: list[int] = []
    for nth in (1, 2, 3):
        lead(stopping_in(ev(), State.TRANSFERRING, lambda here: loops.append(here.journey.loops), nth=nth))
    assert loops == [0, 1, 2]


def test_turns_are_taken_one_response_after_the_other() -> None:
    trace = lead(stopping_in(ev(), State.SET_UP, asks_for(ServiceDiscoveryReq), insists))
    refused = trace.one(ServiceDiscoveryRes)
    assert refused.message.response_code == "FAILED_SequenceError"
    assert trace.since(refused).all(AuthorizationSetupReq)
    assert not trace.all(AuthorizationSetupRes)


def test_behind_its_turns_the_ev_goes_on() -> None:
    trace = lead(stopping_in(ev().having(loops=1), State.SET_UP, lambda here: here.usual))
    assert trace.one(SessionStopRes).message.response_code == "OK"


def test_what_was_never_said_is_unreached() -> None:
    trace = lead(stopping_in(ev().having(loops=1), State.WELDING_DETECTED, asks_for(ServiceDiscoveryReq)))
    assert provoked(trace, ServiceDiscoveryReq).deliberate
    with pytest.raises(Unreached):
        provoked(trace, AuthorizationSetupReq)
    with pytest.raises(Unreached):
        fell_silent(trace)


def test_silence_and_oversleeping_leave_a_note() -> None:
    trace = lead(stopping_in(ev().having(patient=True), State.SET_UP, oversleeps(Seconds(10.0))))
    silent = fell_silent(trace)
    assert isinstance(silent.body, Note)
    assert trace.first(AuthorizationSetupReq).at - silent.at == pytest.approx(10.0, abs=0.01)
    quiet = lead(stopping_in(ev().having(patient=True), State.SET_UP, says_nothing), limit=20.0)
    assert not quiet.all(AuthorizationSetupReq)


def test_an_ev_that_says_nothing_has_no_usual_message() -> None:
    journey = Evcc(ev()).journey
    here = Here(state=State.TERMINATED, moment=Moment(at=0.0), journey=journey, usual=(Hang(),))
    with pytest.raises(Unreached, match="terminated"):
        _ = here.usual_message


def test_a_disturbance_tells_what_came_of_it() -> None:
    trace = lead(*disturbing(ev(), Frame(0xA000, b"foreign").encode()), gap=12.0)
    seen = disturbance(trace)
    assert seen.bytes_sent.deliberate
    assert seen.answers == ()
    assert [type(entry.message) for entry in seen.goes_on] == [AuthorizationSetupRes]
    assert len(seen.next_served) == 1


def test_a_disturbance_that_is_served_is_seen() -> None:
    first, second = disturbing(ev(), lambda here: here.request(AuthorizationSetupReq))
    trace = lead(first, second, gap=12.0)
    judge = Judge()
    judge.nothing_served(trace.since(trace.first(AuthorizationSetupReq)))
    assert [finding.verdict for finding in judge.findings] == ["FAIL"]


def test_datagrams_come_before_the_search() -> None:
    good = SdpRequest().frame().encode()
    trace = lead(probing(ev(), b"nonsense", good), until=answered(SessionSetupRes))
    asked = datagrams(trace, sent_by=Role.EV)
    assert [bool(entry.problem) for entry in asked] == [True, False, False]
    assert [later.at - sooner.at for sooner, later in pairwise(asked)] == pytest.approx([1.0, 1.0])
    assert len(datagrams(trace, sent_by=Role.STATION)) == 2
    assert trace.since(asked[-1]).all(SessionSetupReq)


def test_leaving_closes_the_connection() -> None:
    trace = lead(stopping_in(ev(), State.SET_UP, leaves))
    assert trace.one(LinkSeen, sent_by=Role.EV, state="closed")
