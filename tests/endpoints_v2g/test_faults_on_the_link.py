"""Faults on what leaves: recorded as they left, told to whoever listens, and survived by both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from harness.core.case import Role
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.station import Station
from harness.faults.fault import close, delay, drop, flip, outage, raw, repeat, reset, split, swap, truncate
from harness.framing.v2gtp import Frame
from harness.messages.iso20.common import (
    AuthorizationReq,
    AuthorizationRes,
    ServiceDetailReq,
    ServiceDiscoveryReq,
    ServiceDiscoveryRes,
)
from harness.messages.iso20.dc import DcChargeLoopReq, DcChargeLoopRes
from harness.trace.entry import FaultStruck, LinkSeen, Seen

if TYPE_CHECKING:
    from tests.endpoints_v2g.conftest import Lab, Meet

PLAIN = Ev(tls=False)


def struck(lab: Lab) -> list[str]:
    return [entry.body.fault for entry in lab.trace if isinstance(entry.body, FaultStruck)]


def test_lost_request_runs_out_at_both_sides(meet: Meet) -> None:
    lab = meet(PLAIN, faults=(drop(ServiceDetailReq),), observer=Role.EV)

    assert "ServiceDetailReq" not in lab.names()
    assert (len(struck(lab)), lab.outcome.state) == (1, "timeout")
    assert lab.injector.unstruck() == ()


def test_repeated_request_is_seen_twice_and_objected_to(meet: Meet) -> None:
    lab = meet(PLAIN, faults=(repeat(ServiceDetailReq, sender=Role.EV),))

    assert lab.names().count("ServiceDetailReq") == 2
    assert len(struck(lab)) == 1


def test_late_response_is_recorded_when_it_leaves(meet: Meet) -> None:
    lab = meet(PLAIN, faults=(delay(ServiceDiscoveryRes, 1.25),))

    ask = next(entry for entry in lab.trace if isinstance(entry.message, ServiceDiscoveryReq))
    reply = next(entry for entry in lab.trace if isinstance(entry.message, ServiceDiscoveryRes))
    assert reply.at - ask.at == pytest.approx(1.25)
    assert (reply.deliberate, lab.outcome.state) == (True, "finished")


def test_response_in_pieces_still_arrives(meet: Meet) -> None:
    lab = meet(PLAIN, faults=(split(ServiceDiscoveryRes, (3, 8), gap=0.1),))

    assert (lab.outcome.state, len(struck(lab))) == ("finished", 1)


@pytest.mark.parametrize(
    "fault",
    [flip(AuthorizationRes, 70), truncate(AuthorizationRes, 11), raw(AuthorizationRes, b"\x01\xfe\x80")],
    ids=["flipped", "cut", "rubbish"],
)
def test_what_cannot_be_read_ends_in_a_timeout(meet: Meet, fault: Any) -> None:
    lab = meet(PLAIN, faults=(fault,), observer=Role.EV)

    assert lab.outcome.state in {"timeout", "failed"}
    assert len(struck(lab)) == 1


def test_lost_frame_boundary_ends_the_connection(meet: Meet) -> None:
    lab = meet(PLAIN, faults=(raw(AuthorizationRes, b"HTTP/1.1 400 Bad Request\r\n"),), observer=Role.EV)

    odd = [entry.body for entry in lab.trace if isinstance(entry.body, Seen) and entry.body.problem]
    assert [body.data for body in odd] == [b"HTTP/1.1 400 Bad Request\r\n"]
    assert lab.outcome.state == "lost"
    closed = [entry for entry in lab.trace if isinstance(entry.body, LinkSeen)][-1]
    assert (closed.body.state, closed.sender) == ("closed", Role.EV)  # type: ignore[union-attr]


@pytest.mark.parametrize(("fault", "state"), [(reset, "reset"), (close, "closed")])
def test_connection_cut_in_the_charge_loop_opens_the_contactor(meet: Meet, fault: Any, state: str) -> None:
    lab = meet(PLAIN, faults=(fault(DcChargeLoopReq, nth=3),))

    links = [(entry.body.state, entry.sender) for entry in lab.trace if isinstance(entry.body, LinkSeen)]
    assert links[-1] == (state, Role.EV)
    assert set(lab.happenings()[-2:]) == {"EnergyStopped", "LinkLost"}
    assert lab.outcome.state == "lost"


def test_outage_tears_the_connection_down(meet: Meet) -> None:
    lab = meet(PLAIN, faults=(outage(DcChargeLoopRes, lasting=5.0, nth=2),))

    assert lab.outcome.state == "lost"
    assert "LinkLost" in lab.happenings()[-2:]


@pytest.mark.parametrize(("kind", "sender"), [(DcChargeLoopReq, Role.EV), (DcChargeLoopRes, Role.STATION)])
def test_no_connection_comes_up_during_an_outage(meet: Meet, kind: Any, sender: Role) -> None:
    lab = meet(PLAIN, PLAIN, PLAIN, between=3.0, faults=(outage(kind, lasting=5.0, nth=2),))

    opened = [entry.at for entry in lab.trace if isinstance(entry.body, LinkSeen) and entry.body.state == "open"]
    down = next(entry.at for entry in lab.trace if isinstance(entry.body, LinkSeen) and entry.body.state == "reset")
    assert all(at >= down + 5 for at in opened[1:])
    assert lab.outcomes[-1].state == "finished"
    assert (lab.outcomes[1].state == "finished") is (sender is Role.EV)


def test_swapped_request_that_nothing_overtakes_leaves_late_or_never(meet: Meet) -> None:
    lab = meet(PLAIN, faults=(swap(AuthorizationReq),), observer=Role.EV)

    assert lab.outcome.state == "timeout"
    assert struck(lab) == []


def test_raw_bytes_of_a_bend_are_kept_as_they_left(meet: Meet) -> None:
    odd = Frame(0x8002, b"\x80\x00").encode()
    lab = meet(PLAIN.answering(ServiceDetailReq, lambda _heard, _said: odd))

    seen = [entry for entry in lab.trace if isinstance(entry.body, Seen) and entry.body.problem]
    assert [entry.body.data for entry in seen if isinstance(entry.body, Seen)] == [odd]
    # The EV asked nothing that it could wait for: the station's sequence timer ends it.
    assert (lab.outcome.state, lab.expired()) == ("lost", ["V2G_SECC_Sequence_Timeout"])


def test_bent_messages_are_marked_and_silence_is_noted(meet: Meet) -> None:
    bent = Station().but(ServiceDiscoveryRes, service_renegotiation_supported=True).silent_on(DcChargeLoopRes, nth=2)
    lab = meet(PLAIN, port=bent)

    marked = [type(entry.message).__name__ for entry in lab.trace if entry.deliberate]
    assert marked == ["ServiceDiscoveryRes", "NoneType"]


def test_message_that_no_schema_can_say_is_told(meet: Meet) -> None:
    lab = meet(PLAIN.but(ServiceDetailReq, service_id="six"), observer=Role.EV)

    told = [entry.body for entry in lab.trace if isinstance(entry.body, Seen) and entry.body.problem]
    assert [(body.data, type(body.message).__name__) for body in told] == [(b"", "ServiceDetailReq")]
    assert lab.outcome.state == "lost"
