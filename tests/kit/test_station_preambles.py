"""The places at which a station turns on an EV, what it says there, and how an EV's reaction is judged."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from harness.core.case import Role
from harness.core.errors import Unreached
from harness.core.verdict import Verdict, worst
from harness.endpoints.mutants.careless_hearing import TakesAnyType
from harness.framing.sdp import SdpRequest, SdpResponse
from harness.framing.v2gtp import Frame, PayloadType
from harness.kit.bench import Bench
from harness.kit.judge import Judge
from harness.kit.reactions import bears, departures, gives_up, goes_on, onward, takes_turns
from harness.kit.searching import findings, searches
from harness.kit.station_preambles import (
    AC_ENERGY,
    ENDING,
    SESSION_STOP,
    SUPPORTED_APP_PROTOCOL,
    WHOLE,
    After,
    Place,
    changed,
    confusions,
    garbled,
    hanging_up,
    multiplied,
)
from harness.kit.until import closed, finished
from harness.kit.workshop import Workshop
from harness.messages.field import Message
from harness.messages.iso20.common import (
    ServiceDetailRes,
    SessionSetupReq,
    SessionSetupRes,
    SessionStopReq,
)
from harness.messages.iso20.dc import DcChargeLoopReq, DcChargeLoopRes
from harness.messages.iso20.types import MessageHeader, ResponseCode
from harness.profile.load import load_device
from harness.runner.data import data_folder
from harness.sessions.v2g.wire import look
from harness.trace.entry import LinkSeen, Operation
from harness.trace.trace import Trace
from harness.transports.clock import run

WORKSHOP = Workshop((load_device(data_folder("profiles") / "devices" / "emulated-ev.toml"),))
REPLY = SessionSetupRes(
    header=MessageHeader(session_id=bytes(8), time_stamp=0), response_code=ResponseCode.OK, evse_id="CA*V2X*E0001"
)


def bench() -> Bench:
    return WORKSHOP.bench(Role.EV)


def lead(bench: Bench, *parties: Any, **terms: Any) -> Trace:
    trace: Trace = run(bench.run(*parties, **terms), virtual=True)
    return trace


def verdict(judge: Judge) -> Verdict:
    return worst(judge.findings)


def test_a_good_session_comes_by_every_place_in_order() -> None:
    trace = lead(bench())

    numbers = [place.asked(trace).number for place in WHOLE]
    assert numbers == sorted(numbers)
    with pytest.raises(Unreached):
        AC_ENERGY[0].asked(trace)


@pytest.mark.parametrize("place", WHOLE, ids=str)
def test_a_place_is_bent_where_it_is_and_nowhere_else(place: Place) -> None:
    here = bench()
    trace = lead(here, place.silent(here.station), until=closed(), limit=30.0)

    last = trace.last(Message, sent_by=Role.EV)
    assert place.asked(trace).number == last.number


def test_a_confusion_says_the_wrong_thing_once() -> None:
    cells = confusions(WHOLE)
    assert len(cells) == len({str(cell) for cell in cells})
    assert all(cell.said is not cell.place.response for cell in cells)

    here = bench()
    trace = lead(here, cells[0].bend(here.station), until=closed(), limit=30.0)
    assert len(trace.all(cells[0].said, sent_by=Role.STATION)) == 1


def test_what_is_garbled_is_one_frame_that_nobody_can_read() -> None:
    seen = look(garbled(REPLY))

    assert seen.message is None
    assert seen.payload_type == PayloadType.COMMON


def test_sets_are_multiplied_under_ids_of_their_own() -> None:
    trace = lead(bench())
    usual = trace.first(ServiceDetailRes).message

    sets = multiplied(32)(None, usual).service_parameter_list.parameter_set
    assert [one.parameter_set_id for one in sets] == list(range(1, 33))


def test_a_change_may_begin_later() -> None:
    late = After(2, lambda _ask, _usual: "changed")
    assert [late(None, "usual") for _ in range(4)] == ["usual", "usual", "changed", "changed"]


def test_a_good_ev_gives_up_and_one_that_goes_on_is_told_of() -> None:
    place = WHOLE[8]
    for ev, wanted in ((None, Verdict.PASS), (TakesAnyType, Verdict.FAIL)):
        here = bench()
        if ev is not None:
            here._stage.subject = here._stage.subject.having(evcc=ev)  # type: ignore[union-attr]
        cell = next(cell for cell in confusions(WHOLE) if cell.place is place)
        trace = lead(here, cell.bend(here.station), until=closed(), limit=30.0)
        judge = Judge()
        gives_up(judge, trace, place.asked(trace))
        assert verdict(judge) is wanted


def test_behind_session_stop_only_hanging_up_is_a_departure() -> None:
    trace = lead(bench())

    stop = trace.one(SessionStopReq)
    assert [type(entry.body) for entry in departures(trace, stop)] == [LinkSeen]
    assert departures(trace, trace.first(SessionSetupReq))[0] is stop
    assert not onward(trace.since(SESSION_STOP.asked(trace)))


def test_going_on_behind_the_power_is_to_end() -> None:
    trace = lead(bench())
    stop = ENDING[0].asked(trace)
    strict, lenient = Judge(), Judge()

    goes_on(strict, trace, stop)
    goes_on(lenient, trace, stop, ending=True)
    assert (verdict(strict), verdict(lenient)) == (Verdict.FAIL, Verdict.PASS)


def test_an_ev_that_leaves_at_once_is_borne_with_a_notice() -> None:
    here = bench()
    place = SUPPORTED_APP_PROTOCOL
    trace = lead(here, place.bend(here.station, changed(schema_id=99)), until=closed(), limit=30.0)
    judge = Judge()

    bears(judge, trace, place.asked(trace), "somebody said so")
    assert verdict(judge) is Verdict.PASS
    assert [finding.notice for finding in judge.findings] == [False, True]


def test_a_good_session_takes_turns() -> None:
    trace = lead(bench())
    judge = Judge()

    takes_turns(judge, trace)
    assert verdict(judge) is Verdict.PASS
    both = tuple(entry for entry in trace if not isinstance(entry.message, DcChargeLoopRes))
    takes_turns(judge, Trace(entries=both, subject=Role.EV))
    assert len(trace.all(DcChargeLoopReq)) > 1
    assert verdict(judge) is Verdict.FAIL


def test_discovery_is_bent_as_a_message_is() -> None:
    here = bench()
    station = here.station.silent_on(SdpResponse, nth=1).answering(
        SdpResponse, lambda _, usual: replace(usual, port=0), nth=2
    )
    station = station.answering(SdpResponse, lambda _ask, _usual: Frame(0x9001, b"").encode(), nth=3)

    trace = lead(here, station)
    assert [isinstance(entry.message, SdpRequest) for entry in searches(trace)] == [True] * 4
    assert [(entry.deliberate, bool(entry.problem)) for entry in findings(trace)] == [
        (True, False),
        (True, True),
        (False, False),
    ]


def test_nobody_who_is_mute_looks_for_a_station() -> None:
    trace = lead(WORKSHOP.bench(Role.EV, silent=True))

    with pytest.raises(Unreached, match="never asked"):
        searches(trace)


@pytest.mark.parametrize("how", ["reset", "closed"])
def test_an_ev_under_test_comes_twice_and_takes_its_cable_with_it(how: str) -> None:
    here = bench()
    broken = [True]

    def once(ask: Any, usual: Any) -> Any:
        return hanging_up(how)(ask, usual) if broken and broken.pop() else usual

    trace = lead(here, WHOLE[4].bend(here.station, once), until=finished(), visits=2, gap=30.0)
    setups = trace.all(SessionSetupReq)
    assert [entry.message.header.session_id for entry in setups] == [bytes(8)] * 2
    assert setups[1].at - setups[0].at >= 30.0
    actions = [entry.body.action for entry in trace if isinstance(entry.body, Operation)]
    assert actions == ["plug", "unplug", "plug", "unplug"]


def test_an_ev_that_paused_stays_plugged_in_and_asks_for_its_session() -> None:
    here = bench()
    trace = lead(here, here.station.set(notification_plan=((0.5, "pause"),)), visits=2, gap=30.0)

    first, second = trace.all(SessionSetupReq)[:2]
    assert first.message.header.session_id == bytes(8)
    assert second.message.header.session_id == trace.first(SessionSetupRes).message.header.session_id
    actions = [entry.body.action for entry in trace if isinstance(entry.body, Operation)]
    assert actions[:1] == ["plug"]
    assert "unplug" not in actions[:-1]
